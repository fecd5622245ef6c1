"""A counting HTTP server, and commands in processes of their own."""

import json
import threading
import time
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from command_process import Command
from sqlalchemy import create_engine, text


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: "CountingServer"

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length", "0")))
        self.server.seen[body.decode()] += 1
        answer = json.dumps({"accepted": json.loads(body or b"null")}).encode()
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, format: str, *args: object) -> None:
        pass


class CountingServer(ThreadingHTTPServer):
    """Counts the bodies that were posted to it."""

    daemon_threads = True

    def __init__(self, handler: type[BaseHTTPRequestHandler] = _Handler) -> None:
        super().__init__(("127.0.0.1", 0), handler)
        self.seen: Counter[str] = Counter()
        self.address = f"127.0.0.1:{self.server_port}"


@pytest.fixture
def counting_server():
    server = CountingServer()
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join(5)


@pytest.fixture
def hanging_server():
    """Accepts requests and answers only after `answer()`."""
    may_answer = threading.Event()

    class Handler(_Handler):
        def do_POST(self) -> None:
            if may_answer.wait(60):
                super().do_POST()

    server = CountingServer(Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    server.answer = may_answer.set
    yield server
    may_answer.set()
    server.shutdown()
    server.server_close()
    thread.join(5)


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def start(data_dir: Path, database_url: str):
    """Starts a `tidegate` command in a process of its own, on the test's database."""
    started: list[Command] = []

    def start_command(*arguments: str, **settings: Any) -> Command:
        environment = {"TIDEGATE_DATABASE_URL": database_url, **settings}
        command = Command(data_dir, *arguments, **environment)
        started.append(command)
        return command

    yield start_command
    for command in started:
        if command.process.is_alive():
            command.kill()


@pytest.fixture
def write(tmp_path: Path):
    """Writes a file and returns its path."""

    def write_file(name: str, text: str) -> str:
        path = tmp_path / name
        path.write_text(text)
        return str(path)

    return write_file


@pytest.fixture
def query(database_url: str):
    """Reads the database from outside, as another program would."""
    engine = create_engine(database_url.replace("postgresql://", "postgresql+psycopg://"))

    def run_query(statement: str, **values: object) -> list[SimpleNamespace]:
        with engine.connect() as connection:
            rows = connection.execute(text(statement), values).mappings()
            return [SimpleNamespace(**row) for row in rows]

    yield run_query
    engine.dispose()


@pytest.fixture
def until():
    """Waits for a condition that another process brings about."""

    def wait_until(condition, what: str, timeout: float = 30):
        deadline = time.monotonic() + timeout
        while time.monotonic() < deadline:
            value = condition()
            if value:
                return value
            time.sleep(0.02)
        raise AssertionError(f"did not happen within {timeout} s: {what}")

    return wait_until
