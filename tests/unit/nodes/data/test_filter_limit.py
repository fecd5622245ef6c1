import pytest

from tidegate.nodes.data.filter import Filter
from tidegate.nodes.data.limit import Limit
from tidegate.sdk import Item, Lazy, NodeFailed, Outputs, SecurityError


def condition(function):
    return Lazy(lambda item, roots: function(item.json), is_constant=False)


async def test_filter_passes_the_same_items_on(bench):
    items = [Item({"n": n}) for n in range(5)]
    out = await bench.items(Filter, {"condition": condition(lambda j: j["n"] % 2 == 0)}, items)
    assert [i is items[n] for n, i in zip((0, 2, 4), out["main"], strict=True)] == [True] * 3
    assert [i.json["n"] for i in out["discarded"]] == [1, 3]


@pytest.mark.parametrize("value", ["false", "", 0, None, [True]])
async def test_filter_refuses_what_is_not_a_condition(bench, value):
    with pytest.raises(NodeFailed, match=r"for item 1; it must give true or false"):
        await bench.main(
            Filter,
            {"condition": condition(lambda j: value if j["n"] else True)},
            [{"n": 0}, {"n": 1}],
        )


async def test_filter_with_nothing_to_filter(bench):
    assert await bench.json(Filter, {"condition": True}, []) == {"main": [], "discarded": []}


async def test_limit_stops_reading_when_it_has_enough(bench):
    read = 0

    async def batches():
        nonlocal read
        for _ in range(100):
            read += 1
            yield [Item({}) for _ in range(10)]

    ctx = bench.context({})
    params = Limit.Params(max_items=25)
    out = [len(batch) async for batch in Limit().run_batches(ctx, params, batches())]
    assert (out, read) == ([10, 10, 5], 3)


@pytest.mark.parametrize("count", [0, 1, 7, 10, 11])
async def test_limit_from_either_end_over_batches(new_bench, count):
    bench = new_bench(batch_size=3)
    items = [{"n": n} for n in range(10)]
    assert await bench.main(Limit, {"max_items": count}, items) == items[:count]
    last = await bench.main(Limit, {"max_items": count, "keep": "last"}, items)
    assert last == (items[-count:] if count else [])


async def test_keeping_the_last_items_is_charged_and_released(new_bench):
    from tidegate.sdk import Budget

    items = [Item({"text": "x" * 1000}) for _ in range(500)]
    few = new_bench(budget=Budget(memory=100_000), batch_size=10)
    out = await few.items(Limit, {"max_items": 20, "keep": "last"}, items)
    assert len(out["main"]) == 20
    with pytest.raises(SecurityError):
        await few.items(Limit, {"max_items": 400, "keep": "last"}, items)


async def test_filter_yields_one_outputs_a_batch(bench):
    async def batches():
        yield [Item({})]
        yield [Item({})]

    params = Filter.Params.model_validate({"condition": False})
    results = [r async for r in Filter().run_batches(bench.context({}), params, batches())]
    assert all(isinstance(r, Outputs) for r in results)
    assert len(results) == 2
