"""What the gate costs: a request through it against a bare aiohttp request, and a verdict.

Both clients talk in turns to the same server (another process, keep-alive, 1 KB), so that the
ratio of one run means something on a busy machine. Goals: at most 1.3 times a bare request, and
a verdict without DNS in less than 15 µs.
"""

import argparse
import asyncio
import itertools
import json
import multiprocessing
import statistics
import time

import aiohttp
import uvloop

from tidegate.egress.client import Gate
from tidegate.egress.policy import EgressPolicy
from tidegate.egress.url import parse_url
from tidegate.sdk.budget import Budget
from tidegate.sdk.http import HttpRequest

BODY = b"x" * 1024
ANSWER = (
    b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: %d\r\n\r\n" % len(BODY) + BODY
)
URLS = (
    "https://api.example.com/v1/things?id={0}",
    "https://shop-{0}.example.com/v1/things?id=1&name=a",
    "http://8.8.8.8:8080/{0}",
    "http://[2606::{0:x}]/",
)


class Server(asyncio.Protocol):
    """Answers whatever ends in an empty line."""

    def connection_made(self, transport) -> None:
        self.transport = transport
        self.buffer = b""

    def data_received(self, data) -> None:
        self.buffer += data
        while b"\r\n\r\n" in self.buffer:
            _, _, self.buffer = self.buffer.partition(b"\r\n\r\n")
            self.transport.write(ANSWER)


def serve(ports) -> None:
    async def main() -> None:
        server = await asyncio.get_running_loop().create_server(Server, "127.0.0.1", 0)
        ports.put(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    uvloop.run(main())


class Recorder:
    def http_started(self, id: str, method: str, url: str) -> None:
        pass

    def http_request(self, record) -> None:
        self.last = record

    def security_event(self, *_) -> None:
        raise AssertionError


async def timed(count, concurrency, one) -> float:
    """Seconds for each request."""

    async def worker() -> None:
        for _ in range(count // concurrency):
            await one()

    started = time.perf_counter()
    await asyncio.gather(*(worker() for _ in range(concurrency)))
    return (time.perf_counter() - started) / count


async def requests(port, rounds, count) -> dict:
    url = f"http://127.0.0.1:{port}/things?id=1"
    gate = Gate(EgressPolicy.from_rules([f"127.0.0.1:{port}"]))
    request = HttpRequest("GET", url)
    numbers = itertools.count()
    once, recorder = gate.bound(workflow="w"), Recorder()
    async with aiohttp.ClientSession() as session:

        async def bare() -> None:
            async with session.get(url) as response:
                assert len(await response.read()) == len(BODY)

        async def gated() -> None:
            assert len((await once.request(request)).body) == len(BODY)

        async def bare_new_url() -> None:
            async with session.get(f"{url}{next(numbers)}") as response:
                await response.read()

        async def gated_new_url() -> None:
            await once.request(HttpRequest("GET", f"{url}{next(numbers)}"))

        async def recorded() -> None:
            # As the worker does it: bound anew for each node execution, charged and recorded.
            bound = gate.bound(budget=Budget(), recorder=recorder, workflow="w")
            await bound.request(request)

        kinds = (bare, gated, recorded, bare_new_url, gated_new_url)
        bases = (0, 0, 0, 3, 3)
        found = {}
        for concurrency in (1, 16):
            for one in kinds:
                await timed(200, concurrency, one)
            times = [[await timed(count, concurrency, one) for one in kinds] for _ in range(rounds)]
            found[f"concurrency_{concurrency}"] = {
                one.__name__: {
                    "us": round(statistics.median(row[at] for row in times) * 1e6, 1),
                    "ratio": round(statistics.median(row[at] / row[base] for row in times), 3),
                }
                for at, (one, base) in enumerate(zip(kinds, bases, strict=True))
            }
    await gate.close()
    return found


def verdicts(count) -> dict:
    """Verdicts on URLs that were never seen before, so that nothing comes from a cache."""
    policy = EgressPolicy.from_rules(["10.0.0.0/8:443", "*.corp.example:443"])
    found = {}
    for pattern in URLS:
        times = []
        for turn in range(5):
            urls = [pattern.format(turn * count + n) for n in range(count)]
            started = time.perf_counter()
            for url in urls:
                policy.check(parse_url(url))
            times.append((time.perf_counter() - started) / count)
        found[pattern] = round(min(times) * 1e6, 2)
    return found


def measure(rounds=25, count=480) -> dict:
    context = multiprocessing.get_context("spawn")
    ports = context.Queue()
    server = context.Process(target=serve, args=(ports,), daemon=True)
    server.start()
    try:
        found = uvloop.run(requests(ports.get(timeout=30), rounds, count))
    finally:
        server.kill()
    return {"request": found, "verdict_us": verdicts(5_000)}


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=25)
    parser.add_argument("--count", type=int, default=480)
    arguments = parser.parse_args()
    print(json.dumps(measure(arguments.rounds, arguments.count), indent=2))
