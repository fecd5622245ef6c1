import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tidegate.errors import NodeFailed
from tidegate.files.placeholders import Statement
from tidegate.files.sql_values import (
    bytes_from_json,
    bytes_to_json,
    decimal_to_json,
    float_to_json,
)

BOTH = ["sqlite", "postgresql"]


@pytest.mark.parametrize("dialect", BOTH)
@pytest.mark.parametrize(
    ("statement", "params", "text", "values"),
    [
        ("SELECT $1, $2, $1", ["a", "b"], "SELECT #1, #2, #1", ["a", "b"]),
        ("SELECT :b, :a, :b", {"a": 1, "b": 2}, "SELECT #1, #2, #1", [2, 1]),
        ("SELECT :a::text", {"a": 1}, "SELECT #1::text", [1]),
        ("SELECT :a", [], "SELECT :a", []),
        ("SELECT $1", {}, "SELECT $1", []),
        ("SELECT ':a', \":a\" -- :a\n, :a", {"a": 1}, "SELECT ':a', \":a\" -- :a\n, #1", [1]),
        ("SELECT 'it''s :a', :a", {"a": 1}, "SELECT 'it''s :a', #1", [1]),
        ("/* :a */ SELECT :a", {"a": 1}, "/* :a */ SELECT #1", [1]),
        ("SELECT :a_1, :ab", {"a_1": 1, "ab": 2}, "SELECT #1, #2", [1, 2]),
        ("SELECT :é", {}, "SELECT :é", []),
        ("SELECT 'open :a", {"a": 1}, "SELECT 'open #1", [1]),
        ("", [], "", []),
    ],
)
def test_placeholders(dialect, statement, params, text, values):
    found = Statement(statement, dialect, is_named=isinstance(params, dict))
    mark = "?" if dialect == "sqlite" else "$"
    assert found.text == text.replace("#", mark)
    assert found.values(params) == values


@pytest.mark.parametrize(
    ("dialect", "statement"),
    [
        ("sqlite", "SELECT `:a`, [:a], $$, ?"),
        ("postgresql", "SELECT $x$ :a $1 $x$, $$ :a $$, E'\\' :a', e'\\' :a'"),
        ("postgresql", "SELECT 1 /* a /* :a */ :a */"),
        ("postgresql", "SELECT 1 /* never closed :a"),
        ("postgresql", "SELECT $x$ never closed :a"),
        ("postgresql", "SELECT a$1"),
        ("postgresql", "SELECT arr[1 : a]"),
    ],
)
def test_what_a_dialect_hides(dialect, statement):
    assert Statement(statement, dialect, is_named=True).text == statement


PIECES = ["'", '"', "--", "\n", "/*", "*/", "$$", "$x$", " ", "E'", "\\", "[", "x", "::"]


@pytest.mark.parametrize("dialect", BOTH)
@given(
    named=st.lists(st.sampled_from([*PIECES, ":a", ":b"])).map("".join),
    numbered=st.lists(st.sampled_from([*PIECES, "$1", "$2"])).map("".join),
)
def test_only_placeholders_are_changed(dialect, named, numbered):
    mark = r"\?" if dialect == "sqlite" else r"\$"
    found = Statement(named, dialect, is_named=True)
    assert re.sub(rf"{mark}(\d+)", lambda m: ":" + found._names[int(m[1]) - 1], found.text) == named
    found = Statement(numbered, dialect, is_named=False)
    assert re.sub(rf"{mark}(\d+)", r"$\1", found.text) == numbered


def test_wrong_parameters_are_named():
    with pytest.raises(NodeFailed, match=":b, which is not among the parameters: a"):
        Statement("SELECT :b", "sqlite", is_named=True).values({"a": 1})
    with pytest.raises(NodeFailed, match=r"uses \$2, but there are 1"):
        Statement("SELECT $2", "sqlite", is_named=False).values([1])
    with pytest.raises(NodeFailed, match="lists for all items"):
        Statement("SELECT $1", "sqlite", is_named=False).values({"a": 1})


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1", 1),
        ("-12345678901234567890123", -12345678901234567890123),
        ("1.50", 1.5),
        ("0.1", 0.1),
        ("1.00", 1.0),
        ("0.1000000000000000055511151231257827", "0.1000000000000000055511151231257827"),
        ("123456789.123456789123", "123456789.123456789123"),
        ("NaN", "NaN"),
        ("Infinity", "Infinity"),
        ("-Infinity", "-Infinity"),
        ("1" + "0" * 5000, "1" + "0" * 5000),
    ],
)
def test_decimals(text, value):
    made = decimal_to_json(text)
    assert made == value
    assert type(made) is type(value)


@given(st.decimals(allow_nan=False, allow_infinity=False))
def test_a_decimal_never_changes_its_value(decimal):
    from decimal import Decimal

    text = format(decimal, "f")
    assert Decimal(str(decimal_to_json(text))) == decimal


def test_floats_and_bytes():
    made = [float_to_json(v) for v in (1.5, float("nan"), float("inf"), float("-inf"))]
    assert made == [1.5, "NaN", "Infinity", "-Infinity"]
    assert bytes_from_json(bytes_to_json(b"\x00\xff")) == b"\x00\xff"
    assert bytes_from_json({"$base64": "AA==", "more": 1}) is None
    for wrong in ("not base64!", 5, None, "AA="):
        with pytest.raises(NodeFailed):
            bytes_from_json({"$base64": wrong})
