"""Results that an execution began with: those of the one that it repeats, and pinned ones."""

from typing import Literal

from tidegate.model.execution import Execution
from tidegate.model.status import NodeStatus


def given_by(
    execution: Execution, status: str, finished_at: int | None
) -> Literal["execution", "pinned"] | None:
    """Where a node's result is from that an execution began with; None: it is its own.

    Such results are older than the execution's begin. What a poll found stands for what other
    triggers are given, and what is left out is skipped: neither is somebody else's result.
    """
    if status != NodeStatus.SUCCEEDED or finished_at is None:
        return None
    if execution.started_at is not None and finished_at >= execution.started_at:
        return None
    if execution.based_on_id is not None:
        return "execution"
    return None if execution.source == "poll" else "pinned"
