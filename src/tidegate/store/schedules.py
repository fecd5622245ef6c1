"""Schedules of published workflows. Functions run inside of ``Database.write`` or ``read``."""

from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import Connection, Select, delete, func, select, update

from tidegate.model.execution import Execution, now_us
from tidegate.store import queued
from tidegate.store.account_tables import schedules
from tidegate.store.limits import TooManyExecutions
from tidegate.store.queued import Enqueue
from tidegate.store.tables import workflows
from tidegate.store.upsert import insert_if_new

_columns = schedules.c


@dataclass(frozen=True, slots=True)
class StoredSchedule:
    """A schedule's row; times are microseconds since 1970.

    ``planned_at`` is the time that comes next, ``next_at`` when that is acted upon, ``last_at``
    the time that was acted upon last; ``params`` are the trigger's, as JSON. ``polls``: see
    :mod:`tidegate.store.polls`, with ``failures`` in a row and the ``error`` (JSON) of the last;
    that of a schedule is why it is followed no more.
    """

    id: str
    workflow_id: str
    trigger: str
    version_hash: str
    params: str
    planned_at: int | None
    next_at: int | None
    last_at: int | None = None
    polls: bool = False
    failures: int = 0
    error: str | None = None


def published(connection: Connection) -> Mapping[str, str]:
    """The hash of the version that triggers start, by workflow.

    Workflows of files count with the version that was stored last only once they are published.
    """
    statement = select(workflows.c.id, workflows.c.published_hash).where(
        workflows.c.published_hash.is_not(None), workflows.c.deleted_at.is_(None)
    )
    return {row.id: row.published_hash for row in connection.execute(statement)}


def versions(connection: Connection) -> Mapping[str, str]:
    """The version that each workflow's schedules were read from."""
    statement = select(_columns.workflow_id, _columns.version_hash).distinct()
    return {row.workflow_id: row.version_hash for row in connection.execute(statement)}


def of_workflow(connection: Connection, workflow_id: str) -> Sequence[StoredSchedule]:
    """The schedules of one workflow."""
    statement = select(schedules).where(_columns.workflow_id == workflow_id)
    return _stored(connection, statement)


def next_of(connection: Connection, workflow_ids: Collection[str]) -> Mapping[str, int]:
    """When each of these workflows starts by itself next, as far as it does."""
    first = func.min(_columns.next_at)
    statement = (
        select(_columns.workflow_id, first)
        .where(_columns.workflow_id.in_(workflow_ids), _columns.next_at.is_not(None))
        .group_by(_columns.workflow_id)
    )
    return {row[0]: row[1] for row in connection.execute(statement)}


def every(connection: Connection) -> Sequence[StoredSchedule]:
    """All schedules, the next first."""
    statement = select(schedules).order_by(_columns.next_at.is_(None), _columns.next_at)
    return _stored(connection, statement)


def polling(connection: Connection) -> Sequence[StoredSchedule]:
    """The schedules of triggers that poll."""
    statement = select(schedules).where(_columns.polls)
    return _stored(connection, statement)


def due(
    connection: Connection, *, limit: int = 100, polls: bool = False
) -> Sequence[StoredSchedule]:
    """Schedules (or polls) whose time has come, the longest due first."""
    statement = (
        select(schedules)
        .where(_columns.next_at <= now_us(), _columns.polls == polls)
        .order_by(_columns.next_at)
        .limit(limit)
    )
    return _stored(connection, statement)


def next_time(connection: Connection) -> int | None:
    """When the next schedule is due."""
    found: int | None = connection.scalar(select(func.min(_columns.next_at)))
    return found


def replace(
    connection: Connection, workflow_id: str, version_hash: str, wanted: Sequence[StoredSchedule]
) -> None:
    """Make ``wanted`` the schedules of a workflow; one with the same parameters goes on."""
    known = {row.id: row for row in of_workflow(connection, workflow_id)}
    gone = known.keys() - {row.id for row in wanted}
    if gone:
        connection.execute(delete(schedules).where(_columns.id.in_(gone)))
    for row in wanted:
        before = known.get(row.id)
        is_broken = before is not None and before.next_at is None and before.error is not None
        if before is not None and before.params == row.params and not is_broken:
            values: dict[str, object] = {"version_hash": version_hash}
        else:
            values = asdict(row)
            if before is None:
                connection.execute(insert_if_new(connection, schedules, **values))
        connection.execute(update(schedules).where(_columns.id == row.id).values(values))


def remove(connection: Connection, workflow_id: str) -> None:
    """Let a workflow's schedules go."""
    connection.execute(delete(schedules).where(_columns.workflow_id == workflow_id))


def claim(
    connection: Connection, schedule: StoredSchedule, *, planned_at: int | None, next_at: int | None
) -> bool:
    """Move on to the next time; False where another process has done so, or the rule changed."""
    result = connection.execute(
        update(schedules)
        .where(_columns.id == schedule.id, _columns.next_at == schedule.next_at)
        .values(planned_at=planned_at, next_at=next_at, last_at=schedule.planned_at)
    )
    return result.rowcount == 1


def break_off(connection: Connection, schedule: StoredSchedule, error: str) -> bool:
    """Follow a schedule no more, until its workflow is published anew; ``error`` (JSON) is why."""
    result = connection.execute(
        update(schedules)
        .where(_columns.id == schedule.id, _columns.next_at == schedule.next_at)
        .values(
            planned_at=None,
            next_at=None,
            last_at=schedule.planned_at,
            failures=_columns.failures + 1,
            error=error,
        )
    )
    return result.rowcount == 1


def fire(
    connection: Connection,
    schedule: StoredSchedule,
    *,
    planned_at: int | None,
    next_at: int | None,
    executions: Sequence[Execution],
    enqueue: Enqueue,
) -> Sequence[Execution]:
    """Move on to the next time, and store the executions of this one; none if it was done.

    What the workflow's limit refuses is left out.
    """
    if not claim(connection, schedule, planned_at=planned_at, next_at=next_at):
        return []
    made = []
    for execution in executions:
        with suppress(TooManyExecutions):
            made.append(
                queued.insert(connection, execution, priority=0, not_before=None, enqueue=enqueue)
            )
    return made


def _stored(connection: Connection, statement: Select[Any]) -> Sequence[StoredSchedule]:
    """The schedules that a statement finds."""
    return [StoredSchedule(**row) for row in connection.execute(statement).mappings()]
