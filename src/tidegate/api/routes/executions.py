"""Executions: start, list, cancel, repeat."""

import asyncio
from collections.abc import AsyncIterator
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, Field

from tidegate.api.bodies import (
    Body,
    CursorText,
    Id,
    Limit,
    decode_cursor,
    encode_cursor,
    iso,
)
from tidegate.api.caller import CallerDep
from tidegate.api.dependencies import AppDep, WorkerDep
from tidegate.api.execution_filter import FilterDep, NodeId
from tidegate.api.idempotency import IdempotentRoute
from tidegate.api.problems import documented
from tidegate.api.streamed import PING_SECONDS, StreamedAnswer, event_lines
from tidegate.app import App
from tidegate.events.stream import Stream
from tidegate.model.execution import Execution
from tidegate.model.status import ExecutionStatus
from tidegate.services import execution_views as views
from tidegate.services import forking, live, starting
from tidegate.services.identity.permissions import Caller
from tidegate.services.starting import StartRequest
from tidegate.store.execution_order import Cursor, Sort
from tidegate.worker.service import WorkerService

router = APIRouter(tags=["executions"], route_class=IdempotentRoute)


class ExecutionWanted(Body):
    """An execution to start.

    ``data`` is given to the trigger. In mode ``sync`` the answer comes when the execution has
    ended (or after ``timeout`` seconds) and has its items. In mode ``stream`` the answer is a
    ``text/event-stream`` of what happens, as the topic of the execution tells it; its last event,
    ``end``, is what the answer of mode ``sync`` would be.
    """

    mode: Literal["async", "sync", "stream"] = "async"
    version: Annotated[str, Field(pattern=r"^(draft|published|[0-9]{1,9}|[0-9a-f]{64})$")] = (
        "published"
    )
    trigger: NodeId | None = None
    data: Any = None
    variables: dict[str, Any] = {}
    timeout: float = Field(60.0, gt=0, le=3600)
    priority: int = Field(0, ge=-100, le=100)
    to_node: NodeId | None = Field(None, description="Nothing runs that does not lead to it.")
    run_at: Annotated[int, Field(ge=0, le=2**62)] | None = Field(
        None, description="Not before this time, in microseconds since 1970."
    )


class RepeatWanted(Body):
    """How an execution is repeated, with the stored results of this one.

    ``retry`` runs what failed and all that comes after it; ``again`` runs everything; ``from_node``
    runs a node and all that comes after it. ``items`` are given to that node instead of what it
    was given.
    """

    mode: Literal["retry", "again", "from_node"] = "retry"
    node: NodeId | None = None
    version: Literal["same", "published", "draft"] = "same"
    items: list[dict[str, Any]] | None = Field(None, max_length=10_000)
    to_node: NodeId | None = Field(None, description="Nothing runs that does not lead to it.")


class ExecutionSummary(BaseModel):
    """An execution in a list."""

    id: str
    number: int
    workflow_id: str
    version_hash: str
    status: ExecutionStatus
    trigger: str
    source: str
    user: str
    created_at: str | None
    started_at: str | None
    finished_at: str | None
    wake_at: str | None
    duration_ms: float | None
    items_out: int | None = Field(
        None, description="Items that no edge led on from; null until it ends."
    )
    errors_handled: int
    error: dict[str, Any] | None
    cancel_requested: bool
    parent_id: str | None
    based_on_id: str | None


class NodeExecution(BaseModel):
    """A node execution, without its items."""

    id: str
    type: str
    status: str
    attempts: int
    started_at: str | None
    finished_at: str | None
    duration_ms: float | None
    items_in: int
    items_out: int
    outputs: dict[str, int]
    error: dict[str, Any] | None
    iteration: list[int] = []
    wake_at: str | None = None
    errors_handled: int = 0
    usage: dict[str, Any] | None = None


class ExecutionDetails(ExecutionSummary):
    """An execution with its nodes; ``items`` are what it put out, in answers of mode sync."""

    usage: dict[str, Any] | None
    nodes: list[NodeExecution]
    items: list[dict[str, Any]] | None = None


class ExecutionPage(BaseModel):
    """Some executions in the order of the list; ``next`` is the cursor of the next page."""

    executions: list[ExecutionSummary]
    next: str | None
    looked_to: str | None = Field(
        None, description="Set where not all that come later were looked into: the last one's time."
    )
    looked_to_ms: float | None = Field(
        None, description="The same in a list by duration: the last one's duration."
    )


def summary(execution: Execution) -> dict[str, Any]:
    """An execution as JSON."""
    return {
        "id": execution.id,
        "number": execution.number,
        "workflow_id": execution.workflow_id,
        "version_hash": execution.version_hash,
        "status": execution.status,
        "trigger": execution.trigger,
        "source": execution.source,
        "user": execution.user,
        "created_at": iso(execution.created_at),
        "started_at": iso(execution.started_at),
        "finished_at": iso(execution.finished_at),
        "wake_at": iso(execution.wake_at),
        "duration_ms": execution.duration_ms,
        "items_out": execution.items_out,
        "errors_handled": execution.errors_handled,
        "error": execution.error,
        "cancel_requested": execution.cancel_requested,
        "parent_id": execution.parent_id,
        "based_on_id": execution.based_on_id,
    }


def _details(found: views.Details, items: list[dict[str, Any]] | None = None) -> ExecutionDetails:
    return ExecutionDetails.model_validate(
        {
            **summary(found.execution),
            "usage": found.execution.usage,
            "nodes": found.nodes,
            "items": items,
        }
    )


@router.post(
    "/workflows/{workflow_id}/executions",
    status_code=202,
    response_model=ExecutionDetails,
    responses={
        200: {
            "model": ExecutionDetails,
            "description": "It has ended (mode sync), or what happens (mode stream).",
            "content": {"text/event-stream": {"schema": {"type": "string"}}},
        },
        **documented(404, 409),
    },
)
async def start_execution(
    workflow_id: Id,
    body: ExecutionWanted,
    app: AppDep,
    caller: CallerDep,
    worker: WorkerDep,
    response: Response,
) -> ExecutionDetails | Response:
    """Start an execution of a workflow."""
    wanted = StartRequest(
        version=body.version,
        trigger=body.trigger,
        custom_data=body.data,
        has_custom_data="data" in body.model_fields_set,
        variables=body.variables,
        priority=body.priority,
        run_at=body.run_at,
        to_node=body.to_node,
    )
    execution = await starting.start(app, caller, workflow_id, wanted)
    response.headers["location"] = f"/api/v1/executions/{execution.id}"
    queued = _details(views.Details(execution, []))
    if body.mode == "async":
        return queued
    if body.mode == "stream":
        lines = _lines(app, caller, worker, execution, body.timeout)
        again = queued.model_dump_json().encode()
        return StreamedAnswer(lines, again, {"location": response.headers["location"]})
    ended = await _ended(app, caller, worker, execution.id, body.timeout)
    if ended.finished_at is not None:
        response.status_code = 200
    return ended


async def _ended(
    app: App, caller: Caller, worker: WorkerService, execution_id: str, seconds: float
) -> ExecutionDetails:
    """An execution when it has ended, or as it is after so many seconds."""
    ended = await worker.wait_for_end(execution_id, seconds)
    found = await views.details(app, caller, ended.id)
    if found.execution.finished_at is None:
        return _details(found)
    return _details(found, await views.final_items(app, found.execution))


async def _lines(
    app: App, caller: Caller, worker: WorkerService, execution: Execution, seconds: float
) -> AsyncIterator[bytes]:
    """What happens in an execution, as an event stream, and how it ended."""
    followed = Stream()
    followed.subscribe(0, await live.topic(app, caller, f"exec:{execution.id}"))
    ending = asyncio.create_task(_ended(app, caller, worker, execution.id, seconds))
    try:
        while not ending.done():
            frames = asyncio.create_task(followed.frames(PING_SECONDS))
            await asyncio.wait([ending, frames], return_when=asyncio.FIRST_COMPLETED)
            if not frames.done():
                frames.cancel()
                break
            for line in event_lines(frames.result(), execution.id):
                yield line
            await followed.pause()
        for line in event_lines(await followed.frames(0), execution.id):
            yield line
        yield b"event: end\ndata: " + (await ending).model_dump_json().encode() + b"\n\n"
    finally:
        ending.cancel()
        followed.close()


@router.get("/executions")
async def list_executions(
    app: AppDep,
    caller: CallerDep,
    wanted: FilterDep,
    sort: Annotated[
        Sort, Query(description="`-`: the greatest first. By duration: only those that ended.")
    ] = Sort.NEWEST,
    cursor: CursorText = None,
    limit: Limit = 50,
) -> ExecutionPage:
    """List executions, the newest first or as ``sort`` says.

    Texts and durations are looked for in some thousands of executions at a time, and so is
    everything in a list by duration: a page may then have fewer entries than there are, says in
    ``looked_to`` (``looked_to_ms``) how far it came, and ``next`` goes on.
    """
    place = decode_cursor(cursor, int, int)
    after = None if place is None else Cursor(int(place[0]), int(place[1]))
    page = await views.page(app, caller, wanted, after=after, limit=limit, sort=sort)
    following, looked_to = page.next, page.looked_to
    return ExecutionPage.model_validate(
        {
            "executions": [summary(execution) for execution in page.executions],
            "next": None if following is None else encode_cursor(following.key, following.number),
            "looked_to": None if sort.is_by_duration else iso(looked_to),
            "looked_to_ms": looked_to / 1000 if looked_to and sort.is_by_duration else None,
        }
    )


@router.get("/executions/{execution_id}", responses=documented(404))
async def get_execution(execution_id: Id, app: AppDep, caller: CallerDep) -> ExecutionDetails:
    """Get an execution with its nodes."""
    return _details(await views.details(app, caller, execution_id))


@router.post("/executions/{execution_id}/cancel", status_code=202, responses=documented(404, 409))
async def cancel_execution(execution_id: Id, app: AppDep, caller: CallerDep) -> ExecutionSummary:
    """Ask for the end of an execution; what does not run yet ends at once."""
    execution = await views.cancel(app, caller, execution_id)
    return ExecutionSummary.model_validate(summary(execution))


@router.delete("/executions/{execution_id}", status_code=204, responses=documented(404, 409))
async def delete_execution(execution_id: Id, app: AppDep, caller: CallerDep) -> None:
    """Delete an execution that has ended, with all that it stored."""
    await views.remove(app, caller, execution_id)


@router.post("/executions/{execution_id}/repeat", status_code=202, responses=documented(404, 409))
async def repeat_execution(
    execution_id: Id, body: RepeatWanted, app: AppDep, caller: CallerDep, response: Response
) -> ExecutionDetails:
    """Run an execution again: what failed, everything, or from one node on."""
    wanted = forking.Repeat(body.mode, body.node, body.version, body.items, body.to_node)
    execution = await forking.repeat(app, caller, execution_id, wanted)
    response.headers["location"] = f"/api/v1/executions/{execution.id}"
    return _details(views.Details(execution, []))
