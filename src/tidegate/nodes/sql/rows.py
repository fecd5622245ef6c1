"""From items to the rows that sql.write writes."""

from collections.abc import AsyncIterator, Sequence

from tidegate.nodes.sql.values import sql_params
from tidegate.sdk import Item, Json, JsonObject, Lazy, NodeFailed
from tidegate.sdk.paths import describe_fields
from tidegate.sdk.sql import SqlParams, TableWrite


class RowSource:
    """Makes rows of batches of items, while they come in.

    ``count`` is the number of items so far; ``first`` holds the first item, which stands for the
    lineage of the result, because all items would otherwise have to stay in memory.
    """

    def __init__(self, batches: AsyncIterator[Sequence[Item]]) -> None:
        self._batches = batches
        self._waiting: Sequence[Item] = ()
        self.count = 0
        self.first: list[Item] = []

    async def has_items(self) -> bool:
        """Whether there is anything to write."""
        while not self._waiting:
            batch = await anext(self._batches, None)
            if batch is None:
                return False
            self._waiting = batch
        self.first = [self._waiting[0]]
        return True

    def first_fields(self) -> Sequence[str]:
        """The names of the first item's fields."""
        return list(self.first[0].json)

    async def evaluated(
        self, params: Lazy[dict[str, Json] | list[Json]]
    ) -> AsyncIterator[Sequence[SqlParams]]:
        """Each item's parameters."""
        async for batch in self._all():
            yield [sql_params(params(item)) for item in batch]

    async def cells(
        self, write: TableWrite, *, are_all_fields: bool
    ) -> AsyncIterator[Sequence[SqlParams]]:
        """Each item's fields by column.

        A field that is missing is null in a new row. Where a row exists, it is an error, because
        null would erase what is there; so is a further field, where the columns are those of the
        first item: it would be lost without a word.
        """
        wanted = set(write.columns)
        async for batch in self._all():
            rows: list[JsonObject] = []
            for number, item in enumerate(batch, self.count - len(batch)):
                json = item.json
                if are_all_fields and not wanted.issuperset(json):
                    extra = next(name for name in json if name not in wanted)
                    raise NodeFailed(
                        f"item {number} has a field {extra!r} that the first item lacks; list the "
                        "columns to write"
                    )
                if write.action != "insert" and not wanted.issubset(json):
                    missing = next(name for name in write.columns if name not in json)
                    raise NodeFailed(
                        f"item {number} has no field {missing!r}; {describe_fields(json)}"
                    )
                rows.append({name: json.get(name) for name in write.columns})
            yield rows

    async def _all(self) -> AsyncIterator[Sequence[Item]]:
        batch = self._waiting
        self._waiting = ()
        self.count += len(batch)
        yield batch
        async for batch in self._batches:
            self.count += len(batch)
            yield batch
