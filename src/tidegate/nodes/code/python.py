"""code.python: Python that a user wrote, in a sandbox."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from tidegate.errors import CodeError
from tidegate.nodes.code.values import Mode, Variables, run_for_all, run_for_each
from tidegate.sdk import Context, Example, Field, Item, Node, NodeFailed, NodeParams
from tidegate.sdk.code import EngineName, PlacedCode
from tidegate.sdk.node import Shape


class PythonCode(Node):
    """Run Python code on all items at once, or on each item.

    The code sees `items`, a list of the items' objects, or `item`, the object of one item. Put
    what comes out into the variable `result`: an object becomes an item, a list an item for each
    of its elements, `None` nothing; any other value goes into the field `result` of an item.
    Values are JSON: text, numbers, `True`, `False`, `None`, lists, and objects with text as keys.

    `print(...)` writes to the execution's log. An error shows your own line.

    To keep each item's history (and its files), change the objects in `items` and give them back,
    or let the code run for each item.

    The code can reach no file, no network and no other process. Two engines run it: Monty, a
    small and fast Python for every platform, and full CPython in a locked process, on Linux. The
    engine is chosen when the workflow is stored, by what the code uses; an engine that is not
    there is an error, never replaced by another one.
    """

    name = "code.python"
    label = "Python code"
    category = "code"

    class Params(NodeParams):
        """The code and how it is run."""

        code: str = Field(
            label="Code",
            widget="code",
            expressions=False,
            min_length=1,
            placeholder="result = [i for i in items if i['total'] > 10]",
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
        engine: Literal["auto", "monty", "cpython"] = Field(
            "auto",
            label="Engine",
            expressions=False,
            description="auto: Monty where it knows all that the code uses, else full CPython.",
        )
        chosen_engine: Literal["monty", "cpython"] | None = Field(
            None,
            label="Chosen engine",
            expressions=False,
            description="Written by Tidegate when a workflow whose engine is auto is stored.",
        )

    examples = (
        Example(
            {"code": "result = [i for i in items if i['total'] > 10]"},
            items=[{"id": 1, "total": 7}, {"id": 2, "total": 12}],
            output=[{"id": 2, "total": 12}],
            title="Some of the items",
        ),
        Example(
            {
                "code": "item['total'] = round(item['net'] * (1 + rate), 2)\nresult = item",
                "mode": "item",
                "variables": {"rate": "{{ 0.2 }}"},
            },
            items=[{"net": 10}, {"net": 2.5}],
            output=[{"net": 10, "total": 12.0}, {"net": 2.5, "total": 3.0}],
            title="Each item, with a value from an expression",
        ),
        Example(
            {
                "code": "from collections import Counter\n"
                "result = dict(Counter(i['country'] for i in items))"
            },
            items=[{"country": "DE"}, {"country": "FR"}, {"country": "DE"}],
            output=[{"DE": 2, "FR": 1}],
            title="One item from all",
        ),
        Example(
            {
                "code": "import re\n"
                "words = re.findall(r'\\w+', item['text'])\n"
                "result = [{'word': word} for word in words]",
                "mode": "item",
            },
            items=[{"text": "Hello, world"}],
            output=[{"word": "Hello"}, {"word": "world"}],
            title="Several items from each",
        ),
    )

    @classmethod
    def shape_for(cls, params: Mapping[str, Any]) -> Shape:
        """One call for all items, or one for each."""
        return "item" if params.get("mode") == "item" else "all"

    @classmethod
    def code_for(cls, params: Mapping[str, Any]) -> PlacedCode | None:
        """The code, and the engine that it is to have."""
        source = params.get("code")
        if not isinstance(source, str):
            return None
        wanted = params.get("engine", "auto")
        chosen = params.get("chosen_engine") if wanted == "auto" else wanted
        known: Mapping[Any, EngineName] = {"monty": "monty", "cpython": "cpython"}
        return PlacedCode("python", source, known.get(chosen), wanted == "auto")

    async def run(self, ctx: Context, params: Params, items: Sequence[Item]) -> Sequence[Item]:
        """The code, once."""
        return await run_for_all(ctx, params.code, _engine(params), params.variables, items)

    async def run_each(
        self, ctx: Context, params: Sequence[Params], items: Sequence[Item]
    ) -> Sequence[Sequence[Item] | CodeError]:
        """The code, for each item."""
        variables = [given.variables for given in params]
        return await run_for_each(ctx, params[0].code, _engine(params[0]), variables, items)


def _engine(params: PythonCode.Params) -> EngineName:
    engine = params.chosen_engine if params.engine == "auto" else params.engine
    if engine is None:
        raise NodeFailed("no engine was chosen for this code; store the workflow again")
    return engine
