"""Runs one execution: while nodes are ready, start them; take results; apply; record."""

import asyncio
from collections import deque
from collections.abc import Coroutine
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, cast

from tidegate.engine.call import Breath
from tidegate.engine.environment import Environment
from tidegate.engine.failing import in_flight_error
from tidegate.engine.gather import Gather
from tidegate.engine.journaled import Journaled
from tidegate.engine.loops import Loop, LoopParams
from tidegate.engine.plan import PlannedNode
from tidegate.engine.result import NodeResult
from tidegate.engine.rows import ended_row, skipped_row
from tidegate.engine.runner import NodeRunner
from tidegate.engine.scope import ItemScope
from tidegate.engine.state import ExecutionState, Frame, Ready
from tidegate.errors import NodeError, TidegateError
from tidegate.log import within_node
from tidegate.model.execution import (
    ExecutionEnd,
    ResourceUsage,
    StoredOutput,
    now_us,
)
from tidegate.model.item import JsonObject
from tidegate.model.status import AttemptStatus, ExecutionStatus, NodeStatus
from tidegate.sdk.budget import Budget

SHORT_WAIT_SECONDS = 2.0
"""A wait that is not longer is slept through; a longer one leaves memory."""


@dataclass(slots=True)
class _Waiting:
    frame: Frame
    result: NodeResult


class Executor:
    """One execution, from its first node (or from where the journal ends) to its end."""

    def __init__(
        self, environment: Environment, trigger: str, journaled: Journaled | None = None
    ) -> None:
        self._environment = environment
        self._plan = environment.plan
        self._state = ExecutionState(environment.plan, trigger)
        self._journaled = journaled or Journaled()
        self._ready: deque[Ready] = deque()
        self._tasks: set[asyncio.Task[None]] = set()
        self._loops: dict[tuple[str, tuple[int, ...]], Loop] = {}
        self._waiting: list[_Waiting] = []
        self._failure: NodeResult | None = None
        self._errors_handled = 0
        self._usage = _UsageSum()
        self._breath = Breath()

    async def run(self) -> ExecutionEnd:
        """Run until everything has settled, waits, or failed.

        Returns:
            How it ended; the caller writes it to the journal.

        Raises:
            asyncio.CancelledError: cancelled; running nodes were cancelled and recorded.
            InFlightUndecided: a person has to decide first; nothing was started.
            OperationalError: the journal or the disk does not work; nothing more was done.
        """
        self._journaled.check_decided(self._plan)
        self._failure = self._journaled.failure()
        for row in self._journaled.settled():
            self._errors_handled += row.errors_handled
            self._usage.add(row.usage)
        try:
            self._ready.extend(self._state.open_top())
            while self._failure is None and (self._ready or self._tasks or self._waiting):
                if self._ready:
                    await self._start_ready()
                elif not await self._sleep():
                    return self.end(ExecutionStatus.WAITING, wake_at=self._next_wake())
        except asyncio.CancelledError:
            await self._cancel_tasks()
            self._cancel_rest()
            raise
        finally:
            await self._cancel_tasks()
            for loop in self._loops.values():
                await loop.writer.abandon()
        if self._failure is not None:
            self._cancel_rest()
            return self._failed(self._failure)
        return self.end(ExecutionStatus.SUCCEEDED)

    async def _start_ready(self) -> None:
        """Deal with what is ready; one node after the other, as is usual, takes no task."""
        ready = self._ready
        if len(ready) > 1 or self._tasks or self._waiting:
            while ready:
                self._spawn(self._deal_with(ready.popleft()))
            return
        await self._deal_with(ready.popleft())
        if self._breath.is_due:
            await self._breath.take()

    async def _sleep(self) -> bool:
        """Wait for a running node or a short wait to end. False when only long waits are left."""
        wake = self._next_wake()
        delay = None if wake is None else max(0.0, (wake - now_us()) / 1_000_000)
        if self._tasks:
            done, _ = await asyncio.wait(
                self._tasks, timeout=delay, return_when=asyncio.FIRST_COMPLETED
            )
            for task in done:
                self._tasks.discard(task)
                task.result()
        elif delay is not None and delay > SHORT_WAIT_SECONDS:
            return False
        elif delay:
            await asyncio.sleep(delay)
        self._wake()
        return True

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        self._tasks.add(asyncio.ensure_future(work))

    async def _deal_with(self, ready: Ready) -> None:
        """Skip, replay, or run one ready node, and settle it."""
        node = self._plan.nodes[ready.node_id]
        frame = ready.frame
        if not ready.is_live:
            await self._settle(frame, self._skip(frame, node))
            return
        gather = Gather(
            node.inputs,
            self._state.delivered(frame, node.id),
            first_only=node.settings.execute_once and not node.settings.disabled,
        )
        journaled = self._journaled
        if journaled.rows:
            known = journaled.result(node, frame.path, gather, self._environment.resident)
            if known is not None:
                await self._take(frame, known)
                return
        if node.is_loop and not node.settings.disabled:
            await self._start_loop(frame, node, gather)
            return
        runner = self._runner(frame, node, gather)
        if journaled.rows and journaled.fails_in_flight(node, frame.path):
            result = await runner.fail(in_flight_error(node.id), AttemptStatus.CRASHED)
        else:
            with within_node(node.id):
                result = await runner.run()
        await self._finished(frame, result)

    def _runner(self, frame: Frame, node: PlannedNode, gather: Gather) -> NodeRunner:
        runner = NodeRunner(self._environment, node, frame.path, gather, frame.origin)
        if self._journaled.attempts:
            runner.first_attempt = self._journaled.next_attempt(node, frame.path)
            runner.retries_done = self._journaled.retries(node, frame.path)
            runner.checkpoints = self._journaled.checkpoints.get((node.id, frame.path), ())
        return runner

    async def _finished(self, frame: Frame, result: NodeResult) -> None:
        """Take a result, and count what it used and handled; journaled ones were counted before."""
        self._usage.add(result.usage)
        self._errors_handled += result.errors_handled
        if self._environment.is_ahead:
            await self._environment.keep_up()
        await self._take(frame, result)

    async def _take(self, frame: Frame, result: NodeResult) -> None:
        """Settle a result, park a wait, or remember the failure that stops the execution."""
        if result.status is NodeStatus.WAITING:
            self._waiting.append(_Waiting(frame, result))
            await self._environment.journal.barrier()
        elif result.failure is not None:
            self._failure = self._failure or result
        else:
            await self._settle(frame, result)

    async def _settle(self, frame: Frame, result: NodeResult) -> None:
        self._ready.extend(self._state.settle(frame, result))
        if frame.open == 0 and frame.loop is not None and frame.parent is not None:
            loop = self._loops[frame.loop, frame.parent.path]
            await loop.collect(self._state, frame)
            await self._advance(loop)

    def _skip(self, frame: Frame, node: PlannedNode) -> NodeResult:
        """A node to which nothing was delivered."""
        if not self._journaled.has(node.id, frame.path):
            self._environment.record(skipped_row(self._environment.info.id, node, frame.path))
        return NodeResult(node.id, frame.path, NodeStatus.SKIPPED)

    async def _start_loop(self, frame: Frame, node: PlannedNode, gather: Gather) -> None:
        self._environment.observer.node_started(node.id, frame.path, gather.total)
        budget = Budget(memory=node.memory, seconds=node.timeout)
        scope = ItemScope(self._environment, node, gather, budget, frame.origin)
        try:
            await scope.load_roots()
            params = cast("LoopParams", scope.params_once())
            loop = Loop.start(frame, node, gather, params, self._environment.writer())
        except NodeError as error:
            await self._finished(frame, await self._runner(frame, node, gather).fail(error))
            return
        self._loops[node.id, frame.path] = loop
        await self._advance(loop)

    async def _advance(self, loop: Loop) -> None:
        """Open the next iteration, or end the loop."""
        while (batch := await loop.next_batch()) is not None:
            frame, ready = self._state.open_iteration(
                loop.frame, loop.node.id, loop.number, batch, loop.gather
            )
            if ready:
                self._ready.extend(ready)
                return
            await loop.collect(self._state, frame)  # no node follows ``each``
        stored = await loop.finish(collects=bool(self._plan.graph.closing[loop.node.id]))
        del self._loops[loop.node.id, loop.frame.path]
        self._record_end(loop.node, loop.result, NodeStatus.SUCCEEDED, stored)
        await self._settle(loop.frame, loop.result)

    def _record_end(
        self,
        node: PlannedNode,
        result: NodeResult,
        status: NodeStatus,
        stored: StoredOutput | None = None,
    ) -> None:
        result.status, result.wake_at = status, None
        self._environment.record(ended_row(self._environment.info.id, node, result, stored))

    def _next_wake(self) -> int | None:
        return min((w.result.wake_at or 0 for w in self._waiting), default=None)

    def _wake(self) -> None:
        """Let every wait go on whose time has come."""
        now = now_us()
        due = [waiting for waiting in self._waiting if (waiting.result.wake_at or 0) <= now]
        self._waiting = [waiting for waiting in self._waiting if waiting not in due]
        for waiting in due:
            self._spawn(self._end_wait(waiting))

    async def _end_wait(self, waiting: _Waiting) -> None:
        result = waiting.result
        stored = self._journaled.stored(result.outputs)
        self._record_end(self._plan.nodes[result.node_id], result, NodeStatus.SUCCEEDED, stored)
        await self._settle(waiting.frame, result)

    async def _cancel_tasks(self) -> None:
        for task in self._tasks:
            task.cancel()
        if self._tasks:
            await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks.clear()

    def _cancel_rest(self) -> None:
        """Record the end of loops and waits that won't come to theirs."""
        results = [waiting.result for waiting in self._waiting]
        results += [loop.result for loop in self._loops.values()]
        with suppress(TidegateError):  # the journal may be gone; the end comes all the same
            for result in results:
                result.outputs = {}
                self._record_end(self._plan.nodes[result.node_id], result, NodeStatus.CANCELLED)

    def _failed(self, result: NodeResult) -> ExecutionEnd:
        node = self._plan.nodes[result.node_id]
        error: JsonObject = {**(result.error or {}), "node": result.node_id}
        if result.path:
            error["iteration"] = list(result.path)
        if node.strategy.notify_on_failure:
            self._environment.notifier.execution_failed(
                self._environment.info.id, self._environment.info.workflow_name, error
            )
        return self.end(ExecutionStatus.FAILED, error=error)

    def end(
        self,
        status: ExecutionStatus,
        *,
        error: JsonObject | None = None,
        wake_at: int | None = None,
    ) -> ExecutionEnd:
        """The last write, with what was used and handled so far."""
        return ExecutionEnd(
            self._environment.info.id,
            status,
            now_us(),
            error,
            self._errors_handled,
            self._usage.as_json(),
            wake_at,
            self._state.items_out(),
        )


class _UsageSum:
    """The resource usage of all node executions, summed; memory is the largest."""

    __slots__ = ("_bytes", "_cpu", "_memory", "_requests", "_time")

    def __init__(self) -> None:
        self._memory = self._requests = self._bytes = 0
        self._time = self._cpu = 0.0

    def add(self, usage: ResourceUsage | None) -> None:
        """Add one node execution's."""
        if usage is not None:
            self._memory = max(self._memory, usage.memory_used)
            self._time += usage.execution_time
            self._cpu += usage.cpu_time
            self._requests += usage.network_requests
            self._bytes += usage.data_transferred

    def as_json(self) -> JsonObject:
        """As a JSON object."""
        return ResourceUsage(
            self._memory, self._time, self._cpu, self._requests, self._bytes
        ).as_json()
