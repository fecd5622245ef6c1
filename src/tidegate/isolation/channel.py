"""The process's end of the line to its parent."""

import os
from collections.abc import Callable
from typing import Final

from tidegate.isolation.frames import ANSWER, HEADER, MESSAGE, OUTPUT, frame

_PIECE: Final = 1 << 20


class ParentGone(Exception):
    """The parent closed the line."""


class Channel:
    """Messages to the parent, and its answers. Blocking, and for one thread only."""

    def __init__(self, incoming: int, outgoing: int) -> None:
        self.incoming = incoming
        self._outgoing = outgoing
        self._number = 0
        self._waiting: dict[int, Callable[[bytes], None]] = {}

    def message(self, data: bytes) -> bytes:
        """Send a message and wait for the answer."""
        answers: list[bytes] = []
        self.begin(data, answers.append)
        while not answers:
            self.pump()
        return answers[0]

    def begin(self, data: bytes, answered: Callable[[bytes], None]) -> None:
        """Send a message; :meth:`pump` calls ``answered`` when its answer comes."""
        self._number += 1
        self._waiting[self._number] = answered
        self.send(MESSAGE, data, self._number)

    def pump(self) -> None:
        """Take one answer from the parent, waiting for it."""
        kind, number, data = self.receive()
        if kind == ANSWER and (answered := self._waiting.pop(number, None)) is not None:
            answered(data)

    def output(self, text: str) -> None:
        """Show printed text in the execution's log, now."""
        self.send(OUTPUT, text.encode("utf-8", "backslashreplace"))

    def send(self, kind: bytes, data: bytes, number: int = 0) -> None:
        """Send one frame."""
        left = memoryview(frame(kind, number, data))
        while left:
            left = left[os.write(self._outgoing, left) :]

    def receive(self) -> tuple[bytes, int, bytes]:
        """Wait for one frame: kind, number, data.

        Raises:
            ParentGone: there will be none.
        """
        size, kind, number = HEADER.unpack(self._exactly(HEADER.size))
        return kind, number, self._exactly(size)

    def _exactly(self, size: int) -> bytes:
        pieces = []
        while size:
            piece = os.read(self.incoming, min(size, _PIECE))
            if not piece:
                raise ParentGone
            pieces.append(piece)
            size -= len(piece)
        return b"".join(pieces)
