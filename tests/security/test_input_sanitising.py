"""Input sanitising by name: whatever a value holds, it stays a value where it is written or shown.

Values come in through the trigger's data, a server's answer, a file's content or a name, and leave
through logs, tables, JSON, CSV, headers, paths and SQL.
"""

import csv
import io
import json
import logging
import re
import sqlite3
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from pathlib import Path
from threading import Thread

import pytest

from tidegate.cli.main import run
from tidegate.log import configure, get_logger, safe, safe_line

HOSTILE = (
    "\x1b[2J\x1b[1;1Hroot# ",  # clears the screen and writes a prompt
    "\x1b]0;title\x07",  # sets the window's title
    "\x1b]52;c;cm0gLXJmIH4=\x07",  # writes to the clipboard
    "\x9b31m",  # a control sequence of one character
    "a\rb",  # overwrites the line
    "a\nlevel=error event=forged",
    "a\r\nlevel=error event=forged",
    "a\x0bb\x0cc\x85d\u2028e\u2029f",  # other line breaks
    "\u202egnp.exe\u202c",  # turns the reading direction
    "\u2066x\u2069",
    "\x00\x08\x7f",
    "<script>alert(1)</script>",
    "[red]not rich's markup[/red]",
)
FORMULAS = ("=1+1", "+1", "-1+1", "@SUM(A1)", "\t=1", "\r=1", '=HYPERLINK("http://x","y")')
TRAVERSALS = (
    "../outside.txt",
    "a/../../outside.txt",
    "..\\outside.txt",
    "/etc/passwd",
    "link/outside.txt",
    ".hidden",
    "a\0b",
    "%2e%2e/outside.txt/..",
)
SQL = ("x'; DROP TABLE t; --", 'x"; DROP TABLE t; --', "1 OR 1=1", "\\'; DROP TABLE t; --")
CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


@pytest.fixture
def product(tmp_path, monkeypatch, capsys):
    """Runs command lines; gives exit code, standard output and standard error."""
    monkeypatch.setenv("TIDEGATE_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.chdir(tmp_path)

    def call(*arguments: str):
        code = run(arguments)
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return call


@pytest.fixture
def workflow(tmp_path):
    """Writes a workflow of a trigger and these nodes, one after the other."""

    def write(**nodes) -> str:
        names = ["start", *nodes]
        edges = [f"{a} -> {b}" for a, b in pairwise(names)]
        document = {"tidegate": 1, "name": "w", "nodes": {"start": {"type": "trigger.manual"}}}
        document["nodes"] |= nodes
        file = tmp_path / "w.json"
        file.write_text(json.dumps(document | {"edges": edges}))
        return str(file)

    return write


def stop_with(text):
    return {"type": "flow.stop", "params": {"message": text}}


# Log injection


@pytest.mark.parametrize("value", HOSTILE)
def test_log_injection_a_value_makes_no_line_of_its_own(value, capsys):
    configure("warning")
    get_logger().warning("event", value=value, other=[value, {value: value}])
    written = capsys.readouterr().err
    assert len(written.splitlines()) == 1
    assert CONTROL.search(written) is None
    assert not re.search(r"\slevel=error", written), "the line's own level is the only one"


def test_log_injection_through_a_failing_execution(product, workflow):
    document = workflow(stop=stop_with("{{ json.custom_data }}"))
    strategy = json.loads(Path(document).read_text())
    strategy["settings"] = {"fallback": {"notify_on_failure": True}}
    Path(document).write_text(json.dumps(strategy))
    code, out, err = product("run", document, "--data", json.dumps("|".join(HOSTILE)))
    assert code == 1
    assert CONTROL.search(out + err) is None
    assert len([line for line in err.splitlines() if "execution.failed" in line]) == 1
    assert not [line for line in err.splitlines() if line.startswith("level=error")]


def test_log_injection_text_that_is_safe_stays_readable():
    assert safe("Grüße, 世界 👋\tok\nnext") == "Grüße, 世界 👋\tok\nnext"
    assert safe_line("one\ntwo") == "one\\ntwo"


# Terminal control characters, and HTML, in what is shown


def test_terminal_every_table_and_sentence_is_harmless(product, workflow):
    value = "|".join(HOSTILE)
    data = json.dumps({"v": value, value: 1, "short": "[red]x[/red]"})
    fields = {"v": "{{ json.custom_data.v }}", "s": "{{ json.custom_data.short }}"}
    document = workflow(
        set={"type": "data.set", "params": {"fields": fields, "keep": "none"}},
        stop=stop_with("it was {{ json.v }}"),
    )
    shown = [
        product(*arguments)
        for arguments in (
            ("run", document, "--data", data),
            ("executions", "show", "1"),
            ("executions", "show", "1", "--node", "set"),
            ("executions", "show", "1", "--node", "stop"),
            ("executions", "list"),
        )
    ]
    for _, out, err in shown:
        assert CONTROL.search(out + err) is None, ascii(out + err)
    assert "<script>" in shown[2][1], "HTML is text like any other"
    assert "[red]x[/red]" in shown[2][1], "markup of the terminal library is text too"


def test_terminal_json_is_escaped_there_and_stays_json(monkeypatch):
    from tidegate import codec
    from tidegate.cli.output import json_text

    value = {"v": "|".join(HOSTILE)}
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    shown = json_text(codec.encode_pretty(value))
    assert CONTROL.search(shown) is None
    assert json.loads(shown) == value


def test_terminal_names_in_the_audit_log_are_harmless(product, tmp_path):
    (tmp_path / "v.json").write_text('{"token": "abcdefgh"}')
    options = ("--type", "bearer", "--host", "a.example", "--data", "@v.json")
    kept = 0
    for value in HOSTILE:
        code, _, err = product("credentials", "set", value, *options)
        assert code == 0 or "one line of printable characters" in err
        kept += code == 0
    for command in (("audit", "list"), ("credentials", "list"), ("security", "events")):
        code, out, err = product(*command)
        assert code == 0
        assert CONTROL.search(out + err) is None
    _, out, _ = product("audit", "list")
    assert len(out.splitlines()) == kept + 1, "one line for each, and one for the key"


# HTML in shown values


def test_html_in_a_mail_is_text():
    from tidegate.notify.base import Notification
    from tidegate.notify.mail import as_mail

    hostile = "<img src=x onerror=alert(1)>\r\nBcc: eve@example.org"
    told = Notification("id", "security_event", "high", hostile, 0, {"v": hostile})
    mail = as_mail(told, "a@example.org", ("b@example.org",))
    assert mail.get_content_type() == "text/plain"
    assert mail["Bcc"] is None
    assert "\nBcc:" not in mail.as_string()


def test_html_in_json_reads_back_the_same(product, workflow):
    value = "</script><!--<img onerror=alert(1)>&'\""
    document = workflow(
        set={"type": "data.set", "params": {"fields": {"v": "{{ json.custom_data }}"}}}
    )
    code, out, _ = product("run", document, "--data", json.dumps(value), "--json")
    assert code == 0
    assert json.loads(out)["output"]["set"]["main"][0]["v"] == value


# Header injection


@pytest.fixture
def server():
    seen = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            seen.append((self.path, list(self.headers.items())))
            self.send_response(200)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, format, *args):
            logging.getLogger(__name__).debug(format, *args)

    listening = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=listening.serve_forever, daemon=True).start()
    listening.seen = seen
    yield listening
    listening.shutdown()
    listening.server_close()


@pytest.mark.parametrize("value", ["a\r\nX-Evil: 1", "a\nX-Evil: 1", "a\rX-Evil: 1", "a\0b"])
@pytest.mark.parametrize("place", ["value", "name", "url"])
def test_header_injection_is_refused_and_on_record(value, place, product, workflow, server):
    address = f"127.0.0.1:{server.server_port}"
    params = {"url": f"http://{address}/"}
    if place == "url":
        params["url"] += "{{ json.custom_data }}"
    else:
        name, text = ("x-test", "{{ json.custom_data }}") if place == "value" else (value, "1")
        params["headers"] = {name: text}
    document = workflow(call={"type": "http.request", "params": params})
    code, out, _ = product("run", document, "--data", json.dumps(value), "--allow", address)
    assert not [name for _, headers in server.seen for name, _ in headers if name == "X-Evil"]
    assert code != 0 or all("\r" not in path and "\n" not in path for path, _ in server.seen), out
    if place == "value":
        _, out, _ = product("security", "events", "--type", "MALICIOUS_CONTENT", "--json")
        assert json.loads(out)["events"], "it is a security event"


# CSV formulas


@pytest.fixture
def root(tmp_path, monkeypatch):
    """A folder that is open to workflows."""
    folder = tmp_path / "root"
    folder.mkdir()
    monkeypatch.setenv("TIDEGATE_FILE_ROOTS", str(folder))
    return folder


ROWS = {
    "type": "data.generate",
    "params": {"count": len(FORMULAS), "fields": {"v": "{{ json.custom_data[index] }}", "n": -1}},
}


def written_cells(text):
    return [row for row in csv.reader(io.StringIO(text, newline="")) if row][1:]


def test_csv_formulas_are_guarded_in_files(product, workflow, root):
    write = {"type": "files.write", "params": {"path": "out.csv"}}
    document = workflow(rows=ROWS, write=write)
    code, out, err = product("run", document, "--data", json.dumps(FORMULAS))
    assert code == 0, out + err
    cells = written_cells((root / "out.csv").read_bytes().decode())
    assert cells == [["'" + value, "-1"] for value in FORMULAS], "and a number is no formula"


def test_csv_formulas_are_guarded_in_texts(product, workflow):
    convert = {"type": "data.convert", "params": {"operation": "items_to_csv"}}
    document = workflow(rows=ROWS, convert=convert)
    code, out, err = product("run", document, "--data", json.dumps(FORMULAS), "--json")
    assert code == 0, out + err
    (item,) = json.loads(out)["output"]["convert"]["main"]
    assert written_cells(item["text"]) == [["'" + value, "-1"] for value in FORMULAS]


# Path traversal


@pytest.mark.parametrize("path", TRAVERSALS)
def test_path_traversal_nothing_outside_is_read_or_written(path, product, workflow, tmp_path, root):
    (root / "a").mkdir()
    (tmp_path / "outside.txt").write_text("not for workflows")
    (root / "link").symlink_to(tmp_path)
    before = sorted(str(file) for file in tmp_path.rglob("*") if "data" not in str(file))
    for node, params in (
        ("files.read", {"path": "{{ json.custom_data }}"}),
        ("files.write", {"path": "{{ json.custom_data }}", "format": "text", "text": "x"}),
    ):
        document = workflow(file={"type": node, "params": params})
        code, out, _ = product("run", document, "--data", json.dumps(path), "--json")
        assert code != 0, out
        assert "not for workflows" not in out
    (tmp_path / "w.json").unlink()
    after = sorted(str(file) for file in tmp_path.rglob("*") if "data" not in str(file))
    assert [file for file in after if file not in before] == []
    assert (tmp_path / "outside.txt").read_text() == "not for workflows"


@pytest.mark.usefixtures("root")
def test_path_traversal_is_on_record(product, workflow):
    document = workflow(file={"type": "files.read", "params": {"path": "../w.json"}})
    assert product("run", document)[0] == 1
    _, out, _ = product("security", "events", "--node", "file", "--json")
    (event,) = json.loads(out)["events"]
    assert (event["event_type"], event["severity"]) == ("BLOCKED_URL", "high")
    assert event["details"]["rule"].startswith("files.")


# SQL


@pytest.mark.parametrize("value", SQL)
def test_sql_a_value_is_never_a_part_of_the_statement(value, product, workflow, root):
    with sqlite3.connect(root / "db.sqlite") as session:
        session.execute("CREATE TABLE t (a TEXT)")
        session.execute("INSERT INTO t VALUES ('kept')")
    session.close()
    query = {
        "type": "sql.query",
        "params": {
            "url": "sqlite:db.sqlite",
            "statement": "SELECT a FROM t WHERE a = :a",
            "params": {"a": "{{ json.custom_data }}"},
        },
    }
    code, out, err = product("run", workflow(q=query), "--data", json.dumps(value), "--json")
    assert code == 0, out + err
    assert not any(json.loads(out)["output"].get("q", {}).values()), out
    with sqlite3.connect(root / "db.sqlite") as session:
        assert session.execute("SELECT a FROM t").fetchall() == [("kept",)]
    session.close()


@pytest.mark.parametrize("value", SQL)
def test_sql_no_filter_of_a_command_reaches_the_statement(value, product):
    for arguments in (
        ("security", "events", "--type", value, "--node", value),
        ("audit", "list", "--actor", value, "--action", value, "--subject", value),
        ("executions", "list", "--workflow", value, "--trigger", value),
        ("executions", "show", value),
        ("credentials", "show", value),
    ):
        code, out, err = product(*arguments, "--json")
        assert code in {0, 2}, out + err
        assert '"BUG"' not in out
    assert product("audit", "verify")[0] == 0
