"""Statuses and the one table of which may follow which, used by the code and by the SQL."""

from enum import StrEnum
from typing import Final


class ExecutionStatus(StrEnum):
    """Status of an execution."""

    QUEUED = "queued"
    RUNNING = "running"
    WAITING = "waiting"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"
    CRASHED = "crashed"


class NodeStatus(StrEnum):
    """Status of a node execution."""

    PENDING = "pending"
    RUNNING = "running"
    RETRYING = "retrying"
    WAITING = "waiting"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    SKIPPED = "skipped"
    CANCELLED = "cancelled"


class AttemptStatus(StrEnum):
    """Status of one attempt of a node execution."""

    STARTED = "started"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"
    CRASHED = "crashed"


_E = ExecutionStatus
EXECUTION_TRANSITIONS: Final[dict[ExecutionStatus, frozenset[ExecutionStatus]]] = {
    _E.QUEUED: frozenset({_E.RUNNING, _E.CANCELLED}),
    _E.RUNNING: frozenset(
        {_E.RUNNING, _E.WAITING, _E.SUCCEEDED, _E.FAILED, _E.CANCELLED, _E.CRASHED}
    ),
    _E.WAITING: frozenset({_E.RUNNING, _E.CANCELLED, _E.FAILED}),
    _E.SUCCEEDED: frozenset(),
    _E.FAILED: frozenset(),
    _E.CANCELLED: frozenset(),
    _E.CRASHED: frozenset({_E.RUNNING}),
}

_N = NodeStatus
NODE_TRANSITIONS: Final[dict[NodeStatus, frozenset[NodeStatus]]] = {
    _N.PENDING: frozenset({_N.RUNNING, _N.SKIPPED, _N.CANCELLED}),
    _N.RUNNING: frozenset({_N.RETRYING, _N.WAITING, _N.SUCCEEDED, _N.FAILED, _N.CANCELLED}),
    _N.RETRYING: frozenset({_N.RUNNING, _N.FAILED, _N.CANCELLED}),
    _N.WAITING: frozenset({_N.RUNNING, _N.SUCCEEDED, _N.FAILED, _N.CANCELLED}),
    _N.SUCCEEDED: frozenset(),
    _N.FAILED: frozenset(),
    _N.SKIPPED: frozenset(),
    _N.CANCELLED: frozenset(),
}

ENDED: Final = frozenset(status for status, next_ in EXECUTION_TRANSITIONS.items() if not next_) | {
    ExecutionStatus.CRASHED
}


def sources_of(target: ExecutionStatus) -> tuple[str, ...]:
    """The statuses from which an execution may become ``target``: the WHERE of an UPDATE."""
    return tuple(status.value for status, next_ in EXECUTION_TRANSITIONS.items() if target in next_)
