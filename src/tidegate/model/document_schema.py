"""The keys of a workflow document, once: for reading it and for its JSON Schema.

The descriptions are the reference that people and editors see.
"""

import re
from typing import Annotated, Any, Final

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    model_validator,
)
from pydantic_core import PydanticCustomError

from tidegate.errors import HttpErrorType, NodeError
from tidegate.model.workflow import (
    FORMAT_VERSION,
    NODE_ID,
    Edge,
    InFlight,
    OnCrash,
    OnError,
    OnLimit,
)

_EDGE: Final = re.compile(
    r"([A-Za-z][A-Za-z0-9_-]{0,63})(?:\.([A-Za-z0-9_-]{1,64}))?"
    r"[ \t]*->[ \t]*"
    r"([A-Za-z][A-Za-z0-9_-]{0,63})(?:\.([A-Za-z0-9_-]{1,64}))?\Z"
)
_VARIABLE: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,63}\Z")
_CONTROL: Final = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")


def edge_from_text(text: str) -> Edge | None:
    """The edge that a line such as ``check.true -> merge.second`` means, if it is one."""
    match = _EDGE.match(text.strip(" \t"))
    if match is None:
        return None
    source, output, target, input_ = match.groups()
    return Edge(source, target, output or "main", input_ or "main")


def _edge(text: str) -> str:
    if edge_from_text(text) is None:
        raise PydanticCustomError(
            "invalid_edge",
            "an edge is written 'source -> target' or 'source.output -> target.input'",
        )
    return text


def _node_id(text: str) -> str:
    if not NODE_ID.match(text):
        raise PydanticCustomError(
            "invalid_node_id",
            "a node's id starts with a letter and has at most 64 letters, digits, _ and -",
        )
    return text


def _variable(text: str) -> str:
    if not _VARIABLE.match(text):
        raise PydanticCustomError(
            "invalid_name",
            "a variable's name starts with a letter or _ and has at most 64 letters, digits and _",
        )
    return text


def _line(text: str) -> str:
    if _CONTROL.search(text) or text != text.strip():
        raise PydanticCustomError(
            "invalid_line", "must be one line without control characters or spaces around it"
        )
    return text


def _retryable(text: str) -> str:
    known = _retryable_errors()
    if text not in known:
        raise PydanticCustomError(
            "invalid_error", "must be one of {known}", {"known": ", ".join(known)}
        )
    return text


def _retryable_errors() -> tuple[str, ...]:
    """Types of HTTP errors, and codes of the other errors that a node may end with."""
    kinds: list[type[NodeError]] = [NodeError]
    for kind in kinds:
        kinds.extend(kind.__subclasses__())
    return (*HttpErrorType, *sorted({kind.code for kind in kinds}))


def _pattern(pattern: re.Pattern[str]) -> dict[str, Any]:
    """A pattern in JSON Schema's words, where validators of our own look at the text."""
    return {"pattern": "^" + pattern.pattern.replace(r"\Z", "$")}


def _keys(pattern: re.Pattern[str]) -> dict[str, Any]:
    return {"propertyNames": _pattern(pattern)}


NodeId = Annotated[str, AfterValidator(_node_id)]
Line = Annotated[str, StringConstraints(max_length=200), AfterValidator(_line)]
EdgeText = Annotated[str, AfterValidator(_edge), Field(json_schema_extra=_pattern(_EDGE))]


class Section(BaseModel):
    """A mapping of the document: exact types, no unknown keys.

    A key without a value (``params:`` with nothing behind it) is as if it were not there.
    """

    model_config = ConfigDict(extra="forbid", strict=True)

    @model_validator(mode="before")
    @classmethod
    def _drop_empty(cls, data: Any) -> Any:
        if not isinstance(data, dict) or None not in data.values():
            return data
        fields = cls.model_fields
        return {
            name: value
            for name, value in data.items()
            if value is not None or name not in fields or fields[name].is_required()
        }


class RetrySection(Section):
    """When and how often a failed attempt is repeated; delays are milliseconds."""

    max_retries: int = Field(0, ge=0, le=100, description="attempts after the first one")
    retry_delay: int = Field(1000, ge=0, description="milliseconds before the first retry")
    backoff_multiplier: float = Field(2.0, ge=1, le=100, description="each delay times this")
    max_delay: int = Field(60_000, ge=0, description="the longest delay, in milliseconds")
    max_total_time: int | None = Field(
        None, ge=0, description="no retry begins later than this, in milliseconds"
    )
    jitter: float = Field(0.2, ge=0, le=1, description="the share of a delay that is random")
    retryable_status_codes: list[Annotated[int, Field(ge=100, le=599)]] = Field(
        [408, 429, 500, 502, 503, 504], description="HTTP statuses that are tried again"
    )
    retryable_errors: list[Annotated[str, AfterValidator(_retryable)]] = Field(
        ["TIMEOUT", "CONNECTION_REFUSED", "NETWORK_UNREACHABLE"],
        description="error types and codes that are tried again",
    )
    retry_all_errors: bool = Field(default=False, description="try every error again")


class FallbackSection(Section):
    """What a failure means where the node itself has no `on_error`."""

    continue_on_node_failure: bool = Field(default=False, description="other branches go on")
    skip_failed_nodes: bool = Field(
        default=False, description="the failed node's input passes through"
    )
    use_default_values: bool = Field(
        default=False, description="the node's `default_output` becomes its output"
    )
    notify_on_failure: bool = Field(default=False, description="send a notification")
    log_failure_details: bool = Field(
        default=False, description="full error and redacted input in the execution's log"
    )


class NodeSettingsSection(Section):
    """The settings that every node has."""

    on_error: OnError | None = Field(
        None,
        description="`stop` the execution, `continue` with the error as an item, or send it to "
        "the extra output `error` (`error_output`)",
    )
    retry: RetrySection | None = Field(None, description="when a failed attempt is repeated")
    fallback: FallbackSection | None = Field(
        None, description="instead of the workflow's fallback, for this node"
    )
    default_output: list[dict[str, Any]] | None = Field(
        None, description="the items of `use_default_values`"
    )
    timeout: float | None = Field(None, gt=0, description="seconds for one attempt")
    memory_limit: int | None = Field(None, ge=1, description="megabytes")
    in_flight: InFlight | None = Field(
        None, description="what happens to it if it was running when the process died"
    )
    disabled: bool = Field(default=False, description="left out of executions")
    execute_once: bool = Field(default=False, description="runs for the first item only")
    always_output: bool = Field(
        default=False, description="gives one empty item where it would give none"
    )
    sensitive: bool = Field(
        default=False,
        description="its outputs, log lines, errors and the headers and bodies of its requests are "
        "sealed by the vault where they are stored",
    )
    notes: str = Field("", description="text for people")


class NodeSection(Section):
    """One placed node."""

    type: str = Field(min_length=1, max_length=200, description="the node type")
    version: int = Field(1, ge=1, description="the version of the node type")
    label: Line = Field("", description="what people see instead of the id")
    credential: Annotated[Line, Field(min_length=1)] | None = Field(
        None, description="the name of the stored credential that it uses"
    )
    params: dict[str, Any] = Field({}, description="the parameters of the node type")
    settings: NodeSettingsSection = Field(default_factory=NodeSettingsSection)


class ConcurrencySection(Section):
    """How many executions that the server starts may be under way at once."""

    limit: int = Field(ge=1, le=100_000, description="so many at once")
    key: str = Field(
        "",
        max_length=1000,
        description="counts those with the same text for themselves; expressions in it see `data`, "
        "which the trigger is given, `vars` and `workflow`",
    )
    policy: OnLimit = Field(
        "queue",
        description="one more waits its turn (`queue`), ends the others (`replace`), or does not "
        "start (`refuse`)",
    )
    max_queued: int | None = Field(
        None, ge=0, le=1_000_000, description="where so many wait already, none is added"
    )


class NoteSection(Section):
    """A note on the canvas."""

    text: str = Field("", description="Markdown")
    x: float = Field(description="its left edge, in pixels")
    y: float = Field(description="its upper edge")
    width: float = Field(240, gt=0, le=10_000)
    height: float = Field(160, gt=0, le=10_000)


class GroupSection(Section):
    """Nodes that stand together on the canvas."""

    label: Line = Field("", description="what people see")
    nodes: list[NodeId] = Field(description="the ids of its nodes")
    collapsed: bool = Field(default=False, description="drawn as one card")


class WorkflowSettingsSection(Section):
    """Settings of the whole workflow."""

    fallback: FallbackSection = Field(default_factory=FallbackSection)
    timeout: float | None = Field(None, gt=0, description="seconds for one execution")
    on_crash: OnCrash = Field(
        "resume", description="what happens to an execution whose process died"
    )
    priority: int = Field(
        0, ge=-100, le=100, description="of what waits, the higher one begins first"
    )
    concurrency: ConcurrencySection | None = Field(
        None, description="how many may be under way at once"
    )
    error_workflow: Annotated[Line, Field(min_length=1)] | None = Field(
        None,
        description="the workflow that is started when an execution fails: its id, its name, or a "
        "path relative to this file",
    )
    minutes_saved: float | None = Field(
        None,
        gt=0,
        le=100_000,
        description="minutes of people's work that an execution which succeeds saves; Analytics "
        "adds them up",
    )


class DocumentSection(Section):
    """A Tidegate workflow."""

    tidegate: int = Field(
        ge=FORMAT_VERSION,
        le=FORMAT_VERSION,
        description=f"the version of the format: {FORMAT_VERSION}",
        json_schema_extra={"const": FORMAT_VERSION},
    )
    name: Annotated[Line, Field(min_length=1)] = Field(description="the workflow's name")
    description: str = Field("", description="text for people")
    variables: dict[Annotated[str, AfterValidator(_variable)], Any] = Field(
        {},
        description="values that expressions read as `vars.name`",
        json_schema_extra=_keys(_VARIABLE),
    )
    settings: WorkflowSettingsSection = Field(default_factory=WorkflowSettingsSection)
    nodes: dict[NodeId, NodeSection] = Field(
        description="the nodes by their id", json_schema_extra=_keys(NODE_ID)
    )
    edges: list[EdgeText] = Field(
        [], description="lines such as `check.true -> merge.second`; `main` is left out"
    )
    layout: dict[NodeId, Annotated[list[float], Field(min_length=2, max_length=2)]] = Field(
        {},
        description="places on the canvas: `[x, y]` by node id; without meaning for executions",
        json_schema_extra=_keys(NODE_ID),
    )
    notes: dict[NodeId, NoteSection] = Field(
        {},
        description="texts on the canvas; without meaning for executions",
        json_schema_extra=_keys(NODE_ID),
    )
    groups: dict[NodeId, GroupSection] = Field(
        {},
        description="frames around nodes on the canvas; without meaning for executions",
        json_schema_extra=_keys(NODE_ID),
    )
