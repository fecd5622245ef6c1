"""Numbers over many executions: how long they took, where they failed, which nodes are slow."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Select, func, select

from tidegate.model.status import ExecutionStatus
from tidegate.store.tables import executions, node_executions, workflows

SAMPLE: Final = 50_000
"""So many of the newest executions of a range are looked at."""
_NODE_SAMPLE: Final = 2000
_MOST: Final = 20

_columns = executions.c
_nodes = node_executions.c


@dataclass(frozen=True, slots=True)
class Range:
    """Which executions; times are microseconds, ``end`` is exclusive."""

    begin: int
    end: int
    workflow_id: str | None = None
    projects: Collection[str] | None = None


@dataclass(frozen=True, slots=True)
class Sample:
    """What the numbers are made of; ``duration`` is microseconds of one that has ended."""

    created_at: int
    status: ExecutionStatus
    duration: int | None
    workflow_id: str


@dataclass(frozen=True, slots=True)
class Failure:
    """An error as it is stored, as JSON text."""

    workflow_id: str
    error: str


@dataclass(frozen=True, slots=True)
class NodeTime:
    """How long the attempts of one node took, in microseconds."""

    workflow_id: str
    node_id: str
    node_type: str
    attempts: int
    mean: float
    longest: int


@dataclass(frozen=True, slots=True)
class ExecutionUsage:
    """What an execution used, as JSON text as it is stored; ``duration`` is microseconds."""

    id: str
    number: int
    workflow_id: str
    status: str
    created_at: int
    duration: int | None
    usage: str


def samples(connection: Connection, wanted: Range) -> Sequence[Sample]:
    """The newest executions of a range, the newest first."""
    duration = _columns.finished_at - _columns.started_at
    statement = _newest(
        select(_columns.created_at, _columns.status, duration, _columns.workflow_id), wanted
    )
    return [
        Sample(at, ExecutionStatus(status), length, workflow_id)
        for at, status, length, workflow_id in connection.execute(statement.limit(SAMPLE))
    ]


def failures(connection: Connection, wanted: Range) -> Sequence[Failure]:
    """The newest errors of failed executions of a range."""
    failed = _columns.status == ExecutionStatus.FAILED.value
    statement = _newest(select(_columns.workflow_id, _columns.error), wanted)
    statement = statement.where(failed, _columns.error.is_not(None)).limit(_NODE_SAMPLE)
    return [Failure(*row) for row in connection.execute(statement)]


def slowest(connection: Connection, wanted: Range) -> Sequence[NodeTime]:
    """The nodes that took the longest in the newest executions of a range."""
    newest = _newest(select(_columns.id, _columns.workflow_id), wanted).limit(_NODE_SAMPLE)
    some = newest.subquery()
    duration = _nodes.finished_at - _nodes.started_at
    mean = func.avg(duration)
    statement = (
        select(
            some.c.workflow_id,
            _nodes.node_id,
            _nodes.node_type,
            func.count(),
            mean,
            func.max(duration),
        )
        .join(some, some.c.id == _nodes.execution_id)
        .where(_nodes.kind == "finished", _nodes.finished_at.is_not(None))
        .group_by(some.c.workflow_id, _nodes.node_id, _nodes.node_type)
        .order_by(mean.desc())
        .limit(_MOST)
    )
    return [
        NodeTime(workflow, node, kind, count, float(average), longest)
        for workflow, node, kind, count, average, longest in connection.execute(statement)
    ]


def latest_durations(
    connection: Connection, ids: Collection[str], projects: Collection[str] | None, limit: int
) -> dict[str, list[int]]:
    """How long the newest executions of workflows that succeeded took, in microseconds."""
    few = select(workflows.c.id).where(workflows.c.id.in_(ids))
    if projects is not None:
        few = few.where(workflows.c.project_id.in_(projects))
    found: dict[str, list[int]] = {}
    for workflow_id in connection.scalars(few).all():
        newest = (
            select(_columns.finished_at - _columns.started_at)
            .where(
                _columns.workflow_id == workflow_id,
                _columns.status == ExecutionStatus.SUCCEEDED.value,
                _columns.finished_at.is_not(None),
                _columns.started_at.is_not(None),
            )
            .order_by(_columns.created_at.desc(), _columns.number.desc())
            .limit(limit)
        )
        found[workflow_id] = list(connection.scalars(newest))
    return found


def usages(connection: Connection, wanted: Range) -> Sequence[ExecutionUsage]:
    """What the newest ended executions of a range used, the newest first."""
    duration = _columns.finished_at - _columns.started_at
    statement = _newest(
        select(
            _columns.id,
            _columns.number,
            _columns.workflow_id,
            _columns.status,
            _columns.created_at,
            duration,
            _columns.usage,
        ),
        wanted,
    )
    statement = statement.where(_columns.usage.is_not(None)).limit(_NODE_SAMPLE)
    return [ExecutionUsage(*row) for row in connection.execute(statement)]


def _newest(statement: Select[Any], wanted: Range) -> Select[Any]:
    return statement.where(*_conditions(wanted)).order_by(
        _columns.created_at.desc(), _columns.number.desc()
    )


def _conditions(wanted: Range) -> list[ColumnElement[bool]]:
    conditions = [_columns.created_at >= wanted.begin, _columns.created_at < wanted.end]
    if wanted.workflow_id is not None:
        conditions.append(_columns.workflow_id == wanted.workflow_id)
    if wanted.projects is not None:
        of_projects = select(workflows.c.id).where(workflows.c.project_id.in_(wanted.projects))
        conditions.append(_columns.workflow_id.in_(of_projects))
    return conditions
