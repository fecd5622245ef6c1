"""Windows into stored outputs: some items of many, searched and sorted where that is wanted."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from tidegate import codec
from tidegate.app import App
from tidegate.engine.batches import decode_batch
from tidegate.errors import Conflict, InvalidInput, NotFound
from tidegate.model.execution import BatchRef, Path
from tidegate.model.item import Item, JsonObject
from tidegate.store import node_executions
from tidegate.store.node_executions import StoredNodeRow
from tidegate.store.windows import window
from tidegate.vault import SEALED_MARK

MAX_SEARCHED: Final = 200_000
"""Items that are read for one search or sort."""


@dataclass(frozen=True, slots=True)
class ItemQuery:
    """Which items of an output are wanted, and which of their keys."""

    output: str = "main"
    offset: int = 0
    limit: int = 100
    columns: tuple[str, ...] = ()
    q: str | None = None
    sort: str | None = None


@dataclass(frozen=True, slots=True)
class Window:
    """Items with their positions; ``total`` counts all, ``found`` those that were searched for."""

    items: list[JsonObject]
    total: int
    found: int


async def items(app: App, execution_id: str, node: tuple[str, Path], query: ItemQuery) -> Window:
    """A window of the items of one output.

    Raises:
        NotFound: the node has put out nothing there.
        Conflict: the node is sensitive.
        InvalidInput: there are too many items to search or sort.
    """
    stored = await _stored(app, execution_id, node)
    total = _count(stored, query.output)
    if query.q is None and query.sort is None:
        found = await _read(app, stored, query.output, query.offset, query.limit)
        shown = [_shown(query.offset + index, item, query) for index, item in enumerate(found)]
        return Window(shown, total, total)
    if total > MAX_SEARCHED:
        raise InvalidInput(
            f"this output has {total} items; up to {MAX_SEARCHED} can be searched or sorted"
        )
    everything = await _read(app, stored, query.output, 0, total)
    return await asyncio.to_thread(_searched, everything, query, total)


async def read(
    app: App,
    execution_id: str,
    node: tuple[str, Path],
    *,
    output: str,
    limit: int,
    offset: int = 0,
) -> tuple[Sequence[Item], int]:
    """Some items of one output, and how many it has.

    Raises:
        NotFound, Conflict: as :func:`items`.
    """
    stored = await _stored(app, execution_id, node)
    return await _read(app, stored, output, offset, limit), _count(stored, output)


async def _stored(app: App, execution_id: str, node: tuple[str, Path]) -> StoredNodeRow:
    stored = await app.database.read(
        lambda connection: node_executions.newest_with_output(connection, execution_id, *node)
    )
    if stored is None or stored.row.output is None:
        raise NotFound(f"the node '{node[0]}' has put out nothing")
    await _refuse_sealed(app, stored)
    return stored


def _count(stored: StoredNodeRow, output: str) -> int:
    assert stored.row.output is not None
    return sum(batch.count for batch in stored.row.output.batches if batch.output == output)


async def _refuse_sealed(app: App, stored: StoredNodeRow) -> None:
    """What a sensitive node left is for the operator, at the command line."""
    length = len(SEALED_MARK)
    first = await app.database.read(
        lambda connection: node_executions.inline_bytes(connection, stored.seq, 0, length)
    )
    if first == SEALED_MARK:
        raise Conflict(
            f"the node '{stored.row.node_id}' is sensitive: only `tidegate executions show` shows "
            "its items"
        )


async def _read(
    app: App, stored: StoredNodeRow, output: str, offset: int, limit: int
) -> list[Item]:
    assert stored.row.output is not None
    found: list[Item] = []
    for part in window(stored.row.output.batches, output, offset, limit):
        data = await batch_bytes(app, stored, part.batch)
        batch, _ = await asyncio.to_thread(decode_batch, data, 0)
        found += batch[part.skip : part.skip + part.take]
    return found


async def batch_bytes(app: App, stored: StoredNodeRow, batch: BatchRef) -> bytes:
    """The bytes of one batch of an output."""
    assert stored.row.output is not None
    file = stored.row.output.file
    if file is not None:
        return await asyncio.to_thread(app.spill.read, file, batch.offset, batch.length)
    return await app.database.read(
        lambda connection: node_executions.inline_bytes(
            connection, stored.seq, batch.offset, batch.length
        )
    )


def _searched(everything: Sequence[Item], query: ItemQuery, total: int) -> Window:
    numbered = list(enumerate(everything))
    if query.q is not None:
        text = query.q.casefold()
        numbered = [entry for entry in numbered if text in _text(entry[1]).casefold()]
    if query.sort is not None:
        key = query.sort.removeprefix("-")
        numbered.sort(
            key=lambda entry: _order(entry[1].json.get(key)), reverse=query.sort.startswith("-")
        )
    part = numbered[query.offset : query.offset + query.limit]
    return Window([_shown(index, item, query) for index, item in part], total, len(numbered))


def _text(item: Item) -> str:
    return codec.encode(item.json).decode()


def _order(value: Any) -> tuple[int, Any]:
    """Any two values of JSON in one order: null, numbers, texts, all else by its text."""
    if value is None:
        return 0, 0
    if isinstance(value, bool | int | float):
        return 1, value
    return (2, value) if isinstance(value, str) else (3, codec.encode(value).decode())


def _shown(index: int, item: Item, query: ItemQuery) -> JsonObject:
    value = item.json
    if query.columns:
        value = {key: value[key] for key in query.columns if key in value}
    shown: JsonObject = {"index": index, "json": value}
    if item.files:
        shown["files"] = {name: file.as_json() for name, file in item.files.items()}
    return shown
