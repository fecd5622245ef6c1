"""data.state: remember values from one execution to the next."""

from typing import Literal

from tidegate.sdk import Context, Example, Field, Item, Json, Node, NodeFailed, NodeParams

_TRIES = 100


class State(Node):
    """Remember values from one execution to the next, such as where the last one ended.

    A value belongs to this node, or to all nodes of the workflow that use the scope "workflow".
    Adding is safe while several executions run at once. A value has at most 256 KB.
    """

    name = "data.state"
    label = "State"
    category = "data"
    effects = "write"
    in_flight = "rerun"

    class Params(NodeParams):
        """What to do with which value."""

        operation: Literal["get", "set", "add", "delete"] = Field("get", label="Operation")
        key: str = Field(label="Key", min_length=1, max_length=200)
        value: Json = Field(
            None, label="Value", widget="json", description="Set: the value. Add: a number."
        )
        default: Json = Field(
            None, label="Default", widget="json", description="Where the key has no value yet."
        )
        scope: Literal["node", "workflow"] = Field("node", label="Scope")
        into: str = Field("value", label="Into field", min_length=1)

    examples = (
        Example(
            {"operation": "get", "key": "last_id", "default": 0},
            items=[{}],
            output=[{"value": 0}],
            title="Where the last execution ended",
            runnable=False,
        ),
        Example(
            {"operation": "add", "key": "orders", "value": 1, "into": "number"},
            items=[{"order": "a"}],
            output=[{"order": "a", "number": 1}],
            title="A number for each order",
            runnable=False,
        ),
    )

    async def run_item(self, ctx: Context, params: Params, item: Item) -> Item:
        """The item, with the value that the key has afterwards."""
        state = ctx.state.workflow if params.scope == "workflow" else ctx.state
        value = params.value
        if params.operation == "get":
            value = await state.get(params.key, params.default)
        elif params.operation == "set":
            await state.put(params.key, value)
        elif params.operation == "delete":
            await state.delete(params.key)
            value = None
        else:
            value = await self._add(ctx, params)
        return item.derive({**item.json, params.into: value})

    async def _add(self, ctx: Context, params: Params) -> object:
        state = ctx.state.workflow if params.scope == "workflow" else ctx.state
        for _ in range(_TRIES):
            known = await state.read(params.key)
            before = known.value if known.version else (params.default or 0)
            if not _is_number(before) or not _is_number(params.value):
                raise NodeFailed(f"only numbers can be added; '{params.key}' is {before!r:.50}")
            value = before + params.value
            if await state.compare_and_set(params.key, value, version=known.version):
                return value
        raise NodeFailed(f"'{params.key}' was changed by others again and again")


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
