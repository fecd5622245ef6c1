"""The bytes between the parent and a process: length, kind, number, then the data.

Imported on both sides; needs nothing but the standard library.
"""

import struct
from typing import Final

HEADER: Final = struct.Struct("<IcI")
"""Bytes of data, kind of frame, number of the message."""

REQUEST: Final = b"Q"
"""Parent to process: the entry's name, a newline, and the request."""
ANSWER: Final = b"A"
"""Parent to process: the answer to the message of this number."""
MESSAGE: Final = b"M"
"""Process to parent: wants an answer."""
OUTPUT: Final = b"O"
"""Process to parent: printed text."""
VALUE: Final = b"V"
"""Process to parent: what the entry returned."""
ERROR: Final = b"E"
"""Process to parent: what the entry raised, as text."""
NO_MEMORY: Final = b"X"
"""Process to parent: the entry ran out of memory."""

PACKET: Final = 65536
"""Bytes that a message to or from a fork server has at most."""

DIED: Final = 1
"""Exit code of a process that lost its line to the parent."""
NO_MEMORY_LEFT: Final = 77
"""Exit code of a process that could not even say that it ran out of memory."""
LOCK_FAILED: Final = 78
"""Exit code of a process that could not be locked; it ran nothing."""
FORK_FAILED: Final = 79
"""What stands for the exit code of a process that could not be made."""


def frame(kind: bytes, number: int, data: bytes) -> bytes:
    """The bytes of one frame."""
    return HEADER.pack(len(data), kind, number) + data
