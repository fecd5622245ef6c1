"""The worker of a server: takes executions from the queue, wakes and finds others."""

import asyncio
import traceback
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Self

from tidegate.app import App
from tidegate.engine.observers import BothObservers, SilentObserver
from tidegate.engine.ports import Notifier, Observer
from tidegate.errors import Bug, Conflict, NotFound, OperationalError, TidegateError
from tidegate.ids import new_id
from tidegate.log import get_logger
from tidegate.model.execution import Execution, ExecutionEnd, now_us
from tidegate.model.status import ENDED, ExecutionStatus
from tidegate.queue.base import Delivery
from tidegate.services import error_workflows, executions, starting
from tidegate.services.executions import Start
from tidegate.services.workflows import Version
from tidegate.store import executions as store
from tidegate.store import processes, queued
from tidegate.worker.replies import ReplyObserver
from tidegate.worker.watching import ExecutionWatch
from tidegate.worker.worker import POLL_SECONDS, Worker

if TYPE_CHECKING:
    from tidegate.worker.tracing import Tracing

RECONCILE_SECONDS: Final = 30.0
BEAT_SECONDS: Final = 5.0


@dataclass(frozen=True, slots=True)
class Health:
    """What really works: ``problems`` by part; empty where everything does."""

    problems: dict[str, str]


class WorkerService:
    """Runs what is queued in the current event loop. Use it as an async context manager.

    ``observe`` makes the observer of an execution that begins or goes on here.
    """

    def __init__(
        self,
        app: App,
        notifier: Notifier,
        observe: Callable[[str], Observer] = lambda _id: SilentObserver(),
    ) -> None:
        self.app = app
        self.queue = app.queue
        self._tracing = open_tracing(app)
        self._worker = Worker(app, notifier, self._watch)
        self._watch_queue()
        self._observe = observe
        self._loops: list[asyncio.Task[None]] = []
        self._busy = 0
        self._direct: dict[asyncio.Task[None], str] = {}
        self._lost: set[str] = set()
        self._waiters: dict[str, list[asyncio.Future[None]]] = {}

    async def __aenter__(self) -> Self:
        await self.queue.start()
        await self._beat_once()
        for execution in await executions.orphans(self.app):
            self._find_lost(execution.id)
        await self._reconcile()
        await self._worker.__aenter__()
        limit = self.app.settings.server.executions
        self._loops = [
            asyncio.create_task(self.queue.consume(self._run, limit=limit), name="consume"),
            asyncio.create_task(self._forever(self._wake, POLL_SECONDS), name="wake"),
            asyncio.create_task(self._forever(self._reconcile, RECONCILE_SECONDS), name="find"),
            asyncio.create_task(self._forever(self._beat_once, BEAT_SECONDS), name="beat"),
        ]
        return self

    async def __aexit__(self, *_exception: object) -> None:
        """Let executions end for as long as the settings say, and hand the others over."""
        drain = self.app.settings.server.drain
        left, _ = await asyncio.gather(self.queue.stop(drain), self._direct_ended(drain))
        left = [*left, *self._direct.values()]
        if left:
            get_logger().warning("handing_over", executions=len(left))
            await self._worker.hand_over(left)
            await asyncio.gather(self.queue.stop(drain), self._direct_ended(drain))
        for loop in self._loops:
            loop.cancel()
        await asyncio.gather(*self._loops, return_exceptions=True)
        await self._worker.__aexit__()
        if self._tracing is not None:
            await asyncio.to_thread(self._tracing.close)
        with suppress(OperationalError):
            await self.app.database.write(
                lambda connection: processes.leave(connection, self.app.owner)
            )

    @property
    def has_room(self) -> bool:
        """Whether a new execution may begin at once; otherwise its place is in the queue.

        Some of those that count have answered already, and are just leaving.
        """
        return self._busy < self.app.settings.server.executions * 3 // 2

    def run_now(self, version: Version, start: Start) -> None:
        """Begin a new execution, which the journal stores with its first commit.

        ``start`` has an id; whoever waits for it is told by its :class:`ReplyChannel`.
        """
        assert start.id is not None
        task = asyncio.get_running_loop().create_task(self._run_direct(version, start, start.id))
        self._direct[task] = start.id
        task.add_done_callback(self._direct.pop)

    async def _run_direct(self, version: Version, start: Start, execution_id: str) -> None:
        self._busy += 1
        end: ExecutionEnd | None = None
        try:
            end = await self._worker.run_new(version, start, self._observer(execution_id))
        except Exception as error:  # noqa: BLE001 - the worker lives on; the caller is told
            await self._failed(execution_id, error)
        finally:
            self._busy -= 1
            self._tell(execution_id)
        await self._start_error_workflow(execution_id, end)

    async def _start_error_workflow(self, execution_id: str, end: ExecutionEnd | None) -> None:
        """Where an execution failed, start the workflow that hears of it; None: it may have."""
        if end is not None and end.status not in (ExecutionStatus.FAILED, ExecutionStatus.CRASHED):
            return
        try:
            found = await error_workflows.wanted_for(self.app, execution_id)
            if found is not None:
                await starting.start_version(self.app, *found)
        except (Conflict, NotFound):
            pass  # it was started already, or the execution was never stored
        except TidegateError as error:
            get_logger().error(
                "error_workflow_not_started", execution=execution_id, reason=error.message
            )

    async def _direct_ended(self, seconds: float) -> None:
        if self._direct:
            await asyncio.wait(self._direct, timeout=seconds)

    def _watch(self, execution: Execution) -> Observer:
        """What operators see of an execution: counts, lines in the log, and perhaps a trace."""
        watch = ExecutionWatch(self.app.metrics, execution)
        return BothObservers(watch, self._tracing.observe(execution)) if self._tracing else watch

    def _watch_queue(self) -> None:
        metrics, stats = self.app.metrics, self.queue.stats
        name = "tidegate_queue_executions"
        metrics.watch(name, lambda: stats().ready, "ready")
        metrics.watch(name, lambda: stats().later, "later")
        metrics.watch(name, lambda: stats().running + len(self._direct), "running")
        writer = self.app.database.writer
        metrics.watch("tidegate_database_pending_writes", lambda: writer.pending)

    async def wait_for_end(self, execution_id: str, seconds: float) -> Execution:
        """Wait until an execution has ended, or for ``seconds``; gives it as it is then.

        An execution that another process runs is looked at twice a second.

        Raises:
            NotFound: there is none.
        """
        loop = asyncio.get_running_loop()
        give_up_at = loop.time() + seconds
        while True:
            waiter: asyncio.Future[None] = loop.create_future()
            self._waiters.setdefault(execution_id, []).append(waiter)
            try:
                execution = await executions.find(self.app, execution_id)
                left = give_up_at - loop.time()
                if execution.status in ENDED or left <= 0:
                    return execution
                with suppress(TimeoutError):
                    await asyncio.wait_for(waiter, min(left, POLL_SECONDS))
            finally:
                self._forget(execution_id, waiter)

    async def health(self) -> Health:
        """Write to the database, and look at the queue and at every loop."""
        problems: dict[str, str] = {}
        try:
            async with asyncio.timeout(BEAT_SECONDS):
                await self._beat_once()
        except (OperationalError, TimeoutError):
            problems["database"] = "the database does not take writes"
        queue = self.queue.health()
        if not queue.is_working:
            problems["queue"] = queue.reason
        for loop in self._loops:
            if loop.done():
                problems["worker"] = f"the loop '{loop.get_name()}' has ended"
        return Health(problems)

    async def _run(self, execution_id: str) -> None:
        """Claim what the queue handed out, and run it until it ends or waits."""
        is_lost = execution_id in self._lost
        self._lost.discard(execution_id)
        self._busy += 1
        end: ExecutionEnd | None = None
        try:
            end = await self._claimed(execution_id, is_lost=is_lost)
            if end is None:
                return
        except (Conflict, NotFound):
            return  # another process has it, or it is gone
        except Exception as error:  # noqa: BLE001 - the worker lives on; the execution must end
            await self._failed(execution_id, error)
        finally:
            self._busy -= 1
            self._tell(execution_id)
        await self._start_error_workflow(execution_id, end)

    async def _claimed(self, execution_id: str, *, is_lost: bool) -> ExecutionEnd | None:
        """Run what is queued, waits or was lost; None: it is neither any more."""
        if not is_lost:
            end = await self._worker.run_queued(execution_id, self._observer(execution_id))
            if end is not None:
                return end
        execution = await executions.find(self.app, execution_id)
        may_go_on = execution.status is ExecutionStatus.WAITING or is_lost
        if not may_go_on or execution.status in ENDED:
            return None
        return await self._worker.go_on(execution, self._observer(execution_id))

    def _observer(self, execution_id: str) -> Observer:
        channel = self.app.replies.known(execution_id)
        shown = self._observe(execution_id)
        return shown if channel is None else ReplyObserver(shown, channel)

    async def _failed(self, execution_id: str, error: Exception) -> None:
        """An execution stopped without an end of its own: end what can't go on."""
        if isinstance(error, OperationalError):
            get_logger().warning("execution_stopped", execution=execution_id, reason=error.code)
            reason: TidegateError = error
        elif isinstance(error, TidegateError):
            reason = error
            await self._refuse(execution_id, error)
        else:
            bug = new_id()
            text = "".join(traceback.format_exception(error))
            get_logger().error(
                "bug", bug=bug, execution=execution_id, traceback=self.app.redact(text)
            )
            message = f"Tidegate made a mistake here; the log has the details under {bug}"
            reason = Bug(message, bug=bug)
            await self._refuse(execution_id, reason)
        channel = self.app.replies.known(execution_id)
        if channel is not None:
            channel.fail(reason)

    async def _refuse(self, execution_id: str, error: TidegateError) -> None:
        """End what can't even begin, such as a version whose node types are gone."""
        get_logger().warning("execution_refused", execution=execution_id, reason=error.code)
        with suppress(NotFound, OperationalError):  # it was not stored yet, or can't be now
            await self._worker.fail_claimed(execution_id, error)

    async def _wake(self) -> None:
        """Put what waits and has come due into the queue."""
        ids = await self.app.database.read(store.due)
        self.queue.enqueue_many(None, [Delivery(id) for id in ids])

    async def _reconcile(self) -> None:
        """Put into the queue what it lost, and what lost its process."""
        rows = await self.app.database.read(queued.queued)
        self.queue.enqueue_many(None, [Delivery(*row) for row in rows])
        for execution in await self.app.database.read(store.orphans):
            self._find_lost(execution.id)
        await executions.pass_on_all(self.app)

    def _find_lost(self, execution_id: str) -> None:
        self._lost.add(execution_id)
        self.queue.enqueue(None, execution_id)

    async def _beat_once(self) -> None:
        await self.app.database.write(
            lambda connection: processes.beat(connection, self.app.owner, now_us())
        )

    async def _forever(self, work: Callable[[], Awaitable[None]], seconds: float) -> None:
        while True:
            await asyncio.sleep(seconds)
            try:
                await work()
            except OperationalError as error:
                get_logger().warning("database_unavailable", reason=error.code)

    def _tell(self, execution_id: str) -> None:
        for waiter in self._waiters.get(execution_id, ()):
            if not waiter.done():
                waiter.set_result(None)

    def _forget(self, execution_id: str, waiter: "asyncio.Future[None]") -> None:
        waiters = self._waiters[execution_id]
        waiters.remove(waiter)
        if not waiters:
            del self._waiters[execution_id]


def open_tracing(app: App) -> "Tracing | None":
    """Where the traces of executions go; None: there are none.

    Raises:
        InvalidInput: the settings ask for them, and the extra for it is not installed.
    """
    if app.settings.tracing.endpoint is None:
        return None
    from tidegate.worker.tracing import Tracing  # noqa: PLC0415 - an extra

    return Tracing(app.settings.tracing)
