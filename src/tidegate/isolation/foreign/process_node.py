"""A node whose class is in another process: what the engine runs in its place."""

import asyncio
import re
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, ClassVar, Final

from tidegate import codec
from tidegate.errors import InvalidInput
from tidegate.isolation.failing import raise_failure
from tidegate.isolation.foreign.answering import Answer, Answering
from tidegate.isolation.limits import ProcessLimits
from tidegate.isolation.pool import ProcessPool
from tidegate.isolation.wire import (
    HELD_ITEMS,
    error_from_wire,
    given_params,
    item_from_wire,
    item_to_wire,
    params_to_wire,
)
from tidegate.model.item import Item, JsonObject
from tidegate.sdk.context import Context
from tidegate.sdk.node import Node
from tidegate.sdk.outcome import MAIN, Outputs, Wait
from tidegate.sdk.params import NodeParams

CALL: Final = "tidegate.isolation.entries.node:call"
GRACE_SECONDS: Final = 5.0
"""The engine's own deadline comes first; this is for when it does not."""

Made = Sequence[Item] | Outputs | Wait


@dataclass(frozen=True, slots=True)
class ForeignClass:
    """Where the class is, and what its process may read; ``package`` see ``finding.py``."""

    target: str
    readable: tuple[str, ...]
    package: JsonObject | None


class ForeignNodeBroke(Exception):
    """The node type made a mistake; the text is the traceback of its process."""


class ProcessNode(Node):
    """Base of the stand-ins; their attributes are what the foreign class says of itself."""

    foreign: ClassVar[ForeignClass]
    processes: ClassVar[Callable[[], ProcessPool]]

    async def call(
        self,
        ctx: Context,
        params: NodeParams,
        shape: str,
        inputs: Mapping[str, Sequence[Item]],
        batches: "_Batches | None" = None,
    ) -> Made:
        """Run the foreign class once."""
        known = {} if batches is None else batches.known
        known.update(enumerate(item for items in inputs.values() for item in items))
        answering = Answering(ctx, params, known)
        if batches is not None:
            answering.handlers |= {"batch": batches.batch, "made": batches.put}
        seconds = max(0.0, ctx.budget.deadline - time.monotonic())
        values, lazy = params_to_wire(given_params(params))
        request = {
            "target": self.foreign.target,
            "package": self.foreign.package,
            "shape": shape,
            "params": values,
            "lazy": lazy,
            "inputs": {name: [item_to_wire(i) for i in items] for name, items in inputs.items()},
            "context": _context(ctx, seconds),
        }
        memory = ctx.budget.memory_limit
        try:
            result = (
                await type(self)
                .processes()
                .run(
                    CALL,
                    codec.encode(request),
                    limits=ProcessLimits(memory, seconds + GRACE_SECONDS, None, memory),
                    on_message=answering.answer,
                    readable=self.foreign.readable,
                    owner=self.foreign.target,
                )
            )
        finally:
            await answering.close()
        ctx.budget.used_process(peak_memory=result.peak_memory, cpu=result.cpu)
        raise_failure(result, ctx.budget.memory_limit)
        made = codec.decode(result.value)
        self._raise(made)
        return made_from_wire(made, known)

    def _raise(self, made: Any) -> None:
        """What the node raised, if it did."""
        if not isinstance(made, dict):
            raise InvalidInput("the node's process gave back no JSON object")
        if "raised" in made:
            raise error_from_wire(made["raised"])
        if "broke" in made:
            broke = made["broke"] if isinstance(made["broke"], dict) else {}
            kind = re.sub(r"\W", "", str(broke.get("kind")))[:60] or "Exception"
            # Called as what was raised there: the engine reports it as it does for its own nodes.
            raise type(kind, (ForeignNodeBroke,), {})(str(broke.get("trace"))[:20_000])


class ProcessItemNode(ProcessNode):
    """Stands in for a class with ``run_item``."""

    async def run_item(self, ctx: Context, params: NodeParams, item: Item) -> Made:
        """One item."""
        others = {name: items for name, items in ctx.inputs.items() if name != MAIN}
        return await self.call(ctx, params, "item", {MAIN: [item], **others})


class ProcessAllNode(ProcessNode):
    """Stands in for a class with ``run``."""

    async def run(self, ctx: Context, params: NodeParams, items: Sequence[Item]) -> Made:
        """All items."""
        return await self.call(ctx, params, "all", ctx.inputs or {MAIN: items})


class ProcessBatchesNode(ProcessNode):
    """Stands in for a class with ``run_batches``."""

    async def run_batches(
        self, ctx: Context, params: NodeParams, batches: AsyncIterator[Sequence[Item]]
    ) -> AsyncIterator[Made]:
        """Batch by batch, as the process asks for them."""
        others = {name: items for name, items in ctx.inputs.items() if name != MAIN}
        stream = _Batches(batches, sum(map(len, others.values())))
        call = asyncio.ensure_future(self.call(ctx, params, "batches", others, stream))
        call.add_done_callback(lambda _: stream.made.put_nowait(None))
        try:
            while (made := await stream.made.get()) is not None:
                yield made_from_wire(made, stream.known)
                stream.taken.set()
            await call
        finally:
            call.cancel()
            await asyncio.wait({call})


class _Batches:
    """The batches that the process was given, and what it made of them."""

    def __init__(self, batches: AsyncIterator[Sequence[Item]], start: int) -> None:
        self._batches = batches
        self._start = start
        self._one_by_one = asyncio.Lock()
        self.known: dict[int, Item] = {}
        self.made: asyncio.Queue[JsonObject | None] = asyncio.Queue()
        self.taken = asyncio.Event()

    async def batch(self, _: JsonObject, __: bytes) -> Answer:
        """The next batch, with the number of its first item."""
        async with self._one_by_one:
            items = await anext(aiter(self._batches), None)
            if items is None:
                return {"items": None}, b""
            start = self._start
            self._start += len(items)
            self.known.update((start + at, item) for at, item in enumerate(items))
            for number in list(self.known):
                if len(self.known) <= HELD_ITEMS + len(items):
                    break
                del self.known[number]
            return {"items": [item_to_wire(item) for item in items], "start": start}, b""

    async def put(self, made: JsonObject, _: bytes) -> Answer:
        """Something was made; answered when the engine has taken it."""
        async with self._one_by_one:
            self.taken.clear()
            await self.made.put(made)
            await self.taken.wait()
            return {}, b""


def made_from_wire(made: JsonObject, known: Mapping[int, Item]) -> Made:
    """What the node gave, checked.

    Raises:
        InvalidInput: it makes no sense.
    """
    try:
        if "outputs" in made:
            return Outputs({n: _items(items, known) for n, items in made["outputs"].items()})
        items = _items(made["items"], known)
        if "wait" in made:
            return Wait(datetime.fromisoformat(made["wait"]), items)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise InvalidInput(
            f"the node's process gave back what is no items: {type(error).__name__}"
        ) from None
    return items


def _items(made: Any, known: Mapping[int, Item]) -> list[Item]:
    if type(made) is not list:
        raise InvalidInput("the node's process gave back what is no items")
    return [_item(item, known) for item in made]


def _item(made: Any, known: Mapping[int, Item]) -> Item:
    if type(made) is int:
        return known[made]
    numbers = made.get("from")
    parents = None if numbers is None else tuple(known[n] for n in numbers if n in known)
    return item_from_wire(made, parents)


def _context(ctx: Context, seconds: float) -> JsonObject:
    return {
        "execution": asdict(ctx.execution),
        "node_id": ctx.node_id,
        "attempt": ctx.attempt,
        "iteration": list(ctx.iteration),
        "resume": ctx.resume,
        "memory": ctx.budget.memory_limit,
        "seconds": seconds,
    }
