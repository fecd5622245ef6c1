"""Remove executions that are kept no longer: piece by piece, so that nobody waits for it.

Functions run inside of ``Database.write`` or ``Database.read``.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, Table, delete, func, select

from tidegate.model.status import ENDED, ExecutionStatus
from tidegate.store.tables import (
    execution_logs,
    executions,
    http_request_logs,
    node_executions,
)

ROWS_AT_ONCE: Final = 500
"""So many rows of a journal are removed in one transaction."""

_ended: Final = tuple(status.value for status in ExecutionStatus if status in ENDED)
_columns = executions.c
_PARTS: Final = (node_executions, execution_logs, http_request_logs)


@dataclass(frozen=True, slots=True)
class OldExecution:
    """An ended execution, and the bytes of the outputs in its rows."""

    id: str
    created_at: int
    size: int


def forget(connection: Connection, ids: Iterable[str]) -> None:
    """Remove executions whatever their status is, with all that belongs to them."""
    for execution_id in ids:
        connection.execute(delete(executions).where(_columns.id == execution_id))


def oldest(
    connection: Connection, limit: int, *, before: int | None = None
) -> Sequence[OldExecution]:
    """The oldest ended executions; ``before``: only those made earlier (microseconds)."""
    statement = select(_columns.id, _columns.created_at).where(_columns.status.in_(_ended))
    if before is not None:
        statement = statement.where(_columns.created_at < before)
    rows = connection.execute(
        statement.order_by(_columns.created_at, _columns.number).limit(limit)
    ).all()
    sizes = _sizes(connection, [row.id for row in rows])
    return [OldExecution(row.id, row.created_at, sizes.get(row.id, 0)) for row in rows]


def count(connection: Connection) -> int:
    """How many executions have ended."""
    statement = select(func.count()).where(_columns.status.in_(_ended))
    return int(connection.scalar(statement) or 0)


def stored_bytes(connection: Connection) -> int:
    """The bytes of all outputs that are kept in rows."""
    length = func.length(node_executions.c.output)
    return int(connection.scalar(select(func.coalesce(func.sum(length), 0))) or 0)


def oldest_kept(connection: Connection) -> int | None:
    """When the oldest execution was made that is still there; None: there is none."""
    found = connection.scalar(select(func.min(_columns.created_at)))
    return None if found is None else int(found)


def remove_rows(connection: Connection, execution_id: str) -> bool:
    """Remove some rows of an execution that has ended; whether there may be more."""
    return any(_remove_some(connection, table, execution_id) for table in _PARTS)


def remove(connection: Connection, execution_id: str) -> bool:
    """Remove an ended execution whose rows are gone; whether it was there, and had ended."""
    removed = connection.execute(
        delete(executions).where(_columns.id == execution_id, _columns.status.in_(_ended))
    )
    return removed.rowcount > 0


def _remove_some(connection: Connection, table: Table, execution_id: str) -> bool:
    has_ended = select(_columns.id).where(_columns.id == execution_id, _columns.status.in_(_ended))
    some = (
        select(table.c.seq)
        .where(table.c.execution_id == execution_id, has_ended.exists())
        .limit(ROWS_AT_ONCE)
    ).scalar_subquery()
    return connection.execute(delete(table).where(table.c.seq.in_(some))).rowcount == ROWS_AT_ONCE


def _sizes(connection: Connection, ids: Sequence[str]) -> dict[str, int]:
    columns = node_executions.c
    statement = (
        select(columns.execution_id, func.sum(func.length(columns.output)))
        .where(columns.execution_id.in_(ids))
        .group_by(columns.execution_id)
    )
    return {row[0]: int(row[1] or 0) for row in connection.execute(statement)}
