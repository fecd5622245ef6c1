"""Executions for those who look at them from outside: lists, nodes, windows of items, logs."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from msgspec import structs

from tidegate.app import App
from tidegate.errors import NotFound
from tidegate.model.execution import Execution, us_to_iso
from tidegate.model.item import JsonObject
from tidegate.services import executions, outputs, reports
from tidegate.services.identity.permissions import Action, Caller
from tidegate.store import executions as store
from tidegate.store import http_requests as request_store
from tidegate.store import logs, node_executions, workflows
from tidegate.store.execution_filter import ExecutionFilter
from tidegate.store.execution_order import Cursor, ExecutionPage, Sort
from tidegate.store.logs import LogFilter

MAX_ANSWERED: Final = 10_000
"""Items in the answer of an execution that was waited for."""


@dataclass(frozen=True, slots=True)
class Details:
    """An execution and its node executions as JSON."""

    execution: Execution
    nodes: Sequence[JsonObject]


async def visible(app: App, caller: Caller, execution_id: str, action: Action) -> Execution:
    """An execution with which the caller may do ``action``.

    Raises:
        NotFound: there is none, or the caller may not see it.
        Forbidden: the caller may see it, but not do this.
    """
    what = f"execution {execution_id}"
    try:
        execution, project = await app.database.read(
            lambda connection: (
                found := store.get(connection, execution_id),
                workflows.get(connection, found.workflow_id).project_id,
            )
        )
    except NotFound:
        raise NotFound(f"there is no {what}, or you may not see it") from None
    caller.require_seen(Action.EXECUTIONS_READ, action, project, what)
    return execution


async def page(
    app: App,
    caller: Caller,
    wanted: ExecutionFilter,
    *,
    after: Cursor | None,
    limit: int,
    sort: Sort,
) -> ExecutionPage:
    """Executions that the caller may see."""
    caller.require(Action.EXECUTIONS_READ)
    allowed = caller.projects(Action.EXECUTIONS_READ)
    wanted = replace(wanted, projects=allowed)
    return await executions.page(app, wanted, after=after, limit=limit, sort=sort)


async def details(app: App, caller: Caller, execution_id: str) -> Details:
    """An execution and its node executions; their items are asked for apart."""
    execution = await visible(app, caller, execution_id, Action.EXECUTIONS_READ)
    stored = await app.database.read(
        lambda connection: node_executions.rows(connection, execution_id, with_output=False)
    )
    last = outputs.last_rows([entry.row for entry in stored])
    nodes = []
    for row in last.values():
        counts = {} if row.output is None else row.output.counts()
        nodes.append({**reports.node_json(row), "outputs": counts})
    return Details(execution, nodes)


async def final_items(app: App, execution: Execution) -> list[JsonObject]:
    """What an execution put out, as far as an answer may hold."""
    items = await outputs.final_items(app, execution)
    return [item.json for item in items[:MAX_ANSWERED]]


async def log_lines(
    app: App,
    caller: Caller,
    execution_id: str,
    which: LogFilter,
    *,
    after: int,
    offset: int,
    limit: int,
) -> tuple[list[JsonObject], int]:
    """Log lines of an execution, in their order, and how many fit."""
    await visible(app, caller, execution_id, Action.EXECUTIONS_READ)
    found, total = await app.database.read(
        lambda connection: (
            logs.lines(connection, execution_id, which, after=after, offset=offset, limit=limit),
            logs.count(connection, execution_id, which),
        )
    )
    return [_entry(entry.seq, structs.asdict(entry.line)) for entry in found], total


async def http_requests(
    app: App, caller: Caller, execution_id: str, *, node: str | None, after: int, limit: int
) -> list[JsonObject]:
    """HTTP requests of an execution, in their order."""
    await visible(app, caller, execution_id, Action.EXECUTIONS_READ)
    found = await app.database.read(
        lambda connection: request_store.requests(
            connection, execution_id, node_id=node, after=after, limit=limit
        )
    )
    return [_entry(entry.seq, structs.asdict(entry.request)) for entry in found]


def _entry(seq: int, values: JsonObject) -> JsonObject:
    values["at"] = us_to_iso(values["at"])
    values["path"] = list(values["path"])
    return {"seq": seq, **values}


async def cancel(app: App, caller: Caller, execution_id: str) -> Execution:
    """Ask for the end of an execution.

    Raises:
        Conflict: it has ended.
    """
    execution = await visible(app, caller, execution_id, Action.EXECUTIONS_MANAGE)
    await executions.request_cancel(app, execution)
    app.queue.withdraw(None, execution_id)
    await executions.pass_on(app, execution.limit_key)
    return await app.database.read(lambda connection: store.get(connection, execution_id))


async def remove(app: App, caller: Caller, execution_id: str) -> None:
    """Delete an execution that has ended, with all that it stored.

    Raises:
        Conflict: it has not ended.
    """
    await visible(app, caller, execution_id, Action.EXECUTIONS_MANAGE)
    await app.database.write(lambda connection: store.delete(connection, execution_id))
    await app.plain_spill.delete(execution_id)
