"""data.remove_duplicates: keep one of several equal items."""

from collections.abc import AsyncIterator, Callable, Sequence
from typing import Literal

from pydantic import ValidationInfo, field_validator

from tidegate.sdk import MAIN, Context, Example, Field, Item, JsonObject, Node, NodeParams, Outputs
from tidegate.sdk.paths import MISSING, FieldName, FieldWatch, UnknownFields, parse_path
from tidegate.sdk.values import identity, size_of_item

_SEEN_SIZE = 130
"""What is remembered of one item: a short text and its place in a set, in bytes."""


class RemoveDuplicates(Node):
    """Keep one of several equal items.

    Items are equal when the compared fields are: `1` equals `1.0`, the order of an object's fields
    does not matter, and a missing field is not the same as null. The others go to the output
    ``discarded``, which may stay unconnected.

    Keeping the first ones remembers a short mark for each different item and passes items on at
    once. Keeping the last ones has to hold one item of each kind until the end.
    """

    name = "data.remove_duplicates"
    label = "Remove duplicates"
    category = "data"
    outputs = (MAIN, "discarded")

    class Params(NodeParams):
        """What makes items equal."""

        compare: Literal["all", "selected", "all_except"] = Field("all", label="Compare fields")
        fields: list[FieldName] = Field(
            [], label="Fields", show_when={"compare": ["selected", "all_except"]}
        )
        keep: Literal["first", "last"] = Field("first", label="Keep")
        unknown_fields: UnknownFields = Field(
            "fail", label="If no item has the field", description="Most often it is a typo."
        )

        @field_validator("fields")
        @classmethod
        def _some_if_selected(cls, fields: list[str], info: ValidationInfo) -> list[str]:
            if not fields and info.data.get("compare") == "selected":
                raise ValueError("name at least one field to compare")
            return fields

    examples = (
        Example(
            {},
            items=[{"id": 1, "n": 1}, {"n": 1.0, "id": 1}, {"id": 2, "n": 1}],
            outputs={
                "main": [{"id": 1, "n": 1}, {"id": 2, "n": 1}],
                "discarded": [{"n": 1.0, "id": 1}],
            },
            title="Equal in all fields",
        ),
        Example(
            {"compare": "selected", "fields": ["user.email"], "keep": "last"},
            items=[
                {"user": {"email": "a@x.org"}, "v": 1},
                {"user": {"email": "b@x.org"}, "v": 2},
                {"user": {"email": "a@x.org"}, "v": 3},
            ],
            output=[
                {"user": {"email": "b@x.org"}, "v": 2},
                {"user": {"email": "a@x.org"}, "v": 3},
            ],
            title="The last item of each address",
        ),
    )

    async def run_batches(
        self, ctx: Context, params: Params, batches: AsyncIterator[Sequence[Item]]
    ) -> AsyncIterator[Outputs]:
        """The same items, each kind once, and the rest."""
        paths = [parse_path(name) for name in params.fields]
        watch = FieldWatch(paths if params.compare != "all" else (), params.unknown_fields)
        mark = _marker(params)
        seen: set[bytes] = set()
        last: dict[bytes, Item] = {}
        async for batch in batches:
            kept: list[Item] = []
            discarded: list[Item] = []
            for item in batch:
                watch.see(item.json)
                own = mark(item.json)
                if params.keep == "last":
                    ctx.budget.charge(_SEEN_SIZE + size_of_item(item), "the items to keep")
                    before = last.pop(own, None)
                    last[own] = item
                    if before is not None:
                        ctx.budget.release(_SEEN_SIZE + size_of_item(before))
                        discarded.append(before)
                elif own in seen:
                    discarded.append(item)
                else:
                    ctx.budget.charge(_SEEN_SIZE, "the marks of different items")
                    seen.add(own)
                    kept.append(item)
            yield Outputs({MAIN: kept, "discarded": discarded})
        watch.check()
        yield Outputs({MAIN: list(last.values())})


def _marker(params: RemoveDuplicates.Params) -> Callable[[JsonObject], bytes]:
    """What gives the same bytes for two items that count as equal."""
    paths = [parse_path(name) for name in params.fields]

    def whole(json: JsonObject) -> bytes:
        return identity(json)

    def selected(json: JsonObject) -> bytes:
        values = [path.get(json) for path in paths]
        # A list around what is there tells it from what is missing.
        return identity([[] if value is MISSING else [value] for value in values])

    def all_except(json: JsonObject) -> bytes:
        rest = dict(json)
        for path in paths:
            path.delete(rest)
        return identity(rest)

    return {"all": whole, "selected": selected, "all_except": all_except}[params.compare]
