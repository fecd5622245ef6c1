"""Answers are kept between executions, of processes that know nothing of each other."""

import json
import shutil
from http.server import BaseHTTPRequestHandler

import pytest

WORKFLOW = """
tidegate: 1
name: rates
nodes:
  start: {type: trigger.manual}
  rates:
    type: http.request
    params: {url: "http://ADDRESS/rates", cache: true, output: full}
edges: [start -> rates]
"""


@pytest.fixture
def database_url(tmp_path, sqlite_template):
    """SQLite alone: answers are not kept in the database."""
    path = tmp_path / "tidegate.db"
    shutil.copy(sqlite_template, path)
    return f"sqlite:///{path}"


@pytest.fixture
def rates(counting_server):
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self):
            is_same = self.headers.get("If-None-Match") == '"v1"'
            self.server.seen["not modified" if is_same else "whole"] += 1
            body = b"" if is_same else b'{"eur": 1.08, "token": "only-for-ada"}'
            self.send_response(304 if is_same else 200)
            for name, value in (("ETag", '"v1"'), ("Content-Type", "application/json")):
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    counting_server.RequestHandlerClass = Handler
    return counting_server


def test_the_next_process_asks_only_whether_it_is_still_good(start, write, rates, data_dir):
    file = write("rates.yaml", WORKFLOW.replace("ADDRESS", rates.address))

    def run(**settings):
        command = start("run", file, "--json", "--allow", rates.address, **settings)
        assert command.wait() == 0, command.text()
        (item,) = json.loads(command.stdout())["output"]["rates"]["main"]
        return item

    first, second = run(), run()
    assert (first["cache"], second["cache"]) == ("miss", "revalidated")
    assert first["data"] == second["data"] == {"eur": 1.08, "token": "only-for-ada"}
    assert dict(rates.seen) == {"whole": 1, "not modified": 1}
    kept = [path.read_bytes() for path in (data_dir / "responses").rglob("*") if path.is_file()]
    assert kept
    assert not any(b"only-for-ada" in data for data in kept)
    assert run(TIDEGATE_STORAGE_RESPONSE_CACHE="0")["cache"] == "off"


def test_another_version_of_the_credential_gets_nothing_of_the_one_before(
    start, write, rates, data_dir
):
    file = write(
        "rates.yaml",
        WORKFLOW.replace("ADDRESS", rates.address).replace(
            "type: http.request", "type: http.request\n    credential: ada"
        ),
    )

    def done(*arguments):
        command = start(*arguments)
        assert command.wait() == 0, command.text()
        return command.stdout()

    def keep(token):
        data = write("ada.json", json.dumps({"token": token}))
        options = ("--type", "bearer", "--host", rates.address, "--allow-plain-http")
        done("credentials", "set", "ada", *options, "--data", f"@{data}")

    def run():
        report = json.loads(done("run", file, "--json", "--allow", rates.address))
        return report["output"]["rates"]["main"][0]["cache"]

    keep("first-token")
    assert [run(), run()] == ["miss", "revalidated"]
    keep("second-token")
    assert run() == "miss"
