"""Executions that may not all be under way at once: those beyond the limit wait, parked.

A parked execution is queued, and in no queue. Whoever ends an execution of the same key gives its
place to the next. A sub-workflow that its own callers keep from beginning would wait forever: below
one of the same key it begins, and where others wait for each other it is refused. Functions run
inside of ``Database.write``.
"""

from collections.abc import Container, Mapping, Sequence
from typing import Final

from sqlalchemy import ColumnElement, Connection, func, select, update

from tidegate.errors import TidegateError
from tidegate.model.execution import Execution, Turn
from tidegate.model.status import ENDED, ExecutionStatus
from tidegate.store import executions as executions_store
from tidegate.store.tables import executions

MAX_RELEASED: Final = 100

_columns = executions.c
_UNENDED: Final = tuple(status.value for status in ExecutionStatus if status not in ENDED)


class TooManyExecutions(TidegateError):
    """The workflow's limit of executions is reached, and its settings let none wait."""

    code = "TOO_MANY_EXECUTIONS"
    http_status = 429


class WouldWaitForItself(TooManyExecutions):
    """A sub-workflow would wait for executions that wait for what called it."""

    code = "WOULD_WAIT_FOR_ITSELF"


def callers(connection: Connection, execution: Execution) -> Mapping[str, str | None]:
    """The executions that wait for this sub-workflow, the nearest first, and their keys."""
    found: dict[str, str | None] = {}
    above = execution.parent_id
    while above is not None and above not in found:
        row = connection.execute(
            select(_columns.parent_id, _columns.limit_key).where(_columns.id == above)
        ).one_or_none()
        if row is None:
            break
        found[above], above = row.limit_key, row.parent_id
    return found


def take_turn(connection: Connection, turn: Turn, callers: Mapping[str, str | None]) -> bool:
    """Find a place for a new execution; True: it has to wait for its turn.

    Those that it replaces are told to end.

    Raises:
        TooManyExecutions: it may neither begin nor wait.
    """
    is_parked = _take_turn(connection, turn)
    if is_parked and any(callers.values()):
        # Of several processes one at a time decides, or neither sees that the other waits.
        _lock(connection, "sub-workflows that wait")
        if not _can_free(connection, turn.key, callers, frozenset()):
            raise WouldWaitForItself(
                "it would wait for an execution that waits for what called it: two workflows that "
                "call each other can't both have a limit that is reached",
                limit=turn.limit,
            )
    return is_parked


def _can_free(
    connection: Connection, key: str, stuck: Container[str], looked: frozenset[str]
) -> bool:
    """Whether an execution of this key can end while those that are ``stuck`` don't."""
    looked |= {key}
    return any(
        id not in stuck
        and all(
            waits not in looked and _can_free(connection, waits, stuck, looked)
            for waits in _waits_below(connection, id)
        )
        for id in _ids(connection, key, parked=False)
    )


def _waits_below(connection: Connection, execution_id: str) -> Sequence[str]:
    """The keys for which sub-workflows of an execution, or of those in turn, are parked."""
    below = select(_columns.id).where(_columns.id == execution_id).cte("below", recursive=True)
    inner = executions.alias("inner")
    below = below.union_all(
        select(inner.c.id).where(inner.c.parent_id == below.c.id, inner.c.finished_at.is_(None))
    )
    statement = select(_columns.limit_key).where(
        _columns.id.in_(select(below.c.id)),
        _columns.id != execution_id,
        _columns.limit_key.is_not(None),
        _columns.finished_at.is_(None),
        _columns.is_parked,
    )
    return [str(key) for key in connection.scalars(statement.distinct())]


def _take_turn(connection: Connection, turn: Turn) -> bool:
    _lock(connection, turn.key)
    active = _ids(connection, turn.key, parked=False)
    if len(active) < turn.limit:
        return False
    if turn.policy == "refuse":
        raise TooManyExecutions(
            f"{len(active)} executions are under way, and this workflow allows {turn.limit}",
            limit=turn.limit,
        )
    parked = _ids(connection, turn.key, parked=True)
    if turn.policy == "replace":
        surplus = len(active) - turn.limit + 1
        for id in (*parked, *active[:surplus]):
            executions_store.request_cancel(connection, id)
        return len(_ids(connection, turn.key, parked=False)) >= turn.limit
    if turn.max_queued is not None and len(parked) >= turn.max_queued:
        raise TooManyExecutions(
            f"{len(parked)} executions wait for their turn, and this workflow lets no more wait",
            limit=turn.limit,
            max_queued=turn.max_queued,
        )
    return True


def release(connection: Connection, key: str) -> Sequence[tuple[str, int, int | None]]:
    """Give free places to those that wait; (id, priority, not before) of each."""
    _lock(connection, key)
    waiting = connection.execute(
        select(_columns.id, _columns.priority, _columns.not_before, _columns.limit_count)
        .where(*_of(key), _columns.is_parked)
        .order_by(_columns.priority.desc(), _columns.created_at, _columns.number)
        .limit(MAX_RELEASED)
    ).all()
    if not waiting:
        return []
    taken = len(_ids(connection, key, parked=False))
    free = max(0, max(row.limit_count for row in waiting) - taken)
    released = [(row.id, row.priority, row.not_before) for row in waiting[:free]]
    if released:
        connection.execute(
            update(executions)
            .where(_columns.id.in_([id for id, _, _ in released]))
            .values(is_parked=False)
        )
    return released


def keys(connection: Connection) -> Sequence[str]:
    """The keys of which executions wait for their turn."""
    statement = select(_columns.limit_key).where(
        _columns.limit_key.is_not(None), _columns.finished_at.is_(None), _columns.is_parked
    )
    return [str(key) for key in connection.scalars(statement.distinct())]


def _ids(connection: Connection, key: str, *, parked: bool) -> Sequence[str]:
    """The oldest first."""
    statement = (
        select(_columns.id)
        .where(*_of(key), _columns.is_parked == parked)
        .order_by(_columns.created_at, _columns.number)
    )
    return connection.scalars(statement).all()


def _of(key: str) -> tuple[ColumnElement[bool], ...]:
    unended = _columns.status.in_(_UNENDED)
    return _columns.limit_key == key, _columns.finished_at.is_(None), unended


def _lock(connection: Connection, key: str) -> None:
    """Of several processes one at a time counts; SQLite has one writer anyway."""
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock(func.hashtext(key))))
