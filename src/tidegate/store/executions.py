"""Executions: insert, claim, renew, cancel, delete. Each change is one conditional UPDATE.

Functions run inside of ``Database.write`` or ``Database.read``.
"""

from collections.abc import Collection, Sequence
from functools import cache
from typing import Any, Final

from sqlalchemy import (
    Connection,
    Row,
    and_,
    case,
    or_,
    select,
    tuple_,
    update,
)
from sqlalchemy.sql.dml import ReturningInsert

from tidegate import codec
from tidegate.errors import Conflict, NotFound
from tidegate.model.execution import Execution, now_us
from tidegate.model.status import ENDED, ExecutionStatus, sources_of
from tidegate.store import journal_rows
from tidegate.store.tables import executions
from tidegate.store.upsert import any_if_new

MAX_PAGE: Final = 500

_columns = executions.c
LEASELESS: Final = tuple(column for column in _columns if column.name != "lease_until")
_RUNNING: Final = ExecutionStatus.RUNNING.value
_WAITING: Final = ExecutionStatus.WAITING.value


def insert(
    connection: Connection,
    execution: Execution,
    *,
    priority: int = 0,
    not_before: int | None = None,
    is_parked: bool = False,
) -> Execution:
    """Store a new execution; returns it with the number that it was given.

    Of those that are queued, the higher ``priority`` is first; ``not_before`` is in microseconds.

    Raises:
        Conflict: an execution with this id exists.
    """
    values = dict(
        zip(
            journal_rows.EXECUTIONS.columns,
            journal_rows.execution_row(execution, None),
            strict=True,
        )
    )
    values |= {"priority": priority, "not_before": not_before, "based_on_id": execution.based_on_id}
    if execution.turn is not None:
        turn = execution.turn
        values |= {"limit_key": turn.key, "limit_count": turn.limit, "is_parked": is_parked}
    row = connection.execute(_insert(connection.dialect.name), values).one_or_none()
    if row is None:
        raise Conflict(f"execution {execution.id} exists already")
    return execution_of(row)


@cache
def _insert(dialect: str) -> ReturningInsert[Any]:
    """Made once: making it anew took longer than running it."""
    return any_if_new(dialect, executions).returning(*LEASELESS)


def get(connection: Connection, id_or_number: str | int) -> Execution:
    """One execution by its id, or by its number.

    Raises:
        NotFound: there is none.
    """
    key = _columns.number if isinstance(id_or_number, int) else _columns.id
    row = connection.execute(select(*LEASELESS).where(key == id_or_number)).one_or_none()
    if row is None:
        raise NotFound(f"there is no execution {id_or_number}")
    return execution_of(row)


def find(connection: Connection, ids: Collection[str]) -> dict[str, Execution]:
    """The executions with these ids that exist, by id."""
    rows = connection.execute(select(*LEASELESS).where(_columns.id.in_(ids)))
    return {row.id: execution_of(row) for row in rows}


def unended_children(connection: Connection, execution_id: str) -> Sequence[Execution]:
    """The sub-workflows that an execution has called and that have not ended."""
    ended = [status.value for status in ENDED]
    statement = select(*LEASELESS).where(
        _columns.parent_id == execution_id, _columns.status.not_in(ended)
    )
    return [execution_of(row) for row in connection.execute(statement)]


def claim(
    connection: Connection,
    execution_id: str,
    *,
    owner: str,
    lease: float,
    early: bool = False,
    dead_owner: str | None = None,
) -> Execution | None:
    """Make this process the owner of an execution; returns it with its new fencing token.

    It is claimed if it is queued, if it waits and its time has come, or if it is running and its
    lease has run out (that counts as a crash). Of several processes that try, one succeeds.

    Args:
        connection: the writer's.
        execution_id: which one.
        owner: a name of this process.
        lease: seconds until others may claim it, unless the lease is renewed.
        early: claim it also if it still waits or has crashed: a person asks for it.
        dead_owner: an owner that is known to have died; its lease is not waited for.

    Returns:
        None: it does not exist, or its state does not allow it.
    """
    now = now_us()
    ready = [
        and_(_columns.status == ExecutionStatus.QUEUED.value, ~_columns.is_parked),
        and_(_columns.status == _WAITING, _columns.wake_at <= now),
        and_(_columns.status == _RUNNING, _columns.lease_until < now),
    ]
    if early:
        ready.append(_columns.status.in_([_WAITING, ExecutionStatus.CRASHED.value]))
    if dead_owner is not None:
        ready.append(and_(_columns.status == _RUNNING, _columns.owner == dead_owner))
    statement = (
        update(executions)
        .where(
            _columns.id == execution_id,
            _columns.status.in_(sources_of(ExecutionStatus.RUNNING)),
            or_(*ready),
        )
        .values(
            status=_RUNNING,
            token=_columns.token + 1,
            owner=owner,
            lease_until=now + microseconds(lease),
            started_at=case(
                (_columns.started_at.is_(None), now),
                else_=_columns.started_at,
            ),
            finished_at=None,
            wake_at=None,
            crashes=_columns.crashes + case((_columns.status == _RUNNING, 1), else_=0),
        )
        .returning(*LEASELESS)
    )
    row = connection.execute(statement).one_or_none()
    return None if row is None else execution_of(row)


def renew_leases(
    connection: Connection, claims: Collection[tuple[str, int]], lease: float
) -> set[str]:
    """Renew the leases of (id, token) pairs; returns the ids that still belong to them.

    The others were taken over or have ended: whoever works on them must stop.
    """
    statement = (
        update(executions)
        .where(tuple_(_columns.id, _columns.token).in_(claims), _columns.status == _RUNNING)
        .values(lease_until=now_us() + microseconds(lease))
        .returning(_columns.id)
    )
    return set(connection.scalars(statement))


def request_cancel(connection: Connection, execution_id: str) -> ExecutionStatus:
    """Ask for the end of an execution; returns its status after that.

    What is queued or waits is cancelled at once. What is running gets a flag that its owner polls.

    Raises:
        NotFound: there is no such execution.
        Conflict: it has ended.
    """
    running = _columns.status == _RUNNING
    statement = (
        update(executions)
        .where(
            _columns.id == execution_id,
            _columns.status.in_(sources_of(ExecutionStatus.CANCELLED)),
        )
        .values(
            cancel_requested=True,
            status=case((running, _RUNNING), else_=ExecutionStatus.CANCELLED.value),
            finished_at=case((running, None), else_=now_us()),
            wake_at=case((running, _columns.wake_at), else_=None),
        )
        .returning(_columns.status)
    )
    status = connection.scalar(statement)
    if status is None:
        ended = get(connection, execution_id)
        raise Conflict(f"execution {execution_id} has ended: {ended.status.value}")
    return ExecutionStatus(status)


def cancel_requested(connection: Connection, ids: Collection[str]) -> set[str]:
    """Which of these running executions somebody wants to end."""
    statement = select(_columns.id).where(
        _columns.id.in_(ids), _columns.status == _RUNNING, _columns.cancel_requested
    )
    return set(connection.scalars(statement))


def due(connection: Connection, *, limit: int = MAX_PAGE) -> Sequence[str]:
    """Ids of waiting executions whose time has come, the longest due first."""
    statement = (
        select(_columns.id)
        .where(_columns.wake_at <= now_us())
        .order_by(_columns.wake_at)
        .limit(limit)
    )
    return connection.scalars(statement).all()


def next_wake(connection: Connection) -> int | None:
    """When the next waiting execution wakes, in microseconds; None if none waits."""
    waits = _columns.wake_at.is_not(None)
    return connection.scalar(
        select(_columns.wake_at).where(waits).order_by(_columns.wake_at).limit(1)
    )


def orphans(connection: Connection, *, limit: int = MAX_PAGE) -> Sequence[Execution]:
    """Running executions whose owner has not renewed the lease, the oldest first."""
    statement = (
        select(*LEASELESS)
        .where(_columns.status == _RUNNING, _columns.lease_until < now_us())
        .order_by(_columns.created_at, _columns.number)
        .limit(limit)
    )
    return [execution_of(row) for row in connection.execute(statement)]


def delete(connection: Connection, execution_id: str) -> None:
    """Remove an ended execution and all that belongs to it, but not its spilled files.

    Raises:
        NotFound: there is no such execution.
        Conflict: it has not ended.
    """
    ended = [status.value for status in ExecutionStatus if status in ENDED]
    statement = executions.delete().where(_columns.id == execution_id, _columns.status.in_(ended))
    if connection.execute(statement).rowcount == 0:
        status = get(connection, execution_id).status
        raise Conflict(f"execution {execution_id} has not ended: {status.value}")


def execution_of(row: Row[Any]) -> Execution:
    """The execution of a row of :data:`LEASELESS` columns."""
    return Execution(
        id=row.id,
        number=row.number,
        workflow_id=row.workflow_id,
        version_hash=row.version_hash,
        status=ExecutionStatus(row.status),
        trigger=row.trigger,
        source=row.source,
        created_at=row.created_at,
        user=row.user,
        custom_data=None if row.custom_data is None else codec.decode(row.custom_data),
        has_custom_data=row.custom_data is not None,
        variables={} if row.variables is None else codec.decode(row.variables),
        started_at=row.started_at,
        finished_at=row.finished_at,
        wake_at=row.wake_at,
        token=row.token,
        owner=row.owner,
        crashes=row.crashes,
        cancel_requested=row.cancel_requested,
        errors_handled=row.errors_handled,
        error=None if row.error is None else codec.decode(row.error),
        usage=None if row.usage is None else codec.decode(row.usage),
        items_out=row.items_out,
        parent_id=row.parent_id,
        parent_node=row.parent_node,
        based_on_id=row.based_on_id,
        priority=row.priority,
        limit_key=row.limit_key,
    )


def microseconds(seconds: float) -> int:
    """Seconds as microseconds."""
    return round(seconds * 1_000_000)
