"""A workflow that hears of the failures of others."""

import json

import pytest
from command_process import Command
from server_process import ServerProcess, wait_until
from webhook_client import hook

FAIL = {"type": "flow.stop", "params": {"message": "no such order"}}


def failing(name, **fields):
    return {
        "tidegate": 1,
        "name": name,
        "nodes": {"start": {"type": "trigger.manual"}, "fail": FAIL},
        "edges": ["start -> fail"],
        **fields,
    }


def hearing(name):
    note = {"type": "data.set", "params": {"fields": {"text": "{{ json.error.message }}"}}}
    return {
        "tidegate": 1,
        "name": name,
        "nodes": {"heard": {"type": "trigger.error"}, "note": note},
        "edges": ["heard -> note"],
    }


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    folder = tmp_path_factory.mktemp("server") / "data"
    process = ServerProcess(folder, TIDEGATE_ERROR_WORKFLOW="hears all")
    yield process
    process.kill()


def run(publish, workflow, version="published"):
    answer = publish.owner.post(
        f"/api/v1/workflows/{workflow}/executions", json={"mode": "sync", "version": version}
    )
    assert answer.status_code == 200, answer.text
    return answer.json()


def heard(publish, workflow, count):
    found = wait_until(
        lambda: len(publish.executions(workflow)) >= count and publish.executions(workflow)
    )
    wait_until(lambda: {e["status"] for e in publish.executions(workflow)} == {"succeeded"})
    assert len(found) == count
    return [publish.items(execution["id"], "note")[0]["json"] for execution in found]


def test_failures_are_heard_by_the_default_and_by_the_workflows_own(publish, server) -> None:
    default = publish(hearing("hears all"))
    own = publish(hearing("hears one"))
    plain = publish(failing("plain"))
    failed = run(publish, plain)
    assert failed["status"] == "failed"
    (item,) = heard(publish, default, 1)
    assert item["text"] == "no such order"
    assert item["execution"]["id"] == failed["id"]
    assert item["workflow"] == {"id": plain, "name": "plain"}
    assert item["error"]["node"] == "fail"
    special = publish(failing("special", settings={"error_workflow": own}))
    run(publish, special, "draft")  # by hand, and only a draft
    assert heard(publish, own, 1)[0]["workflow"]["name"] == "special"
    params = {"path": "fails", "respond": "last_node"}
    nodes = {"fail": FAIL}
    settings = {"error_workflow": "hears one"}  # by its name
    publish(hook("hook", params, nodes, ["hook -> fail"], settings=settings))
    with server.client() as client:
        assert client.post("/webhook/fails").status_code == 500
    assert len(heard(publish, own, 2)) == 2
    assert len(publish.executions(default)) == 1


def test_a_failing_error_workflow_starts_nothing_more(publish) -> None:
    broken = hearing("fails itself")
    broken["nodes"]["note"] = FAIL
    broken["settings"] = {"error_workflow": "fails itself"}
    workflow = publish(broken)
    run(publish, publish(failing("starts it", settings={"error_workflow": workflow})))
    wait_until(lambda: [e["status"] for e in publish.executions(workflow)] == ["failed"])
    run(publish, workflow)  # by hand: a failure like any other, but its own
    assert len(publish.executions(workflow)) == 2
    by_hand = publish(hearing("by hand"))
    assert run(publish, by_hand)["items"][0]["error"]["code"] == "NODE_FAILED", "a sample"


def test_on_the_command_line(tmp_path) -> None:
    (tmp_path / "hears.yaml").write_text(json.dumps(hearing("hears")))
    document = failing("fails", settings={"error_workflow": "./hears.yaml"})
    (tmp_path / "fails.yaml").write_text(json.dumps(document))
    data_dir = tmp_path / "data"
    ran = Command(data_dir, "run", str(tmp_path / "fails.yaml"))
    assert ran.wait() != 0
    assert "the error workflow 'hears' succeeded" in ran.text()
    shown = Command(data_dir, "executions", "show", "2", "--json")
    shown.wait()
    execution = json.loads(shown.stdout())
    assert (execution["workflow"], execution["status"]) == ("hears", "succeeded")
    assert "no such order" in shown.stdout()
