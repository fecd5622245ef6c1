"""Microseconds per call of the code engines: 20 items in, 20 out, JSON both ways.

Run with ``python benchmarks/code.py``. Calls of one event loop, through the engines' own interface.
"""

import asyncio
import sys
import time

from tidegate.isolation.code_engine import CodeRequest, read_answer
from tidegate.isolation.engines import CodeEngines
from tidegate.isolation.pool import ProcessPool

ITEMS = [{"id": number, "name": f"n{number}", "price": number * 1.5} for number in range(20)]
PYTHON = "result = [{'id': i['id'], 'total': i['price'] * 2} for i in items]"
JAVASCRIPT = "result = items.map(i => ({id: i.id, total: i.price * 2}))"


async def measure(engines, engine, source, calls):
    request = CodeRequest(source, [{"items": ITEMS}], 128 << 20, 30.0, 10 << 20, "items")
    runner = await engines.engine(engine)

    async def call():
        begun = time.perf_counter()
        outcome = await runner.run(request, lambda _: None)
        read_answer(outcome.answer, 1)
        return time.perf_counter() - begun

    for _ in range(20):
        await call()
    begun = time.perf_counter()
    times = sorted([await call() for _ in range(calls)])
    alone = calls / (time.perf_counter() - begun)
    begun = time.perf_counter()

    async def several():
        for _ in range(calls // 8):
            await call()

    await asyncio.gather(*(several() for _ in range(8)))
    together = calls / (time.perf_counter() - begun)
    print(
        f"{engine:8} p50 {times[calls // 2] * 1e6:7.0f} µs"
        f"  p99 {times[calls * 99 // 100] * 1e6:7.0f} µs"
        f"  {alone:6.0f} calls/s one by one  {together:6.0f} calls/s eight at a time"
    )


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
    asyncio.run(main())
