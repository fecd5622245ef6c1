"""Which executions a list shows, as conditions: by what indexes have, and by what rows say."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Column, Connection, Subquery, func, or_, select
from sqlalchemy.sql import ColumnElement, visitors

from tidegate.model.status import ExecutionStatus
from tidegate.store import execution_names
from tidegate.store.execution_order import Cursor, Sort
from tidegate.store.tables import executions, workflows

_MAX_WORKFLOWS: Final = 20
"""Lists of so few workflows take each workflow's newest by itself."""
_WITH_ERROR: Final = (ExecutionStatus.FAILED, ExecutionStatus.CRASHED, ExecutionStatus.CANCELLED)

_columns = executions.c

Conditions = list[ColumnElement[bool]]

LOOKED_INTO: Final = (
    _columns.number,
    _columns.workflow_id,
    _columns.status,
    _columns.trigger,
    _columns.source,
    _columns.created_at,
    _columns.started_at,
    _columns.finished_at,
    _columns.error,
)
"""All the columns that conditions are about."""


@dataclass(frozen=True, slots=True)
class ExecutionFilter:
    """Which executions a list shows; times are microseconds, ``created_before`` is exclusive.

    ``trigger`` and ``failed_node`` are ids of nodes; the latter may be the beginning of one and
    ``*``. ``text`` stands in the error or the workflow's name, or is the number. ``named`` is how
    a person names one: its number, its id, or the beginning of that. ``projects`` None: of every
    project. Durations are milliseconds, of executions that have ended.
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
    named: str | None = None


def within(wanted: ExecutionFilter, after: Cursor | None, sort: Sort) -> Conditions:
    """The bounds in time. A cursor takes the place of the wider one: SQLite would begin there."""
    conditions: Conditions = [] if after is None else [sort.after(after)]
    if wanted.created_from is not None and (after is None or sort.is_descending):
        conditions.append(_columns.created_at >= wanted.created_from)
    if wanted.created_before is not None and (after is None or not sort.is_descending):
        conditions.append(_columns.created_at < wanted.created_before)
    return conditions


def branches_of(
    connection: Connection, wanted: ExecutionFilter, *, apart: bool = False
) -> list[Conditions]:
    """Conditions for each of which an index has the rows in their order; together they are all.

    Otherwise a page of a rare status would read all the other executions of a workflow. ``apart``:
    each branch is of one status.
    """
    statuses = tuple(wanted.statuses)
    if wanted.named is not None:
        places = [[place] for place in execution_names.places_of(wanted.named)]
        if not apart:
            return places
        return [b for place in places for b in by_status(place, statuses or tuple(ExecutionStatus))]
    if not statuses and (wanted.error_text is not None or wanted.failed_node is not None):
        statuses = _WITH_ERROR
    if wanted.workflow_id is not None:
        begin: Conditions = [_columns.workflow_id == wanted.workflow_id]
        if wanted.trigger is not None:
            begin.append(_columns.trigger == wanted.trigger)
        return by_status(begin, statuses or tuple(ExecutionStatus))
    few = None if wanted.projects is None else _workflows_of(connection, wanted.projects)
    if few is not None and len(few) <= _MAX_WORKFLOWS:
        return [
            branch
            for workflow in few
            for branch in by_status(
                [_columns.workflow_id == workflow], statuses or tuple(ExecutionStatus)
            )
        ]
    if not statuses and not apart:
        return [[]]
    return by_status([], statuses or tuple(ExecutionStatus))


def by_status(begin: Conditions, statuses: Sequence[ExecutionStatus]) -> list[Conditions]:
    """The conditions for each status apart."""
    return [[*begin, _columns.status == status.value] for status in statuses]


def _workflows_of(connection: Connection, projects: Collection[str]) -> Sequence[str]:
    """The workflows of projects; one more than are few, where they are many."""
    column = workflows.c.id
    statement = select(column).where(workflows.c.project_id.in_(projects))
    return connection.scalars(statement.limit(_MAX_WORKFLOWS + 1)).all()


def looked_for(connection: Connection, wanted: ExecutionFilter) -> Conditions:
    """What no index answers."""
    conditions = _about_what_it_is(wanted)
    duration = _columns.finished_at - _columns.started_at
    if wanted.sources:
        conditions.append(_columns.source.in_(wanted.sources))
    if wanted.min_ms is not None:
        conditions.append(duration >= wanted.min_ms * 1000)
    if wanted.max_ms is not None:
        conditions.append(duration <= wanted.max_ms * 1000)
    if wanted.error_text is not None:
        conditions.append(_in_error(wanted.error_text))
    if wanted.failed_node is not None:
        name, begins, _ = wanted.failed_node.partition("*")
        place = f'"node":"{name}' + ("" if begins else '"')
        conditions.append(_columns.error.contains(place, autoescape=True))
    if wanted.text is not None:
        conditions.append(_has_text(wanted.text))
    if wanted.projects is not None:
        few = len(_workflows_of(connection, wanted.projects)) <= _MAX_WORKFLOWS
        is_apart = wanted.named is not None or wanted.workflow_id is not None
        if is_apart or not few:
            of_projects = select(workflows.c.id).where(workflows.c.project_id.in_(wanted.projects))
            conditions.append(_columns.workflow_id.in_(of_projects))
    return conditions


def _about_what_it_is(wanted: ExecutionFilter) -> Conditions:
    """What branches see to by an index, unless they are those of a name."""
    if wanted.named is None:
        if wanted.trigger is None or wanted.workflow_id is not None:
            return []
        return [_columns.trigger == wanted.trigger]
    conditions: Conditions = []
    if wanted.statuses:
        conditions.append(_columns.status.in_([status.value for status in wanted.statuses]))
    if wanted.workflow_id is not None:
        conditions.append(_columns.workflow_id == wanted.workflow_id)
    if wanted.trigger is not None:
        conditions.append(_columns.trigger == wanted.trigger)
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


def of(rows: Subquery, condition: ColumnElement[bool]) -> ColumnElement[bool]:
    """A condition about executions, as one about a query of :data:`LOOKED_INTO` of them."""

    def column_of(element: Any, **_options: Any) -> Any:
        is_ours = isinstance(element, Column) and element.table is executions
        return rows.c[element.name] if is_ours else None

    return visitors.replacement_traverse(condition, {}, column_of)
