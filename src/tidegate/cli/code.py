"""``tidegate code``: run code in the engines of the code nodes."""

import asyncio
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final, cast

import click

from tidegate.cli.output import (
    CliState,
    json_option,
    json_text,
    pass_state,
    print_columns,
    print_json,
)

if TYPE_CHECKING:
    from tidegate.config import Settings
    from tidegate.isolation.engines import CodeEngines
    from tidegate.sdk.code import EngineName

MAX_LINE: Final = 256 << 20
"""Bytes of one line of requests."""
MEGABYTE: Final = 1 << 20
LIMITS: Final = {"memory_mb": 128, "wall_ms": 30_000, "output_mb": 10}
ENGINES: Final = ("auto", "monty", "cpython", "quickjs")


@click.group("code")
def command() -> None:
    """Run code as the code nodes do."""


@command.command("packages")
@click.option("--build", is_flag=True, help="Build them first, with uv.")
@json_option
@pass_state
def show_packages(state: CliState, *, build: bool, as_json: bool) -> int:
    """List the packages that code in full CPython may import.

    The setting isolation.code_requirements names a file that lists them, pinned and with hashes, as
    `uv pip compile --generate-hashes` writes it. Exit code 1 if they are not built.
    """
    from tidegate.app import code_packages
    from tidegate.services import code_packages as building

    packages = code_packages(state.settings())
    built = asyncio.run(building.build(packages)) if build else False
    lacking = packages.lacking()
    found = {} if lacking else packages.installed()
    if as_json:
        listed = None if packages.requirements is None else str(packages.requirements)
        print_json({"requirements": listed, "packages": found, "built": built, "problem": lacking})
    elif lacking:
        click.echo(lacking, err=True)
    elif packages.requirements is None:
        click.echo("code imports the standard library alone; no packages are listed")
    else:
        print_columns([name, version] for name, version in found.items())
    return 1 if lacking else 0


@command.command("run")
@click.argument("file", required=False, type=click.Path(dir_okay=False, path_type=Path))
@click.option("--items", default="[]", metavar="JSON", help="The list that the code sees as items.")
@click.option(
    "--engine",
    type=click.Choice(ENGINES),
    default="auto",
    show_default=True,
    help="What runs it: auto chooses for Python code as storing a workflow does.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one line of JSON for each request.")
@pass_state
def run_code(
    state: CliState, file: Path | None, items: str, engine: str, *, as_json: bool
) -> int | None:
    """Run code in isolation and print the value of its variable result.

    FILE holds Python, or JavaScript with --engine quickjs. What the code prints goes to standard
    error.

    With --json and no FILE, read lines of {"id", "code", "items", "engine", "limits":
    {"memory_mb", "wall_ms", "output_mb"}} from standard input, and print for each, in order, a
    line of {"id", "outcome", "value", "message", "peak_mb", "wall_ms"}. The outcome is one of ok,
    error, memory, timeout, limit, killed and rejected.
    """
    from tidegate import codec
    from tidegate.errors import InvalidInput

    if file is None:
        if not as_json:
            raise click.UsageError("FILE is missing (only --json alone reads input lines).")
        asyncio.run(_answer_lines(state.settings(), sys.stdin.buffer, sys.stdout.buffer))
        return None
    try:
        request = {"code": file.read_text("utf-8"), "items": codec.decode(items), "engine": engine}
    except OSError as error:
        raise click.UsageError(f"{file}: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise click.UsageError(f"{file}: this is no UTF-8 text.") from None
    except InvalidInput as error:
        raise click.UsageError(f"--items: {error.message}") from None
    answer = asyncio.run(_answer_one(state.settings(), request))
    if as_json or answer["outcome"] == "ok":
        shown = answer if as_json else answer["value"]
        click.echo(json_text(codec.encode(shown).decode()))
    else:
        click.echo(f"{answer['outcome']}: {answer['message']}", err=True)
    return 0 if answer["outcome"] == "ok" else 1


async def _answer_one(settings: "Settings", request: dict[str, Any]) -> dict[str, Any]:
    async def show(engines: "CodeEngines") -> dict[str, Any]:
        return await _answer(engines, request, lambda text: click.echo(text, nl=False, err=True))

    return cast("dict[str, Any]", await _with_engines(settings, show))


async def _answer_lines(settings: "Settings", source: IO[bytes], target: IO[bytes]) -> None:
    """Answer every line of ``source``, in order; what code prints is only counted."""
    from tidegate import codec

    async def answer(engines: "CodeEngines") -> None:
        for line in await asyncio.to_thread(lambda: _lines(source)):
            found = await _answer_line(engines, line)
            target.write(json_text(codec.encode(found).decode()).encode() + b"\n")
            # Whoever asks line by line is waiting for this answer.
            target.flush()

    await _with_engines(settings, answer)


async def _with_engines(settings: "Settings", work: Any) -> Any:
    from tidegate.app import code_packages
    from tidegate.isolation.engines import CodeEngines
    from tidegate.isolation.pool import ProcessPool

    async with ProcessPool() as processes:
        engines = CodeEngines(lambda: processes, code_packages(settings))
        try:
            return await work(engines)
        finally:
            await engines.close()


def _lines(source: IO[bytes]) -> Iterator[bytes | None]:
    """The lines that are not empty; None for one that is too long."""
    while line := source.readline(MAX_LINE + 1):
        if len(line) > MAX_LINE and not line.endswith(b"\n"):
            while line and not line.endswith(b"\n"):
                line = source.readline(MAX_LINE)
            yield None
        elif line.strip():
            yield line


async def _answer_line(engines: "CodeEngines", line: bytes | None) -> dict[str, Any]:
    from tidegate import codec
    from tidegate.errors import InvalidInput

    if line is None:
        return _ended(None, "rejected", f"this line has more than {MAX_LINE // MEGABYTE} MB")
    try:
        request = codec.decode(line)
    except InvalidInput as error:
        return _ended(None, "rejected", error.message)
    if type(request) is not dict:
        return _ended(None, "rejected", 'a line is an object {"code": "...", "items": [...]}')
    return await _answer(engines, request, lambda _: None)


async def _answer(engines: "CodeEngines", request: dict[str, Any], show: Any) -> dict[str, Any]:
    """What came of one request, as it is printed."""
    from tidegate.errors import CodeError
    from tidegate.isolation.code_engine import CodeRequest, read_answer

    number = request.get("id")
    try:
        source, items, limits = _read(request)
        name = _engine(source, request.get("engine", "auto"))
        engine = await engines.engine(name)
    except CodeError as error:
        return _ended(number, "rejected", error.pretty())
    outcome = await engine.run(
        CodeRequest(
            source,
            [{"items": items}],
            memory=round(limits["memory_mb"] * MEGABYTE),
            wall=limits["wall_ms"] / 1000,
            output=round(limits["output_mb"] * MEGABYTE),
        ),
        show,
    )
    answer = _ended(number, outcome.outcome, outcome.message)
    if outcome.outcome == "ok":
        try:
            (found,) = read_answer(outcome.answer, 1)
        except CodeError as error:
            found = error
        if isinstance(found, CodeError):
            answer |= {"outcome": "error", "message": found.pretty()}
        else:
            answer["value"] = found.value
    return answer | {
        "peak_mb": round(outcome.peak_memory / MEGABYTE, 1),
        "wall_ms": round(outcome.wall * 1000, 3),
    }


def _read(request: dict[str, Any]) -> tuple[str, list[Any], dict[str, float]]:
    from tidegate.errors import CodeError

    source, items = request.get("code"), request.get("items", [])
    limits = LIMITS | (request.get("limits") or {})
    if type(source) is not str or type(items) is not list:
        raise CodeError("a request has 'code', a text, and 'items', a list")
    for name, value in limits.items():
        if name not in LIMITS or type(value) not in (int, float) or not 0 < value < 1e9:
            raise CodeError(f"limits.{name} must be one of {', '.join(LIMITS)}, above 0")
    return source, items, limits


def _engine(source: str, wanted: Any) -> "EngineName":
    from tidegate.errors import CodeError
    from tidegate.isolation.scan import needs_cpython

    if wanted not in ENGINES:
        raise CodeError(f"there is no engine {wanted!r}; there are: {', '.join(ENGINES)}")
    if wanted == "auto":
        return "cpython" if needs_cpython(source) else "monty"
    return cast("EngineName", wanted)


def _ended(number: Any, outcome: str, message: str) -> dict[str, Any]:
    return {
        "id": number,
        "outcome": outcome,
        "value": None,
        "message": message,
        "peak_mb": 0.0,
        "wall_ms": 0.0,
    }
