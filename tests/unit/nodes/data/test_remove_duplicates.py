import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from tidegate.nodes.data.remove_duplicates import RemoveDuplicates
from tidegate.sdk import Budget, NodeFailed, SecurityError

rows = st.lists(
    st.dictionaries(
        st.sampled_from(["a", "b"]), st.sampled_from([None, 1, 1.0, True, "1", [], {}, {"x": 1}])
    ),
    max_size=30,
)
settings = st.sampled_from(
    [{}, {"compare": "selected", "fields": ["a"]}, {"compare": "all_except", "fields": ["a"]}]
)


@given(rows, settings, st.sampled_from(["first", "last"]))
async def test_doing_it_twice_changes_nothing_and_nothing_is_lost(new_bench, items, params, keep):
    params = {**params, "keep": keep, "unknown_fields": "ignore"}
    numbered = [{**item, "place": {"n": n}} for n, item in enumerate(items)]
    if params.get("compare", "all") == "all":
        params |= {"compare": "all_except", "fields": ["place"]}
    elif params["compare"] == "all_except":
        params |= {"fields": ["a", "place"]}
    bench = new_bench(batch_size=4)
    once = await bench.json(RemoveDuplicates, params, numbered)
    places = [i["place"]["n"] for name in ("main", "discarded") for i in once[name]]
    assert sorted(places) == list(range(len(items)))
    twice = await bench.json(RemoveDuplicates, params, once["main"])
    assert twice == {"main": once["main"], "discarded": []}


async def test_which_one_is_kept(bench):
    items = [{"k": 1, "v": "a"}, {"k": 2, "v": "b"}, {"k": 1, "v": "c"}]
    params = {"compare": "selected", "fields": ["k"]}
    first = await bench.json(RemoveDuplicates, params, items)
    assert [i["v"] for i in first["main"]] == ["a", "b"]
    assert [i["v"] for i in first["discarded"]] == ["c"]
    last = await bench.json(RemoveDuplicates, params | {"keep": "last"}, items)
    assert [i["v"] for i in last["main"]] == ["b", "c"]
    assert [i["v"] for i in last["discarded"]] == ["a"]


async def test_missing_null_true_and_one_are_four_things(bench):
    items = [{}, {"k": None}, {"k": True}, {"k": 1}, {"k": [None]}, {"k": []}, {"k": 1.0}]
    out = await bench.json(RemoveDuplicates, {"compare": "selected", "fields": ["k"]}, items)
    assert out["main"] == items[:6]
    assert out["discarded"] == [{"k": 1.0}]


async def test_long_values_are_told_apart(bench):
    items = [{"t": "x" * 10_000 + str(n % 3)} for n in range(9)]
    assert len(await bench.main(RemoveDuplicates, {}, items)) == 3


async def test_memory_grows_with_different_items_only(new_bench):
    same = [{"n": n % 10, "text": "x" * 100} for n in range(20_000)]
    for keep in ("first", "last"):
        bench = new_bench(budget=Budget(memory=50_000))
        assert len(await bench.main(RemoveDuplicates, {"keep": keep}, same)) == 10
    with pytest.raises(SecurityError, match="more than its"):
        await new_bench(budget=Budget(memory=50_000)).main(
            RemoveDuplicates, {}, [{"n": n} for n in range(1000)]
        )


async def test_a_wrong_field(bench):
    with pytest.raises(NodeFailed, match=r"no item has a field 'mail'.*it has: email"):
        await bench.main(
            RemoveDuplicates, {"compare": "selected", "fields": ["mail"]}, [{"email": "x"}]
        )


def test_comparing_no_fields_is_refused():
    with pytest.raises(ValidationError, match="at least one field"):
        RemoveDuplicates.Params.model_validate({"compare": "selected"})
