"""The worker of one process: runs executions, keeps their leases, obeys cancellations."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Self

from tidegate.app import App
from tidegate.engine.observers import BothObservers
from tidegate.engine.ports import Notifier, Observer
from tidegate.errors import Conflict, OperationalError, TidegateError
from tidegate.log import within_execution
from tidegate.model.execution import Execution, ExecutionEnd, now_us
from tidegate.model.status import ENDED, ExecutionStatus
from tidegate.model.workflow import InFlight
from tidegate.services import executions, sealing
from tidegate.services.executions import Start
from tidegate.services.policy import note_policy
from tidegate.services.workflows import Version, runnable_version, stored_version
from tidegate.store import executions as store
from tidegate.store import queued
from tidegate.store.journal import ExecutionJournal
from tidegate.worker.job import Beginning, Job, Stop
from tidegate.worker.sealing import ReducingNotifier, SealingJournal
from tidegate.worker.sub_workflow import SubWorkflowCaller

POLL_SECONDS = 0.5


@dataclass(slots=True)
class _Active:
    job: Job
    token: int
    task: "asyncio.Task[object]"


class Worker:
    """Runs executions in the current event loop. Use it as an async context manager.

    ``watch`` makes a further observer of every execution, also of those that others call.
    """

    def __init__(
        self, app: App, notifier: Notifier, watch: Callable[[Execution], Observer] | None = None
    ) -> None:
        self.app = app
        self._watch = watch
        self._notifier = notifier
        self._active: dict[str, _Active] = {}
        self._depths: dict[str, int] = {}
        self._heartbeat: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        await note_policy(self.app)
        self._heartbeat = asyncio.create_task(self._beat())
        return self

    async def __aexit__(self, *_exception: object) -> None:
        if self._heartbeat is not None:
            self._heartbeat.cancel()
            with suppress(asyncio.CancelledError):
                await self._heartbeat

    async def run_new(self, version: Version, start: Start, observer: Observer) -> ExecutionEnd:
        """Run a new execution to its end, or until it waits.

        Raises:
            InvalidInput: the start data is not JSON.
            OperationalError: the database or the disk does not work.
        """
        execution = executions.new_execution(self.app, version, start)
        journal = await self._journal(execution, version)
        journal.insert_claimed(execution, self.app.settings.storage.lease)
        return await self._run(execution, version, journal, observer, beginning="new")

    async def run_in_turn(self, version: Version, start: Start, observer: Observer) -> ExecutionEnd:
        """Run a new execution of a workflow with a limit: see ``model.workflow``.

        It is run here once its turn has come, or by another process that finds it in the queue.

        Raises:
            InvalidInput: the start data is not JSON, or no key can be computed from it.
            TooManyExecutions: it may neither begin nor wait.
            OperationalError: the database or the disk does not work.
        """
        made = executions.queued_execution(self.app, version, start)
        stored = await sealing.as_stored(self.app, version.workflow, made)
        insert = partial(queued.insert, execution=stored, priority=0, not_before=None)
        await self.app.database.write(partial(insert, enqueue=_not_yet))
        return await self.follow(made.id, observer)

    async def go_on(
        self, execution: Execution, observer: Observer, decision: InFlight | None = None
    ) -> ExecutionEnd:
        """Claim an execution that waits, crashed or lost its process, and run it on.

        ``decision`` answers for nodes that were in flight and whose setting is ``ask``.

        Raises:
            Conflict: it has ended, or another process runs it.
            OperationalError: the database or the disk does not work.
        """
        claimed = await executions.claim(self.app, execution)
        version = await stored_version(self.app, claimed.workflow_id, claimed.version_hash)
        journal = await self._journal(claimed, version)
        if journal.seals:
            claimed = replace(claimed, custom_data=sealing.open_start(self.app.vault, claimed))
        waited = execution.status is ExecutionStatus.WAITING
        beginning: Beginning = "woken" if waited else "crashed"
        return await self._run(
            claimed, version, journal, observer, beginning=beginning, decision=decision
        )

    async def run_queued(self, execution_id: str, observer: Observer) -> ExecutionEnd | None:
        """Claim a queued execution and run it until it ends or waits; None: it is not queued.

        Raises:
            OperationalError: the database or the disk does not work.
        """
        lease = self.app.settings.storage.lease
        claimed = await self.app.database.write(
            lambda connection: queued.claim_queued(
                connection, execution_id, owner=self.app.owner, lease=lease
            )
        )
        if claimed is None:
            return None
        version = await runnable_version(self.app, claimed.workflow_id, claimed.version_hash)
        journal = await self._journal(claimed, version)
        if journal.seals:
            claimed = replace(claimed, custom_data=sealing.open_start(self.app.vault, claimed))
        # One that was stored with token 1 has results of another one in its journal.
        beginning: Beginning = "new" if claimed.token == 1 else "woken"
        return await self._run(claimed, version, journal, observer, beginning=beginning)

    async def hand_over(self, ids: Sequence[str]) -> None:
        """Stop executions so that another process can go on with them at once."""
        active = {key: self._active[key] for key in ids if key in self._active}
        claims = [(key, found.token) for key, found in active.items()]
        with suppress(OperationalError):  # otherwise they are found when their leases end
            await self.app.database.write(lambda connection: queued.release(connection, claims))
        self._stop(set(active), Stop.LEASE_LOST)

    async def fail_claimed(self, execution_id: str, error: TidegateError) -> None:
        """End an execution that this process claimed and can't even begin.

        Raises:
            OperationalError: the database does not work.
        """
        execution = await executions.find(self.app, execution_id)
        if execution.owner != self.app.owner or execution.status is not ExecutionStatus.RUNNING:
            return
        journal = ExecutionJournal(self.app.database, execution.id, execution.token)
        reason = self.app.redact(error.as_json())
        await journal.end(ExecutionEnd(execution.id, ExecutionStatus.FAILED, now_us(), reason))
        await executions.pass_on(self.app, execution.limit_key)

    async def run_to_end(self, end: ExecutionEnd, observer: Observer) -> ExecutionEnd:
        """Sleep through the waits of an execution that :meth:`run_new` or :meth:`go_on` returned.

        Raises:
            OperationalError: the database or the disk does not work.
        """
        while end.status is ExecutionStatus.WAITING:
            end = await self.follow(end.execution_id, observer)
        return end

    async def follow(self, execution_id: str, observer: Observer) -> ExecutionEnd:
        """Sleep until an execution that waits may go on, and run it to its end or its next wait.

        Where another process takes it first, this follows what becomes of it there.

        Raises:
            OperationalError: the database or the disk does not work.
            asyncio.CancelledError: the task was cancelled; what waited is stored as cancelled.
        """
        try:
            return await self._follow(execution_id, observer)
        except asyncio.CancelledError:
            await asyncio.shield(self._cancel_waiting(execution_id))
            raise

    async def _follow(self, execution_id: str, observer: Observer) -> ExecutionEnd:
        while True:
            execution = await executions.find(self.app, execution_id)
            if execution.status in ENDED:
                return ExecutionEnd(execution.id, execution.status, now_us(), execution.error)
            if execution.status is ExecutionStatus.QUEUED:
                end = await self.run_queued(execution_id, observer)
                if end is None:  # its turn has not come
                    await asyncio.sleep(POLL_SECONDS)
                    continue
                return end
            seconds = ((execution.wake_at or 0) - now_us()) / 1_000_000
            if seconds <= 0:
                with suppress(Conflict):
                    return await self.go_on(execution, observer)
                seconds = POLL_SECONDS
            await asyncio.sleep(min(seconds, POLL_SECONDS))

    async def _cancel_waiting(self, execution_id: str) -> None:
        execution = await executions.find(self.app, execution_id)
        caller = self._active.get(execution.parent_id or "")
        is_lost = caller is not None and caller.job.stop is Stop.LEASE_LOST
        if execution.status not in ENDED and not is_lost:
            with suppress(Conflict):  # it has just ended
                await executions.request_cancel(self.app, execution)

    async def _journal(self, execution: Execution, version: Version) -> ExecutionJournal:
        """The journal of an execution; it seals where nodes are sensitive.

        Raises:
            VaultError: the vault's key is missing.
        """
        place = (self.app.database, execution.id, execution.token)
        sensitive = sealing.sensitive_nodes(version.workflow)
        if not sensitive:
            return ExecutionJournal(*place, notify=self._notifier.security_event)
        await sealing.ready(self.app)
        notify = self._notifier.security_event
        return SealingJournal(*place, vault=self.app.vault, sensitive=sensitive, notify=notify)

    async def _run(
        self,
        execution: Execution,
        version: Version,
        journal: ExecutionJournal,
        observer: Observer,
        *,
        beginning: Beginning,
        decision: InFlight | None = None,
    ) -> ExecutionEnd:
        task = asyncio.current_task()
        assert task is not None
        depth = self._depths.get(execution.parent_id or "", -1) + 1
        callers = SubWorkflowCaller(self, execution, observer, depth)
        notifier = self._notifier
        if journal.seals:
            sensitive = sealing.sensitive_nodes(version.workflow)
            notifier = ReducingNotifier(notifier, sensitive)
        seen_by = observer
        if self._watch is not None:
            seen_by = BothObservers(observer, self._watch(execution))
        job = Job(self.app, execution, version, journal, seen_by, notifier, callers, decision)
        self._depths[execution.id] = depth
        self._active[execution.id] = _Active(job, execution.token, task)
        try:
            with within_execution(execution.id):
                return await job.run(beginning)
        finally:
            del self._active[execution.id]
            del self._depths[execution.id]
            if execution.limit_key is not None:
                with suppress(OperationalError):  # the reconciler does it then
                    await asyncio.shield(executions.pass_on(self.app, execution.limit_key))

    async def _beat(self) -> None:
        """Renew leases three times in their length; look for cancellations twice a second."""
        lease = self.app.settings.storage.lease
        loop = asyncio.get_running_loop()
        renew_at = loop.time() + lease / 3
        while True:
            await asyncio.sleep(POLL_SECONDS)
            if not self._active:
                continue
            await self._obey_cancellations()
            if loop.time() >= renew_at:
                renew_at = loop.time() + lease / 3
                await self._renew(lease)

    async def _obey_cancellations(self) -> None:
        ids = list(self._active)
        with suppress(OperationalError):  # the next beat tries again
            asked = await self.app.database.read(
                lambda connection: store.cancel_requested(connection, ids)
            )
            self._stop(asked, Stop.CANCEL)

    async def _renew(self, lease: float) -> None:
        """A worker that can't renew a lease stops that execution: another may have it."""
        claims = [(key, active.token) for key, active in self._active.items()]
        try:
            kept = await self.app.database.write(
                lambda connection: store.renew_leases(connection, claims, lease)
            )
        except OperationalError:
            return  # the fenced writes of each execution report what is wrong
        self._stop({key for key, _ in claims} - kept, Stop.LEASE_LOST)

    def _stop(self, ids: set[str], reason: Stop) -> None:
        """Stop executions, and with them those that they called."""
        for key, active in self._active.items():
            if active.job.stop is None and (key in ids or self._has_caller_in(ids, active)):
                active.job.stop = reason
                active.task.cancel()

    def _has_caller_in(self, ids: set[str], active: _Active) -> bool:
        caller = active.job.execution.parent_id
        while caller is not None and caller not in ids:
            above = self._active.get(caller)
            caller = None if above is None else above.job.execution.parent_id
        return caller is not None


def _not_yet(transaction: Any, id: str, *, priority: int = 0, run_at: int | None = None) -> None:
    """What is run here at once needs no queue."""
