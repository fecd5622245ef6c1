"""Connections whose other side sends too slowly, or too long a head, are let go.

Without this a few hundred of them, a byte now and then, keep a server's places for ever. It stands
below the application: nothing has been parsed there yet that a route could bound.
"""

import asyncio
import math
from typing import Any, Final

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from tidegate.api.joined_writes import JoinedWrites

MIN_RATE: Final = 10_000
"""Bytes of a body that buy another second."""
MAX_HEAD: Final = 64 * 1024


class PatientProtocol(HttpToolsProtocol):
    """One connection. ``seconds`` are for the head of a request, and as many again for its body."""

    seconds = 30.0

    _timer: asyncio.TimerHandle | None = None
    _ends_at = 0.0
    _head = 0
    _unread = 0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn's own
        """Somebody connected: a request must come."""
        super().connection_made(transport)
        self._answers = JoinedWrites(transport, self.loop)
        self._expect()

    def connection_lost(self, exc: Exception | None) -> None:
        """It is over."""
        self._end()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Bytes. The parser keeps a header until its end; one that has none is cut off here."""
        self._unread += len(data)
        super().data_received(data)
        if self._unread > MAX_HEAD and not self.transport.is_closing():
            self._refuse(b"431 Request Header Fields Too Large")

    def on_message_begin(self) -> None:
        """The first bytes of a request, perhaps a further one."""
        super().on_message_begin()
        self._head = self._unread = 0
        self._expect()

    def on_url(self, url: bytes) -> None:
        """A part of the address."""
        if self._fits(len(url)):
            super().on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        """One header."""
        if self._fits(len(name) + len(value)):
            super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """The head is there; a body may follow."""
        self._unread = 0
        self._expect()
        if self.transport.is_closing():
            return
        super().on_headers_complete()
        cycle = self.cycle
        if cycle is not None and cycle.transport is self.transport:
            cycle.transport = self._answers
            self._answers.hold_next()

    def on_body(self, body: bytes) -> None:
        """A part of the body."""
        self._unread = 0
        self._ends_at += len(body) / MIN_RATE
        super().on_body(body)

    def on_message_complete(self) -> None:
        """The request is whole; now it is our turn."""
        self._unread = 0
        self._rest()
        super().on_message_complete()

    def on_response_complete(self) -> None:
        """An answer is whole, perhaps one without a body; the next request may have come."""
        self._answers.flush()
        super().on_response_complete()

    def send_400_response(self, msg: str) -> None:
        """What came is no HTTP; answers to what came before it go first."""
        self._answers.flush()
        super().send_400_response(msg)

    def handle_websocket_upgrade(self) -> None:
        """Another protocol takes over."""
        self._end()
        super().handle_websocket_upgrade()

    def _expect(self) -> None:
        """Something must come. The timer stays from request to request: it looks when it is due."""
        self._ends_at = self.loop.time() + self.seconds
        if self._timer is None:
            self._timer = self.loop.call_later(self.seconds, self._look)

    def _rest(self) -> None:
        """Nothing has to come."""
        self._ends_at = math.inf

    def _end(self) -> None:
        """No request will come any more."""
        self._rest()
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _look(self) -> None:
        self._timer = None
        left = self._ends_at - self.loop.time()
        if left == math.inf:
            return
        if left > 0:
            self._timer = self.loop.call_later(left, self._look)
        elif not self.transport.is_closing():
            self._refuse(b"408 Request Timeout")

    def _fits(self, size: int) -> bool:
        """Whether the head may have so many bytes more; otherwise the connection ends."""
        self._unread = 0
        self._head += size
        if self._head <= MAX_HEAD:
            return True
        if not self.transport.is_closing():
            self._refuse(b"431 Request Header Fields Too Large")
        return False

    def _refuse(self, status: bytes) -> None:
        self._end()
        self._answers.flush()
        cycle: Any = self.cycle
        if cycle is None or cycle.response_complete or not cycle.response_started:
            head = b"HTTP/1.1 " + status + b"\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"
            self.transport.write(head)
        self.transport.close()


def patient_protocol(seconds: float) -> type[PatientProtocol]:
    """The protocol of connections with so many seconds for a head, and for a small body."""
    return type("PatientProtocol", (PatientProtocol,), {"seconds": seconds})
