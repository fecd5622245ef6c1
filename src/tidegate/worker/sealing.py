"""Executions with sensitive nodes: what these leave is sealed on its way to the database."""

from collections.abc import Callable

from msgspec import structs

from tidegate.engine.ports import Notifier
from tidegate.model.execution import (
    Execution,
    ExecutionEnd,
    HttpRequestLog,
    LogLine,
    NodeRow,
    SecurityEvent,
)
from tidegate.model.item import JsonObject
from tidegate.services import sealing
from tidegate.store.database import Database
from tidegate.store.journal import ExecutionJournal
from tidegate.vault import Vault


class SealingJournal(ExecutionJournal):
    """A journal that seals what the nodes of ``sensitive`` put into it."""

    __slots__ = ("_sensitive", "_vault")
    seals = True

    def __init__(
        self,
        database: Database,
        execution_id: str,
        token: int,
        *,
        vault: Vault,
        sensitive: frozenset[str],
        notify: Callable[[SecurityEvent], None] | None = None,
    ) -> None:
        super().__init__(database, execution_id, token, notify=notify)
        self._vault, self._sensitive = vault, sensitive

    def insert_claimed(self, execution: Execution, lease: float) -> None:
        """As the plain journal; the data for a sensitive trigger is sealed."""
        if execution.trigger in self._sensitive:
            execution = sealing.seal_start(self._vault, execution)
        super().insert_claimed(execution, lease)

    def record(self, row: NodeRow) -> None:
        """As the plain journal."""
        is_sensitive = row.node_id in self._sensitive
        super().record(sealing.seal_row(self._vault, row) if is_sensitive else row)

    def log(self, line: LogLine) -> None:
        """As the plain journal."""
        is_sensitive = line.node_id in self._sensitive
        super().log(sealing.seal_line(self._vault, line) if is_sensitive else line)

    def http_request(self, request: HttpRequestLog) -> None:
        """As the plain journal."""
        is_sensitive = request.node_id in self._sensitive
        super().http_request(
            sealing.seal_request(self._vault, request) if is_sensitive else request
        )

    async def end(self, end: ExecutionEnd) -> None:
        """As the plain journal; of a sensitive node's failure the execution keeps the code."""
        if end.error is not None and end.error.get("node") in self._sensitive:
            end = structs.replace(end, error=sealing.reduced(end.error))
        await super().end(end)


class ReducingNotifier:
    """Tells the outside no more of a sensitive node's failure than that there was one."""

    def __init__(self, notifier: Notifier, sensitive: frozenset[str]) -> None:
        self._notifier, self._sensitive = notifier, sensitive

    def execution_failed(self, execution_id: str, workflow: str, error: JsonObject) -> None:
        """An execution failed whose workflow asks for a notification."""
        is_sensitive = error.get("node") in self._sensitive
        self._notifier.execution_failed(
            execution_id, workflow, sealing.reduced(error) if is_sensitive else error
        )

    def security_event(self, event: SecurityEvent) -> None:
        """It names the node and the rule, and nothing of the items."""
        self._notifier.security_event(event)
