"""Items in batches: decoded, encoded or spilled, and turned from one into another on demand.

A batch has at most 1,000 items or about 1 MB. The journal's bytes are made once, when a batch is
full; decoded items stay in memory only while the execution's resident budget has room.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final, NamedTuple

from tidegate import codec
from tidegate.engine.ports import Redact, Spill, SpillWriter
from tidegate.model.execution import BatchRef, StoredOutput
from tidegate.model.item import NO_FILES, FileRef, Item

MAX_BATCH_ITEMS: Final = 1000
MAX_BATCH_BYTES: Final = 1 << 20
_SAMPLED: Final = 30  # batches of more items are looked at before they are encoded as a whole

Source = int | tuple[int, ...] | None
Sources = Sequence[Source] | None
"""For each item of a batch, the positions of the input items it came from; None: not known."""


def held_size(ref: BatchRef) -> int:
    """About how many bytes a batch's items need in memory, with what is made while they are used.

    An item is an object and a dictionary, which weigh more than the bytes of a small one.
    """
    return 5 * ref.length + 250 * ref.count


class Resident:
    """How many bytes of decoded items (by :func:`held_size`) one execution keeps in memory."""

    __slots__ = ("left",)

    def __init__(self, size: int = 16 << 20) -> None:
        self.left = size

    def take(self, size: int) -> bool:
        """Whether there is room for ``size`` more; takes it if so."""
        if size > self.left:
            return False
        self.left -= size
        return True


class Place(NamedTuple):
    """Where encoded batches can be read again: the bytes themselves or a spilled file."""

    spill: Spill
    data: bytes | None = None
    file: str | None = None

    def read(self, ref: BatchRef) -> bytes:
        """The encoded batch (blocking; a page-cache read for spilled ones)."""
        if self.data is not None:
            return self.data[ref.offset : ref.offset + ref.length]
        assert self.file is not None
        return self.spill.read(self.file, ref.offset, ref.length)


class Batch:
    """Some consecutive items of one output; ``start`` is the position of the first.

    Items that are read again stay in memory while ``budget`` has room for them.
    ``is_settled``: it was decided whether the items stay in memory beside the spilled file.
    """

    __slots__ = ("_budget", "_items", "_sources", "count", "is_settled", "place", "ref", "start")

    def __init__(
        self,
        start: int,
        count: int,
        items: Sequence[Item] | None,
        sources: Sources,
        budget: Resident | None = None,
    ) -> None:
        self.start, self.count = start, count
        self._items, self._sources = items, sources
        self._budget = budget
        self.ref: BatchRef | None = None
        self.place: Place | None = None
        self.is_settled = False

    @property
    def resident(self) -> Sequence[Item] | None:
        """The items, if they are in memory."""
        return self._items

    def has(self, index: int) -> bool:
        """Whether the item at a position of the output is in this batch."""
        return self.start <= index < self.start + self.count

    def let_go(self) -> None:
        """Forget the decoded items; they can be read again from the batch's place."""
        self._items = self._sources = None

    def load(self) -> tuple[Sequence[Item], Sources]:
        """Items and sources, decoded again if they are not in memory (blocking)."""
        if self._items is not None:
            return self._items, self._sources
        assert self.place is not None
        assert self.ref is not None
        items, sources = decode_batch(self.place.read(self.ref), self.start)
        if self._budget is not None and self._budget.take(held_size(self.ref)):
            self._items, self._sources = items, sources
        return items, sources

    async def load_async(self) -> tuple[Sequence[Item], Sources]:
        """Like :meth:`load`, with file reads off the event loop."""
        if self._items is not None or self.place is None or self.place.file is None:
            return self.load()
        return await asyncio.to_thread(self.load)


class Output:
    """All items of one output of one node execution."""

    __slots__ = ("_recent", "batches", "count")

    def __init__(self, batches: Sequence[Batch] = ()) -> None:
        self.batches = batches
        self._recent: tuple[Batch, Sequence[Item], Sources] | None = None
        self.count = batches[0].count if len(batches) == 1 else sum(b.count for b in batches)

    @classmethod
    def of(cls, items: Sequence[Item], sources: Sources = None) -> "Output":
        """An output that is only in memory: the input of a loop's iteration."""
        return cls([Batch(0, len(items), items, sources)] if items else [])

    @property
    def held_size(self) -> int:
        """About how many bytes of memory all items need."""
        return sum(held_size(batch.ref) for batch in self.batches if batch.ref is not None)

    async def iterate(self) -> AsyncIterator[Sequence[Item]]:
        """The items, batch by batch."""
        for batch in self.batches:
            items, _ = await batch.load_async()
            yield items

    def find(self, index: int) -> tuple[Item, Source]:
        """The item at a position and where it came from (blocking if it was spilled)."""
        if self._recent is None or not self._recent[0].has(index):
            # One item after another is asked for: a batch is decoded once for all of them.
            batch = next(batch for batch in self.batches if batch.has(index))
            self._recent = (batch, *batch.load())
        batch, items, sources = self._recent
        inner = index - batch.start
        return items[inner], None if sources is None else sources[inner]


def encode_batch(items: Sequence[Item], sources: Sources, start: int) -> bytes:
    """The journal's form of a batch; see :class:`tidegate.model.execution.StoredOutput`."""
    document: dict[str, Any] = {"items": [item.json for item in items]}
    if any([item.files for item in items]):  # noqa: C419 - a generator takes twice as long
        document["files"] = {
            str(index): {name: ref.as_json() for name, ref in item.files.items()}
            for index, item in enumerate(items)
            if item.files
        }
    if sources is None:
        document["sources"] = None
    elif not _is_one_to_one(sources, start):
        document["sources"] = list(sources)
    return codec.encode(document)


def decode_batch(data: bytes, start: int) -> tuple[Sequence[Item], Sources]:
    """The reverse of :func:`encode_batch`."""
    document = codec.decode(data)
    files = document.get("files")
    if files is None:
        items = [Item(json) for json in document["items"]]
    else:
        items = [
            Item(json, _files(files.get(str(index))))
            for index, json in enumerate(document["items"])
        ]
    if "sources" not in document:
        return items, range(start, start + len(items))
    stored = document["sources"]
    if stored is None:
        return items, None
    return items, [tuple(s) if isinstance(s, list) else s for s in stored]


def _files(stored: Mapping[str, Any] | None) -> Mapping[str, FileRef]:
    return {name: FileRef(**ref) for name, ref in stored.items()} if stored else NO_FILES


def _is_one_to_one(sources: Sequence[Source], start: int) -> bool:
    if isinstance(sources, range):
        return sources.start == start and sources.step == 1
    return all(source == start + index for index, source in enumerate(sources))


class OutputWriter:
    """Takes a node execution's items as they come and makes its outputs and stored bytes.

    Small outputs, which most are, never leave the event loop's thread: they are encoded once, when
    the writer finishes.
    """

    __slots__ = (
        "_batches",
        "_execution_id",
        "_file",
        "_parts",
        "_pending",
        "_redact",
        "_refs",
        "_resident",
        "_size",
        "_spill",
        "_threshold",
    )

    def __init__(
        self,
        spill: Spill,
        execution_id: str,
        *,
        threshold: int,
        resident: Resident,
        redact: Redact,
    ) -> None:
        self._spill, self._execution_id, self._redact = spill, execution_id, redact
        self._threshold, self._resident = threshold, resident
        self._pending: dict[str, tuple[list[Item], list[Source] | range | None]] = {}
        self._batches: dict[str, list[Batch]] = {}
        self._parts: list[bytes] = []
        self._refs: list[BatchRef] = []
        self._size = 0
        self._file: SpillWriter | None = None

    async def add(self, output: str, items: Sequence[Item], sources: Sources) -> None:
        """Take items of one output with the positions of their input items."""
        held = self._pending.get(output)
        if held is None:
            self._pending[output] = (list(items), _own(sources))
        else:
            held_items, held_sources = held
            both = _join(held_sources, len(held_items), sources, len(items))
            held_items.extend(items)
            self._pending[output] = (held_items, both)
        if len(self._pending[output][0]) >= MAX_BATCH_ITEMS:
            await self._flush(output)

    async def finish(self) -> tuple[dict[str, Output], StoredOutput]:
        """The outputs by name, and what the journal keeps of them."""
        for output, (items, sources) in self._pending.items():
            batches = self._batches.setdefault(output, [])
            if items:
                self._encode(batches, output, items, sources)
                if self._is_large:
                    await self._write_out()
        if self._file is None:
            place = Place(self._spill, b"".join(self._parts))
        else:
            await self._file.close()
            place = Place(self._spill, None, self._file.key)
        outputs = {}
        for name, batches in self._batches.items():
            for batch in batches:
                batch.place = place
            outputs[name] = Output(batches)
        return outputs, StoredOutput(self._refs, place.data, place.file)

    @property
    def is_empty(self) -> bool:
        """Whether no item was added to any output."""
        return not self._refs and not any(items for items, _ in self._pending.values())

    async def abandon(self) -> None:
        """Give up what a failed attempt has written."""
        if self._file is not None:
            await self._file.discard()

    async def _flush(self, output: str) -> None:
        """Encode the full batches of an output, and keep the rest for the next."""
        items, sources = self._pending[output]
        batches = self._batches.setdefault(output, [])
        position = 0
        while len(items) - position >= MAX_BATCH_ITEMS:
            end = position + MAX_BATCH_ITEMS
            part = None if sources is None else sources[position:end]
            self._encode(batches, output, items[position:end], part)
            position = end
            if self._is_large:
                await self._write_out()
        rest = None if sources is None else sources[position:]
        self._pending[output] = (items[position:], rest)

    @property
    def _is_large(self) -> bool:
        return self._file is not None or self._size > self._threshold

    def _encode(
        self, batches: list[Batch], output: str, items: Sequence[Item], sources: Sources
    ) -> None:
        start = batches[-1].start + batches[-1].count if batches else 0
        if len(items) > _SAMPLED:
            # Items may share a large value that is written out for each of them.
            one = len(encode_batch(items[-1:], None, 0))
            if one * len(items) > 4 * MAX_BATCH_BYTES:
                self._encode_halves(batches, output, items, sources)
                return
        data = encode_batch(items, sources, start)
        if self._redact.finds(data):
            # A server that sends its request back would put a credential into the database.
            items = [_redacted(item, self._redact) for item in items]
            data = encode_batch(items, sources, start)
        if len(data) > MAX_BATCH_BYTES and len(items) > 1:
            self._encode_halves(batches, output, items, sources)
            return
        batch = Batch(start, len(items), items, sources)
        batch.ref = BatchRef(output, self._size, len(data), len(items))
        batches.append(batch)
        self._refs.append(batch.ref)
        self._size += len(data)
        self._parts.append(data)

    def _encode_halves(
        self, batches: list[Batch], output: str, items: Sequence[Item], sources: Sources
    ) -> None:
        half = len(items) // 2
        first, second = (None, None) if sources is None else (sources[:half], sources[half:])
        self._encode(batches, output, items[:half], first)
        self._encode(batches, output, items[half:], second)

    async def _write_out(self) -> None:
        """Move the encoded parts to the file; decoded items stay while there is room."""
        if self._file is None:
            self._file = self._spill.create(self._execution_id)
        for data in self._parts:
            await self._file.append(data)
        self._parts.clear()
        for batches in self._batches.values():
            for batch in reversed(batches):
                if batch.is_settled:
                    break
                batch.is_settled = True
                if batch.ref is not None and not self._resident.take(held_size(batch.ref)):
                    batch.let_go()


def restore(
    stored: StoredOutput | None, spill: Spill, budget: Resident | None = None
) -> dict[str, Output]:
    """The outputs of a journal row, read only when they are asked for.

    What was read stays in memory while ``budget`` has room.
    """
    if stored is None:
        return {}
    place = Place(spill, stored.data, stored.file)
    batches: dict[str, list[Batch]] = {}
    for ref in stored.batches:
        before = batches.setdefault(ref.output, [])
        start = before[-1].start + before[-1].count if before else 0
        batch = Batch(start, ref.count, None, None, budget)
        batch.ref, batch.place = ref, place
        before.append(batch)
    return {name: Output(found) for name, found in batches.items()}


def _redacted(item: Item, redact: Redact) -> Item:
    """The item without secrets, in the names of its files too; their bytes stay as they are."""
    files = {
        redact(name): replace(ref, name=redact(ref.name), content_type=redact(ref.content_type))
        for name, ref in item.files.items()
    }
    return Item(redact(item.json), files)


def _own(sources: Sources) -> list[Source] | range | None:
    return sources if sources is None or isinstance(sources, range) else list(sources)


def _join(
    held: list[Source] | range | None, held_count: int, new: Sources, count: int
) -> list[Source] | range | None:
    if isinstance(held, range) and isinstance(new, range) and held.stop == new.start:
        return range(held.start, new.stop)
    if held is None and new is None:
        return None
    first: list[Source] = [None] * held_count if held is None else list(held)
    first.extend([None] * count if new is None else new)
    return first
