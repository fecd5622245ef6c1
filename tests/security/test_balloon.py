"""Every built-in node is fed its worst input, in a fresh process with a small memory limit.

It must end with RESOURCE_LIMIT_EXCEEDED (or need next to nothing), and the process must not have
grown by more than 1.5 times the limit: the account of memory is close to the truth.
"""

import gzip
import json
import os
import sqlite3
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from balloon_cases import CASES, Case
from balloon_process import run_twice
from command_process import CONTEXT

from tidegate.registry import BUILTIN_NODES

MEGABYTE = 1 << 20
LIMIT = 128 if os.environ.get("TIDEGATE_TEST_LONG") == "1" else 32
SCALE = LIMIT // 32
"""The inputs of the long form are that much larger."""

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads Linux's /proc")


def test_every_built_in_node_type_has_its_worst_input():
    assert {case.node for case in CASES} == set(BUILTIN_NODES)


@pytest.fixture(scope="session")
def files(tmp_path_factory) -> Path:
    """The folder that is open to the workflows."""
    root = tmp_path_factory.mktemp("balloon")
    line = '{"n": %d, "text": "' + "x" * 100 + '", "l": [1, 2, 3]}'
    for name, count in (("small", 3), ("big", 120_000 * SCALE)):
        folder = root / name
        folder.mkdir()
        lines = [line % n for n in range(count)]
        (folder / "rows.jsonl").write_text("\n".join(lines))
        (folder / "rows.json").write_text("[" + ",".join(lines) + "]")
        (folder / "rows.csv").write_text("n,text\n" + f"1,{'x' * 200}\n" * count)
        cell = '"' + "x" * (4_000_000 if count > 3 else 3) + '"'
        (folder / "quote.csv").write_text("a,b,c,d,e,f,g,h\n" + ",".join([cell] * 8) + "\n")
        (folder / "rows.xml").write_text("<a>" + '<row n="1"><b>x</b>y</row>' * count + "</a>")
        (folder / "rows.html").write_text("<p>a<b>c</b>" * count)
        (folder / "line.txt").write_text("x" * (500 * count))
        (folder / "deep.json").write_text("[" + ",".join(["[[[[1]]]]"] * (count * 2)) + "]")
    (root / "many").mkdir()
    for n in range(3000):
        (root / "many" / f"{n:0200}").touch()
    return root


@pytest.fixture(scope="session")
def server():
    """Sends large bodies."""
    text = json.dumps([{"n": n, "text": "x" * 50} for n in range(300_000 * SCALE)]).encode()
    bodies = {
        "/json": (text, {"content-type": "application/json"}),
        "/gzip": (gzip.compress(b"xy" * len(text) * 2), {"content-encoding": "gzip"}),
        "/megabyte": (b"x" * MEGABYTE, {}),
        "/xml": (b"<a>" + b'<row n="1"><b>x</b>y</row>' * 300_000 * SCALE + b"</a>", {}),
        "/small": (b"{}", {"content-type": "application/json"}),
        "/small_xml": (b"<a/>", {}),
    }

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self.rfile.read(int(self.headers.get("content-length", "0")))
            body, headers = bodies[self.path]
            self.send_response(200)
            for name, value in (headers | {"content-length": str(len(body))}).items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        do_POST = do_GET

        def log_message(self, format: str, *args: object) -> None:
            pass

        def handle_one_request(self) -> None:
            try:
                super().handle_one_request()
            except ConnectionError:
                self.close_connection = True

    running = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=running.serve_forever, daemon=True).start()
    yield f"127.0.0.1:{running.server_port}"
    running.shutdown()
    running.server_close()


GIVEN_DATA = (
    "trigger.email",
    "trigger.error",
    "trigger.file_watch",
    "trigger.form",
    "trigger.manual",
    "trigger.webhook",
)
"""Triggers whose worst input is the data that they are started with."""
ALONE = (*GIVEN_DATA, "trigger.schedule")


def workflow(case: Case) -> dict:
    nodes = {"start": {"type": "trigger.manual"}}
    edges = []
    for number, (name, source) in enumerate(case.sources.items()):
        params = dict(source)
        nodes[f"rows{number}"] = {"type": params.pop("type", "data.generate"), "params": params}
        edges += [f"start -> rows{number}", f"rows{number} -> x.{name}"]
    settings = {"retry": {"max_retries": 0}, "timeout": 300}
    nodes["x"] = {"type": case.node, "params": dict(case.params), "settings": settings}
    if case.after:
        nodes["body"] = {"type": "flow.no_op"}
        edges += [f"x.{case.after} -> body", "body -> x.results"]
    if case.node in ALONE:
        nodes = {"x": nodes["x"]}
    if case.node == "trigger.sub_workflow":
        nodes["x"] = {"type": "flow.sub_workflow", "params": {"workflow": "./inner.json"}}
    return {
        "tidegate": 1,
        "name": case.id,
        "variables": {"big": False},
        "nodes": nodes,
        "edges": edges,
    }


INNER = {
    "tidegate": 1,
    "name": "inner",
    "nodes": {"x": {"type": "trigger.sub_workflow"}, "y": {"type": "flow.no_op"}},
    "edges": ["x -> y"],
}


def the_end(data: Path, node_type: str) -> tuple[str, dict]:
    """How the node of this type ended in the last execution that has one."""
    with sqlite3.connect(data / "tidegate.db") as database:
        row = database.execute(
            "SELECT status, error FROM node_executions WHERE node_type = ? AND kind = 'finished' "
            "ORDER BY seq DESC LIMIT 1",
            [node_type],
        ).fetchone()
    return row[0], json.loads(row[1] or "{}")


@pytest.mark.parametrize("case", CASES, ids=[case.id for case in CASES])
def test_worst_input(case, files, server, tmp_path):
    data = tmp_path / "data"
    (tmp_path / "inner.json").write_text(json.dumps(INNER))
    (tmp_path / "w.json").write_text(json.dumps(workflow(case)).replace("{SERVER}", server))
    for name in ("small", "big"):
        arguments = [
            "run",
            "w.json",
            "--allow",
            server,
            "--var",
            f"big={json.dumps(name == 'big')}",
        ]
        if case.node in GIVEN_DATA:
            arguments += ["--data", f"@{files / name / 'rows.json'}"]
        (tmp_path / f"{name}.json").write_text(json.dumps(arguments))
    with sqlite3.connect(files / "a.db") as database:
        database.execute("CREATE TABLE IF NOT EXISTS t (n INTEGER, text TEXT)")
    settings = {
        "TIDEGATE_DATA_DIR": str(data),
        "TIDEGATE_FILE_ROOTS": str(files),
        "TIDEGATE_LIMITS_MEMORY": str(LIMIT),
    }
    process = CONTEXT.Process(target=run_twice, args=(str(tmp_path), settings))
    process.start()
    process.join(600)
    output = (tmp_path / "output.txt").read_text()
    assert process.exitcode == 0, output
    found = json.loads((tmp_path / "found.json").read_text())
    grown = found["big"]["growth"] / MEGABYTE
    print(f"BALLOON {case.id}: {grown:.0f} MB", file=sys.__stderr__)
    if case.ends == "limit" and case.node not in GIVEN_DATA:
        status, error = the_end(data, case.node)
        assert status == "failed", output
        assert "RESOURCE_LIMIT_EXCEEDED" in {error.get("type"), error["code"]} or (
            error["code"] == "EXPRESSION_LIMIT"
        ), error
    elif case.ends == "limit":
        assert found["big"]["code"] and "5 MB of data" in output
    elif case.ends == "capped":
        status, error = the_end(data, case.node)
        assert (status, error["code"]) == ("failed", "NODE_FAILED"), error
    else:
        assert found["big"]["code"] == 0, output
    assert grown < 1.5 * LIMIT, output
