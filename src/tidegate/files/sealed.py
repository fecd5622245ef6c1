"""Large outputs of executions with sensitive nodes: files of sealed blocks.

Each block holds :data:`BLOCK` bytes (the last one fewer), sealed by itself and bound to its file
and its number, so that a part of an output can be read without the rest.
"""

from typing import Final, Protocol

from tidegate.errors import OperationalError
from tidegate.files.spill import SEALED_SUFFIX, SpillDirectory, SpillFile

BLOCK: Final = 64 * 1024


class Sealer(Protocol):
    """What the vault does for stored data."""

    overhead: int

    def seal_data(self, plain: bytes, *place: str) -> bytes:
        """Seal bytes for one place; they take ``overhead`` bytes more."""
        ...

    def open_data(self, data: bytes, *place: str) -> bytes:
        """The reverse, for the same place."""
        ...


class SealedSpill:
    """Implements the engine's Spill port: writes sealed files, and reads them and plain ones."""

    def __init__(self, spill: SpillDirectory, sealer: Sealer) -> None:
        self._spill, self._sealer = spill, sealer

    def create(self, execution_id: str) -> "SealedSpillFile":
        """A new sealed file for one output of an execution.

        Raises:
            Bug: ``execution_id`` is no UUID.
        """
        return SealedSpillFile(self._spill.create(execution_id, suffix=SEALED_SUFFIX), self._sealer)

    def read(self, key: str, offset: int, length: int) -> bytes:
        """``length`` bytes of a spilled output from ``offset`` on; fewer at its end. Blocks.

        Raises:
            Bug: ``key`` is no key of this directory.
            OperationalError: the file is missing, shorter than it was, or can't be read.
            VaultError: its key is missing, or somebody changed it.
        """
        if not key.endswith(SEALED_SUFFIX):
            return self._spill.read(key, offset, length)
        if length <= 0:
            return b""
        size = BLOCK + self._sealer.overhead
        first, last = offset // BLOCK, (offset + length - 1) // BLOCK
        data = self._spill.read(key, first * size, (last - first + 1) * size)
        plain = bytearray()
        for index in range(0, len(data), size):
            number = first + index // size
            plain += self._sealer.open_data(data[index : index + size], *_place(key, number))
        start = offset - first * BLOCK
        if len(plain) < start + length:
            raise OperationalError("the file of a sealed output is shorter than it was", key=key)
        return bytes(plain[start : start + length])


class SealedSpillFile:
    """Implements the engine's SpillWriter port."""

    def __init__(self, file: SpillFile, sealer: Sealer) -> None:
        self.key = file.key
        self._file, self._sealer = file, sealer
        self._rest = bytearray()
        self._number = 0

    async def append(self, data: bytes) -> None:
        """Add bytes at the end.

        Raises:
            OperationalError: the disk is full or does not work; the file is given up.
        """
        self._rest += data
        whole = len(self._rest) - len(self._rest) % BLOCK
        for start in range(0, whole, BLOCK):
            await self._seal(bytes(self._rest[start : start + BLOCK]))
        del self._rest[:whole]

    async def close(self) -> None:
        """Make the file readable under its key.

        Raises:
            OperationalError: the disk is full or does not work; the file is given up.
        """
        if self._rest:
            await self._seal(bytes(self._rest))
        await self._file.close()

    async def discard(self) -> None:
        """Give the file up: nobody will read it."""
        await self._file.discard()

    async def _seal(self, block: bytes) -> None:
        await self._file.append(self._sealer.seal_data(block, *_place(self.key, self._number)))
        self._number += 1


def _place(key: str, number: int) -> tuple[str, str, str]:
    return "spilled output", key, str(number)
