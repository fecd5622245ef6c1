"""flow.stop: end with an error."""

from collections.abc import AsyncIterator, Sequence

from tidegate.sdk import (
    Context,
    Example,
    Field,
    Item,
    Json,
    Lazy,
    Node,
    NodeFailed,
    NodeParams,
    Outputs,
)
from tidegate.sdk.values import as_text


class Stop(Node):
    """Fail on purpose, with a message of your own.

    The first item that arrives makes the node fail, and with it the execution, unless the node's
    settings say otherwise. Put it behind If or Switch for the cases that must not be.
    """

    name = "flow.stop"
    label = "Stop with error"
    category = "flow"
    outputs = ()

    class Params(NodeParams):
        """What the error says."""

        message: Lazy[Json] = Field(
            "Stopped",
            label="Message",
            widget="multiline",
            placeholder="Order {{ json.id }} has no address",
            description="May use the first item. What is not text is written as JSON.",
        )
        error_code: str = Field(
            "STOPPED",
            label="Error code",
            max_length=64,
            pattern=r"^[A-Z][A-Z0-9_]*$",
            description="For programs that read the error: `error_code` in it.",
        )

    examples = (
        Example(
            {"message": "Order {{ json.id }} has no address", "error_code": "NO_ADDRESS"},
            items=[{"id": 7}],
            title="A message about the item",
            runnable=False,
        ),
    )

    async def run_batches(
        self, ctx: Context, params: Params, batches: AsyncIterator[Sequence[Item]]
    ) -> AsyncIterator[Outputs]:
        """Nothing; fails at the first item."""
        async for batch in batches:
            for item in batch:
                message = as_text(params.message(item)) or "Stopped"
                raise NodeFailed(message, error_code=params.error_code)
            yield Outputs({})
