"""What a run that did not end well means for the node that it worked for."""

from typing import NoReturn

from tidegate.errors import (
    NodeCrashed,
    NodeFailed,
    NodeTimeout,
    OutputTooLarge,
    SecurityError,
    SecurityErrorType,
)
from tidegate.isolation.result import ProcessResult


def raise_failure(result: ProcessResult, memory: int) -> None:
    """Nothing, where the run has a value.

    Args:
        result: what came of the run.
        memory: the node's limit in bytes, for the message.

    Raises:
        NodeError: what else came of it.
    """
    if result.outcome != "ok":
        _raise(result, memory)


def _raise(result: ProcessResult, memory: int) -> NoReturn:
    if result.outcome == "memory":
        raise SecurityError(
            f"this node needs more than its {memory >> 20} MB of memory; work in smaller batches "
            "(a loop) or raise the node's memory limit",
            SecurityErrorType.RESOURCE_LIMIT_EXCEEDED,
            rule="limits.memory",
            blocked="memory of the node's process",
        )
    if result.outcome == "timeout":
        raise NodeTimeout(f"{result.message}; give it more time (settings: timeout) or less work")
    if result.outcome == "limit":
        raise OutputTooLarge(f"{result.message}; put out less, or in smaller batches")
    if result.outcome == "killed":
        raise NodeCrashed(f"the node's process died: {result.message}")
    raise NodeFailed(result.message)
