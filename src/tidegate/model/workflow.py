"""The workflow document as a value: nodes, edges, settings, and apart from them the drawing.

Reading and writing it as YAML or JSON is ``model.document``; whether it can run is
``services.check``.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from tidegate.model.item import JsonObject

FORMAT_VERSION: Final = 1
NODE_ID: Final = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,63}\Z")

OnError = Literal["stop", "continue", "error_output"]
InFlight = Literal["rerun", "fail", "ask"]
OnCrash = Literal["resume", "restart", "fail"]
OnLimit = Literal["queue", "replace", "refuse"]


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """When and how often a failed attempt is repeated; delays are milliseconds.

    The founding design's RetryStrategy, plus ``jitter`` (the share of each delay that is random),
    ``max_delay``, ``max_total_time`` (no retry begins later than this after the first attempt; None
    for no limit) and ``retry_all_errors``.
    """

    max_retries: int = 0
    retry_delay: int = 1000
    backoff_multiplier: float = 2.0
    max_delay: int = 60_000
    max_total_time: int | None = None
    jitter: float = 0.2
    retryable_status_codes: tuple[int, ...] = (408, 429, 500, 502, 503, 504)
    retryable_errors: tuple[str, ...] = ("TIMEOUT", "CONNECTION_REFUSED", "NETWORK_UNREACHABLE")
    retry_all_errors: bool = False


@dataclass(frozen=True, slots=True)
class FallbackStrategy:
    """What a failure means where the node itself has no ``on_error``.

    The founding design's ExecutionFallbackStrategy. Precedence: ``use_default_values``,
    ``skip_failed_nodes``, ``continue_on_node_failure``.
    """

    continue_on_node_failure: bool = False
    skip_failed_nodes: bool = False
    use_default_values: bool = False
    notify_on_failure: bool = False
    log_failure_details: bool = False


@dataclass(frozen=True, slots=True)
class NodeSettings:
    """The settings that every node has. ``None`` means: the node type's or workflow's default.

    ``timeout`` is seconds an attempt; ``memory_limit`` is megabytes; ``in_flight`` says what
    happens to a node with side effects that was running when the process died.
    """

    on_error: OnError | None = None
    retry: Mapping[str, Any] | None = None
    fallback: FallbackStrategy | None = None
    default_output: Sequence[JsonObject] | None = None
    timeout: float | None = None
    memory_limit: int | None = None
    in_flight: InFlight | None = None
    disabled: bool = False
    execute_once: bool = False
    always_output: bool = False
    sensitive: bool = False
    notes: str = ""


@dataclass(frozen=True, slots=True)
class PlacedNode:
    """A node in a workflow: its id is the reference in edges and expressions."""

    id: str
    type: str
    version: int = 1
    label: str = ""
    params: JsonObject = field(default_factory=dict)
    settings: NodeSettings = NodeSettings()
    credential: str | None = None


@dataclass(frozen=True, slots=True, order=True)
class Edge:
    """A line from an output of one node to an input of another.

    As text: ``source -> target``, ``source.output -> target.input``.
    """

    source: str
    target: str
    output: str = "main"
    input: str = "main"

    def __str__(self) -> str:
        output = "" if self.output == "main" else f".{self.output}"
        input_ = "" if self.input == "main" else f".{self.input}"
        return f"{self.source}{output} -> {self.target}{input_}"


@dataclass(frozen=True, slots=True)
class ConcurrencySettings:
    """How many executions may be under way at once, of those with the same ``key``.

    ``key`` is a text with expressions over ``data``, which the trigger is given. One more waits its
    turn, takes the place of the others, or is refused; ``max_queued`` bounds how many wait.
    """

    limit: int
    key: str = ""
    policy: OnLimit = "queue"
    max_queued: int | None = None


@dataclass(frozen=True, slots=True)
class WorkflowSettings:
    """Settings of the whole workflow; ``timeout`` is seconds for one execution.

    Of queued executions those with the higher ``priority`` begin first. ``error_workflow`` is
    started when one fails. ``minutes_saved`` is the work of people that one which succeeds saves.
    """

    fallback: FallbackStrategy = FallbackStrategy()
    timeout: float | None = None
    on_crash: OnCrash = "resume"
    priority: int = 0
    concurrency: ConcurrencySettings | None = None
    error_workflow: str | None = None
    minutes_saved: float | None = None


@dataclass(frozen=True, slots=True)
class CanvasNote:
    """A text for people on the canvas (Markdown); its place and size are in pixels."""

    text: str
    x: float
    y: float
    width: float = 240
    height: float = 160


@dataclass(frozen=True, slots=True)
class CanvasGroup:
    """Nodes that stand together on the canvas, in a frame or, collapsed, as one card."""

    label: str
    nodes: tuple[str, ...]
    collapsed: bool = False


@dataclass(frozen=True, slots=True)
class Workflow:
    """One workflow document."""

    name: str
    nodes: tuple[PlacedNode, ...]
    edges: tuple[Edge, ...] = ()
    description: str = ""
    variables: Mapping[str, Any] = field(default_factory=dict)
    settings: WorkflowSettings = WorkflowSettings()
    layout: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    notes: Mapping[str, CanvasNote] = field(default_factory=dict)
    groups: Mapping[str, CanvasGroup] = field(default_factory=dict)

    def node(self, node_id: str) -> PlacedNode:
        """The node with this id (KeyError if there is none)."""
        for node in self.nodes:
            if node.id == node_id:
                return node
        raise KeyError(node_id)
