"""`tidegate executions`: list, show and cancel, on both databases."""

import json
import re

import pytest

PLAIN = """\
tidegate: 1
name: Plain
nodes:
  start: {type: trigger.manual}
  last: {type: data.set, params: {keep: none, fields: {a: 1}}}
edges: [start -> last]
"""

FAILS = """\
tidegate: 1
name: Fails
settings: {fallback: {log_failure_details: true}}
nodes:
  begin: {type: trigger.manual}
  make: {type: data.generate, params: {count: 3, fields: {n: "{{ index }}"}}}
  sum: {type: data.set, params: {fields: {total: "{{ json.amount + 1 }}"}}}
edges: [begin -> make, make -> sum]
"""

LOOPS = """\
tidegate: 1
name: Loops
variables: {size: 2}
nodes:
  start: {type: trigger.manual}
  make: {type: data.generate, params: {count: 5, fields: {n: "{{ index }}"}}}
  outer: {type: flow.loop, params: {batch_size: "{{ vars.size }}"}}
  mark: {type: data.set, params: {fields: {marked: true}}}
  inner: {type: flow.loop, params: {batch_size: 1}}
  double: {type: data.set, params: {fields: {d: "{{ json.n * 2 }}"}}}
  first: {type: data.set, params: {fields: {first: true}}, settings: {execute_once: true}}
  join: {type: flow.merge, params: {mode: append}}
  end: {type: flow.no_op}
edges:
  - start -> make
  - make -> outer
  - outer.each -> mark
  - outer.each -> first
  - mark -> inner
  - inner.each -> double
  - double -> inner.results
  - inner.done -> join
  - first -> join.input_2
  - join -> outer.results
  - outer.done -> end
"""

SLEEPS = """\
tidegate: 1
name: Sleeps
nodes:
  start: {type: trigger.manual}
  long: {type: flow.wait, params: {amount: 60, unit: seconds}}
edges: [start -> long]
"""

UNKNOWN_ID = "01890000-0000-7000-8000-000000000000"


@pytest.fixture
def tidegate(start):
    """Runs a command to its end and returns it."""

    def run(*arguments, code=0, **settings):
        command = start(*arguments, **settings)
        assert command.wait() == code, command.text()
        return command

    return run


@pytest.fixture
def as_json(tidegate):
    """Runs a command with --json and returns what it printed."""

    def run(*arguments, code=0, **settings):
        command = tidegate(*arguments, "--json", code=code, **settings)
        assert command.stderr() == ""
        return json.loads(command.stdout())

    return run


def items(node, port="main", side="output"):
    return node[side].get(port)


def by_place(report):
    return {(node["id"], *node.get("iteration", ())): node for node in report["nodes"]}


def test_pages_and_filters(tidegate, as_json, write):
    assert as_json("executions", "list") == {"executions": [], "next": None}
    assert (
        "no executions yet; `tidegate run FILE` makes one" in tidegate("executions", "list").text()
    )
    plain, fails = write("plain.yaml", PLAIN), write("fails.yaml", FAILS)
    for path, code in [(plain, 0), (fails, 1), (plain, 0), (fails, 1), (plain, 0)]:
        as_json("run", path, code=code)
    seen, cursor = [], None
    while True:
        after = ("--after", cursor) if cursor else ()
        page = as_json("executions", "list", "--limit", "2", *after)
        assert page.keys() == {"executions", "next"}
        seen += page["executions"]
        cursor = page["next"]
        if cursor is None:
            break
        assert len(page["executions"]) == 2
    assert [entry["number"] for entry in seen] == [5, 4, 3, 2, 1]
    newest = seen[0]
    assert newest["status"] == "succeeded"
    assert newest["trigger"] == "start"
    assert newest["source"] == "cli"
    assert newest["created_at"] <= newest["started_at"] <= newest["finished_at"]
    assert newest["duration_ms"] > 0
    assert seen[1]["error"]["node"] == "sum"
    workflows = {entry["workflow_id"] for entry in seen}
    assert len(workflows) == 2
    for options, numbers in [
        (("--status", "failed"), [4, 2]),
        (("--status", "failed", "--status", "succeeded"), [5, 4, 3, 2, 1]),
        (("--status", "waiting"), []),
        (("--workflow", newest["workflow_id"]), [5, 3, 1]),
        (("--workflow", newest["workflow_id"], "--status", "failed"), []),
        (("--workflow", newest["workflow_id"], "--trigger", "start"), [5, 3, 1]),
        (("--workflow", newest["workflow_id"], "--trigger", "begin"), []),
        (("--workflow", "nothing"), []),
    ]:
        found = as_json("executions", "list", *options)["executions"]
        assert [entry["number"] for entry in found] == numbers, options
    people = tidegate("executions", "list", "--limit", "2").stdout()
    assert re.search(
        r"5 +✓ succeeded +start +20\S+Z +[0-9.]+ ms +" + newest["execution_id"], people
    )
    assert re.search(r"4 +✗ failed", people)
    assert "more: tidegate executions list --after " in people
    assert (
        "no executions like these" in tidegate("executions", "list", "--status", "queued").stdout()
    )


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--after", "nonsense"), "'nonsense' is no cursor of `executions list`"),
        (("--trigger", "start"), "--trigger needs --workflow"),
        (("--limit", "0"), "0 is not in the range 1<=x<=200"),
        (("--status", "idle"), "'idle' is not one of 'queued', 'running', 'waiting'"),
    ],
)
def test_a_list_that_can_not_be(tidegate, options, words):
    assert words in " ".join(tidegate("executions", "list", *options, code=2).stderr().split())


def test_everything_of_a_failed_execution(tidegate, as_json, write):
    ran = as_json("run", write("fails.yaml", FAILS), "--data", '{"a": 1}', code=1)
    report = as_json("executions", "show", ran["execution_id"])
    assert {key: report[key] for key in ran if key not in ("nodes", "output")} == {
        key: ran[key] for key in ran if key not in ("nodes", "output")
    }
    assert report["workflow"] == "Fails"
    assert report["usage"]["execution_time"] > 0
    nodes = by_place(report)
    begin, make, total = nodes["begin",], nodes["make",], nodes["sum",]
    assert items(begin)[0]["custom_data"] == {"a": 1}
    assert begin["input"] == {}
    assert items(make, side="input") == items(begin)
    assert items(make) == items(total, side="input") == [{"n": 0}, {"n": 1}, {"n": 2}]
    assert total["output"] == {}
    assert total["error"]["pretty"].splitlines()[1:] == ["  json.amount + 1", "  ^^^^^^^^^^^"]
    for node in nodes.values():
        assert node["started_at"] <= node["finished_at"]
        assert node["duration_ms"] >= 0
        assert node["usage"].keys() >= {"memory_used", "execution_time", "cpu_time"}
    (line,) = [line for line in report["log"] if line["level"] == "error"]
    assert line["node"] == "sum"
    assert "no field 'amount'" in line["message"]
    assert line["data"]["input"] == [{"n": 0}, {"n": 1}, {"n": 2}]


def test_one_node_for_people(tidegate, write):
    tidegate("run", write("fails.yaml", FAILS), code=1)
    said = tidegate("executions", "show", "1", "--node", "sum", "--items", "2").stdout()
    assert "input main of sum" in said
    assert re.search(r"^ 1 *$", said, re.MULTILINE)
    assert not re.search(r"^ 2 *$", said, re.MULTILINE), "two items were asked for"
    assert '"code": "EXPRESSION_ERROR"' in said
    assert "    json.amount + 1" in said
    assert 'usage of sum: {"memory_used":' in said
    assert re.search(r"^20\S+Z error +sum +no field 'amount'", said, re.MULTILINE)
    unknown = tidegate("executions", "show", "1", "--node", "sun", code=2).stderr()
    assert "node 'sun' did not run in this execution; these did: begin, make, sum" in unknown


def test_inputs_and_outputs_in_loops(as_json, write):
    """What a loop gives to an iteration is kept nowhere, and is shown all the same."""
    ran = as_json("run", write("loops.yaml", LOOPS))
    assert [n for item in ran["output"]["end"]["main"] if (n := item.get("d")) is not None] == [
        0, 2, 4, 6, 8,
    ]  # fmt: skip
    nodes = by_place(as_json("executions", "show", "1"))
    for iteration, numbers in enumerate([[0, 1], [2, 3], [4]]):
        whole = [{"n": n} for n in numbers]
        marked = [{"n": n, "marked": True} for n in numbers]
        assert items(nodes["mark", iteration], side="input") == whole
        assert items(nodes["first", iteration], side="input") == whole[:1]
        assert items(nodes["mark", iteration]) == marked
        assert items(nodes["inner", iteration], side="input") == marked
        for number, item in enumerate(marked):
            assert items(nodes["double", iteration, number], side="input") == [item]
            assert items(nodes["double", iteration, number]) == [item | {"d": item["n"] * 2}]
        joined = nodes["join", iteration]["input"]
        assert [item["n"] for item in joined["main"]] == numbers
        assert len(joined["input_2"]) == 1
    assert items(nodes["outer",], side="input") == [{"n": n} for n in range(5)]
    assert len(items(nodes["outer",], "done")) == 5
    few = by_place(as_json("executions", "show", "1", "--node", "mark", "--items", "1"))
    assert few.keys() == {("mark", 0), ("mark", 1), ("mark", 2)}
    assert items(few["mark", 1], side="input") == [{"n": 2}]
    none = as_json("executions", "show", "1", "--node", "mark", "--items", "0")
    assert items(none["nodes"][0]) == []


def test_executions_are_known_by_number_id_and_beginning_of_the_id(tidegate, as_json, write):
    path = write("plain.yaml", PLAIN)
    first, second = (as_json("run", path)["execution_id"] for _ in range(2))
    common = next(n for n in range(36) if first[n] != second[n])
    for name, number in [
        ("1", 1),
        (first, 1),
        (first.upper(), 1),
        (first[: common + 1], 1),
        (second[: common + 1], 2),
        (second[:-1], 2),
    ]:
        assert as_json("executions", "show", name)["number"] == number, name
    ambiguous = tidegate("executions", "show", first[:common], code=2).stderr()
    assert f"the ids of several executions begin with '{first[:common]}'" in ambiguous
    assert first in ambiguous
    assert second in ambiguous


def test_unknown_executions(tidegate):
    names = ("3", "0", "", "-1", "x", "%", "01'--", UNKNOWN_ID, UNKNOWN_ID[:9], "9" * 30, "\u0661")
    for command, name in [*(("show", name) for name in names), ("cancel", "3"), ("resume", "3")]:
        said = tidegate("executions", command, "--", name, code=2).stderr()
        assert said.startswith(f"error: there is no execution {name!r}; name it by its number")


def test_errors_are_json_where_json_is_asked_for(as_json):
    error = as_json("executions", "show", UNKNOWN_ID, code=2)["error"]
    assert error["code"] == "NOT_FOUND"
    assert UNKNOWN_ID in error["message"]


def test_cancel_what_waits_and_what_has_ended(tidegate, as_json, write):
    path = write("sleeps.yaml", SLEEPS)
    waiting = as_json("run", path, "--detach")
    assert waiting["status"] == "waiting"
    assert waiting["nodes"][1]["status"] == "waiting"
    assert waiting["nodes"][1]["wake_at"] == waiting["wake_at"]
    assert waiting["output"].keys() == {"start"}, "a wait holds its items back"
    shown = by_place(as_json("executions", "show", "1"))
    assert shown["long",]["output"] == {}
    assert len(items(shown["long",], side="input")) == 1
    assert as_json("executions", "cancel", waiting["execution_id"][:-2]) == {
        "execution_id": waiting["execution_id"],
        "status": "cancelled",
        "cancel_requested": True,
    }
    for command in ("cancel", "resume"):
        said = tidegate("executions", command, "1", code=2).stderr()
        assert "has ended: cancelled" in said
    assert "⊘ cancelled" in tidegate("executions", "list", "--status", "cancelled").stdout()


def test_resume_when_the_wait_is_over(as_json, write):
    path = write("sleeps.yaml", SLEEPS.replace("60", "2.1"))
    assert as_json("run", path, "--detach")["status"] == "waiting"
    report = None
    while report is None:
        report = as_json_when_due(as_json)
    assert report["status"] == "succeeded"
    assert [node["status"] for node in report["nodes"]] == ["succeeded", "succeeded"]
    assert report["nodes"][1]["duration_ms"] >= 2100


def as_json_when_due(as_json):
    try:
        return as_json("executions", "resume", "1")
    except AssertionError as early:
        assert "its time has not come" in str(early)
        return None
