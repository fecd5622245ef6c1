"""What people see of executions: statuses, durations, tables. No text can steer the terminal."""

import json
from collections.abc import Sequence
from typing import Final

from rich.box import SIMPLE_HEAD
from rich.console import Console, Group
from rich.table import Table
from rich.text import Text

from tidegate.log import safe, safe_line
from tidegate.model.item import JsonObject

PIPE_WIDTH: Final = 160
MAX_COLUMNS: Final = 8
MAX_CELL: Final = 60

_STYLE: Final = {
    "running": "blue",
    "retrying": "yellow",
    "waiting": "yellow",
    "succeeded": "green",
    "failed": "bold red",
    "crashed": "bold red",
    "skipped": "dim",
    "pending": "dim",
    "cancelled": "dim",
    "queued": "magenta",
}
_MARK: Final = {
    "running": "◐",
    "retrying": "↻",
    "waiting": "⧗",
    "succeeded": "✓",
    "failed": "✗",
    "crashed": "↯",
    "skipped": "-",
    "cancelled": "⊘",
}


def make_console() -> Console:
    """A console; wide where nobody watches, so that a log or a pipe gets whole lines."""
    console = Console(highlight=False, markup=False)
    if not console.is_terminal and "COLUMNS" not in console._environ:  # noqa: SLF001 - rich has no other way to ask
        console.width = PIPE_WIDTH
    return console


def say(console: Console, words: str, style: str = "") -> None:
    """Print a sentence on one line, however wide the terminal is: it may hold a command to copy."""
    console.print(Text(safe_line(words), style=style), soft_wrap=True)


def text(value: str, style: str = "") -> Text:
    """Text as it may be shown; its line breaks stay."""
    return Text(safe(value), style=style)


def status_text(status: str) -> Text:
    """A status as mark, word and colour, never colour alone."""
    return Text(f"{_MARK.get(status, '·')} {status}", style=_STYLE.get(status, ""))


def duration_text(milliseconds: float | None) -> str:
    """Milliseconds for people."""
    if milliseconds is None:
        return ""
    if milliseconds < 1000:
        return f"{milliseconds:.1f} ms"
    return f"{milliseconds / 1000:.2f} s"


def node_name(node_id: str, iteration: Sequence[int]) -> str:
    """A node execution: the node, and the iterations of the loops around it."""
    return f"{node_id} [{'.'.join(map(str, iteration))}]" if iteration else node_id


def node_table(nodes: Sequence[JsonObject]) -> Table:
    """Every node execution: status, time, counts, and what went wrong."""
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for column in ("node", "type", "status"):
        table.add_column(column, no_wrap=True)
    for column in ("attempts", "time", "in", "out"):
        table.add_column(column, justify="right", no_wrap=True)
    table.add_column("error", overflow="fold")
    for node in nodes:
        error = node["error"] or {}
        table.add_row(
            text(node_name(node["id"], node.get("iteration", ()))),
            text(node["type"]),
            status_text(node["status"]),
            str(node["attempts"]),
            duration_text(node["duration_ms"]),
            str(node["items_in"]),
            str(node["items_out"]),
            text(str(error.get("pretty") or error.get("message") or "")),
        )
    return table


def item_table(items: Sequence[JsonObject], *, title: str) -> Group:
    """Items as a table below its title: one column a field, long values cut."""
    columns = list(dict.fromkeys(key for item in items for key in item))
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for column in columns[:MAX_COLUMNS]:
        table.add_column(Text(_cut(column)))
    if len(columns) > MAX_COLUMNS:
        table.add_column(f"… {len(columns) - MAX_COLUMNS} more")
    for item in items:
        table.add_row(*(Text(_cell(item, column)) for column in columns[:MAX_COLUMNS]))
    return Group(text(title), table)


def _cell(item: JsonObject, column: str) -> str:
    if column not in item:
        return ""
    value = item[column]
    return _cut(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))


def _cut(value: str) -> str:
    shown = safe_line(value[:MAX_CELL])
    return shown if len(value) <= MAX_CELL else shown[: MAX_CELL - 1] + "…"
