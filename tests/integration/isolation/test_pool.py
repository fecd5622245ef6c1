"""What comes of work in a process of the pool."""

import asyncio
import json

import pytest
from hostile_programs import PROGRAM

from tidegate.isolation.limits import ProcessLimits
from tidegate.isolation.pool import ProcessPool
from tidegate.isolation.result import ProcessResult

LIMITS = ProcessLimits(memory=64 << 20, wall=20.0, cpu=None, output=1 << 20)


async def run(pool: ProcessPool, code: str, limits: ProcessLimits = LIMITS) -> ProcessResult:
    return await pool.run(PROGRAM, code.encode(), limits=limits)


async def test_a_value_comes_back(pool: ProcessPool) -> None:
    result = await run(pool, "result = [1 + 1]")
    assert (result.outcome, json.loads(result.value)) == ("ok", [2])
    assert result.peak_memory > 1 << 20


@pytest.mark.parametrize(
    ("code", "outcome"),
    [
        ("1 / 0", "error"),
        ("x = bytearray(500 << 20)", "memory"),
        ("import os; os._exit(3)", "killed"),
        ("import ctypes; ctypes.string_at(0)", "killed"),
        ("result = 'x' * (2 << 20)", "limit"),
        ("while True: print('x' * 1000)", "limit"),
    ],
)
async def test_a_failure_is_an_outcome(pool: ProcessPool, code: str, outcome: str) -> None:
    result = await run(pool, code)
    assert result.outcome == outcome
    assert result.message


async def test_what_takes_too_long_is_killed(pool: ProcessPool) -> None:
    limits = ProcessLimits(memory=64 << 20, wall=0.3, cpu=None, output=1 << 20)
    result = await run(pool, "while True: pass", limits)
    assert result.outcome == "timeout"


async def test_a_cancelled_run_leaves_no_process(pool: ProcessPool) -> None:
    task = asyncio.create_task(run(pool, "while True: pass"))
    await asyncio.sleep(0.5)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert (await run(pool, "result = 1")).outcome == "ok"
