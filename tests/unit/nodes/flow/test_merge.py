import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from tidegate.engine.testing import run_node
from tidegate.nodes.flow.merge import Merge
from tidegate.sdk import Budget, Item, NodeFailed, SecurityError

rows = st.lists(st.sampled_from([None, 1, 1.0, 2, "1", True]), max_size=8)


def by_key(join="inner", **others):
    return {"mode": "by_key", "keys": [{"main": "k"}], "join": join, "clash": "both", **others}


def same(a, b):
    return a is not None and a == b and isinstance(a, bool) == isinstance(b, bool)


@given(
    rows,
    rows,
    st.sampled_from(["inner", "left", "outer", "anti"]),
    st.sampled_from(["all", "first"]),
)
async def test_joins_do_what_two_loops_do(new_bench, main, second, join, matches):
    a = [{"k": k, "a": n} for n, k in enumerate(main)]
    b = [{"k": k, "b": n} for n, k in enumerate(second)]
    expected, used = [], set()
    for left in a:
        partners = [right for right in b if same(left["k"], right["k"])]
        partners = partners[: 1 if matches == "first" else None]
        used |= {right["b"] for right in partners}
        if join != "anti":
            expected += [(left["a"], right["b"]) for right in partners]
        if not partners and join != "inner":
            expected.append((left["a"], None))
    if join == "outer":
        expected += [(None, right["b"]) for right in b if right["b"] not in used]
    params = by_key(join, matches=matches, unknown_fields="ignore")
    out = await new_bench().main(Merge, params, a, b)
    assert [(item.get("a"), item.get("b")) for item in out] == expected


async def test_clashes(bench):
    a, b = [{"k": 1, "v": "a", "v_2": 0}], [{"k": 1, "v": "b", "w": 2}]
    params = by_key()
    assert await bench.main(Merge, params | {"clash": "last"}, a, b) == [
        {"k": 1, "v": "b", "v_2": 0, "w": 2}
    ]
    assert await bench.main(Merge, params | {"clash": "first"}, a, b) == [
        {"k": 1, "v": "a", "v_2": 0, "w": 2}
    ]
    assert await bench.main(Merge, params, a, b) == [
        {"k": 1, "v": "a", "v_2": 0, "k_2": 1, "v_3": "b", "w": 2}
    ]


async def test_by_position_with_three_inputs_and_files(bench):
    ref, other = await bench.files.keep(b"1"), await bench.files.keep(b"2")
    inputs = {
        "main": [Item({"a": 1}, {"f": ref}), Item({"a": 2})],
        "input_2": [Item({"b": 1}, {"f": other})],
        "input_3": [Item({"c": 1}), Item({"c": 2}), Item({"c": 3})],
    }
    params = {"mode": "by_position", "inputs": 3}
    out = (await bench.outcome(Merge, params, inputs))["main"]
    assert [i.json for i in out] == [{"a": 1, "b": 1, "c": 1}, {"a": 2, "c": 2}, {"c": 3}]
    assert out[0].files == {"f": ref, "f_2": other}
    assert list(out[0].parents) == [part[0] for part in inputs.values()]
    assert out[2] is inputs["input_3"][2]
    out = (await bench.outcome(Merge, params | {"unpaired": "drop"}, inputs))["main"]
    assert [i.json for i in out] == [{"a": 1, "b": 1, "c": 1}]


async def test_append_and_wait(bench):
    a, b = [{"n": 1}], [{"n": 2}]
    assert await bench.main(Merge, {}, a, b) == [{"n": 1}, {"n": 2}]
    assert await bench.main(Merge, {"mode": "wait"}, a, b) == [{"n": 1}]
    assert await bench.main(Merge, {"mode": "wait"}, [], b) == []


async def test_inputs_that_got_nothing():
    found = await run_node(Merge, {"inputs": 3}, [{"n": 1}], {"input_3": [{"n": 3}]})
    assert found == {"main": [{"n": 1}, {"n": 3}]}
    found = await run_node(Merge, by_key("left"), [{"k": 1}], {"input_2": []})
    assert found == {"main": [{"k": 1}]}


@pytest.mark.parametrize(
    ("params", "message"),
    [
        (by_key(keys=[{"main": "x"}]), "of input main, no item has a field 'x'"),
        (by_key(keys=[{"main": "k", "second": "x"}]), "of input_2, no item has a field 'x'"),
    ],
)
async def test_settings_that_do_not_fit(bench, params, message):
    with pytest.raises(NodeFailed, match=message):
        await bench.main(Merge, params, [{"k": 1}], [{"k": 1}])


async def test_a_join_that_explodes_is_stopped_before_it_does(new_bench):
    items = [{"k": 1}] * 2000
    with pytest.raises(SecurityError, match="the pairs of items"):
        await new_bench(budget=Budget(memory=1 << 20)).main(Merge, by_key(), items, items)


@pytest.mark.parametrize("others", [{"inputs": 3}, {"keys": []}])
def test_what_a_join_needs_is_checked_in_the_document(others):
    with pytest.raises(ValidationError, match="by_key"):
        Merge.Params.model_validate(by_key(**others))


@pytest.mark.parametrize("count", [1, 11, "{{ 3 }}", None, 2.5])
def test_inputs_for_any_document(count):
    assert Merge.inputs_for({"inputs": count}) == ("main", "input_2")
    with pytest.raises(ValidationError):
        Merge.Params.model_validate({"inputs": count})


def test_ten_inputs():
    assert Merge.inputs_for({"inputs": 10})[-1] == "input_10"
    assert len(Merge.inputs_for({"inputs": 10})) == 10
