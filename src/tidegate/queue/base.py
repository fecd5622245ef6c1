"""What every queue does. The row of the execution is the truth; a queue may forget or repeat.

Whoever gets an id claims the row, and a claim succeeds once. The reconciler puts the ids of queued
rows in again that a queue has lost.
"""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

Handler = Callable[[str], Awaitable[None]]
"""Does the work of one id. What it raises is its own affair: the queue goes on."""

Transaction = Any
"""The open transaction that stores the execution: the id arrives if, and only if, it commits."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """An id to hand out: higher ``priority`` first, not before ``run_at`` (microseconds)."""

    id: str
    priority: int = 0
    run_at: int | None = None


@dataclass(frozen=True, slots=True)
class QueueStats:
    """``ready`` may be taken now, ``later`` has its time to come, ``running`` was handed out."""

    ready: int
    later: int
    running: int
    is_paused: bool


@dataclass(frozen=True, slots=True)
class QueueHealth:
    """Whether ids are handed out; ``reason`` says why not."""

    is_working: bool
    reason: str = ""


class Dispatcher(Protocol):
    """Hands ids of executions to workers."""

    async def start(self) -> None:
        """Make ready to take and hand out ids."""
        ...

    def enqueue(
        self, transaction: Transaction, id: str, *, priority: int = 0, run_at: int | None = None
    ) -> None:
        """Put an id in, with the transaction that stores its execution."""
        ...

    def enqueue_many(self, transaction: Transaction, deliveries: Iterable[Delivery]) -> None:
        """Put several ids in."""
        ...

    def withdraw(self, transaction: Transaction, id: str) -> None:
        """Take an id out that was not handed out yet; otherwise nothing happens."""
        ...

    async def consume(self, handle: Handler, *, limit: int) -> None:
        """Hand ids to ``handle``, at most ``limit`` at once, until :meth:`stop`."""
        ...

    def pause(self, *, is_paused: bool = True) -> None:
        """Hand out nothing more (or go on with it); what was handed out runs on."""
        ...

    async def stop(self, drain: float) -> Sequence[str]:
        """Hand out nothing more and wait ``drain`` seconds; gives the ids that still run."""
        ...

    def stats(self) -> QueueStats:
        """How much there is to do."""
        ...

    def health(self) -> QueueHealth:
        """Whether ids are handed out."""
        ...
