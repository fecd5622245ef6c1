"""flow.if: send items one way or the other."""

from collections.abc import AsyncIterator, Sequence
from typing import Any

from tidegate.sdk import Context, Example, Field, Item, Lazy, Node, NodeParams, Outputs
from tidegate.sdk.values import truth


class If(Node):
    """Send each item to `true` or to `false`.

    The condition must give true or false; anything else is an error, because a text such as
    "false" would count as true. An output without items starts nothing behind it.
    """

    name = "flow.if"
    label = "If"
    category = "flow"
    outputs = ("true", "false")

    class Params(NodeParams):
        """The condition."""

        condition: Lazy[bool] = Field(
            label="Condition",
            placeholder="{{ json.price > 10 }}",
            description="Decides for each item.",
        )

    examples = (
        Example(
            {"condition": "{{ json.age >= 18 }}"},
            items=[{"name": "Ada", "age": 36}, {"name": "Bob", "age": 12}],
            outputs={
                "true": [{"name": "Ada", "age": 36}],
                "false": [{"name": "Bob", "age": 12}],
            },
            title="By a number",
        ),
        Example(
            {"condition": "{{ 'vip' in json.tags }}"},
            items=[{"id": 1, "tags": ["vip"]}, {"id": 2, "tags": []}],
            outputs={"true": [{"id": 1, "tags": ["vip"]}], "false": [{"id": 2, "tags": []}]},
            title="By what a list holds",
        ),
    )

    async def run_batches(
        self, ctx: Context, params: Params, batches: AsyncIterator[Sequence[Item]]
    ) -> AsyncIterator[Outputs]:
        """The same items, on one of two outputs."""
        condition = params.condition
        index = 0
        async for batch in batches:
            met: list[Item] = []
            rest: list[Item] = []
            for item in batch:
                value: Any = condition(item)
                if value is True or (value is not False and truth(value, index)):
                    met.append(item)
                else:
                    rest.append(item)
                index += 1
            yield Outputs({"true": met, "false": rest})
