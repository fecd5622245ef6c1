"""Calling a node: per item, over batches, or with all items at once."""

import asyncio
import time
from collections.abc import Mapping, Sequence
from typing import Any

from tidegate import codec
from tidegate.engine.attempt import Attempt
from tidegate.engine.gather import trace_sources
from tidegate.engine.plan import PlannedNode
from tidegate.errors import NodeFailed
from tidegate.model.item import Item
from tidegate.sdk.outcome import MAIN, Outputs, Wait

BREATH_SECONDS = 0.005
"""After so much work in one piece, other tasks of the event loop get their turn."""


class Breath:
    """Lets the event loop breathe during long work."""

    __slots__ = ("_next",)

    def __init__(self) -> None:
        self._next = time.monotonic() + BREATH_SECONDS

    @property
    def is_due(self) -> bool:
        """Whether it is time."""
        return time.monotonic() > self._next

    async def take(self) -> None:
        """Yield to other tasks."""
        await asyncio.sleep(0)
        self._next = time.monotonic() + BREATH_SECONDS


class BatchFeed:
    """The batches that a streaming node iterates over; remembers the current one."""

    __slots__ = ("_attempt", "_earlier", "_known", "_reader", "current", "start")

    def __init__(self, attempt: Attempt) -> None:
        self._attempt = attempt
        self._reader = attempt.gather.batches()
        self._earlier: dict[int, int] = {}
        self._known = 0
        self.current: Sequence[Item] = ()
        self.start = 0

    def __aiter__(self) -> "BatchFeed":
        return self

    async def __anext__(self) -> Sequence[Item]:
        if self.current:
            self._attempt.progress(len(self.current))
        self.start, self.current = await self._reader.__anext__()
        self._attempt.scope.window(self.start, self.current)
        return self.current

    def earlier(self, item: Item) -> int | None:
        """The global index of an item that the node held back, if its batch is in memory."""
        passed = self._reader.passed(self._known)
        self._known += len(passed)
        for start, items in passed:
            self._earlier.update((id(found), start + i) for i, found in enumerate(items))
        return self._earlier.get(id(item))


async def call_batches(attempt: Attempt) -> None:
    """A node that streams: batch in, batches out."""
    node, scope, writer = attempt.node, attempt.scope, attempt.writer
    if node.params.has_costly_roots:
        await scope.load_roots()
    if len(node.inputs) > 1:
        attempt.context.inputs = await side_inputs(attempt)
    feed = BatchFeed(attempt)
    breath = Breath()
    run_batches: Any = node.node.run_batches  # type: ignore[attr-defined]  # by its shape
    earlier = None if attempt.gather.total == 1 else feed.earlier
    batches = run_batches(attempt.context, scope.params_once(), feed)
    try:
        async for made in batches:
            for name, items in by_output(node, made).items():
                kept, sources = trace_sources(items, feed.current, feed.start, earlier)
                await writer.add(name, kept, sources)
            scope.release()
            if breath.is_due:
                await breath.take()
    finally:
        await batches.aclose()


async def call_all(attempt: Attempt) -> None:
    """A node that sees all items; its parameters are resolved once."""
    gather = attempt.gather
    attempt.budget.charge(gather.held_size(), "its input items")
    if attempt.node.params.has_costly_roots:
        await attempt.scope.load_roots()
    inputs = await gather.all()
    everything = [item for items in inputs.values() for item in items]
    attempt.scope.window(0, everything)
    attempt.context.inputs = inputs
    params = attempt.scope.params_once()
    run: Any = attempt.node.node.run  # type: ignore[attr-defined]  # by its shape
    made = await run(attempt.context, params, inputs.get(MAIN, []))
    if isinstance(made, Wait):
        if made.until.tzinfo is None:
            raise NodeFailed("the node waits until a time without a time zone; give it in UTC")
        attempt.wait = made
        made = made.items
    for name, items in by_output(attempt.node, made).items():
        kept, sources = trace_sources(items, everything)
        await attempt.put(name, kept, sources)
    attempt.progress(len(everything))


async def side_inputs(attempt: Attempt) -> Mapping[str, Sequence[Item]]:
    """The items of inputs other than ``main``, for nodes that have several."""
    found: dict[str, list[Item]] = {}
    for name in attempt.node.inputs:
        if name == MAIN:
            continue
        attempt.budget.charge(attempt.gather.held_size(name), f"the items of input {name!r}")
        items: list[Item] = []
        async for _, batch in attempt.gather.batches(name):
            items.extend(batch)
        found[name] = items
    return found


def by_output(node: PlannedNode, made: Any) -> Mapping[str, Sequence[Item]]:
    """What a node gave back, as items by output.

    Raises:
        NodeFailed: it is not items, or names an output that the node does not have.
        InvalidInput: a node that is no part of Tidegate put something that is not JSON in an item.
    """
    if made is None:
        return {}
    if isinstance(made, Outputs):
        for name, items in made.items.items():
            if name not in node.outputs:
                has = ", ".join(node.outputs) or "none"
                raise NodeFailed(f"the node gave items to output {name!r}; it has: {has}")
            _check_items(node, items)
        return made.items
    items = (made,) if isinstance(made, Item) else made
    _check_items(node, items)
    if node.through is None:
        if items:
            raise NodeFailed("the node gave back items, but it has no output")
        return {}
    return {node.through: items}


def _check_items(node: PlannedNode, items: Any) -> None:
    if type(items) is not list and (isinstance(items, str) or not isinstance(items, Sequence)):
        raise NodeFailed(f"the node gave back {type(items).__name__}, not items")
    for item in items:
        if type(item) is not Item:
            raise NodeFailed(f"the node gave back {type(item).__name__}, not an Item")
        if type(item.json) is not dict:
            raise NodeFailed(f"an item holds a JSON object (dict), not {type(item.json).__name__}")
        if node.is_foreign:
            codec.check(item.json, what="item")
