"""One attempt of one node: what the three shapes of nodes are called with."""

from collections.abc import Awaitable, Mapping, Sequence
from types import MappingProxyType
from typing import Final, Protocol, cast

from tidegate.engine.batches import Sources
from tidegate.engine.deadline import Stopwatch
from tidegate.engine.emitting import Emitter
from tidegate.engine.environment import Environment, NodeReach
from tidegate.engine.gather import Gather
from tidegate.engine.lineage import OriginOf
from tidegate.engine.plan import PlannedNode
from tidegate.engine.ports import BoundPorts
from tidegate.engine.scope import ItemScope
from tidegate.errors import NodeError, error_json
from tidegate.model.execution import Path
from tidegate.model.item import Item
from tidegate.sdk.budget import Budget
from tidegate.sdk.context import Context
from tidegate.sdk.outcome import Wait

_NO_INPUTS: Final[Mapping[str, Sequence[Item]]] = MappingProxyType({})


class RetryItems(Protocol):
    """Asks the runner whether failed items are repeated now; waits for the backoff."""

    def __call__(
        self, attempt: "Attempt", error: NodeError, retries_done: int, /
    ) -> Awaitable[bool]:
        """True after the delay, when the policy repeats; False when it does not."""
        ...


class Attempt:
    """Everything that one attempt works with, and what it leaves behind.

    ``number`` counts attempts from 1, ``retries`` those that failed before it; ``start`` is the
    global index of the current batch's first item.

    Nothing in it points back at it: most attempts die young, without the garbage collector, which
    took a third of the time of small nodes when they were cycles of references.
    """

    __slots__ = (
        "budget",
        "bugs",
        "context",
        "emitter",
        "environment",
        "gather",
        "items_done",
        "items_failed",
        "node",
        "path",
        "retry_items",
        "scope",
        "start",
        "wait",
        "watch",
        "writer",
    )

    def __init__(
        self,
        environment: Environment,
        node: PlannedNode,
        path: Path,
        gather: Gather,
        *,
        origin_of: OriginOf,
        number: int,
        retries: int,
        retry_items: RetryItems,
    ) -> None:
        budget = Budget(memory=node.memory, seconds=node.timeout)
        self.environment = environment
        self.node = node
        self.path = path
        self.gather = gather
        self.budget = budget
        self.scope = ItemScope(environment, node, gather, budget, origin_of)
        self.context = Context(
            execution=environment.info,
            node_id=node.id,
            attempt=number,
            iteration=path,
            inputs=_NO_INPUTS,
            budget=budget,
            reach=NodeReach(environment, node, path, budget, attempt=number, retries=retries),
        )
        self.writer = environment.writer()
        self.retry_items = retry_items
        self.watch = Stopwatch()
        self.items_failed: list[NodeError] = []
        self.bugs: dict[str, str] = {}
        self.emitter: Emitter | None = None
        self.items_done = 0
        self.start = 0
        self.wait: Wait | None = None

    @property
    def has_item_timeout(self) -> bool:
        """Whether the node's timeout counts for each item: per-item work with the outside."""
        return self.node.shape == "item" and self.node.effects != "none"

    @property
    def used_ports(self) -> BoundPorts | None:
        """The ports, if the node used any."""
        return cast("BoundPorts | None", self.context.used_ports)

    async def put(self, output: str, items: Sequence[Item], sources: Sources) -> None:
        """Pass items on to the writer."""
        await self.writer.add(output, items, sources)

    def log_failure(self, error: NodeError, items: Sequence[Item]) -> None:
        """A line for the execution's log; with the error and ``items`` where that is asked for."""
        place = {"item": error.details["item"]} if "item" in error.details else {}
        if not self.node.strategy.log_failure_details:
            self.context.log.error(error.message, code=error.code, **place)
            return
        shown = place if self.node.sensitive else place | {"input": [item.json for item in items]}
        told = self.environment.redact.error(error_json(error))
        self.context.log.error(error.message, error=told, **shown)

    def progress(self, count: int) -> None:
        """Say how many items are done."""
        self.items_done += count
        self.environment.observer.node_progress(self.node.id, self.path, self.items_done)
