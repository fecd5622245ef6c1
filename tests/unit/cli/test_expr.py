import json
import subprocess
import sys

import pytest
from click.testing import CliRunner

from tidegate.cli.expr import MAX_LINE, command


@pytest.fixture
def expr():
    def invoke(*arguments, lines=None):
        return CliRunner().invoke(command, arguments, input=lines)

    return invoke


def ok(value):
    return {"outcome": "ok", "value": value, "message": ""}


@pytest.mark.parametrize(
    ("expression", "printed"),
    [
        ("1 + 1", "2\n"),
        ("json.name", '"Ada"\n'),
        ("json", '{"name":"Ada","n":null}\n'),
        ("item.json.n", "null\n"),
        ("items[0].name + str(item.index)", '"Ada0"\n'),
        ("'ü'", '"ü"\n'),
    ],
)
def test_the_value_is_printed_as_json(expr, expression, printed):
    result = expr(expression, "--data", '{"name": "Ada", "n": null}')
    assert (result.exit_code, result.stdout, result.stderr) == (0, printed, "")


def test_data_comes_from_a_file(expr, tmp_path):
    file = tmp_path / "data.json"
    file.write_text('{"a": [1, 2]}')
    assert expr("json.a[1]", "--data", f"@{file}").stdout == "2\n"


def test_an_error_has_a_caret_and_exit_code_1(expr):
    result = expr("1 + json.nme", "--data", '{"name": "Ada"}')
    assert result.exit_code == 1
    assert result.stdout == ""
    assert result.stderr.splitlines() == [
        "no field 'nme'; this object has: name",
        "  1 + json.nme",
        "      ^^^^^^^^",
    ]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "EXPRESSION is missing"),
        (["--json", "--data", "{}"], "EXPRESSION is missing"),
        (["json", "--data", "[1]"], "--data must be a JSON object"),
        (["json", "--data", "{"], "--data: this is not valid JSON"),
        (["json", "--data", "@/nowhere/at/all"], "--data: /nowhere/at/all: No such file"),
        (["json", "--data", '{"a": NaN}'], "--data: this is not valid JSON"),
    ],
)
def test_wrong_use_is_explained(expr, arguments, message):
    result = expr(*arguments)
    assert result.exit_code == 2
    assert message in result.stderr


def test_one_expression_with_json_prints_the_outcome(expr):
    assert json.loads(expr("[1]", "--json").stdout) == ok([1])
    result = expr("json.a", "--json")
    assert result.exit_code == 1
    answer = json.loads(result.stdout)
    assert answer == {
        "outcome": "error",
        "value": None,
        "message": "'json' is not available here",
        "line": 1,
        "column": 1,
    }


def test_lines_are_answered_in_order(expr):
    requests = [
        ({"expression": "json.a + 1", "env": {"json": {"a": 1}}}, ok(2)),
        ({"expression": "None"}, ok(None)),
        ({"expression": "json.a", "env": {"json": {}}}, "error"),
        ({"expression": "json.a +"}, "rejected"),
        ({"expression": "'a' * 10 ** 9"}, "limit"),
        ({"expression": "node('n').first", "env": {"node": {"n": [5]}}}, ok(5)),
        ({"expression": "response.status", "env": {"response": {"status": 200}}}, ok(200)),
        ({"expression": "1", "env": []}, "error"),
        ({"expression": 1}, "error"),
        ([], "error"),
        ({"expression": "vars.x", "env": {"vars": {"x": [True]}}}, ok([True])),
    ]  # fmt: skip
    lines = "\n\n".join(json.dumps(request) for request, _ in requests)
    result = expr("--json", lines=lines)
    assert result.exit_code == 0
    answers = [json.loads(line) for line in result.stdout.splitlines()]
    assert len(answers) == len(requests)
    for answer, (_, expected) in zip(answers, requests, strict=True):
        if isinstance(expected, str):
            assert answer["outcome"] == expected
            assert answer["message"]
            assert answer["value"] is None
        else:
            assert answer == expected


def test_no_line_can_stop_the_process():
    good = b'{"expression": "1 + 1"}'
    hostile = [
        b"not json",
        b'"\xff\xfe"',
        b"[" * 100_000,
        b'{"expression": "' + b"(" * 50_000 + b'"}',
        b'{"expression": "\\ud800"}',
        b'{"expression": "1", "env": {"json": ' + b"[" * 500 + b"]" * 500 + b"}}",
        b'{"expression": "x", "env": {"x": "' + b"a" * MAX_LINE + b'"}}',
        b"\x00\x01",
        b'{"expression": "1", "env": {"__builtins__": 1, "a b": 2, "": 3}}',
        b'{"expression": "len(len)", "env": {"len": 5}}',
        b'{"expression": "[1 for a in range(9999) for b in range(9999)]"}',
        b'{"expression": "json.a", "env": {"json": {"a": 1e999}}}',
    ]
    source = b"\n".join(line for bad in hostile for line in (bad, good)) + b"\n"
    result = subprocess.run(
        [sys.executable, "-c", "from tidegate.cli.expr import command; command()", "--json"],
        input=source,
        capture_output=True,
        check=True,
        timeout=60,
    )
    answers = [json.loads(line) for line in result.stdout.splitlines()]
    assert len(answers) == 2 * len(hostile)
    assert answers[1::2] == [ok(2)] * len(hostile)
    assert all(answer["outcome"] in ("ok", "error", "limit", "rejected") for answer in answers)
    assert result.stderr == b""


def test_every_answer_is_there_before_the_next_line_comes():
    with subprocess.Popen(
        [sys.executable, "-c", "from tidegate.cli.expr import command; command()", "--json"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as process:
        for number in range(3):
            process.stdin.write(b'{"expression": "%d + 1"}\n' % number)
            process.stdin.flush()
            assert json.loads(process.stdout.readline())["value"] == number + 1
        process.stdin.close()
        assert process.wait(timeout=30) == 0
