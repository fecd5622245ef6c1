"""Lists of executions: pages of those that fit a filter, and how many there are over time.

What an index has in the order of the list is found however many executions there are. What must be
looked for in the rows (texts, durations) is looked for in :data:`LOOKED` of them at a time: a page
then says how far it came, and the next one goes on from there.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, func, or_, select, tuple_, union_all
from sqlalchemy.sql import ColumnElement

from tidegate.model.execution import Execution
from tidegate.model.status import ExecutionStatus
from tidegate.store.executions import LEASELESS, MAX_PAGE, execution_of
from tidegate.store.tables import executions, workflows

LOOKED: Final = 10_000
"""So many executions are looked into for one page."""
_LEAST_LOOKED: Final = 500
_MAX_WORKFLOWS: Final = 20
"""Lists of so few workflows take each workflow's newest by itself."""
_WITH_ERROR: Final = (ExecutionStatus.FAILED, ExecutionStatus.CRASHED, ExecutionStatus.CANCELLED)

_columns = executions.c
_ORDER: Final = (_columns.created_at.desc(), _columns.number.desc())

Conditions = list[ColumnElement[bool]]


@dataclass(frozen=True, slots=True)
class ExecutionFilter:
    """Which executions a list shows; times are microseconds, ``created_before`` is exclusive.

    ``trigger`` and ``failed_node`` are ids of nodes. ``text`` stands in the error or the workflow's
    name, or is the number. ``projects`` None: of every project. Durations are milliseconds, of
    executions that have ended.
    """

    statuses: Collection[ExecutionStatus] = ()
    workflow_id: str | None = None
    trigger: str | None = None
    created_from: int | None = None
    created_before: int | None = None
    min_ms: int | None = None
    max_ms: int | None = None
    error_text: str | None = None
    failed_node: str | None = None
    text: str | None = None
    projects: Collection[str] | None = None
    sources: Collection[str] = ()


@dataclass(frozen=True, slots=True)
class Cursor:
    """The last execution of a page; the next page starts after it."""

    created_at: int
    number: int


@dataclass(frozen=True, slots=True)
class ExecutionPage:
    """Executions, newest first, and where the next page starts (None: there is none).

    ``looked_to`` is set where not every older execution was looked into: the time of the last one.
    """

    executions: Sequence[Execution]
    next: Cursor | None
    looked_to: int | None = None


@dataclass(frozen=True, slots=True)
class Counted:
    """So many executions of a status began in a part of the time, counted from 0."""

    part: int
    status: ExecutionStatus
    count: int


def page(
    connection: Connection,
    wanted: ExecutionFilter,
    *,
    after: Cursor | None = None,
    limit: int = 50,
) -> ExecutionPage:
    """A page of executions, newest first; ``after`` is the ``next`` of a page of this filter."""
    limit = min(limit, MAX_PAGE)
    branches = _branches(connection, wanted)
    within = _within(wanted, after)
    looked_for = _looked_for(connection, wanted)
    bound = _bound(connection, branches, within) if looked_for else None
    if bound is not None:
        looked_for.append(_columns.created_at >= bound)
    found = _newest(connection, branches, [*within, *looked_for], limit + 1)
    if len(found) > limit:
        last = found[limit - 1]
        return ExecutionPage(found[:limit], Cursor(last.created_at, last.number))
    return ExecutionPage(found, None if bound is None else Cursor(bound, 0), bound)


def counts(
    connection: Connection, wanted: ExecutionFilter, *, begin: int, end: int, parts: int
) -> tuple[list[Counted], int | None]:
    """How many executions fit in each of ``parts`` of the time from ``begin`` to ``end``.

    The second value is set where not all of them were looked into: the time of the last one.
    """
    width = max(1, -(-(end - begin) // parts))
    within = [_columns.created_at >= begin, _columns.created_at < end]
    looked_for = _looked_for(connection, wanted)
    part = (_columns.created_at - begin) // width
    found: list[Counted] = []
    branches = _branches(connection, wanted, by_status=True)
    bound = _bound(connection, branches, within) if looked_for else None
    if bound is not None:
        looked_for.append(_columns.created_at >= bound)
    for branch in branches:
        statement = (
            select(part, _columns.status, func.count())
            .where(*branch, *within, *looked_for)
            .group_by(part, _columns.status)
        )
        found += [
            Counted(int(place), ExecutionStatus(status), count)
            for place, status, count in connection.execute(statement)
        ]
    return found, bound


def latest(connection: Connection, workflow_id: str, limit: int) -> list[Execution]:
    """The newest executions of one workflow."""
    branches = _by_status([_columns.workflow_id == workflow_id], tuple(ExecutionStatus))
    return _newest(connection, branches, [], limit)


def _newest(
    connection: Connection, branches: Sequence[Conditions], conditions: Conditions, limit: int
) -> list[Execution]:
    numbers = [
        select(_columns.number).where(*branch, *conditions).order_by(*_ORDER).limit(limit)
        for branch in branches
    ]
    if not numbers:
        return []
    newest = union_all(*(select(branch.subquery()) for branch in numbers))
    statement = select(*LEASELESS).where(_columns.number.in_(newest)).order_by(*_ORDER)
    return [execution_of(row) for row in connection.execute(statement.limit(limit))]


def _within(wanted: ExecutionFilter, after: Cursor | None) -> Conditions:
    conditions: Conditions = []
    if wanted.created_from is not None:
        conditions.append(_columns.created_at >= wanted.created_from)
    if after is not None:
        place = tuple_(_columns.created_at, _columns.number)
        conditions.append(place < (after.created_at, after.number))
    elif wanted.created_before is not None:
        # Not beside a cursor, which is the narrower bound: SQLite would start at this one.
        conditions.append(_columns.created_at < wanted.created_before)
    return conditions


def _branches(
    connection: Connection, wanted: ExecutionFilter, *, by_status: bool = False
) -> list[Conditions]:
    """Conditions for each of which an index has the rows in their order; together they are all.

    Otherwise a page of a rare status would read all the other executions of a workflow.
    """
    statuses = tuple(wanted.statuses)
    if not statuses and (wanted.error_text is not None or wanted.failed_node is not None):
        statuses = _WITH_ERROR
    if wanted.workflow_id is not None:
        begin: Conditions = [_columns.workflow_id == wanted.workflow_id]
        if wanted.trigger is not None:
            begin.append(_columns.trigger == wanted.trigger)
        return _by_status(begin, statuses or tuple(ExecutionStatus))
    few = None if wanted.projects is None else _workflows_of(connection, wanted.projects)
    if few is not None and len(few) <= _MAX_WORKFLOWS:
        return [
            branch
            for workflow in few
            for branch in _by_status(
                [_columns.workflow_id == workflow], statuses or tuple(ExecutionStatus)
            )
        ]
    if not statuses and not by_status:
        return [[]]
    return _by_status([], statuses or tuple(ExecutionStatus))


def _by_status(begin: Conditions, statuses: Sequence[ExecutionStatus]) -> list[Conditions]:
    return [[*begin, _columns.status == status.value] for status in statuses]


def _workflows_of(connection: Connection, projects: Collection[str]) -> Sequence[str]:
    """The workflows of projects; one more than are few, where they are many."""
    column = workflows.c.id
    statement = select(column).where(workflows.c.project_id.in_(projects))
    return connection.scalars(statement.limit(_MAX_WORKFLOWS + 1)).all()


def _looked_for(connection: Connection, wanted: ExecutionFilter) -> Conditions:
    """What no index answers."""
    conditions: Conditions = []
    duration = _columns.finished_at - _columns.started_at
    if wanted.trigger is not None and wanted.workflow_id is None:
        conditions.append(_columns.trigger == wanted.trigger)
    if wanted.sources:
        conditions.append(_columns.source.in_(wanted.sources))
    if wanted.min_ms is not None:
        conditions.append(duration >= wanted.min_ms * 1000)
    if wanted.max_ms is not None:
        conditions.append(duration <= wanted.max_ms * 1000)
    if wanted.error_text is not None:
        conditions.append(_in_error(wanted.error_text))
    if wanted.failed_node is not None:
        place = f'"node":"{wanted.failed_node}"'
        conditions.append(_columns.error.contains(place, autoescape=True))
    if wanted.text is not None:
        conditions.append(_has_text(wanted.text))
    if wanted.projects is not None:
        few = len(_workflows_of(connection, wanted.projects)) <= _MAX_WORKFLOWS
        if wanted.workflow_id is not None or not few:
            of_projects = select(workflows.c.id).where(workflows.c.project_id.in_(wanted.projects))
            conditions.append(_columns.workflow_id.in_(of_projects))
    return conditions


def _in_error(text: str) -> ColumnElement[bool]:
    return func.lower(_columns.error).contains(text.lower(), autoescape=True)


def _has_text(text: str) -> ColumnElement[bool]:
    name = func.lower(workflows.c.name).contains(text.lower(), autoescape=True)
    places = [_in_error(text), _columns.workflow_id.in_(select(workflows.c.id).where(name))]
    number = text.removeprefix("#")
    if number.isascii() and number.isdecimal() and len(number) <= 18:
        places.append(_columns.number == int(number))
    return or_(*places)


def _bound(
    connection: Connection, branches: Sequence[Conditions], within: Conditions
) -> int | None:
    """The time down to which so many executions lie that one page looks into them; None: all do."""
    share = max(_LEAST_LOOKED, LOOKED // max(1, len(branches)))
    bounds = []
    for branch in branches:
        statement = select(_columns.created_at).where(*branch, *within).order_by(*_ORDER)
        bounds.append(connection.scalar(statement.offset(share).limit(1)))
    return max((bound for bound in bounds if bound is not None), default=None)
