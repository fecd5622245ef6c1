"""What an execution left: items, log lines, HTTP requests, spans; two executions compared."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, Field

from tidegate.api.bodies import Id, IdText, StrictRoute
from tidegate.api.caller import CallerDep
from tidegate.api.dependencies import AppDep
from tidegate.api.execution_filter import NodeId
from tidegate.api.problems import documented
from tidegate.model.execution import LogLevel, path_from_text
from tidegate.services import comparison, inspection
from tidegate.services import execution_views as views
from tidegate.services.item_windows import ItemQuery
from tidegate.store.logs import LogFilter
from tidegate.store.spans import SpanFilter

router = APIRouter(tags=["execution data"], route_class=StrictRoute)

PathText = Annotated[str, Query(pattern=r"^([0-9]{1,9}(\.[0-9]{1,9}){0,20})?$")]
Seq = Annotated[int, Query(ge=0, le=2**62)]
OutputName = Annotated[str, Query(pattern=r"^[A-Za-z0-9_-]{1,64}$")]
Offset = Annotated[int, Query(ge=0, le=2**40)]
WindowSize = Annotated[int, Query(ge=1, le=1000)]


class ItemWindow(BaseModel):
    """Some items of one output; ``total`` is how many there are, ``found`` how many fit ``q``."""

    items: list[dict[str, Any]]
    offset: int
    total: int
    found: int


class StoredLogLine(BaseModel):
    """A line of an execution's log; ``path`` is the iterations of the loops around its node."""

    seq: int
    execution_id: str
    at: str
    level: LogLevel
    message: str
    node_id: str | None
    path: list[int]
    data: dict[str, Any] | None


class LogWindow(BaseModel):
    """Log lines; ``total`` is how many of the execution fit what was asked for.

    ``next`` is the ``after`` of the next page.
    """

    entries: list[StoredLogLine]
    next: int | None
    total: int


class StoredRequest(BaseModel):
    """A hop of an HTTP request, with headers and bodies as far as they were kept; redacted."""

    seq: int
    execution_id: str
    node_id: str
    path: list[int] = Field(description="The iterations of the loops around the node.")
    attempt: int
    method: str
    url: str
    at: str
    request_headers: dict[str, Any] | None
    request_body: Any
    response_status: int | None
    response_headers: dict[str, Any] | None
    response_body: Any
    response_time: float | None = Field(description="In milliseconds.")
    error_message: str | None
    timings: dict[str, float | None] | None = Field(description="Milliseconds by phase.")
    bytes_in: int
    bytes_out: int
    verdict: str
    item: int | None = Field(
        description="The place of the item that it was for, in the node's input; null: of none."
    )


class RequestWindow(BaseModel):
    """HTTP requests of an execution; ``next`` is the ``after`` of the next page."""

    entries: list[StoredRequest]
    next: int | None


class FieldSummary(BaseModel):
    """A field of the items of an output; ``[]`` in its path stands for the entries of a list."""

    path: str
    keys: list[str | int] = Field(description="The same, key by key; 0 for a list's entries.")
    types: dict[str, int] = Field(description="How many values of each JSON type.")
    present: int
    example: Any


class ItemFields(BaseModel):
    """The fields of the first items of an output."""

    fields: list[FieldSummary]
    looked_at: int
    total: int


class Span(BaseModel):
    """An attempt of a node, or a hop of an HTTP request of one."""

    kind: Literal["attempt", "request"]
    seq: int
    node: str
    iteration: list[int]
    attempt: int
    status: str
    at: str | None
    offset_ms: float = Field(description="Since the execution was created.")
    duration_ms: float | None
    details: dict[str, Any]


class SpanWindow(BaseModel):
    """Some spans in the order of their begin; ``total`` is how many there are."""

    spans: list[Span]
    offset: int
    total: int


class ExecutionMoments(BaseModel):
    """The attempts that began or ended in a stretch of an execution, and what led to it.

    Times are milliseconds since the execution was created.
    """

    before: list[Span] = Field(
        description="For each node the attempt that changed last before `begin_ms`."
    )
    spans: list[Span]
    begin_ms: float | None = Field(description="Null: nothing lies before them.")
    end_ms: float | None = Field(description="Null: nothing lies after them.")
    previous_ms: float | None = Field(description="The last change before `begin_ms`.")
    last_ms: float | None = Field(description="The last change of the execution so far.")


class NodeComparison(BaseModel):
    """One node of two executions; ``differs_in`` is empty where both did the same."""

    node: str
    iteration: list[int]
    first: dict[str, Any] | None
    second: dict[str, Any] | None
    differs_in: list[str]


class Comparison(BaseModel):
    """Two executions; ``documents`` is where their versions differ."""

    nodes: list[NodeComparison]
    documents: list[dict[str, Any]]


@router.get("/executions/{execution_id}/nodes/{node}/items", responses=documented(404, 409))
async def get_items(
    execution_id: Id,
    node: NodeId,
    app: AppDep,
    caller: CallerDep,
    output: OutputName = "main",
    path: PathText = "",
    offset: Offset = 0,
    limit: WindowSize = 100,
    columns: Annotated[list[str], Query(max_length=100)] = [],
    q: Annotated[str | None, Query(max_length=200)] = None,
    sort: Annotated[str | None, Query(max_length=200)] = None,
) -> ItemWindow:
    """Get a window of the items of one output.

    ``columns`` keeps these keys only; ``q`` takes items in which this text stands; ``sort`` is a
    key, with ``-`` before it the other way round.
    """
    query = ItemQuery(output, offset, limit, tuple(columns), q, sort)
    place = (node, path_from_text(path))
    window = await inspection.items(app, caller, execution_id, place, query)
    return ItemWindow(items=window.items, offset=offset, total=window.total, found=window.found)


@router.get("/executions/{execution_id}/logs", responses=documented(404))
async def get_logs(
    execution_id: Id,
    app: AppDep,
    caller: CallerDep,
    level: Annotated[list[LogLevel], Query(max_length=4)] = [],
    node: Annotated[NodeId | None, Query()] = None,
    path: PathText | None = None,
    q: Annotated[str | None, Query(max_length=200)] = None,
    after: Seq = 0,
    offset: Offset = 0,
    limit: WindowSize = 200,
) -> LogWindow:
    """Get log lines in their order, those after the one with the number ``after``.

    ``offset`` leaves out so many of them; ``q`` takes lines in which, or in the id of whose node,
    this text stands.
    """
    which = LogFilter(frozenset(level), node, path, q or "")
    entries, total = await views.log_lines(
        app, caller, execution_id, which, after=after, offset=offset, limit=limit
    )
    return LogWindow.model_validate(
        {"entries": entries, "next": _next(entries, limit), "total": total}
    )


@router.get("/executions/{execution_id}/http_requests", responses=documented(404))
async def get_requests(
    execution_id: Id,
    app: AppDep,
    caller: CallerDep,
    node: Annotated[NodeId | None, Query()] = None,
    after: Seq = 0,
    limit: WindowSize = 200,
) -> RequestWindow:
    """Get HTTP requests in their order, with timings; secrets are masked."""
    entries = await views.http_requests(
        app, caller, execution_id, node=node, after=after, limit=limit
    )
    return RequestWindow.model_validate({"entries": entries, "next": _next(entries, limit)})


@router.get("/executions/{execution_id}/nodes/{node}/fields", responses=documented(404, 409))
async def get_item_fields(
    execution_id: Id,
    node: NodeId,
    app: AppDep,
    caller: CallerDep,
    output: OutputName = "main",
    path: PathText = "",
) -> ItemFields:
    """Get what the items of an output look like: fields, their types, an example of each."""
    place = (node, path_from_text(path))
    found = await inspection.item_fields(app, caller, execution_id, place, output)
    return ItemFields.model_validate(found)


@router.get("/executions/{execution_id}/spans", responses=documented(404))
async def get_spans(
    execution_id: Id,
    app: AppDep,
    caller: CallerDep,
    node: Annotated[NodeId | None, Query()] = None,
    path: PathText | None = None,
    kind: Literal["attempt", "request"] | None = None,
    failed: bool = False,
    min_ms: Annotated[int, Query(ge=0, le=10**9)] = 0,
    seq: Seq | None = None,
    offset: Offset = 0,
    limit: WindowSize = 1000,
) -> SpanWindow:
    """Get a window of the attempts and HTTP requests of an execution, in the order of their begin.

    The ``details`` of an attempt have its items, error and usage; those of a request its method,
    URL, status, sizes and the timings of its phases. ``failed`` takes those that failed, also by
    the status of the answer; ``min_ms`` those that took longer; ``seq`` the one with this number.
    """
    which = SpanFilter(node, path, kind, failed=failed, min_ms=min_ms, seq=seq)
    found, total = await inspection.span_window(
        app, caller, execution_id, which, offset=offset, limit=limit
    )
    return SpanWindow.model_validate({"spans": found, "offset": offset, "total": total})


@router.get("/executions/{execution_id}/moments", responses=documented(404))
async def get_moments(
    execution_id: Id,
    app: AppDep,
    caller: CallerDep,
    at: Annotated[float, Query(ge=0, le=1e13)] = 0,
    limit: WindowSize = 1000,
) -> ExecutionMoments:
    """Get what changed around a moment of an execution, and how its nodes stood before.

    ``at`` is milliseconds since it was created. Half of the changes lie before it, half after it;
    an attempt that is still under way is not among them.
    """
    found = await inspection.moments(app, caller, execution_id, at=at, limit=limit)
    return ExecutionMoments.model_validate(found)


@router.get(
    "/executions/{execution_id}/http_requests/export",
    response_class=Response,
    responses={
        200: {"content": {"text/plain": {"schema": {"type": "string"}}}},
        **documented(404),
    },
)
async def export_requests(
    execution_id: Id,
    app: AppDep,
    caller: CallerDep,
    node: Annotated[NodeId, Query()],
    format: Literal["curl", "httpx", "har"] = "curl",
    seq: Seq | None = None,
) -> Response:
    """Get the requests of a node, or the one numbered ``seq``, as cURL commands, code or HAR."""
    text = await inspection.exported_requests(
        app, caller, execution_id, node, format=format, seq=seq
    )
    return Response(text, media_type="text/plain")


@router.get("/executions/{execution_id}/comparison", responses=documented(404))
async def compare_executions(
    execution_id: Id, app: AppDep, caller: CallerDep, other: Annotated[IdText, Query()]
) -> Comparison:
    """Compare two executions, node by node: those that differ come first."""
    return Comparison.model_validate(await comparison.compare(app, caller, execution_id, other))


def _next(entries: list[dict[str, Any]], limit: int) -> int | None:
    return int(entries[-1]["seq"]) if len(entries) == limit else None
