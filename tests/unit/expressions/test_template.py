import pytest

from tidegate.errors import ExpressionError, ExpressionLimit, ExpressionRejected
from tidegate.expressions import compile_template
from tidegate.sdk.budget import Budget

JSON = {"n": 5, "s": "x", "list": [1, "a"], "none": None, "yes": True, "user": {"a": {"b": 1}}}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("{{ json.n }}", 5),
        ("{{json.list}}", [1, "a"]),
        ("{{ json.none }}", None),
        ("\n{{ json.n }}\r\n", 5),
        (" {{ json.n }}", " 5"),
        ("{{ json.n }} ", "5 "),
        ("a {{ json.s }} b{{ json.n + 1 }}", "a x b6"),
        ("{{ json.s }}{{ json.n }}", "x5"),
        ("<{{ json.none }}|{{ json.yes }}|{{ json.list }}|{{ json.user }}>", '<|true|[1, "a"]|{"a": {"b": 1}}>'),
        ('{{ {"a": {"b": 1}} }}', {"a": {"b": 1}}),
        ('{{{"a": {"b": {}}}}}', {"a": {"b": {}}}),
        ("{{ '}}' }}", "}}"),
        ("{{ '{{' + \"}}\" }}!", "{{}}!"),
        ("{{ '''it's }} it''' }}", "it's }} it"),
        ("{{ f'{json.user}' }}", '{"a": {"b": 1}}'),
        ("{{ f'{json.n:>{3}}' }}", "  5"),
        ("{{ '\\'}}' }}", "'}}"),
        ("{{ json.n }}}}", "5}}"),
        ("{{\n  json.n\n  + 1\n}}", 6),
        ("{{ [x for x in json.list\n if x == 1] }}", [1]),
        (r"\{{ json.n }} is {{ json.n }}", "{{ json.n }} is 5"),
        (r"\{{", "{{"),
        (r"{{ json.s }}\{{}}", "x{{}}"),
        ("{ {json.n} } {{ json.n }} {% x %} }}", "{ {json.n} } 5 {% x %} }}"),
        ("it's {{ json.n }} o'clock # no comment", "it's 5 o'clock # no comment"),
        ("{{ date('2024-02-29') }}", "2024-02-29T00:00:00+00:00"),
        ("at {{ date('2024-02-29').date() }}", "at 2024-02-29"),
        ("{{ days(1) }}", 86400.0),
        ("{{ {'a': [date('2024-02-29').date(), days(1)]} }}", {"a": ["2024-02-29", 86400.0]}),
    ],
)  # fmt: skip
def test_values(scope, text, value):
    found = compile_template(text).evaluate(scope(JSON))
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize("text", ["", "plain", "{ json.a }", "}}", "{", "{%", "{ {"])
def test_a_text_without_expressions_is_none(text):
    assert compile_template(text) is None


@pytest.mark.parametrize(
    ("text", "line", "column", "message"),
    [
        ("a {{ json.a", 1, 3, "this '{{' is never closed with '}}'"),
        ("a\nb {{ json.a }} {{", 2, 16, "this '{{' is never closed with '}}'"),
        ("{{ }}", 1, 4, "there is no expression"),
        ("{{}}", 1, 3, "there is no expression"),
        ("{{ json.a + }}", 1, 12, "this is not an expression: invalid syntax"),
        ("x\n  {{ json.a }}\n{{ jsn.b }}", 3, 4, "unknown name 'jsn'; did you mean json?"),
        ("{{ json.a }} {{\n  merge(json.b,\n      zz) }}", 3, 7, "unknown name 'zz'"),
        ("ü {{ 'ü' + zz }}", 1, 12, "unknown name 'zz'"),
        ("{{ 'abc }}", 1, 4, "the text that begins here is never closed with '"),
        ("{{ (json.a }}", 1, 12, "'(' must be closed before this '}'"),
        ("{{ json.a } }}", 1, 11, "'}' does not close anything here"),
        ("{{ {{ json.a }} }}", 1, 4, "write the expression without {{ }}"),
        ("{{ json.a # x }}", 1, 11, "an expression can't hold a comment"),
    ],
)
def test_a_rejection_has_its_place_in_the_whole_text(text, line, column, message):
    with pytest.raises(ExpressionRejected) as caught:
        compile_template(text)
    error = caught.value
    assert (error.message, error.line, error.column) == (message, line, column)
    assert error.source == text
    shown, carets = error.pretty().splitlines()[1:]
    assert shown == "  " + text.split("\n")[line - 1]
    assert carets.index("^") == column + 1


def test_an_error_while_running_has_the_source_of_its_expression(scope):
    template = compile_template("a {{ json.n }} b {{ json.no + 1 }}")
    with pytest.raises(ExpressionError) as caught:
        template.evaluate(scope(JSON))
    assert caught.value.source == "json.no + 1"
    assert (caught.value.line, caught.value.column) == (1, 1)
    with pytest.raises(ExpressionError) as caught:
        compile_template("x {{ node('fetch') }}").evaluate(scope(JSON))
    assert caught.value.source == "node('fetch')"


def test_a_template_knows_what_its_expressions_use():
    template = compile_template(
        "{{ vars.x }} and {{ node('a').json }} {{ response }}", extra_roots=frozenset({"response"})
    )
    assert template.roots == {"vars", "node", "response"}
    assert template.nodes == {"a"}
    assert [each.source for each in template.expressions] == [
        "vars.x",
        "node('a').json",
        "response",
    ]
    assert compile_template(r"\{{").expressions == ()


def test_texts_can_be_long_but_not_what_is_evaluated(scope):
    text = "x" * 100_000 + "{{ json.n }}"
    assert compile_template(text).evaluate(scope(JSON)) == "x" * 100_000 + "5"
    with pytest.raises(ExpressionRejected, match="at most 500 expressions"):
        compile_template("{{1}}" * 501)
    for hostile in (
        "{{" * 300_000,
        "{{ '" + "\\a" * 1_000_000,
        "{{ '''" + "a" * 1_000_000,
        "{{ " + " " * 20_000 + "1 }}",
    ):
        with pytest.raises(ExpressionRejected):
            compile_template(hostile)
    many = compile_template("{{ json.s * 100000 }}" * 400)
    with pytest.raises(ExpressionLimit):
        many.evaluate(scope(JSON))


def test_the_text_of_a_template_is_charged_until_it_is_released(scope):
    budget = Budget(memory=1 << 20)
    made = scope(JSON, budget=budget)
    template = compile_template("{{ json.s * 300000 }}!")
    template.evaluate(made)
    assert 300_000 < (1 << 20) - budget.alloc < 301_000
    made.release_results()
    assert budget.alloc == 1 << 20
    for _ in range(10):
        template.evaluate(made)
        made.release_results()
    for _ in range(3):
        result = None
        with pytest.raises(ExpressionLimit) if _ == 2 else _nothing():
            result = template.evaluate(made)
        assert (result is None) == (_ == 2)


def _nothing():
    from contextlib import nullcontext

    return nullcontext()
