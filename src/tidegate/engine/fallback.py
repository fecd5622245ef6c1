"""What a node's failure means for the execution (the founding design's fallback strategy)."""

from collections.abc import Mapping, Sequence
from enum import Enum
from typing import Any

from tidegate.model.item import Item
from tidegate.model.workflow import FallbackStrategy, NodeSettings
from tidegate.sdk.outcome import ERROR


class Handling(Enum):
    """How a failure goes on.

    ``END_BRANCH`` puts nothing in the place of what failed, so that what is behind it is skipped;
    ``ERROR_ITEM`` and ``ERROR_OUTPUT`` put the input with the error in its place.
    """

    STOP = "stop"
    END_BRANCH = "end_branch"
    LET_THROUGH = "let_through"
    DEFAULTS = "defaults"
    ERROR_ITEM = "error_item"
    ERROR_OUTPUT = "error_output"


_OWN = {
    "stop": Handling.STOP,
    "continue": Handling.ERROR_ITEM,
    "error_output": Handling.ERROR_OUTPUT,
}


def strategy_of(settings: NodeSettings, workflow: FallbackStrategy) -> FallbackStrategy:
    """The node's own strategy, else the workflow's."""
    return settings.fallback or workflow


def handling_of(settings: NodeSettings, workflow: FallbackStrategy) -> Handling:
    """A node's own ``on_error`` wins; else defaults, skip, continue; else stop."""
    if settings.on_error is not None:
        return _OWN[settings.on_error]
    strategy = strategy_of(settings, workflow)
    if strategy.use_default_values and settings.default_output is not None:
        return Handling.DEFAULTS
    if strategy.skip_failed_nodes:
        return Handling.LET_THROUGH
    if strategy.continue_on_node_failure:
        return Handling.END_BRANCH
    return Handling.STOP


def output_of(handling: Handling, through: str | None) -> str | None:
    """The output that leaves in the place of what failed; None where nothing does.

    Args:
        handling: anything but STOP.
        through: the output by which a node's input passes through.
    """
    if handling is Handling.END_BRANCH:
        return None
    return ERROR if handling is Handling.ERROR_OUTPUT else through


def substitute(
    handling: Handling,
    settings: NodeSettings,
    items: Sequence[Item],
    error: Mapping[str, Any],
) -> list[Item]:
    """The items that take the place of failed ones, one for each but with DEFAULTS.

    Args:
        handling: anything but STOP.
        settings: the node's settings, with its ``default_output``.
        items: the input items whose work failed.
        error: what went wrong, added as ``error`` to the items.
    """
    if handling is Handling.LET_THROUGH:
        return list(items)
    if handling is Handling.DEFAULTS:
        parents = tuple(items)
        return [Item(dict(json), parents=parents) for json in settings.default_output or ()]
    if handling is Handling.END_BRANCH:
        return []
    return [item.derive({**item.json, "error": dict(error)}) for item in items]
