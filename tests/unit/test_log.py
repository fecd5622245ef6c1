"""Log lines go to standard error, from the configured level on, one line each."""

import json

import pytest
import structlog

from tidegate.cli.main import run
from tidegate.log import configure, get_logger

FAILS = """\
tidegate: 1
name: Fails
settings: {fallback: {notify_on_failure: true}}
nodes:
  start: {type: trigger.manual}
  no: {type: flow.stop, params: {message: "first\\nexecution.failed forged=1"}}
edges: [start -> no]
"""


@pytest.fixture(autouse=True)
def _restore():
    yield
    configure("warning")
    structlog.reset_defaults()


def test_a_line_has_its_time_level_event_and_values(capsys):
    configure("info")
    get_logger().info("started", execution="x y")
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith("timestamp=2")
    assert captured.err.endswith(' level=info event=started execution="x y"\n')


def test_lower_levels_are_left_out(capsys):
    configure("error")
    get_logger().warning("nobody sees this")
    assert capsys.readouterr().err == ""


def test_a_value_can_not_begin_a_line_of_its_own(capsys):
    configure("info")
    get_logger().info("event", text="a\nlevel=error event=forged")
    assert capsys.readouterr().err.count("\n") == 1


def test_a_value_can_not_steer_the_terminal(capsys):
    configure("info")
    get_logger().info("event", text="\x1b[2J\x9b31m \u202e\x07")
    line = capsys.readouterr().err
    assert line.removesuffix("\n").isprintable()
    assert r"\u001b[2J" in line


def test_the_output_of_json_stays_one_object(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("TIDEGATE_DATA_DIR", str(tmp_path))
    (tmp_path / "fails.yaml").write_text(FAILS)
    assert run(["run", str(tmp_path / "fails.yaml"), "--json"]) == 1
    captured = capsys.readouterr()
    assert json.loads(captured.out)["status"] == "failed"
    assert captured.err.count("event=execution.failed") == 1
    assert captured.err.count("\n") == 1


def test_json_is_one_object_a_line_with_its_execution_and_node(capsys):
    from tidegate.log import within_execution, within_node

    configure("info", "json")
    with within_execution("e-1"), within_node("n-1"):
        get_logger().info("event", text='a\n"b" \x1b[2J \u202e')
    get_logger().info("outside", node="its own")
    inside, outside = map(json.loads, capsys.readouterr().err.splitlines())
    assert (inside["event"], inside["level"]) == ("event", "info")
    assert (inside["execution"], inside["node"]) == ("e-1", "n-1")
    assert inside["text"] == 'a\n"b" \x1b[2J \u202e'
    assert outside["node"] == "its own"
    assert "execution" not in outside


def test_the_log_of_an_execution_names_it_and_its_nodes(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("TIDEGATE_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("TIDEGATE_LOG_FORMAT", "json")
    (tmp_path / "fails.yaml").write_text(FAILS)
    assert run(["run", str(tmp_path / "fails.yaml"), "--json"]) == 1
    captured = capsys.readouterr()
    (line,) = map(json.loads, captured.err.splitlines())
    assert line["execution"] == json.loads(captured.out)["execution_id"]
