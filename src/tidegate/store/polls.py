"""Polls of triggers: begun by one process at a time, and stored with what they found.

Functions run inside of ``Database.write``. While a trigger polls, ``next_at`` of its schedule is
when that is given up: whoever finds it then polls again, from the same state.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from msgspec import structs
from sqlalchemy import Connection, select, update

from tidegate.errors import Conflict
from tidegate.model.execution import (
    Execution,
    HttpRequestLog,
    LogLine,
    NodeRow,
    SecurityEvent,
    now_us,
)
from tidegate.store import journal_rows, queued, security_events, state
from tidegate.store.account_tables import schedules
from tidegate.store.queued import Enqueue
from tidegate.store.schedules import StoredSchedule
from tidegate.store.state import StatePlace


class PollOvertaken(Conflict):
    """Another process polls in the place of this one, or the trigger is not there any more."""


@dataclass(frozen=True, slots=True)
class Next:
    """When a trigger polls next, and how the last one went; times are microseconds since 1970.

    ``error`` is JSON, None where it succeeded; ``failures`` counts those in a row.
    """

    planned_at: int | None
    next_at: int | None
    failures: int = 0
    error: str | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """What a poll leaves: changes of state (None: the key goes), and what was recorded of it."""

    state: Mapping[str, bytes | None] = field(default_factory=dict)
    rows: Sequence[NodeRow] = ()
    lines: Sequence[LogLine] = ()
    requests: Sequence[HttpRequestLog] = ()


def taken(schedule: StoredSchedule, seconds: float) -> StoredSchedule:
    """The schedule while its trigger polls, for so long at most.

    Its planned time has come then, also where it polls before that: see :func:`wake`.
    """
    now = now_us()
    until = now + round(seconds * 1_000_000)
    return replace(schedule, planned_at=min(schedule.planned_at or now, now), next_at=until)


def begin(connection: Connection, schedule: StoredSchedule, taken: StoredSchedule) -> bool:
    """Take a poll; False where another process has it, or its rule changed."""
    statement = (
        update(schedules)
        .where(schedules.c.id == schedule.id, schedules.c.next_at == schedule.next_at)
        .values(next_at=taken.next_at, planned_at=taken.planned_at)
    )
    return connection.execute(statement).rowcount == 1


def wake(connection: Connection, schedule_id: str) -> bool:
    """Let a trigger poll now, that would do so later; False: it polls right now, try again.

    One that fails goes on waiting as long as its failures say.
    """
    now = now_us()
    row = connection.execute(
        select(schedules.c.planned_at, schedules.c.next_at, schedules.c.failures).where(
            schedules.c.id == schedule_id, schedules.c.next_at > now
        )
    ).one_or_none()
    if row is None or row.failures:
        return True
    if row.planned_at is not None and row.planned_at < row.next_at:
        return False
    statement = (
        update(schedules)
        .where(schedules.c.id == schedule_id, schedules.c.next_at == row.next_at)
        .values(next_at=now)
    )
    return connection.execute(statement).rowcount == 1


def end(connection: Connection, schedule: StoredSchedule, following: Next) -> None:
    """Say how a poll went that was taken, and when the next one is.

    Raises:
        PollOvertaken: it is not this process's any more; nothing may be stored of it.
    """
    statement = (
        update(schedules)
        .where(schedules.c.id == schedule.id, schedules.c.next_at == schedule.next_at)
        .values(
            planned_at=following.planned_at,
            next_at=following.next_at,
            last_at=schedule.planned_at,
            failures=following.failures,
            error=following.error,
        )
    )
    if connection.execute(statement).rowcount != 1:
        raise PollOvertaken("another process polls in the place of this one")


def store(
    connection: Connection,
    schedule: StoredSchedule,
    following: Next,
    found: Found,
    execution: Execution | None,
    *,
    enqueue: Enqueue,
) -> Execution | None:
    """Store what a poll found, all of it or nothing; the execution that it starts, if it does.

    Raises:
        PollOvertaken: see :func:`end`.
        TooManyExecutions: the workflow's limit is reached.
    """
    end(connection, schedule, following)
    place = StatePlace(schedule.workflow_id, schedule.trigger)
    for key, value in found.state.items():
        if value is None:
            state.remove(connection, place, key)
        else:
            state.put(connection, place, key, value)
    if execution is None:
        return None
    made = queued.insert(
        connection,
        execution,
        priority=0,
        not_before=None,
        enqueue=enqueue,
        rows=[structs.replace(row, execution_id=execution.id) for row in found.rows],
    )
    session = connection.connection.driver_connection
    lines = [journal_rows.log_row(line) for line in found.lines]
    requests = [journal_rows.http_request_row(request) for request in found.requests]
    for table, values in (
        (journal_rows.EXECUTION_LOGS, lines),
        (journal_rows.HTTP_REQUEST_LOGS, requests),
    ):
        if values:
            table.run(session, values)
    return made


def report(connection: Connection, events: Sequence[SecurityEvent]) -> None:
    """Store security events of polls; they belong to no execution."""
    for event in events:
        security_events.insert(connection, structs.replace(event, execution_id=None))
