"""The audit log's rows. They are only added: triggers refuse any change."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, insert, select, update

from tidegate.model.audit import AuditEntry, AuditHead
from tidegate.model.execution import SecurityEvent
from tidegate.store import security_events
from tidegate.store.account_tables import audit_head, audit_log
from tidegate.store.text import clean_text

_columns = audit_log.c

Change = Callable[[Connection], object]
"""What else is written in the transaction."""
Extend = Callable[[AuditHead], tuple[Sequence[AuditEntry], AuditHead]]
"""Makes the entries after a head, and the new head."""


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """Which entries; None: all. Times are microseconds, ``until`` is excluded."""

    actor: str | None = None
    action: str | None = None
    subject: str | None = None
    since: int | None = None
    until: int | None = None


def append(
    connection: Connection,
    extend: Extend,
    change: Change | None = None,
    seen: Iterable[SecurityEvent] = (),
) -> AuditHead:
    """Do ``change``, store ``seen``, and add what ``extend`` makes of the head.

    Nobody else can add before the commit.
    """
    if change is not None:
        change(connection)
    for event in seen:
        security_events.insert(connection, event)
    statement = select(audit_head).with_for_update()  # on SQLite the transaction is alone anyway
    row = connection.execute(statement).one()
    entries, head = extend(_head(row))
    connection.execute(insert(audit_log), [_values(entry) for entry in entries])
    values = {"seq": head.seq, "hash": head.hash, "key_id": head.key_id, "mac": head.mac}
    connection.execute(update(audit_head).values(values))
    return head


def head(connection: Connection) -> AuditHead:
    """What the head says is the last entry."""
    return _head(connection.execute(select(audit_head)).one())


def page(
    connection: Connection, wanted: AuditFilter, *, before: int | None = None, limit: int
) -> Sequence[AuditEntry]:
    """Entries, newest first, from the one before ``before`` (a ``seq``) on."""
    statement = select(audit_log).where(*_conditions(wanted)).order_by(_columns.seq.desc())
    if before is not None:
        statement = statement.where(_columns.seq < before)
    return [_entry(row) for row in connection.execute(statement.limit(limit))]


def following(connection: Connection, after: int, limit: int) -> Sequence[AuditEntry]:
    """Entries in the order of ``seq``, those after ``after``."""
    statement = select(audit_log).where(_columns.seq > after).order_by(_columns.seq).limit(limit)
    return [_entry(row) for row in connection.execute(statement)]


def newest_details(connection: Connection, subject: str) -> str | None:
    """The details of the newest entry about a subject."""
    statement = select(_columns.details).where(_columns.subject == subject)
    return connection.scalar(statement.order_by(_columns.seq.desc()).limit(1))


def _conditions(wanted: AuditFilter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    for name in ("actor", "action", "subject"):
        value = getattr(wanted, name)
        if value is not None:
            conditions.append(_columns[name] == clean_text(value))
    if wanted.since is not None:
        conditions.append(_columns.created_at >= wanted.since)
    if wanted.until is not None:
        conditions.append(_columns.created_at < wanted.until)
    return conditions


def _values(entry: AuditEntry) -> dict[str, Any]:
    return {
        "seq": entry.seq,
        "created_at": entry.at,
        "actor": entry.actor,
        "action": entry.action,
        "subject": entry.subject,
        "details": entry.details,
        "key_id": entry.key_id,
        "previous_hash": entry.previous_hash,
        "hash": entry.hash,
    }


def _entry(row: Row[Any]) -> AuditEntry:
    values = row._asdict()
    return AuditEntry(at=values.pop("created_at"), **values)


def _head(row: Row[Any]) -> AuditHead:
    return AuditHead(row.seq, row.hash, row.key_id, row.mac)
