"""Webhooks answered per second by a real server: webhook -> set -> respond, everything stored.

The server and the client that loads it are two processes on the same machine: on two cores each
has one of them.
"""

import asyncio
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

TIDEGATE = Path(sys.executable).with_name("tidegate")
BODY = b'{"n": 20, "name": "Ada"}'

NODES = {
    "set": {
        "type": "data.set",
        "params": {
            "fields": {"n": "{{ json.body.n + 1 }}", "name": "{{ json.body.name.upper() }}"}
        },
    },
    "answer": {"type": "flow.respond"},
}


def document(respond: str) -> dict:
    hook = {"type": "trigger.webhook", "params": {"path": respond, "respond": respond}}
    return {
        "tidegate": 1,
        "name": respond,
        "nodes": {"hook": hook, **NODES},
        "edges": ["hook -> set", "set -> answer"],
    }


class Client(asyncio.Protocol):
    """One request after another on one socket."""

    def __init__(self, request: bytes, left: list[int], times: list[float]) -> None:
        self.request, self.left, self.times = request, left, times
        self.done = asyncio.get_running_loop().create_future()
        self.data = b""

    def connection_made(self, transport) -> None:
        self.transport = transport
        self.send()

    def send(self) -> None:
        if self.left[0] <= 0:
            self.transport.close()
            if not self.done.done():
                self.done.set_result(None)
            return
        self.left[0] -= 1
        self.began = time.perf_counter()
        self.transport.write(self.request)

    def data_received(self, data: bytes) -> None:
        self.data += data
        head, found, body = self.data.partition(b"\r\n\r\n")
        if not found:
            return
        length = int(head.lower().partition(b"content-length: ")[2].split(b"\r\n")[0])
        if len(body) < length:
            return
        assert head.startswith(b"HTTP/1.1 200"), self.data
        self.data = b""
        self.times.append(time.perf_counter() - self.began)
        self.send()


async def load(host: str, port: int, path: str, *, requests: int, concurrency: int):
    head = f"POST {path} HTTP/1.1\r\nhost: {host}\r\ncontent-type: application/json\r\n"
    request = f"{head}content-length: {len(BODY)}\r\n\r\n".encode() + BODY
    left, times = [requests], []
    loop = asyncio.get_running_loop()
    started = time.perf_counter()
    clients = [
        (await loop.create_connection(lambda: Client(request, left, times), host, port))[1]
        for _ in range(concurrency)
    ]
    await asyncio.gather(*(client.done for client in clients))
    seconds = time.perf_counter() - started
    times.sort()
    return requests / seconds, times[len(times) // 2] * 1000, times[len(times) * 99 // 100] * 1000


class Server:
    """tidegate serve, with an owner's API key."""

    def __init__(self, folder: str) -> None:
        self.began = time.perf_counter()
        self.process = subprocess.Popen(
            [str(TIDEGATE), "serve", "--port", "0", "--json"],
            stdout=subprocess.PIPE,
            env=os.environ | {"TIDEGATE_DATA_DIR": folder},
            cwd=folder,
        )
        ready = json.loads(self.process.stdout.readline())
        self.url, self.key = ready["url"], ""
        if "setup_url" in ready:
            self._own(ready["setup_url"].partition("#")[2])

    def _own(self, token: str) -> None:
        person = {"token": token, "email": "a@example.org", "password": "a long enough password"}
        cookie = self.post("/api/v1/links/accept", person)[1]["set-cookie"].partition(";")[0]
        self.key = self.post("/api/v1/api_keys", {"name": "bench"}, cookie=cookie)[0]["key"]

    def post(self, path: str, body: object, cookie: str = ""):
        headers = {"content-type": "application/json", "origin": self.url, "if-match": "*"}
        if self.key:
            headers["authorization"] = f"Bearer {self.key}"
        if cookie:
            headers["cookie"] = cookie
        request = urllib.request.Request(self.url + path, json.dumps(body).encode(), headers)
        with urllib.request.urlopen(request) as answer:
            return json.loads(answer.read() or b"null"), answer.headers

    def publish(self, respond: str) -> None:
        made, _ = self.post("/api/v1/workflows", {"document": document(respond)})
        self.post(f"/api/v1/workflows/{made['id']}/publish", {})

    def used(self) -> tuple[float, float]:
        """CPU seconds, and megabytes of memory."""
        import psutil

        process = psutil.Process(self.process.pid)
        times = process.cpu_times()
        return times.user + times.system, process.memory_info().rss / 1e6

    def stop(self) -> None:
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(30)


def measure(requests: int) -> None:
    import uvloop

    with tempfile.TemporaryDirectory() as folder:
        server = Server(folder)
        host, _, port = server.url.removeprefix("http://").partition(":")
        try:
            for respond in ("respond_node", "last_node", "immediately"):
                server.publish(respond)
                for concurrency in (64, 16, 1):
                    count = requests if concurrency > 1 else requests // 10
                    before = server.used()[0]
                    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
                        rate, p50, p99 = runner.run(
                            load(
                                host,
                                int(port),
                                f"/webhook/{respond}",
                                requests=count,
                                concurrency=concurrency,
                            )
                        )
                    cpu, memory = server.used()
                    print(
                        f"{respond}, concurrency {concurrency}: {rate:,.0f}/s, p50 {p50:.1f} ms, "
                        f"p99 {p99:.1f} ms, {(cpu - before) / count * 1e6:.0f} us CPU, "
                        f"{memory:.0f} MB"
                    )
        finally:
            server.stop()
        restarted = Server(folder)
        try:
            urllib.request.urlopen(
                urllib.request.Request(
                    f"{restarted.url}/webhook/respond_node",
                    BODY,
                    {"content-type": "application/json"},
                )
            ).read()
            seconds = time.perf_counter() - restarted.began
            print(f"start to the first webhook answered: {seconds:.2f} s")
        finally:
            restarted.stop()


if __name__ == "__main__":
    measure(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)
