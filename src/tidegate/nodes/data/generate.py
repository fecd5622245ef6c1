"""data.generate: make items out of nothing, for tests and demonstrations."""

from collections.abc import AsyncIterator, Iterator, Sequence
from typing import Annotated, Any

from annotated_types import Ge

from tidegate.nodes.data.sequences import SequenceField, make_sequence
from tidegate.sdk import (
    Context,
    Example,
    Field,
    Item,
    Json,
    JsonObject,
    Lazy,
    Node,
    NodeFailed,
    NodeParams,
)
from tidegate.sdk.paths import FieldPath, FieldSetter, parse_path
from tidegate.sdk.values import shown

_BATCH = 1000


class Generate(Node):
    """Make items, for tests and demonstrations: one or a million of them.

    The fields may use the number of the item as ``index`` (from 0) and the input item as ``json``.
    Sequences count, repeat lists and draw random values; the same seed gives the same values, each
    time and on each machine. With several input items, each of them gives ``count`` items.

    Items are made in batches and never held all at once.
    """

    name = "data.generate"
    label = "Generate items"
    category = "data"

    class Params(NodeParams):
        """How many items, and what is in them."""

        count: Lazy[Annotated[int, Ge(0)]] = Field(10, label="Count")
        fields: Lazy[dict[str, Json]] = Field(
            {},
            label="Fields",
            widget="key_value",
            placeholder="{{ index * 10 }}",
            description="Names or paths, and values. They win over sequences of the same name.",
            roots=("index",),
        )
        sequences: list[SequenceField] = Field([], label="Sequences")
        seed: int = Field(0, label="Seed", description="Another seed draws other random values.")

    examples = (
        Example(
            {"count": 3, "fields": {"id": "{{ index + 1 }}", "kind": "test"}},
            output=[
                {"id": 1, "kind": "test"},
                {"id": 2, "kind": "test"},
                {"id": 3, "kind": "test"},
            ],
            title="Three items from a template",
        ),
        Example(
            {
                "count": 4,
                "sequences": [
                    {"field": "n", "kind": "counter", "start": 10, "step": 5},
                    {"field": "day.name", "kind": "cycle", "values": ["Mon", "Tue", "Wed"]},
                ],
            },
            output=[
                {"n": 10, "day": {"name": "Mon"}},
                {"n": 15, "day": {"name": "Tue"}},
                {"n": 20, "day": {"name": "Wed"}},
                {"n": 25, "day": {"name": "Mon"}},
            ],
            title="Sequences",
        ),
        Example(
            {
                "count": 2,
                "seed": 7,
                "sequences": [
                    {"field": "age", "kind": "integer", "min": 18, "max": 99},
                    {"field": "at", "kind": "time", "start": "2024-05-01T12:00:00Z", "step": 60},
                ],
            },
            output=[
                {"age": 51, "at": "2024-05-01T12:00:00Z"},
                {"age": 75, "at": "2024-05-01T12:01:00Z"},
            ],
            title="Random numbers, the same each time",
        ),
    )

    async def run_batches(
        self, ctx: Context, params: Params, batches: AsyncIterator[Sequence[Item]]
    ) -> AsyncIterator[Sequence[Item]]:
        """``count`` items for each input item."""
        async for batch in batches:
            for item in batch:
                count: Any = params.count(item)
                if type(count) is not int or count < 0:
                    raise NodeFailed(f"count is {shown(count)}; it must be 0, 1, 2, ...")
                maker = _Maker(params, item)
                for start in range(0, count, _BATCH):
                    ctx.budget.step(_BATCH)
                    end = min(start + _BATCH, count)
                    yield [maker.make(index) for index in range(start, end)]


class _Maker:
    """Makes the items that come from one input item."""

    def __init__(self, params: Generate.Params, item: Item) -> None:
        self._fields = params.fields
        self._setter = FieldSetter()
        self._item = item
        self._parents = (item,)
        self._sequences: list[tuple[FieldPath, Iterator[Any]]] = [
            (parse_path(sequence.field), make_sequence(sequence, params.seed))
            for sequence in params.sequences
        ]

    def make(self, index: int) -> Item:
        """The item with this number."""
        json: JsonObject = {}
        for path, values in self._sequences:
            path.assign(json, next(values))
        self._setter.put(json, self._fields(self._item, index=index))
        return Item(json, parents=self._parents)
