import asyncio
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tidegate.engine.batches import (
    MAX_BATCH_BYTES,
    MAX_BATCH_ITEMS,
    Batch,
    Output,
    OutputWriter,
    Resident,
    decode_batch,
    encode_batch,
    held_size,
    restore,
)
from tidegate.engine.testing import MemorySpill
from tidegate.errors import InvalidInput
from tidegate.model.item import FileRef, Item
from tidegate.redact import Redactor

VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(codec="utf-8"), max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(st.characters(codec="utf-8"), max_size=3), inner, max_size=3)
    ),
    max_leaves=6,
)
OBJECTS = st.dictionaries(st.text(st.characters(codec="utf-8"), max_size=4), VALUES, max_size=3)
FILES = st.dictionaries(
    st.sampled_from(["data", "photo"]),
    st.builds(
        FileRef,
        st.text("ab"),
        st.text("ab"),
        st.just("text/plain"),
        st.integers(0, 9),
        st.text("cd"),
    ),
    max_size=2,
)
ITEMS = st.builds(Item, OBJECTS, FILES)
SOURCE = (
    st.none() | st.integers(0, 99) | st.lists(st.integers(0, 99), min_size=2, max_size=3).map(tuple)
)


def writer_to(spill, threshold=1 << 30, resident=1 << 30):
    return OutputWriter(
        spill, "execution", threshold=threshold, resident=Resident(resident), redact=Redactor()
    )


def content(output):
    """The items of an output and where they came from."""
    items, sources = [], []
    for batch in output.batches:
        found, origin = batch.load()
        items += found
        sources += [None] * len(found) if origin is None else origin
    return items, sources


@given(st.lists(st.tuples(ITEMS, SOURCE), max_size=6), st.integers(0, 3000))
def test_a_batch_reads_back_as_it_was_written(pairs, start):
    items, sources = [item for item, _ in pairs], [source for _, source in pairs]
    data = encode_batch(items, sources, start)
    found, origin = decode_batch(data, start)
    assert found == items
    assert list(origin or [None] * len(items)) == sources
    assert [list(item.files) for item in found] == [list(item.files) for item in items]


def test_one_to_one_and_unknown_sources_take_no_room():
    items = [Item({"n": n}) for n in range(3)]
    assert encode_batch(items, range(7, 10), 7) == b'{"items":[{"n":0},{"n":1},{"n":2}]}'
    assert encode_batch(items, [7, 8, 9], 7) == encode_batch(items, range(7, 10), 7)
    assert encode_batch(items, None, 7).endswith(b'"sources":null}')
    assert list(decode_batch(encode_batch(items, range(7, 10), 7), 7)[1]) == [7, 8, 9]


PART = st.tuples(
    st.sampled_from(["main", "error"]),
    st.sampled_from([0, 1, 2, 400, 999, 1000, 1001, 2500]),
    st.sampled_from(["straight", "list", "none"]),
)


@given(
    st.lists(PART, max_size=5),
    st.sampled_from([0, 100, 20_000, 1 << 30]),
    st.sampled_from([0, 10_000, 1 << 30]),
)
def test_what_is_written_in_parts_is_read_as_a_whole(parts, threshold, resident):
    spill = MemorySpill()
    writer = writer_to(spill, threshold, resident)
    expected = {}

    async def write():
        for output, count, kind in parts:
            items, sources = expected.setdefault(output, ([], []))
            made = [Item({"n": len(items) + i}) for i in range(count)]
            start = len(items)
            given_sources = {
                "straight": range(start, start + count),
                "list": [(start + i) * 2 for i in range(count)],
                "none": None,
            }[kind]
            items += made
            sources += [None] * count if given_sources is None else given_sources
            await writer.add(output, made, given_sources)
        return await writer.finish()

    outputs, stored = asyncio.run(write())
    assert writer.is_empty == (not any(items for items, _ in expected.values()))
    for found in (outputs, restore(stored, spill)):
        for name, (items, sources) in expected.items():
            if items or name in found:
                assert content(found[name]) == (items, sources)
                assert found[name].count == len(items)
    size = sum(ref.length for ref in stored.batches)
    assert (stored.file is not None) == (size > threshold)
    assert (stored.data is None) == (stored.file is not None)
    offset = 0
    for ref in stored.batches:
        assert (ref.offset, ref.count <= MAX_BATCH_ITEMS) == (offset, True)
        offset += ref.length


async def test_large_items_are_cut_into_batches_of_a_megabyte():
    writer = writer_to(MemorySpill())
    await writer.add("main", [Item({"text": "x" * 300_000}) for _ in range(20)], range(20))
    await writer.add("main", [Item({"text": "x" * 5_000_000})], [20])
    _, stored = await writer.finish()
    assert all(ref.length <= MAX_BATCH_BYTES or ref.count == 1 for ref in stored.batches)
    assert sum(ref.count for ref in stored.batches) == 21


async def test_what_json_cannot_carry_is_refused():
    writer = writer_to(MemorySpill())
    await writer.add("main", [Item({"text": "\ud800"})], None)
    with pytest.raises(InvalidInput):
        await writer.finish()


class GivenUp(MemorySpill):
    """Remembers which files were given up."""

    def __init__(self):
        super().__init__()
        self.discarded = []

    def create(self, execution_id):
        writer = super().create(execution_id)
        spill = self

        class Writer:
            key = writer.key

            async def append(self, data):
                await writer.append(data)

            async def discard(self):
                spill.discarded.append(writer.key)

        return Writer()


async def test_a_failed_attempt_leaves_no_file():
    spill = GivenUp()
    writer = writer_to(spill, threshold=10)
    await writer.add("main", [Item({"n": n}) for n in range(1500)], None)
    await writer.abandon()
    assert spill.discarded == list(spill.files)
    assert len(spill.discarded) == 1


async def test_items_leave_memory_when_there_is_no_room():
    spill = MemorySpill()
    writer = writer_to(spill, threshold=10, resident=1_500_000)
    await writer.add("main", [Item({"n": n}) for n in range(10_000)], range(10_000))
    outputs, _ = await writer.finish()
    kept = [batch.resident is not None for batch in outputs["main"].batches]
    assert any(kept)
    assert not all(kept)
    assert [item.json["n"] for item in content(outputs["main"])[0]] == list(range(10_000))


async def test_what_is_restored_stays_in_memory_while_there_is_room():
    spill = MemorySpill()
    writer = writer_to(spill, threshold=10)
    await writer.add("main", [Item({"n": n}) for n in range(3000)], range(3000))
    _, stored = await writer.finish()
    room = Resident(held_size(stored.batches[0]) + 10)
    output = restore(stored, spill, room)["main"]
    content(output)
    assert [batch.resident is not None for batch in output.batches] == [True, False, False]
    assert room.left == 10


class CountingSpill(MemorySpill):
    """Counts how often a file is read."""

    reads = 0

    def read(self, key, offset, length):
        self.reads += 1
        return super().read(key, offset, length)


async def test_items_that_are_asked_for_one_by_one_are_read_once_a_batch():
    spill = CountingSpill()
    writer = writer_to(spill, threshold=10, resident=0)
    await writer.add("main", [Item({"n": n}) for n in range(2500)], [2 * n for n in range(2500)])
    outputs, _ = await writer.finish()
    for index in range(2500):
        item, source = outputs["main"].find(index)
        assert (item.json["n"], source) == (index, 2 * index)
    assert spill.reads == 3


def test_an_output_in_memory_alone():
    output = Output.of([Item({"n": 1})], [4])
    assert (output.count, output.held_size, output.find(0)) == (1, 0, (Item({"n": 1}), 4))
    assert Output.of([]).count == 0


def test_a_batch_knows_its_positions():
    batch = Batch(10, 5, [], None)
    assert [batch.has(index) for index in (9, 10, 14, 15)] == [False, True, True, False]


def test_the_spill_of_tests_is_like_a_file():
    spill = MemorySpill()
    writer = spill.create("e")
    asyncio.run(writer.append(b"abc"))
    assert spill.read(writer.key, 1, 1) == b"b"
    assert isinstance(spill.files[writer.key], io.BytesIO)
