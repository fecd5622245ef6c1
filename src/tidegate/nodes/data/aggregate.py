"""data.aggregate: make one item of all items."""

from collections.abc import Sequence
from typing import Any, Literal

from pydantic import ValidationInfo, field_validator

from tidegate.sdk import Context, Example, Field, Item, JsonObject, Node, NodeParams
from tidegate.sdk.paths import (
    MISSING,
    FieldName,
    FieldPath,
    UnknownFields,
    check_fields,
    parse_path,
    select,
)
from tidegate.sdk.values import size_of

_POINTER = 8


class Collected(NodeParams):
    """One field whose values are put in a list."""

    field: FieldName = Field(label="Field")
    into: FieldName | None = Field(
        None, label="Into field", description="Empty: the field's own name."
    )


class Aggregate(Node):
    """Make one item of all items.

    Either every item as a whole goes into one list, or the values of single fields go into a list
    each. It is the reverse of Split out. To make one item for each customer, day or country, use
    Summarize with the operation append.

    Without input items the lists are empty.
    """

    name = "data.aggregate"
    label = "Aggregate"
    category = "data"

    class Params(NodeParams):
        """What to put in lists."""

        collect: Literal["items", "fields"] = Field("items", label="Collect")
        into: FieldName = Field("data", label="Into field", show_when={"collect": "items"})
        fields: list[Collected] = Field([], label="Fields", show_when={"collect": "fields"})
        include: list[FieldName] = Field(
            [],
            label="Only these fields",
            description="Empty: all fields of each item.",
            show_when={"collect": "items"},
        )
        flatten: bool = Field(
            False,
            label="Join lists",
            description="A value that is a list adds its elements, not itself.",
            show_when={"collect": "fields"},
        )
        if_missing: Literal["skip", "null"] = Field(
            "skip",
            label="If an item lacks the field",
            description="skip it, or put null in the list, so that lists stay in step.",
            show_when={"collect": "fields"},
        )
        unknown_fields: UnknownFields = Field(
            "fail", label="If no item has the field", description="Most often it is a typo."
        )

        @field_validator("fields")
        @classmethod
        def _some_to_collect(cls, fields: list[Collected], info: ValidationInfo) -> list[Collected]:
            if not fields and info.data.get("collect") == "fields":
                raise ValueError("name at least one field to collect")
            return fields

    examples = (
        Example(
            {},
            items=[{"n": 1}, {"n": 2}],
            output=[{"data": [{"n": 1}, {"n": 2}]}],
            title="All items in one list",
        ),
        Example(
            {
                "collect": "fields",
                "fields": [{"field": "mail", "into": "to"}, {"field": "tags"}],
                "flatten": True,
            },
            items=[{"mail": "a@x.org", "tags": ["x", "y"]}, {"mail": "b@x.org", "tags": ["z"]}],
            output=[{"to": ["a@x.org", "b@x.org"], "tags": ["x", "y", "z"]}],
            title="Single fields",
        ),
        Example(
            {"into": "people", "include": ["name"]},
            items=[{"name": "Ada", "id": 1}, {"name": "Bob", "id": 2}],
            output=[{"people": [{"name": "Ada"}, {"name": "Bob"}]}],
            title="Some fields of each item",
        ),
    )

    async def run(self, ctx: Context, params: Params, items: Sequence[Item]) -> Item:
        """One item."""
        json: JsonObject = {}
        if params.collect == "items":
            included = [parse_path(name) for name in params.include]
            check_fields(items, included, params.unknown_fields)
            objects = [item.json for item in items]
            if included:
                ctx.budget.charge(sum(map(size_of, objects)), "the items to aggregate")
                objects = [select(object_, included) for object_ in objects]
            parse_path(params.into).assign(json, objects)
            return Item(json, parents=items)
        sources = [parse_path(column.field) for column in params.fields]
        check_fields(items, sources, params.unknown_fields)
        for column, source in zip(params.fields, sources, strict=True):
            ctx.budget.charge(_POINTER * len(items), "the lists of fields")
            values = _values(items, source, params)
            parse_path(column.into or column.field).assign(json, values)
        return Item(json, parents=items)


def _values(items: Sequence[Item], source: FieldPath, params: Aggregate.Params) -> list[Any]:
    values: list[Any] = []
    for item in items:
        value = source.get(item.json)
        if value is MISSING:
            if params.if_missing == "null":
                values.append(None)
        elif params.flatten and type(value) is list:
            values.extend(value)
        else:
            values.append(value)
    return values
