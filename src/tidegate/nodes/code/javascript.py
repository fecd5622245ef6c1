"""code.javascript: JavaScript that a user wrote, in a locked process."""

from collections.abc import Mapping, Sequence
from typing import Any

from tidegate.errors import CodeError
from tidegate.nodes.code.values import Mode, Variables, run_for_all, run_for_each
from tidegate.sdk import Context, Example, Field, Item, Node, NodeParams
from tidegate.sdk.code import PlacedCode
from tidegate.sdk.node import Shape


class JavaScriptCode(Node):
    """Run JavaScript code on all items at once, or on each item.

    The code sees `items`, an array of the items' objects, or `item`, the object of one item. Put
    what comes out into the variable `result`: an object becomes an item, an array an item for
    each of its elements, `null` nothing; any other value goes into the field `result` of an item.
    A promise is waited for. There is no `return` outside of functions.

    `console.log(...)` writes to the execution's log. An error shows your own line.

    Numbers are JavaScript's: whole numbers are exact up to 2^53.

    The code has the language's own objects (`Math`, `Date`, `JSON`, `Map`, ...) and nothing else:
    no files, no network, no modules, no timers. It runs in QuickJS inside a locked process, which
    needs Linux.
    """

    name = "code.javascript"
    label = "JavaScript code"
    category = "code"

    class Params(NodeParams):
        """The code and how it is run."""

        code: str = Field(
            label="Code",
            widget="code",
            expressions=False,
            min_length=1,
            placeholder="result = items.filter(i => i.total > 10)",
        )
        mode: Mode = Field(
            "items",
            label="Run",
            expressions=False,
            description="Once for all items (`items`), or for each item (`item`).",
        )
        variables: Variables = Field(
            {},
            label="Variables",
            widget="key_value",
            description="More variables for the code; expressions work here.",
        )

    examples = (
        Example(
            {"code": "const result = items.filter(i => i.total > 10)"},
            items=[{"id": 1, "total": 7}, {"id": 2, "total": 12}],
            output=[{"id": 2, "total": 12}],
            title="Some of the items",
        ),
        Example(
            {
                "code": "const result = {...item, total: item.net * factor}",
                "mode": "item",
                "variables": {"factor": "{{ 1 + 1 }}"},
            },
            items=[{"net": 10}, {"net": 2.5}],
            output=[{"net": 10, "total": 20}, {"net": 2.5, "total": 5}],
            title="Each item, with a value from an expression",
        ),
    )

    @classmethod
    def shape_for(cls, params: Mapping[str, Any]) -> Shape:
        """One call for all items, or one for each."""
        return "item" if params.get("mode") == "item" else "all"

    @classmethod
    def code_for(cls, params: Mapping[str, Any]) -> PlacedCode | None:
        """The code; there is one engine."""
        source = params.get("code")
        if not isinstance(source, str):
            return None
        return PlacedCode("javascript", source, "quickjs", chooses=False)

    async def run(self, ctx: Context, params: Params, items: Sequence[Item]) -> Sequence[Item]:
        """The code, once."""
        return await run_for_all(ctx, params.code, "quickjs", params.variables, items)

    async def run_each(
        self, ctx: Context, params: Sequence[Params], items: Sequence[Item]
    ) -> Sequence[Sequence[Item] | CodeError]:
        """The code, for each item."""
        variables = [given.variables for given in params]
        return await run_for_each(ctx, params[0].code, "quickjs", variables, items)
