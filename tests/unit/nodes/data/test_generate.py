import tracemalloc
from uuid import UUID

import pytest

from tidegate.nodes.data.generate import Generate
from tidegate.sdk import Item, Lazy, NodeFailed

INDEX = Lazy(lambda item, roots: {"i": roots["index"], **item.json}, is_constant=False)


async def generated(bench, count=5, seed=0, **sequence):
    params = {"count": count, "seed": seed, "sequences": [{"field": "v", **sequence}]}
    return [item["v"] for item in await bench.main(Generate, params, [{}])]


async def test_each_input_item_gives_its_own(bench):
    count = Lazy(lambda item, roots: item.json["n"], is_constant=False)
    items = [Item({"n": 2}), Item({"n": 0}), Item({"n": 1})]
    out = (await bench.items(Generate, {"count": count, "fields": INDEX}, items))["main"]
    assert [i.json for i in out] == [{"i": 0, "n": 2}, {"i": 1, "n": 2}, {"i": 0, "n": 1}]
    assert [i.parents[0] for i in out] == [items[0], items[0], items[2]]
    assert await bench.main(Generate, {}, []) == []


@pytest.mark.parametrize("count", [-1, 1.5, "3", None, True])
async def test_a_count_that_is_none(bench, count):
    lazy = Lazy(lambda item, roots: count, is_constant=False)
    with pytest.raises(NodeFailed, match="it must be 0, 1, 2"):
        await bench.main(Generate, {"count": lazy}, [{}])


async def test_sequences(bench):
    assert await generated(bench, kind="counter") == [1, 2, 3, 4, 5]
    assert await generated(bench, kind="counter", start=1.5, step=-0.5, count=3) == [1.5, 1.0, 0.5]
    assert await generated(bench, kind="cycle", values=[1, None]) == [1, None, 1, None, 1]
    assert await generated(bench, kind="time", start="2024-02-28", step=86400, count=3) == [
        "2024-02-28T00:00:00Z",
        "2024-02-29T00:00:00Z",
        "2024-03-01T00:00:00Z",
    ]
    integers = await generated(bench, kind="integer", min=-3, max=3, count=200)
    assert set(integers) == set(range(-3, 4))
    numbers = await generated(bench, kind="number", min=0.5, max=0.75, count=200)
    assert all(0.5 <= n <= 0.75 for n in numbers)
    assert set(await generated(bench, kind="boolean", count=50)) == {True, False}
    assert set(await generated(bench, kind="choice", values=["a", "b"], count=50)) == {"a", "b"}
    ids = await generated(bench, kind="uuid", count=50)
    assert len({UUID(i).version for i in ids} | {4}) == 1
    assert len(set(ids)) == 50


async def test_the_seed_decides_and_fields_differ(bench):
    first = await generated(bench, kind="integer", max=10**9)
    assert await generated(bench, kind="integer", max=10**9) == first
    assert await generated(bench, kind="integer", max=10**9, seed=1) != first
    both = {"count": 1, "sequences": [{"field": f, "kind": "uuid"} for f in ("a", "b")]}
    (out,) = await bench.main(Generate, both, [{}])
    assert out["a"] != out["b"]


@pytest.mark.parametrize(
    ("sequence", "message"),
    [
        ({"kind": "cycle"}, "needs at least one value"),
        ({"kind": "integer", "min": 5, "max": 1}, "has a min of 5, more than its max of 1"),
        ({"kind": "integer", "min": 0.5}, "needs whole numbers"),
        ({"kind": "counter", "start": "a"}, "needs a number to start with"),
        ({"kind": "counter", "start": 1e308, "step": 1e308}, "too large"),
        ({"kind": "number", "min": -1e308, "max": 1e308}, "too large"),
        ({"kind": "time", "start": "2024", "step": 1e12}, "runs past the year 9999|is not a date"),
        ({"kind": "time", "start": "soon"}, "is not a date"),
    ],
)
async def test_settings_that_do_not_fit(bench, sequence, message):
    with pytest.raises(NodeFailed, match=message):
        await generated(bench, **sequence)


async def test_fifty_thousand_items_are_never_held_at_once(bench):
    async def batches():
        yield [Item({})]

    params = Generate.Params.model_validate({"count": 50_000, "fields": INDEX})
    count = 0
    async for batch in Generate().run_batches(bench.context({}), params, batches()):
        if not count:
            tracemalloc.start()
        count += len(batch)
        assert len(batch) <= 1000
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count == 50_000
    assert peak < 2_000_000
