"""The live table of an execution that runs in a terminal."""

import time
from dataclasses import dataclass
from typing import Final

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.table import Table

from tidegate.cli.tables import duration_text, node_name, status_text, text
from tidegate.engine.observers import SilentObserver
from tidegate.log import safe_line
from tidegate.model.execution import LogLine, NodeRow, Path

MAX_ROWS: Final = 40
MAX_LOG_LINES: Final = 8


@dataclass(slots=True)
class _Row:
    """A node execution; ``started`` is a monotonic time, ``duration`` milliseconds when ended."""

    status: str
    items_in: int
    started: float | None = None
    duration: float | None = None
    items_done: int = 0
    items_out: int = 0


class Progress(SilentObserver):
    """An observer that keeps a live table in a terminal, and takes it away at the end.

    The oldest ended node executions leave the table when it is full.
    """

    def __init__(self, console: Console) -> None:
        self._rows: dict[tuple[str, Path], _Row] = {}
        self._hidden = 0
        self._logs: list[LogLine] = []
        self._live = Live(
            get_renderable=self._render, console=console, refresh_per_second=8, transient=True
        )

    def __enter__(self) -> "Progress":  # noqa: PYI034 - not meant to be subclassed
        self._live.start()
        return self

    def __exit__(self, *_exception: object) -> None:
        self._live.stop()

    def node_started(self, node_id: str, path: Path, items_in: int) -> None:
        """An attempt begins."""
        self._rows[node_id, path] = _Row("running", items_in, time.monotonic())
        self._make_room()

    def node_progress(self, node_id: str, path: Path, items_done: int) -> None:
        """Some items are done."""
        row = self._rows.get((node_id, path))
        if row is not None:
            row.items_done = items_done

    def node_finished(self, row: NodeRow) -> None:
        """A row was recorded."""
        shown = self._rows.setdefault((row.node_id, row.path), _Row("", row.items_in))
        shown.status, shown.items_out = row.status.value, row.items_out
        shown.duration = row.duration_ms
        self._make_room()

    def log_line(self, line: LogLine) -> None:
        """A node logged something."""
        self._logs = [*self._logs[1 - MAX_LOG_LINES :], line]

    def _make_room(self) -> None:
        if len(self._rows) > MAX_ROWS:
            ended = (key for key, row in self._rows.items() if row.duration is not None)
            oldest = next(ended, None)
            if oldest is not None:
                del self._rows[oldest]
                self._hidden += 1

    def _render(self) -> RenderableType:
        table = Table(box=None, pad_edge=False)
        for column in ("node", "status", "time", "items"):
            table.add_column(column, no_wrap=True)
        if self._hidden:
            table.add_row(f"… {self._hidden} before")
        for (node_id, path), row in list(self._rows.items()):
            running = row.duration is None and row.started is not None
            elapsed = (time.monotonic() - row.started) * 1000 if row.started and running else None
            table.add_row(
                text(node_name(node_id, path)),
                status_text(row.status),
                duration_text(elapsed if running else row.duration),
                f"{row.items_done}/{row.items_in}" if running else str(row.items_out),
            )
        lines = [
            text(safe_line(f"{line.level:7} {line.node_id or ''} {line.message}"))
            for line in self._logs
        ]
        return Group(table, *lines)
