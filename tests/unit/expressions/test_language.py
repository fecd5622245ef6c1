import pytest

from tidegate.errors import ExpressionError, ExpressionRejected
from tidegate.expressions import compile_expression

JSON = {
    "a": 1,
    "name": "Ada",
    "none": None,
    "list": [3, 1, 2],
    "user": {"name": "Ada", "email": "ada@example.org", "first name": "A", "items": 5},
    "rows": [{"k": "x", "v": 1}, {"k": "y", "v": 2}],
}


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("json", JSON),
        ("json.user.name", "Ada"),
        ("json['user']['first name']", "A"),
        ("json.user.items", 5),
        ("json.rows[1].v", 2),
        ("json.rows[-1]['k']", "y"),
        ("json.name[0] + json.name[-1]", "Aa"),
        ("json.list[1:]", [1, 2]),
        ("json.name[::-1]", "adA"),
        ("json[json.rows[0].k + 'yz'[3:]] if 'x' in json else 'no x'", "no x"),
        ("1 + 2 * 3 - 4 / 2", 5.0),
        ("7 // 2 + -7 % 3 + 2 ** 10", 1029),
        ("not json.none and json.a", 1),
        ("json.none or 'else'", "else"),
        ("0 or [] or ''", ""),
        ("1 < json.a + 1 <= 2 != 3", True),
        ("1 < 1 < json.missing", False),
        ("json.none is None, json.a is not None", [True, True]),
        ("2 in json.list, 'x' not in json, 'd' in json.name", [True, True, True]),
        ("'big' if len(json.list) > 2 else 'small'", "big"),
        ("(1, 'a', [None, True])", [1, "a", [None, True]]),
        ("{'a': 1, json.name: {'b': []}}", {"a": 1, "Ada": {"b": []}}),
        ("[x * 2 for x in json.list if x > 1 if x < 3]", [4]),
        ("[a + b for a in 'xy' for b in 'uv']", ["xu", "xv", "yu", "yv"]),
        ("[k + str(v) for k, v in {'a': 1}.items()]", ["a1"]),
        ("{r.k: r.v for r in json.rows}", {"x": 1, "y": 2}),
        ("[key for key in json.user if key > 'f']", ["name", "first name", "items"]),
        ("sum(r.v for r in json.rows)", 3),
        ("[x for x in [1, 2] for x in [x, x + 10]]", [1, 11, 2, 12]),
        ("[[x, [x for x in [9]], x] for x in [1]]", [[1, [9], 1]]),
        ("sorted(json.rows, key=lambda r: -r.v)[0].k", "y"),
        ("[sorted([x, 0], key=lambda x: -x) for x in [1, -1]]", [[1, 0], [0, -1]]),
        ("f'{json.name:>5}|{json.a:03d}|{1234.5:,.2f}|{json.name!r}'", "  Ada|001|1,234.50|'Ada'"),
        ("f'{json.a:{3 + 2}}|{{}}|{json.none}|{json.list}|{True}'", "    1|{}||[3, 1, 2]|true"),
        ("'a' 'b' r'\\d'", "ab\\d"),
        ("0x10 + 0b11 + 1_000", 1019),
        ("1e3", 1000.0),
        ("True + True", 2),
        ("'ab' * 2 + 2 * 'c'", "ababcc"),
        ("[0] * 2 + [1]", [0, 0, 1]),
        ("(\n  1\n  + 2)\n  * 3", 9),
        (
            "1 == 1.0, 'a' == 1, None == 0, [1] == [1.0], {'a': 1} == {'a': 1}",
            [True, False, False, True, True],
        ),
        ("json.ｎame", "Ada"),
    ],
)
def test_values(run, source, value):
    found = run(source, JSON)
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(
    ("source", "message", "marked"),
    [
        (
            "1 + json.user.nme",
            "no field 'nme'; this object has: name, email, first name, items",
            "json.user.nme",
        ),
        ("json.list[9]", "there is no index 9; the list has 3 elements", "json.list[9]"),
        ("json.name[9]", "there is no index 9; the text has 3 characters", "json.name[9]"),
        ("json.list['a']", "an index must be a whole number, not text", "json.list['a']"),
        ("json.list[0.5]", "an index must be a whole number, not 0.5", "json.list[0.5]"),
        ("json[1]", "the fields of an object have names, not a number", "json[1]"),
        ("json.none.x", "null has no field 'x'", "json.none.x"),
        ("json.none[0]", "null has no fields or elements", "json.none[0]"),
        ("json.name.length", "text has no field 'length'; write len(value)", "json.name.length"),
        ("json.name.upper", "'upper' is a method; call it: .upper()", "json.name.upper"),
        ("json.list.upper()", "a list has no method 'upper'", "json.list.upper()"),
        (
            "now().years",
            "a date and time has no field 'years'; it has: year, month, day, hour, minute, second, microsecond",
            "now().years",
        ),
        (
            "'n: ' + json.a",
            "cannot add text and a number; use str() or an f-string",
            "'n: ' + json.a",
        ),
        ("json.list - 1", "cannot subtract a number from a list", "json.list - 1"),
        ("1 < 'a'", "cannot compare a number with text", "1 < 'a'"),
        ("2 * (1 / 0)", "division by zero", "1 / 0"),
        ("1 in 5", "cannot look into a number with 'in'", "1 in 5"),
        ("1 in 'a'", "cannot look for a number in text", "1 in 'a'"),
        ("[x for x in 5]", "cannot loop over a number", "[x for x in 5]"),
        (
            "[a for a, b in [[1]]]",
            "cannot take a list of 1 apart into 2 names",
            "[a for a, b in [[1]]]",
        ),
        ("{json.a: 1}", "a field's name must be text, not a number", "{json.a: 1}"),
        ("len(5)", "a number has no length", "len(5)"),
        (
            "1e308 * 10",
            "the result is not a number that JSON can hold (too large or undefined)",
            "1e308 * 10",
        ),
        ("f'{json.a:zz}'", "the format 'zz' is not supported", "f'{json.a:zz}'"),
        ("f'{json.name:d}'", "the format 'd' does not fit text", "f'{json.name:d}'"),
        ("json.list[::0]", "the step of [start:stop:step] must not be 0", "json.list[::0]"),
        (
            "'ü' + json.ü",
            "no field 'ü'; this object has: a, name, none, list, user, rows",
            "json.ü",
        ),
    ],
)
def test_errors_name_the_place_and_what_exists(run, source, message, marked):
    with pytest.raises(ExpressionError) as caught:
        run(source, JSON)
    error = caught.value
    assert type(error).code == "EXPRESSION_ERROR"
    assert error.message == message
    assert error.source == source
    assert source[error.column - 1 : error.end_column - 1] == marked
    assert error.line == 1


@pytest.mark.parametrize(
    ("source", "message", "marked"),
    [
        ("1 + jsn.a", "unknown name 'jsn'; did you mean json?", "jsn"),
        ("true", "unknown name 'true'; write True", "true"),
        ("lenn(json)", "unknown function 'lenn'; did you mean len?", "lenn"),
        ("json.a.uper()", "there is no method 'uper'; did you mean upper?", "json.a.uper()"),
        (
            "json.a.toUpperCase()",
            "there is no method 'toUpperCase'; write upper()",
            "json.a.toUpperCase()",
        ),
        (
            "'{}'.format(1)",
            "there is no method 'format'; write an f-string: f'{json.name}'",
            "'{}'.format(1)",
        ),
        ("len", "'len' is a function; call it: len(...)", "len"),
        ("vars()", "'vars' is a value, not a function", "vars"),
        ("[x() for x in [1]]", "'x' is a value, not a function", "x"),
        ("len()", "'value' is missing: len(value)", "len()"),
        ("len(1, 2)", "too many arguments: len(value)", "len(1, 2)"),
        (
            "sorted([], lambda x: x)",
            "too many arguments: sorted(values, *, key=None, reverse=False)",
            "sorted([], lambda x: x)",
        ),
        (
            "sorted([], by=1)",
            "no argument is called 'by': sorted(values, *, key=None, reverse=False)",
            "sorted([], by=1)",
        ),
        (
            "round(1, number=2)",
            "'number' is given twice: round(number, digits=0)",
            "round(1, number=2)",
        ),
        (
            "'a'.split(1, 2, 3)",
            "too many arguments: split(sep=None, maxsplit=-1)",
            "'a'.split(1, 2, 3)",
        ),
        ("{1, 2}", "sets are not supported; use a list, or unique([...])", "{1, 2}"),
        ("{**json}", "'**' is not supported; use merge(a, b)", "json"),
        ("[*json]", "'*' is not supported here", "*json"),
        ("len(*json)", "'*' is not supported in a call", "len(*json)"),
        ("lambda: 1", "a lambda is only allowed as key=lambda x: ...", "lambda: 1"),
        (
            "max([], key=lambda a, b: a)",
            "a key takes exactly one value: lambda x: ...",
            "lambda a, b: a",
        ),
        ("1 is json.a", "'is' is for None, True and False; use == here", "1 is json.a"),
        ("1 @ 2", "the operator '@' is not supported", "1 @ 2"),
        ("~1", "the operator '~' is not supported", "~1"),
        ("[json for json in []]", "'json' has a meaning already; take another name", "json"),
        ("[x for x.a in []]", "a loop variable is a name, or names with commas", "x.a"),
        ("(x := 1)", "an expression can't assign with ':='", "x := 1"),
        ("1j", "a literal of type complex is not allowed", "1j"),
        ("b'a'", "a literal of type bytes is not allowed", "b'a'"),
        ("'\\ud800'", "this text holds half a surrogate pair", "'\\ud800'"),
        ("1e999", "this number is too large", "1e999"),
        ("{1: 2}", "the names of an object's fields are texts", "1"),
        ("node", 'node is used with an id: node("id")', "node"),
        ("node(json.a)", 'node takes one id, written as a text: node("id")', "node(json.a)"),
        ("(1 + 2", "'(' is never closed", "("),
        ("1 + 2)", "')' does not close anything here", ")"),
        ("(1 + 2]", "'(' must be closed before this ']'", "]"),
        ("'abc", "the text that begins here is never closed with '", "'"),
        ("1 # one", "an expression can't hold a comment", "#"),
        ("json.a && json.b", "this is not an expression: write 'and' instead of '&&'", "&"),
        ("json.a === 1", "this is not an expression: write '==' or '!='", "="),
        ("$json.a", "this is not an expression: names have no '$' here: write json.name", "$"),
        ("x for x in [1]", "put the loop in square brackets: [... for x in ...]", "x"),
        ("{{ json.a }}", "write the expression without {{ }}", "{{"),
        (
            "[a for a in [] for b in [] for c in [] for d in []]",
            "a comprehension has at most 3 'for'",
            "[a for a in [] for b in [] for c in [] for d in []]",
        ),
    ],
)
def test_what_is_not_in_the_language_is_rejected_with_the_place(source, message, marked):
    with pytest.raises(ExpressionRejected) as caught:
        compile_expression(source)
    error = caught.value
    assert error.message == message
    assert error.source == source
    assert source[error.column - 1 :].startswith(marked)


@pytest.mark.parametrize(
    "source",
    [
        "",
        "  ",
        "import os",
        "x = 1",
        "json.a;1",
        "await json",
        "yield",
        "if",
        "json.",
        "1 +",
        "\0",
        "a\ud800",
        "…",
        "json.a\\",
        "[async for x in []]",
        "[x async for x in []]",
        "f'{'",
        "f'{json.a!x}'",
        "9" * 5000,
        "1" * 10_001,
        "(" * 51 + ")" * 51,
        "-" * 60 + "1",
        "1" + "+1" * 2000,
        "...",
        "1 if 2",
    ],
)
def test_what_python_does_not_take_is_rejected_with_some_place(source):
    with pytest.raises(ExpressionRejected) as caught:
        compile_expression(source)
    assert caught.value.line == 1
    assert 1 <= caught.value.column <= len(source) + 1
    assert caught.value.pretty()


def test_the_caret_stands_under_the_place_in_its_line(run):
    with pytest.raises(ExpressionError) as caught:
        run("[\n  1,\n  'é' + json.no\n]", {"a": 1})
    assert (caught.value.line, caught.value.column) == (3, 9)
    assert caught.value.pretty().splitlines()[1:] == ["    'é' + json.no", "          ^^^^^^^"]


def test_a_name_of_the_scope_is_not_left_behind(scope):
    made = scope({"a": [1, 2]}, response=5)
    compiled = compile_expression("[[x, y] for x, y in [[1, 2]]]")
    assert compiled.evaluate(made) == [[1, 2]]
    with pytest.raises(ExpressionError):
        compile_expression("[1 / x for x in [1, 0]]").evaluate(made)
    with pytest.raises(ExpressionError):
        compile_expression("sorted([1, 0], key=lambda k: 1 / k)").evaluate(made)
    # A root that this expression was not told of keeps its value, too.
    assert compile_expression("[response for response in json.a]").evaluate(made) == [1, 2]
    assert made.values == {"json": {"a": [1, 2]}, "response": 5}


def test_what_an_expression_uses_is_known_before_it_runs():
    compiled = compile_expression("[item.json.a, vars.x, node('a').json, node('b').output('c')]")
    assert compiled.roots == {"item", "vars", "node"}
    assert compiled.nodes == {"a", "b"}
    assert not compiled.uses_item_index
    assert compile_expression("item.index").uses_item_index
    assert compile_expression("item").uses_item_index
    assert compile_expression("[x.item for x in [1]]").roots == set()


def test_a_root_that_the_scope_lacks_is_an_error(run):
    with pytest.raises(ExpressionError, match="'trigger' is not available here"):
        run("trigger.data")
    with pytest.raises(ExpressionRejected, match="unknown name 'response'"):
        compile_expression("response.status")
    assert run("response.status", response={"status": 200}) == 200


def test_other_nodes(run, node_view):
    assert run("node('fetch').json") == {"id": 7}
    assert run("node('fetch').item.index") == 0
    assert run("[x.id for x in node('fetch').items]") == [7, 8]
    assert run("node('fetch').first.id, node('fetch').last.id") == [7, 8]
    assert run("node('fetch').output('error')[0].message") == "no"
    with pytest.raises(ExpressionError, match="there is no node 'other'"):
        run("node('other').json")
    with pytest.raises(ExpressionError, match="a node has no field 'jsn'; it has: item, json"):
        run("node('fetch').jsn")
    for source in ("node('fetch')", "[node('fetch')]", "{'a': [node('fetch')]}"):
        with pytest.raises(ExpressionError, match=r'node\("fetch"\) is not a value by itself'):
            run(source)
    with pytest.raises(ExpressionError, match="a node has no elements"):
        run("node('fetch')['json']")


def test_missing_values_have_a_way_out(run):
    json = {"a": None, "b": "", "c": 0, "d": {"e": [1]}}
    assert (
        run("default(json.x, 'd'), default(json.a, 'd'), default(json.b, 'd')", json) == ["d"] * 3
    )
    assert run("default(json.c, 5), default(json.d.e[3], 6), default(json.a.b.c, 7)", json) == [
        0,
        6,
        7,
    ]
    assert run("coalesce(json.x, json.a, json.b)", json) == ""
    assert run("coalesce(json.x, json.a)", json) is None
    assert run(
        "exists(json.a), exists(json.x), exists(json.d.e[0]), exists(json.d.e[1])", json
    ) == [True, False, True, False]
    assert run("json.get('x'), json.get('x', 1), json.get('c', 1)", json) == [None, 1, 0]
    with pytest.raises(ExpressionError, match="division by zero"):
        run("default(1 / 0, 1)", json)
    with pytest.raises(ExpressionError, match="no field 'y'"):
        run("default(json.x, json.y)", json)
