"""flow.merge: bring the items of several inputs together."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from pydantic import ValidationInfo, field_validator

from tidegate.nodes.flow.joining import Clash, Join, KeyPair, join_by_key, merged
from tidegate.sdk import MAIN, Context, Example, Field, Item, Node, NodeParams
from tidegate.sdk.paths import UnknownFields

_MAX_INPUTS = 10
_POINTER = 8
_ITEM_SIZE = 300


class Merge(Node):
    """Bring the items of several inputs together, when all of them have arrived.

    - append: the items of all inputs, one input after the other.
    - by_position: the first items of all inputs become one item, then the second ones, ...
    - by_key: items of two inputs become one where their key fields are equal, as a database joins.
      An item whose key is missing or null matches nothing.
    - wait: only waits; the items of the input main go on.

    An edge into the same input of any node appends, too; Merge is for the other cases and for
    keeping the order of the inputs.
    """

    name = "flow.merge"
    label = "Merge"
    category = "flow"
    inputs = (MAIN, "input_2")

    class Params(NodeParams):
        """How the items come together."""

        mode: Literal["append", "by_position", "by_key", "wait"] = Field("append", label="Mode")
        inputs: int = Field(2, ge=2, le=_MAX_INPUTS, label="Inputs", expressions=False)
        keys: list[KeyPair] = Field(
            [],
            label="Match by",
            description="All of these fields must be equal.",
            show_when={"mode": "by_key"},
        )
        join: Join = Field(
            "inner",
            label="Keep",
            description="inner: pairs only. left: also items of main without a partner. outer: "
            "also those of input_2. anti: only items of main without a partner.",
            show_when={"mode": "by_key"},
        )
        matches: Literal["all", "first"] = Field(
            "all",
            label="Several partners",
            description="A pair for each partner, or only for the first.",
            show_when={"mode": "by_key"},
        )
        unpaired: Literal["keep", "drop"] = Field(
            "keep",
            label="Unpaired items",
            description="What happens when an input has more items than another one.",
            show_when={"mode": "by_position"},
        )
        clash: Clash = Field(
            "last",
            label="If both have a field",
            description="The value of the last or of the first input, or both: the later one as "
            "name_2.",
            show_when={"mode": ["by_position", "by_key"]},
        )
        unknown_fields: UnknownFields = Field(
            "fail",
            label="If no item has the key field",
            description="Most often it is a typo.",
            show_when={"mode": "by_key"},
        )

        @field_validator("inputs")
        @classmethod
        def _two_by_key(cls, inputs: int, info: ValidationInfo) -> int:
            if inputs != 2 and info.data.get("mode") == "by_key":
                raise ValueError(f"by_key merges two inputs, not {inputs}; use several merges")
            return inputs

        @field_validator("keys")
        @classmethod
        def _some_by_key(cls, keys: list[KeyPair], info: ValidationInfo) -> list[KeyPair]:
            if not keys and info.data.get("mode") == "by_key":
                raise ValueError("by_key needs at least one field to match by")
            return keys

    examples = (
        Example(
            {},
            items=[{"n": 1}],
            inputs={"input_2": [{"n": 2}, {"n": 3}]},
            output=[{"n": 1}, {"n": 2}, {"n": 3}],
            title="One input after the other",
        ),
        Example(
            {"mode": "by_key", "keys": [{"main": "user_id", "second": "id"}], "join": "left"},
            items=[{"order": 1, "user_id": 7}, {"order": 2, "user_id": 8}],
            inputs={"input_2": [{"id": 7, "name": "Ada"}]},
            output=[
                {"order": 1, "user_id": 7, "id": 7, "name": "Ada"},
                {"order": 2, "user_id": 8},
            ],
            title="Orders with their users",
        ),
        Example(
            {"mode": "by_position", "clash": "both"},
            items=[{"id": 1, "a": "x"}, {"id": 2, "a": "y"}],
            inputs={"input_2": [{"id": 10}]},
            output=[{"id": 1, "a": "x", "id_2": 10}, {"id": 2, "a": "y"}],
            title="Side by side",
        ),
    )

    @classmethod
    def inputs_for(cls, params: Mapping[str, Any]) -> tuple[str, ...]:
        """``main``, ``input_2``, ... as many as the parameter says."""
        count = params.get("inputs", 2)
        count = count if type(count) is int and 2 <= count <= _MAX_INPUTS else 2
        return (MAIN, *(f"input_{number}" for number in range(2, count + 1)))

    async def run(self, ctx: Context, params: Params, items: Sequence[Item]) -> Sequence[Item]:
        """The items that came together."""
        names = self.inputs_for({"inputs": params.inputs})
        inputs = [ctx.inputs.get(name, ()) for name in names]
        if params.mode == "wait":
            return items
        if params.mode == "append":
            ctx.budget.charge(_POINTER * sum(map(len, inputs)), "the items to merge")
            return [item for part in inputs for item in part]
        if params.mode == "by_position":
            return _by_position(ctx, params, inputs)
        return join_by_key(ctx.budget, params, inputs[0], inputs[1])


def _by_position(
    ctx: Context, params: Merge.Params, inputs: Sequence[Sequence[Item]]
) -> Sequence[Item]:
    lengths = [len(part) for part in inputs]
    count = max(lengths) if params.unpaired == "keep" else min(lengths)
    ctx.budget.charge(_ITEM_SIZE * count, "the items to merge")
    return [
        merged([part[place] for part in inputs if place < len(part)], params.clash)
        for place in range(count)
    ]
