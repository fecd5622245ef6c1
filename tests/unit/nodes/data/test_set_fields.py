import pytest
from pydantic import ValidationError

from tidegate.nodes.data.set_fields import SetFields
from tidegate.sdk import Item, Lazy, NodeFailed


def fields(function):
    return Lazy(lambda item, roots: function(item.json), is_constant=False)


async def test_values_see_the_item_as_it_came_in(bench):
    out = await bench.main(
        SetFields, {"fields": fields(lambda j: {"a": j["b"], "b": j["a"]})}, [{"a": 1, "b": 2}]
    )
    assert out == [{"a": 2, "b": 1}]


async def test_types_are_kept(bench):
    value = {"n": None, "i": 10**40, "f": 0.5, "t": True, "l": [1, {"x": []}], "s": "é\u0000"}
    out = await bench.main(SetFields, {"fields": {"v": value}}, [{}])
    assert out == [{"v": value}]
    assert type(out[0]["v"]["t"]) is bool


async def test_the_input_item_is_not_changed_even_inside(bench):
    shared = {"city": "Oslo", "tags": ["a"]}
    item = Item({"address": shared, "old": 1})
    out = await bench.items(
        SetFields,
        {"fields": {"address.city": "Bergen", "address.tags[0]": "b"}, "remove": ["old"]},
        [item],
    )
    assert out["main"][0].json == {"address": {"city": "Bergen", "tags": ["b"]}}
    assert item.json == {"address": {"city": "Oslo", "tags": ["a"]}, "old": 1}
    assert out["main"][0].parents == (item,)


async def test_keep_none_keep_selected_and_files(bench):
    ref = await bench.files.keep(b"x")
    item = Item({"a": 1, "b": {"c": 2, "d": 3}}, {"data": ref})
    none = await bench.items(SetFields, {"fields": {"x": 1}, "keep": "none"}, [item])
    assert none["main"][0].json == {"x": 1}
    assert none["main"][0].files == {"data": ref}
    some = await bench.items(
        SetFields, {"keep": "selected", "keep_fields": ["b.d", "gone"]}, [item]
    )
    assert some["main"][0].json == {"b": {"d": 3}}


async def test_keys_with_dots_and_lists(bench):
    out = await bench.main(
        SetFields, {"fields": {'["a.b"]': 1, "list[1]": "new", "list[-2]": "x"}}, [{"list": ["o"]}]
    )
    assert out == [{"a.b": 1, "list": ["x", "new"]}]


@pytest.mark.parametrize(
    ("name", "item", "message"),
    [
        ("a.b", {"a": 5}, "can't set 'a.b': 'a' is a number, not an object"),
        ("a[3]", {"a": [1]}, "the next free position is [1]"),
        ("a[0]", {"a": {}}, "'a' is not a list"),
        ("a..b", {}, "is not a field's path (character 3)"),
        ("", {}, "1 to 1000 characters"),
        ('["\\q"]', {}, "is not a text"),
    ],
)
async def test_a_path_that_leads_nowhere_says_why(bench, name, item, message):
    with pytest.raises(NodeFailed) as error:
        await bench.main(SetFields, {"fields": {name: 1}}, [item])
    assert message in error.value.message


def test_a_wrong_path_in_the_document_is_an_error_of_the_parameter():
    with pytest.raises(ValidationError) as error:
        SetFields.Params.model_validate({"remove": ["fine", "a.[x"]})
    assert error.value.errors()[0]["loc"] == ("remove", 1)


async def test_null_on_the_way_becomes_an_object(bench):
    assert await bench.main(SetFields, {"fields": {"a.b.c": 1}}, [{"a": None}]) == [
        {"a": {"b": {"c": 1}}}
    ]


async def test_a_hundred_thousand_items_stream_in_batches(new_bench):
    bench = new_bench(batch_size=10_000)
    out = await bench.main(SetFields, {"fields": {"x": 1}}, [{"n": n} for n in range(100_000)])
    assert len(out) == 100_000
    assert out[-1] == {"n": 99_999, "x": 1}
