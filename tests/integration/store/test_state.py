"""State between executions: by key and version, of a node or a workflow."""

import asyncio

import pytest

from tidegate.errors import Conflict
from tidegate.store import state
from tidegate.store.state import StatePlace


@pytest.fixture
def place(workflow_id) -> StatePlace:
    return StatePlace(workflow_id, "node")


async def test_a_value_is_replaced_only_at_its_version(database, place) -> None:
    def replace(value: bytes, version: int) -> "asyncio.Future[bool]":
        return database.write(lambda c: state.replace(c, place, "k", value=value, version=version))

    assert await replace(b"1", 0)
    assert not await replace(b"2", 0), "it has a value by now"
    assert await replace(b"2", 1)
    assert not await replace(b"3", 1)
    assert await database.read(lambda c: state.get(c, place, "k")) == (b"2", 2)


async def test_of_many_at_once_each_counts(database, place) -> None:
    async def add() -> None:
        while True:
            found = await database.read(lambda c: state.get(c, place, "n"))
            value, version = (0, 0) if found is None else (int(found[0]), found[1])
            text = str(value + 1).encode()
            if await database.write(
                lambda c, t=text, v=version: state.replace(c, place, "n", value=t, version=v)
            ):
                return

    await asyncio.gather(*(add() for _ in range(20)))
    assert await database.read(lambda c: state.get(c, place, "n")) == (b"20", 20)


async def test_nodes_have_states_of_their_own(database, place, workflow_id) -> None:
    shared = StatePlace(workflow_id, "")
    await database.write(lambda c: state.put(c, place, "a", b"1"))
    await database.write(lambda c: state.put(c, shared, "b", b"2"))
    assert await database.read(lambda c: state.keys(c, place)) == ["a"]
    assert await database.read(lambda c: state.keys(c, shared)) == ["b"]
    assert await database.write(lambda c: state.remove(c, place, "a"))
    assert not await database.write(lambda c: state.remove(c, place, "a"))


async def test_there_is_an_end_to_keys(database, place, monkeypatch) -> None:
    monkeypatch.setattr(state, "MAX_KEYS", 2)
    for key in ("a", "b", "a"):
        await database.write(lambda c, k=key: state.put(c, place, k, b"1"))
    with pytest.raises(Conflict):
        await database.write(lambda c: state.put(c, place, "c", b"1"))
