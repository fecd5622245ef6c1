import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tidegate.engine.batches import Batch, Output
from tidegate.engine.gather import Gather, trace_sources
from tidegate.model.item import Item
from tidegate.model.workflow import Edge


def output(sizes, mark=""):
    """An output in batches of these sizes; each item says where it stands."""
    batches, start = [], 0
    for size in sizes:
        items = [Item({"at": f"{mark}{start + i}"}) for i in range(size)]
        batches.append(Batch(start, size, items, None))
        start += size
    return Output(batches)


def marks(items):
    return [item.json["at"] for item in items]


DELIVERIES = st.lists(
    st.tuples(
        st.sampled_from(["main", "second"]),
        st.lists(st.integers(1, 4), min_size=1, max_size=3),
    ),
    max_size=4,
)


def gather_of(deliveries, **options):
    delivered = [
        (Edge(f"n{i}", "x", "main", name), output(sizes, f"{i}:"))
        for i, (name, sizes) in enumerate(deliveries)
    ]
    return Gather(("main", "second"), delivered, **options)


def expected_marks(deliveries, name=None):
    return [
        f"{i}:{position}"
        for wanted in ("main", "second")
        for i, (input_, sizes) in enumerate(deliveries)
        if input_ == wanted and name in (None, wanted)
        for position in range(sum(sizes))
    ]


@given(DELIVERIES, st.integers(0, 12), st.integers(0, 12))
def test_items_have_one_order_over_all_inputs(deliveries, offset, count):
    gather = gather_of(deliveries)
    everything = expected_marks(deliveries)

    async def read():
        inputs = await gather.all()
        assert {name: marks(items) for name, items in inputs.items()} == {
            name: expected_marks(deliveries, name) for name in ("main", "second")
        }
        window = await gather.window(offset, count)
        assert marks(window) == everything[offset : offset + count]
        walked = [(start, marks(items)) async for start, items in gather.everything()]
        assert [mark for _, found in walked for mark in found] == everything
        for start, found in walked:
            assert everything[start : start + len(found)] == found

    asyncio.run(read())
    assert gather.total == len(everything)
    for index, mark in enumerate(everything):
        edge, inner, source = gather.locate(index)
        assert mark == f"{edge.source[1:]}:{inner}"
        assert source.find(inner)[0].json["at"] == mark


@given(DELIVERIES)
def test_the_first_item_of_each_input_only(deliveries):
    gather = gather_of(deliveries, first_only=True)
    firsts = [
        expected_marks(deliveries, name)[0]
        for name in ("main", "second")
        if expected_marks(deliveries, name)
    ]
    assert gather.total == len(firsts)
    for index, mark in enumerate(firsts):
        edge, inner, _ = gather.locate(index)
        assert f"{edge.source[1:]}:{inner}" == mark

    async def read():
        inputs = await gather.all()
        assert [mark for items in inputs.values() for mark in marks(items)] == firsts
        assert marks(await gather.window(0, 10)) == firsts

    asyncio.run(read())


async def test_an_object_that_arrives_twice_becomes_two():
    shared = output([2])
    delivered = [
        (Edge("a", "x"), shared),
        (Edge("b", "x"), shared),
        (Edge("c", "x", "main", "second"), shared),
    ]
    gather = Gather(("main", "second"), delivered)
    inputs = await gather.all()
    items = [item for found in inputs.values() for item in found]
    assert len({id(item) for item in items}) == 6
    assert items[0] is shared.batches[0].load()[0][0]


ITEMS = [Item({"n": n}) for n in range(4)]


def traced(made, inputs=ITEMS, start=0, earlier=None):
    kept, sources = trace_sources(made, inputs, start, earlier)
    assert all(item.parents is None for item in kept)
    return None if sources is None else list(sources)


def test_items_that_are_passed_on_are_their_own_sources():
    assert traced(list(ITEMS)) == [0, 1, 2, 3]
    assert traced([ITEMS[2], ITEMS[0]]) == [2, 0]
    assert traced([ITEMS[2]], start=10) == [12]


def test_derived_items_have_their_parents():
    assert traced([item.derive({}) for item in ITEMS]) == [0, 1, 2, 3]
    assert traced([ITEMS[3].derive({}), ITEMS[3].derive({})]) == [3, 3]
    assert traced([Item({}, parents=(ITEMS[0], ITEMS[3]))]) == [(0, 3)]


def test_new_items_have_no_source_unless_there_is_a_single_input_item():
    assert traced([Item({}), Item({})]) is None
    assert traced([Item({}), ITEMS[1]]) == [None, 1]
    assert traced([Item({}), Item({})], [ITEMS[0]]) == [0, 0]
    assert traced([Item({}, parents=(Item({}),))], [ITEMS[0]]) == [0]


def test_the_only_item_of_a_batch_is_not_the_only_one():
    assert traced([Item({})], [ITEMS[0]], earlier=lambda item: None) is None


def test_items_that_were_held_back_are_found_earlier():
    held = Item({"n": 9})
    known = {id(held): 5}
    earlier = lambda item: known.get(id(item))  # noqa: E731 - short
    assert traced([held, held.derive({}), ITEMS[0]], start=10, earlier=earlier) == [5, 5, 10]


def test_one_object_never_stands_twice_in_an_output():
    kept, sources = trace_sources([ITEMS[1], ITEMS[1]], ITEMS)
    assert list(sources) == [1, 1]
    assert kept[0] is not kept[1]
    assert kept[0] == kept[1]


@pytest.mark.parametrize("count", [1, 3])
def test_positions_are_those_of_the_whole_input(count):
    inputs = ITEMS[:count]
    assert traced([item.derive({}) for item in inputs], inputs, 100) == list(
        range(100, 100 + count)
    )
