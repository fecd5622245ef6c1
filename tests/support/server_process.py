"""A real `tidegate serve` in a process of its own, at a free port of this machine."""

import json
import os
import signal
import time
from pathlib import Path

import httpx
from command_process import CONTEXT, Command
from websockets.sync.client import ClientConnection, connect

CONTEXT.set_forkserver_preload(
    [
        "tidegate.cli.main",
        "tidegate.cli.run_workflow",
        "tidegate.cli.execution_tables",
        "tidegate.cli.report_json",
        "tidegate.cli.executions",
        "tidegate.cli.serve",
        "tidegate.api.server",
        "uvicorn.protocols.http.httptools_impl",
        "sqlite3",
    ]
)


class ServerProcess:
    """A server that answers; ``url`` is its address."""

    def __init__(self, data_dir: Path, *options: str, **settings: str) -> None:
        data_dir.mkdir(parents=True, exist_ok=True)
        self.data_dir = data_dir
        self.command = Command(data_dir, "serve", "--port", "0", "--json", *options, **settings)
        self.ready = self._wait_until_ready()
        self.url: str = self.ready["url"]

    def _wait_until_ready(self, timeout: float = 60) -> dict:
        deadline = time.monotonic() + timeout
        while time.monotonic() < deadline:
            for line in self.command.stdout().splitlines():
                if line.startswith("{") and '"ready"' in line:
                    return json.loads(line)
            if not self.command.process.is_alive():
                break
            time.sleep(0.02)
        self.command.kill()
        raise AssertionError(f"the server did not start: {self.command.text()}")

    def client(self, **options) -> httpx.Client:
        """A client without any right."""
        return httpx.Client(base_url=self.url, timeout=30, **options)

    def stop(self) -> int:
        """SIGTERM; the exit code."""
        if self.command.process.is_alive():
            os.kill(self.command.process.pid, signal.SIGTERM)
        return self.command.wait()

    def kill(self) -> None:
        """SIGKILL."""
        self.command.kill()


def open_socket(server: ServerProcess, **headers: str) -> ClientConnection:
    """The live stream as a WebSocket."""
    url = server.url.replace("http", "ws", 1) + "/api/v1/stream"
    return connect(url, additional_headers=headers, open_timeout=30, proxy=None)


def wait_until(condition, timeout: float = 30.0):
    """The first true value that ``condition`` gives."""
    deadline = time.monotonic() + timeout
    while True:
        value = condition()
        if value:
            return value
        assert time.monotonic() < deadline, "this did not come true in time"
        time.sleep(0.05)
