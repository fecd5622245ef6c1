import math
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from tidegate.nodes.data.summarize import Summarize
from tidegate.sdk import Budget, Item, NodeFailed, SecurityError


def figures(*operations, field="v"):
    return {"values": [{"operation": op, "field": field, "into": op} for op in operations]}


async def test_every_operation(bench):
    items = [{"v": 3}, {"v": None}, {}, {"v": 1.5}, {"v": 3.0}, {"v": 2}]
    operations = (
        "count",
        "count_unique",
        "sum",
        "average",
        "min",
        "max",
        "first",
        "last",
        "append",
    )
    (out,) = await bench.main(Summarize, figures(*operations), items)
    assert out == {
        "count": 4,
        "count_unique": 3,
        "sum": 9.5,
        "average": 2.375,
        "min": 1.5,
        "max": 3,
        "first": 3,
        "last": 2,
        "append": [3, 1.5, 3.0, 2],
    }


async def test_count_without_a_field_counts_items(bench):
    params = {"values": [{"operation": "count"}, {"operation": "count", "field": "a.b"}]}
    assert await bench.main(Summarize, params, [{"a": {"b": 1}}, {}]) == [
        {"count": 2, "count_a_b": 1}
    ]
    with pytest.raises(ValidationError, match="the operation sum needs a field"):
        await bench.main(Summarize, {"values": [{"operation": "sum"}]}, [{}])


async def test_concatenate_writes_other_values_as_json(bench):
    params = figures("concatenate")
    params["values"][0]["separator"] = " | "
    items = [{"v": "a"}, {"v": 1}, {"v": {"x": [True]}}, {"v": ""}]
    assert await bench.main(Summarize, params, items) == [
        {"concatenate": 'a | 1 | {"x":[true]} | '}
    ]


async def test_groups_by_value_not_by_spelling(bench):
    items = [
        {"k": 1, "v": 1},
        {"k": 1.0, "v": 2},
        {"k": "1", "v": 4},
        {"k": True, "v": 8},
        {"k": None, "v": 16},
        {"v": 32},
        {"k": {"a": 1, "b": 2}, "v": 64},
        {"k": {"b": 2, "a": 1}, "v": 128},
    ]
    out = await bench.main(Summarize, {"group_by": ["k"], **figures("sum")}, items)
    assert [(i["k"], i["sum"]) for i in out] == [
        (1, 3),
        ("1", 4),
        (True, 8),
        (None, 48),
        ({"a": 1, "b": 2}, 192),
    ]


async def test_nested_group_fields_and_the_object_output(bench):
    items = [{"a": {"city": "Oslo"}, "y": 1, "v": 1}, {"a": {"city": "Oslo"}, "y": 2, "v": 5}]
    params = {"group_by": ["a.city", "y"], **figures("sum")}
    assert await bench.main(Summarize, params, items) == [
        {"a": {"city": "Oslo"}, "y": 1, "sum": 1},
        {"a": {"city": "Oslo"}, "y": 2, "sum": 5},
    ]
    assert await bench.main(Summarize, params | {"output": "object"}, items) == [
        {"Oslo": {"1": {"sum": 1}, "2": {"sum": 5}}}
    ]
    clash = [{"y": 1, "v": 1}, {"y": "1", "v": 1}]
    with pytest.raises(NodeFailed, match="two groups would both be named '1'"):
        await bench.main(
            Summarize, {"group_by": ["y"], **figures("sum"), "output": "object"}, clash
        )


async def test_nothing_to_summarize(bench):
    assert await bench.main(Summarize, figures("count", "sum", "average", "min"), []) == [
        {"count": 0, "sum": 0, "average": None, "min": None}
    ]
    assert await bench.main(Summarize, {"group_by": ["k"], **figures("sum")}, []) == []


@pytest.mark.parametrize("value", ["12", True, [1], {"n": 1}])
async def test_only_numbers_add_up(bench, value):
    with pytest.raises(NodeFailed, match=r"field 'v' of item 1 is .*convert it to a number first"):
        await bench.main(Summarize, figures("sum"), [{"v": 1}, {"v": value}])


@pytest.mark.parametrize("values", [[1e308, 1e308], [1e308, 10**309], [0.5, 10**400]])
@pytest.mark.parametrize("operation", ["sum", "average"])
async def test_no_infinity_comes_out(bench, values, operation):
    with pytest.raises(NodeFailed, match="too large for a number"):
        await bench.main(Summarize, figures(operation), [{"v": v} for v in values])


async def test_whole_numbers_of_any_size_are_exact(bench):
    (out,) = await bench.main(Summarize, figures("sum", "max"), [{"v": 10**400}, {"v": 1}])
    assert out == {"sum": 10**400 + 1, "max": 10**400}
    with pytest.raises(NodeFailed, match="the average of 'v' is too large"):
        await bench.main(Summarize, figures("average"), [{"v": 10**400}])


@given(st.lists(st.floats(-1e15, 1e15) | st.integers(-(10**15), 10**15), min_size=1, max_size=50))
async def test_sums_are_close_to_the_exact_sum(new_bench, values):
    (out,) = await new_bench().main(Summarize, figures("sum"), [{"v": v} for v in values])
    exact = sum(map(Fraction, values))
    assert math.isclose(out["sum"], float(exact), rel_tol=1e-12, abs_tol=1e-3)


@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers())))
async def test_the_groups_are_a_partition(new_bench, rows):
    items = [{"k": k, "v": v} for k, v in rows]
    params = {"group_by": ["k"], **figures("append", "count", "sum")}
    out = await new_bench().main(Summarize, params, items)
    assert sum(i["count"] for i in out) == len(items)
    for group in out:
        assert group["append"] == [v for k, v in rows if k == group["k"]]
        assert group["sum"] == sum(group["append"])


async def test_memory_grows_with_groups_not_with_items(new_bench):
    bench = new_bench(budget=Budget(memory=100_000))
    items = [{"k": n % 10, "v": n} for n in range(50_000)]
    out = await bench.main(Summarize, {"group_by": ["k"], **figures("sum", "count")}, items)
    assert len(out) == 10
    for operation in ("append", "count_unique", "concatenate"):
        with pytest.raises(SecurityError):
            await new_bench(budget=Budget(memory=100_000)).main(
                Summarize, figures(operation), items
            )
    with pytest.raises(SecurityError):
        await new_bench(budget=Budget(memory=100_000)).main(
            Summarize, {"group_by": ["v"], **figures("sum")}, items
        )


async def test_a_group_descends_from_its_first_item(bench):
    items = [Item({"k": "a"}), Item({"k": "b"}), Item({"k": "a"})]
    params = {"group_by": ["k"], "values": [{"operation": "count"}]}
    out = (await bench.items(Summarize, params, items))["main"]
    assert [i.parents for i in out] == [[items[0]], [items[1]]]
