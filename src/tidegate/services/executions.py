"""Executions: make, look up, list, cancel."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from tidegate import codec
from tidegate.app import App, is_dead
from tidegate.errors import Conflict
from tidegate.ids import new_id
from tidegate.model.execution import (
    Execution,
    ExecutionEnd,
    HttpRequestLog,
    LogLine,
    NodeRow,
    now_us,
)
from tidegate.model.status import ENDED, ExecutionStatus
from tidegate.services import turns
from tidegate.services.sealing import open_line, open_request, open_row
from tidegate.services.workflows import Version
from tidegate.store import execution_lists as lists
from tidegate.store import executions as store
from tidegate.store import http_requests as requests
from tidegate.store import limits, logs, node_executions, queued
from tidegate.store.execution_filter import ExecutionFilter
from tidegate.store.execution_names import named
from tidegate.store.execution_order import Cursor, ExecutionPage, Sort
from tidegate.store.journal import ExecutionJournal


@dataclass(frozen=True, slots=True)
class Start:
    """What a caller says when it starts an execution.

    ``source`` is what asked (``cli``, ``sub_workflow``, ...); ``id`` is given only where the same
    start must not happen twice.
    """

    trigger: str
    source: str
    user: str = ""
    custom_data: Any = None
    has_custom_data: bool = False
    variables: Mapping[str, Any] = field(default_factory=dict)
    parent_id: str | None = None
    parent_node: str | None = None
    id: str | None = None


def new_execution(app: App, version: Version, start: Start) -> Execution:
    """An execution that this process is about to run; not stored yet.

    Raises:
        InvalidInput: the data is not JSON.
    """
    codec.check(start.custom_data, what="data")
    codec.check(dict(start.variables), what="variables")
    now = now_us()
    return Execution(
        id=start.id or new_id(),
        number=0,
        workflow_id=version.workflow_id,
        version_hash=version.hash,
        status=ExecutionStatus.RUNNING,
        trigger=start.trigger,
        source=start.source,
        created_at=now,
        user=start.user,
        custom_data=start.custom_data,
        has_custom_data=start.has_custom_data,
        variables=start.variables,
        started_at=now,
        token=1,
        owner=app.owner,
        parent_id=start.parent_id,
        parent_node=start.parent_node,
    )


def queued_execution(app: App, version: Version, start: Start) -> Execution:
    """An execution that some worker is to run; not stored yet.

    Raises:
        InvalidInput: the data is not JSON, or no key can be computed from it.
    """
    workflow = version.workflow
    return replace(
        new_execution(app, version, start),
        status=ExecutionStatus.QUEUED,
        started_at=None,
        token=0,
        owner="",
        priority=workflow.settings.priority,
        turn=turns.turn_of(workflow, version.workflow_id, start.custom_data, start.variables),
    )


async def find(app: App, name: str) -> Execution:
    """An execution by its number, its id, or the beginning of its id that no other has.

    Raises:
        NotFound: there is none.
        Conflict: several ids begin so.
    """
    return await app.database.read(lambda connection: named(connection, name))


async def find_many(app: App, ids: Sequence[str]) -> Mapping[str, Execution]:
    """The executions with these ids, as far as they exist."""
    return await app.database.read(lambda connection: store.find(connection, ids))


async def page(
    app: App,
    wanted: ExecutionFilter,
    *,
    after: Cursor | None = None,
    limit: int = 50,
    sort: Sort = Sort.NEWEST,
) -> ExecutionPage:
    """A page of executions; the newest first, unless asked otherwise."""
    return await app.database.read(
        lambda connection: lists.page(connection, wanted, after=after, limit=limit, sort=sort)
    )


async def node_rows(
    app: App, execution_id: str, *, with_checkpoints: bool = False
) -> list[NodeRow]:
    """The journal of an execution, in the order in which it was written.

    Raises:
        VaultError: what a sensitive node left can't be opened.
    """
    stored = await app.database.read(
        lambda connection: node_executions.rows(
            connection, execution_id, with_checkpoints=with_checkpoints
        )
    )
    return [open_row(app.vault, entry.row) for entry in stored]


async def log_lines(app: App, execution_id: str) -> Sequence[LogLine]:
    """The log of an execution."""
    stored = await app.database.read(lambda connection: logs.lines(connection, execution_id))
    return [open_line(app.vault, entry.line) for entry in stored]


async def http_requests(
    app: App, execution_id: str, node_id: str | None = None
) -> Sequence[HttpRequestLog]:
    """The requests of an execution, or of one node of it."""
    stored = await app.database.read(
        lambda connection: requests.requests(connection, execution_id, node_id=node_id)
    )
    return [open_request(app.vault, entry.request) for entry in stored]


async def request_cancel(app: App, execution: Execution) -> ExecutionStatus:
    """Ask for an execution's cancellation; what does not run is cancelled at once.

    Where its process is gone, this does what that would have done: its sub-workflows end too.

    Raises:
        Conflict: it has ended.
    """
    status = await app.database.write(
        lambda connection: store.request_cancel(connection, execution.id)
    )
    if status is not ExecutionStatus.RUNNING:
        return status
    try:
        claimed = await claim(app, execution)
    except Conflict:
        return status  # its process lives, and will see the request
    journal = ExecutionJournal(app.database, claimed.id, claimed.token)
    await journal.end(ExecutionEnd(claimed.id, ExecutionStatus.CANCELLED, now_us()))
    children = await app.database.read(
        lambda connection: store.unended_children(connection, execution.id)
    )
    for child in children:
        await request_cancel(app, child)
    return ExecutionStatus.CANCELLED


async def orphans(app: App) -> Sequence[Execution]:
    """Executions whose process died, as far as it is known by now."""
    running = await page(app, ExecutionFilter(statuses=(ExecutionStatus.RUNNING,)), limit=200)
    expired = await app.database.read(store.orphans)
    found = {execution.id: execution for execution in expired}
    found |= {e.id: e for e in running.executions if e.owner != app.owner and is_dead(e.owner)}
    return list(found.values())


async def claim(app: App, execution: Execution) -> Execution:
    """Make this process the owner of an execution, to go on with it.

    Raises:
        Conflict: it has ended, or another process runs it.
        NotFound: it is gone.
    """
    if execution.status in ENDED and execution.status is not ExecutionStatus.CRASHED:
        raise Conflict(f"execution {execution.number} has ended: {execution.status.value}")
    dead = execution.owner if is_dead(execution.owner) else None
    claimed = await app.database.write(
        lambda connection: store.claim(
            connection,
            execution.id,
            owner=app.owner,
            lease=app.settings.storage.lease,
            early=execution.status is ExecutionStatus.CRASHED,
            dead_owner=dead,
        )
    )
    if claimed is not None:
        return claimed
    current = await find(app, execution.id)
    if current.status is ExecutionStatus.WAITING:
        raise Conflict(f"execution {current.number} waits; its time has not come")
    raise Conflict(
        f"execution {current.number} is {current.status.value} in another process "
        f"({current.owner}); if that process died, its lease ends within "
        f"{app.settings.storage.lease:g} s"
    )


async def pass_on(app: App, key: str | None) -> None:
    """An execution with this key has ended, or never began: the next one may."""
    if key is not None:
        await app.database.write(
            lambda connection: queued.next_turns(connection, key, app.queue.enqueue)
        )


async def pass_on_all(app: App) -> None:
    """Give every free place to one that waits; where processes died, nobody did."""
    for key in await app.database.read(limits.keys):
        await pass_on(app, key)
