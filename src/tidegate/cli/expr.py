"""``tidegate expr``: evaluate expressions outside of any workflow."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any, Final

import click

from tidegate.cli.output import json_text

MAX_LINE: Final = 4 << 20
"""Bytes of one line of ``--json`` input; what is longer is an error of that line."""

MAX_DATA: Final = 64 << 20
"""Bytes of ``--data``."""


@click.command("expr")
@click.argument("expression", required=False)
@click.option("--data", metavar="JSON|@FILE", help="The object that the expression sees as json.")
@click.option("--json", "as_json", is_flag=True, help="Print one line with outcome and value.")
def command(expression: str | None, data: str | None, as_json: bool) -> None:  # noqa: FBT001 - click passes options by name
    """Evaluate an expression.

    EXPRESSION is written without {{ }}; its value is printed as JSON.

    With --json and no EXPRESSION, read lines of {"expression": ..., "env": {...}} from standard
    input and print a line of {"outcome": ..., "value": ..., "message": ...} for each. The roots
    in env are any of json, item, items, trigger, execution, workflow and vars, and node with the
    list of objects of each node by its id.
    """
    if expression is None:
        if not as_json or data is not None:
            raise click.UsageError("EXPRESSION is missing (only --json alone reads input lines).")
        _answer_lines(sys.stdin.buffer, sys.stdout.buffer)
        return
    answer = _outcome(expression, _env(data))
    if as_json:
        _write_line(sys.stdout.buffer, answer)
    elif answer["outcome"] == "ok":
        sys.stdout.buffer.write(_encoded(answer["value"]) + b"\n")
    else:
        click.echo(answer["pretty"], err=True)
    sys.stdout.buffer.flush()
    if answer["outcome"] != "ok":
        raise click.exceptions.Exit(1)


def _env(data: str | None) -> dict[str, Any]:
    """The roots for an object given with ``--data``."""
    from tidegate import codec
    from tidegate.errors import InvalidInput

    if data is None:
        return {}
    text: str | bytes = data
    if data.startswith("@"):
        try:
            with Path(data[1:]).open("rb") as file:
                text = file.read(MAX_DATA + 1)
        except OSError as error:
            raise click.UsageError(f"--data: {data[1:]}: {error.strerror}.") from None
    if len(text) > MAX_DATA:
        raise click.UsageError(f"--data has more than {MAX_DATA >> 20} MB.")
    try:
        found = codec.decode(text)
    except InvalidInput as error:
        raise click.UsageError(f"--data: {error.message}") from None
    if type(found) is not dict:
        raise click.UsageError('--data must be a JSON object, such as {"name": "Ada"}.')
    item = {"json": found, "files": {}, "index": 0}
    return {"json": found, "item": item, "items": [found]}


def _outcome(expression: str, env: dict[str, Any]) -> dict[str, Any]:
    """What became of an expression: its ``value`` for ``ok``, else the error's fields."""
    from tidegate.errors import ExpressionError, ExpressionLimit, ExpressionRejected
    from tidegate.expressions import evaluate

    outcomes = {ExpressionRejected: "rejected", ExpressionLimit: "limit"}
    try:
        return {"outcome": "ok", "value": evaluate(expression, env)}
    except ExpressionError as error:
        return {
            "outcome": outcomes.get(type(error), "error"),
            "message": error.message,
            "line": error.line,
            "column": error.column,
            "pretty": error.pretty(),
        }


def _answer_lines(source: IO[bytes], target: IO[bytes]) -> None:
    """Answer every line of ``source``, in order, each with a budget of its own."""
    for line in _lines(source):
        _write_line(target, _answer(line))
        # Whoever asks line by line is waiting for this answer.
        target.flush()


def _write_line(target: IO[bytes], answer: dict[str, Any]) -> None:
    shown = {"outcome": answer["outcome"], "value": None, "message": ""}
    fields = ("value", "message", "line", "column")
    shown |= {name: answer[name] for name in fields if name in answer}
    target.write(_encoded(shown) + b"\n")


def _lines(source: IO[bytes]) -> Iterator[bytes | None]:
    """The lines that are not empty; None for one that is too long."""
    while line := source.readline(MAX_LINE + 1):
        if len(line) > MAX_LINE and not line.endswith(b"\n"):
            while line and not line.endswith(b"\n"):
                line = source.readline(MAX_LINE)
            yield None
        elif line.strip():
            yield line


def _answer(line: bytes | None) -> dict[str, Any]:
    from tidegate import codec
    from tidegate.errors import InvalidInput

    if line is None:
        return _bad_line(f"this line has more than {MAX_LINE >> 20} MB")
    try:
        request = codec.decode(line)
    except InvalidInput as error:
        return _bad_line(error.message)
    if type(request) is not dict or type(request.get("expression")) is not str:
        return _bad_line('a line is an object {"expression": "...", "env": {...}}')
    env = request.get("env", {})
    if type(env) is not dict:
        return _bad_line("env must be an object of roots")
    return _outcome(request["expression"], env)


def _bad_line(message: str) -> dict[str, Any]:
    return {"outcome": "error", "message": message}


def _encoded(value: Any) -> bytes:
    from tidegate import codec

    return json_text(codec.encode(value).decode()).encode()
