"""Security events. The journal writes those of executions; :func:`insert` writes the others."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Row, func, select, tuple_, update

from tidegate.errors import NotFound
from tidegate.model.execution import SecurityEvent
from tidegate.store import journal_rows
from tidegate.store.tables import security_events
from tidegate.store.text import clean_text

_columns = security_events.c
SEVERITIES: Final = ("low", "medium", "high", "critical")

Place = tuple[int, int]
"""(microseconds, ``seq``) of an event: where a page ends."""


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """Who has looked at an event, when, and what they noted."""

    at: int
    by: str
    note: str


@dataclass(frozen=True, slots=True)
class StoredSecurityEvent:
    """An event and its place: ``seq`` orders all events of the installation."""

    seq: int
    event: SecurityEvent
    acknowledged: Acknowledgement | None = None


def insert(connection: Connection, event: SecurityEvent) -> None:
    """Store an event that no journal takes, such as a login that was refused."""
    session = connection.connection.driver_connection
    journal_rows.SECURITY_EVENTS.run(session, [journal_rows.security_event_row(event)])


@dataclass(frozen=True, slots=True)
class EventFilter:
    """Which events; None or empty: all. Times are microseconds, ``until`` is excluded.

    ``acknowledged``: those that somebody has looked at, or those that nobody has.
    """

    severities: tuple[str, ...] = ()
    event_type: str | None = None
    execution_id: str | None = None
    node_id: str | None = None
    since: int | None = None
    until: int | None = None
    acknowledged: bool | None = None


def page(
    connection: Connection, wanted: EventFilter, *, before: Place | None = None, limit: int = 100
) -> Sequence[StoredSecurityEvent]:
    """Events, newest first, from the one before ``before`` on.

    Each severity is asked for by itself: every question is then answered by one index.
    """
    found: list[StoredSecurityEvent] = []
    severities: Sequence[str | None] = wanted.severities or (None,)
    if not wanted.severities and wanted.acknowledged is not None:
        severities = SEVERITIES
    for severity in severities:
        statement = select(security_events).where(*_conditions(wanted, severity, before))
        statement = statement.order_by(_columns.created_at.desc(), _columns.seq.desc())
        found += [_stored(row) for row in connection.execute(statement.limit(limit))]
    found.sort(key=lambda stored: (stored.event.at, stored.seq), reverse=True)
    return found[:limit]


def counts(
    connection: Connection, wanted: EventFilter, *, begin: int, end: int, parts: int
) -> Sequence[tuple[int, str, int]]:
    """How many events of each severity are in each part of a time: ``(part, severity, count)``."""
    width = max(1, -(-(end - begin) // parts))
    part = (_columns.created_at - begin) // width
    bounds = [_columns.created_at >= begin, _columns.created_at < end]
    found: list[tuple[int, str, int]] = []
    for severity in wanted.severities or SEVERITIES:
        statement = (
            select(part, func.count()).where(*_conditions(wanted, severity, None), *bounds)
        ).group_by(part)
        found += [(place, severity, count) for place, count in connection.execute(statement)]
    return found


def _conditions(
    wanted: EventFilter, severity: str | None, before: Place | None
) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    for name in ("event_type", "execution_id", "node_id"):
        value = getattr(wanted, name)
        if value is not None:
            conditions.append(_columns[name] == clean_text(value))
    if severity is not None:
        conditions.append(_columns.severity == severity)
    if wanted.since is not None:
        conditions.append(_columns.created_at >= wanted.since)
    if wanted.until is not None:
        conditions.append(_columns.created_at < wanted.until)
    if wanted.acknowledged is not None:
        is_open = _columns.acknowledged_at.is_(None)
        conditions.append(~is_open if wanted.acknowledged else is_open)
    if before is not None:
        conditions.append(tuple_(_columns.created_at, _columns.seq) < before)
    return conditions


def _stored(row: Row[Any]) -> StoredSecurityEvent:
    values = row._asdict()
    seq, at = values.pop("seq"), values.pop("created_at")
    looked = (values.pop("acknowledged_at"), values.pop("acknowledged_by"), values.pop("note"))
    acknowledged = None if looked[0] is None else Acknowledgement(*looked)
    return StoredSecurityEvent(seq, SecurityEvent(at=at, **values), acknowledged)


def find(connection: Connection, seqs: Collection[int]) -> Sequence[StoredSecurityEvent]:
    """The events with these numbers, as far as they exist, the newest first."""
    statement = select(security_events).where(_columns.seq.in_(seqs)).order_by(_columns.seq.desc())
    return [_stored(row) for row in connection.execute(statement)]


def acknowledge(connection: Connection, seqs: Collection[int], looked: Acknowledgement) -> None:
    """Note that somebody has looked at events; those that were looked at before stay as they are.

    Raises:
        NotFound: one of them does not exist; nothing is noted.
    """
    missing = set(seqs) - {stored.seq for stored in find(connection, seqs)}
    if missing:
        raise NotFound(f"there is no security event {min(missing)}")
    connection.execute(
        update(security_events)
        .where(_columns.seq.in_(seqs), _columns.acknowledged_at.is_(None))
        .values(
            acknowledged_at=looked.at,
            acknowledged_by=clean_text(looked.by),
            note=clean_text(looked.note),
        )
    )
