"""flow.no_op: do nothing."""

from collections.abc import AsyncIterator, Sequence

from tidegate.sdk import Context, Example, Item, Node


class NoOp(Node):
    """Pass the items on as they are.

    Useful as a place where branches meet, as a label in a large workflow, or as a stand-in while
    building one.
    """

    name = "flow.no_op"
    label = "No operation"
    category = "flow"

    examples = (
        Example({}, items=[{"n": 1}, {"n": 2}], output=[{"n": 1}, {"n": 2}], title="As they are"),
    )

    async def run_batches(
        self, ctx: Context, params: Node.Params, batches: AsyncIterator[Sequence[Item]]
    ) -> AsyncIterator[Sequence[Item]]:
        """The same items."""
        async for batch in batches:
            yield batch
