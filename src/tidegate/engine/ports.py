"""What the engine needs from the outside, as protocols that the composition root fills."""

from collections.abc import Awaitable
from typing import TYPE_CHECKING, Any, Protocol

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
from tidegate.model.item import JsonObject
from tidegate.sdk.budget import Budget
from tidegate.sdk.context import NodeLog, NodePorts

if TYPE_CHECKING:
    from tidegate.engine.plan import PlannedNode


class Journal(Protocol):
    """The journal of one claimed execution. Writes are grouped with those of other executions."""

    def record(self, row: NodeRow) -> None:
        """Take a row for the next group commit; returns at once."""
        ...

    def log(self, line: LogLine) -> None:
        """Take a log line for the next group commit."""
        ...

    def security_event(self, event: SecurityEvent) -> None:
        """Take a security event; the next finished row of its node names it."""
        ...

    def barrier(self) -> Awaitable[None]:
        """Wait until everything taken so far is committed.

        Raises:
            LeaseLost: another process owns the execution; nothing more may be done.
            OperationalError: the database or the disk does not work.
        """
        ...

    def end(self, end: ExecutionEnd) -> Awaitable[None]:
        """Write how the execution ended (or that it waits), after all rows; waits for the commit.

        Raises:
            LeaseLost, OperationalError: as :meth:`barrier`.
        """
        ...


class SpillWriter(Protocol):
    """A file that takes the bytes of one large output."""

    key: str

    async def append(self, data: bytes) -> None:
        """Add bytes at the end."""
        ...

    async def close(self) -> None:
        """Make the file readable by others."""
        ...

    async def discard(self) -> None:
        """Give the file up: nobody will read it."""
        ...


class Spill(Protocol):
    """Where outputs go that are too large for a row."""

    def create(self, execution_id: str) -> SpillWriter:
        """A new file for one output."""
        ...

    def read(self, key: str, offset: int, length: int) -> bytes:
        """A part of a spilled output; blocks, so the engine calls it in a thread."""
        ...


class NodePortsFactory(Protocol):
    """Makes the reach of one attempt, bound to its budget; called when a node first uses it.

    ``retries`` counts the attempts that failed before; unlike ``attempt`` it does not grow when an
    attempt is repeated because the process died.
    """

    def __call__(
        self,
        *,
        node: "PlannedNode",
        path: Path,
        attempt: int,
        retries: int,
        budget: Budget,
        log: NodeLog,
    ) -> "BoundPorts":
        """The ports of one attempt."""
        ...


class BoundPorts(NodePorts, Protocol):
    """Ports that also say what went over the network."""

    @property
    def requests(self) -> int:
        """HTTP requests made so far."""
        ...

    @property
    def bytes_transferred(self) -> int:
        """Bytes in and out so far."""
        ...


class Observer(Protocol):
    """Sees what happens, live: progress in the terminal, the event broadcaster."""

    def execution_started(self, execution: Execution) -> None:
        """This process runs the execution from now on."""
        ...

    def execution_ended(self, end: ExecutionEnd) -> None:
        """It has ended, or waits outside of memory; the journal has it."""
        ...

    def node_started(self, node_id: str, path: Path, items_in: int) -> None:
        """An attempt begins."""
        ...

    def node_progress(self, node_id: str, path: Path, items_done: int) -> None:
        """Some items are done."""
        ...

    def node_finished(self, row: NodeRow) -> None:
        """A journal row was recorded (retrying, waiting, or the end of the node execution)."""
        ...

    def log_line(self, line: LogLine) -> None:
        """A node logged something."""
        ...

    def http_started(self, request: HttpStart) -> None:
        """A hop of a request begins; :meth:`http_request` tells of its end with the same id."""
        ...

    def http_request(self, request: HttpRequestLog, id: str) -> None:
        """A node's request ended."""
        ...

    def security_event(self, event: SecurityEvent) -> None:
        """The gate or a limit refused something."""
        ...


class Notifier(Protocol):
    """Where failures and security events go. Methods return at once and never raise."""

    def execution_failed(self, execution_id: str, workflow: str, error: JsonObject) -> None:
        """An execution failed whose workflow asks for a notification."""
        ...

    def security_event(self, event: SecurityEvent) -> None:
        """Something was refused, opened or ended; the notifier knows what is worth telling."""
        ...


class Redact(Protocol):
    """Takes secrets out of a JSON value before it is shown or stored."""

    def __call__(self, value: Any) -> Any:
        """The value without secrets; a new value where something was taken out."""
        ...

    def error(self, value: Any) -> Any:
        """An error as JSON without secrets, each of its texts bounded."""
        ...

    def finds(self, data: bytes) -> bool:
        """Whether JSON text may hold a secret; quick, and False where no secret is known."""
        ...
