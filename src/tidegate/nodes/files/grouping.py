"""Items that go into the same file."""

from collections.abc import AsyncIterator, Sequence

from tidegate.nodes.files.places import path_of
from tidegate.sdk import Item, Lazy


class Group:
    """Items of one path, in their order. ``count`` is final once its batches were read.

    ``first`` stands for the lineage of the file, because all items would otherwise have to stay in
    memory.
    """

    def __init__(self, path: str, first: Item, batches: AsyncIterator[Sequence[Item]]) -> None:
        self.path = path
        self.first = first
        self.count = 0
        self._batches = batches

    async def batches(self) -> AsyncIterator[Sequence[Item]]:
        """The items, to be read once."""
        async for batch in self._batches:
            self.count += len(batch)
            yield batch


class PathGroups:
    """Sorts items by their path, a batch at a time, so that they need not all be in memory.

    Items that follow each other with the same path are always one group, over any number of
    batches; a path that comes again in a later batch makes another group. Each group must be read
    before the next is asked for.
    """

    def __init__(self, batches: AsyncIterator[Sequence[Item]], path: Lazy[str]) -> None:
        self._batches = batches
        self._path = path
        self._waiting: dict[str, list[Item]] = {}

    async def __aiter__(self) -> AsyncIterator[Group]:
        while self._waiting or await self._fill():
            path = next(iter(self._waiting))
            yield Group(path, self._waiting[path][0], self._items(path))

    async def _items(self, path: str) -> AsyncIterator[Sequence[Item]]:
        while path in self._waiting:
            yield self._waiting.pop(path)
            if self._waiting or not await self._fill():
                return

    async def _fill(self) -> bool:
        """Take the next batch; whether there was one."""
        last = ""
        while not self._waiting:
            batch = await anext(self._batches, None)
            if batch is None:
                return False
            for item in batch:
                last = path_of(self._path(item))
                self._waiting.setdefault(last, []).append(item)
        # What may go on in the next batch comes last.
        self._waiting[last] = self._waiting.pop(last)
        return True
