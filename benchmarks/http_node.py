"""The HTTP request node: requests per second against bare aiohttp, and memory of large answers.

1,000 items through one node at concurrency 50, in turns with a bare aiohttp loop against the same
server (another process). Goal: at least 60 % of its requests per second. A download of 200 MB to a
file: less than 32 MB more memory. 100,000 items of 100 pages: less than 250 MB in all.
"""

import asyncio
import json
import multiprocessing
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import aiohttp
import psutil
import uvloop

from tidegate.cli.output import uncollected

with uncollected():  # as the commands do
    from tidegate.app import App
    from tidegate.config import EgressSettings, LimitSettings, Settings
    from tidegate.engine.observers import SilentObserver
    from tidegate.model.document import load_document
    from tidegate.notify.log import LogNotifier
    from tidegate.services import executions
    from tidegate.services.executions import Start
    from tidegate.services.workflows import store_workflow
    from tidegate.worker.worker import Worker

ITEMS, CONCURRENCY, ROUNDS = 1000, 50, 7
SMALL = json.dumps({"id": 1, "name": "Ada", "tags": ["a", "b"], "text": "x" * 900}).encode()
LARGE = 200 << 20
PAGES, PAGE_SIZE = 100, 1000
CHUNK = b"0" * (1 << 18)

REQUESTS = """
tidegate: 1
name: requests
nodes:
  start: {{type: trigger.manual}}
  make: {{type: data.generate, params: {{count: 1000, fields: {{id: "{{{{ index }}}}"}}}}}}
  call:
    type: http.request
    params:
      url: "http://127.0.0.1:{port}/item?id={{{{ json.id }}}}"
      concurrency: 50
      output: body
edges: [start -> make, make -> call]
"""

DOWNLOAD = """
tidegate: 1
name: download
nodes:
  start: {{type: trigger.manual}}
  call:
    type: http.request
    params: {{url: "http://127.0.0.1:{port}/large", max_size: 300, timeout: 600}}
edges: [start -> call]
"""

PAGED = """
tidegate: 1
name: pages
nodes:
  start: {{type: trigger.manual}}
  call:
    type: http.request
    params:
      url: "http://127.0.0.1:{port}/list"
      output: body
      pagination: page_number
      max_pages: 1000
      max_items: 1000000
edges: [start -> call]
"""


def head(size: int, media: bytes = b"application/json") -> bytes:
    return b"HTTP/1.1 200 OK\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n" % (media, size)


class Server(asyncio.Protocol):
    """Answers whatever ends in an empty line."""

    def connection_made(self, transport) -> None:
        self.transport = transport
        self.buffer = b""
        self.can_write = asyncio.Event()
        self.can_write.set()

    def pause_writing(self) -> None:
        self.can_write.clear()

    def resume_writing(self) -> None:
        self.can_write.set()

    def data_received(self, data) -> None:
        self.buffer += data
        while b"\r\n\r\n" in self.buffer:
            request, _, self.buffer = self.buffer.partition(b"\r\n\r\n")
            target = request.split(b" ", 2)[1]
            if target.startswith(b"/item"):
                self.transport.write(head(len(SMALL)) + SMALL)
            elif target.startswith(b"/large"):
                self.task = asyncio.get_running_loop().create_task(self.large())
            else:
                page = int(target.partition(b"page=")[2])
                first = (page - 1) * PAGE_SIZE
                count = PAGE_SIZE if page <= PAGES else 0
                rows = [{"id": first + n, "name": f"item {n}", "v": 1.5} for n in range(count)]
                body = json.dumps(rows).encode()
                self.transport.write(head(len(body)) + body)

    async def large(self) -> None:
        self.transport.write(head(LARGE, b"application/octet-stream"))
        for _ in range(LARGE // len(CHUNK)):
            await self.can_write.wait()
            self.transport.write(CHUNK)


def serve(ports) -> None:
    async def main() -> None:
        server = await asyncio.get_running_loop().create_server(Server, "127.0.0.1", 0)
        ports.put(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    uvloop.run(main())


async def bare(port: int) -> float:
    """Seconds for 1,000 requests of an aiohttp loop that reads the JSON."""
    numbers = iter(range(ITEMS))
    connector = aiohttp.TCPConnector(limit=CONCURRENCY)
    async with aiohttp.ClientSession(connector=connector) as session:

        async def worker() -> None:
            for number in numbers:
                async with session.get(f"http://127.0.0.1:{port}/item?id={number}") as response:
                    await response.json()

        started = time.perf_counter()
        await asyncio.gather(*(worker() for _ in range(CONCURRENCY)))
        return time.perf_counter() - started


async def execute(app: App, worker: Worker, document: str) -> float:
    """Seconds of the node ``call``, everything stored."""
    version = await store_workflow(app, load_document(document, "bench.yaml").workflow)
    end = await worker.run_new(version, Start("start", "bench"), SilentObserver())
    assert end.status.value == "succeeded", end
    rows = await executions.node_rows(app, end.execution_id)
    row = next(row for row in rows if row.node_id == "call" and row.kind == "finished")
    return row.duration_ms / 1000


async def compare(app: App, port: int) -> None:
    document = REQUESTS.format(port=port)
    async with Worker(app, LogNotifier()) as worker:
        await bare(port)
        await execute(app, worker, document)
        pairs = [(await bare(port), await execute(app, worker, document)) for _ in range(ROUNDS)]
        share = statistics.median(plain / node for plain, node in pairs)
        plain, node = (ITEMS / statistics.median(times) for times in zip(*pairs, strict=True))
        print(
            f"1,000 items at concurrency 50: {node:,.0f} requests/s, bare aiohttp {plain:,.0f}: "
            f"{share:.0%}"
        )
        await download(app, worker, port)


async def download(app: App, worker: Worker, port: int) -> None:
    process, most, done = psutil.Process(), 0, threading.Event()
    before = process.memory_info().rss

    def watch() -> None:
        nonlocal most
        while not done.wait(0.01):
            most = max(most, process.memory_info().rss)

    watcher = threading.Thread(target=watch)
    watcher.start()
    seconds = await execute(app, worker, DOWNLOAD.format(port=port))
    done.set()
    watcher.join()
    print(f"200 MB to a file: {(most - before) / (1 << 20):.0f} MB more memory, {seconds:.1f} s")


def paged(port: int, folder: str) -> None:
    workflow = Path(folder, "pages.yaml")
    workflow.write_text(PAGED.format(port=port))
    command = [str(Path(sys.executable).with_name("tidegate")), "run", str(workflow)]
    started = time.perf_counter()
    subprocess.run(
        [*command, "--allow", f"127.0.0.1:{port}"],
        check=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "TIDEGATE_DATA_DIR": folder},
    )
    seconds = time.perf_counter() - started
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(f"100,000 items of 100 pages: {peak:.0f} MB peak, {seconds:.1f} s")


def main() -> None:
    context = multiprocessing.get_context("spawn")
    ports = context.Queue()
    server = context.Process(target=serve, args=(ports,), daemon=True)
    server.start()
    try:
        port = ports.get(timeout=60)
        with tempfile.TemporaryDirectory() as folder:
            paged(port, folder)
        with tempfile.TemporaryDirectory() as folder:
            app = App.open(
                Settings(
                    data_dir=Path(folder),
                    egress=EgressSettings(allow=(f"127.0.0.1:{port}",)),
                    limits=LimitSettings(concurrent_requests=CONCURRENCY, response=300),
                )
            )
            uvloop.run(run(app, port))
    finally:
        server.kill()


async def run(app: App, port: int) -> None:
    try:
        await compare(app, port)
    finally:
        await app.close()


if __name__ == "__main__":
    main()
