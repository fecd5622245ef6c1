"""The journal or the disk stops working while nodes run: the engine stops at once, and says so."""

import asyncio
from typing import Any

import pytest

from tidegate.engine.journaled import Journaled
from tidegate.engine.testing import MemoryJournal, MemorySpill, MemorySpillWriter, run_workflow
from tidegate.errors import LeaseLost, OperationalError
from tidegate.model.document import load_document
from tidegate.model.workflow import Workflow
from tidegate.registry import Registry


def workflow(nodes: dict[str, Any], edges: list[str]) -> Workflow:
    start = {"type": "test.start", "params": {"items": [{"n": n} for n in range(30)]}}
    document = {"tidegate": 1, "name": "Trouble", "nodes": {"start": start, **nodes}}
    return load_document(str({**document, "edges": edges}), "trouble.yaml").workflow


SLOW = {"type": "test.call", "params": {"seconds": 60}}


@pytest.mark.parametrize("error", [OperationalError("disk full"), LeaseLost("taken over")])
async def test_a_barrier_that_fails_stops_everything(
    registry: Registry, monkeypatch: pytest.MonkeyPatch, error: OperationalError
) -> None:
    seen: list[MemoryJournal] = []

    async def barrier(self: MemoryJournal) -> None:
        seen.append(self)
        await asyncio.sleep(0.01)
        raise error

    monkeypatch.setattr(MemoryJournal, "barrier", barrier)
    nodes = {
        "slow": SLOW,
        "write": {"type": "test.call_write", "settings": {"on_error": "continue"}},
    }
    given = workflow(nodes, ["start -> slow", "start -> write"])
    with pytest.raises(type(error)) as raised:
        await asyncio.wait_for(run_workflow(given, registry.node_class), 30)
    assert raised.value is error
    last = {row.node_id: row.status.value for row in seen[0].rows}
    assert last == {"start": "succeeded", "write": "running", "slow": "cancelled"}


async def test_a_journal_that_takes_no_more_rows_stops_everything(
    registry: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    record = MemoryJournal.record

    def refuse(self: MemoryJournal, row: Any) -> None:
        if row.node_id != "start":
            raise LeaseLost("taken over")
        record(self, row)

    monkeypatch.setattr(MemoryJournal, "record", refuse)
    given = workflow(
        {"slow": SLOW, "fast": {"type": "test.call"}}, ["start -> slow", "start -> fast"]
    )
    with pytest.raises(LeaseLost):
        await asyncio.wait_for(run_workflow(given, registry.node_class), 30)


@pytest.mark.parametrize("node_type", ["test.call", "test.each", "test.stream"])
async def test_a_full_disk_is_no_failure_of_the_node(
    registry: Registry, monkeypatch: pytest.MonkeyPatch, node_type: str
) -> None:
    async def append(self: MemorySpillWriter, data: bytes) -> None:
        raise OperationalError("no space left")

    monkeypatch.setattr(MemorySpillWriter, "append", append)
    given = workflow(
        {"node": {"type": node_type, "settings": {"on_error": "continue"}}}, ["start -> node"]
    )
    with pytest.raises(OperationalError, match="no space left"):
        await run_workflow(given, registry.node_class, spill_threshold=10)


async def test_a_journal_that_lost_a_spilled_file_stops_the_execution(registry: Registry) -> None:
    nodes = {"big": {"type": "test.big"}, "after": {"type": "test.call"}}
    given = workflow(nodes, ["start -> big", "big -> after"])
    whole = await run_workflow(given, registry.node_class, spill_threshold=10)

    class Lost(MemorySpill):
        def read(self, key: str, offset: int, length: int) -> bytes:
            raise OperationalError("the file is missing")

    journaled = Journaled.of(whole.rows[:2], Lost())
    with pytest.raises(OperationalError, match="missing"):
        await run_workflow(given, registry.node_class, journaled=journaled)
