"""The current item of a node execution, and what expressions see of it."""

from collections.abc import Sequence
from typing import Any

from tidegate.engine.environment import Environment
from tidegate.engine.gather import Gather
from tidegate.engine.lineage import OriginOf, item_view, node_view
from tidegate.engine.plan import PlannedNode
from tidegate.expressions import NodeView, Scope
from tidegate.model.item import Item
from tidegate.sdk.budget import Budget
from tidegate.sdk.outcome import MAIN
from tidegate.sdk.params import NodeParams


class ItemScope:
    """Resolves one node's parameters while the current item moves over its input."""

    __slots__ = (
        "_gather",
        "_index",
        "_item",
        "_nodes",
        "_origin_of",
        "_plan",
        "_positions",
        "_start",
        "_trigger",
        "_views",
        "_window",
        "scope",
    )

    def __init__(
        self,
        environment: Environment,
        node: PlannedNode,
        gather: Gather,
        budget: Budget,
        origin_of: OriginOf,
    ) -> None:
        self._gather, self._origin_of, self._plan = gather, origin_of, node.params
        self._nodes, self._trigger = environment.plan.nodes, environment.info.trigger
        self._window: Sequence[Item] = ()
        self._start = 0
        self._positions: dict[int, int] | None = None
        self._item: Item | None = None
        self._index: int | None = None
        self._views: dict[str, NodeView] = {}
        # Only where it is needed: it makes a cycle of references, which the collector must break.
        lookup = self._node if node.params.nodes else None
        self.scope = Scope(dict(environment.roots), budget, node_lookup=lookup)

    def window(self, start: int, items: Sequence[Item]) -> None:
        """The batch that the node works on; ``start`` is the global index of its first item."""
        self._start, self._window, self._positions = start, items, None

    def params_once(self) -> NodeParams:
        """The parameters of a node that resolves them once, without a current item."""
        return self._plan.resolve(self.scope, self._bind)

    def params_for(self, item: Item, index: int) -> NodeParams:
        """The parameters for one item of the current window; ``index`` counts within it."""
        if self._plan.constant is not None:
            return self._plan.constant
        self._set(item, self._start + index)
        return self._plan.resolve(self.scope, self._bind)

    def release(self) -> None:
        """The values resolved so far have been passed on; they are no longer charged."""
        self.scope.release_results()

    def _bind(self, _scope: Scope, item: Item | None) -> None:
        """Make ``item`` the current one; its position is looked up only when it is asked for."""
        if item is not self._item or item is None:
            self._set(item, None)

    def _set(self, item: Item | None, index: int | None) -> None:
        self._item, self._index = item, index
        values = self.scope.values
        if item is None:
            values.pop("json", None)
            values.pop("item", None)
            return
        values["json"] = item.json
        if self._plan.uses_item:
            values["item"] = item_view(item, self._position())

    def _position(self) -> int | None:
        """The current item's global index, by identity within the window."""
        if self._index is None and self._item is not None:
            if self._positions is None:
                self._positions = {
                    id(item): self._start + index for index, item in enumerate(self._window)
                }
            self._index = self._positions.get(id(self._item))
        return self._index

    def _node(self, node_id: str) -> NodeView:
        view = self._views.get(node_id)
        if view is None:
            names = self._nodes[node_id].outputs
            view = node_view(
                node_id, names, self._origin_of, lambda: (self._gather, self._position())
            )
            self._views[node_id] = view
        return view

    async def load_roots(self) -> None:
        """Fill the roots that cost something, if expressions name them.

        ``items`` are the objects of the main input, ``trigger`` the first object that the
        execution's trigger put out.
        """
        if "trigger" in self._plan.roots:
            origin = self._origin_of(self._trigger)
            output = next(iter(origin.outputs.values()), None) if origin is not None else None
            if output is not None and output.count:
                self.scope.values["trigger"] = output.find(0)[0].json
        if "items" in self._plan.roots:
            self.scope.budget.charge(self._gather.held_size(MAIN), "all input items")
            found: list[Any] = []
            async for _, items in self._gather.batches():
                found.extend(item.json for item in items)
            self.scope.values["items"] = found
