"""data.sort: order items by one or more fields."""

import re
from collections.abc import Callable, Sequence
from typing import Any, Literal

from tidegate.sdk import Context, Example, Field, Item, Node, NodeParams
from tidegate.sdk.paths import MISSING, FieldName, UnknownFields, check_fields, parse_path
from tidegate.sdk.values import NULL_RANK, Order, order

_KEY_SIZE = 160
"""What the sort key of one item takes in bytes: two tuples and a number."""
_NUMBER = re.compile(r"\s*[+-]?(\d{1,300}(\.\d{0,300})?|\.\d{1,300})([eE][+-]?\d{1,2})?\s*")
_DIGITS = re.compile(r"(\d+)", re.ASCII)
_LONGEST_NUMBER = 300


class SortKey(NodeParams):
    """One field to sort by."""

    field: FieldName = Field(label="Field")
    order: Literal["ascending", "descending"] = Field("ascending", label="Order")
    compare: Literal["values", "ignore_case", "natural", "numbers"] = Field(
        "values",
        label="Compare",
        description=(
            "values: numbers as numbers, text by its characters. ignore_case: the same, with "
            "upper and lower case alike. natural: numbers inside text count as numbers, so that "
            "file2 comes before file10. numbers: text that is a number counts as one."
        ),
    )


class Sort(Node):
    """Order items by one or more fields.

    Items with equal fields keep their order. Items where the field is missing or null come last,
    in both directions. Where a field holds different types, the order is: numbers, text, false,
    true, lists, objects. All items are held in memory at once.
    """

    name = "data.sort"
    label = "Sort"
    category = "data"

    class Params(NodeParams):
        """The fields to sort by."""

        keys: list[SortKey] = Field(
            min_length=1,
            label="Sort by",
            description="The first field decides; the next one where it is equal.",
        )
        unknown_fields: UnknownFields = Field(
            "fail", label="If no item has the field", description="Most often it is a typo."
        )

    examples = (
        Example(
            {"keys": [{"field": "price", "order": "descending"}, {"field": "name"}]},
            items=[
                {"name": "cup", "price": 5},
                {"name": "pot", "price": None},
                {"name": "pan", "price": 20},
                {"name": "bowl", "price": 5},
            ],
            output=[
                {"name": "pan", "price": 20},
                {"name": "bowl", "price": 5},
                {"name": "cup", "price": 5},
                {"name": "pot", "price": None},
            ],
            title="By two fields",
        ),
        Example(
            {"keys": [{"field": "file.name", "compare": "natural"}]},
            items=[{"file": {"name": "img10"}}, {"file": {"name": "Img2"}}],
            output=[{"file": {"name": "Img2"}}, {"file": {"name": "img10"}}],
            title="Numbers inside text",
        ),
    )

    async def run(self, ctx: Context, params: Params, items: Sequence[Item]) -> Sequence[Item]:
        """The same items in order."""
        paths = [parse_path(key.field) for key in params.keys]
        check_fields(items, paths, params.unknown_fields)
        ctx.budget.charge(len(items) * _KEY_SIZE, "the items to sort")
        ordered = list(items)
        # Python's sort is stable: sorting by the last key first leaves the first one in charge.
        for key, path in zip(reversed(params.keys), reversed(paths), strict=True):
            descending = key.order == "descending"
            sort_key = _sort_key(path.get, key.compare, descending=descending)
            ordered.sort(key=sort_key, reverse=descending)
        return ordered


def _sort_key(
    get: Callable[[Any], Any], compare: str, *, descending: bool
) -> Callable[[Item], Order]:
    convert = _CONVERT[compare]
    null: Order = (-1 if descending else NULL_RANK, 0)

    def key(item: Item) -> Order:
        value = get(item.json)
        return null if value is None or value is MISSING else convert(value)

    return key


def _ignore_case(value: Any) -> Order:
    return (1, value.casefold()) if type(value) is str else order(value)


def _natural(value: Any) -> Order:
    if type(value) is not str:
        return order(value)
    # Odd places of the split hold the digits, so that only like meets like in a comparison.
    parts = _DIGITS.split(value.casefold())
    return (1, tuple(_digits(part) if i % 2 else part for i, part in enumerate(parts)))


def _digits(text: str) -> tuple[int, str]:
    """Digits as a key that compares as their number does, however long they are."""
    significant = text.lstrip("0")
    return (len(significant), significant)


def _numbers(value: Any) -> Order:
    if type(value) is not str or len(value) > _LONGEST_NUMBER or not _NUMBER.fullmatch(value):
        return order(value)
    try:
        return (0, int(value))
    except ValueError:
        return (0, float(value))


_CONVERT: dict[str, Callable[[Any], Order]] = {
    "values": order,
    "ignore_case": _ignore_case,
    "natural": _natural,
    "numbers": _numbers,
}
