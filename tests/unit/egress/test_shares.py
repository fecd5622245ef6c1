"""Places that requests wait for."""

import asyncio

import pytest

from tidegate.egress.shares import Shares, Slots


def taken(slots):
    """How many places can be had."""
    count = 0
    while slots.take():
        count += 1
    return count


def test_a_place_that_was_given_back_is_there_once():
    slots = Slots(3)
    assert taken(slots) == 3
    slots.give()
    slots.give()
    assert taken(slots) == 2
    for _ in range(3):
        slots.give()
    assert taken(slots) == 3


async def test_the_one_who_waits_longest_is_given_the_place():
    slots, order = Slots(1), []
    assert slots.take()

    async def wait(name):
        await slots.wait()
        order.append(name)

    waiting = [asyncio.create_task(wait(name)) for name in "abc"]
    await asyncio.sleep(0)
    for task in waiting:
        slots.give()
        await task
    assert order == ["a", "b", "c"] and taken(slots) == 0


async def test_who_gives_up_waiting_keeps_nobody_from_a_place():
    slots = Slots(1)
    assert slots.take()
    gone = asyncio.create_task(slots.wait())
    await asyncio.sleep(0)
    gone.cancel()
    with pytest.raises(asyncio.CancelledError):
        await gone
    slots.give()
    assert taken(slots) == 1


async def test_a_place_handed_to_one_who_is_cancelled_is_handed_on():
    slots = Slots(1)
    assert slots.take()
    first, second = (asyncio.create_task(slots.wait()) for _ in range(2))
    await asyncio.sleep(0)
    slots.give()
    first.cancel()
    with pytest.raises(asyncio.CancelledError):
        await first
    await asyncio.wait_for(second, 5)


def test_each_owner_has_places_of_its_own():
    shares = Shares(2)
    assert taken(shares.of("a")) == 2
    assert taken(shares.of("b")) == 2
    assert taken(shares.of("a")) == 0
