"""data.split_out: one item for each element of a list."""

from collections.abc import AsyncIterator, Iterator, Sequence
from typing import Any, Literal

from tidegate.sdk import Context, Example, Field, Item, JsonObject, Node, NodeFailed, NodeParams
from tidegate.sdk.paths import MISSING, FieldName, FieldPath, describe_fields, parse_path, select
from tidegate.sdk.values import type_name

_BATCH = 1000


class SplitOut(Node):
    """Make one item for each element of a list.

    An element that is an object becomes the item: its fields stand beside the kept ones and win
    over those of the same name. Any other element goes into a field. With a name under "Into
    field", objects go into that field too.

    An object can be split as well: each of its fields becomes an element `{"key": ..., "value":
    ...}`. An empty list gives no items.
    """

    name = "data.split_out"
    label = "Split out"
    category = "data"

    class Params(NodeParams):
        """What to split, and what stays with each element."""

        field: FieldName = Field(label="Field", description="The list to split.")
        into: FieldName | None = Field(
            None,
            label="Into field",
            description="Empty: objects become the item, other values stay in a field of the "
            "list's name.",
        )
        keep: Literal["all", "none", "selected"] = Field(
            "all", label="Keep other fields", description="Which other fields each new item gets."
        )
        keep_fields: list[FieldName] = Field(
            [], label="Fields to keep", show_when={"keep": "selected"}
        )
        if_missing: Literal["fail", "drop", "keep"] = Field(
            "fail",
            label="If the field is missing or null",
            description="fail, drop the item, or keep it as it is.",
        )

    examples = (
        Example(
            {"field": "lines"},
            items=[{"order": 7, "lines": [{"sku": "a", "qty": 1}, {"sku": "b", "qty": 2}]}],
            output=[{"order": 7, "sku": "a", "qty": 1}, {"order": 7, "sku": "b", "qty": 2}],
            title="The lines of an order",
        ),
        Example(
            {"field": "tags", "into": "tag", "keep": "none"},
            items=[{"id": 1, "tags": ["red", "blue"]}],
            output=[{"tag": "red"}, {"tag": "blue"}],
            title="A list of texts",
        ),
        Example(
            {"field": "prices", "keep": "selected", "keep_fields": ["sku"]},
            items=[{"sku": "a", "name": "cup", "prices": {"EUR": 5, "USD": 6}}],
            output=[
                {"sku": "a", "key": "EUR", "value": 5},
                {"sku": "a", "key": "USD", "value": 6},
            ],
            title="The fields of an object",
        ),
    )

    async def run_batches(
        self, ctx: Context, params: Params, batches: AsyncIterator[Sequence[Item]]
    ) -> AsyncIterator[Sequence[Item]]:
        """An item for each element, in batches, because one list may be long."""
        splitter = _Splitter(params)
        out: list[Item] = []
        index = 0
        async for batch in batches:
            for item in batch:
                for made in splitter.split(item, index):
                    out.append(made)
                    if len(out) >= _BATCH:
                        yield out
                        out = []
                index += 1
            if out:
                yield out
                out = []


class _Splitter:
    """The parameters, prepared once for all items."""

    def __init__(self, params: SplitOut.Params) -> None:
        self._params = params
        self._path = parse_path(params.field)
        self._kept = [parse_path(name) for name in params.keep_fields]
        self._into = parse_path(params.into) if params.into else None
        last = self._path.keys[-1]
        self._own = FieldPath(str(last), (str(last),))

    def split(self, item: Item, index: int) -> Iterator[Item]:
        """The items made from one item."""
        value = self._path.get(item.json)
        if value is MISSING or value is None:
            if self._params.if_missing == "fail":
                what = "has no field" if value is MISSING else "has null in the field"
                raise NodeFailed(
                    f"item {index} {what} {self._path.text!r}; {describe_fields(item.json)}"
                )
            if self._params.if_missing == "keep":
                yield item
            return
        base = self._base(item.json)
        for element in _elements(value, self._path.text, index):
            json = dict(base)
            if self._into is None and type(element) is dict:
                json.update(element)
            else:
                (self._into or self._own).assign(json, element)
            yield item.derive(json)

    def _base(self, json: JsonObject) -> JsonObject:
        """The fields that every new item gets."""
        base: JsonObject = {}
        if self._params.keep == "all":
            base = dict(json)
            self._path.delete(base)
        elif self._params.keep == "selected":
            base = select(json, self._kept)
        return base


def _elements(value: Any, name: str, index: int) -> Iterator[Any]:
    if type(value) is list:
        yield from value
    elif type(value) is dict:
        for key, child in value.items():
            yield {"key": key, "value": child}
    else:
        raise NodeFailed(
            f"field {name!r} of item {index} is {type_name(value)}; only a list or an object can "
            "be split out"
        )
