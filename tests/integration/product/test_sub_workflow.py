"""Sub-workflows as whole executions: called by path and id, failing, cancelled, killed, resumed."""

import json
import os
import signal

import pytest

CHILD = """\
tidegate: 1
name: Child
nodes:
  start:
    type: trigger.sub_workflow
    params:
      input_schema: {type: object, required: [n], properties: {n: {type: integer}}}
  double: {type: data.set, params: {keep: none, fields: {d: "{{ json.n * 2 }}"}}}
edges: [start -> double]
"""

PARENT = """\
tidegate: 1
name: Parent
nodes:
  start: {type: trigger.manual}
  make: {type: data.generate, params: {count: 3, fields: {n: "{{ index }}"}}}
  call: {type: flow.sub_workflow, params: {workflow: "%s", mode: %s}}
  last: {type: data.set, params: {fields: {done: true}}}
edges: [start -> make, make -> call, call -> last]
"""

MIDDLE = """\
tidegate: 1
name: Middle
nodes:
  start: {type: trigger.sub_workflow}
  call: {type: flow.sub_workflow, params: {workflow: ../child.yaml}}
edges: [start -> call]
"""

ITSELF = """\
tidegate: 1
name: Itself
nodes:
  start: {type: trigger.sub_workflow}
  call: {type: flow.sub_workflow, params: {workflow: itself.yaml}}
edges: [start -> call]
"""

WAITS = """\
tidegate: 1
name: Waits
nodes:
  start: {type: trigger.sub_workflow}
  first: {type: flow.wait, params: {amount: 0.3, unit: seconds}}
  long: {type: flow.wait, params: {amount: %s, unit: seconds}}
  last: {type: data.set, params: {keep: none, fields: {child: true}}}
edges: [start -> first, first -> long, long -> last]
"""

WAITS_SHORTLY = """\
tidegate: 1
name: Waits again and again
nodes:
  start: {type: trigger.sub_workflow}
  first: {type: flow.wait, params: {amount: 0.3, unit: seconds}}
  items: {type: data.generate, params: {count: 20, fields: {n: "{{ index }}"}}}
  each: {type: flow.loop}
  short: {type: flow.wait, params: {amount: 1.9, unit: seconds}}
edges: [start -> first, first -> items, items -> each, each.each -> short, short -> each.results]
"""

POSTS = """\
tidegate: 1
name: Posts
nodes:
  start: {type: trigger.sub_workflow}
  post:
    type: http.request
    params: {method: POST, url: "http://%s/items", body: {n: "{{ json.n }}"}, output: body}
    settings: {in_flight: rerun}
  pause: {type: flow.wait, params: {amount: 1.8, unit: seconds}}
edges: [start -> post, post -> pause]
"""


@pytest.fixture
def run(start):
    """Runs a workflow with --json and returns the report."""

    def run_file(path, *options, code=0, **settings):
        command = start("run", path, "--json", *options, **settings)
        assert command.wait() == code, command.text()
        return json.loads(command.stdout())

    return run_file


@pytest.fixture
def listed(start):
    """All executions, the first one first."""

    def list_executions():
        command = start("executions", "list", "--json")
        assert command.wait() == 0
        return json.loads(command.stdout())["executions"][::-1]

    return list_executions


def node(report, name):
    return next(entry for entry in report["nodes"] if entry["id"] == name)


def children(query):
    return query(
        "SELECT id, number, status, parent_node FROM executions "
        "WHERE parent_id IS NOT NULL ORDER BY number"
    )


def child_waits(query):
    return query("SELECT 1 FROM node_executions WHERE node_id = 'first' AND status = 'succeeded'")


def test_by_a_relative_path_once_with_all_items(run, listed, write):
    write("child.yaml", CHILD)
    report = run(write("parent.yaml", PARENT % ("./child.yaml", "once")))
    assert report["output"]["last"]["main"] == [
        {"d": 0, "done": True}, {"d": 2, "done": True}, {"d": 4, "done": True},
    ]  # fmt: skip
    parent, child = listed()
    assert parent["execution_id"] == report["execution_id"]
    assert parent["parent"] is None
    assert child["parent"] == {"execution_id": parent["execution_id"], "node": "call"}
    assert (child["source"], child["trigger"], child["status"]) == (
        "sub_workflow", "start", "succeeded",
    )  # fmt: skip


def test_each_item_is_an_execution(run, listed, write):
    write("child.yaml", CHILD)
    report = run(write("parent.yaml", PARENT % ("child.yaml", "each")))
    assert [item["d"] for item in report["output"]["last"]["main"]] == [0, 2, 4]
    assert len(listed()) == 4


def test_what_it_is_called_for_is_no_item_of_its_own_nodes(run, query, write):
    says = "{type: code.python, params: {code: 'print(len(items)); result = []'}}"
    child = CHILD.replace("edges: [", f"  says: {says}\nedges: [start -> says, ")
    write("child.yaml", child)
    run(write("parent.yaml", PARENT % ("child.yaml", "each")))
    lines = query("SELECT message, data FROM execution_logs WHERE node_id = 'says'")
    assert [(line.message, line.data) for line in lines] == 3 * [("1", None)]


def test_nested_in_folders_and_by_id(run, listed, write, tmp_path):
    (tmp_path / "inner").mkdir()
    write("child.yaml", CHILD)
    write("inner/middle.yaml", MIDDLE)
    report = run(write("parent.yaml", PARENT % ("inner/middle.yaml", "once")))
    assert [item["d"] for item in report["output"]["last"]["main"]] == [0, 2, 4]
    top, middle, bottom = listed()
    assert middle["parent"]["execution_id"] == top["execution_id"]
    assert bottom["parent"]["execution_id"] == middle["execution_id"]
    by_id = run(write("by_id.yaml", PARENT % (bottom["workflow_id"], "once")))
    assert [item["d"] for item in by_id["output"]["last"]["main"]] == [0, 2, 4]
    assert listed()[-1]["workflow_id"] == bottom["workflow_id"]


@pytest.mark.parametrize(
    ("workflow", "words"),
    [
        ("none.yaml", "this file can't be read: No such file or directory"),
        ("parent.yaml", "it needs exactly one trigger.sub_workflow node and has 0"),
        ("broken.yaml", "this is not valid YAML"),
        ("01890000-0000-7000-8000-000000000000", "there is no workflow 01890000-0000"),
    ],
)
def test_a_workflow_that_can_not_be_called(run, write, query, workflow, words):
    write("broken.yaml", "tidegate: [")
    report = run(write("parent.yaml", PARENT % (workflow, "once")), code=1)
    assert words in node(report, "call")["error"]["message"]
    assert children(query) == []


def test_items_that_do_not_fulfil_the_input_schema(run, write, query):
    write("child.yaml", CHILD)
    text = (PARENT % ("child.yaml", "once")).replace("{{ index }}", "{{ 'x' * index }}")
    report = run(write("parent.yaml", text), code=1)
    message = node(report, "call")["error"]["message"]
    assert message.startswith("the sub-workflow 'child.yaml' failed: ")
    assert "the given items do not fulfil input_schema: item 0, " in message
    (child,) = children(query)
    assert child.status == "failed"
    assert node(report, "call")["error"]["execution_id"] == child.id


def test_a_failing_child_is_the_nodes_failure(run, write, query):
    write("child.yaml", CHILD.replace("json.n * 2", "json.n + json.none"))
    text = PARENT % ("child.yaml", "each")
    report = run(write("parent.yaml", text), code=1)
    assert "the sub-workflow 'child.yaml' failed: no field 'none'" in report["error"]["message"]
    assert report["error"]["node"] == "call"
    assert [child.status for child in children(query)] == ["failed"], "the first failure is enough"
    handled = text.replace("mode: each}}", "mode: each}, settings: {on_error: continue}}")
    assert run(write("parent.yaml", handled))["errors_handled"] == 1


def test_recursion_ends_at_the_limit(run, write, query):
    report = run(
        write("itself.yaml", ITSELF), "--data", '{"n": 1}', code=1, TIDEGATE_LIMITS_SUB_WORKFLOW_DEPTH="3"
    )  # fmt: skip
    assert "limits.sub_workflow_depth" in report["error"]["message"]
    assert [child.status for child in children(query)] == ["failed"] * 3


def test_a_cancelled_child_is_the_nodes_failure(start, write, query, until):
    write("waits.yaml", WAITS % 30)
    command = start("run", write("parent.yaml", PARENT % ("waits.yaml", "once")), "--json")
    until(lambda: child_waits(query), "the child waits")
    assert start("executions", "cancel", children(query)[0].id).wait() == 0
    assert command.wait(timeout=15) == 1
    report = json.loads(command.stdout())
    assert report["status"] == "failed"
    assert "the sub-workflow" in report["error"]["message"]
    assert "cancelled" in report["error"]["message"]
    assert children(query)[0].status == "cancelled"


@pytest.mark.parametrize("waits", [WAITS_SHORTLY, WAITS % 30], ids=["short", "long"])
@pytest.mark.parametrize("how", ["ctrl_c", "command"])
def test_cancelling_the_parent_cancels_the_child(start, write, query, until, how, waits):
    """Whether the child runs (short waits stay in memory) or waits."""
    write("waits.yaml", waits)
    command = start("run", write("parent.yaml", PARENT % ("waits.yaml", "once")), "--json")
    until(lambda: child_waits(query), "the child waits")
    if how == "ctrl_c":
        os.kill(command.process.pid, signal.SIGINT)
    else:
        assert start("executions", "cancel", "1").wait() == 0
    assert command.wait(timeout=15) == 130
    assert json.loads(command.stdout())["status"] == "cancelled"
    assert query("SELECT status FROM executions WHERE number = 1")[0].status == "cancelled"
    assert [child.status for child in children(query)] == ["cancelled"]


def test_a_killed_child_goes_on_as_the_same_execution(start, write, query, until, counting_server):
    write("posts.yaml", POSTS % counting_server.address)
    allow = ("--allow", counting_server.address)
    command = start("run", write("parent.yaml", PARENT % ("posts.yaml", "each")), *allow)
    until(
        lambda: query(
            "SELECT 1 FROM node_executions WHERE node_id = 'post' AND status = 'succeeded'"
        ),
        "the first child has posted",
    )
    command.kill()
    before = children(query)
    assert [child.status for child in before] == ["running"]
    resumed = start("executions", "resume", "1", "--json", *allow)
    assert resumed.wait() == 0, resumed.text()
    assert json.loads(resumed.stdout())["status"] == "succeeded"
    after = children(query)
    assert [child.status for child in after] == ["succeeded"] * 3
    assert after[0].id == before[0].id
    assert after[0].parent_node == "call"
    assert dict(counting_server.seen) == {f'{{"n":{n}}}': 1 for n in range(3)}, "each posted once"


def test_cancelling_a_parent_whose_process_is_gone(start, write, query, until):
    write("waits.yaml", WAITS % 30)
    command = start("run", write("parent.yaml", PARENT % ("waits.yaml", "once")))
    until(lambda: [child.status for child in children(query)] == ["waiting"], "the child waits")
    command.kill()
    assert query("SELECT status FROM executions WHERE number = 1")[0].status == "running"
    asked = start("executions", "cancel", "1")
    assert asked.wait() == 0
    assert asked.stdout() == "it is cancelled\n"
    assert query("SELECT status FROM executions WHERE number = 1")[0].status == "cancelled"
    assert [child.status for child in children(query)] == ["cancelled"]
    again = start("executions", "cancel", "1")
    assert again.wait() == 2
