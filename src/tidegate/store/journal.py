"""The journal of one execution that this process has claimed."""

from collections.abc import Callable

from tidegate.model.execution import (
    Execution,
    ExecutionEnd,
    HttpRequestLog,
    LogLine,
    NodeRow,
    SecurityEvent,
    now_us,
)
from tidegate.store.database import Database
from tidegate.store.segment import Entry, JournalState, NewExecution


class ExecutionJournal:
    """Implements the engine's Journal port for one execution and its fencing token.

    Entries are committed in their order. Each group commit checks that the execution is still
    running under the token; if it is not, the entries are dropped and every later wait raises
    LeaseLost. After a failed write every later wait raises what went wrong. ``notify`` sees each
    security event as it is taken.
    """

    seals = False
    """Whether what the engine writes beside it must be sealed too."""

    __slots__ = ("_notify", "_state", "_taken", "_writer", "has_ended")

    def __init__(
        self,
        database: Database,
        execution_id: str,
        token: int,
        *,
        notify: Callable[[SecurityEvent], None] | None = None,
    ) -> None:
        self._writer = database.writer
        self._state = JournalState(execution_id, token)
        self._taken = 0
        self._notify = notify
        self.has_ended = False

    def insert_claimed(self, execution: Execution, lease: float) -> None:
        """Take a new execution that this process runs at once; must be the first entry.

        ``execution`` is running, with its owner and token; ``lease`` is seconds. Its number is
        given by the database.
        """
        self._add(NewExecution(execution, now_us() + round(lease * 1_000_000)))

    def record(self, row: NodeRow) -> None:
        """Take a row for the next group commit; returns at once."""
        self._add(row)

    def log(self, line: LogLine) -> None:
        """Take a log line for the next group commit."""
        self._add(line)

    def http_request(self, request: HttpRequestLog) -> None:
        """Take a request; it also counts in the network metrics of its attempt's row."""
        self._add(request)

    def security_event(self, event: SecurityEvent) -> None:
        """Take a security event; the next finished row of its node names it."""
        self._add(event)
        if self._notify is not None:
            self._notify(event)

    async def barrier(self) -> None:
        """Wait until everything taken so far is committed.

        Raises:
            LeaseLost: another process owns the execution, or it has ended.
            OperationalError: the database or the disk does not work.
        """
        state = self._state
        if state.failure is not None:
            raise state.failure
        if state.done < self._taken:
            await self._writer.wait(state)

    async def end(self, end: ExecutionEnd) -> None:
        """Write how the execution ended (or that it waits), after all entries; wait for it.

        Raises:
            LeaseLost, OperationalError: as :meth:`barrier`.
        """
        self.has_ended = True
        self._add(end)
        await self.barrier()

    def _add(self, entry: Entry) -> None:
        self._taken += 1
        self._writer.add(self._state, entry)
