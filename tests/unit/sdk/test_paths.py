import pytest
from hypothesis import given
from hypothesis import strategies as st

from tidegate.sdk import NodeFailed
from tidegate.sdk.paths import MISSING, FieldSetter, describe_fields, join_keys, parse_path

keys = st.lists(
    st.one_of(st.text(max_size=8), st.integers(min_value=0, max_value=99)), min_size=1, max_size=6
).filter(lambda keys: isinstance(keys[0], str))


@given(keys)
def test_every_list_of_keys_has_a_path_and_back(some):
    assert parse_path(join_keys(some)).keys == tuple(some)


@given(st.lists(st.text(max_size=8), min_size=1, max_size=6), st.integers())
def test_what_is_assigned_is_read_and_deleted_again(some, value):
    path = parse_path(join_keys(some))
    target = {}
    path.assign(target, value)
    assert path.get(target) == value
    assert path.delete(target)
    assert path.get(target) is MISSING
    assert not path.delete(target)


@given(st.text(max_size=30))
def test_any_text_is_a_path_or_a_clear_error(text):
    try:
        path = parse_path(text)
    except NodeFailed as error:
        assert "field" in error.message
    else:
        assert parse_path(join_keys(path.keys)).keys == path.keys


def test_lists_by_position_from_either_end():
    data = {"a": [{"b": 1}, {"b": 2}]}
    assert parse_path("a[1].b").get(data) == 2
    assert parse_path("a.1.b").get(data) == 2
    assert parse_path("a[-1].b").get(data) == 2
    assert parse_path("a[-3].b").get(data) is MISSING
    assert parse_path("a[2]").get(data) is MISSING
    assert parse_path("a.x").get(data) is MISSING


def test_a_setter_puts_plain_and_nested_names():
    setter = FieldSetter()
    for number in range(3):
        target = {"list": [0]}
        setter.put(target, {"a": number, "b.c": number, "list[0]": number, "é x": number})
        setter.put(target, {"a": number + 1})
        assert target == {"list": [number], "a": number + 1, "b": {"c": number}, "é x": number}
    with pytest.raises(NodeFailed, match="'the item' is not a list"):
        setter.put({}, {"[0]": 1})


def test_many_fields_are_named_in_part():
    assert describe_fields({}) == "it has no fields"
    assert describe_fields({"a.b": 1, "c": 2}) == 'it has: ["a.b"], c'
    assert describe_fields({f"f{n}": n for n in range(20)}).endswith("f11 and 8 more")
