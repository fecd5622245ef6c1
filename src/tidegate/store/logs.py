"""Log lines of executions, read back; the journal writes them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select

from tidegate import codec
from tidegate.model.execution import LogLine, path_from_text
from tidegate.store.tables import execution_logs

_columns = execution_logs.c


@dataclass(frozen=True, slots=True)
class StoredLogLine:
    """A line and its place: ``seq`` orders the lines of one execution."""

    seq: int
    line: LogLine


def lines(
    connection: Connection,
    execution_id: str,
    *,
    levels: Collection[str] = (),
    node_id: str | None = None,
    after: int = 0,
    limit: int = 1000,
) -> Sequence[StoredLogLine]:
    """Lines of one execution in their order, from the one after ``after`` (a ``seq``) on."""
    statement = (
        select(execution_logs)
        .where(_columns.execution_id == execution_id, _columns.seq > after)
        .order_by(_columns.seq)
        .limit(limit)
    )
    if levels:
        statement = statement.where(_columns.level.in_(levels))
    if node_id is not None:
        statement = statement.where(_columns.node_id == node_id)
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
