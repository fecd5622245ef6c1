"""Text that comes in pieces: of a field, or of bytes with a character encoding."""

import codecs
from collections.abc import AsyncIterator
from typing import Literal

from tidegate.sdk import Budget, NodeFailed

Encoding = Literal["utf-8", "utf-16", "latin-1", "cp1252", "shift_jis", "gb18030"]
PIECE = 65_536
"""How many characters of a text are handed on at once."""


class TextSource:
    """Text that comes in pieces. Made for one use."""

    def __init__(
        self,
        text: str | None,
        chunks: AsyncIterator[bytes] | None,
        encoding: Encoding,
        budget: Budget,
    ) -> None:
        self._text = text
        self._chunks = chunks
        self._encoding = encoding
        self._budget = budget

    async def pieces(self) -> AsyncIterator[str]:
        """The text piece by piece, without a byte order mark.

        Raises:
            NodeFailed: the bytes are not in the encoding.
        """
        at_start = True
        async for piece in self._decoded():
            yield piece.removeprefix("\ufeff") if at_start else piece
            at_start = at_start and not piece

    async def whole(self) -> str:
        """All of the text, charged to the budget.

        Raises:
            NodeFailed: the bytes are not in the encoding.
            SecurityError: there is too much of it.
        """
        parts = []
        async for piece in self.pieces():
            self._budget.charge(2 * len(piece), "the text to convert")
            parts.append(piece)
        return "".join(parts)

    async def _decoded(self) -> AsyncIterator[str]:
        if self._chunks is None:
            text = self._text or ""
            for start in range(0, len(text), PIECE):
                yield text[start : start + PIECE]
            return
        decoder = codecs.getincrementaldecoder(self._encoding)()
        try:
            async for chunk in self._chunks:
                yield decoder.decode(chunk)
            yield decoder.decode(b"", final=True)
        except UnicodeError:
            raise NodeFailed(
                f"the file is not in the encoding {self._encoding}; choose the one that it has"
            ) from None
