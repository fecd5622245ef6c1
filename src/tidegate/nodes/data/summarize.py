"""data.summarize: count, add up and compare the items of each group."""

from collections.abc import AsyncIterator, Sequence
from typing import Any, Literal

from pydantic import ValidationInfo, field_validator

from tidegate.nodes.data.statistics import OPERATIONS, Operation, Statistic
from tidegate.sdk import Context, Example, Field, Item, JsonObject, Node, NodeFailed, NodeParams
from tidegate.sdk.paths import MISSING, FieldName, FieldPath, FieldWatch, UnknownFields, parse_path
from tidegate.sdk.values import as_text, identity, size_of

_GROUP_SIZE = 600


class Summary(NodeParams):
    """One figure for each group."""

    operation: Operation = Field(label="Operation")
    field: FieldName | None = Field(
        None, label="Field", description="Only count works without one: it then counts items."
    )
    into: FieldName | None = Field(
        None, label="Into field", description="Empty: for example sum_price."
    )
    separator: str = Field(
        ", ", label="Separator", max_length=100, show_when={"operation": "concatenate"}
    )

    @field_validator("field")
    @classmethod
    def _only_count_works_without(cls, field: str | None, info: ValidationInfo) -> str | None:
        if field is None and info.data.get("operation") != "count":
            raise ValueError(f"the operation {info.data.get('operation')} needs a field")
        return field

    def target(self) -> FieldPath:
        """The field that the figure goes into."""
        if self.into:
            return parse_path(self.into)
        if not self.field:
            return parse_path(self.operation)
        name = "_".join([self.operation, *map(str, parse_path(self.field).keys)])
        return FieldPath(name, (name,))


class _Group:
    """The values that a group's items share, their first item, and the figures so far."""

    __slots__ = ("first", "keys", "statistics")

    def __init__(self, keys: list[Any], first: Item | None, statistics: list[Statistic]) -> None:
        self.keys = keys
        self.first = first
        self.statistics = statistics


class Summarize(Node):
    """Count, add up and compare items, for each group of them or for all together.

    Items with equal values in the fields under "Group by" make a group; a missing field counts as
    null. Groups come in the order of their first items. Memory grows with the number of groups,
    not of items, except for append, concatenate and count unique.

    Null and missing values are left out of every figure; the average of nothing is null. Sum and
    average need numbers; text such as "12" must be converted first. Without input and without
    "Group by" there is one item, with counts of 0.
    """

    name = "data.summarize"
    label = "Summarize"
    category = "data"

    class Params(NodeParams):
        """Groups and figures."""

        group_by: list[FieldName] = Field(
            [], label="Group by", description="Empty: all items together."
        )
        values: list[Summary] = Field(min_length=1, label="Figures")
        output: Literal["items", "object"] = Field(
            "items",
            label="Output",
            description="One item for each group, or one item in which the groups are nested "
            "objects: {Oslo: {2024: {count: 3}}}.",
        )
        unknown_fields: UnknownFields = Field(
            "fail", label="If no item has the field", description="Most often it is a typo."
        )

    examples = (
        Example(
            {
                "group_by": ["country"],
                "values": [{"operation": "count"}, {"operation": "sum", "field": "price"}],
            },
            items=[
                {"country": "NO", "price": 10},
                {"country": "SE", "price": 5},
                {"country": "NO", "price": 2.5},
            ],
            output=[
                {"country": "NO", "count": 2, "sum_price": 12.5},
                {"country": "SE", "count": 1, "sum_price": 5},
            ],
            title="Sales by country",
        ),
        Example(
            {
                "values": [
                    {"operation": "average", "field": "age", "into": "mean"},
                    {"operation": "max", "field": "age", "into": "oldest"},
                    {"operation": "concatenate", "field": "name", "into": "names"},
                ]
            },
            items=[{"name": "Ada", "age": 36}, {"name": "Bob", "age": 41}],
            output=[{"mean": 38.5, "oldest": 41, "names": "Ada, Bob"}],
            title="All items together",
        ),
        Example(
            {
                "group_by": ["city", "year"],
                "values": [{"operation": "append", "field": "name", "into": "names"}],
                "output": "object",
            },
            items=[
                {"city": "Oslo", "year": 2024, "name": "Ada"},
                {"city": "Oslo", "year": 2025, "name": "Bob"},
            ],
            output=[{"Oslo": {"2024": {"names": ["Ada"]}, "2025": {"names": ["Bob"]}}}],
            title="Nested objects",
        ),
    )

    async def run_batches(
        self, ctx: Context, params: Params, batches: AsyncIterator[Sequence[Item]]
    ) -> AsyncIterator[Sequence[Item]]:
        """An item for each group, or one."""
        sources = [parse_path(value.field) if value.field else None for value in params.values]
        group_by = [parse_path(name) for name in params.group_by]
        watch = FieldWatch([*group_by, *filter(None, sources)], params.unknown_fields)
        groups: dict[bytes, _Group] = {}
        index = 0
        async for batch in batches:
            for item in batch:
                watch.see(item.json)
                group = _group(groups, ctx, params, group_by, item)
                for source, statistic in zip(sources, group.statistics, strict=True):
                    value = item.json if source is None else source.get(item.json)
                    if value is not MISSING and value is not None:
                        statistic.add(value, index)
                index += 1
        watch.check()
        if not groups and not group_by:
            groups[b""] = _Group([], None, _statistics(ctx, params))
        targets = [summary.target() for summary in params.values]
        if params.output == "items":
            yield [_item(group, group_by, targets) for group in groups.values()]
        else:
            yield [_nested(list(groups.values()), targets)]


def _group(
    groups: dict[bytes, _Group],
    ctx: Context,
    params: Summarize.Params,
    group_by: Sequence[FieldPath],
    item: Item,
) -> _Group:
    """The group that the item belongs to; makes it where it is the first one."""
    keys = [path.get(item.json) for path in group_by]
    keys = [None if key is MISSING else key for key in keys]
    mark = identity(keys) if keys else b""
    group = groups.get(mark)
    if group is None:
        size = _GROUP_SIZE + size_of(item.json) + 200 * len(params.values)
        ctx.budget.charge(size, "the groups")
        group = groups[mark] = _Group(keys, item, _statistics(ctx, params))
    return group


def _statistics(ctx: Context, params: Summarize.Params) -> list[Statistic]:
    return [
        OPERATIONS[summary.operation](ctx.budget, summary.field or "", summary.separator)
        for summary in params.values
    ]


def _figures(group: _Group, targets: Sequence[FieldPath], json: JsonObject) -> JsonObject:
    for target, statistic in zip(targets, group.statistics, strict=True):
        target.assign(json, statistic.result())
    return json


def _item(group: _Group, group_by: Sequence[FieldPath], targets: Sequence[FieldPath]) -> Item:
    # The first item stands for the group's lineage: all of them would have to stay in memory.
    json: JsonObject = {}
    for path, key in zip(group_by, group.keys, strict=True):
        path.assign(json, key)
    return Item(_figures(group, targets, json), parents=_parents([group]))


def _parents(groups: Sequence[_Group]) -> list[Item]:
    return [group.first for group in groups if group.first is not None]


def _nested(groups: Sequence[_Group], targets: Sequence[FieldPath]) -> Item:
    json: JsonObject = {}
    for group in groups:
        place = json
        for key in group.keys[:-1]:
            place = place.setdefault(as_text(key), {})
        if not group.keys:
            _figures(group, targets, json)
            continue
        last = as_text(group.keys[-1])
        if last in place:
            raise NodeFailed(
                f"two groups would both be named {last!r} in the object (a number and a text, for "
                "example); use the output items"
            )
        place[last] = _figures(group, targets, {})
    return Item(json, parents=_parents(groups))
