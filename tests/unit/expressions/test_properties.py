"""Hostile and random input: nothing but an ExpressionError may come out, and only JSON."""

import ast
import json
import string

from hypothesis import example, given, settings
from hypothesis import strategies as st

from tidegate import codec
from tidegate.errors import ExpressionError, ExpressionRejected
from tidegate.expressions import Scope, compile_expression, compile_template
from tidegate.expressions.functions import FIELDS, FUNCTIONS, METHODS
from tidegate.sdk.budget import Budget

EXAMPLES = settings().max_examples
"""Of the profile in use; what is cheap and may surprise takes several times as many."""

JSON = {
    "a": 1,
    "f": -2.5,
    "s": "abc ü😀",
    "n": None,
    "t": True,
    "list": [3, 1, 2],
    "rows": [{"k": "x", "v": 1}, {"k": "y", "v": 2}],
    "user": {"name": "Ada", "__class__": "shadow"},
    "date": "2024-02-29T10:00:00Z",
}


def evaluate(compiled):
    values = {"json": JSON, "items": [JSON, JSON], "vars": {"x": 1}}
    before = json.dumps(values)
    budget = Budget(memory=8 << 20, steps=200_000, seconds=5)
    result = compiled.evaluate(Scope(values, budget))
    assert json.dumps(values) == before, "the input was changed"
    return result


def check(source):
    try:
        result = evaluate(compile_expression(source))
    except ExpressionError as error:
        assert error.source == source
        assert error.message
        assert error.pretty().startswith(error.message)
        assert "can't be evaluated" not in error.message, "an exception that nobody foresaw"
        json.dumps(error.as_json())
        return
    codec.check(result)
    codec.decode(codec.encode(result))


@given(st.text(max_size=60))
@example("json.a\r\n+1")
@example("\ufeffjson")
@example("json.\N{LATIN SMALL LIGATURE FI}")
def test_any_text_is_an_expression_or_rejected(source):
    check(source)


PIECES = [
    *FUNCTIONS,
    *(f".{name}" for name in [*METHODS, *FIELDS]),
    *(f".{key}" for key in JSON),
    *["json", "items", "vars", "item", "node", "now()", "x", "y", "lambda x:", "key=lambda x:"],
    *["for x in ", " if ", " else ", " and ", " or ", " not ", " in ", " is ", "None", "True"],
    *list("()[]{},:.+-*/%<>=&|^~@;'\"\\#$!?\n "),
    *[
        "f'{",
        "}'",
        "**",
        "//",
        "==",
        "!=",
        ":=",
        "{{",
        "}}",
        "'''",
        "r'",
        "b'",
        "\\",
        "0",
        "1",
        "-1",
    ],
    *["1.5", "1e308", "10**9", "'a'", "'%s'", "''", "2**4000", "'2024'", "__class__", "\0", "…"],
]


@settings(max_examples=3 * EXAMPLES)
@given(st.lists(st.sampled_from(PIECES), max_size=14).map("".join))
def test_any_row_of_pieces_is_an_expression_or_rejected(source):
    check(source)


def atoms():
    literals = st.one_of(
        st.none(),
        st.booleans(),
        st.integers(-(10**20), 10**20),
        st.floats(allow_nan=False, allow_infinity=False),
        st.text(max_size=8),
    ).map(repr)
    paths = st.sampled_from(
        ["json", "items", *(f"json.{key}" for key in JSON), "json.rows[0]", "now()", "days(1)"]
    )
    return st.one_of(literals, paths, st.sampled_from(["x", "json.missing", "items[9]"]))


def compounds(inner):
    operators = st.sampled_from(
        ["+", "-", "*", "/", "//", "%", "**", "<", "==", ">", "in", "and", "or", "is"]
    )
    functions = st.sampled_from(sorted(FUNCTIONS))
    methods = st.sampled_from(sorted(METHODS))
    fields = st.sampled_from(sorted({*FIELDS, *JSON, "name", "k", "v"}))
    specs = st.sampled_from(
        ["", "!r", ":>9", ":.2f", ":,", ":d", ":%Y", ":x", "!s:>20", ":{json.a}"]
    )
    arguments = st.lists(inner, max_size=3).map(", ".join)
    return st.one_of(
        st.tuples(inner, operators, inner).map(lambda t: f"({t[0]} {t[1]} {t[2]})"),
        st.tuples(functions, arguments).map(lambda t: f"{t[0]}({t[1]})"),
        st.tuples(functions, inner, inner).map(lambda t: f"{t[0]}({t[1]}, key=lambda x: {t[2]})"),
        st.tuples(inner, methods, arguments).map(lambda t: f"({t[0]}).{t[1]}({t[2]})"),
        st.tuples(inner, fields).map(lambda t: f"({t[0]}).{t[1]}"),
        st.tuples(inner, inner).map(lambda t: f"({t[0]})[{t[1]}]"),
        st.tuples(inner, inner, inner).map(lambda t: f"({t[0]})[{t[1]}:{t[2]}]"),
        st.tuples(inner, inner, inner).map(lambda t: f"[{t[0]} for x in {t[1]} if {t[2]}]"),
        st.tuples(inner, inner, inner).map(lambda t: f"{{str({t[0]}): {t[1]} for x in {t[2]}}}"),
        st.tuples(inner, inner, inner).map(lambda t: f"({t[0]} if {t[1]} else {t[2]})"),
        st.lists(inner, max_size=4).map(lambda t: f"[{', '.join(t)}]"),
        st.tuples(inner, inner).map(lambda t: f"{{'p': {t[0]}, 'q': {t[1]}}}"),
        inner.map(lambda t: f"(not {t})"),
        inner.map(lambda t: f"(-{t})"),
    ) | st.tuples(inner.filter(lambda t: not set(t) & set("'\"\\{}")), specs).map(
        lambda t: f"f'<{{{t[0]}{t[1]}}}>'"
    )


EXPRESSIONS = st.recursive(atoms(), compounds, max_leaves=8)


@settings(max_examples=6 * EXAMPLES)
@given(EXPRESSIONS)
def test_any_expression_gives_json_or_an_expression_error(source):
    check(f"[({source}) for x in [json.list[0]]][0]" if "x" in names(source) else source)


def names(source):
    try:
        tree = ast.parse(source, mode="eval")
    except (SyntaxError, ValueError):
        return set()
    return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}


@settings(max_examples=3 * EXAMPLES)
@given(
    st.lists(
        st.one_of(
            st.text(max_size=10),
            EXPRESSIONS.map(lambda e: f"{{{{ {e} }}}}"),
            st.sampled_from(["{{", "}}", "\\{{", "{", "}", "'", '"']),
        )
    ).map("".join)
)
def test_any_text_is_a_template_or_rejected(text):
    try:
        template = compile_template(text)
    except ExpressionRejected as error:
        assert error.source == text
        assert 1 <= error.line <= text.count("\n") + 1
        assert error.pretty()
        return
    if template is None:
        assert "{{" not in text
        return
    try:
        codec.check(evaluate(template))
    except ExpressionError as error:
        assert error.message


@given(
    st.text(alphabet=string.printable, max_size=30).filter(
        lambda t: "{{" not in t and not t.endswith("{")
    ),
    st.integers(),
)
def test_text_around_an_expression_is_kept(text, number):
    template = compile_template(f"{text}{{{{ {number} }}}}|")
    if not text.endswith("\\"):
        assert evaluate(template) == f"{text}{number}|"
