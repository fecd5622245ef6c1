"""Security events, the audit log and settings, for owners and admins."""

from dataclasses import asdict, replace
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query
from msgspec import structs
from pydantic import BaseModel, Field

from tidegate import codec
from tidegate.api.bodies import (
    Body,
    CursorText,
    IdText,
    Limit,
    Microseconds,
    StrictRoute,
    decode_cursor,
    encode_cursor,
    iso,
)
from tidegate.api.caller import CallerDep
from tidegate.api.dependencies import AppDep
from tidegate.api.problems import documented
from tidegate.api.routes.numbers import Begin, End, Parts, time_range
from tidegate.services import oversight
from tidegate.store.audit_log import AuditFilter
from tidegate.store.security_events import EventFilter, StoredSecurityEvent

router = APIRouter(tags=["oversight"], route_class=StrictRoute)

Text = Annotated[str | None, Query(max_length=300, pattern=r"^[^\x00]*$")]


SeverityCounts = Annotated[dict[str, int], Field(description="By severity.")]
Seq = Annotated[int, Field(ge=1, lt=2**63)]


class Acknowledgement(BaseModel):
    """Who has looked at a security event, when, and what they noted."""

    at: str
    by: str
    note: str


class SecurityEvent(BaseModel):
    """What the gate, a limit, the vault or a policy did or refused; ``seq`` is its number."""

    seq: int
    at: str
    event_type: str
    severity: str
    description: str
    details: dict[str, Any] | None
    execution_id: str | None
    node_id: str | None
    acknowledged: Acknowledgement | None


class SecurityEventPage(BaseModel):
    """Some security events, the newest first; ``next`` is the cursor of the next page."""

    entries: list[SecurityEvent]
    next: str | None


class SecurityHistogramPart(BaseModel):
    """How many security events are in a part of the time."""

    model_config = {"populate_by_name": True}

    begin: str | None = Field(alias="from")
    counts: SeverityCounts


class SecurityHistogram(BaseModel):
    """How many security events fit a filter, over time."""

    parts: list[SecurityHistogramPart]
    counts: SeverityCounts
    total: int


class AcknowledgementWanted(Body):
    """Security events that one has looked at, by their ``seq``."""

    seqs: Annotated[
        list[Annotated[int, Field(ge=1, lt=2**63)]], Field(min_length=1, max_length=200)
    ]
    note: Annotated[str, Field(max_length=2000, pattern=r"^[^\x00]*$")] = ""


class AuditEntry(BaseModel):
    """Who did what to which credential, key or policy; ``hash`` chains it to the one before."""

    seq: int
    at: str
    actor: str
    action: str
    subject: str
    details: dict[str, Any]
    hash: str


class AuditPage(BaseModel):
    """Some entries of the audit log, the newest first; ``next`` is the cursor of the next page."""

    entries: list[AuditEntry]
    next: str | None


def event_filter(
    severity: Annotated[
        list[Literal["low", "medium", "high", "critical"]], Query(max_length=4)
    ] = [],
    event_type: Text = None,
    execution_id: Annotated[IdText | None, Query()] = None,
    ack: Annotated[
        bool | None, Query(description="Those that somebody has acknowledged, or nobody.")
    ] = None,
) -> EventFilter:
    """Which security events, as parameters of a URL."""
    return EventFilter(tuple(severity), event_type, execution_id, acknowledged=ack)


EventFilterDep = Annotated[EventFilter, Depends(event_filter)]


@router.get("/security_events")
async def list_security_events(
    app: AppDep,
    caller: CallerDep,
    wanted: EventFilterDep,
    created_from: Microseconds | None = None,
    created_before: Microseconds | None = None,
    cursor: CursorText = None,
    limit: Limit = 50,
) -> SecurityEventPage:
    """List security events, the newest first; times are microseconds."""
    place = decode_cursor(cursor, int, int)
    before = None if place is None else (int(place[0]), int(place[1]))
    wanted = replace(wanted, since=created_from, until=created_before)
    found = await oversight.security_events(app, caller, wanted, before, limit)
    last = found[-1] if len(found) == limit else None
    following = None if last is None else encode_cursor(last.event.at, last.seq)
    return SecurityEventPage(entries=[_shown(row) for row in found], next=following)


@router.get("/security_events/histogram")
async def count_security_events(
    app: AppDep,
    caller: CallerDep,
    wanted: EventFilterDep,
    begin: Begin = None,
    end: End = None,
    parts: Parts = 60,
) -> SecurityHistogram:
    """Count the security events that fit a filter in each part of a time, by severity."""
    first, last = time_range(begin, end)
    found = await oversight.security_histogram(
        app, caller, wanted, begin=first, end=last, parts=parts
    )
    return SecurityHistogram.model_validate(found)


@router.post("/security_events/acknowledge", responses=documented(404))
async def acknowledge_security_events(
    body: AcknowledgementWanted, app: AppDep, caller: CallerDep
) -> list[SecurityEvent]:
    """Note that one has looked at security events. Who was the first to do so stays."""
    found = await oversight.acknowledge(app, caller, set(body.seqs), body.note)
    return [_shown(row) for row in found]


def _shown(row: StoredSecurityEvent) -> SecurityEvent:
    looked = row.acknowledged
    acknowledged = None if looked is None else {**asdict(looked), "at": iso(looked.at)}
    return SecurityEvent.model_validate(
        {
            "seq": row.seq,
            **structs.asdict(row.event),
            "at": iso(row.event.at),
            "acknowledged": acknowledged,
        }
    )


@router.get("/audit")
async def list_audit(
    app: AppDep,
    caller: CallerDep,
    actor: Text = None,
    action: Text = None,
    subject: Text = None,
    cursor: CursorText = None,
    limit: Limit = 50,
) -> AuditPage:
    """List the audit log, the newest entries first."""
    place = decode_cursor(cursor, int)
    before = None if place is None else int(place[0])
    wanted = AuditFilter(actor=actor, action=action, subject=subject)
    found = await oversight.audit_entries(app, caller, wanted, before, limit)
    entries = [
        AuditEntry.model_validate(
            {
                "seq": entry.seq,
                "at": iso(entry.at),
                "actor": entry.actor,
                "action": entry.action,
                "subject": entry.subject,
                "details": codec.decode(entry.details),
                "hash": entry.hash,
            }
        )
        for entry in found
    ]
    following = encode_cursor(found[-1].seq) if len(found) == limit else None
    return AuditPage(entries=entries, next=following)


class Host(BaseModel):
    """A host that executions of this server ask. Times are seconds from now.

    ``circuit`` is closed, open (it failed ``failures`` times in a row and is left alone) or half
    open (one request tries). ``places`` is how many requests it may have at once, now.
    """

    host: str
    circuit: Literal["closed", "open", "half_open"]
    failures: int
    places: int
    in_flight: int
    waiting: int
    paused_for: float
    open_for: float


@router.get("/hosts")
async def list_hosts(app: AppDep, caller: CallerDep) -> list[Host]:
    """List the hosts that were asked lately, those in trouble first."""
    return [Host(**asdict(host)) for host in oversight.hosts(app, caller)]


@router.get("/settings")
async def get_settings(app: AppDep, caller: CallerDep) -> dict[str, Any]:
    """Get every setting; passwords in addresses are masked."""
    return oversight.settings(app, caller)
