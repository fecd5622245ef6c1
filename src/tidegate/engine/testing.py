"""Run nodes and workflows in memory: for the tests of nodes, built-in and third-party.

The engine is the real one; only the journal keeps its rows in a list, and nothing leaves the
process unless ports are given.
"""

import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from tidegate.config import LimitSettings
from tidegate.engine.environment import Environment
from tidegate.engine.executor import Executor
from tidegate.engine.journaled import Journaled
from tidegate.engine.observers import SilentObserver
from tidegate.engine.plan import NodeClasses, make_plan
from tidegate.engine.ports import BoundPorts
from tidegate.errors import NodeFailed, WorkflowInvalid
from tidegate.ids import new_id
from tidegate.model.execution import ExecutionEnd, LogLine, NodeRow, SecurityEvent
from tidegate.model.item import Item, JsonObject
from tidegate.model.status import ExecutionStatus
from tidegate.model.workflow import Edge, NodeSettings, PlacedNode, Workflow
from tidegate.redact import Redactor
from tidegate.sdk.context import ExecutionInfo
from tidegate.sdk.node import Node
from tidegate.sdk.outcome import MAIN, Outputs
from tidegate.sdk.params import NodeParams

MakePorts = Callable[..., BoundPorts]


class MemoryJournal:
    """A journal that keeps everything in lists."""

    def __init__(self) -> None:
        self.rows: list[NodeRow] = []
        self.lines: list[LogLine] = []
        self.events: list[SecurityEvent] = []

    def record(self, row: NodeRow) -> None:
        """Keep a row."""
        self.rows.append(row)

    def log(self, line: LogLine) -> None:
        """Keep a line."""
        self.lines.append(line)

    def security_event(self, event: SecurityEvent) -> None:
        """Keep an event."""
        self.events.append(event)

    async def barrier(self) -> None:
        """Nothing to wait for."""

    async def end(self, end: ExecutionEnd) -> None:
        """Nothing to write."""


class MemorySpill:
    """Spilled outputs, kept in memory."""

    def __init__(self) -> None:
        self.files: dict[str, io.BytesIO] = {}

    def create(self, execution_id: str) -> "MemorySpillWriter":
        """A new file."""
        key = f"{execution_id}/{len(self.files)}"
        self.files[key] = io.BytesIO()
        return MemorySpillWriter(key, self.files[key])

    def read(self, key: str, offset: int, length: int) -> bytes:
        """A part of a file."""
        return self.files[key].getvalue()[offset : offset + length]


@dataclass(slots=True)
class MemorySpillWriter:
    """Writes one file in memory."""

    key: str
    _data: io.BytesIO

    async def append(self, data: bytes) -> None:
        """Add bytes."""
        self._data.write(data)

    async def close(self) -> None:
        """Nothing to close."""

    async def discard(self) -> None:
        """Nothing to give up."""


@dataclass(slots=True)
class Notifications:
    """Keeps notifications."""

    sent: list[JsonObject] = field(default_factory=list)

    def execution_failed(self, execution_id: str, workflow: str, error: JsonObject) -> None:
        """Keep it."""
        self.sent.append({"execution_id": execution_id, "workflow": workflow, "error": error})

    def security_event(self, event: SecurityEvent) -> None:
        """The journal has it."""


@dataclass(slots=True)
class Ran:
    """What an execution in memory did."""

    end: ExecutionEnd
    rows: list[NodeRow]
    lines: list[LogLine]
    notifications: list[JsonObject]
    spill: MemorySpill
    events: list[SecurityEvent]


def no_ports(**_bound: Any) -> BoundPorts:
    """For nodes that must not reach anything.

    Raises:
        AssertionError: always.
    """
    raise AssertionError("this test gives the node no ports (http, files, sql, workflows)")


async def run_workflow(
    workflow: Workflow,
    node_classes: NodeClasses,
    *,
    trigger: str | None = None,
    custom_data: Any = None,
    has_custom_data: bool = False,
    variables: Mapping[str, Any] | None = None,
    make_ports: MakePorts = no_ports,
    limits: LimitSettings | None = None,
    journaled: Journaled | None = None,
    spill: MemorySpill | None = None,
    spill_threshold: int = 256 * 1024,
) -> Ran:
    """Run a workflow in memory.

    ``journaled`` and ``spill`` are what an earlier execution left, to go on from there.

    Raises:
        WorkflowInvalid: it can't run.
    """
    plan = make_plan(workflow, node_classes, limits or LimitSettings())
    chosen = trigger or plan.triggers[0]
    journal, notifications, spill = MemoryJournal(), Notifications(), spill or MemorySpill()
    info = ExecutionInfo(
        id=new_id(),
        workflow_id="workflow",
        workflow_name=workflow.name,
        trigger=chosen,
        source="test",
        user="tester",
        started_at=datetime.now(UTC),
        custom_data=custom_data,
        has_custom_data=has_custom_data,
        variables=variables or {},
    )
    environment = Environment(
        info,
        plan,
        journal,
        spill,
        SilentObserver(),
        notifications,
        Redactor(),
        make_ports,
        spill_threshold,
    )
    end = await Executor(environment, chosen, journaled).run()
    return Ran(end, journal.rows, journal.lines, notifications.sent, spill, journal.events)


async def run_node(
    node_class: type[Node],
    params: Mapping[str, Any],
    items: Sequence[JsonObject | Item] = ({},),
    inputs: Mapping[str, Sequence[JsonObject | Item]] | None = None,
    *,
    settings: NodeSettings | None = None,
    make_ports: MakePorts = no_ports,
    limits: LimitSettings | None = None,
) -> dict[str, list[JsonObject]]:
    """Run one node on items; returns the JSON objects by output.

    Args:
        node_class: the node type.
        params: raw parameters, as in a workflow file; expressions work.
        items: the main input.
        inputs: the items of further inputs by name.
        settings: the node's settings.
        make_ports: the node's reach; none by default.
        limits: other limits than the defaults.

    Raises:
        NodeFailed: the node failed; the message and the details are the node's.
        WorkflowInvalid: the parameters are wrong.
    """
    names = node_class.inputs_for(params)
    fed = {
        name: list(given)
        for name, given in {MAIN: items, **(inputs or {})}.items()
        if name in names or name != MAIN
    }
    nodes = [PlacedNode("start", Feed.name)]
    is_fed = not node_class.is_trigger
    if is_fed:
        nodes.append(
            PlacedNode(
                "node",
                node_class.name,
                node_class.version,
                params=dict(params),
                settings=settings or NodeSettings(),
            )
        )
        edges = tuple(Edge("start", "node", name, name) for name in fed)
    else:
        nodes = [PlacedNode("node", node_class.name, node_class.version, params=dict(params))]
        edges = ()
    feed = type("BoundFeed", (Feed,), {"fed": fed, "outputs": tuple(fed)})
    if not any(fed.values()) and is_fed:
        return {}

    def classes(name: str, version: int) -> type[Node]:
        return feed if name == Feed.name else node_class

    ran = await run_workflow(
        Workflow("test", tuple(nodes), edges), classes, make_ports=make_ports, limits=limits
    )
    if ran.end.status is not ExecutionStatus.SUCCEEDED:
        error = dict(ran.end.error or {})
        raise NodeFailed(str(error.pop("message", ran.end.status)), **error)
    row = next(row for row in reversed(ran.rows) if row.node_id == "node")
    found: dict[str, list[JsonObject]] = {}
    for name, output in Journaled.of([row], ran.spill).outputs(row).items():
        for batch in output.batches:
            found.setdefault(name, []).extend(item.json for item in batch.load()[0])
    return found


class Feed(Node):
    """Puts out given items: the trigger of :func:`run_node`."""

    name = "trigger.feed"
    label = "Feed"
    is_trigger = True
    fed: Mapping[str, Sequence[JsonObject | Item]] = {}

    class Params(NodeParams):
        """None."""

    async def run(self, ctx: Any, params: Params, items: Sequence[Item]) -> Outputs:
        """The given items."""
        return Outputs(
            {
                name: [item if isinstance(item, Item) else Item(dict(item)) for item in given]
                for name, given in self.fed.items()
            }
        )


__all__ = ["Ran", "WorkflowInvalid", "run_node", "run_workflow"]
