"""JSON in and out: how deep it may be."""

import pytest

from tidegate import codec
from tidegate.errors import InvalidInput


def nested(levels, make):
    value = 1
    for _ in range(levels):
        value = make(value)
    return value


@pytest.mark.parametrize("make", [lambda inner: [1, inner], lambda inner: {"a": "b", "c": inner}])
@pytest.mark.parametrize("check", [codec.check, codec.check_depth])
def test_as_many_levels_as_are_allowed_and_no_more(check, make):
    check(nested(5, make), max_depth=5)
    check(nested(codec.MAX_DEPTH, make))
    for levels, more in ((6, {"max_depth": 5}), (codec.MAX_DEPTH + 1, {})):
        with pytest.raises(InvalidInput, match=f"^it is nested more than {levels - 1} levels deep"):
            check(nested(levels, make), what="it", **more)


@pytest.mark.parametrize("value", [1, None, "text", [], {}, [[], {}]])
def test_what_is_flat_has_no_depth(value):
    codec.check_depth(value, max_depth=2)


def test_text_that_is_nested_too_deeply_is_said_so():
    assert codec.decode("[" * codec.MAX_NESTING + "]" * codec.MAX_NESTING)
    levels = codec.MAX_NESTING + 1
    with pytest.raises(InvalidInput, match="this JSON is nested"):
        codec.decode("[" * levels + "]" * levels)
    with pytest.raises(InvalidInput, match="this JSON is nested"):
        codec.decode("[" * 100_000)
