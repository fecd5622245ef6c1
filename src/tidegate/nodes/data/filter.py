"""data.filter: keep the items that meet a condition."""

from collections.abc import AsyncIterator, Sequence
from typing import Any

from tidegate.sdk import MAIN, Context, Example, Field, Item, Lazy, Node, NodeParams, Outputs
from tidegate.sdk.values import truth


class Filter(Node):
    """Keep the items that meet a condition.

    The others go to the output ``discarded``, which may stay unconnected. The condition must give
    true or false; anything else is an error, because a text such as "false" would count as true.
    """

    name = "data.filter"
    label = "Filter"
    category = "data"
    outputs = (MAIN, "discarded")

    class Params(NodeParams):
        """The condition."""

        condition: Lazy[bool] = Field(
            label="Condition",
            placeholder="{{ json.price > 10 }}",
            description="An item goes on when this is true.",
        )

    examples = (
        Example(
            {"condition": "{{ json.price > 10 }}"},
            items=[{"price": 5}, {"price": 20}],
            outputs={"main": [{"price": 20}], "discarded": [{"price": 5}]},
            title="By a number",
        ),
        Example(
            {"condition": "{{ json.email is not None and json.country in ['DE', 'AT'] }}"},
            items=[
                {"email": None, "country": "DE"},
                {"email": "ada@example.org", "country": "AT"},
                {"email": "bob@example.org", "country": "FR"},
            ],
            output=[{"email": "ada@example.org", "country": "AT"}],
            title="Several conditions",
        ),
    )

    async def run_batches(
        self, ctx: Context, params: Params, batches: AsyncIterator[Sequence[Item]]
    ) -> AsyncIterator[Outputs]:
        """The same items, on one of two outputs."""
        condition = params.condition
        index = 0
        async for batch in batches:
            kept: list[Item] = []
            discarded: list[Item] = []
            for item in batch:
                value: Any = condition(item)
                if value is True or (value is not False and truth(value, index)):
                    kept.append(item)
                else:
                    discarded.append(item)
                index += 1
            yield Outputs({MAIN: kept, "discarded": discarded})
