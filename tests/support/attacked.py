"""For the penetration suites: hostile servers on loopback, and workflows run by the real command."""

import json
import socket
import threading
import time
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from command_process import Command


class Canary:
    """A listener of the internal network, which must never see a connection."""

    def __init__(self, family: socket.AddressFamily, address: str) -> None:
        self._socket = socket.create_server((address, 0), family=family)
        self._socket.settimeout(0.05)
        self.port = self._socket.getsockname()[1]
        self.seen = 0
        self._is_closed = threading.Event()
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()

    def _listen(self) -> None:
        while not self._is_closed.is_set():
            try:
                connection, _ = self._socket.accept()
            except TimeoutError:
                continue
            self.seen += 1
            connection.close()

    def close(self) -> None:
        self._is_closed.set()
        self._thread.join(5)
        self._socket.close()


class HostileServer(ThreadingHTTPServer):
    """Answers each path with what the suite wrote; counts how many requests are open at once."""

    daemon_threads = True

    def __init__(self, routes: Mapping[str, Callable[[Any], None]]) -> None:
        self.routes = routes
        self.open = self.most = 0
        self.requests: list[str] = []
        self._lock = threading.Lock()
        super().__init__(("127.0.0.1", 0), _Handler)
        self.address = f"127.0.0.1:{self.server_port}"
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def count(self, change: int) -> None:
        with self._lock:
            self.open += change
            self.most = max(self.most, self.open)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Clients that hang up are what this is about."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: HostileServer

    def do_GET(self) -> None:
        self.server.requests.append(self.path)
        self.server.count(1)
        try:
            self.server.routes[self.path.partition("?")[0]](self)
        finally:
            self.server.count(-1)

    def log_message(self, format: str, *args: object) -> None:
        pass


def answer(body: bytes, **headers: str) -> Callable[[Any], None]:
    """A plain answer; ``content_type="x"`` is the header ``content-type``."""

    def send(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.send_header("content-length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    return send


def redirect(place: str) -> Callable[[Any], None]:
    def send(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(302)
        handler.send_header("location", place)
        handler.send_header("content-length", "0")
        handler.end_headers()

    return send


def endless(handler: BaseHTTPRequestHandler) -> None:
    """A body that never ends, as fast as it is taken."""
    handler.send_response(200)
    handler.end_headers()
    while True:
        handler.wfile.write(b"x" * 65536)


def dripping(handler: BaseHTTPRequestHandler) -> None:
    """A byte now and then, for ever."""
    handler.send_response(200)
    handler.end_headers()
    while True:
        handler.wfile.write(b"x")
        time.sleep(0.05)


def attack(
    folder: Path, nodes: Mapping[str, Mapping[str, Any]], *arguments: str, **settings: str
) -> dict[str, Any]:
    """Run independent nodes by ``tidegate run``; the report, with its nodes by id.

    A node may name another one in ``after``. The process must end by itself, and well enough to
    report; ``data`` in ``folder`` is what it stored.
    """
    document: dict[str, Any] = {
        "tidegate": 1,
        "name": "attack",
        "settings": {"fallback": {"continue_on_node_failure": True}},
        "nodes": {"start": {"type": "trigger.manual"}},
        "edges": [],
    }
    for id, node in nodes.items():
        placed = dict(node)
        document["edges"].append(f"{placed.pop('after', 'start')} -> {id}")
        placed["settings"] = {"retry": {"max_retries": 0}, **placed.get("settings", {})}
        document["nodes"][id] = placed
    file = folder / "attack.json"
    file.write_text(json.dumps(document))
    command = Command(folder / "data", "run", str(file), "--json", *arguments, **settings)
    assert command.wait(240) in {0, 1}, command.text()
    report = json.loads(command.stdout())
    report["nodes"] = {node["id"]: node for node in report["nodes"]}
    return report
