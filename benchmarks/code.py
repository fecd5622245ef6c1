"""Microseconds per call of the code engines: 20 items in, 20 out, JSON both ways.

Run with ``python benchmarks/code.py``. Calls of one event loop, through the engines' own interface:
how long one takes there, and from the moment on when a thread or a process has it ("warm"); and
the CPU of each, which says more than that on a busy machine.
"""

import asyncio
import contextlib
import os
import sys
import time

import psutil
import uvloop

from tidegate.isolation.code_engine import CodeRequest, read_answer
from tidegate.isolation.engines import CodeEngines
from tidegate.isolation.pool import ProcessPool

ITEMS = [{"id": number, "name": f"n{number}", "price": number * 1.5} for number in range(20)]
PYTHON = "result = [{'id': i['id'], 'total': i['price'] * 2} for i in items]"
JAVASCRIPT = "result = items.map(i => ({id: i.id, total: i.price * 2}))"


def median(times):
    return sorted(times)[len(times) // 2] * 1e6


def cpu_of_processes():
    """Seconds of CPU of all processes that this one started, and that those did."""
    ended = os.times()
    used = ended.children_user + ended.children_system
    for child in psutil.Process().children(recursive=True):
        with contextlib.suppress(psutil.NoSuchProcess):
            used += sum(child.cpu_times()[:4])  # its own and that of its ended children
    return used


async def measure(engines, engine, source, calls):
    request = CodeRequest(source, [{"items": ITEMS}], 128 << 20, 30.0, 10 << 20, "items")
    runner = await engines.engine(engine)
    walls, warm = [], []

    async def several(count):
        for _ in range(count):
            begun = time.perf_counter()
            outcome = await runner.run(request, lambda _: None)
            read_answer(outcome.answer, 1)
            walls.append(time.perf_counter() - begun)
            warm.append(outcome.wall)

    async def timed(at_once):
        walls.clear()
        warm.clear()
        own, others, begun = time.process_time(), cpu_of_processes(), time.perf_counter()
        await asyncio.gather(*(several(calls // at_once) for _ in range(at_once)))
        wall, own = time.perf_counter() - begun, time.process_time() - own
        others = cpu_of_processes() - others
        return (
            f"{calls / wall:6.0f} calls/s"
            f"  CPU {own / calls * 1e6:5.0f} µs here {others / calls * 1e6:5.0f} µs in workers"
        )

    await asyncio.gather(*(several(3) for _ in range(8)))
    alone = await timed(1)
    slowest = sorted(walls)[calls * 99 // 100] * 1e6
    print(f"{engine:8} one by one      {alone}  p50 {median(walls):6.0f} µs  p99 {slowest:6.0f} µs")
    print(f"{'':8} of it warm {'':48}  p50 {median(warm):6.0f} µs")
    print(f"{'':8} eight at a time {await timed(8)}")


async def main():
    async with ProcessPool() as processes:
        engines = CodeEngines(lambda: processes)
        try:
            await measure(engines, "monty", PYTHON, 4000)
            if sys.platform == "linux":
                await measure(engines, "cpython", PYTHON, 400)
                await measure(engines, "quickjs", JAVASCRIPT, 400)
        finally:
            await engines.close()


if __name__ == "__main__":
    uvloop.run(main())
