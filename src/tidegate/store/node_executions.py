"""Node executions: the journal's rows, read back in their order. The journal alone writes them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, Row, func, select

from tidegate import codec
from tidegate.model.execution import (
    BatchRef,
    NodeRow,
    Path,
    ResourceUsage,
    StoredOutput,
    path_from_text,
    path_text,
)
from tidegate.model.item import JsonObject
from tidegate.model.status import AttemptStatus, NodeStatus
from tidegate.store.tables import node_executions

_columns = node_executions.c
_WITHOUT_OUTPUT: Final = tuple(
    column for column in _columns if column.name not in ("output", "output_data")
)
"""Reading the bytes of every output costs memory that most readers do not need."""


@dataclass(frozen=True, slots=True)
class StoredNodeRow:
    """A row and what the database adds to it; ``seq`` orders the rows of one execution."""

    seq: int
    row: NodeRow
    network_metrics: JsonObject | None
    security_events: Sequence[JsonObject] | None


def rows(
    connection: Connection,
    execution_id: str,
    *,
    with_output: bool = True,
    with_checkpoints: bool = False,
    after: int = 0,
    limit: int | None = None,
) -> Sequence[StoredNodeRow]:
    """The rows of one execution in the order in which they were written.

    Args:
        connection: a reader's or the writer's.
        execution_id: which execution.
        with_output: whether the inline bytes of outputs are read; without them an output has its
            batches but neither ``data`` nor, if it was inline, ``file``.
        with_checkpoints: whether rows of what unfinished attempts passed on are among them.
        after: only rows with a larger ``seq``.
        limit: at most so many.
    """
    columns = tuple(_columns) if with_output else _WITHOUT_OUTPUT
    statement = (
        select(*(column for column in columns if column.name != "output_data"))
        .where(_columns.execution_id == execution_id, _columns.seq > after)
        .order_by(_columns.seq)
        .limit(limit)
    )
    if not with_checkpoints:
        statement = statement.where(_columns.kind != "checkpoint")
    return [_stored(row) for row in connection.execute(statement)]


def newest_with_output(
    connection: Connection, execution_id: str, node_id: str, path: Path = ()
) -> StoredNodeRow | None:
    """The newest row of a node that has an output, without its bytes; None if there is none.

    A window of its items: ``windows.window`` says which batches, :func:`inline_bytes` or the
    spilled file has them.
    """
    statement = (
        select(*_WITHOUT_OUTPUT)
        .where(
            _columns.execution_id == execution_id,
            _columns.node_id == node_id,
            _columns.path == path_text(path),
            _columns.batches.is_not(None),
            _columns.kind != "checkpoint",
        )
        .order_by(_columns.seq.desc())
        .limit(1)
    )
    row = connection.execute(statement).one_or_none()
    return None if row is None else _stored(row)


def inline_bytes(connection: Connection, seq: int, offset: int, length: int) -> bytes:
    """A part of an output that is kept in its row; shorter, or empty, past its end."""
    part = func.substr(_columns.output, offset + 1, length)
    return bytes(connection.scalar(select(part).where(_columns.seq == seq)) or b"")


def _stored(row: Row[Any]) -> StoredNodeRow:
    return StoredNodeRow(row.seq, _node_row(row), row.network_metrics, row.security_events)


def _node_row(row: Row[Any]) -> NodeRow:
    output = None
    if row.batches is not None:
        output = StoredOutput(_batches(row.batches), getattr(row, "output", None), row.output_file)
    return NodeRow(
        execution_id=row.execution_id,
        node_id=row.node_id,
        node_type=row.node_type,
        path=path_from_text(row.path),
        attempt=row.attempt,
        kind=row.kind,
        status=NodeStatus(row.status),
        attempt_status=AttemptStatus(row.attempt_status),
        started_at=row.started_at,
        finished_at=row.finished_at,
        items_in=row.items_in,
        items_out=row.items_out,
        output=output,
        error=None if row.error is None else codec.decode(row.error),
        errors_handled=row.errors_handled,
        usage=None if row.resource_usage is None else ResourceUsage(**row.resource_usage),
        wake_at=row.wake_at,
    )


def _batches(text: str) -> tuple[BatchRef, ...]:
    return tuple(BatchRef(*entry) for entry in codec.decode(text))
