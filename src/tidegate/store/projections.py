"""What PostgreSQL searches: the beginning of an output as one JSON object."""

from collections.abc import Sequence
from typing import Final

import msgspec

from tidegate.model.execution import BatchRef, StoredOutput
from tidegate.store.text import without_nul

MAX_BYTES: Final = 64 * 1024


class _Batch(msgspec.Struct):
    items: list[msgspec.Raw]


_decoder = msgspec.json.Decoder(_Batch)


def output_projection(output: StoredOutput | None) -> str | None:
    """``{output name: [items]}`` with the first items, at most 64 KB; None if nothing is inline."""
    if output is None or output.data is None:
        return None  # it is in a file
    if output.data and not output.data.startswith(b"{"):
        return None  # it is sealed
    by_output: dict[str, list[bytes]] = {}
    left = MAX_BYTES
    for batch in output.batches:
        taken = _first_items(output.data, batch, left)
        left -= sum(map(len, taken))
        by_output.setdefault(batch.output, []).extend(taken)
        if left <= 0 or len(taken) < batch.count:
            break
    members = (
        msgspec.json.encode(name) + b":[" + b",".join(items) + b"]"
        for name, items in by_output.items()
    )
    return without_nul(b"{" + b",".join(members) + b"}").decode()


def _first_items(data: bytes, batch: BatchRef, limit: int) -> Sequence[bytes]:
    """The encoded items at the beginning of a batch, as many as ``limit`` bytes hold."""
    taken: list[bytes] = []
    view = memoryview(data)[batch.offset : batch.offset + batch.length]
    for raw in _decoder.decode(view).items:
        item = bytes(raw)
        limit -= len(item) + 1
        if limit < 0:
            break
        taken.append(item)
    return taken
