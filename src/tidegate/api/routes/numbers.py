"""Numbers over executions, and the HTTP requests of all of them."""

from dataclasses import replace
from typing import Annotated, Final, Literal

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from tidegate.api.bodies import CursorText, IdText, Limit, StrictRoute, decode_cursor, encode_cursor
from tidegate.api.caller import CallerDep
from tidegate.api.dependencies import AppDep
from tidegate.api.execution_filter import FilterDep, SearchText
from tidegate.errors import InvalidInput
from tidegate.model.execution import now_us
from tidegate.model.status import ExecutionStatus
from tidegate.services import analytics, inspection, load
from tidegate.store.http_requests import RequestFilter

router = APIRouter(tags=["numbers"], route_class=StrictRoute)

DAY: Final = 86_400_000_000
Begin = Annotated[
    int | None, Query(alias="from", ge=0, le=2**53, description="Microseconds; a day ago.")
]
End = Annotated[int | None, Query(alias="to", ge=0, le=2**53, description="Microseconds; now.")]
Parts = Annotated[int, Query(ge=1, le=500, description="How many parts the time has.")]
Counts = Annotated[dict[str, int], Field(description="By status.")]


class HistogramPart(BaseModel):
    """How many executions began in a part of the time."""

    model_config = {"populate_by_name": True}

    begin: str | None = Field(alias="from")
    counts: Counts


class Histogram(BaseModel):
    """How many executions fit a filter, over time."""

    parts: list[HistogramPart]
    counts: Counts
    total: int
    looked_to: str | None = Field(
        description="Set where not every older execution was looked into."
    )


class Totals(BaseModel):
    """Executions of a range of time."""

    executions: int
    counts: Counts
    succeeded_share: float | None = Field(description="Of those that ended.")
    p50_ms: float | None
    p95_ms: float | None
    minutes_saved: float | None = Field(
        description="By those that succeeded, as the workflows' settings say now; None: none does."
    )


class SeriesPart(HistogramPart):
    """A part of the time, with durations."""

    p50_ms: float | None
    p95_ms: float | None


class FailingNode(BaseModel):
    """A node at which executions failed; ``node`` is None where it was no single one."""

    workflow_id: str
    node: str | None
    failures: int
    code: str | None
    message: str | None


class SlowNode(BaseModel):
    """How long the attempts of a node took."""

    workflow_id: str
    node: str
    type: str
    attempts: int
    mean_ms: float
    longest_ms: float


class Analytics(BaseModel):
    """The numbers of a range of time; ``totals_before`` is the range of the same length before."""

    model_config = {"populate_by_name": True}

    begin: str | None = Field(alias="from")
    end: str | None = Field(alias="to")
    looked_at: int
    is_whole: bool = Field(description="False: there are more; the newest were looked at.")
    totals: Totals
    totals_before: Totals
    series: list[SeriesPart]
    hours: list[list[int]] = Field(description="By weekday (Monday first) and hour, in UTC.")
    failing_nodes: list[FailingNode]
    slow_nodes: list[SlowNode]


class UsualDuration(BaseModel):
    """How long a workflow usually takes, by its newest executions that succeeded (100 at most)."""

    workflow_id: str
    executions: int
    p50_ms: float | None
    p95_ms: float | None


class HeavyExecution(BaseModel):
    """An execution and what it used: bytes at its peak, milliseconds of CPU, requests."""

    id: str
    number: int
    workflow_id: str
    status: ExecutionStatus
    created_at: str | None
    duration_ms: float | None
    usage: dict[str, float]


class RequestNumbers(BaseModel):
    """Requests that have ended."""

    requests: int
    failed: int
    p95_ms: float | None


class RequestsOfHost(RequestNumbers):
    """Those to one host."""

    host: str


class RequestSummary(RequestNumbers):
    """Those of a range of time, in all and by host, the hosts with the most first."""

    is_whole: bool = Field(description="False: there are more; the newest were looked at.")
    per_second: float
    hosts: list[RequestsOfHost]


class ListedRequest(BaseModel):
    """A hop of an HTTP request that has ended, without headers and bodies."""

    seq: int
    execution_id: str
    number: int = Field(description="Of the execution.")
    workflow_id: str
    node: str
    iteration: list[int]
    item: int | None = Field(
        description="The place of the item that it was for, in the node's input; null: of none."
    )
    attempt: int
    at: str
    method: str
    url: str
    status: int | None
    error: str | None
    duration_ms: float | None
    timings: dict[str, float | None] | None = Field(description="Milliseconds by phase.")
    bytes_in: int
    bytes_out: int
    verdict: str


class RequestPage(BaseModel):
    """Some HTTP requests, the newest first."""

    requests: list[ListedRequest]
    next: str | None


def time_range(begin: int | None, end: int | None) -> tuple[int, int]:
    """A range of time.

    Raises:
        InvalidInput: it ends before it begins.
    """
    last = now_us() if end is None else end
    first = max(0, last - DAY) if begin is None else begin
    if first >= last:
        raise InvalidInput("the range ends before it begins: `from` must be before `to`")
    return first, last


@router.get("/executions/histogram")
async def count_executions(
    app: AppDep,
    caller: CallerDep,
    wanted: FilterDep,
    begin: Begin = None,
    end: End = None,
    parts: Parts = 60,
) -> Histogram:
    """Count the executions that fit a filter in each part of a time, by status."""
    first, last = time_range(begin, end)
    wanted = replace(wanted, created_from=None, created_before=None)
    found = await analytics.histogram(app, caller, wanted, begin=first, end=last, parts=parts)
    return Histogram.model_validate(found)


@router.get("/executions/durations")
async def list_durations(
    app: AppDep,
    caller: CallerDep,
    workflow_id: Annotated[list[IdText], Query(min_length=1, max_length=100)],
) -> list[UsualDuration]:
    """List how long workflows usually take; those that one may not see are left out."""
    found = await analytics.usual_durations(app, caller, set(workflow_id))
    return [UsualDuration.model_validate(entry) for entry in found]


@router.get("/executions/heaviest")
async def list_heaviest_executions(
    app: AppDep,
    caller: CallerDep,
    by: Literal["memory_used", "cpu_time"] = "memory_used",
    begin: Begin = None,
    end: End = None,
) -> list[HeavyExecution]:
    """List the executions of a range of time that used the most memory or CPU."""
    first, last = time_range(begin, end)
    found = await load.heaviest(app, caller, by=by, begin=first, end=last)
    return [HeavyExecution.model_validate(entry) for entry in found]


@router.get("/analytics")
async def get_analytics(
    app: AppDep,
    caller: CallerDep,
    workflow_id: Annotated[IdText | None, Query()] = None,
    begin: Begin = None,
    end: End = None,
    parts: Parts = 60,
) -> Analytics:
    """Get counts, durations, failing and slow nodes of a range of time."""
    first, last = time_range(begin, end)
    found = await analytics.numbers(app, caller, workflow_id, begin=first, end=last, parts=parts)
    return Analytics.model_validate(found)


@router.get("/http_requests/summary")
async def summarize_requests(
    app: AppDep,
    caller: CallerDep,
    minutes: Annotated[int, Query(ge=1, le=1440, description="So many until now.")] = 60,
) -> RequestSummary:
    """Get how many requests ended lately, how many failed and how long they took, by host."""
    now = now_us()
    found = await load.requests(app, caller, begin=now - minutes * 60_000_000, end=now)
    return RequestSummary.model_validate(found)


@router.get("/http_requests")
async def list_requests(
    app: AppDep,
    caller: CallerDep,
    state: Literal["succeeded", "failed"] | None = None,
    host: Annotated[str | None, Query(max_length=255, pattern=r"^[A-Za-z0-9._:\[\]-]+$")] = None,
    method: Annotated[str | None, Query(max_length=20, pattern=r"^[A-Z]+$")] = None,
    workflow_id: Annotated[IdText | None, Query()] = None,
    q: SearchText = None,
    cursor: CursorText = None,
    limit: Limit = 100,
) -> RequestPage:
    """List the HTTP requests of all executions, the newest first.

    Those under way are in the topic `network`. Some thousands are looked into at a time: a page may
    have fewer entries than there are, and ``next`` goes on.
    """
    place = decode_cursor(cursor, int)
    wanted = RequestFilter(state, host, method, workflow_id, q)
    before = None if place is None else int(place[0])
    found, following = await inspection.network(app, caller, wanted, before, limit)
    page = {"requests": found, "next": None if following is None else encode_cursor(following)}
    return RequestPage.model_validate(page)
