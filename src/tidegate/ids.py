"""Identifiers: UUID version 7, which sort by the time of their making (RFC 9562, section 5.7)."""

import os
import threading
import time
import uuid
from typing import Final

_RANDOM_BITS: Final = 74
_RANDOM_BYTES: Final = 10
_POOL_BYTES: Final = 400 * _RANDOM_BYTES


class _Maker:
    """Makes ids that strictly increase within one process.

    The system is asked for random bytes for many ids at once: each question lets other threads in,
    which took a third of the time of a small execution.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._pool = b""
        self._position = 0
        self._last = 0

    def make(self) -> str:
        """The next id."""
        with self._lock:
            if self._position >= len(self._pool):
                self._pool, self._position = os.urandom(_POOL_BYTES), 0
            end = self._position + _RANDOM_BYTES
            random_bits = int.from_bytes(self._pool[self._position : end], "big") >> 6
            self._position = end
            value = (time.time_ns() // 1_000_000 << _RANDOM_BITS) | random_bits
            # The monotonic counter of RFC 9562, section 6.2, method 2.
            self._last = value = max(value, self._last + 1)
        return uuid_text(value)


_maker = _Maker()


def _start_anew() -> None:
    """A forked child must not make the ids that its parent makes."""
    global _maker  # noqa: PLW0603 - one maker a process
    _maker = _Maker()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_start_anew)


def new_id() -> str:
    """A new UUIDv7 as text; strictly increasing within one process."""
    return _maker.make()


def uuid_text(value: int) -> str:
    """Lay 48 bits of milliseconds and 74 bits of the rest out as a UUIDv7."""
    low = (0b10 << 62) | (value & ((1 << 62) - 1))
    high = (value >> _RANDOM_BITS << 16) | (0x7 << 12) | (value >> 62 & 0xFFF)
    text = f"{high << 64 | low:032x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def child_id(*parts: str) -> str:
    """An id that is always the same for the same parts, for work that must not be made twice."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, "tidegate:" + "\x1f".join(parts)))
