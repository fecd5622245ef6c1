"""Which item of an earlier node an item came from: ``node("id").item`` in expressions."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import repeat
from typing import Any

from tidegate.engine.batches import Output
from tidegate.engine.gather import Gather
from tidegate.errors import ExpressionError
from tidegate.expressions import NodeView
from tidegate.model.item import Item

MAX_VISITS = 10_000


@dataclass(frozen=True, slots=True)
class Origin:
    """A finished node execution as lineage sees it."""

    outputs: dict[str, Output]
    gather: Gather | None


OriginOf = Callable[[str], Origin | None]
"""Finds the finished node execution of a node id, seen from the asking node's loop frame."""

Current = Callable[[], tuple[Gather, int | None]]
"""The asking node's inputs and the global index of its current item."""


def ancestor(
    target: str, gather: Gather, index: int, origin_of: OriginOf
) -> tuple[Item, int] | None:
    """The item of node ``target`` that an input item came from, with its position.

    Walks from input to output to input, breadth first; of several parents the first that leads
    to ``target`` wins. None where the trail ends before.
    """
    steps: list[Iterable[tuple[Gather, int]]] = [((gather, index),)]
    visited: set[tuple[str, str, int]] = set()
    for step in steps:
        for current, position in step:
            edge, inner, output = current.locate(position)
            key = (edge.source, edge.output, inner)
            if key in visited:
                continue
            if len(visited) >= MAX_VISITS:
                return None
            visited.add(key)
            item, source = output.find(inner)
            if edge.source == target:
                return item, inner
            origin = origin_of(edge.source)
            if origin is not None and origin.gather is not None and source is not None:
                parents = source if isinstance(source, tuple) else (source,)
                steps.append(zip(repeat(origin.gather), parents))  # read only as far as needed
    return None


def item_view(item: Item, index: int | None) -> dict[str, Any]:
    """An item as expressions see it."""
    files = {name: ref.as_json() for name, ref in item.files.items()}
    return {"json": item.json, "files": files, "index": index}


def node_view(target: str, names: Sequence[str], origin_of: OriginOf, current: Current) -> NodeView:
    """``node("target")`` for the current item.

    Args:
        target: the node's id.
        names: the outputs that the node has.
        origin_of: finds a finished node execution.
        current: the asking node's inputs and the current item's global index.

    Raises:
        ExpressionError: the node has not run.
    """
    origin = origin_of(target)
    if origin is None:
        raise ExpressionError(f"node {target!r} did not run in this execution")
    results = _Results(target, names, origin.outputs)
    return NodeView(
        target,
        item=lambda: results.item(origin_of, current),
        items=results.items,
        first=lambda: results.at(0),
        last=lambda: results.at(-1),
        output=results.output,
    )


@dataclass(frozen=True, slots=True)
class _Results:
    """What ``node("target")`` gives, each part read when it is asked for."""

    target: str
    names: Sequence[str]
    outputs: dict[str, Output]

    def output(self, name: str) -> list[dict[str, Any]]:
        if name not in self.names:
            has = ", ".join(self.names) or "none"
            raise ExpressionError(f"node {self.target!r} has no output {name!r}; it has: {has}")
        batches = self.outputs[name].batches if name in self.outputs else ()
        return [item.json for batch in batches for item in batch.load()[0]]

    def items(self) -> list[dict[str, Any]]:
        found = next((name for name, output in self.outputs.items() if output.count), None)
        return [] if found is None else self.output(found)

    def at(self, index: int) -> dict[str, Any]:
        main = self._main()
        return main.find(index % main.count)[0].json

    def item(self, origin_of: OriginOf, current: Current) -> dict[str, Any]:
        gather, index = current()
        if index is not None:
            found = ancestor(self.target, gather, index, origin_of)
            if found is not None:
                return item_view(*found)
        main = self._main()
        if main.count == 1:
            return item_view(main.find(0)[0], 0)
        raise ExpressionError(
            f"can't tell which item of node {self.target!r} this one came from; it has "
            f'{main.count} items: use node("{self.target}").first, .last or .items'
        )

    def _main(self) -> Output:
        """The first output that has items."""
        found = next((output for output in self.outputs.values() if output.count), None)
        if found is None:
            raise ExpressionError(f"node {self.target!r} put out no items")
        return found
