"""data.limit: keep only the first or the last items."""

from collections import deque
from collections.abc import AsyncIterator, Sequence
from typing import Literal

from tidegate.sdk import Context, Example, Field, Item, Node, NodeParams
from tidegate.sdk.values import size_of_item


class Limit(Node):
    """Keep only the first or the last items.

    Keeping the first ones ends as soon as there are enough, so that a large input is not read to
    its end. Keeping the last ones holds that many items in memory.
    """

    name = "data.limit"
    label = "Limit"
    category = "data"

    class Params(NodeParams):
        """How many items, and from which end."""

        max_items: int = Field(1, ge=0, label="Max items")
        keep: Literal["first", "last"] = Field("first", label="Keep")

    examples = (
        Example(
            {"max_items": 1}, items=[{"n": 1}, {"n": 2}], output=[{"n": 1}], title="The first item"
        ),
        Example(
            {"max_items": 2, "keep": "last"},
            items=[{"n": 1}, {"n": 2}, {"n": 3}],
            output=[{"n": 2}, {"n": 3}],
            title="The last two items",
        ),
    )

    async def run_batches(
        self, ctx: Context, params: Params, batches: AsyncIterator[Sequence[Item]]
    ) -> AsyncIterator[Sequence[Item]]:
        """The same items, fewer of them, in their order."""
        if params.keep == "first":
            left = params.max_items
            if not left:
                return
            async for batch in batches:
                yield batch[:left]
                left -= len(batch)
                if left <= 0:
                    return
            return
        last: deque[tuple[Item, int]] = deque()
        async for batch in batches:
            for item in batch[-params.max_items :] if params.max_items else ():
                size = size_of_item(item)
                ctx.budget.charge(size, "the last items")
                last.append((item, size))
                if len(last) > params.max_items:
                    ctx.budget.release(last.popleft()[1])
        yield [item for item, _size in last]
