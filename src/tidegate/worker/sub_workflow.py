"""``ctx.workflows``: run another workflow as an execution of its own."""

import asyncio
from collections.abc import Coroutine, Sequence
from contextvars import copy_context
from typing import Any, Protocol

from tidegate.app import App
from tidegate.engine.current_item import CURRENT_ITEM
from tidegate.engine.observers import SilentObserver
from tidegate.engine.ports import Observer
from tidegate.errors import (
    Conflict,
    InvalidInput,
    NodeFailed,
    NodeRetryable,
    NotFound,
    WorkflowInvalid,
)
from tidegate.ids import child_id
from tidegate.model.execution import Execution, ExecutionEnd, LogLine, Path, path_text
from tidegate.model.item import Item
from tidegate.model.status import ExecutionStatus
from tidegate.services import executions
from tidegate.services.executions import Start
from tidegate.services.outputs import final_items
from tidegate.services.workflows import (
    Version,
    plan_of,
    source_file,
    store_file,
    stored_latest,
)
from tidegate.store.limits import TooManyExecutions

SUB_WORKFLOW_TRIGGER = "trigger.sub_workflow"


class RunsExecutions(Protocol):
    """What is needed of the worker; it is also the one that makes the caller."""

    app: App

    async def run_new(self, version: Version, start: Start, observer: Observer) -> ExecutionEnd:
        """Run a new execution to its end."""
        ...

    async def run_in_turn(self, version: Version, start: Start, observer: Observer) -> ExecutionEnd:
        """Run a new execution of a workflow with a limit, once its turn has come."""
        ...

    async def follow(self, execution_id: str, observer: Observer) -> ExecutionEnd:
        """Run on what is queued or waits, once it may go on."""
        ...

    async def go_on(self, execution: Execution, observer: Observer) -> ExecutionEnd:
        """Go on with an execution that a crash left behind, or that waits."""
        ...

    async def run_to_end(self, end: ExecutionEnd, observer: Observer) -> ExecutionEnd:
        """Sleep through an execution's waits until it has ended."""
        ...


class _LogLines(SilentObserver):
    """What the caller's observer sees of a sub-workflow: its nodes have ids of their own."""

    def __init__(self, observer: Observer) -> None:
        self._observer = observer

    def log_line(self, line: LogLine) -> None:
        """A node of the sub-workflow logged something."""
        self._observer.log_line(line)


class SubWorkflowCaller:
    """Calls workflows for the nodes of one execution; ``depth`` counts callers above it."""

    def __init__(
        self,
        worker: RunsExecutions,
        parent: Execution,
        observer: Observer,
        depth: int,
        *,
        node_id: str = "",
        path: Path = (),
        retries: int = 0,
    ) -> None:
        self._worker, self._parent = worker, parent
        self._observer, self.depth = observer, depth
        self._node_id, self._path, self._retries = node_id, path, retries

    def for_node(self, node_id: str, path: Path, retries: int) -> "SubWorkflowCaller":
        """The caller of one node execution: its calls get ids of their own, anew in each retry."""
        return SubWorkflowCaller(
            self._worker,
            self._parent,
            self._observer,
            self.depth,
            node_id=node_id,
            path=path,
            retries=retries,
        )

    async def call(self, workflow: str, items: Sequence[Item], *, call_key: str) -> Sequence[Item]:
        """Run ``workflow`` and wait for what it puts out.

        Raises:
            NodeFailed: it does not exist, does not take the items, calls itself too deeply, or
                failed.
        """
        app = self._worker.app
        if self.depth >= app.settings.limits.sub_workflow_depth:
            raise NodeFailed(
                f"sub-workflows are nested more than {self.depth} deep: does {workflow!r} call "
                "itself? (setting limits.sub_workflow_depth)"
            )
        try:
            version = await self._find(workflow)
        except NotFound as error:
            raise NodeFailed(error.message, **error.details) from None
        except WorkflowInvalid as error:
            raise _unfit(workflow, error) from None
        place = f"{self._node_id}/{path_text(self._path)}"
        ids = [
            child_id(self._parent.id, place, call_key, str(retry))
            for retry in range(self._retries + 1)
        ]
        found = await executions.find_many(app, ids)
        for known in found.values():
            if known.status is ExecutionStatus.SUCCEEDED:
                return await final_items(app, known)
        known_now = found.get(ids[-1])
        if known_now is None:
            await self._in_own_task(self._start(version, items, ids[-1]))
        elif known_now.status not in (ExecutionStatus.FAILED, ExecutionStatus.CANCELLED):
            await self._in_own_task(self._resume(known_now))
        ended = await executions.find(app, ids[-1])
        if ended.status is not ExecutionStatus.SUCCEEDED:
            text = (ended.error or {}).get("message", ended.status.value)
            raise NodeFailed(
                f"the sub-workflow {workflow!r} {ended.status.value}: {text}",
                execution_id=ended.id,
            )
        return await final_items(app, ended)

    async def _in_own_task(self, work: Coroutine[Any, Any, ExecutionEnd]) -> ExecutionEnd:
        """Its own task, so that the sub-workflow can be cancelled without this execution.

        The item that it is called for is the caller's, and none that a node in it works on.
        """
        context = copy_context()
        context.run(CURRENT_ITEM.set, None)
        task = asyncio.create_task(work, context=context)
        try:
            return await task
        except asyncio.CancelledError:
            current = asyncio.current_task()
            if current is not None and current.cancelling():
                raise
            raise NodeFailed("the sub-workflow was cancelled") from None

    async def _start(
        self, version: Version, items: Sequence[Item], execution_id: str
    ) -> ExecutionEnd:
        plan = plan_of(self._worker.app, version)
        triggers = [t for t in plan.triggers if plan.nodes[t].type == SUB_WORKFLOW_TRIGGER]
        if len(triggers) != 1:
            raise NodeFailed(
                f"workflow {version.workflow.name!r} can't be called: it needs exactly one "
                f"{SUB_WORKFLOW_TRIGGER} node and has {len(triggers)}"
            )
        start = Start(
            trigger=triggers[0],
            source="sub_workflow",
            user=self._parent.user,
            custom_data=[item.json for item in items],
            has_custom_data=True,
            parent_id=self._parent.id,
            parent_node=self._node_id,
            id=execution_id,
        )
        observer = _LogLines(self._observer)
        run = self._worker.run_new
        if version.workflow.settings.concurrency is not None:
            run = self._worker.run_in_turn
        try:
            end = await run(version, start, observer)
        except TooManyExecutions as error:
            raise NodeRetryable(
                f"the sub-workflow {version.workflow.name!r} does not start: {error.message}"
            ) from None
        except InvalidInput as error:
            raise NodeFailed(
                f"the sub-workflow {version.workflow.name!r} can't start: {error.message}"
            ) from None
        return await self._worker.run_to_end(end, observer)

    async def _resume(self, known: Execution) -> ExecutionEnd:
        """Go on with the execution that an earlier attempt of this call began."""
        observer = _LogLines(self._observer)
        try:
            if known.status in (ExecutionStatus.QUEUED, ExecutionStatus.RUNNING):
                end = await self._worker.follow(known.id, observer)
            else:
                end = await self._worker.go_on(known, observer)
            return await self._worker.run_to_end(end, observer)
        except Conflict as error:
            raise NodeFailed(f"the sub-workflow can't go on: {error.message}") from None

    async def _find(self, workflow: str) -> Version:
        app = self._worker.app
        is_path = workflow.endswith((".yaml", ".yml", ".json"))
        if not is_path:
            return await stored_latest(app, workflow, caller_id=self._parent.workflow_id)
        caller = await source_file(app, self._parent.workflow_id)
        if caller is None:
            raise NotFound(
                f"{workflow!r} is relative to this workflow's file, but this workflow is not from "
                "a file; name the other by its id"
            )
        return await store_file(app, caller.parent / workflow)


def _unfit(workflow: str, error: WorkflowInvalid) -> NodeFailed:
    """The failure of a node that calls a workflow which can't run."""
    problems = "; ".join(problem.message for problem in error.problems)
    return NodeFailed(
        f"the sub-workflow {workflow!r} can't run: {problems or error.message}",
        problems=[problem.as_json() for problem in error.problems],
    )
