"""What all commands share: the settings that were asked for, and how things are printed."""

import gc
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from tidegate.errors import InvalidInput, Problem, TidegateError
from tidegate.log import safe

if TYPE_CHECKING:
    from tidegate.config import Settings


@dataclass(frozen=True, slots=True)
class CliState:
    """The options that stand before the command's name."""

    config: Path | None = None
    debug: bool = False

    def settings(self, overrides: Mapping[str, Any] | None = None) -> "Settings":
        """The settings; ``overrides`` are the command's own options by dotted name.

        Raises:
            InvalidInput: a setting is wrong.
        """
        from tidegate.config import load_settings

        return load_settings(self.config, overrides)


pass_state = click.make_pass_decorator(CliState, ensure=True)

COLLECT_AFTER: Final = 10_000
"""So many more new objects than freed ones make the collector look at the young ones."""

json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON, errors too.")


@contextmanager
def uncollected() -> Iterator[None]:
    """For imports: they make no garbage, and looking for it takes a tenth of their time.

    What was made is left out of later collections too: modules stay. From then on the collector
    looks less often than by default (700 new objects): that many die and are made by a few dozen
    executions at any moment, and looking took a tenth of their time.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.set_threshold(COLLECT_AFTER, 20, 20)
        gc.enable()


def json_text(text: str) -> str:
    """JSON as it may be printed: in a terminal, what could steer it is escaped. It stays JSON."""
    return safe(text) if sys.stdout.isatty() else text


def print_json(value: Any) -> None:
    """Print one JSON value, indented."""
    from tidegate import codec

    click.echo(json_text(codec.encode_pretty(value)))


def problem_text(problem: Problem, severity: str = "") -> str:
    """``file:line:column: message (node x, parameter y)``, and the hint below."""
    place = ":".join(str(p) for p in (problem.file, problem.line, problem.column) if p is not None)
    owners = [("node", problem.node), ("parameter", problem.parameter)]
    owner = ", ".join(f"{what} {name}" for what, name in owners if name)
    text = f"{place}: " if place else ""
    text += f"{severity}{problem.message}"
    text += f" ({owner})" if owner else ""
    if problem.hint:
        text += "".join(f"\n    {line}" for line in problem.hint.splitlines())
    return safe(text)


def show_error(error: TidegateError, *, as_json: bool) -> None:
    """Say what went wrong: on standard error for people, on standard output as JSON."""
    if as_json:
        print_json({"error": error.as_json()})
        return
    click.echo(f"error: {safe(error.message)}", err=True)
    for name in ("database", "reason"):
        if name in error.details:
            click.echo(f"  {name}: {_first_line(str(error.details[name]))}", err=True)
    if isinstance(error, InvalidInput):
        for problem in error.problems:
            click.echo(f"  {problem_text(problem)}".replace("\n", "\n  "), err=True)


def _first_line(text: str) -> str:
    return safe((text.splitlines() or [""])[0])


def show_bug(error: Exception, *, as_json: bool, debug: bool) -> None:
    """Say that Tidegate made a mistake, with an id; the traceback goes to a file of that name."""
    import traceback

    from tidegate.errors import Bug
    from tidegate.ids import new_id

    bug_id = new_id()
    trace = "".join(traceback.format_exception(error))
    if debug:
        click.echo(safe(trace), err=True)
    file = _keep_trace(bug_id, trace)
    where = f" with {file}" if file is not None else ""
    message = f"Tidegate made a mistake ({type(error).__name__}, id {bug_id})"
    details = {"id": bug_id, "file": str(file)} if file is not None else {"id": bug_id}
    show_error(Bug(f"{message}; please report it{where}", **details), as_json=as_json)


def _keep_trace(bug_id: str, trace: str) -> Path | None:
    """Write a traceback into the data directory; the file, or None where that is not possible."""
    from tidegate.config import load_settings

    try:
        folder = load_settings().data_dir / "bugs"
        folder.mkdir(parents=True, exist_ok=True)
        file = folder / f"{bug_id}.txt"
        file.touch(mode=0o600)
        file.write_text(trace, encoding="utf-8", errors="backslashreplace")
    except (OSError, InvalidInput):
        return None
    return file


def print_columns(rows: Iterable[Sequence[str]], *, indent: str = "") -> None:
    """Print rows with their columns aligned; the last column keeps its length."""
    table = [[safe(cell) for cell in row] for row in rows]
    widths = [max(map(len, column), default=0) for column in zip(*table, strict=True)]
    for row in table:
        cells = [cell.ljust(width) for cell, width in zip(row[:-1], widths, strict=False)]
        click.echo((indent + "  ".join([*cells, row[-1]])).rstrip())


def say_key_made(key_file: str) -> None:
    """Say where the vault's first key is."""
    click.echo(
        f"the key that seals credentials was made: {safe(key_file)}\n"
        "keep a copy of it apart from the database; without it they can't be opened",
        err=True,
    )
