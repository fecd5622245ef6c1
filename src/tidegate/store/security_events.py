"""Security events. The journal writes those of executions; :func:`insert` writes the others."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, select, tuple_

from tidegate.model.execution import SecurityEvent
from tidegate.store import journal_rows
from tidegate.store.tables import security_events
from tidegate.store.text import clean_text

_columns = security_events.c

Place = tuple[int, int]
"""(microseconds, ``seq``) of an event: where a page ends."""


@dataclass(frozen=True, slots=True)
class StoredSecurityEvent:
    """An event and its place: ``seq`` orders all events of the installation."""

    seq: int
    event: SecurityEvent


def insert(connection: Connection, event: SecurityEvent) -> None:
    """Store an event that no journal takes, such as a login that was refused."""
    session = connection.connection.driver_connection
    journal_rows.SECURITY_EVENTS.run(session, [journal_rows.security_event_row(event)])


@dataclass(frozen=True, slots=True)
class EventFilter:
    """Which events; None or empty: all. Times are microseconds, ``until`` is excluded."""

    severities: tuple[str, ...] = ()
    event_type: str | None = None
    execution_id: str | None = None
    node_id: str | None = None
    since: int | None = None
    until: int | None = None


def page(
    connection: Connection, wanted: EventFilter, *, before: Place | None = None, limit: int = 100
) -> Sequence[StoredSecurityEvent]:
    """Events, newest first, from the one before ``before`` on.

    Each severity is asked for by itself: every question is then answered by one index.
    """
    found: list[StoredSecurityEvent] = []
    for severity in wanted.severities or (None,):
        statement = select(security_events).where(*_conditions(wanted, severity, before))
        statement = statement.order_by(_columns.created_at.desc(), _columns.seq.desc())
        found += [_stored(row) for row in connection.execute(statement.limit(limit))]
    found.sort(key=lambda stored: (stored.event.at, stored.seq), reverse=True)
    return found[:limit]


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
    if before is not None:
        conditions.append(tuple_(_columns.created_at, _columns.seq) < before)
    return conditions


def _stored(row: Row[Any]) -> StoredSecurityEvent:
    values = row._asdict()
    seq, at = values.pop("seq"), values.pop("created_at")
    return StoredSecurityEvent(seq, SecurityEvent(at=at, **values))
