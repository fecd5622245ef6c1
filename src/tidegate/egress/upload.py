"""A request's body on its way out, piece by piece.

Imported with aiohttp, when the first request leaves.
"""

from typing import Any, NoReturn

from aiohttp.abc import AbstractStreamWriter
from aiohttp.payload import Payload

from tidegate.egress.hop import Hop
from tidegate.errors import NodeFailed
from tidegate.sdk.http import BodyStream


class StreamedBody(Payload):
    """Begins the stream anew each time that aiohttp writes it, and holds it to its size."""

    def __init__(self, body: BodyStream, hop: Hop) -> None:
        super().__init__(body)
        self._size = body.size
        self._body = body
        self._hop = hop

    async def write(self, writer: AbstractStreamWriter) -> None:
        """Send the body; what goes wrong while reading it is kept for the hop's end."""
        hop, left = self._hop, self._body.size
        hop.begin_upload()
        try:
            async for piece in self._body.open():
                left -= len(piece)
                if left < 0:
                    break
                await writer.write(piece)
            if left:
                raise NodeFailed(  # noqa: TRY301 - kept like what the stream raises
                    "the request's body changed while it was sent: it no longer has the "
                    f"{self._body.size} bytes that were announced"
                )
        except Exception as error:
            hop.upload_error = error
            raise
        hop.end_upload()

    def decode(self, *_: Any, **__: Any) -> NoReturn:
        """Nobody may ask for the whole body as text.

        Raises:
            TypeError: always.
        """
        raise TypeError("a streamed body is never held in memory")
