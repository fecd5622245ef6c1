"""Journal rows of node executions that no attempt writes: skipped nodes, loops, ended waits."""

from tidegate.engine.plan import PlannedNode
from tidegate.engine.result import NodeResult
from tidegate.model.execution import NodeRow, Path, StoredOutput, now_us
from tidegate.model.status import AttemptStatus, NodeStatus

_ATTEMPT = {
    NodeStatus.SUCCEEDED: AttemptStatus.SUCCEEDED,
    NodeStatus.CANCELLED: AttemptStatus.CANCELLED,
}


def skipped_row(execution_id: str, node: PlannedNode, path: Path) -> NodeRow:
    """A node to which nothing was delivered."""
    now = now_us()
    return NodeRow(
        execution_id,
        node.id,
        node.type,
        path,
        0,
        "finished",
        NodeStatus.SKIPPED,
        AttemptStatus.SUCCEEDED,
        now,
        now,
    )


def ended_row(
    execution_id: str, node: PlannedNode, result: NodeResult, stored: StoredOutput | None = None
) -> NodeRow:
    """A loop or a wait that came to its end, or was cancelled."""
    return NodeRow(
        execution_id,
        node.id,
        node.type,
        result.path,
        result.attempt,
        "finished",
        result.status,
        _ATTEMPT[result.status],
        result.started_at,
        now_us(),
        result.items_in,
        sum(output.count for output in result.outputs.values()),
        stored,
        result.error,
        result.errors_handled,
        result.usage,
    )


def restart_mark(execution_id: str) -> NodeRow:
    """The mark that an execution began anew after a crash; earlier rows count no more."""
    now = now_us()
    return NodeRow(
        execution_id,
        "",
        "",
        (),
        0,
        "restarted",
        NodeStatus.PENDING,
        AttemptStatus.CRASHED,
        now,
        now,
    )
