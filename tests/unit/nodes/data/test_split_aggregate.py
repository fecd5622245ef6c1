import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from tidegate.nodes.data.aggregate import Aggregate
from tidegate.nodes.data.split_out import SplitOut
from tidegate.sdk import Budget, Item, NodeFailed, SecurityError

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda child: (
        st.lists(child, max_size=3) | st.dictionaries(st.text(max_size=3), child, max_size=3)
    ),
    max_leaves=6,
)
objects = st.lists(st.dictionaries(st.text(max_size=4), json_values, max_size=3), max_size=8)


@given(objects)
async def test_splitting_what_was_aggregated_gives_the_items_back(new_bench, items):
    (whole,) = await new_bench().main(Aggregate, {"into": "all"}, items)
    assert whole == {"all": items}
    out = await new_bench().main(SplitOut, {"field": "all"}, [whole])
    assert out == items


@given(st.lists(json_values, max_size=10))
async def test_values_split_and_collected_again(new_bench, values):
    split = await new_bench().main(SplitOut, {"field": "v", "into": "v"}, [{"v": values}])
    params = {"collect": "fields", "fields": [{"field": "v"}]}
    assert await new_bench().main(Aggregate, params, split) == [{"v": values}]


async def test_each_new_item_knows_where_it_came_from(bench):
    item = Item({"v": [1, 2], "rest": {"deep": 1}})
    out = (await bench.items(SplitOut, {"field": "v"}, [item]))["main"]
    assert [i.json for i in out] == [{"rest": {"deep": 1}, "v": 1}, {"rest": {"deep": 1}, "v": 2}]
    assert all(i.parents == (item,) for i in out)
    (whole,) = (await bench.items(Aggregate, {}, out))["main"]
    assert list(whole.parents) == out


async def test_nested_fields_lists_of_mixed_things_and_destinations(bench):
    item = {"a": {"list": [1, {"x": 2}], "other": 3}}
    assert await bench.main(SplitOut, {"field": "a.list"}, [item]) == [
        {"a": {"other": 3}, "list": 1},
        {"a": {"other": 3}, "x": 2},
    ]
    assert await bench.main(SplitOut, {"field": "a.list", "into": "a.one"}, [item]) == [
        {"a": {"other": 3, "one": 1}},
        {"a": {"other": 3, "one": {"x": 2}}},
    ]
    assert item == {"a": {"list": [1, {"x": 2}], "other": 3}}


@pytest.mark.parametrize("value", [None, "gone"])
async def test_missing_and_null(bench, value):
    json = {"id": 1} | ({} if value == "gone" else {"v": value})
    with pytest.raises(NodeFailed, match=r"item 0 has n.*'v'; it has: id"):
        await bench.main(SplitOut, {"field": "v"}, [json])
    assert await bench.main(SplitOut, {"field": "v", "if_missing": "drop"}, [json]) == []
    assert await bench.main(SplitOut, {"field": "v", "if_missing": "keep"}, [json]) == [json]


async def test_a_text_can_not_be_split_out(bench):
    with pytest.raises(NodeFailed, match="field 'v' of item 1 is text; only a list or an object"):
        await bench.main(SplitOut, {"field": "v"}, [{"v": []}, {"v": "abc"}])


async def test_a_long_list_comes_in_batches(bench):
    async def batches():
        yield [Item({"v": list(range(2500))})]

    params = SplitOut.Params(field="v")
    sizes = [len(b) async for b in SplitOut().run_batches(bench.context({}), params, batches())]
    assert sizes == [1000, 1000, 500]


async def test_collecting_fields_in_step(bench):
    items = [{"a": 1, "t": ["x", "y"]}, {"t": "z"}, {"a": None}]
    params = {"collect": "fields", "fields": [{"field": "a"}, {"field": "t", "into": "all.t"}]}
    assert await bench.main(Aggregate, params, items) == [
        {"a": [1, None], "all": {"t": [["x", "y"], "z"]}}
    ]
    assert await bench.main(Aggregate, params | {"if_missing": "null"}, items) == [
        {"a": [1, None, None], "all": {"t": [["x", "y"], "z", None]}}
    ]
    assert await bench.main(Aggregate, params | {"flatten": True}, items) == [
        {"a": [1, None], "all": {"t": ["x", "y", "z"]}}
    ]


async def test_aggregate_without_items_and_with_a_wrong_field(bench):
    assert await bench.main(Aggregate, {}, []) == [{"data": []}]
    with pytest.raises(NodeFailed, match="no item has a field 'b'"):
        await bench.main(Aggregate, {"collect": "fields", "fields": [{"field": "b"}]}, [{"a": 1}])


def test_collecting_no_fields_is_refused():
    with pytest.raises(ValidationError, match="at least one field"):
        Aggregate.Params.model_validate({"collect": "fields"})


async def test_too_much_to_aggregate(new_bench):
    items = [{"n": n, "m": n} for n in range(5000)]
    for params in (
        {"include": ["n"]},
        {"collect": "fields", "fields": [{"field": "n"}, {"field": "m"}]},
    ):
        with pytest.raises(SecurityError):
            await new_bench(budget=Budget(memory=50_000)).main(Aggregate, params, items)
