"""Locked processes: how long one run takes, and how much memory stands by."""

import asyncio
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "support"))

from hostile_programs import ALL, PROGRAM
from processes import fork_servers_of

from tidegate.isolation.limits import ProcessLimits
from tidegate.isolation.pool import ProcessPool

RUNS = 400
LIMITS = ProcessLimits(memory=128 << 20, wall=30.0, cpu=None, output=1 << 20)


async def main() -> None:
    async with ProcessPool(entries=ALL) as pool:
        began = time.perf_counter()
        await pool.run(PROGRAM, b"result = 1", limits=LIMITS)
        print(f"first run, fork server started: {(time.perf_counter() - began) * 1000:.0f} ms")
        taken = []
        for _ in range(RUNS):
            began = time.perf_counter()
            await pool.run(PROGRAM, b"result = [n * 2 for n in range(20)]", limits=LIMITS)
            taken.append((time.perf_counter() - began) * 1000)
        taken.sort()
        p50, p99 = taken[RUNS // 2], taken[RUNS * 99 // 100]
        print(f"one run in a fresh CPython: p50 {p50:.2f} ms, p99 {p99:.2f} ms (goal: p50 < 5)")
        began = time.perf_counter()
        await asyncio.gather(
            *(pool.run(PROGRAM, b"result = 1", limits=LIMITS) for _ in range(RUNS))
        )
        print(f"runs at once: {RUNS / (time.perf_counter() - began):.0f}/s")
        for server in fork_servers_of(pool):
            memory = server.memory_full_info()
            mb = 1 << 20
            print(
                f"standing by: {memory.uss / mb:.1f} MB of its own, {memory.pss / mb:.1f} MB with "
                "its share (goal: < 12 a slot; one fork server serves all slots)"
            )


if __name__ == "__main__":
    asyncio.run(main())
