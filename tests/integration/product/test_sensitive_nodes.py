"""What a sensitive node leaves is sealed wherever it is stored, and there for who may see it."""

import json
import shutil
import subprocess
import time

import pytest

SECRET = "the-patient-is-ada-lovelace"

WORKFLOW = """
tidegate: 1
name: sensitive
nodes:
  start: {type: trigger.manual, settings: {sensitive: true}}
  call:
    type: http.request
    params:
      method: POST
      url: "http://ADDRESS/?name={{ json.custom_data.name }}"
      body: "{{ json.custom_data }}"
    settings: {sensitive: true}
  large:
    type: data.generate
    params: {count: 8000, fields: {n: "{{ index }}", name: "{{ json.data.accepted.name }}"}}
    settings: {sensitive: true}
  pause: {type: flow.wait, params: {amount: 3}, settings: {sensitive: true}}
  kept: {type: data.filter, params: {condition: "{{ json.n == 7999 }}"}, settings: {sensitive: true}}
  broken:
    type: flow.stop
    params: {message: "no {{ json.name }}"}
    settings: {sensitive: true, fallback: {log_failure_details: true}}
edges: [start -> call, call -> large, large -> pause, pause -> kept, kept -> broken]
"""
TABLES = (
    *("executions", "node_executions", "execution_logs"),
    *("http_request_logs", "security_events", "audit_log"),
)


@pytest.fixture
def stored(data_dir, query):
    """Every byte that is kept: the tables, and the files in the data folder."""

    def read() -> bytes:
        rows = [row for name in TABLES for row in query(f"SELECT * FROM {name}")]
        files = [path.read_bytes() for path in data_dir.parent.rglob("*.sealed")]
        # In a process of its own: closing the file here would drop the locks of ``query``.
        database = data_dir.parent.rglob("tidegate.db*")
        files += [subprocess.check_output(["cat", str(path)]) for path in database]
        return b"\n".join([*(repr(vars(row)).encode() for row in rows), *files])

    return read


def test_nothing_of_a_sensitive_node_is_stored_in_plain(
    start, write, counting_server, stored, query, data_dir, until
):
    file = write("sensitive.yaml", WORKFLOW.replace("ADDRESS", counting_server.address))
    allow = ("--allow", counting_server.address)
    data = json.dumps({"name": SECRET})
    first = start("run", file, *allow, "--data", data, "--detach", "--json")
    assert first.wait() == 0, first.text()
    assert counting_server.seen == {data.replace(": ", ":"): 1}
    assert SECRET.encode() not in stored()
    spilled = {row.output_file for row in query("SELECT output_file FROM node_executions")} - {None}
    assert spilled, "8000 items go to a file"
    assert all(name.endswith(".sealed") for name in spilled)

    assert start("vault", "rotate").wait() == 0
    number = json.loads(first.stdout())["number"]
    (wake_at,) = [row.wake_at for row in query("SELECT wake_at FROM executions")]
    until(lambda: time.time() * 1e6 > wake_at, "the wait is over")
    resumed = start("executions", "resume", str(number), *allow, "--json")
    assert resumed.wait() == 1, resumed.text()
    assert counting_server.seen.total() == 1, "what was sealed was read back, and not run again"
    assert SECRET.encode() not in stored()
    assert SECRET not in json.dumps(json.loads(resumed.stdout())["error"])

    def shown(node):
        command = start("executions", "show", str(number), "--node", node, "--json")
        assert command.wait() == 0, command.text()
        return json.loads(command.stdout())

    assert shown("start")["nodes"][0]["output"]["main"][0]["custom_data"] == {"name": SECRET}
    (request,) = shown("call")["requests"]
    assert json.loads(request["request_body"]) == {"name": SECRET}
    assert SECRET in request["response_body"]
    assert request["url"].endswith("/"), "the query is not kept"
    assert shown("kept")["nodes"][0]["output"]["main"] == [{"n": 7999, "name": SECRET}]
    broken = shown("broken")
    assert SECRET in broken["nodes"][0]["error"]["message"]
    assert SECRET in json.dumps(broken["log"])

    shutil.move(data_dir / "vault.key", data_dir / "elsewhere")
    locked = start("executions", "show", str(number), "--json")
    assert locked.wait() == 2, locked.text()
    assert "vault.key is missing" in locked.stdout()


def test_an_ordinary_node_is_stored_as_before(start, write, query, data_dir):
    text = """
tidegate: 1
name: plain
nodes:
  start: {type: trigger.manual}
  set: {type: data.set, params: {fields: {a: 1}}}
edges: [start -> set]
"""
    command = start("run", write("plain.yaml", text), "--json")
    assert command.wait() == 0, command.text()
    rows = query("SELECT output FROM node_executions ORDER BY seq")
    assert json.loads(bytes(rows[-1].output))["items"][0]["a"] == 1
    assert not (data_dir / "vault.key").exists(), "without secrets there is no key"
