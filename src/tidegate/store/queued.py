"""Executions in the queue: claim what is queued, find what a queue has lost, hand over what runs.

Functions run inside of ``Database.write`` or ``Database.read``.
"""

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Any, Final, Protocol

from msgspec import structs
from sqlalchemy import Connection, bindparam, or_, select, tuple_, update

from tidegate.model.execution import Execution, NodeRow, now_us
from tidegate.model.status import ExecutionStatus
from tidegate.store import executions as executions_store
from tidegate.store import journal_rows, limits
from tidegate.store.executions import LEASELESS, MAX_PAGE, execution_of, microseconds
from tidegate.store.tables import executions

_columns = executions.c
_RUNNING = ExecutionStatus.RUNNING.value

_CLAIM: Final = (
    update(executions)
    .where(
        _columns.id == bindparam("wanted"),
        _columns.status == ExecutionStatus.QUEUED.value,
        ~_columns.is_parked,
        or_(_columns.not_before.is_(None), _columns.not_before <= bindparam("now")),
    )
    .values(
        status=_RUNNING,
        token=_columns.token + 1,
        owner=bindparam("by"),
        lease_until=bindparam("until"),
        started_at=bindparam("now"),
    )
    .returning(*LEASELESS)
)
"""Made once: making it anew took longer than running it."""


class Enqueue(Protocol):
    """Puts an id into the queue, with the open transaction."""

    def __call__(
        self, transaction: Any, id: str, *, priority: int = 0, run_at: int | None = None
    ) -> None:
        """Put it in."""


def insert(
    connection: Connection,
    execution: Execution,
    *,
    priority: int,
    not_before: int | None,
    enqueue: Enqueue,
    rows: Sequence[NodeRow] = (),
) -> Execution:
    """Store a queued execution and put it into the queue; returns it with its number.

    Args:
        connection: the writer's.
        execution: what to store.
        priority: the higher is first.
        not_before: when it may begin, in microseconds since 1970.
        enqueue: of the queue.
        rows: results that it begins with.

    Raises:
        TooManyExecutions: the workflow's limit is reached.
    """
    priority = priority or execution.priority
    callers = limits.callers(connection, execution)
    turn = execution.turn
    if turn is not None and turn.key in callers.values():
        turn = None  # its caller has the place, and waits for it
        execution = replace(execution, turn=None)
    is_parked = turn is not None and limits.take_turn(connection, turn, callers)
    made = executions_store.insert(
        connection, execution, priority=priority, not_before=not_before, is_parked=is_parked
    )
    if rows:
        session = connection.connection.driver_connection
        values = [
            journal_rows.node_row(
                structs.replace(row, execution_id=made.id), None, None, output_index=False
            )
            for row in rows
        ]
        journal_rows.NODE_EXECUTIONS.run(session, values)
    if not is_parked:
        enqueue(connection, made.id, priority=priority, run_at=not_before)
    return made


def next_turns(connection: Connection, key: str, enqueue: Enqueue) -> None:
    """Give free places to executions that wait for their turn (see ``store.limits``)."""
    for id, priority, not_before in limits.release(connection, key):
        enqueue(connection, id, priority=priority, run_at=not_before)


def claim_queued(
    connection: Connection, execution_id: str, *, owner: str, lease: float
) -> Execution | None:
    """As :func:`claim`, for what is queued and has come due; None: it is not."""
    now = now_us()
    values = {
        "wanted": execution_id,
        "now": now,
        "by": owner,
        "until": now + microseconds(lease),
    }
    row = connection.execute(_CLAIM, values).one_or_none()
    return None if row is None else execution_of(row)


def release(connection: Connection, claims: Collection[tuple[str, int]]) -> None:
    """Let others claim (id, token) pairs at once, to go on with them; that is no crash of theirs.

    Whatever else their owner writes is dropped: their token is an old one now.
    """
    connection.execute(
        update(executions)
        .where(tuple_(_columns.id, _columns.token).in_(claims), _columns.status == _RUNNING)
        # A claim of what runs counts as a crash: this one is counted beforehand.
        .values(token=_columns.token + 1, lease_until=0, owner="", crashes=_columns.crashes - 1)
    )


def queued(
    connection: Connection, *, limit: int = MAX_PAGE
) -> Sequence[tuple[str, int, int | None]]:
    """(id, priority, not before) of queued executions, the oldest first."""
    statement = (
        select(_columns.id, _columns.priority, _columns.not_before)
        .where(_columns.status == ExecutionStatus.QUEUED.value, ~_columns.is_parked)
        .order_by(_columns.created_at, _columns.number)
        .limit(limit)
    )
    return [(row.id, row.priority, row.not_before) for row in connection.execute(statement)]
