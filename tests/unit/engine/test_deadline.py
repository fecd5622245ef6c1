import asyncio

import pytest

from tidegate.egress.deadlines import Deadlines
from tidegate.engine.deadline import DeadlineExceeded, Stopwatch, within


async def test_work_that_never_waits_gives_its_value():
    async def work():
        return 7

    assert await within(0.0001, work(), Stopwatch(), Deadlines()) == 7


async def test_work_that_waits_gives_its_value_and_its_error():
    async def work(fails):
        await asyncio.sleep(0.001)
        await asyncio.sleep(0.001)
        if fails:
            raise ValueError("mine")
        return 7

    assert await within(5, work(fails=False), Stopwatch(), Deadlines()) == 7
    with pytest.raises(ValueError, match="mine"):
        await within(5, work(fails=True), Stopwatch(), Deadlines())


async def test_work_that_takes_too_long_is_cancelled_and_may_clean_up():
    cleaned = []

    async def work():
        try:
            await asyncio.sleep(60)
        finally:
            await asyncio.sleep(0)
            cleaned.append(True)

    with pytest.raises(DeadlineExceeded):
        await within(0.01, work(), Stopwatch(), Deadlines())
    assert cleaned == [True]
    assert asyncio.current_task().cancelling() == 0


async def test_a_timeout_of_the_work_itself_is_no_deadline():
    async def work():
        async with asyncio.timeout(0.01):
            await asyncio.sleep(60)

    with pytest.raises(TimeoutError):
        await within(5, work(), Stopwatch(), Deadlines())

    async def handles_it():
        try:
            await work()
        except TimeoutError:
            return "handled"

    assert await within(5, handles_it(), Stopwatch(), Deadlines()) == "handled"


async def test_a_deadline_that_passes_during_a_timeout_of_the_work():
    async def work():
        async with asyncio.timeout(60):
            await asyncio.sleep(60)

    with pytest.raises(DeadlineExceeded):
        await within(0.01, work(), Stopwatch(), Deadlines())


async def test_a_cancellation_from_outside_is_no_deadline():
    async def work():
        await asyncio.sleep(60)

    task = asyncio.create_task(within(60, work(), Stopwatch(), Deadlines()))
    await asyncio.sleep(0.01)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_task_groups_of_the_work_are_cancelled():
    ended = []

    async def one(number):
        try:
            await asyncio.sleep(60)
        finally:
            ended.append(number)

    async def work():
        async with asyncio.TaskGroup() as group:
            for number in range(3):
                group.create_task(one(number))

    with pytest.raises(DeadlineExceeded):
        await within(0.01, work(), Stopwatch(), Deadlines())
    assert sorted(ended) == [0, 1, 2]


async def test_only_the_time_that_work_computes_is_counted():
    watch = Stopwatch()

    async def work():
        await asyncio.sleep(0.2)

    await within(5, work(), watch, Deadlines())
    assert watch.seconds < 0.1
