"""Options that several commands share: data and variables from the command line."""

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

MAX_DATA = 5 << 20
"""Bytes of ``--data``: as much as a workflow file may have."""

data_option = click.option(
    "--data",
    metavar="JSON|@FILE",
    help="Data for the trigger: JSON, @FILE to read it from a file, @- from standard input.",
)

db_option = click.option("--db", metavar="URL", help="Another database than the settings'.")


@dataclass(frozen=True, slots=True)
class Data:
    """What was given with ``--data``; null is a value too."""

    value: Any = None
    is_given: bool = False


def parse_data(text: str | None) -> Data:
    """The value of ``--data``.

    Raises:
        InvalidInput: it is not JSON, or the file can't be read.
    """
    from tidegate import codec
    from tidegate.errors import InvalidInput

    if text is None:
        return Data()
    source = "--data"
    content: str | bytes = text
    if text.startswith("@"):
        source = text[1:]
        if not source:
            raise InvalidInput("--data @: write the name of a file after @, or @- to read it here")
        try:
            with sys.stdin.buffer if source == "-" else Path(source).open("rb") as stream:
                content = stream.read(MAX_DATA + 1)
        except OSError as error:
            raise InvalidInput(f"--data: {source} can't be read: {error.strerror}") from None
    if len(content) > MAX_DATA:
        raise InvalidInput(
            f"{source}: a trigger takes {MAX_DATA >> 20} MB of data at most; put a larger file "
            "into a folder that is open to workflows and read it with files.read"
        )
    try:
        return Data(codec.decode_strict(content), is_given=True)
    except InvalidInput as error:
        raise InvalidInput(f"{source}: {error.message}") from None


def parse_variables(assignments: tuple[str, ...]) -> dict[str, Any]:
    """``NAME=VALUE`` pairs; a value that is JSON is that value, anything else is text.

    Raises:
        InvalidInput: a pair has no ``=`` or no name.
    """
    from tidegate import codec
    from tidegate.errors import InvalidInput

    variables: dict[str, Any] = {}
    for assignment in assignments:
        name, mark, text = assignment.partition("=")
        if not mark or not name.isidentifier():
            raise InvalidInput(
                f"--var {assignment!r}: write NAME=VALUE, with letters, digits and _ in NAME"
            )
        try:
            variables[name] = codec.decode_strict(text)
        except InvalidInput:
            codec.check(text, what=f"--var {name}")
            variables[name] = text
    return variables


_AGO = {"m": 60, "h": 3600, "d": 86_400}


def parse_time(text: str | None, option: str) -> int | None:
    """``2026-05-01``, ``2026-05-01T12:00:00Z`` or ``24h`` ago; microseconds since 1970, UTC.

    Raises:
        InvalidInput: it is neither.
    """
    from datetime import UTC, datetime

    from tidegate.errors import InvalidInput
    from tidegate.model.execution import now_us

    if text is None:
        return None
    count, unit = text[:-1], text[-1:]
    if unit in _AGO and count.isascii() and count.isdigit() and len(count) < 8:
        return now_us() - int(count) * _AGO[unit] * 1_000_000
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        raise InvalidInput(
            f"{option} {text!r}: write a time as 2026-05-01 or 2026-05-01T12:00:00Z (UTC), or how "
            "long ago as 30m, 24h, 7d"
        ) from None
    if time.tzinfo is None:
        time = time.replace(tzinfo=UTC)
    return round(time.timestamp() * 1_000_000)
