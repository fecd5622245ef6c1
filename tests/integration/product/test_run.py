"""`tidegate run` as people and programs see it: exit codes, JSON, the live table, pipes."""

import json
import os
import re
import shutil
import signal

import pytest
from terminal import Terminal

CHAIN = """\
tidegate: 1
name: Chain
nodes:
  start: {type: trigger.manual}
  make: {type: data.generate, params: {count: 3, fields: {n: "{{ index }}"}}}
  pause: {type: flow.wait, params: {amount: 0.7, unit: seconds}}
  last: {type: data.set, params: {keep: none, fields: {m: "{{ json.n * 2 }}"}}}
edges: [start -> make, make -> pause, pause -> last]
"""

FAILS = """\
tidegate: 1
name: Fails
nodes:
  start: {type: trigger.manual}
  sum: {type: data.set, params: {fields: {total: "{{ json.amount + 1 }}"}}}
  never: {type: flow.no_op}
edges: [start -> sum, sum -> never]
"""

HANDLES = """\
tidegate: 1
name: Handles
nodes:
  start: {type: trigger.sub_workflow}
  date:
    type: data.date_time
    params: {operation: extract, value: "{{ json.date }}", part: day, into: day}
    settings: {on_error: error_output}
  good: {type: data.set, params: {keep: none, fields: {day: "{{ json.day }}"}}}
  bad: {type: data.set, params: {keep: none, fields: {bad: "{{ json.date }}"}}}
edges: [start -> date, date -> good, date.error -> bad]
"""

SLEEPS = """\
tidegate: 1
name: Sleeps
nodes:
  start: {type: trigger.manual}
  first: {type: flow.wait, params: {amount: 2.2, unit: seconds}}
  second: {type: flow.wait, params: {amount: 2.2, unit: seconds}}
edges: [start -> first, first -> second]
"""

ECHOES = """\
tidegate: 1
name: Echoes
nodes:
  start: {type: trigger.sub_workflow}
  last: {type: data.set, params: {fields: {a: 1}}}
edges: [start -> last]
"""

STEERS = [
    {"text": "a\x1b[2J\x1b]0;title\x07b\r\nexecution 9 ✓ succeeded", "c1": "\x9b31m", "bidi": "\u202egnp"},
    {"text": "[bold]no markup[/bold] :smile:", "k\x1b[8m\n": {"\x1b[1m": "\u2066"}, "wide": "日本語 🎉"},
]  # fmt: skip
CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


@pytest.fixture
def database_url(tmp_path, sqlite_template):
    """SQLite alone: what is shown is the same with both."""
    path = tmp_path / "tidegate.db"
    shutil.copy(sqlite_template, path)
    return f"sqlite:///{path}"


@pytest.fixture
def terminal():
    with Terminal(columns=140) as made:
        yield made


@pytest.fixture
def in_terminal(start, terminal):
    """Starts commands that write to the terminal."""

    def start_command(*arguments, **settings):
        return start(*arguments, terminal=terminal.path, TERM="xterm-256color", **settings)

    return start_command


def run(start, *arguments, code=0, **settings):
    command = start("run", *arguments, **settings)
    assert command.wait() == code, command.text()
    return command


def test_the_json_of_an_execution(start, write, query):
    command = run(start, write("chain.yaml", CHAIN), "--json")
    assert command.stderr() == ""
    assert command.stdout().count("\n") == 1
    report = json.loads(command.stdout())
    row = query("SELECT id, number, status FROM executions")[0]
    assert report["execution_id"] == row.id
    assert report["status"] == row.status == "succeeded"
    assert 700 <= report["duration_ms"] < 60_000
    assert [node["id"] for node in report["nodes"]] == ["start", "make", "pause", "last"]
    fields = {"id", "type", "status", "attempts", "duration_ms", "items_in", "items_out", "error"}
    for node in report["nodes"]:
        assert node.keys() >= fields
        assert node["status"] == "succeeded"
        assert node["attempts"] == 1
        assert node["duration_ms"] >= 0
        assert node["error"] is None
    assert [(n["items_in"], n["items_out"]) for n in report["nodes"]] == [
        (0, 1),
        (1, 3),
        (3, 3),
        (3, 3),
    ]
    assert report["nodes"][2]["duration_ms"] >= 700
    assert report["nodes"][3]["type"] == "data.set"
    assert report["output"].keys() == {"start", "make", "pause", "last"}
    assert report["output"]["make"] == {"main": [{"n": 0}, {"n": 1}, {"n": 2}]}
    assert report["output"]["last"] == {"main": [{"m": 0}, {"m": 2}, {"m": 4}]}
    assert report["error"] is None
    assert report["errors_handled"] == 0


def test_a_failure_shows_where_and_why(start, write):
    path = write("fails.yaml", FAILS)
    report = json.loads(run(start, path, "--json", code=1).stdout())
    assert report["status"] == "failed"
    assert [node["status"] for node in report["nodes"]] == ["succeeded", "failed"]
    error = report["nodes"][1]["error"]
    assert error["code"] == "EXPRESSION_ERROR"
    assert error["parameter"] == "fields"
    assert "no field 'amount'" in error["message"]
    assert error["pretty"].splitlines()[-1].strip() == "^" * len("json.amount")
    assert report["error"]["node"] == "sum"
    assert report["output"].keys() == {"start"}
    people = run(start, path, code=1).stdout()
    assert "json.amount + 1" in people
    assert re.search(r"sum +data.set +✗ failed", people)
    assert "never" not in people
    assert re.search(r"execution 2 ✗ failed in [0-9.]+ ms", people)
    assert "node sum: no field 'amount'" in people


def test_handled_errors_are_counted(start, write):
    path = write("handles.yaml", HANDLES)
    data = '[{"date": "2026-03-01"}, {"date": "yesterday"}, {"date": "2026-03-02"}]'
    report = json.loads(run(start, path, "--json", "--data", data).stdout())
    assert report["errors_handled"] == 1
    nodes = {node["id"]: node for node in report["nodes"]}
    assert nodes["date"]["errors_handled"] == 1
    assert report["output"]["date"].keys() == {"main", "error"}
    assert report["output"]["good"] == {"main": [{"day": 1}, {"day": 2}]}
    assert report["output"]["bad"] == {"main": [{"bad": "yesterday"}]}
    assert "with 1 error handled" in run(start, path, "--data", data).stdout()


def test_the_same_content_is_one_version(start, write, query):
    path = write("chain.yaml", CHAIN)
    hashes = []
    for text in (CHAIN, "# a comment\n" + CHAIN, CHAIN.replace("* 2", "* 3"), CHAIN):
        write("chain.yaml", text)
        run(start, path)
        hashes.append(query("SELECT version_hash FROM executions ORDER BY number DESC")[0])
    assert hashes[0] == hashes[1] == hashes[3] != hashes[2]
    assert query("SELECT count(*) AS n FROM workflows")[0].n == 1
    assert query("SELECT count(*) AS n FROM workflow_versions")[0].n == 2
    run(start, write("copy.yaml", CHAIN))
    assert query("SELECT count(*) AS n FROM workflows")[0].n == 2


def test_a_live_table_and_nothing_of_it_is_left_over(in_terminal, terminal, write):
    command = in_terminal("run", write("chain.yaml", CHAIN))
    assert command.wait() == 0, terminal.written()
    frames = terminal.written().split("\x1b[2K")
    live = [frame for frame in frames if "⧗ waiting" in frame]
    assert len(live) >= 2, "the table was drawn anew while the node waited"
    screen = terminal.screen()
    text = "\n".join(screen)
    assert "waiting" not in text
    assert text.count("✓ succeeded") == 5, text
    heads = [line for line in screen if line.split()[:3] == ["node", "type", "status"]]
    assert len(heads) == 1
    assert [line.split()[0] for line in screen if "✓" in line] == [
        "start", "make", "pause", "last", "execution",
    ]  # fmt: skip
    assert terminal.written().endswith("\n")
    assert terminal.written().count("\x1b[?25l") == terminal.written().count("\x1b[?25h") == 1


def test_json_in_a_terminal_is_json_alone(in_terminal, terminal, write):
    data = json.dumps(STEERS)
    assert in_terminal("run", write("e.yaml", ECHOES), "--json", "--data", data).wait() == 0
    written = terminal.written().replace("\r\n", "\n")
    assert CONTROL.search(written) is None
    assert json.loads(written)["output"]["start"]["main"] == STEERS


def test_no_item_steers_the_terminal(start, in_terminal, terminal, write):
    path = write("echoes.yaml", ECHOES)
    assert in_terminal("run", path, "--data", json.dumps(STEERS)).wait() == 0
    screen = "\n".join(terminal.screen())  # knows no sequences but those of the live table
    assert "\\u001b[2J\\u001b]0;title\\u0007b" in screen
    assert "[bold]no markup[/bold] :smile:" in screen
    assert "\nexecution 9" not in screen
    in_pipe = start("executions", "show", "1", "--node", "last")
    assert in_pipe.wait() == 0
    assert CONTROL.search(in_pipe.stdout()) is None
    assert "日本語 🎉" in in_pipe.stdout()


def test_no_message_steers_the_terminal(start, in_terminal, terminal, write):
    settings = "settings: {fallback: {notify_on_failure: true, log_failure_details: true}}\nnodes:"
    forged = "\x1b[2J\x9b1m\nexecution 9 ✓ succeeded"
    text = FAILS.replace("json.amount", "json.custom_data.none").replace("nodes:", settings)
    arguments = ("run", write("fails.yaml", text), "--data", json.dumps({forged: 1}))
    assert in_terminal(*arguments).wait() == 1
    screen = terminal.screen()
    assert "\\u001b[2J" in "\n".join(screen)
    assert not [line for line in screen if line.startswith("execution 9")]
    command = start(*arguments)
    assert command.wait() == 1
    assert CONTROL.search(command.text()) is None
    assert "event=execution.failed" in command.stderr()
    assert command.stderr().count("\n") == 1, "a log line is one line"
    shown = start("executions", "show", "1", "--node", "sum")
    assert shown.wait() == 0
    assert CONTROL.search(shown.stdout()) is None
    assert "execution 9" in shown.stdout()
    assert not [line for line in shown.stdout().splitlines() if line.startswith("execution 9")]


@pytest.mark.parametrize("options", [(), ("--json",)])
def test_a_reader_that_leaves_early_harms_nothing(start, write, tmp_path, query, options):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    data = json.dumps([{"n": n, "text": "x" * 1000} for n in range(3000)])
    path = write("data.json", data)
    command = start(
        "run", write("e.yaml", ECHOES), "--data", f"@{path}", *options, terminal=str(pipe)
    )
    with pipe.open("rb") as reader:
        assert reader.read(10)
    assert command.wait() == 1
    assert query("SELECT status FROM executions")[0].status == "succeeded"


def test_every_wait_is_announced_and_awaited(start, write):
    command = run(start, write("sleeps.yaml", SLEEPS))
    assert len(re.findall(r"waiting until 20\S+Z \(Ctrl-C cancels\)", command.stdout())) == 2
    assert "execution 1 ✓ succeeded" in command.stdout()


def test_a_detached_wait_says_how_to_go_on(start, write):
    text = SLEEPS.replace("2.2", "60")
    command = run(start, write("sleeps.yaml", text), "--detach")
    assert re.search(
        r"it waits until \S+; then go on with: tidegate executions resume 1", command.stdout()
    )
    assert re.search(r"first +flow.wait +⧗ waiting", command.stdout())


def test_a_wait_ends_when_another_process_cancels_it(start, write, until, query):
    command = start("run", write("sleeps.yaml", SLEEPS.replace("2.2", "60")), "--json")
    until(lambda: "waiting until" in command.stderr(), "it waits")
    assert start("executions", "cancel", "1").wait() == 0
    assert command.wait(timeout=10) == 130
    report = json.loads(command.stdout())
    assert report["status"] == "cancelled"
    assert query("SELECT status FROM executions")[0].status == "cancelled"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_cancelled_execution_is_reported(start, write, until, query, number):
    command = start("run", write("sleeps.yaml", SLEEPS.replace("2.2", "1.9")), "--json")
    until(lambda: query("SELECT 1 FROM node_executions"), "it runs")
    os.kill(command.process.pid, number)
    assert command.wait(timeout=10) == 130
    report = json.loads(command.stdout())
    assert report["status"] == "cancelled"
    assert report["nodes"][0]["status"] == "succeeded"
    assert report["nodes"][1]["status"] == "cancelled"


def test_ctrl_c_in_a_terminal_leaves_the_terminal_as_it_was(
    in_terminal, terminal, write, until, query
):
    command = in_terminal("run", write("sleeps.yaml", SLEEPS))
    until(lambda: "waiting until" in terminal.written(), "it waits")
    os.kill(command.process.pid, signal.SIGINT)
    assert command.wait(timeout=10) == 130
    assert terminal.written().count("\x1b[?25l") == terminal.written().count("\x1b[?25h")
    text = "\n".join(terminal.screen())
    assert "execution 1 ⊘ cancelled" in text
    assert "Traceback" not in text


def test_what_the_gate_allows_besides_is_said(start, write):
    path = write("echoes.yaml", ECHOES)
    command = run(start, path, "--allow", "127.0.0.1:9", "--allow", "*.corp.example:443")
    assert (
        "egress: allowed besides the internet: 127.0.0.1:9, *.corp.example:443" in command.stdout()
    )
    assert json.loads(run(start, path, "--json", "--allow", "127.0.0.1:9").stdout())
