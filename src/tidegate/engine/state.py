"""The state of an execution: frames of nodes, and what has settled.

The top frame holds the nodes outside loops; each iteration of a loop opens a frame of its body.
``settle`` is the one way forward: it takes a node's end and says which nodes are ready next. After
a crash the same calls, fed from the journal, rebuild the same state.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from msgspec import Struct

from tidegate.engine.batches import Output
from tidegate.engine.gather import Gather
from tidegate.engine.lineage import Origin
from tidegate.engine.plan import Plan
from tidegate.engine.result import NodeResult
from tidegate.model.execution import Path
from tidegate.model.graph import LOOP_EACH
from tidegate.model.workflow import Edge


@dataclass(slots=True)
class Frame:
    """The nodes of one loop iteration (or of the top), as far as this execution reaches them.

    ``missing`` counts the edges that have not settled by node; ``live`` are nodes to which at
    least one edge delivered; ``open`` counts nodes that have not settled.
    """

    path: Path
    loop: str | None
    parent: "Frame | None"
    missing: dict[str, int]
    results: dict[str, NodeResult] = field(default_factory=dict)
    live: set[str] = field(default_factory=set)
    batch: Output | None = None
    loop_gather: Gather | None = None
    open: int = 0

    def origin(self, node_id: str) -> Origin | None:
        """A finished node as the nodes of this frame see it: here, or in a frame around."""
        frame: Frame | None = self
        while frame is not None:
            result = frame.results.get(node_id)
            if result is not None:
                return Origin(result.outputs, result.gather)
            if node_id == frame.loop and frame.batch is not None:
                return Origin({LOOP_EACH: frame.batch}, frame.loop_gather)
            frame = frame.parent
        return None


class Ready(Struct):
    """A node to be dealt with: run it, or skip it when nothing was delivered to it."""

    frame: Frame
    node_id: str
    is_live: bool


class ExecutionState:
    """Frames and readiness. Holds no clock, no tasks, no input or output."""

    def __init__(self, plan: Plan, trigger: str) -> None:
        self._plan = plan
        self._trigger = trigger
        self._missing = plan.missing(trigger)
        self._top: Frame | None = None

    def open_top(self) -> list[Ready]:
        """Open the frame outside all loops; its trigger is ready."""
        frame = self._top = self._frame((), None, None)
        frame.live.add(self._trigger)
        return [Ready(frame, self._trigger, is_live=True)]

    def open_iteration(
        self, parent: Frame, loop: str, number: int, batch: Output, gather: Gather
    ) -> tuple[Frame, list[Ready]]:
        """Open the frame of one iteration; what follows ``each`` is ready."""
        frame = self._frame((*parent.path, number), loop, parent)
        frame.batch, frame.loop_gather = batch, gather
        ready: list[Ready] = []
        for edge in self._plan.graph.outgoing[loop]:
            if edge.output == LOOP_EACH:
                self._deliver(frame, edge, has_items=True, ready=ready)
        return frame, ready

    def settle(self, frame: Frame, result: NodeResult) -> list[Ready]:
        """Take a node's end; returns the nodes that became ready by it."""
        frame.results[result.node_id] = result
        frame.open -= 1
        ready: list[Ready] = []
        for edge in self._plan.graph.outgoing[result.node_id]:
            if edge.target in frame.missing:
                output = result.outputs.get(edge.output)
                has_items = output is not None and output.count > 0
                self._deliver(frame, edge, has_items=has_items, ready=ready)
        return ready

    def items_out(self) -> int:
        """The items put out so far: of nodes outside loops, those that no edge leads on from."""
        graph, count = self._plan.graph, 0
        for node, result in ({} if self._top is None else self._top.results).items():
            name = self._plan.nodes[node].through
            output = result.outputs.get(name or "")
            if output is not None and not any(edge.output == name for edge in graph.outgoing[node]):
                count += output.count
        return count

    def delivered(self, frame: Frame, node_id: str) -> list[tuple[Edge, Output]]:
        """The edges that deliver items to a ready node, in the document's order."""
        return self._with_items(frame, self._plan.graph.incoming[node_id])

    def results_of(self, frame: Frame, loop: str) -> list[tuple[Edge, Output]]:
        """What an ended iteration delivers to its loop's ``results``."""
        return self._with_items(frame, self._plan.graph.closing[loop])

    def _with_items(self, frame: Frame, edges: Sequence[Edge]) -> list[tuple[Edge, Output]]:
        return [
            (edge, output)
            for edge in edges
            if (output := self._output(frame, edge)) is not None and output.count
        ]

    def _output(self, frame: Frame, edge: Edge) -> Output | None:
        if edge.source == frame.loop:
            return frame.batch
        result = frame.results.get(edge.source)
        return None if result is None else result.outputs.get(edge.output)

    def _frame(self, path: Path, loop: str | None, parent: Frame | None) -> Frame:
        missing = self._missing[loop]
        return Frame(path, loop, parent, missing.copy(), open=len(missing))

    def _deliver(self, frame: Frame, edge: Edge, *, has_items: bool, ready: list[Ready]) -> None:
        target = edge.target
        missing = frame.missing[target] = frame.missing[target] - 1
        if has_items:
            frame.live.add(target)
        if missing == 0:
            ready.append(Ready(frame, target, target in frame.live))
