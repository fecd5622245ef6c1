"""One node execution: resolve, limit, call, classify, retry, and record every attempt."""

import asyncio
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Literal

from tidegate.engine.attempt import Attempt
from tidegate.engine.call import call_all, call_batches
from tidegate.engine.call_items import MAX_LOGGED, call_items
from tidegate.engine.checkpoints import restored_emitter
from tidegate.engine.deadline import within
from tidegate.engine.environment import Environment
from tidegate.engine.failing import classify, is_cancelled, stored_error
from tidegate.engine.fallback import Handling
from tidegate.engine.gather import Gather
from tidegate.engine.lineage import OriginOf
from tidegate.engine.plan import PlannedNode
from tidegate.engine.replacing import pass_through, replace
from tidegate.engine.result import NodeResult
from tidegate.engine.retry import delay_seconds, has_time, is_retryable
from tidegate.engine.security import report
from tidegate.errors import NodeError, TidegateError, error_json
from tidegate.model.execution import (
    NodeRow,
    Path,
    ResourceUsage,
    StoredOutput,
    now_us,
)
from tidegate.model.item import Item
from tidegate.model.status import AttemptStatus, NodeStatus

_SHAPES = {"item": call_items, "batches": call_batches, "all": call_all}


@dataclass(slots=True)
class NodeRunner:
    """Runs one planned node with its gathered input.

    ``first_attempt`` and ``retries_done`` go on from where the journal of a crashed execution
    ends; ``checkpoints`` are the rows of what it had passed on.
    """

    environment: Environment
    node: PlannedNode
    path: Path
    gather: Gather
    origin_of: OriginOf
    first_attempt: int = 1
    retries_done: int = 0
    checkpoints: Sequence[NodeRow] = ()

    async def run(self) -> NodeResult:
        """Work until the node succeeds, waits, or fails for good.

        Raises:
            asyncio.CancelledError: after the cancelled attempt was recorded.
            OperationalError: the journal or the disk does not work.
        """
        result = self._result()
        begun = time.monotonic()
        self.environment.observer.node_started(self.node.id, self.path, self.gather.total)
        if self.node.settings.disabled:
            return await self._leave_out(result)
        while True:
            attempt = self._attempt(result)
            error = await self._try(attempt, result)
            if error is None:
                return result
            spent = time.monotonic() - begun
            if self.node.shape == "item" or not (
                self._may_retry(error, self.retries_done)
                and has_time(self.node.retry, spent, self.retries_done + 1, error)
            ):
                await self._fail(attempt, result, error)
                return result
            try:
                await self._back_off(error, self.retries_done, attempt, result)
            except asyncio.CancelledError:
                self._record_cancelled(result)
                raise
            self.retries_done += 1

    async def fail(
        self, error: NodeError, attempt_status: AttemptStatus = AttemptStatus.FAILED
    ) -> NodeResult:
        """The node fails without a further attempt; what follows is as after every failure."""
        result = self._result()
        result.attempt = max(1, self.first_attempt - 1)
        result.started_at = now_us()
        await self._fail(self._attempt(result), result, error, attempt_status)
        return result

    def _result(self) -> NodeResult:
        result = NodeResult(self.node.id, self.path, NodeStatus.RUNNING, {}, self.gather)
        result.attempt = self.first_attempt
        result.items_in = self.gather.total
        return result

    def _attempt(self, result: NodeResult) -> Attempt:
        return Attempt(
            self.environment,
            self.node,
            self.path,
            self.gather,
            origin_of=self.origin_of,
            number=result.attempt,
            retries=self.retries_done,
            retry_items=partial(self._retry_items, result),
        )

    async def _try(self, attempt: Attempt, result: NodeResult) -> NodeError | None:
        """One attempt; None when it succeeded or waits, and was recorded."""
        result.started_at = now_us()
        try:
            await self._record_start(result)
            if self.checkpoints:
                attempt.emitter = await restored_emitter(attempt, self.checkpoints)
            work = _SHAPES[self.node.shape](attempt)
            if attempt.has_item_timeout:
                await work
            else:
                await within(self.node.timeout, work, attempt.watch, self.environment.deadlines)
            await self._succeed(attempt, result)
        except (Exception, asyncio.CancelledError) as raised:
            await attempt.writer.abandon()
            result.usage = self._usage(attempt, result.started_at)
            if isinstance(raised, asyncio.CancelledError) and is_cancelled():
                self._record_cancelled(result)
                raise
            return classify(self.environment, self.node, raised, attempt.bugs)
        return None

    async def _record_start(self, result: NodeResult) -> None:
        """A barrier: what changes the outside must be known to have started, whatever happens."""
        if self.node.effects == "write":
            started = AttemptStatus.STARTED
            self.environment.journal.record(
                self._row(result, "started", NodeStatus.RUNNING, started, None)
            )
            await self.environment.journal.barrier()

    async def _succeed(self, attempt: Attempt, result: NodeResult) -> None:
        if self.node.settings.always_output:
            await self._put_something(attempt)
        result.outputs, stored = await attempt.writer.finish()
        result.attempt = max(result.attempt, attempt.context.attempt)
        failed = attempt.items_failed
        result.errors_handled = len(failed)
        if failed:
            report(self.environment, self.node.id, self.path, failed)
            result.error = stored_error(self.environment, failed[0], result.attempt)
        result.usage = self._usage(attempt, result.started_at)
        status, attempt_status = NodeStatus.SUCCEEDED, AttemptStatus.SUCCEEDED
        if attempt.wait is not None:
            status = NodeStatus.WAITING
            result.wake_at = int(attempt.wait.until.timestamp() * 1_000_000)
        elif failed and len(failed) == self.gather.total:
            status, attempt_status = NodeStatus.FAILED, AttemptStatus.FAILED
        self._record(result, status, attempt_status, stored)

    async def _put_something(self, attempt: Attempt) -> None:
        """The setting ``always_output``: an empty item where the node gave none."""
        through = self.node.through
        if through is not None and attempt.writer.is_empty:
            await attempt.writer.add(through, [Item({})], None)

    def _may_retry(self, error: NodeError, done: int) -> bool:
        policy = self.node.retry
        return done < policy.max_retries and is_retryable(policy, error)

    async def _back_off(
        self, error: NodeError, done: int, attempt: Attempt, result: NodeResult
    ) -> None:
        """Record the failed attempt and wait before the next one."""
        report(self.environment, self.node.id, self.path, [error])
        result.error = stored_error(self.environment, error, result.attempt)
        self._record(result, NodeStatus.RETRYING, AttemptStatus.FAILED, None)
        delay = delay_seconds(self.node.retry, done + 1, error)
        attempt.context.log.info(
            "retry", attempt=result.attempt, delay_ms=round(delay * 1000), error=error.message
        )
        await asyncio.sleep(delay)
        result.error = None
        result.attempt += 1
        result.started_at = now_us()

    async def _retry_items(
        self, result: NodeResult, attempt: Attempt, error: NodeError, done: int
    ) -> bool:
        """Between the rounds of a per-item node."""
        if not self._may_retry(error, done):
            return False
        await self._back_off(error, done, attempt, result)
        await self._record_start(result)
        return True

    async def _fail(
        self,
        attempt: Attempt,
        result: NodeResult,
        error: NodeError,
        attempt_status: AttemptStatus = AttemptStatus.FAILED,
    ) -> None:
        """The node failed for good: stop the execution, or put something in its place."""
        report(self.environment, self.node.id, self.path, [error])
        result.error = stored_error(self.environment, error, result.attempt)
        index = error.details.get("item")
        place = (index, 1) if isinstance(index, int) else (0, MAX_LOGGED)
        attempt.log_failure(error, await self.gather.window(*place))
        if self.node.handling is Handling.STOP:
            result.failure = error
            self._record(result, NodeStatus.FAILED, attempt_status, None)
            return
        result.errors_handled = 1
        writer = self.environment.writer()
        told = self.environment.redact.error(error_json(error))
        await replace(self.node, self.gather, writer, told)
        result.outputs, stored = await writer.finish()
        self._record(result, NodeStatus.FAILED, attempt_status, stored)

    async def _leave_out(self, result: NodeResult) -> NodeResult:
        """A disabled node: its input passes through."""
        result.started_at = now_us()
        writer = self.environment.writer()
        await pass_through(self.node, self.gather, writer)
        result.outputs, stored = await writer.finish()
        self._record(result, NodeStatus.SKIPPED, AttemptStatus.SUCCEEDED, stored)
        return result

    def _record_cancelled(self, result: NodeResult) -> None:
        with suppress(TidegateError):  # the journal may be gone; the cancellation goes on
            self._record(result, NodeStatus.CANCELLED, AttemptStatus.CANCELLED, None)

    def _record(
        self,
        result: NodeResult,
        status: NodeStatus,
        attempt_status: AttemptStatus,
        stored: StoredOutput | None,
    ) -> None:
        result.status = status
        row = self._row(result, "finished", status, attempt_status, stored)
        row.finished_at = now_us()
        row.wake_at = result.wake_at
        self.environment.record(row)

    def _row(
        self,
        result: NodeResult,
        kind: Literal["started", "finished"],
        status: NodeStatus,
        attempt_status: AttemptStatus,
        stored: StoredOutput | None,
    ) -> NodeRow:
        # By position: as keywords these cost as much again, once for every node.
        return NodeRow(
            self.environment.info.id,
            self.node.id,
            self.node.type,
            self.path,
            result.attempt,
            kind,
            status,
            attempt_status,
            result.started_at,
            None,
            result.items_in,
            0 if stored is None else stored.items,
            stored,
            result.error,
            result.errors_handled,
            result.usage,
        )

    def _usage(self, attempt: Attempt, started_at: int) -> ResourceUsage:
        ports = attempt.used_ports
        return ResourceUsage(
            attempt.budget.high_water,
            (now_us() - started_at) / 1000,
            (attempt.watch.seconds + attempt.budget.process_cpu) * 1000,
            ports.requests if ports is not None else 0,
            ports.bytes_transferred if ports is not None else 0,
        )
