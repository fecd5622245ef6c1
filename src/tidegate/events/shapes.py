"""What the live stream says, as types: its frames, and the data of its events.

They are declarations alone: events stay the plain dictionaries that they are at run time. The
browser editor's types of the stream are written from them (``make docs``).
"""

from collections.abc import Mapping
from typing import Annotated, Any, Literal, NotRequired, TypedDict

from msgspec import Meta

from tidegate.model.execution import LogLevel
from tidegate.model.status import ExecutionStatus, NodeStatus

Data = Mapping[str, Any]
"""The data of any event."""


class ErrorShown(TypedDict, total=False):
    """What is said of an error live: its details may hold the data of items."""

    code: str
    message: str
    node: str


class NodeState(TypedDict, total=False):
    """A node of an execution; what is given replaces what was known, field by field."""

    status: NodeStatus
    path: Annotated[str, Meta(description="The iteration of its loops: `3` or `3.1`.")]
    attempt: int
    at: Annotated[int, Meta(description="When it began: microseconds since 1970.")]
    ms: float | None
    items_in: int | None
    items_done: int | None
    items_out: int | None
    outputs: Annotated[dict[str, int], Meta(description="Items by output.")]
    wake_at: str | None
    usage: dict[str, float] | None
    error: ErrorShown | None
    cached: Annotated[
        Literal["execution", "pinned"],
        Meta(description="Its result is that of the execution that is repeated, or pinned."),
    ]


class ExecutionState(TypedDict):
    """An execution, in its own topic and in those of lists."""

    id: str
    number: int
    workflow_id: str
    version: str
    status: ExecutionStatus
    trigger: str
    source: str | None
    created_at: str | None
    started_at: str | None
    finished_at: str | None
    wake_at: str | None
    duration_ms: float | None
    error: ErrorShown | None


class ExecutionEndState(TypedDict):
    """How an execution ended, or that it waits."""

    status: ExecutionStatus
    finished_at: str | None
    wake_at: str | None
    duration_ms: float | None
    errors_handled: int
    usage: dict[str, Any] | None
    error: ErrorShown | None


class LogAddition(TypedDict):
    """A line of an execution's log."""

    node: str | None
    path: Annotated[str, Meta(description="The iteration of its loops: `3` or `3.1`.")]
    at: int
    level: LogLevel
    message: str


class HttpStart(TypedDict):
    """A request that begins."""

    id: Annotated[str, Meta(description="The same when it ends; not stored.")]
    execution_id: str
    node: str
    item: Annotated[
        int | None, Meta(description="The place of the item that it is for, in the node's input.")
    ]
    at: Annotated[int, Meta(description="When it began: microseconds since 1970.")]
    method: str
    url: str


class HttpEnd(HttpStart):
    """A request that ended."""

    status: int | None
    ms: float | None
    timings: Annotated[dict[str, float] | None, Meta(description="Milliseconds by phase.")]
    bytes_in: int
    bytes_out: int
    error: str | None


class SecurityState(TypedDict):
    """A security event."""

    execution_id: str | None
    node: str | None
    at: int
    type: str
    severity: Literal["low", "medium", "high", "critical"]
    description: str


class Additions(TypedDict):
    """What an addition carries, by its key."""

    log: LogAddition
    http_start: HttpStart
    http: HttpEnd
    security: SecurityState


class PresenceState(TypedDict, total=False):
    """Somebody who looks at a workflow."""

    user: str
    node: Annotated[str | None, Meta(description="The node that they have before them.")]
    since: str | None
    left: Literal[True]


class PublishedState(TypedDict):
    """Which version of a workflow is published now, and who wanted it."""

    hash: Annotated[str | None, Meta(description="None: its triggers start nothing any more.")]
    number: int | None
    by: str


class ListeningState(TypedDict, total=False):
    """What a workflow's draft that listens for calls does."""

    until: Annotated[str | None, Meta(description="None: it listens no more.")]
    execution_id: Annotated[str, Meta(description="The execution of a call that came.")]


class WatchedOutside(TypedDict):
    """Processes that the server has made, and its connections."""

    child_processes: Annotated[int, Meta(description="For nodes that are locked in.")]
    open_connections: int


class ServerSizes(WatchedOutside):
    """What takes a while to be measured."""

    database_bytes: int
    disk_free_bytes: int
    disk_bytes: int
    servers: Annotated[int, Meta(description="Servers that share the database, this one too.")]


class SystemState(ServerSizes):
    """What the server uses and has to do."""

    running: int
    queued: int
    places: Annotated[int, Meta(description="How many executions this server runs at once.")]
    requests_per_second: float
    cpu_percent: float
    memory_bytes: int
    loop_lag_ms: float


class Snapshot(TypedDict):
    """Everything is as ``state`` says; what was known before is void."""

    id: int
    t: Literal["snap"]
    epoch: str
    seq: int
    state: dict[str, Data]


_Begin = TypedDict("_Begin", {"from": int})


class Delta(_Begin):
    """Everything since the last frame."""

    id: int
    t: Literal["d"]
    seq: int
    st: NotRequired[
        Annotated[
            dict[str, Data],
            Meta(description="States by key: what is given replaces what was known."),
        ]
    ]
    ap: NotRequired[
        Annotated[list[tuple[int, str, Data]], Meta(description="Additions: number, key, data.")]
    ]
    sg: NotRequired[
        Annotated[
            list[tuple[int, str, Data]],
            Meta(description="Signals: never left out; they change the state of their key too."),
        ]
    ]
    gap: NotRequired[
        Annotated[
            tuple[int, int],
            Meta(description="Additions that a slow follower missed: the first and the last."),
        ]
    ]


class Refusal(TypedDict):
    """A topic is not there, or not for this person."""

    id: int
    t: Literal["err"]
    code: str
    message: str


class Ping(TypedDict):
    """Nothing happened for a while."""

    t: Literal["ping"]


Frame = Snapshot | Delta
"""What one subscription gives."""
Sent = Snapshot | Delta | Refusal | Ping
"""What a follower is sent."""
