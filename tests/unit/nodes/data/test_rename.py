import pytest
from hypothesis import given
from hypothesis import strategies as st

from tidegate.nodes.data.rename import Rename
from tidegate.sdk import Item, NodeFailed


def renames(*pairs, **others):
    return {"renames": [{"source": a, "target": b} for a, b in pairs], **others}


def patterns(*pairs, **others):
    return {"patterns": [{"pattern": a, "replacement": b} for a, b in pairs], **others}


async def test_fields_keep_their_place(bench):
    (out,) = await bench.main(
        Rename,
        renames(("b", "x"), ("d.e", "d.y")),
        [{"a": 1, "b": 2, "c": 3, "d": {"e": 1, "f": 2}}],
    )
    assert list(out) == ["a", "x", "c", "d"]
    assert list(out["d"]) == ["y", "f"]


async def test_out_of_and_into_objects_and_lists(bench):
    item = Item({"a": {"b": 1}, "l": [{"x": 1}, 2]})
    out = await bench.items(
        Rename, renames(("a.b", "b"), ("l[0].x", "l[0].y"), ("l[1]", "n")), [item]
    )
    assert out["main"][0].json == {"a": {}, "b": 1, "l": [{"y": 1}], "n": 2}
    assert item.json == {"a": {"b": 1}, "l": [{"x": 1}, 2]}
    assert out["main"][0].parents == (item,)


async def test_an_item_without_the_field_passes_as_it_is(bench):
    items = [Item({"a": 1}), Item({"z": 1})]
    out = (await bench.items(Rename, renames(("a", "b")), items))["main"]
    assert out[1] is items[1]
    with pytest.raises(NodeFailed, match="no item has a field 'q'"):
        await bench.main(Rename, renames(("q", "b")), [{"a": 1}])
    assert await bench.main(Rename, renames(("q", "b"), unknown_fields="ignore"), [{"a": 1}]) == [
        {"a": 1}
    ]


async def test_a_taken_name(bench):
    item = {"a": 1, "b": 2}
    with pytest.raises(NodeFailed, match="item 0 has a field 'b' already"):
        await bench.main(Rename, renames(("a", "b")), [item])
    assert await bench.main(Rename, renames(("a", "b"), if_taken="replace"), [item]) == [{"b": 1}]
    assert await bench.main(Rename, renames(("a", "b"), if_taken="keep"), [item]) == [item]


async def test_patterns_with_groups_in_nested_objects(bench):
    item = {"user_id": 1, "rows": [{"row_id": 2, "x": {"deep_id": 3}}], "_id": 4}
    assert await bench.main(
        Rename, patterns((r"^(\w+)_id$", r"id_of_\1"), nested=True), [item]
    ) == [{"id_of_user": 1, "rows": [{"id_of_row": 2, "x": {"id_of_deep": 3}}], "_id": 4}]
    assert (await bench.main(Rename, patterns(("row_", "")), [item]))[0]["rows"] == item["rows"]


@pytest.mark.parametrize(
    ("if_taken", "expected"),
    [("replace", {"x": 2, "y": 9}), ("keep", {"x_1": 1, "x_2": 2, "x": 0, "y": 9})],
)
async def test_patterns_that_lead_to_the_same_name(bench, if_taken, expected):
    item = {"x_1": 1, "x_2": 2, "x": 0, "y": 9}
    with pytest.raises(NodeFailed, match="has a field 'x' already"):
        await bench.main(Rename, patterns(("_.*", "")), [item])
    assert await bench.main(Rename, patterns(("_.*", ""), if_taken=if_taken), [item]) == [expected]


async def test_patterns_may_swap_names(bench):
    pairs = (("^a$", "tmp"), ("^b$", "a"), ("^tmp$", "b"))
    assert await bench.main(Rename, patterns(*pairs), [{"a": 1, "b": 2}]) == [{"b": 1, "a": 2}]


@pytest.mark.parametrize(
    ("pattern", "replacement", "message"),
    [
        ("(", "", "the pattern '\\(' is not valid: missing \\)"),
        ("(?=x)", "", "is not valid"),
        ("(a)", r"\2", "names a group"),
        ("", "x" * 500, "longer than 1000 characters"),
        (r"(.*)\1", "", "is not valid"),
    ],
)
async def test_wrong_patterns_are_explained(bench, pattern, replacement, message):
    with pytest.raises(NodeFailed, match=message):
        await bench.main(Rename, patterns((pattern, replacement)), [{"aaaaaaaa": 1}])


@given(st.dictionaries(st.text("ab_", max_size=3), st.integers(), max_size=6))
async def test_no_value_is_lost_unless_it_may_be_replaced(new_bench, item):
    params = patterns(("_", ""), ("b", "a"), if_taken="keep")
    (out,) = await new_bench().main(Rename, params, [item])
    assert sorted(out.values()) == sorted(item.values())


async def test_a_slow_pattern_is_not_slow(bench):
    params = patterns(("^(a+)+$", "x"))
    out = await bench.main(Rename, params, [{"a" * 40 + "!": 1}])
    assert out == [{"a" * 40 + "!": 1}]
