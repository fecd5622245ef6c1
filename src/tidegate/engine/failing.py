"""Any exception that came out of a node, as the node's failure."""

import asyncio
import traceback
from typing import Final

from tidegate.engine.deadline import DeadlineExceeded
from tidegate.engine.environment import Environment
from tidegate.engine.plan import PlannedNode
from tidegate.errors import (
    Bug,
    HttpError,
    NodeError,
    NodeFailed,
    NodeTimeout,
    OperationalError,
    SecurityError,
    UserError,
    error_json,
)
from tidegate.ids import new_id
from tidegate.log import get_logger
from tidegate.model.item import JsonObject

IN_FLIGHT: Final = "IN_FLIGHT"
"""The code of a node that was running when the process died, where its setting is ``fail``."""


def classify(
    environment: Environment,
    node: PlannedNode,
    raised: BaseException,
    bugs: dict[str, str],
) -> NodeError:
    """The failure that an exception means.

    Args:
        environment: the execution's.
        node: what raised it.
        raised: the exception.
        bugs: the ids of mistakes by what was raised; a mistake that a thousand items meet is in
            the log once.

    Raises:
        OperationalError: ``raised`` itself, where it is one: it is not the node's failure.
    """
    if isinstance(raised, ExceptionGroup):
        found = [error for error in raised.exceptions if isinstance(error, OperationalError)]
        return classify(environment, node, (found or raised.exceptions)[0], bugs)
    if isinstance(raised, OperationalError):
        raise raised
    if isinstance(raised, NodeError):
        return raised
    if isinstance(raised, DeadlineExceeded):
        return timeout_error(node.timeout)
    if isinstance(raised, UserError):
        return NodeFailed(raised.message, **raised.details)
    return _bug(environment, node, raised, bugs)


def stored_error(environment: Environment, error: NodeError, attempt: int) -> JsonObject:
    """A failure as its node's row keeps it; one of the network says which attempt it was.

    Not so the error that items carry: going on after a crash counts attempts anew.
    """
    stored: JsonObject = environment.redact.error(error_json(error))
    is_network = isinstance(error, HttpError | SecurityError)
    return stored | {"attempt": attempt} if is_network else stored


def is_cancelled() -> bool:
    """Whether the current task was cancelled.

    A node may also let a ``CancelledError`` out that is none: of a future that it shared with
    somebody else, who was cancelled. That must neither end the execution nor lose an item.
    """
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0


def timeout_error(seconds: float) -> NodeTimeout:
    """The failure of an attempt that ran out of time."""
    return NodeTimeout(
        f"this took longer than the node's timeout of {seconds:g} s; give it more time "
        "(settings: timeout) or less work",
        timeout=seconds,
    )


def in_flight_error(node_id: str) -> NodeFailed:
    """The failure of a node that was running when the process died and must not run again."""
    failure = NodeFailed(
        f"node {node_id!r} was running when the process died, and it is not known whether its "
        "work was done"
    )
    failure.code = IN_FLIGHT  # type: ignore[misc]  # the class's default is for nodes' own failures
    return failure


def _bug(
    environment: Environment, node: PlannedNode, raised: BaseException, bugs: dict[str, str]
) -> NodeFailed:
    """A mistake in the node type: people see an id, the log has the text."""
    kind = type(raised).__name__
    bug = bugs.get(kind)
    if bug is None:
        bug = bugs[kind] = new_id()
        get_logger().error(
            "node_broke",
            bug=bug,
            node=node.id,
            type=node.type,
            traceback=environment.redact("".join(traceback.format_exception(raised))),
        )
    failure = NodeFailed(
        f"node type {node.type} broke with {kind}; this is a mistake in "
        f"the node type, not in your workflow. The log has the details under {bug}",
        bug=bug,
    )
    failure.code = Bug.code  # type: ignore[misc]  # the class's default is for nodes' own failures
    return failure
