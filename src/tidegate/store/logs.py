"""Log lines of executions, read back; the journal writes them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, func, or_, select

from tidegate import codec
from tidegate.model.execution import LogLine, path_from_text
from tidegate.store.tables import execution_logs

_columns = execution_logs.c


@dataclass(frozen=True, slots=True)
class StoredLogLine:
    """A line and its place: ``seq`` orders the lines of one execution."""

    seq: int
    line: LogLine


@dataclass(frozen=True, slots=True)
class LogFilter:
    """Which lines are wanted: those that fit everything that is given.

    ``path`` is the loop iterations as text; ``q`` stands in the message or in the node's id.
    """

    levels: Collection[str] = ()
    node_id: str | None = None
    path: str | None = None
    q: str = ""


def lines(
    connection: Connection,
    execution_id: str,
    which: LogFilter = LogFilter(),
    *,
    after: int = 0,
    offset: int = 0,
    limit: int = 1000,
) -> Sequence[StoredLogLine]:
    """Lines of one execution in their order, from the one after ``after`` (a ``seq``) on."""
    statement = (
        select(execution_logs)
        .where(_columns.seq > after, *_conditions(execution_id, which))
        .order_by(_columns.seq)
        .offset(offset)
        .limit(limit)
    )
    return [
        StoredLogLine(
            row.seq,
            LogLine(
                row.execution_id,
                row.created_at,
                row.level,
                row.message,
                row.node_id,
                path_from_text(row.path),
                None if row.data is None else codec.decode(row.data),
            ),
        )
        for row in connection.execute(statement)
    ]


def last_seq(connection: Connection, execution_id: str) -> int:
    """The number of the last line of one execution; 0 where it has none."""
    statement = select(func.max(_columns.seq)).where(_columns.execution_id == execution_id)
    return connection.scalar(statement) or 0


def count(connection: Connection, execution_id: str, which: LogFilter = LogFilter()) -> int:
    """How many lines of one execution fit."""
    statement = select(func.count()).select_from(execution_logs)
    return connection.scalar(statement.where(*_conditions(execution_id, which))) or 0


def _conditions(execution_id: str, which: LogFilter) -> list[ColumnElement[bool]]:
    conditions = [_columns.execution_id == execution_id]
    if which.levels:
        conditions.append(_columns.level.in_(which.levels))
    if which.node_id is not None:
        conditions.append(_columns.node_id == which.node_id)
    if which.path is not None:
        conditions.append(_columns.path == which.path)
    if which.q:
        conditions.append(
            or_(
                _columns.message.icontains(which.q, autoescape=True),
                _columns.node_id.icontains(which.q, autoescape=True),
            )
        )
    return conditions
