"""Several processes on one database: two at once, cancel from outside, leases, in-flight nodes."""

import json
import os
import signal
import time

import pytest

WAITING = """
tidegate: 1
name: Waits
nodes:
  start: {type: trigger.manual}
  long: {type: flow.wait, params: {amount: 1.9, unit: seconds}}
  again: {type: flow.wait, params: {amount: 1.9, unit: seconds}}
  last: {type: data.set, params: {keep: none, fields: {done: true}}}
edges: [start -> long, long -> again, again -> last]
"""

SLEEPS = """
tidegate: 1
name: Sleeps for a minute
nodes:
  start: {type: trigger.manual}
  long: {type: flow.wait, params: {amount: 60, unit: seconds}}
  last: {type: data.set, params: {keep: none, fields: {done: true}}}
edges: [start -> long, long -> last]
"""

POSTS = """
tidegate: 1
name: Posts
nodes:
  start: {type: trigger.manual}
  post:
    type: http.request
    params: {method: POST, url: "{{ vars.api }}/pay", body: {pay: 1}, timeout: 60, output: body}
    settings: {retry: {max_retries: 0}, timeout: 60%s}
  last: {type: data.set, params: {keep: none, fields: {done: true}}}
edges: [start -> post, post -> last]
"""


def status_of(query):
    rows = query("SELECT status FROM executions ORDER BY number DESC")
    return rows[0].status if rows else None


def test_two_runs_share_one_database(start, query, write):
    path = write("waits.yaml", WAITING)
    commands = [start("run", path, "--json") for _ in range(3)]
    for command in commands:
        assert command.wait() == 0, command.text()
    reports = [json.loads(command.text()) for command in commands]
    assert {report["status"] for report in reports} == {"succeeded"}
    assert len({report["execution_id"] for report in reports}) == 3
    assert sorted(report["number"] for report in reports) == [1, 2, 3]


def test_another_process_cancels_a_running_execution(start, query, write, until):
    command = start("run", write("waits.yaml", WAITING), "--json")
    until(lambda: status_of(query) == "running", "the execution runs")
    asked = start("executions", "cancel", "1", "--json")
    assert asked.wait() == 0, asked.text()
    assert command.wait(timeout=10) == 130
    assert status_of(query) == "cancelled"
    row = query("SELECT status FROM node_executions ORDER BY seq DESC LIMIT 1")[0]
    assert row.status in ("cancelled", "waiting")


def test_ctrl_c_cancels_and_is_stored(start, query, write, until):
    command = start("run", write("waits.yaml", WAITING), "--json")
    until(lambda: query("SELECT 1 FROM node_executions"), "the first node ran")
    os.kill(command.process.pid, signal.SIGINT)
    assert command.wait(timeout=10) == 130
    assert status_of(query) == "cancelled"


def test_a_long_wait_leaves_memory_and_can_be_cancelled(start, query, write):
    command = start("run", write("sleeps.yaml", SLEEPS), "--json", "--detach")
    assert command.wait() == 0, command.text()
    report = json.loads(command.text())
    assert report["status"] == "waiting"
    assert report["wake_at"] > report["started_at"]
    early = start("executions", "resume", "1")
    assert early.wait() == 2
    assert "its time has not come" in early.text()
    cancelled = start("executions", "cancel", "1")
    assert cancelled.wait() == 0
    assert status_of(query) == "cancelled"
    again = start("executions", "resume", "1")
    assert again.wait() == 2
    assert "has ended" in again.text()


def test_an_attached_wait_shows_when_it_wakes_and_ctrl_c_ends_it(start, query, write, until):
    command = start("run", write("sleeps.yaml", SLEEPS))
    until(lambda: status_of(query) == "waiting", "the execution waits")
    until(lambda: "waiting until" in command.text(), "it says until when")
    os.kill(command.process.pid, signal.SIGINT)
    assert command.wait(timeout=10) == 130
    assert status_of(query) == "cancelled"


def test_a_running_execution_can_not_be_resumed_elsewhere(start, query, write, until):
    command = start("run", write("waits.yaml", WAITING), "--json")
    until(lambda: status_of(query) == "running", "the execution runs")
    other = start("executions", "resume", "1")
    assert other.wait() == 2
    assert "in another process" in other.text()
    assert command.wait() == 0


def test_a_process_that_slept_past_its_lease_stops_and_harms_nothing(start, query, write, until):
    settings = {"TIDEGATE_STORAGE_LEASE": "1"}
    sleeper = start("run", write("waits.yaml", WAITING), "--json", **settings)
    until(lambda: query("SELECT 1 FROM node_executions"), "the first node ran")
    os.kill(sleeper.process.pid, signal.SIGSTOP)
    try:
        time.sleep(1.5)
        other = start("executions", "resume", "1", "--json", **settings)
        assert other.wait() == 0, other.text()
        assert json.loads(other.text())["output"]["last"]["main"] == [{"done": True}]
        rows = query("SELECT * FROM node_executions ORDER BY seq")
    finally:
        os.kill(sleeper.process.pid, signal.SIGCONT)
    assert sleeper.wait() == 1
    assert "LEASE_LOST" in sleeper.text()
    assert query("SELECT * FROM node_executions ORDER BY seq") == rows
    assert status_of(query) == "succeeded"


@pytest.mark.parametrize("setting", ["", ", in_flight: ask"])
def test_a_node_in_flight_asks_before_it_is_repeated(
    start, query, write, until, hanging_server, setting
):
    arguments = ("--var", f"api=http://{hanging_server.address}", "--allow", hanging_server.address)
    command = start("run", write("posts.yaml", POSTS % setting), "--json", *arguments)
    until(lambda: query("SELECT 1 FROM node_executions WHERE kind = 'started'"), "it posts")
    command.kill()
    asked = start("executions", "resume", "1", "--json")
    assert asked.wait() == 1
    report = json.loads(asked.text())
    assert report["status"] == "crashed"
    assert report["error"]["code"] == "IN_FLIGHT_UNDECIDED"
    assert "--in-flight" in report["error"]["message"]
    told = start("executions", "resume", "1")
    assert told.wait() == 1
    assert "tidegate executions resume 1 --in-flight rerun (or fail)" in told.text()
    failed = start("executions", "resume", "1", "--json", "--in-flight", "fail")
    assert failed.wait() == 1
    assert json.loads(failed.text())["status"] == "failed"


def test_a_node_in_flight_fails_where_its_setting_says_so(
    start, query, write, until, hanging_server
):
    arguments = ("--var", f"api=http://{hanging_server.address}", "--allow", hanging_server.address)
    path = write("posts.yaml", POSTS % ", in_flight: fail")
    command = start("run", path, "--json", *arguments)
    until(lambda: query("SELECT 1 FROM node_executions WHERE kind = 'started'"), "it posts")
    command.kill()
    failed = start("executions", "resume", "1", "--json")
    assert failed.wait() == 1
    report = json.loads(failed.text())
    assert report["status"] == "failed"
    assert report["error"]["node"] == "post"


def test_a_node_in_flight_is_repeated_when_a_person_says_so(
    start, query, write, until, hanging_server, counting_server
):
    variables = ("--var", f"api=http://{hanging_server.address}")
    command = start(
        "run", write("p.yaml", POSTS % ""), *variables, "--allow", hanging_server.address
    )
    until(lambda: query("SELECT 1 FROM node_executions WHERE kind = 'started'"), "it posts")
    command.kill()
    hanging_server.answer()
    again = start(
        "executions",
        "resume",
        "1",
        "--json",
        "--in-flight",
        "rerun",
        "--allow",
        hanging_server.address,
    )
    assert again.wait() == 0, again.text()
    report = json.loads(again.text())
    assert report["output"]["last"]["main"] == [{"done": True}]
    attempts = query("SELECT attempt FROM node_executions WHERE node_id = 'post' ORDER BY seq")
    assert [row.attempt for row in attempts] == [1, 2, 2]


def test_run_reports_what_lost_its_process_and_leaves_it_alone(start, query, write, until):
    path = write("waits.yaml", WAITING)
    command = start("run", path)
    until(lambda: query("SELECT 1 FROM node_executions"), "the first node ran")
    command.kill()
    other = start("run", path)
    assert other.wait() == 0
    assert "execution 1 lost its process" in other.text()
    assert query("SELECT status FROM executions WHERE number = 1")[0].status == "running"


@pytest.mark.parametrize("on_crash", ["resume", "restart", "fail"])
def test_a_crash_does_what_the_workflow_says(start, query, write, until, on_crash):
    text = WAITING.replace("nodes:", f"settings: {{on_crash: {on_crash}}}\nnodes:")
    command = start("run", write("waits.yaml", text))
    until(lambda: query("SELECT 1 FROM node_executions WHERE node_id = 'again'"), "the second wait")
    command.kill()
    resumed = start("executions", "resume", "1", "--json")
    assert resumed.wait() == (1 if on_crash == "fail" else 0), resumed.text()
    report = json.loads(resumed.text())
    starts = query("SELECT 1 FROM node_executions WHERE node_id = 'start' AND kind = 'finished'")
    if on_crash == "fail":
        assert report["status"] == "failed"
        assert report["error"]["code"] == "CRASHED"
    else:
        assert report["output"]["last"]["main"] == [{"done": True}]
        assert [node["id"] for node in report["nodes"]] == ["start", "long", "again", "last"]
    assert len(starts) == (2 if on_crash == "restart" else 1)
