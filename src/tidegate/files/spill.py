"""Outputs that are too large for a row of the database: one file each, below one folder."""

import asyncio
import contextlib
import errno
import os
import re
import shutil
from pathlib import Path
from typing import IO, Final, Literal

from tidegate.errors import Bug, OperationalError
from tidegate.ids import new_id

_UUID: Final = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_EXECUTION_ID: Final = re.compile(_UUID)
SEALED_SUFFIX: Final = ".sealed"
"""How the key of a file ends whose bytes are sealed; :mod:`tidegate.files.sealed` reads those."""
_KEY: Final = re.compile(rf"[0-9a-f]{{2}}/{_UUID}/{_UUID}({re.escape(SEALED_SUFFIX)})?")
_BUFFER: Final = 256 * 1024
_DIRECT: Final = 64 * 1024
"""Up to so many bytes are written by the event loop itself: most land in the buffer."""


class SpillDirectory:
    """Implements the engine's Spill port.

    A key is ``xx/<execution id>/<file id>`` with ``xx`` the end of the execution's id, so that no
    folder gets very many entries. A file can be read under its key when its writer was closed;
    until then it ends in ``.part``.
    """

    def __init__(self, root: Path, *, durability: Literal["process", "power"] = "process") -> None:
        self._root = root
        self._sync = durability == "power"

    def create(self, execution_id: str, *, suffix: str = "") -> "SpillFile":
        """A new file for one output of an execution; nothing is on the disk until the first bytes.

        ``suffix`` is what its key ends in.

        Raises:
            Bug: ``execution_id`` is no UUID.
        """
        return SpillFile(self._root, f"{_folder(execution_id)}/{new_id()}{suffix}", sync=self._sync)

    def read(self, key: str, offset: int, length: int) -> bytes:
        """``length`` bytes of a spilled output from ``offset`` on; fewer at its end. Blocks.

        Raises:
            Bug: ``key`` is no key of this directory.
            OperationalError: the file is missing or can't be read.
        """
        if _KEY.fullmatch(key) is None:
            raise Bug(f"not the key of a spilled output: {key!r}")
        return _read(self._root / key, offset, length)

    async def delete(self, execution_id: str) -> None:
        """Remove every file of an execution; does nothing where there is none."""
        folder = self._root / _folder(execution_id)
        await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)


class SpillFile:
    """Implements the engine's SpillWriter port; ``key`` names the output after :meth:`close`."""

    def __init__(self, root: Path, key: str, *, sync: bool) -> None:
        self.key = key
        self._path = root / key
        self._part = self._path.with_name(self._path.name + ".part")
        self._sync = sync
        self._file: IO[bytes] | None = None

    async def append(self, data: bytes) -> None:
        """Add bytes at the end.

        Raises:
            OperationalError: the disk is full or does not work; the file is given up.
        """
        if self._file is not None and len(data) <= _DIRECT:
            self._append(data)
        else:
            await asyncio.to_thread(self._append, data)

    async def close(self) -> None:
        """Make the file readable under its key.

        Raises:
            OperationalError: the disk is full or does not work; the file is given up.
        """
        await asyncio.to_thread(self._close)

    async def discard(self) -> None:
        """Give the file up: nobody will read it."""
        await asyncio.to_thread(self._discard)

    def _append(self, data: bytes) -> None:
        try:
            self._open().write(data)
        except OSError as error:
            self._discard()
            raise _failure(error) from error

    def _open(self) -> IO[bytes]:
        if self._file is None:
            self._part.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            descriptor = os.open(self._part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            self._file = os.fdopen(descriptor, "wb", buffering=_BUFFER)
        return self._file

    def _close(self) -> None:
        try:
            file = self._open()
            file.flush()
            if self._sync:
                os.fsync(file.fileno())
            file.close()
            self._part.replace(self._path)
            if self._sync:
                _sync_folder(self._path.parent)
        except OSError as error:
            self._discard()
            raise _failure(error) from error

    def _discard(self) -> None:
        # Closing writes the buffer, which fails again on a full disk.
        with contextlib.suppress(OSError):
            if self._file is not None:
                self._file.close()
        with contextlib.suppress(OSError):
            self._part.unlink()


def _folder(execution_id: str) -> str:
    if _EXECUTION_ID.fullmatch(execution_id) is None:
        raise Bug(f"not the id of an execution: {execution_id!r}")
    return f"{execution_id[-2:]}/{execution_id}"


def _read(path: Path, offset: int, length: int) -> bytes:
    try:
        with path.open("rb", buffering=0) as file:
            file.seek(offset)
            parts = []
            while length > 0 and (part := file.read(length)):
                parts.append(part)
                length -= len(part)
            return b"".join(parts)
    except FileNotFoundError as error:
        raise OperationalError("the file of a stored output is missing", path=str(path)) from error
    except OSError as error:
        raise _failure(error) from error


def _sync_folder(folder: Path) -> None:
    """Make a rename survive a power cut, where folders can be synced at all."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _failure(error: OSError) -> OperationalError:
    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return OperationalError("the disk for large outputs is full", reason=str(error))
    return OperationalError(f"a large output can't be stored or read: {error.strerror}")
