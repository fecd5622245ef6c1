"""The queue of a single process: ids in memory, whose truth are the rows of the database.

A claim goes through the same writer as the transaction that stored the execution, and after it. So
an id may be handed out as soon as that transaction runs; if it is rolled back, the claim finds
nothing.
"""

import asyncio
from collections.abc import Iterable, Sequence
from contextlib import suppress
from heapq import heappop, heappush
from itertools import count

from tidegate.log import get_logger
from tidegate.model.execution import now_us
from tidegate.queue.base import Delivery, Handler, QueueHealth, QueueStats, Transaction

MAX_SLEEP_SECONDS = 1.0
"""The clock of the system may be turned: nobody sleeps longer than this."""


class EmbeddedDispatcher:
    """Implements :class:`tidegate.queue.base.Dispatcher` in one event loop."""

    def __init__(self) -> None:
        self._loop: asyncio.AbstractEventLoop | None = None
        self._ready: list[tuple[int, int, str]] = []
        self._later: list[tuple[int, int, Delivery]] = []
        self._held: set[str] = set()
        self._running: dict[asyncio.Task[None], str] = {}
        self._order = count()
        self._changed = asyncio.Event()
        self._consumer: asyncio.Task[None] | None = None
        self._is_paused = self._is_stopped = False

    async def start(self) -> None:
        """Belong to the running event loop."""
        self._loop = asyncio.get_running_loop()

    def enqueue(
        self, transaction: Transaction, id: str, *, priority: int = 0, run_at: int | None = None
    ) -> None:
        """Put an id in; from any thread."""
        self.enqueue_many(transaction, [Delivery(id, priority, run_at)])

    def enqueue_many(self, transaction: Transaction, deliveries: Iterable[Delivery]) -> None:
        """Put several ids in; from any thread. What is in already stays as it is.

        A process that consumes nothing leaves the rows to the one that does.
        """
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._put, list(deliveries))

    def withdraw(self, transaction: Transaction, id: str) -> None:
        """Take an id out; from any thread."""
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._held.discard, id)

    async def consume(self, handle: Handler, *, limit: int) -> None:
        """Hand ids out until :meth:`stop`."""
        self._consumer = asyncio.current_task()
        while not self._is_stopped:
            self._changed.clear()
            self._promote()
            while self._ready and not self._is_paused and len(self._running) < limit:
                _, _, id = heappop(self._ready)
                if id in self._held:  # otherwise it was withdrawn
                    self._held.discard(id)
                    self._hand_out(handle, id)
            with suppress(TimeoutError):
                await asyncio.wait_for(self._changed.wait(), self._seconds_to_next())

    def pause(self, *, is_paused: bool = True) -> None:
        """Hand out nothing more, or go on with it."""
        self._is_paused = is_paused
        self._changed.set()

    async def stop(self, drain: float) -> Sequence[str]:
        """Hand out nothing more, and wait for what was handed out."""
        self._is_stopped = True
        self._changed.set()
        if self._running:
            await asyncio.wait(self._running, timeout=drain)
        return list(self._running.values())

    def stats(self) -> QueueStats:
        """How much there is to do."""
        ready = sum(entry[2] in self._held for entry in self._ready)
        later = sum(entry[2].id in self._held for entry in self._later)
        return QueueStats(ready, later, len(self._running), self._is_paused)

    def health(self) -> QueueHealth:
        """Whether ids are handed out."""
        if self._is_stopped:
            return QueueHealth(is_working=False, reason="the queue is stopping")
        if self._consumer is None or self._consumer.done():
            return QueueHealth(is_working=False, reason="nobody takes executions from the queue")
        if self._is_paused:
            return QueueHealth(is_working=False, reason="the queue is paused")
        return QueueHealth(is_working=True)

    def _put(self, deliveries: Iterable[Delivery]) -> None:
        for delivery in deliveries:
            if delivery.id in self._held:
                continue
            self._held.add(delivery.id)
            if delivery.run_at is not None:
                heappush(self._later, (delivery.run_at, next(self._order), delivery))
            else:
                self._make_ready(delivery)
        self._changed.set()

    def _make_ready(self, delivery: Delivery) -> None:
        heappush(self._ready, (-delivery.priority, next(self._order), delivery.id))

    def _promote(self) -> None:
        """Move what has come due to what is ready."""
        now = now_us()
        while self._later and self._later[0][0] <= now:
            self._make_ready(heappop(self._later)[2])

    def _seconds_to_next(self) -> float:
        if not self._later:
            return MAX_SLEEP_SECONDS
        return min(MAX_SLEEP_SECONDS, max(0.0, (self._later[0][0] - now_us()) / 1_000_000))

    def _hand_out(self, handle: Handler, id: str) -> None:
        task = asyncio.ensure_future(handle(id))
        assert isinstance(task, asyncio.Task)
        self._running[task] = id
        task.add_done_callback(self._returned)

    def _returned(self, task: "asyncio.Task[None]") -> None:
        id = self._running.pop(task)
        self._changed.set()
        if not task.cancelled() and (error := task.exception()) is not None:
            get_logger().error("queue_handler_failed", execution=id, error=type(error).__name__)
