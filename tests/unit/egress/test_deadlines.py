"""Deadlines: late is late, early costs nothing, and a cancellation stays one."""

import asyncio

import pytest

from tidegate.egress.deadlines import TICK, Deadlines


@pytest.fixture
async def deadlines():
    made = Deadlines()
    yield made
    made.close()


async def test_a_late_block_is_a_timeout(deadlines):
    loop = asyncio.get_running_loop()
    started = loop.time()
    with pytest.raises(TimeoutError), deadlines.within(0.1) as deadline:
        await asyncio.sleep(10)
    assert 0.1 <= loop.time() - started < 0.1 + 10 * TICK
    assert deadline.is_expired
    assert asyncio.current_task().cancelling() == 0
    await asyncio.sleep(0)  # and the task goes on


async def test_a_block_that_ends_slowly_is_late_only_once(deadlines):
    with pytest.raises(TimeoutError), deadlines.within(0.01):
        try:
            await asyncio.sleep(10)
        finally:
            await asyncio.sleep(4 * TICK)
    assert asyncio.current_task().cancelling() == 0


async def test_an_early_end_leaves_nothing_behind(deadlines):
    with deadlines.within(0.1) as deadline:
        pass
    assert not deadline.is_expired and not deadlines._active
    await asyncio.sleep(3 * TICK)
    assert deadlines._timer is None


async def test_the_end_can_move_nearer_but_not_past_the_last(deadlines):
    with pytest.raises(TimeoutError), deadlines.within(60) as deadline:
        deadline.at_most(0.1)
        await asyncio.sleep(10)
    with pytest.raises(TimeoutError), deadlines.within(0.1) as deadline:
        deadline.at_most(60)
        assert deadline.due == deadline.last
        await asyncio.sleep(10)
    with deadlines.within(60) as deadline:
        deadline.at_most(0.05)
        deadline.due = deadline.last
        await asyncio.sleep(0.05 + 3 * TICK)


async def test_somebody_elses_cancellation_stays_one(deadlines):
    async def work():
        with deadlines.within(60):
            await asyncio.sleep(10)

    task = asyncio.ensure_future(work())
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_both_at_once_is_a_cancellation(deadlines):
    async def work():
        with deadlines.within(0):
            await asyncio.sleep(10)

    task = asyncio.ensure_future(work())
    await asyncio.sleep(0)
    for deadline in list(deadlines._active):
        deadline.expire()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_the_blocks_own_error_comes_through(deadlines):
    with pytest.raises(KeyError), deadlines.within(60):
        raise KeyError


async def test_many_deadlines_share_the_timer(deadlines):
    async def work(seconds):
        with deadlines.within(seconds):
            await asyncio.sleep(10)

    results = await asyncio.gather(*(work(0.1) for _ in range(50)), return_exceptions=True)
    assert {type(result) for result in results} == {TimeoutError}


async def test_nested_deadlines_end_the_block_that_is_late(deadlines):
    with deadlines.within(60) as outer, pytest.raises(TimeoutError), deadlines.within(0.05):
        await asyncio.sleep(10)
    assert not outer.is_expired
