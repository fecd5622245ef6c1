"""Journal writes of many executions that go into the database together."""

import sqlite3
from asyncio import AbstractEventLoop, Future
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from tidegate import codec
from tidegate.errors import Bug, Conflict, LeaseLost
from tidegate.model.execution import (
    Execution,
    ExecutionEnd,
    HttpRequestLog,
    LogLine,
    NodeRow,
    SecurityEvent,
)
from tidegate.model.item import JsonObject
from tidegate.model.status import ExecutionStatus, sources_of
from tidegate.store import journal_rows
from tidegate.store.bulk import Row, Session

_ROW_OVERHEAD: Final = 300

_STALE: Final = {
    "sqlite": """
        SELECT want.id, want.token
        FROM (SELECT json_extract(value, '$[0]') AS id, json_extract(value, '$[1]') AS token
              FROM json_each(?)) AS want
        WHERE NOT EXISTS (
            SELECT 1 FROM executions AS e
            WHERE e.id = want.id AND e.token = want.token AND e.status = 'running')
        """,
    "postgresql": """
        WITH want AS (
            SELECT value->>0 AS id, (value->>1)::bigint AS token
            FROM json_array_elements(%s::json)
        ), live AS (
            SELECT e.id, e.token FROM executions AS e
            JOIN want ON e.id = want.id AND e.token = want.token
            WHERE e.status = 'running'
            ORDER BY e.id FOR SHARE OF e
        )
        SELECT want.id, want.token FROM want
        LEFT JOIN live ON live.id = want.id AND live.token = want.token
        WHERE live.id IS NULL
        """,
}
"""Which (id, token) pairs are not running under that token; the others stay so until the commit."""

_END: Final = {
    "sqlite": """
        UPDATE executions SET
            status = json_extract(ended.value, '$[2]'),
            finished_at = json_extract(ended.value, '$[3]'),
            wake_at = json_extract(ended.value, '$[4]'),
            errors_handled = json_extract(ended.value, '$[5]'),
            error = json_extract(ended.value, '$[6]'),
            usage = json_extract(ended.value, '$[7]'),
            items_out = json_extract(ended.value, '$[8]'),
            lease_until = NULL
        FROM json_each(?) AS ended
        WHERE executions.id = json_extract(ended.value, '$[0]')
          AND executions.token = json_extract(ended.value, '$[1]')
        """,
    "postgresql": """
        UPDATE executions SET
            status = ended.value->>2,
            finished_at = (ended.value->>3)::bigint,
            wake_at = (ended.value->>4)::bigint,
            errors_handled = (ended.value->>5)::integer,
            error = ended.value->>6,
            usage = ended.value->>7,
            items_out = (ended.value->>8)::bigint,
            lease_until = NULL
        FROM json_array_elements(%s::json) AS ended
        WHERE executions.id = ended.value->>0
          AND executions.token = (ended.value->>1)::bigint
        """,
}
"""The end of executions that are known to be running under their token."""


@dataclass(frozen=True, slots=True)
class NewExecution:
    """An execution to insert that this process runs at once; ``lease_until`` in microseconds."""

    execution: Execution
    lease_until: int


@dataclass(frozen=True, slots=True)
class Barrier:
    """Someone waits for everything before it."""

    loop: AbstractEventLoop
    future: "Future[None]"


Entry = NodeRow | LogLine | HttpRequestLog | SecurityEvent | ExecutionEnd | NewExecution | Barrier


class JournalState:
    """What the writer keeps about one journal.

    ``done`` counts entries that were dealt with; ``failure`` is why no further one will be.
    ``metrics`` and ``events`` wait for the row of the attempt that they belong to.
    """

    __slots__ = ("done", "events", "execution_id", "failure", "metrics", "token")

    def __init__(self, execution_id: str, token: int) -> None:
        self.execution_id = execution_id
        self.token = token
        self.done = 0
        self.failure: BaseException | None = None
        self.metrics: dict[tuple[str, tuple[int, ...], int], JsonObject] = {}
        self.events: dict[str, list[JsonObject]] = {}


class Part:
    """The entries of one journal within a segment, as rows."""

    __slots__ = ("barriers", "count", "end", "events", "logs", "new", "nodes", "requests", "state")

    def __init__(self, state: JournalState) -> None:
        self.state = state
        self.count = 0
        self.new: NewExecution | None = None
        self.nodes: list[Row] = []
        self.logs: list[Row] = []
        self.requests: list[Row] = []
        self.events: list[Row] = []
        self.end: ExecutionEnd | None = None
        self.barriers: list[Barrier] = []

    def add(self, entry: Entry, *, output_index: bool) -> int:
        """Take an entry; returns about how many bytes it adds."""
        if type(entry) is Barrier:
            self.barriers.append(entry)
            return 0
        self.count += 1
        if self.state.failure is not None:
            return 0
        try:
            return self._add_row(entry, output_index=output_index)
        except Exception as error:  # noqa: BLE001 - one journal's mistake must not stop the writer
            self.state.failure = Bug(f"a row of the journal can't be written: {error}")
            self.state.failure.__cause__ = error
            return 0

    def fail(self, failure: BaseException) -> None:
        """No entry of this journal was written, and none will be."""
        if self.new is not None and isinstance(failure, Conflict):
            failure = _lost(self.state)
        self.state.failure = failure

    def _add_row(self, entry: Entry, *, output_index: bool) -> int:
        state = self.state
        if isinstance(entry, NodeRow):
            finished = entry.kind == "finished"
            metrics = events = None
            if finished and state.metrics:
                metrics = state.metrics.pop((entry.node_id, entry.path, entry.attempt), None)
            if finished and state.events:
                events = state.events.pop(entry.node_id, None)
            row = journal_rows.node_row(
                entry, metrics, events, output_index=output_index and finished
            )
            self.nodes.append(row)
            output = entry.output
            return _ROW_OVERHEAD + (len(output.data) if output and output.data else 0)
        if isinstance(entry, LogLine):
            self.logs.append(journal_rows.log_row(entry))
        elif isinstance(entry, HttpRequestLog):
            self.requests.append(journal_rows.http_request_row(entry))
            _count_request(state, entry)
        elif isinstance(entry, SecurityEvent):
            self.events.append(journal_rows.security_event_row(entry))
            if entry.node_id is not None:
                state.events.setdefault(entry.node_id, []).append(_event_summary(entry))
        elif isinstance(entry, ExecutionEnd):
            assert ExecutionStatus.RUNNING in sources_of(entry.status)
            self.end = entry
        elif isinstance(entry, NewExecution):
            self.new = entry
        return _ROW_OVERHEAD


class Segment:
    """Consecutive journal entries of the queue, by journal."""

    def __init__(self) -> None:
        self.parts: dict[JournalState, Part] = {}

    def part(self, state: JournalState) -> Part:
        """The part of one journal."""
        part = self.parts.get(state)
        if part is None:
            part = self.parts[state] = Part(state)
        return part


def write_parts(session: Session, parts: Iterable[Part]) -> None:
    """Write the rows of ``parts`` in the open transaction.

    Parts whose execution is not running under their token are dropped: their state's ``failure``
    becomes LeaseLost.
    """
    dialect = "sqlite" if isinstance(session, sqlite3.Connection) else "postgresql"
    live = [part for part in parts if part.state.failure is None]
    new = [part for part in live if part.new is not None]
    if new:
        rows = [
            journal_rows.execution_row(part.new.execution, part.new.lease_until, part.end)
            for part in new
            if part.new is not None
        ]
        journal_rows.EXECUTIONS.run(session, rows)
    claimed = [part for part in live if part.new is None and part.count]
    if claimed:
        stale = _stale(session, dialect, claimed)
        for part in claimed:
            if (part.state.execution_id, part.state.token) in stale:
                part.state.failure = _lost(part.state)
        claimed = [part for part in claimed if part.state.failure is None]
    live = new + claimed
    journal_rows.NODE_EXECUTIONS.run(session, [row for part in live for row in part.nodes])
    journal_rows.EXECUTION_LOGS.run(session, [row for part in live for row in part.logs])
    journal_rows.HTTP_REQUEST_LOGS.run(session, [row for part in live for row in part.requests])
    journal_rows.SECURITY_EVENTS.run(session, [row for part in live for row in part.events])
    ended = [_end_values(part.state, part.end) for part in claimed if part.end is not None]
    if ended:
        session.execute(_END[dialect], (codec.encode(ended).decode(),))


def _stale(session: Session, dialect: str, parts: Sequence[Part]) -> set[tuple[str, int]]:
    wanted = codec.encode([[part.state.execution_id, part.state.token] for part in parts])
    rows = session.execute(_STALE[dialect], (wanted.decode(),))
    return {(row[0], row[1]) for row in rows}


def _lost(state: JournalState) -> LeaseLost:
    return LeaseLost(f"execution {state.execution_id} belongs to another process now")


def _end_values(state: JournalState, end: ExecutionEnd) -> list[Any]:
    waits = end.status is ExecutionStatus.WAITING
    return [
        state.execution_id,
        state.token,
        end.status.value,
        None if waits else end.at,
        end.wake_at if waits else None,
        end.errors_handled,
        journal_rows.optional_json(end.error),
        journal_rows.optional_json(end.usage),
        None if waits else end.items_out,
    ]


def _count_request(state: JournalState, request: HttpRequestLog) -> None:
    """Add a request to the network metrics of its attempt."""
    key = (request.node_id, request.path, request.attempt)
    metrics = state.metrics.setdefault(
        key, {"requests": 0, "failed": 0, "bytes_in": 0, "bytes_out": 0, "response_time": 0.0}
    )
    metrics["requests"] += 1
    metrics["failed"] += request.error_message is not None
    metrics["bytes_in"] += request.bytes_in
    metrics["bytes_out"] += request.bytes_out
    metrics["response_time"] = round(metrics["response_time"] + (request.response_time or 0.0), 3)


def _event_summary(event: SecurityEvent) -> JsonObject:
    return {
        "event_type": event.event_type,
        "severity": event.severity,
        "description": event.description,
        "at": event.at,
    }
