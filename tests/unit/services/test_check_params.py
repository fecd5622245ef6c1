"""Wrong parameters, and expressions in them."""

import pytest


@pytest.mark.parametrize(
    ("params", "code", "parameter", "message", "hint"),
    [
        ("{method: GET}", "MISSING_PARAMETER", "url", "'url' is missing", None),
        (
            "{url: 'https://a.de', methd: GET}",
            "UNKNOWN_PARAMETER", "methd", "unknown key 'methd'", "did you mean 'method'?",
        ),
        (
            "{url: 'https://a.de', methd: '{{ json.x }}'}",
            "UNKNOWN_PARAMETER", "methd", "unknown key 'methd'", "did you mean 'method'?",
        ),
        ("{url: 5}", "WRONG_PARAMETER", "url", "must be text, not a number", None),
        ("{url: short}", "WRONG_PARAMETER", "url", "must have at least 8 characters", None),
        (
            "{url: 'https://a.de', method: PUT}",
            "WRONG_PARAMETER", "method", "must be 'GET' or 'POST', not 'PUT'", None,
        ),
        (
            "{url: 'https://a.de', retries: many}",
            "WRONG_PARAMETER", "retries", "must be a whole number, not text", None,
        ),
        ("{url: 'https://a.de', retries: 6}", "WRONG_PARAMETER", "retries", "must be at most 5", None),
        (
            "{url: 'https://a.de', headers: {a: b}}",
            "WRONG_PARAMETER", "headers", "must be a list, not a mapping", None,
        ),
        (
            "{url: 'https://a.de', headers: [{name: a}, {nme: '{{ json.x }}', name: b}]}",
            "UNKNOWN_PARAMETER", "headers.1.nme", "unknown key 'nme'", "did you mean 'name'?",
        ),
        (
            "{url: 'https://a.de', headers: [{name: [1]}]}",
            "WRONG_PARAMETER", "headers.0.name", "must be text, not a list", None,
        ),
        (
            "{url: 'https://a.de', values: [1, x]}",
            "WRONG_PARAMETER", "values.1", "must be a whole number, not text", None,
        ),
        (
            "{url: 'https://a.de', until: 'maybe'}",
            "WRONG_PARAMETER", "until", "must be true or false, not text", None,
        ),
        (
            "{url: 'https://a.de', retries: '{{ json.n'}",
            "EXPRESSION_SYNTAX", "retries", "this '{{' is never closed with '}}'", "  {{ json.n\n  ^^",
        ),
        (
            "{url: 'https://a.de/{{ json.n + }}/x'}",
            "EXPRESSION_SYNTAX", "url", None, "  https://a.de/{{ json.n + }}/x\n                          ^",
        ),
        (
            "{url: '{{ node(\"strat\").item.json.x }}'}",
            "UNKNOWN_NODE_REFERENCE", "url", "node(\"strat\"): there is no node 'strat'", "did you mean 'start'?",
        ),
        (
            "{url: '{{ vars.bse }}'}",
            "UNKNOWN_VARIABLE", "url", "vars.bse: the workflow has no variable 'bse'", "did you mean 'base'?",
        ),
        (
            "{url: '{{ response.status }}'}",
            "EXPRESSION_SYNTAX", "url", None, "  {{ response.status }}\n     ^^^^^^^^",
        ),
    ],
)  # fmt: skip
def test_wrong_parameters(in_request, params, code, parameter, message, hint):
    problem = in_request(params)
    assert (problem.code, problem.node, problem.parameter) == (code, "fetch", parameter)
    assert problem.line in (8, 9)
    assert message is None or problem.message == message
    assert problem.hint == hint


def test_values_in_unions_are_merged_into_one_problem(in_request):
    problem = in_request("{url: 'https://a.de', values: x}")
    assert problem.parameter == "values"
    assert problem.message == "must be a list, not text; or must be a whole number, not text"


@pytest.mark.parametrize(
    "params",
    [
        "{url: '{{ json.url }}', retries: '{{ json.n }}', headers: '{{ json.headers }}'}",
        "{url: '{{ 1 }}', headers: [{name: '{{ json.a }}', value: '{{ json.b }}'}, '{{ json.c }}']}",
        "{url: '{{ 1 }}', values: ['{{ json.a }}', 2]}",
        "{url: '{{ 1 }}', values: '{{ json.a }}'}",
        "{url: '{{ 1 }}', method: '{{ json.method }}'}",
        "{url: '{{ 1 }}', until: '{{ response.status == 200 and json.x }}'}",
        "{url: 'https://a.de', raw: '{{ this is no expression'}",
        "{url: 'https://a.de', body: {a: ['{{ node(\"start\").item }}', null]}}",
        "{url: 'https://a.de', body: '{{ vars.base }} {{ vars[\"base\"] }} {{ vars.get(\"x\", 1) }}'}",
        "{url: 'https://a.de', body: 'vars.nothing \\{{ text'}",
    ],
)
def test_what_an_expression_will_give_is_not_known_yet(check, params):
    assert check(
        "tidegate: 1\nname: x\nvariables: {base: 1}\nnodes:\n  start: {type: trigger.manual}\n"
        f"  fetch:\n    type: http.request\n    params:\n      {params}\n"
        "edges: [start -> fetch]\n"
    ) == []  # fmt: skip


@pytest.mark.parametrize(
    ("type_name", "params"),
    [
        ("data.sort", "{field: '{{ json.x }}'}"),
        ("data.sort", "{field: '{{ item.index }}'}"),
        ("data.skip", "{count: '{{ json.n }}'}"),
    ],
)
def test_a_parameter_that_is_computed_once_has_no_item(in_request, type_name, params):
    problem = in_request(params, type_name)
    assert problem.code == "EXPRESSION_NEEDS_ITEM"
    assert (problem.node, problem.line) == ("fetch", 9)
    assert problem.hint.startswith("use items[0] for")


@pytest.mark.parametrize(
    "params",
    ["{field: '{{ items[0].json.x }}'}", "{field: '{{ vars.base }}'}", "{key: '{{ json.x }}'}"],
)
def test_a_parameter_that_is_computed_once_may_use_the_rest(check, params):
    assert check(
        "tidegate: 1\nname: x\nvariables: {base: 1}\nnodes:\n  start: {type: trigger.manual}\n"
        f"  sort: {{type: data.sort, params: {params}}}\nedges: [start -> sort]\n"
    ) == []  # fmt: skip


def test_the_caret_points_into_the_right_line_of_a_long_text(only_problem):
    problem = only_problem(
        """\
        tidegate: 1
        name: x
        nodes:
          start: {type: trigger.manual}
          fetch:
            type: http.request
            params:
              url: https://example.com
              body: |
                first line
                second {{ json.name + }} line
        edges: [start -> fetch]
        """
    )
    assert (problem.line, problem.column, problem.parameter) == (9, 7, "body")
    text, caret = problem.hint.splitlines()
    assert text == "  second {{ json.name + }} line"
    assert text[caret.index("^") - 1 : caret.index("^") + 1].strip()
