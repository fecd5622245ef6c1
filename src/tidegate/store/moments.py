"""The moments of an execution: what changed around one of them, and how the nodes stood before."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, func, select, true, union_all

from tidegate.store.spans import Span, attempt_spans
from tidegate.store.tables import node_executions

_attempts = node_executions.c


@dataclass(frozen=True, slots=True)
class Moments:
    """The attempts that began or ended from ``begin`` to ``end``, both included.

    Without a ``begin`` nothing lies before them, without an ``end`` nothing after them.
    ``before`` has, for each node, the attempt that changed last before ``begin``, and
    ``previous`` is when the last of all that happened. ``last`` is the last change of the
    execution; until it has ended, more may follow. Times are microseconds since 1970.
    """

    before: Sequence[Span]
    around: Sequence[Span]
    begin: int | None
    end: int | None
    previous: int | None
    last: int | None


def moments(connection: Connection, execution_id: str, *, at: int, limit: int) -> Moments:
    """The changes around a moment: half of ``limit`` until then, and as many after it."""
    mine = (_attempts.execution_id == execution_id) & (_attempts.kind == "finished")
    changes = union_all(
        select(_attempts.seq, _attempts.node_id, _attempts.started_at.label("at")).where(mine),
        select(_attempts.seq, _attempts.node_id, _attempts.finished_at.label("at")).where(
            mine, _attempts.finished_at.is_not(None)
        ),
    ).subquery()
    when = changes.c.at
    place = max(limit // 2, 1) - 1
    begin = connection.scalar(
        select(when).where(when <= at).order_by(when.desc()).offset(place).limit(1)
    )
    end = connection.scalar(select(when).where(when > at).order_by(when).offset(place).limit(1))
    around = select(changes.c.seq).where(
        true() if begin is None else when >= begin, true() if end is None else when <= end
    )
    previous: int | None = None
    before: list[int] = []
    if begin is not None:
        previous = connection.scalar(select(func.max(when)).where(when < begin))
        rank = func.row_number().over(
            partition_by=changes.c.node_id, order_by=(when.desc(), changes.c.seq.desc())
        )
        ranked = select(changes.c.seq, rank.label("rank")).where(when < begin).subquery()
        before = list(connection.scalars(select(ranked.c.seq).where(ranked.c.rank == 1)))
    return Moments(
        attempt_spans(connection, before),
        attempt_spans(connection, sorted(set(connection.scalars(around)))),
        begin,
        end,
        previous,
        connection.scalar(select(func.max(when))),
    )
