"""The spans of one execution in the order of their begin: attempts, and the requests of each."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import Connection, Select, func, literal, or_, select, union_all

from tidegate import codec
from tidegate.model.item import JsonObject
from tidegate.store.tables import http_request_logs, node_executions

_attempts = node_executions.c
_requests = http_request_logs.c

SpanKind = Literal["attempt", "request"]


@dataclass(frozen=True, slots=True)
class Span:
    """An attempt of a node, or a hop of a request of one. Times are microseconds since 1970.

    ``seq`` is the number of its row among those of its kind; ``path`` the loop iterations as text.
    """

    kind: SpanKind
    seq: int
    node: str
    path: str
    attempt: int
    begin: int
    end: int | None
    status: str
    details: JsonObject


@dataclass(frozen=True, slots=True)
class SpanFilter:
    """Which spans are wanted: those that fit everything that is given.

    ``path`` is the loop iterations as text; ``failed`` takes attempts and requests that failed,
    also by the status of the answer; ``min_ms`` those that took longer; ``seq`` the one with this
    number among those of ``kind``.
    """

    node: str | None = None
    path: str | None = None
    kind: SpanKind | None = None
    failed: bool = False
    min_ms: int = 0
    seq: int | None = None


def spans(
    connection: Connection,
    execution_id: str,
    which: SpanFilter = SpanFilter(),
    *,
    offset: int = 0,
    limit: int = 1000,
) -> tuple[Sequence[Span], int]:
    """A window of the spans of an execution, and how many there are."""
    kinds: tuple[SpanKind, ...] = ("attempt", "request")
    both = union_all(
        *(_places(execution_id, which, kind) for kind in kinds if which.kind in (None, kind))
    ).subquery()
    total = connection.scalar(select(func.count()).select_from(both)) or 0
    place = select(both.c.kind, both.c.seq).order_by(both.c.at, both.c.kind, both.c.seq)
    wanted = [(row.kind, row.seq) for row in connection.execute(place.offset(offset).limit(limit))]
    attempts = attempt_spans(connection, [seq for kind, seq in wanted if kind == "attempt"])
    requests = _request_spans(connection, [seq for kind, seq in wanted if kind == "request"])
    found = {("attempt", span.seq): span for span in attempts}
    found |= {("request", span.seq): span for span in requests}
    return [found[key] for key in wanted if key in found], total


def _places(execution_id: str, wanted: SpanFilter, kind: SpanKind) -> Select[Any]:
    is_attempt = kind == "attempt"
    columns = _attempts if is_attempt else _requests
    at = _attempts.started_at if is_attempt else _requests.created_at
    statement = select(literal(kind).label("kind"), columns.seq, at.label("at")).where(
        columns.execution_id == execution_id
    )
    if is_attempt:
        statement = statement.where(_attempts.kind == "finished")
    if wanted.node is not None:
        statement = statement.where(columns.node_id == wanted.node)
    if wanted.path is not None:
        statement = statement.where(columns.path == wanted.path)
    if wanted.seq is not None:
        statement = statement.where(columns.seq == wanted.seq)
    if wanted.failed:
        statement = statement.where(
            _attempts.attempt_status.in_(("failed", "crashed"))
            if is_attempt
            else or_(_requests.error_message.is_not(None), _requests.response_status >= 400)
        )
    if wanted.min_ms:
        statement = statement.where(
            _attempts.finished_at - _attempts.started_at > wanted.min_ms * 1000
            if is_attempt
            else _requests.response_time > wanted.min_ms
        )
    return statement


def attempt_spans(connection: Connection, seqs: Sequence[int]) -> list[Span]:
    """The attempts in these rows."""
    statement = select(
        _attempts.seq,
        _attempts.node_id,
        _attempts.node_type,
        _attempts.path,
        _attempts.attempt,
        _attempts.started_at,
        _attempts.finished_at,
        _attempts.status,
        _attempts.attempt_status,
        _attempts.items_in,
        _attempts.items_out,
        _attempts.batches,
        _attempts.error,
        _attempts.resource_usage,
    ).where(_attempts.seq.in_(seqs))
    return [
        Span(
            "attempt",
            row.seq,
            row.node_id,
            row.path,
            row.attempt,
            row.started_at,
            row.finished_at,
            row.attempt_status,
            {
                "type": row.node_type,
                "node_status": row.status,
                "items_in": row.items_in,
                "items_out": row.items_out,
                "outputs": _counts(row.batches),
                "error": None if row.error is None else codec.decode(row.error),
                "usage": row.resource_usage,
            },
        )
        for row in connection.execute(statement)
    ]


def _counts(batches: str | None) -> dict[str, int]:
    """How many items each output has."""
    counts: dict[str, int] = {}
    for output, _, _, count in [] if batches is None else codec.decode(batches):
        counts[output] = counts.get(output, 0) + count
    return counts


def _request_spans(connection: Connection, seqs: Sequence[int]) -> list[Span]:
    statement = select(
        _requests.seq,
        _requests.node_id,
        _requests.path,
        _requests.attempt,
        _requests.created_at,
        _requests.response_time,
        _requests.method,
        _requests.url,
        _requests.response_status,
        _requests.error_message,
        _requests.timings,
        _requests.bytes_in,
        _requests.bytes_out,
        _requests.item,
    ).where(_requests.seq.in_(seqs))
    return [
        Span(
            "request",
            row.seq,
            row.node_id,
            row.path,
            row.attempt,
            row.created_at,
            row.created_at + round((row.response_time or 0) * 1000),
            "failed" if row.error_message else "succeeded",
            {
                "method": row.method,
                "url": row.url,
                "status": row.response_status,
                "error": row.error_message,
                "timings": row.timings,
                "bytes_in": row.bytes_in,
                "bytes_out": row.bytes_out,
                "item": row.item,
            },
        )
        for row in connection.execute(statement)
    ]
