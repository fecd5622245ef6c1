"""What leaves a node that did not do its work: it is disabled, or its failure was handled."""

from collections.abc import Mapping
from typing import Any

from tidegate.engine.batches import OutputWriter
from tidegate.engine.fallback import Handling, output_of, substitute
from tidegate.engine.gather import Gather
from tidegate.engine.plan import PlannedNode
from tidegate.model.item import Item


async def pass_through(node: PlannedNode, gather: Gather, writer: OutputWriter) -> None:
    """Write the items of all inputs, in their order, to the output by which they pass."""
    if node.through is not None:
        async for start, items in gather.everything():
            await writer.add(node.through, items, range(start, start + len(items)))


async def replace(
    node: PlannedNode, gather: Gather, writer: OutputWriter, error: Mapping[str, Any]
) -> None:
    """Write what takes the place of the output of a node that failed as a whole."""
    output = output_of(node.handling, node.through)
    if output is None:
        return
    if node.handling is Handling.LET_THROUGH:
        await pass_through(node, gather, writer)
    elif node.handling is Handling.DEFAULTS:
        made = substitute(node.handling, node.settings, (), error)
        await writer.add(output, made, [0] * len(made) if gather.total == 1 else None)
    elif not gather.total:  # a trigger
        await writer.add(output, [Item({"error": dict(error)})], None)
    else:
        async for start, items in gather.everything():
            made = substitute(node.handling, node.settings, items, error)
            for item in made:
                item.parents = None
            await writer.add(output, made, range(start, start + len(items)))
