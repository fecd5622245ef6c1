"""Many who ask at once cost one look, and what fails is not remembered."""

import asyncio

import pytest

from tidegate.errors import OperationalError
from tidegate.services.short_memory import ShortMemory


class Source:
    """Gives numbers in turn, as soon as it is let; a failure where there are none."""

    def __init__(self, *values):
        self.values, self.looks, self.may_answer = list(values), 0, asyncio.Event()

    async def look(self):
        self.looks += 1
        await self.may_answer.wait()
        if not self.values:
            raise OperationalError("the database is away")
        return self.values.pop(0)


async def test_who_asks_meanwhile_waits_for_the_same_look() -> None:
    source, memory = Source(1, 2), ShortMemory(60)
    asking = [asyncio.create_task(memory.get("a", source.look)) for _ in range(64)]
    await asyncio.sleep(0)
    asking[0].cancel()  # one that leaves takes it from nobody
    source.may_answer.set()
    assert await asyncio.gather(*asking[1:]) == [1] * 63
    assert (await memory.get("a", source.look), source.looks) == (1, 1)
    assert (await memory.get("b", source.look), source.looks) == (2, 2)


async def test_a_look_counts_no_longer_than_it_may() -> None:
    source, memory = Source(1, 2), ShortMemory(-1)
    source.may_answer.set()
    assert [await memory.get("a", source.look) for _ in range(2)] == [1, 2]


async def test_a_failure_reaches_all_who_wait_and_is_forgotten() -> None:
    source, memory = Source(), ShortMemory(60)
    asking = [asyncio.create_task(memory.get("a", source.look)) for _ in range(3)]
    await asyncio.sleep(0)
    source.may_answer.set()
    found = await asyncio.gather(*asking, return_exceptions=True)
    assert all(isinstance(failure, OperationalError) for failure in found)
    assert source.looks == 1
    source.values.append(7)
    assert (await memory.get("a", source.look), source.looks) == (7, 2)
    with pytest.raises(OperationalError):
        await memory.get("b", source.look)
