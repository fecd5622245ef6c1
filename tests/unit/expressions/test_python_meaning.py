"""Expressions mean what Python means: compared with Python's own eval on random ones."""

import ast
import builtins

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tidegate.errors import ExpressionError
from tidegate.expressions import Scope, compile_expression
from tidegate.sdk.budget import Budget

JSON = {"a": 1, "f": -2.5, "s": "abc ü😀", "n": None, "t": True, "list": [3, 1, 2]}
FUNCTIONS = ["abs", "int", "float", "round", "sum", "len", "min", "max", "any", "all", "list"]
PYTHON = {name: getattr(builtins, name) for name in [*FUNCTIONS, "sorted", "reversed", "range"]}

HERE_ONLY = ("out of range", "too large", "real number", "no whole part")
"""Parts of messages about numbers that Python has and JSON has not."""


def pick(*choices):
    return st.sampled_from(choices)


def write(form, *parts):
    return st.tuples(*parts).map(lambda values: form.format(*values))


def larger(number, text, many, truth):
    """Strategies for sources of one more level; every kind uses all the others."""
    bound = st.one_of(st.just(""), st.integers(-4, 4).map(str))
    case = pick("upper", "lower", "title", "capitalize", "swapcase", "casefold", "strip", "rstrip")
    plain = number.filter(lambda source: not set(source) & set("'\\"))
    return (
        st.one_of(
            number,
            write("({} {} {})", number, pick("+", "-", "*", "/", "//", "%", "**"), number),
            write("{}({})", pick("abs", "int", "float", "round"), number),
            write("{}({})", pick("sum", "len", "min", "max"), many),
            write("{}.{}({})", text, pick("find", "rfind", "count", "index"), text),
            write("{}[{}]", many, st.integers(-3, 3)),
            write("({1} if {0} else {2})", truth, number, number),
            write("(-{})", number),
        ),
        st.one_of(
            text,
            write("({} + {})", text, text),
            write("({} * {})", text, st.integers(-1, 4)),
            write("{}.{}()", text, case),
            write("{}.replace({}, {})", text, text, text),
            write("{}.{}({})", text, pick("strip", "removeprefix", "removesuffix"), text),
            write(
                "{}.{}({})", text, pick("ljust", "rjust", "center", "zfill"), st.integers(-2, 12)
            ),
            write("{}[{}:{}{}]", text, bound, bound, pick("", ":1", ":-1", ":2")),
            write("'|'.join({}.{}({}))", text, pick("split", "rsplit"), text),
            write("'|'.join({}.{}())", text, pick("split", "rsplit", "splitlines")),
            write("f'{{{}{}}}'", plain, pick("", ":>9", ":.2f", ":+", ":08.3f", ":e", ":,")),
        ),
        st.one_of(
            many,
            st.lists(number, min_size=1, max_size=4).map(lambda parts: f"[{', '.join(parts)}]"),
            write("({} + {})", many, many),
            write("[y + {} for y in {} if {} or y > 0]", number, many, truth),
            write("sorted({})", many),
            write("sorted({}, key=lambda z: -z, reverse=True)", many),
            write("list(reversed({}))", many),
            write("list(range({}, {}, {}))", *[st.integers(-5, 5)] * 3),
            write("{}[{}:]", many, st.integers(-4, 4)),
        ),
        st.one_of(
            truth,
            write("({} {} {})", number, pick("<", "<=", "==", "!=", ">"), number),
            write("({} < {} <= {})", number, number, number),
            write("({} {} {})", text, pick("<", "==", "in", ">"), text),
            write("{}.{}({})", text, pick("startswith", "endswith"), text),
            write("({} {} {})", number, pick("in", "not in"), many),
            write("({} == {})", many, many),
            write("({} {} {})", truth, pick("and", "or"), truth),
            write("{}({})", pick("any", "all"), many),
            write("(not {})", truth),
        ),
    )


KINDS = (
    st.one_of(
        st.integers(-50, 50).map(str),
        st.floats(-100, 100).map(lambda number: repr(round(number, 3))),
        pick("json['a']", "json['f']", "len(json['s'])", "json['list'][-1]"),
    ),
    st.one_of(st.text("abcßΐ1-_ \n", max_size=6).map(repr), st.just("json['s']")),
    st.just("json['list']"),
    pick("True", "False", "json['t']", "json['n'] is None"),
)
for _ in range(3):
    KINDS = larger(*KINDS)


def python_value(source):
    return eval(compile(source, "x", "eval"), {"__builtins__": PYTHON, "json": JSON})


@pytest.mark.parametrize("kind", range(4), ids=["number", "text", "list", "boolean"])
def test_the_meaning_is_that_of_python(kind):
    agreed = 0

    @settings(max_examples=4 * settings().max_examples)
    @given(KINDS[kind])
    def compare(source):
        nonlocal agreed
        # A power of a power may keep Python busy for years.
        if sum(isinstance(node, ast.Pow) for node in ast.walk(ast.parse(source))) > 1:
            return
        try:
            expected = python_value(source)
        except (ArithmeticError, ValueError, TypeError, LookupError):
            expected = None
        try:
            scope = Scope({"json": JSON}, Budget())
            found = compile_expression(source).evaluate(scope)
        except ExpressionError as error:
            foreign = any(part in error.message for part in HERE_ONLY)
            assert expected is None or foreign, error.pretty()
            return
        assert found == expected
        assert type(found) is type(expected)
        agreed += 1

    compare()
    assert agreed > 2 * settings().max_examples
