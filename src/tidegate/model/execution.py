"""An execution and the rows of its journal, as values. Times are microseconds since 1970, UTC.

Those that each node execution makes are structs of msgspec: a frozen dataclass takes four times as
long to make, and is looked at by the garbage collector.
"""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, Literal, NamedTuple

from msgspec import Struct

from tidegate.model.item import JsonObject
from tidegate.model.status import AttemptStatus, ExecutionStatus, NodeStatus
from tidegate.model.workflow import OnLimit

Path = tuple[int, ...]
"""The iteration numbers of the loops around a node, outermost first; empty outside loops."""


def now_us() -> int:
    """The time, in microseconds since 1970 (UTC)."""
    return time.time_ns() // 1000


def us_to_datetime(value: int) -> datetime:
    """Microseconds since 1970 as a datetime in UTC."""
    return datetime.fromtimestamp(value / 1_000_000, UTC)


def us_to_iso(value: int | None) -> str | None:
    """Microseconds since 1970 as ISO 8601 text, milliseconds exact."""
    if value is None:
        return None
    seconds, rest = divmod(value, 1_000_000)
    return f"{_second_to_iso(seconds)}.{rest // 1000:03d}Z"


@lru_cache(maxsize=64)
def _second_to_iso(seconds: int) -> str:
    """Most of the times of an execution lie in the same second."""
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds")[:19]


def milliseconds(start: int | None, end: int | None) -> float | None:
    """Milliseconds between two times; None where one of them has not come."""
    return None if start is None or end is None else round((end - start) / 1000, 3)


def path_text(path: Path) -> str:
    """A path as it is stored: ``""``, ``"3"``, ``"3.0"``."""
    return ".".join(map(str, path)) if path else ""


def path_from_text(text: str) -> Path:
    """The reverse of :func:`path_text`."""
    return tuple(int(part) for part in text.split(".")) if text else ()


@dataclass(frozen=True, slots=True)
class Turn:
    """The place of an execution among those that may not all be under way at once.

    ``key`` is that of all which share the ``limit``; see ``model.workflow.ConcurrencySettings``.
    """

    key: str
    limit: int
    policy: OnLimit = "queue"
    max_queued: int | None = None


@dataclass(frozen=True, slots=True)
class Execution:
    """One execution of one workflow version.

    ``number`` counts executions of the installation, for people. ``token`` is the fencing token
    of the latest claim. ``errors_handled`` counts failures that did not end it. ``based_on_id``
    is the execution whose stored results it began with. ``items_out`` counts the items that it put
    out; None until it ends. ``turn`` is set only while it is made; what is stored of it is
    ``limit_key``.
    """

    id: str
    number: int
    workflow_id: str
    version_hash: str
    status: ExecutionStatus
    trigger: str
    source: str
    created_at: int
    user: str = ""
    custom_data: Any = None
    has_custom_data: bool = False
    variables: Mapping[str, Any] = field(default_factory=dict)
    started_at: int | None = None
    finished_at: int | None = None
    wake_at: int | None = None
    token: int = 0
    owner: str = ""
    crashes: int = 0
    cancel_requested: bool = False
    errors_handled: int = 0
    error: JsonObject | None = None
    usage: JsonObject | None = None
    items_out: int | None = None
    parent_id: str | None = None
    parent_node: str | None = None
    based_on_id: str | None = None
    priority: int = 0
    limit_key: str | None = None
    turn: Turn | None = None

    @property
    def duration_ms(self) -> float | None:
        """Milliseconds from start to end; None while it runs."""
        return milliseconds(self.started_at, self.finished_at)


class BatchRef(Struct, frozen=True, gc=False, array_like=True):
    """Where one encoded batch of an output lies in the output's bytes.

    ``output`` is the output's name; ``offset`` and ``length`` are bytes; ``count`` is items.
    """

    output: str
    offset: int
    length: int
    count: int


class StoredOutput(Struct, frozen=True):
    """A node execution's output as it is kept: bytes inline, or the key of a spilled file.

    Each batch is one JSON object: ``{"items": [...], "files": {...}, "sources": [...]}``, with the
    last two left out where they are empty or one to one.
    """

    batches: Sequence[BatchRef]
    data: bytes | None = None
    file: str | None = None

    @property
    def items(self) -> int:
        """The number of items in all outputs."""
        return sum([batch.count for batch in self.batches])

    def counts(self) -> dict[str, int]:
        """Items by output name."""
        counts: dict[str, int] = {}
        for batch in self.batches:
            counts[batch.output] = counts.get(batch.output, 0) + batch.count
        return counts


class ResourceUsage(Struct, frozen=True, gc=False):
    """What one attempt used: bytes, milliseconds, counts (the founding design's ResourceUsage).

    ``memory_used`` is the high-water mark of the charged budget, ``execution_time`` wall time.
    """

    memory_used: int = 0
    execution_time: float = 0.0
    cpu_time: float = 0.0
    network_requests: int = 0
    data_transferred: int = 0

    def as_json(self) -> JsonObject:
        """As a JSON object."""
        return {
            "memory_used": self.memory_used,
            "execution_time": round(self.execution_time, 3),
            "cpu_time": round(self.cpu_time, 3),
            "network_requests": self.network_requests,
            "data_transferred": self.data_transferred,
        }


class NodeRow(Struct):
    """One row of the journal: an attempt that started or finished. Written once, never changed.

    ``kind`` is ``started`` only for nodes whose effects are ``write``; ``restarted`` is no attempt
    but a mark: the execution began anew, and rows before it count no more. ``checkpoint`` is what
    an unfinished attempt has passed on. ``status`` is the node
    execution's status after this row, ``attempt_status`` the attempt's. ``wake_at`` is set while
    it is waiting; its ``output`` then goes on at that time.
    """

    execution_id: str
    node_id: str
    node_type: str
    path: Path
    attempt: int
    kind: Literal["started", "finished", "restarted", "checkpoint"]
    status: NodeStatus
    attempt_status: AttemptStatus
    started_at: int
    finished_at: int | None = None
    items_in: int = 0
    items_out: int = 0
    output: StoredOutput | None = None
    error: JsonObject | None = None
    errors_handled: int = 0
    usage: ResourceUsage | None = None
    wake_at: int | None = None

    @property
    def duration_ms(self) -> float | None:
        """Milliseconds from the start of the attempt to its end; None while it runs."""
        return milliseconds(self.started_at, self.finished_at)


LogLevel = Literal["debug", "info", "warning", "error"]


class LogLine(Struct, frozen=True):
    """A line of an execution's log; ``at`` is microseconds since 1970."""

    execution_id: str
    at: int
    level: LogLevel
    message: str
    node_id: str | None = None
    path: Path = ()
    data: JsonObject | None = None


class HttpRequestLog(Struct, frozen=True):
    """One HTTP request of a node execution (the founding design's HttpRequestLog), redacted.

    ``item`` is the place in the node's input of the item that it was sent for, None where it was
    for no single one. ``response_time`` is milliseconds; ``timings`` milliseconds by phase.
    """

    execution_id: str
    node_id: str
    path: Path
    attempt: int
    method: str
    url: str
    at: int
    request_headers: JsonObject | None = None
    request_body: Any = None
    response_status: int | None = None
    response_headers: JsonObject | None = None
    response_body: Any = None
    response_time: float | None = None
    error_message: str | None = None
    timings: JsonObject | None = None
    bytes_in: int = 0
    bytes_out: int = 0
    verdict: str = ""
    item: int | None = None


class HttpStart(NamedTuple):
    """A hop of an HTTP request that begins; ``id`` is of this process, and not stored."""

    id: str
    execution_id: str
    node_id: str
    method: str
    url: str
    at: int
    item: int | None = None


class SecurityEvent(Struct, frozen=True):
    """Something that the gate, a limit or the vault saw (the founding design's SecurityEvent)."""

    event_type: str
    severity: Literal["low", "medium", "high", "critical"]
    description: str
    at: int
    execution_id: str | None = None
    node_id: str | None = None
    details: JsonObject | None = None


class ExecutionEnd(Struct, frozen=True):
    """The last write of an execution: how it ended (or that it waits until ``wake_at``).

    ``items_out`` counts the items that it put out: those that no edge leads on from.
    """

    execution_id: str
    status: ExecutionStatus
    at: int
    error: JsonObject | None = None
    errors_handled: int = 0
    usage: JsonObject | None = None
    wake_at: int | None = None
    items_out: int | None = None
