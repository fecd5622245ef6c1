"""Where text is written: to a field, or to the bytes of a file."""

from collections.abc import AsyncIterator, Sequence

from tidegate.sdk import Budget, Item


class TextTarget:
    """Passes batches of items to a writer, and what it writes on to a text or a file.

    ``count`` is the number of items so far. ``first`` holds the first item: it stands for the
    lineage of the result, because all items would otherwise have to stay in memory.
    """

    def __init__(self, batches: AsyncIterator[Sequence[Item]]) -> None:
        self._batches = batches
        self.count = 0
        self.first: list[Item] = []

    async def batches(self) -> AsyncIterator[Sequence[Item]]:
        """The items for the writer."""
        async for batch in self._batches:
            self.first = self.first or list(batch[:1])
            self.count += len(batch)
            yield batch

    async def joined(self, pieces: AsyncIterator[str], budget: Budget) -> str:
        """What was written, as one text that is charged to the budget."""
        parts: list[str] = []
        async for piece in pieces:
            budget.charge(2 * len(piece), "the text to write (write a file instead)")
            parts.append(piece)
        return "".join(parts)

    async def encoded(self, pieces: AsyncIterator[str]) -> AsyncIterator[bytes]:
        """What was written, as bytes of UTF-8."""
        async for piece in pieces:
            yield piece.encode()
