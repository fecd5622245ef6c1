"""What a node is given: the items of its inputs, in the order of its edges.

An item's position in the concatenation of all inputs is its *global index*; lineage refers to it.
"""

from collections.abc import Callable, Sequence

from msgspec import Struct

from tidegate.engine.batches import Output, Source, Sources
from tidegate.model.item import Item
from tidegate.model.workflow import Edge
from tidegate.sdk.outcome import MAIN


class Delivery(Struct):
    """What one edge delivers, and the global index of its first item."""

    edge: Edge
    output: Output
    start: int


class Gather:
    """The delivered items of one node execution."""

    __slots__ = ("deliveries", "limit", "names", "total")

    deliveries: list[Delivery]

    def __init__(
        self,
        names: Sequence[str],
        delivered: Sequence[tuple[Edge, Output]],
        *,
        first_only: bool = False,
    ) -> None:
        self.names = names
        self.limit = 1 if first_only else None
        if len(delivered) == 1 and not first_only:
            edge, output = delivered[0]
            self.deliveries = [Delivery(edge, output, 0)]
            self.total = output.count
            return
        if len(delivered) > 1:
            delivered = sorted(delivered, key=lambda pair: names.index(pair[0].input))
        self.deliveries = []
        start = 0
        for edge, output in delivered:
            if first_only and self.deliveries and self.deliveries[-1].edge.input == edge.input:
                continue
            self.deliveries.append(Delivery(edge, output, start))
            start += 1 if first_only else output.count
        self.total = start

    def held_size(self, name: str | None = None) -> int:
        """About how many bytes of memory the items of one input need, or of all."""
        return sum(
            d.output.held_size if self.limit is None else d.output.held_size // d.output.count
            for d in self.deliveries
            if name in (None, d.edge.input)
        )

    def batches(self, name: str = MAIN) -> "BatchReader":
        """The items of an input, batch by batch, with the global index of the first of each."""
        return BatchReader([d for d in self.deliveries if d.edge.input == name], self.limit)

    def everything(self) -> "BatchReader":
        """The items of all inputs, as :meth:`batches`."""
        return BatchReader(self.deliveries, self.limit)

    async def all(self) -> dict[str, list[Item]]:
        """Every item of every input, by the input's name; no object is there twice."""
        found: dict[str, list[Item]] = {name: [] for name in self.names}
        seen: set[int] | None = set() if len(self.deliveries) > 1 else None
        for delivery in self.deliveries:
            async for _, batch in BatchReader([delivery], self.limit, seen):
                found[delivery.edge.input].extend(batch)
        return found

    def locate(self, index: int) -> tuple[Edge, int, Output]:
        """The edge that delivered an item, and the item's position in the source's output."""
        for delivery in reversed(self.deliveries):
            if index >= delivery.start:
                return delivery.edge, index - delivery.start, delivery.output
        raise IndexError(index)

    async def window(self, offset: int, count: int) -> list[Item]:
        """The items with the global indexes from ``offset`` on; other batches are not read."""
        items: list[Item] = []
        for delivery in self.deliveries:
            size = delivery.output.count if self.limit is None else self.limit
            end = min(offset + count, delivery.start + size)
            for batch in delivery.output.batches:
                start = delivery.start + batch.start
                if start < end and start + batch.count > offset:
                    found, _ = await batch.load_async()
                    items.extend(found[max(offset - start, 0) : end - start])
        return items


class BatchReader:
    """Reads the batches of some deliveries; an async iterator that costs little.

    (An async generator registers itself with the event loop, which took a tenth of the time of a
    small node.)
    """

    __slots__ = ("_batches", "_limit", "_position", "_seen")

    def __init__(
        self, deliveries: Sequence[Delivery], limit: int | None, seen: set[int] | None = None
    ) -> None:
        self._batches = [
            (delivery.start + batch.start, batch)
            for delivery in deliveries
            for batch in delivery.output.batches[:limit]
        ]
        self._seen = set() if seen is None and len(deliveries) > 1 else seen
        self._limit = limit
        self._position = 0

    def passed(self, known: int) -> Sequence[tuple[int, Sequence[Item]]]:
        """The batches that were read, from the number ``known`` on, without what is not in memory.

        Each has the global index of its first item.
        """
        passed = self._batches[known : self._position]
        return [(start, batch.resident or ()) for start, batch in passed]

    def __aiter__(self) -> "BatchReader":
        return self

    async def __anext__(self) -> tuple[int, Sequence[Item]]:
        if self._position >= len(self._batches):
            raise StopAsyncIteration
        start, batch = self._batches[self._position]
        self._position += 1
        items = batch.resident
        if items is None:
            items, _ = await batch.load_async()
        if self._limit is not None:
            items = items[: self._limit]
        return start, items if self._seen is None else _once_each(items, self._seen)


def _once_each(items: Sequence[Item], seen: set[int]) -> Sequence[Item]:
    """Copies of items that came over another edge already: an item is found by its identity."""
    fresh = []
    for item in items:
        if id(item) in seen:
            fresh.append(Item(item.json, item.files))
        else:
            seen.add(id(item))
            fresh.append(item)
    return fresh


def trace_sources(
    made: Sequence[Item],
    inputs: Sequence[Item],
    start: int = 0,
    earlier: Callable[[Item], int | None] | None = None,
) -> tuple[Sequence[Item], Sources]:
    """Where each made item came from, and the items with their parents let go.

    An item is an input item itself, or says its parents, or comes from the only input item.

    Args:
        made: what the node gave back.
        inputs: the items it was given.
        start: the global index of the first input item.
        earlier: finds the global index of an item that is not among ``inputs``; None where
            ``inputs`` are all items that the node is given.
    """
    if len(made) == len(inputs) and _pairwise(made, inputs):
        return made, range(start, start + len(made))
    positions = {id(item): start + index for index, item in enumerate(inputs)}
    only = start if earlier is None and len(inputs) == 1 else None
    sources: list[Source] = []
    result: list[Item] = []
    seen: set[int] = set()
    for item in made:
        parents, item.parents = item.parents, None
        found = []
        for parent in (item,) if parents is None else parents:
            position = positions.get(id(parent))
            if position is None and earlier is not None:
                position = earlier(parent)
            if position is not None:
                found.append(position)
        sources.append(found[0] if len(found) == 1 else tuple(found) or only)
        if id(item) in seen:
            result.append(Item(item.json, item.files))
        else:
            seen.add(id(item))
            result.append(item)
    return result, None if all(source is None for source in sources) else sources


def _pairwise(made: Sequence[Item], inputs: Sequence[Item]) -> bool:
    for item, source in zip(made, inputs, strict=True):
        if item is source:
            continue
        parents = item.parents
        if parents is None or len(parents) != 1 or parents[0] is not source:
            return False
    for item in made:
        item.parents = None
    return True
