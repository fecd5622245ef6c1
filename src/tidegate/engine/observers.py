"""Observers that most executions have: nobody watches them."""

from tidegate.engine.ports import Observer
from tidegate.model.execution import (
    Execution,
    ExecutionEnd,
    HttpRequestLog,
    HttpStart,
    LogLine,
    NodeRow,
    Path,
    SecurityEvent,
)


class SilentObserver:
    """Sees everything and says nothing."""

    def execution_started(self, execution: Execution) -> None:
        """This process runs the execution from now on."""

    def execution_ended(self, end: ExecutionEnd) -> None:
        """It has ended, or waits."""

    def node_started(self, node_id: str, path: Path, items_in: int) -> None:
        """An attempt begins."""

    def node_progress(self, node_id: str, path: Path, items_done: int) -> None:
        """Some items are done."""

    def node_finished(self, row: NodeRow) -> None:
        """A row was recorded."""

    def log_line(self, line: LogLine) -> None:
        """A node logged something."""

    def http_started(self, request: HttpStart) -> None:
        """A node's request begins."""

    def http_request(self, request: HttpRequestLog, id: str) -> None:
        """A node's request ended."""

    def security_event(self, event: SecurityEvent) -> None:
        """The gate or a limit refused something."""


class BothObservers:
    """Shows everything to one observer, and then to another."""

    __slots__ = ("_first", "_second")

    def __init__(self, first: Observer, second: Observer) -> None:
        self._first, self._second = first, second

    def execution_started(self, execution: Execution) -> None:
        """This process runs the execution from now on."""
        self._first.execution_started(execution)
        self._second.execution_started(execution)

    def execution_ended(self, end: ExecutionEnd) -> None:
        """It has ended, or waits."""
        self._first.execution_ended(end)
        self._second.execution_ended(end)

    def node_started(self, node_id: str, path: Path, items_in: int) -> None:
        """An attempt begins."""
        self._first.node_started(node_id, path, items_in)
        self._second.node_started(node_id, path, items_in)

    def node_progress(self, node_id: str, path: Path, items_done: int) -> None:
        """Some items are done."""
        self._first.node_progress(node_id, path, items_done)
        self._second.node_progress(node_id, path, items_done)

    def node_finished(self, row: NodeRow) -> None:
        """A row was recorded."""
        self._first.node_finished(row)
        self._second.node_finished(row)

    def log_line(self, line: LogLine) -> None:
        """A node logged something."""
        self._first.log_line(line)
        self._second.log_line(line)

    def http_started(self, request: HttpStart) -> None:
        """A node's request begins."""
        self._first.http_started(request)
        self._second.http_started(request)

    def http_request(self, request: HttpRequestLog, id: str) -> None:
        """A node's request ended."""
        self._first.http_request(request, id)
        self._second.http_request(request, id)

    def security_event(self, event: SecurityEvent) -> None:
        """The gate or a limit refused something."""
        self._first.security_event(event)
        self._second.security_event(event)
