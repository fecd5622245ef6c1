import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tidegate.nodes.data.sort import Sort
from tidegate.sdk import Budget, NodeFailed, SecurityError
from tidegate.sdk.values import order

scalars = (
    st.none() | st.booleans() | st.integers(-3, 3) | st.sampled_from(["a", "b", "B", "10", "9"])
)
keys = st.fixed_dictionaries(
    {
        "field": st.sampled_from(["a", "b"]),
        "order": st.sampled_from(["ascending", "descending"]),
        "compare": st.sampled_from(["values", "ignore_case", "natural", "numbers"]),
    }
)


@given(
    st.lists(st.dictionaries(st.sampled_from(["a", "b"]), scalars)),
    st.lists(keys, min_size=1, max_size=3),
)
async def test_sorting_is_a_permutation_and_sorting_again_changes_nothing(new_bench, rows, keys):
    items = [{**row, "place": place} for place, row in enumerate(rows)]
    params = {"keys": keys, "unknown_fields": "ignore"}
    once = await new_bench().main(Sort, params, items)
    assert sorted(i["place"] for i in once) == list(range(len(items)))
    assert await new_bench().main(Sort, params, once) == once


@given(st.lists(st.tuples(scalars, st.integers(0, 2))))
async def test_equal_items_keep_their_order(new_bench, rows):
    items = [{"key": key, "group": group, "place": n} for n, (key, group) in enumerate(rows)]
    for direction in ("ascending", "descending"):
        params = {"keys": [{"field": "key", "order": direction}]}
        out = await new_bench().main(Sort, params, items)
        for first, second in itertools.pairwise(out):
            if order(first["key"]) == order(second["key"]):
                assert first["place"] < second["place"]


async def test_nulls_and_missing_fields_come_last_in_both_directions(bench):
    items = [{"n": None, "i": 0}, {"n": 2, "i": 1}, {"i": 2}, {"n": 1, "i": 3}]
    up = await bench.main(Sort, {"keys": [{"field": "n"}]}, items)
    assert [i["i"] for i in up] == [3, 1, 0, 2]
    down = await bench.main(Sort, {"keys": [{"field": "n", "order": "descending"}]}, items)
    assert [i["i"] for i in down] == [1, 3, 0, 2]


async def test_mixed_types_have_an_order(bench):
    values = [{"a": 1}, [2], [1, 5], True, False, "b", "B", 1.5, 10**400, -1, None]
    out = await bench.main(Sort, {"keys": [{"field": "v"}]}, [{"v": v} for v in values])
    assert [i["v"] for i in out] == [
        -1,
        1.5,
        10**400,
        "B",
        "b",
        False,
        True,
        [1, 5],
        [2],
        {"a": 1},
        None,
    ]


@pytest.mark.parametrize(
    ("compare", "expected"),
    [
        ("values", ["10", "9", "B", "a", "file10", "file9", "é"]),
        ("ignore_case", ["10", "9", "a", "B", "file10", "file9", "é"]),
        ("natural", ["9", "10", "a", "B", "file9", "file10", "é"]),
        ("numbers", ["9", "10", "B", "a", "file10", "file9", "é"]),
    ],
)
async def test_ways_to_compare_text(bench, compare, expected):
    items = [{"t": t} for t in sorted(expected, reverse=True)]
    out = await bench.main(Sort, {"keys": [{"field": "t", "compare": compare}]}, items)
    assert [i["t"] for i in out] == expected


async def test_numbers_written_in_many_ways(bench):
    texts = [" -5 ", "1e2", "007", "3.5", 4, "+8", "x", "9" * 5000, "1_0"]
    out = await bench.main(
        Sort, {"keys": [{"field": "t", "compare": "numbers"}]}, [{"t": t} for t in texts]
    )
    assert [i["t"] for i in out] == [" -5 ", "3.5", 4, "007", "+8", "1e2", "1_0", "9" * 5000, "x"]


async def test_a_field_that_no_item_has_is_an_error_that_names_the_others(bench):
    with pytest.raises(NodeFailed, match=r"'prise'; of the first one, it has: name, price"):
        await bench.main(Sort, {"keys": [{"field": "prise"}]}, [{"name": "a", "price": 1}])
    params = {"keys": [{"field": "prise"}], "unknown_fields": "ignore"}
    assert await bench.main(Sort, params, [{"b": 1}, {"a": 2}]) == [{"b": 1}, {"a": 2}]
    assert await bench.main(Sort, {"keys": [{"field": "x"}]}, []) == []


async def test_too_much_to_sort_says_what_to_do(new_bench):
    bench = new_bench(budget=Budget(memory=1 << 20))
    with pytest.raises(SecurityError, match="work in smaller batches"):
        await bench.main(Sort, {"keys": [{"field": "n"}]}, [{"n": n} for n in range(10_000)])


async def test_a_hundred_thousand_items(bench):
    items = [{"n": (n * 7919) % 100_003} for n in range(100_000)]
    out = await bench.main(Sort, {"keys": [{"field": "n"}]}, items)
    assert [i["n"] for i in out] == sorted(i["n"] for i in items)
