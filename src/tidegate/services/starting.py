"""Start an execution: one transaction stores it and puts its id into the queue."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from tidegate import codec
from tidegate.app import App
from tidegate.engine.plan import Plan
from tidegate.model.execution import Execution, NodeRow
from tidegate.services import editing, sealing, variables
from tidegate.services.executions import Start, queued_execution
from tidegate.services.identity.permissions import Action, Caller
from tidegate.services.pinned import left_out, pinned_rows
from tidegate.services.workflows import Version, choose_trigger, plan_of
from tidegate.store import queued
from tidegate.store.workflows import StoredWorkflow


@dataclass(frozen=True, slots=True)
class StartRequest:
    """An execution that somebody asks for.

    ``version`` is ``published``, ``draft`` or a hash; ``run_at`` is microseconds since 1970. With
    ``to_node`` only that node runs and what leads to it.
    """

    version: str = "published"
    trigger: str | None = None
    custom_data: Any = None
    has_custom_data: bool = False
    variables: Mapping[str, Any] = field(default_factory=dict)
    source: str = "api"
    priority: int = 0
    run_at: int | None = None
    to_node: str | None = None


@dataclass(frozen=True, slots=True)
class Fork:
    """Stored results of another execution that a new one begins with.

    ``copy`` makes them those of the execution with the given id.
    """

    based_on_id: str
    copy: Callable[[str], Awaitable[Sequence[NodeRow]]]


async def start(
    app: App, caller: Caller, workflow_id: str, wanted: StartRequest, fork: Fork | None = None
) -> Execution:
    """Store a queued execution and put its id into the queue, in one transaction.

    ``fork`` is what it begins with; otherwise a draft begins with its pinned data.

    Raises:
        NotFound, Forbidden: there is no such workflow or version, or not for this caller.
        InvalidInput: the data is not JSON; WorkflowInvalid: the version can't run.
    """
    stored = await editing.visible(app, caller, workflow_id, Action.EXECUTIONS_START)
    version = await editing.version_to_start(app, caller, stored, wanted.version)
    plan = plan_of(app, version)
    begin = Start(
        trigger=choose_trigger(plan, wanted.trigger),
        source=wanted.source,
        user=caller.email,
        custom_data=wanted.custom_data,
        has_custom_data=wanted.has_custom_data,
        variables={**await variables.values(app, stored.project_id), **wanted.variables},
    )
    execution = replace(
        queued_execution(app, version, begin),
        based_on_id=None if fork is None else fork.based_on_id,
    )
    rows = [*await _first_rows(stored, plan, wanted, execution.id, fork)]
    if wanted.to_node is not None:
        rows += left_out(plan, wanted.to_node)
    # Token 1: there is a journal already, and whoever claims it goes on with that.
    execution = replace(execution, token=1 if rows else 0)
    execution = await sealing.as_stored(app, version.workflow, execution)
    made = await app.database.write(
        lambda connection: queued.insert(
            connection,
            execution,
            priority=wanted.priority,
            not_before=wanted.run_at,
            enqueue=app.queue.enqueue,
            rows=rows,
        )
    )
    app.events.queued(made)
    return made


@dataclass(frozen=True, slots=True)
class Draft:
    """A workflow's draft as a version that can run, and the pinned data that it begins with."""

    version: Version
    rows: Sequence[NodeRow]


async def draft(app: App, caller: Caller, stored: StoredWorkflow) -> Draft:
    """The draft of a workflow, ready to be started.

    Raises:
        WorkflowInvalid: it can't run.
    """
    version = await editing.version_to_start(app, caller, stored, "draft")
    pinned = stored.pinned_data
    rows = [] if pinned is None else pinned_rows(plan_of(app, version), codec.decode(pinned))
    return Draft(version, rows)


async def start_version(
    app: App, version: Version, begin: Start, rows: Sequence[NodeRow] = ()
) -> Execution:
    """Store a queued execution of a version that a trigger starts, and put it into the queue.

    ``rows`` are results that it begins with.

    Raises:
        InvalidInput: the data is not JSON.
        Conflict: there is an execution with the id of ``begin``.
    """
    execution = queued_execution(app, version, begin)
    execution = replace(execution, token=1 if rows else 0)
    execution = await sealing.as_stored(app, version.workflow, execution)
    made = await app.database.write(
        lambda connection: queued.insert(
            connection,
            execution,
            priority=0,
            not_before=None,
            enqueue=app.queue.enqueue,
            rows=rows,
        )
    )
    app.events.queued(made)
    return made


async def _first_rows(
    stored: StoredWorkflow, plan: Plan, wanted: StartRequest, execution_id: str, fork: Fork | None
) -> Sequence[NodeRow]:
    if fork is not None:
        return await fork.copy(execution_id)
    if wanted.version != "draft" or stored.pinned_data is None:
        return []
    return pinned_rows(plan, codec.decode(stored.pinned_data))
