"""Executions that somebody waits for: their replies, on the way from nodes to whoever called."""

from tidegate.engine.ports import Observer
from tidegate.events.replies import ReplyChannel
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
from tidegate.sdk.reply import Reply
from tidegate.store.journal import ExecutionJournal


class JournaledReplies:
    """``ctx.reply`` of a node execution that somebody waits for."""

    __slots__ = ("_channel", "_journal", "_node_id", "_path")
    is_awaited = True

    def __init__(
        self, channel: ReplyChannel, journal: ExecutionJournal, node_id: str, path: Path
    ) -> None:
        self._channel, self._journal = channel, journal
        self._node_id, self._path = node_id, path

    @property
    def is_stream(self) -> bool:
        """Whether every reply is sent on."""
        return self._channel.is_stream

    def give(self, reply: Reply) -> bool:
        """Reply; False where the caller has been replied to already, or is gone."""
        return self._channel.give(reply, self._journal, self._node_id, self._path)


class ReplyObserver:
    """Shows an execution to another observer, and tells the channel what it needs (an observer)."""

    __slots__ = ("_channel", "_inner")

    def __init__(self, inner: Observer, channel: ReplyChannel) -> None:
        self._inner, self._channel = inner, channel

    def execution_started(self, execution: Execution) -> None:
        """This process runs it from now on; what was done before is not seen here."""
        if execution.token > 1 or execution.based_on_id is not None:
            self._channel.rows = None
        self._inner.execution_started(execution)

    def execution_ended(self, end: ExecutionEnd) -> None:
        """It has ended, or waits."""
        self._channel.execution_ended(end)
        self._inner.execution_ended(end)

    def node_started(self, node_id: str, path: Path, items_in: int) -> None:
        """An attempt begins."""
        self._inner.node_started(node_id, path, items_in)

    def node_progress(self, node_id: str, path: Path, items_done: int) -> None:
        """Some items are done."""
        self._inner.node_progress(node_id, path, items_done)

    def node_finished(self, row: NodeRow) -> None:
        """A row was recorded."""
        self._channel.node_finished(row)
        self._inner.node_finished(row)

    def log_line(self, line: LogLine) -> None:
        """A node logged something."""
        self._inner.log_line(line)

    def http_started(self, request: HttpStart) -> None:
        """A hop of a request begins."""
        self._inner.http_started(request)

    def http_request(self, request: HttpRequestLog, id: str) -> None:
        """A hop of a request ended."""
        self._inner.http_request(request, id)

    def security_event(self, event: SecurityEvent) -> None:
        """The gate or a limit refused something."""
        self._inner.security_event(event)
