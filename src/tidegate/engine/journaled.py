"""What the journal already knows of an execution: the engine replays it instead of running it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from tidegate.engine.batches import Output, Resident, restore
from tidegate.engine.gather import Gather
from tidegate.engine.plan import Plan, PlannedNode
from tidegate.engine.ports import Spill
from tidegate.engine.result import NodeResult
from tidegate.errors import TidegateError
from tidegate.model.execution import NodeRow, Path, StoredOutput
from tidegate.model.status import NodeStatus
from tidegate.model.workflow import InFlight

_SETTLED = frozenset(
    {NodeStatus.SUCCEEDED, NodeStatus.FAILED, NodeStatus.SKIPPED, NodeStatus.WAITING}
)


class InFlightUndecided(TidegateError):
    """A node with side effects was running when the process died; a person has to decide."""

    code = "IN_FLIGHT_UNDECIDED"


@dataclass(slots=True)
class Journaled:
    """The last row of each node execution, by (node, path), and what unfinished ones passed on.

    ``decision`` is a person's answer for nodes whose setting is ``ask``.
    """

    spill: Spill | None = None
    rows: dict[tuple[str, Path], NodeRow] = field(default_factory=dict)
    attempts: dict[tuple[str, Path], int] = field(default_factory=dict)
    checkpoints: dict[tuple[str, Path], list[NodeRow]] = field(default_factory=dict)
    decision: InFlight | None = None
    _retries: dict[tuple[str, Path], int] = field(default_factory=dict)

    @classmethod
    def of(
        cls, rows: Iterable[NodeRow], spill: Spill, decision: InFlight | None = None
    ) -> "Journaled":
        """From an execution's rows, in the order in which they were written."""
        journaled = cls(spill, decision=decision)
        for row in rows:
            if row.kind == "restarted":
                journaled.rows.clear()
                journaled.checkpoints.clear()
                journaled._retries.clear()
                continue
            key = (row.node_id, row.path)
            if row.kind == "checkpoint":
                journaled.checkpoints.setdefault(key, []).append(row)
                continue
            if row.status in _SETTLED:
                journaled.checkpoints.pop(key, None)
            journaled.rows[key] = row
            journaled.attempts[key] = max(journaled.attempts.get(key, 0), row.attempt)
            if row.status is NodeStatus.RETRYING:
                journaled._retries[key] = journaled._retries.get(key, 0) + 1
        return journaled

    def has(self, node_id: str, path: Path) -> bool:
        """Whether the journal has anything of this node execution."""
        return (node_id, path) in self.rows

    def settled(self) -> list[NodeRow]:
        """The last rows of node executions that do not run again."""
        return [row for row in self.rows.values() if row.status in _SETTLED]

    def failure(self) -> NodeResult | None:
        """The failure that had stopped the execution before its end was written."""
        for row in self.rows.values():
            if row.status is NodeStatus.FAILED and row.errors_handled == 0:
                return NodeResult(row.node_id, row.path, row.status, error=row.error)
        return None

    def check_decided(self, plan: Plan) -> None:
        """Make sure that no node waits for a person's decision.

        Raises:
            InFlightUndecided: naming the nodes that were running when the process died and must
                not just be repeated.
        """
        open_nodes = [
            repr(row.node_id)
            for row in self.rows.values()
            if self._is_in_flight(plan.nodes[row.node_id], row)
            and self._setting(plan.nodes[row.node_id]) == "ask"
        ]
        if open_nodes:
            names = ", ".join(dict.fromkeys(open_nodes))
            raise InFlightUndecided(
                f"the process died while {names} was running, and it is not known whether the work "
                "was done; look, then resume with --in-flight rerun or --in-flight fail",
                nodes=[name.strip("'") for name in dict.fromkeys(open_nodes)],
            )

    def result(
        self, node: PlannedNode, path: Path, gather: Gather, budget: Resident
    ) -> NodeResult | None:
        """The known result of a node execution; None when it has to run."""
        row = self.rows.get((node.id, path))
        if row is None or row.status not in _SETTLED:
            return None
        assert self.spill is not None
        return NodeResult(
            node.id,
            path,
            row.status,
            restore(row.output, self.spill, budget),
            gather,
            row.error,
            row.errors_handled,
            wake_at=row.wake_at if row.status is NodeStatus.WAITING else None,
            attempt=row.attempt,
            started_at=row.started_at,
            items_in=row.items_in,
            usage=row.usage,
        )

    def fails_in_flight(self, node: PlannedNode, path: Path) -> bool:
        """Whether it was running when the process died and must not run again."""
        row = self.rows.get((node.id, path))
        return row is not None and self._is_in_flight(node, row) and self._setting(node) == "fail"

    def outputs(self, row: NodeRow) -> dict[str, Output]:
        """The outputs of one row."""
        assert self.spill is not None
        return restore(row.output, self.spill)

    def retries(self, node: PlannedNode, path: Path) -> int:
        """How often it was repeated already."""
        return self._retries.get((node.id, path), 0)

    def next_attempt(self, node: PlannedNode, path: Path) -> int:
        """The number of the next attempt."""
        return self.attempts.get((node.id, path), 0) + 1

    def stored(self, outputs: Mapping[str, Output]) -> StoredOutput | None:
        """The stored form of outputs that were written before."""
        batches = [batch for output in outputs.values() for batch in output.batches]
        if not batches:
            return None
        place = batches[0].place
        assert place is not None
        refs = tuple(batch.ref for batch in batches if batch.ref is not None)
        return StoredOutput(refs, place.data, place.file)

    def _setting(self, node: PlannedNode) -> InFlight:
        asks = node.in_flight == "ask" and self.decision is not None
        return self.decision if asks and self.decision is not None else node.in_flight

    @staticmethod
    def _is_in_flight(node: PlannedNode, row: NodeRow) -> bool:
        """Whether some of its work, which changes the outside, may be done and not recorded.

        Between the attempts of a per-item node the items that succeeded are done.
        """
        if node.effects != "write":
            return False
        if row.status is NodeStatus.RETRYING:
            return node.shape == "item"
        return row.status in (NodeStatus.RUNNING, NodeStatus.CANCELLED)
