"""One claimed execution: rebuild from the journal, run, write how it ended."""

import asyncio
import traceback
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Literal

from tidegate.app import App
from tidegate.engine.environment import Environment
from tidegate.engine.executor import Executor
from tidegate.engine.journaled import InFlightUndecided, Journaled
from tidegate.engine.plan import Plan, PlannedNode
from tidegate.engine.ports import BoundPorts, Notifier, Observer
from tidegate.engine.rows import restart_mark
from tidegate.errors import (
    Conflict,
    ExecutionTimeout,
    LeaseLost,
    OperationalError,
    SecurityErrorType,
    UserError,
)
from tidegate.ids import new_id
from tidegate.log import get_logger
from tidegate.model.execution import (
    Execution,
    ExecutionEnd,
    Path,
    SecurityEvent,
    now_us,
    us_to_datetime,
)
from tidegate.model.item import JsonObject
from tidegate.model.status import ExecutionStatus
from tidegate.model.workflow import InFlight
from tidegate.sdk.budget import Budget
from tidegate.sdk.context import ExecutionInfo, NodeLog
from tidegate.sdk.webhook import CalledParams
from tidegate.services import executions, resume_links
from tidegate.services.workflows import Version, plan_of
from tidegate.store.journal import ExecutionJournal
from tidegate.worker.sub_workflow import SubWorkflowCaller

if TYPE_CHECKING:
    from tidegate.services.credentials import Opened
    from tidegate.worker.ports import ExecutionPorts

MAX_CRASHES = 3

Beginning = Literal["new", "woken", "crashed"]
"""How a process comes to run an execution."""


class Stop(Enum):
    """Why a running job was told to stop."""

    CANCEL = "cancel"
    LEASE_LOST = "lease_lost"


@dataclass(slots=True)
class Job:
    """An execution that this process has claimed. ``stop`` is set before its task is cancelled."""

    app: App
    execution: Execution
    version: Version
    journal: ExecutionJournal
    observer: Observer
    notifier: Notifier
    callers: SubWorkflowCaller
    decision: InFlight | None = None
    stop: Stop | None = None

    async def run(self, beginning: Beginning) -> ExecutionEnd:
        """Run to the end, or until it waits; the end is in the journal when this returns.

        Args:
            beginning: whether it is new, woke from a wait, or lost its process; after a crash the
                workflow's ``on_crash`` says what happens.

        Raises:
            LeaseLost: another process owns the execution now.
            OperationalError: the database or the disk does not work.
            asyncio.CancelledError: the task was cancelled from outside; stored as cancelled.
        """
        plan = plan_of(self.app, self.version)
        self.observer.execution_started(self.execution)
        refused = self._refused(plan, beginning)
        if refused is not None:
            await self._end(refused)
            return refused
        journaled = Journaled() if beginning == "new" else await self._journaled(plan, beginning)
        opened = await self._open_credentials(plan)
        links = await resume_links.for_execution(self.app, plan, self.execution.id)
        environment = self._environment(plan, opened, links)
        executor = Executor(environment, self.execution.trigger, journaled)
        end = await self._execute(plan, executor)
        try:
            await self._end(end)
        except asyncio.CancelledError:
            await self._cancel_wait(end)
            raise
        return end

    async def _end(self, end: ExecutionEnd) -> None:
        await self.journal.end(end)
        self.observer.execution_ended(end)

    async def _cancel_wait(self, end: ExecutionEnd) -> None:
        """Cancel what has just begun to wait: its end is written before this is."""
        if end.status is ExecutionStatus.WAITING and self.stop is not Stop.LEASE_LOST:
            with suppress(Conflict):  # another process was quick, and it has ended there
                await asyncio.shield(executions.request_cancel(self.app, self.execution))

    async def _execute(self, plan: Plan, executor: Executor) -> ExecutionEnd:
        limit = plan.workflow.settings.timeout
        try:
            async with asyncio.timeout(limit) as clock:
                return await executor.run()
        except asyncio.CancelledError:
            if self.stop is Stop.LEASE_LOST:
                raise LeaseLost("another process took the execution over") from None
            await asyncio.shield(self._end(executor.end(ExecutionStatus.CANCELLED)))
            raise
        except TimeoutError:
            if not clock.expired():
                raise
            text = f"the execution took longer than its timeout of {limit:g} s"
            self._report_timeout(text)
            return self._failed(executor, plan, ExecutionTimeout(text).as_json())
        except InFlightUndecided as error:
            return self._without_nodes(ExecutionStatus.CRASHED, error.as_json())
        except LeaseLost:
            raise
        except OperationalError as error:
            await self._crash(executor, error)
            raise
        except UserError as error:
            return self._failed(executor, plan, self.app.redact(error.as_json()))
        except Exception as error:  # noqa: BLE001 - a mistake of ours must not lose the execution
            return self._failed(executor, plan, self._bug(error))

    def _report_timeout(self, text: str) -> None:
        event_type = SecurityErrorType.RESOURCE_LIMIT_EXCEEDED.value
        details = {"rule": "limits.execution_timeout", "workflow": self.execution.workflow_id}
        self._report(
            SecurityEvent(event_type, "medium", text, now_us(), self.execution.id, details=details)
        )

    def _report(self, event: SecurityEvent) -> None:
        self.journal.security_event(event)
        self.observer.security_event(event)

    async def _crash(self, executor: Executor, error: OperationalError) -> None:
        """Store that the execution can't go on now, if that much still works.

        It can be resumed. Where the database itself is at fault, it is left to whoever finds that
        this process is gone.
        """
        with suppress(OperationalError):
            end = executor.end(ExecutionStatus.CRASHED, error=self.app.redact(error.as_json()))
            await self._end(end)

    def _refused(self, plan: Plan, beginning: Beginning) -> ExecutionEnd | None:
        """The end of an execution that must not go on after a crash."""
        if beginning != "crashed":
            return None
        if self.execution.crashes > MAX_CRASHES:
            message = f"the process died {self.execution.crashes} times in this execution"
            status = ExecutionStatus.CRASHED
        elif plan.workflow.settings.on_crash == "fail":
            message = "the process died in this execution, and its workflow says to fail (on_crash)"
            status = ExecutionStatus.FAILED
        else:
            return None
        return self._without_nodes(status, {"code": "CRASHED", "message": message})

    def _without_nodes(self, status: ExecutionStatus, error: JsonObject) -> ExecutionEnd:
        return ExecutionEnd(self.execution.id, status, now_us(), error)

    async def _journaled(self, plan: Plan, beginning: Beginning) -> Journaled:
        """What was done before; nothing counts any more where the workflow says to restart."""
        rows = await executions.node_rows(self.app, self.execution.id, with_checkpoints=True)
        if beginning == "crashed" and plan.workflow.settings.on_crash == "restart":
            mark = restart_mark(self.execution.id)
            found = [row for row in rows if row.node_id == self.execution.trigger][-1:]
            # What a poll found is found once; other triggers run again.
            polled = found if plan.nodes[self.execution.trigger].node.polls else []
            for row in (mark, *polled):
                self.journal.record(row)
                rows.append(row)
        return Journaled.of(rows, self.app.spill, self.decision)

    def _failed(self, executor: Executor, plan: Plan, error: JsonObject) -> ExecutionEnd:
        """The end of an execution that failed without the failure of a node."""
        if plan.workflow.settings.fallback.notify_on_failure:
            self.notifier.execution_failed(self.execution.id, plan.workflow.name, error)
        return executor.end(ExecutionStatus.FAILED, error=error)

    def _bug(self, error: Exception) -> JsonObject:
        bug = new_id()
        text = "".join(traceback.format_exception(error))
        get_logger().error(
            "bug", bug=bug, execution=self.execution.id, traceback=self.app.redact(text)
        )
        return {
            "code": "BUG",
            "message": f"Tidegate made a mistake here; the log has the details under {bug}",
            "bug": bug,
        }

    async def _open_credentials(self, plan: Plan) -> "Opened":
        wanted = {
            node.credential
            for node in plan.nodes.values()
            # The credential of a webhook is for those who call; its node never needs it.
            if node.credential is not None and not isinstance(node.params.constant, CalledParams)
        }
        if not wanted:
            return {}
        from tidegate.services import access, credentials  # noqa: PLC0415 - only where there are any

        opened = await credentials.open_all(self.app, wanted)
        for event in await access.credentials_read(self.app, self.execution, opened):
            self._report(event)
        return opened

    def _environment(
        self, plan: Plan, opened: "Opened", resume_urls: Mapping[str, str] | None
    ) -> Environment:
        execution = self.execution
        info = ExecutionInfo(
            id=execution.id,
            workflow_id=execution.workflow_id,
            workflow_name=plan.workflow.name,
            trigger=execution.trigger,
            source=execution.source,
            user=execution.user,
            started_at=us_to_datetime(execution.started_at or now_us()),
            custom_data=execution.custom_data,
            has_custom_data=execution.has_custom_data,
            variables=execution.variables,
            resume_urls=resume_urls,
        )
        ports: ExecutionPorts | None = None

        def make_ports(
            *,
            node: PlannedNode,
            path: Path,
            attempt: int,
            retries: int,
            budget: Budget,
            log: NodeLog,
        ) -> BoundPorts:
            nonlocal ports
            if ports is None:
                # Many workflows reach for nothing, and then need nothing of the gate.
                from tidegate.worker.ports import ExecutionPorts  # noqa: PLC0415 - as said above

                ports = ExecutionPorts(self.app, execution, self.journal, opened, self.observer)
            callers = self.callers.for_node(node.id, path, retries)
            return ports.of_attempt(node, (path, attempt), budget, callers, log)

        return Environment(
            info,
            plan,
            self.journal,
            self.app.spill if self.journal.seals else self.app.plain_spill,
            self.observer,
            self.notifier,
            self.app.redact,
            make_ports,
            self.app.settings.storage.spill_threshold,
        )
