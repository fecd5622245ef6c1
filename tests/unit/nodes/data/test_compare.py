from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tidegate.nodes.data.compare import Compare
from tidegate.sdk import Budget, Item, NodeFailed, SecurityError

rows = st.lists(
    st.fixed_dictionaries(
        {"v": st.integers(0, 1)}, optional={"k": st.sampled_from([None, 1, 1.0, "1", True])}
    ),
    max_size=15,
)


@given(rows, rows)
async def test_every_item_goes_to_exactly_one_output(new_bench, a, b):
    a = [{**row, "id": n} for n, row in enumerate(a)]
    b = [{**row, "id": n} for n, row in enumerate(b)]
    params = {"keys": [{"a": "k"}], "ignore": ["id"], "unknown_fields": "ignore"}
    result = await new_bench().outcome(
        Compare, params, {"a": [Item(i) for i in a], "b": [Item(i) for i in b]}
    )
    pairs = [item.parents for name in ("same", "different") for item in result[name]]
    from_a = [item.json["id"] for item in result["in_a_only"]] + [p[0].json["id"] for p in pairs]
    from_b = [item.json["id"] for item in result["in_b_only"]] + [p[1].json["id"] for p in pairs]
    assert Counter(from_a) == Counter(range(len(a)))
    assert Counter(from_b) == Counter(range(len(b)))


async def test_differences_are_named(bench):
    a = [{"id": 1, "x": 1, "y.z": {"q": [1]}, "gone": 0}]
    b = [{"id": 1.0, "x": True, "y.z": {"q": [1.0]}, "new": None}]
    out = await bench.json(Compare, {"keys": [{"a": "id"}]}, a, b)
    assert out["different"][0]["changed"] == ["x", "gone", "new"]
    assert out["different"][0]["key"] == {"id": 1}


async def test_repeated_keys_are_matched_in_order(bench):
    a = [{"k": 1, "v": 1}, {"k": 1, "v": 2}, {"k": 1, "v": 3}]
    b = [{"k": 1, "v": 1}, {"k": 1, "v": 9}]
    out = await bench.json(Compare, {"keys": [{"a": "k"}], "show": "a"}, a, b)
    assert out == {
        "in_a_only": [{"k": 1, "v": 3}],
        "same": [{"k": 1, "v": 1}],
        "different": [{"k": 1, "v": 2}],
        "in_b_only": [],
    }


async def test_items_without_a_key_match_nothing(bench):
    a, b = [{"k": None, "v": 1}, {"v": 2}, {"k": 1}], [{"k": None, "v": 1}, {"v": 2}, {"k": 1}]
    out = await bench.json(Compare, {"keys": [{"a": "k"}]}, a, b)
    assert [len(out[name]) for name in Compare.outputs] == [2, 1, 0, 2]


async def test_the_same_item_twice_in_one_input_counts_twice(bench):
    one = Item({"k": 1})
    out = await bench.outcome(Compare, {"keys": [{"a": "k"}]}, {"a": [one], "b": [one, one]})
    assert [len(out[name]) for name in Compare.outputs] == [0, 1, 0, 1]


@pytest.mark.parametrize(("a", "b"), [([], []), ([{"k": 1}], []), ([], [{"k": 1}])])
async def test_empty_inputs(bench, a, b):
    out = await bench.json(Compare, {"keys": [{"a": "k"}]}, a, b)
    assert (out["in_a_only"], out["in_b_only"]) == (a, b)


async def test_wrong_key_and_too_much(new_bench):
    with pytest.raises(NodeFailed, match="of input b, no item has a field 'k'"):
        await new_bench().json(Compare, {"keys": [{"a": "k"}]}, [{"k": 1}], [{"key": 1}])
    with pytest.raises(SecurityError):
        await new_bench(budget=Budget(memory=10_000)).json(
            Compare, {"keys": [{"a": "k"}]}, [], [{"k": n} for n in range(100)]
        )
