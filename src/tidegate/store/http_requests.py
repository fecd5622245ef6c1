"""HTTP requests of node executions, read back; the journal writes them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from sqlalchemy import ColumnElement, Connection, Row, or_, select

from tidegate.model.execution import HttpRequestLog, path_from_text
from tidegate.store.tables import executions, http_request_logs, workflows

LOOKED: Final = 10_000
"""So many requests are looked into for one page."""

_columns = http_request_logs.c
_HEAVY: Final = ("request_headers", "request_body", "response_headers", "response_body")
_LIGHT: Final = tuple(column for column in _columns if column.name not in _HEAVY)


@dataclass(frozen=True, slots=True)
class StoredHttpRequest:
    """A request and its place: ``seq`` orders the requests of one execution."""

    seq: int
    request: HttpRequestLog


@dataclass(frozen=True, slots=True)
class RequestOfExecution(StoredHttpRequest):
    """A request among those of all executions."""

    workflow_id: str
    number: int


@dataclass(frozen=True, slots=True)
class RequestSample:
    """What numbers over requests are made of; ``milliseconds`` is None without an answer."""

    url: str
    has_failed: bool
    milliseconds: float | None


@dataclass(frozen=True, slots=True)
class RequestFilter:
    """Which requests of all executions; ``text`` stands in the URL or the error."""

    state: Literal["succeeded", "failed"] | None = None
    host: str | None = None
    method: str | None = None
    workflow_id: str | None = None
    text: str | None = None


def requests(
    connection: Connection,
    execution_id: str,
    *,
    node_id: str | None = None,
    after: int = 0,
    limit: int = 1000,
) -> Sequence[StoredHttpRequest]:
    """Requests of one execution in their order, from the one after ``after`` (a ``seq``) on."""
    statement = (
        select(http_request_logs)
        .where(_columns.execution_id == execution_id, _columns.seq > after)
        .order_by(_columns.seq)
        .limit(limit)
    )
    if node_id is not None:
        statement = statement.where(_columns.node_id == node_id)
    return [StoredHttpRequest(row.seq, _request(row)) for row in connection.execute(statement)]


def page(
    connection: Connection,
    wanted: RequestFilter,
    *,
    projects: Collection[str] | None,
    before: int | None,
    limit: int,
) -> tuple[Sequence[RequestOfExecution], int | None]:
    """Requests of all executions, the newest first, from the one before ``before`` (a ``seq``) on.

    Their headers and bodies are left out.

    So many are looked into at a time; the second value is the ``before`` of the next page, None
    where there is none.
    """
    place = [] if before is None else [_columns.seq < before]
    newest = select(_columns.seq).where(*place).order_by(_columns.seq.desc())
    bound = connection.scalar(newest.offset(LOOKED).limit(1))
    conditions = _conditions(wanted, projects)
    if bound is not None:
        conditions.append(_columns.seq >= bound)
    statement = (
        select(
            *_LIGHT,
            executions.c.workflow_id.label("workflow_id"),
            executions.c.number.label("number"),
        )
        .join(executions, executions.c.id == _columns.execution_id)
        .where(*place, *conditions)
        .order_by(_columns.seq.desc())
        .limit(limit + 1)
    )
    found = [
        RequestOfExecution(row.seq, _request(row), row.workflow_id, row.number)
        for row in connection.execute(statement)
    ]
    if len(found) > limit:
        return found[:limit], found[limit - 1].seq
    return found, bound


def samples(
    connection: Connection, *, projects: Collection[str] | None, begin: int
) -> tuple[Sequence[RequestSample], bool]:
    """The newest requests since ``begin``; the second value says whether they are all of them."""
    newest = select(_columns.seq).order_by(_columns.seq.desc())
    bound = connection.scalar(newest.offset(LOOKED).limit(1))
    conditions = [*_conditions(RequestFilter(), projects), _columns.created_at >= begin]
    if bound is not None:
        conditions.append(_columns.seq > bound)
    statement = (
        select(_columns.url, _columns.error_message.is_not(None), _columns.response_time)
        .join(executions, executions.c.id == _columns.execution_id)
        .where(*conditions)
        .order_by(_columns.seq.desc())
    )
    found = [
        RequestSample(url, bool(failed), time)
        for url, failed, time in connection.execute(statement)
    ]
    last = (
        None
        if bound is None
        else connection.scalar(select(_columns.created_at).where(_columns.seq == bound))
    )
    return found, last is None or last < begin


def _conditions(
    wanted: RequestFilter, projects: Collection[str] | None
) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.state is not None:
        failed = _columns.error_message.is_not(None)
        conditions.append(failed if wanted.state == "failed" else ~failed)
    if wanted.workflow_id is not None:
        conditions.append(executions.c.workflow_id == wanted.workflow_id)
    if wanted.method is not None:
        conditions.append(_columns.method == wanted.method)
    if wanted.host is not None:
        host = wanted.host
        conditions.append(
            or_(
                *(
                    _columns.url.startswith(f"{scheme}://{host}{end}", autoescape=True)
                    for scheme in ("http", "https")
                    for end in ("/", ":", "?")
                ),
                _columns.url.in_([f"http://{host}", f"https://{host}"]),
            )
        )
    if wanted.text is not None:
        conditions.append(
            or_(
                _columns.url.contains(wanted.text, autoescape=True),
                _columns.error_message.contains(wanted.text, autoescape=True),
            )
        )
    if projects is not None:
        of_projects = select(workflows.c.id).where(workflows.c.project_id.in_(projects))
        conditions.append(executions.c.workflow_id.in_(of_projects))
    return conditions


def _request(row: Row[*tuple[Any, ...]]) -> HttpRequestLog:
    values = row._asdict()
    for name in ("seq", "workflow_id", "number"):
        values.pop(name, None)
    path = path_from_text(values.pop("path"))
    return HttpRequestLog(path=path, at=values.pop("created_at"), **values)
