"""Lists of executions: pages of those that fit a filter, and how many there are over time.

What an index has in the order of the list is found however many executions there are. What must be
looked for in the rows (texts, durations) is looked for in :data:`LOOKED` of them at a time: a page
then says how far it came, and the next one goes on from there.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, Select, SelectBase, and_, func, or_, select, true, union_all

from tidegate.model.execution import Execution
from tidegate.model.status import ExecutionStatus
from tidegate.store.execution_filter import (
    LOOKED_INTO,
    Conditions,
    ExecutionFilter,
    branches_of,
    by_status,
    looked_for,
    of,
    within,
)
from tidegate.store.execution_order import Cursor, ExecutionPage, Sort
from tidegate.store.executions import LEASELESS, MAX_PAGE, execution_of
from tidegate.store.tables import executions

LOOKED: Final = 10_000
"""So many executions are looked into for one page."""
_LOOKED_BY_DURATION: Final = 2_000
"""Fewer: in this order, each of them lies somewhere else."""
_LEAST_LOOKED: Final = 500
_LAST_NUMBER: Final = 2**62

_columns = executions.c
_ENDED: Final = [_columns.started_at.is_not(None), _columns.finished_at.is_not(None)]
"""What has a duration, in the words of the index of durations."""


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
    sort: Sort = Sort.NEWEST,
) -> ExecutionPage:
    """A page of executions; ``after`` is the ``next`` of a page of this filter and order."""
    limit = min(limit, MAX_PAGE)
    if sort.is_by_duration:
        return _by_duration(connection, wanted, after, limit, sort)
    branches = branches_of(connection, wanted)
    bounds = within(wanted, after, sort)
    rest = looked_for(connection, wanted)
    end = _end_of_look(connection, branches, bounds, sort) if rest else None
    if end is not None:
        rest.append(sort.up_to(end))
    found = _first(connection, branches, [*bounds, *rest], limit + 1, sort)
    if len(found) > limit:
        return ExecutionPage(found[:limit], sort.place_of(found[limit - 1]))
    following = None if end is None else Cursor(end, 0 if sort.is_descending else _LAST_NUMBER)
    return ExecutionPage(found, following, end)


def _by_duration(
    connection: Connection, wanted: ExecutionFilter, after: Cursor | None, limit: int, sort: Sort
) -> ExecutionPage:
    """All that fit are sorted where they are few; else so many are looked into, by duration."""
    branches, bounds = branches_of(connection, wanted), within(wanted, None, sort)
    rest = looked_for(connection, wanted)
    later = [] if after is None else [sort.after(after)]
    end: Cursor | None = None
    if _end_of_look(connection, branches, bounds, Sort.NEWEST) is None:
        conditions = [sort.key.is_not(None), *later, *bounds, *rest]
        found = _first(connection, branches, conditions, limit + 1, sort)
    elif branches == [[]] and not bounds and not rest:
        found = _first(connection, branches, [*_ENDED, *later], limit + 1, sort)
    else:
        begin = select(*LOOKED_INTO).where(*_ENDED, *later).order_by(*sort.order)
        end = _cursor(connection, begin.offset(_LOOKED_BY_DURATION - 1).limit(1))
        fits = or_(*(and_(true(), *branch) for branch in branches))
        # A query with a limit inside: whatever the filter, this is read in the index's order.
        looked_into = begin.limit(_LOOKED_BY_DURATION).subquery()
        conditions = [of(looked_into, condition) for condition in (fits, *bounds, *rest)]
        numbers = select(looked_into.c.number).where(*conditions)
        found = _listed(connection, numbers, limit + 1, sort)
    if len(found) > limit:
        return ExecutionPage(found[:limit], sort.place_of(found[limit - 1]))
    return ExecutionPage(found, end, None if end is None else end.key)


def _cursor(connection: Connection, statement: Select[Any]) -> Cursor | None:
    row = connection.execute(statement).one_or_none()
    return None if row is None else Cursor(row.finished_at - row.started_at, row.number)


def counts(
    connection: Connection, wanted: ExecutionFilter, *, begin: int, end: int, parts: int
) -> tuple[list[Counted], int | None]:
    """How many executions fit in each of ``parts`` of the time from ``begin`` to ``end``.

    The second value is set where not all of them were looked into: the time of the last one.
    """
    width = max(1, -(-(end - begin) // parts))
    bounds = [_columns.created_at >= begin, _columns.created_at < end]
    rest = looked_for(connection, wanted)
    part = (_columns.created_at - begin) // width
    found: list[Counted] = []
    branches = branches_of(connection, wanted, apart=True)
    looked_to = _end_of_look(connection, branches, bounds, Sort.NEWEST) if rest else None
    if looked_to is not None:
        rest.append(_columns.created_at >= looked_to)
    for branch in branches:
        statement = (
            select(part, _columns.status, func.count())
            .where(*branch, *bounds, *rest)
            .group_by(part, _columns.status)
        )
        found += [
            Counted(int(place), ExecutionStatus(status), count)
            for place, status, count in connection.execute(statement)
        ]
    return found, looked_to


def latest(connection: Connection, workflow_id: str, limit: int) -> list[Execution]:
    """The newest executions of one workflow."""
    branches = by_status([_columns.workflow_id == workflow_id], tuple(ExecutionStatus))
    return _first(connection, branches, [], limit, Sort.NEWEST)


def _first(
    connection: Connection,
    branches: Sequence[Conditions],
    conditions: Conditions,
    limit: int,
    sort: Sort,
) -> list[Execution]:
    numbers = [
        select(_columns.number).where(*branch, *conditions).order_by(*sort.order).limit(limit)
        for branch in branches
    ]
    if not numbers:
        return []
    first = union_all(*(select(branch.subquery()) for branch in numbers))
    return _listed(connection, first, limit, sort)


def _listed(connection: Connection, numbers: SelectBase, limit: int, sort: Sort) -> list[Execution]:
    statement = select(*LEASELESS).where(_columns.number.in_(numbers)).order_by(*sort.order)
    return [execution_of(row) for row in connection.execute(statement.limit(limit))]


def _end_of_look(
    connection: Connection, branches: Sequence[Conditions], bounds: Conditions, sort: Sort
) -> int | None:
    """The time up to which so many executions lie that one page looks into them; None: all do."""
    share = max(_LEAST_LOOKED, LOOKED // max(1, len(branches)))
    ends = []
    for branch in branches:
        statement = select(_columns.created_at).where(*branch, *bounds).order_by(*sort.order)
        ends.append(connection.scalar(statement.offset(share).limit(1)))
    nearest = max if sort.is_descending else min
    return nearest((end for end in ends if end is not None), default=None)
