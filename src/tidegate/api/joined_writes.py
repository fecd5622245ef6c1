"""The head of an answer and its body in one system call.

uvicorn writes them one after the other, and uvloop sends the first write at once: two calls and
two packets for each answer, a twentieth of a webhook's time.
"""

import asyncio


class JoinedWrites(asyncio.Transport):
    """What uvicorn's answers of one connection write to: it holds each head for its body.

    A body that is not written in the same turn of the event loop finds its head sent already.
    """

    __slots__ = ("_flushing", "_head", "_holds", "_loop", "_transport")

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__()
        self._transport, self._loop = transport, loop
        self._holds = False
        self._head = b""
        self._flushing: asyncio.Handle | None = None

    def hold_next(self) -> None:
        """The next write is the head of an answer."""
        self._holds = True

    def write(self, data: bytes | bytearray | memoryview) -> None:
        """Send ``data``, or keep it for what is written next."""
        if self._head:
            head, self._head = self._head, b""
            self._rest()
            self._transport.writelines((head, data))
        elif self._holds:
            self._holds = False
            self._head = bytes(data)
            self._flushing = self._loop.call_soon(self.flush)
        else:
            self._transport.write(data)

    def flush(self) -> None:
        """Send a head that no body has followed."""
        self._rest()
        if self._head:
            head, self._head = self._head, b""
            self._transport.write(head)

    def close(self) -> None:
        """Close the connection when everything is sent."""
        self.flush()
        self._transport.close()

    def _rest(self) -> None:
        if self._flushing is not None:
            self._flushing.cancel()
            self._flushing = None
