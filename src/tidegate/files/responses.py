"""The response cache's files: sealed, bounded together, and shared by processes of one data folder.

Below the folder each URL of a workflow has a folder of its own, so that all its answers can be
forgotten at once. An answer is a file ``<key>.head``, which begins with the name of the file that
has its body; both are sealed, because an answer may hold what a credential opened.
"""

import asyncio
import re
import shutil
import time
from collections.abc import AsyncGenerator
from contextlib import suppress
from pathlib import Path
from typing import IO, Final

from tidegate import codec
from tidegate.errors import TidegateError
from tidegate.files.sealed import BLOCK, Sealer
from tidegate.ids import new_id
from tidegate.model.item import JsonObject

_NAME: Final = re.compile(r"[0-9a-f]{32,64}")
_BODY_NAME: Final = 36
_HEAD, _BODY, _PART = ".head", ".body", ".part"
_KEEP_AFTER_SWEEP: Final = 0.75
_SHARE: Final = 4
"""One answer may have this part of the whole room."""
_OLD_PART: Final = 86_400
"""Seconds after which a body that no head names belongs to a process that died."""


class ResponseFiles:
    """Implements the gate's ``ResponseStore``; whatever can't be read is not there."""

    def __init__(self, folder: Path, sealer: Sealer, max_bytes: int) -> None:
        self._folder, self._sealer, self._max_bytes = folder, sealer, max_bytes
        self._size: int | None = None

    @property
    def max_body(self) -> int:
        """The most bytes of one answer."""
        return self._max_bytes // _SHARE

    async def find(self, url: str, key: str) -> JsonObject | None:
        """The head of an answer."""
        return await asyncio.to_thread(self._find, url, key)

    async def pieces(self, url: str, key: str, head: JsonObject) -> AsyncGenerator[bytes, None]:
        """The body of an answer whose head was found.

        Raises:
            VaultError: somebody changed it.
        """
        file = await asyncio.to_thread((self._place(url) / f"{head['body']}{_BODY}").open, "rb")
        number = 0
        with file:
            while data := await asyncio.to_thread(file.read, BLOCK + self._sealer.overhead):
                yield self._sealer.open_data(data, "kept body", key, head["body"], str(number))
                number += 1

    def begin(self, url: str, key: str) -> "NewResponse":
        """An answer that is to be kept."""
        return NewResponse(self, self._place(url), key, self._sealer)

    async def update(self, url: str, key: str, head: JsonObject) -> None:
        """Put other fields into the head of an answer; its body stays."""
        with suppress(OSError):
            await asyncio.to_thread(self.write_head, self._place(url), key, head)

    async def forget(self, url: str) -> None:
        """Forget every answer of a URL."""
        if self._place(url).exists():  # seldom: every unsafe request comes here
            await asyncio.to_thread(shutil.rmtree, self._place(url), ignore_errors=True)

    def write_head(self, place: Path, key: str, head: JsonObject) -> None:
        """Replace a head as a whole. Blocks."""
        body = head["body"]
        sealed = self._sealer.seal_data(codec.encode(head), "kept head", key, body)
        part = place / f"{new_id()}{_PART}"
        part.write_bytes(body.encode() + sealed)
        part.replace(place / f"{key}{_HEAD}")

    def grown(self, size: int) -> None:
        """Count what was added; over the limit, what was not used for longest goes. Blocks."""
        self._size = self._measure() if self._size is None else self._size + size
        if self._size > self._max_bytes:
            self._size = self._sweep()

    def _place(self, url: str) -> Path:
        assert _NAME.fullmatch(url)
        return self._folder / url[:2] / url

    def _find(self, url: str, key: str) -> JsonObject | None:
        assert _NAME.fullmatch(key)
        place = self._place(url)
        path = place / f"{key}{_HEAD}"
        try:
            data = path.read_bytes()
            body = data[:_BODY_NAME].decode("ascii")
            opened = self._sealer.open_data(data[_BODY_NAME:], "kept head", key, body)
            head: JsonObject = codec.decode(opened)
            size = (place / f"{body}{_BODY}").stat().st_size
            path.touch()
        except (OSError, ValueError, TidegateError):
            return None
        blocks = -(-head["size"] // BLOCK)
        return head if size == head["size"] + blocks * self._sealer.overhead else None

    def _files(self) -> list[Path]:
        return [path for path in self._folder.glob("*/*/*") if path.is_file()]

    def _measure(self) -> int:
        total = 0
        for path in self._files():
            with suppress(OSError):
                total += path.stat().st_size
        return total

    def _sweep(self) -> int:
        """Remove the answers that were not used for longest; gives what is left in bytes."""
        heads: list[tuple[float, int, Path, Path]] = []
        named: set[Path] = set()
        for path in self._folder.glob(f"*/*/*{_HEAD}"):
            with suppress(OSError, ValueError):
                with path.open("rb") as file:
                    name = file.read(_BODY_NAME).decode("ascii")
                body = path.with_name(f"{name}{_BODY}")
                named.add(body)
                found = path.stat()
                heads.append((found.st_mtime, found.st_size + body.stat().st_size, path, body))
        left = sum(size for _, size, _, _ in heads)
        for _, size, path, body in sorted(heads):
            if left <= self._max_bytes * _KEEP_AFTER_SWEEP:
                break
            for gone in (path, body):
                gone.unlink(missing_ok=True)
            left -= size
        for path in self._files():
            if path.suffix != _HEAD and path not in named:
                with suppress(OSError):
                    if path.stat().st_mtime < time.time() - _OLD_PART:
                        path.unlink()
        return left


class NewResponse:
    """An answer on its way to the disk; nobody finds it before :meth:`commit`.

    A disk that does not take it loses the answer for the cache alone.
    """

    def __init__(self, files: ResponseFiles, place: Path, key: str, sealer: Sealer) -> None:
        self._files, self._place, self._key, self._sealer = files, place, key, sealer
        self._body = new_id()
        self._rest = bytearray()
        self._size = self._number = 0
        self._file: IO[bytes] | None = None
        self._is_lost = False

    async def append(self, data: bytes) -> None:
        """Add bytes of the body."""
        self._size += len(data)
        if self._is_lost or self._size > self._files.max_body:
            await self.discard()
            return
        self._rest += data
        if len(self._rest) >= BLOCK:
            await asyncio.to_thread(self._write, last=False)

    async def commit(self, head: JsonObject) -> None:
        """Keep it under this head, in the place of what was kept before."""
        if not self._is_lost:
            await asyncio.to_thread(self._commit, head)

    async def discard(self) -> None:
        """Don't keep it."""
        if not self._is_lost:
            self._is_lost = True
            self._rest.clear()
            await asyncio.to_thread(self._remove)

    def _write(self, *, last: bool) -> None:
        end = len(self._rest) if last else len(self._rest) - len(self._rest) % BLOCK
        try:
            if self._file is None:
                self._place.mkdir(mode=0o700, parents=True, exist_ok=True)
                self._file = self._path.open("xb")
            for start in range(0, end, BLOCK):
                block = bytes(self._rest[start : min(start + BLOCK, end)])
                place = ("kept body", self._key, self._body, str(self._number))
                self._file.write(self._sealer.seal_data(block, *place))
                self._number += 1
        except (OSError, TidegateError):
            self._is_lost = True
            self._remove()
        del self._rest[:end]

    def _commit(self, head: JsonObject) -> None:
        self._write(last=True)
        if self._file is None or self._is_lost:
            return
        try:
            self._file.close()
            before = self._place / f"{self._key}{_HEAD}"
            old = before.read_bytes()[:_BODY_NAME].decode("ascii") if before.exists() else ""
            made = {**head, "body": self._body, "size": self._size}
            self._files.write_head(self._place, self._key, made)
            if old:
                (self._place / f"{old}{_BODY}").unlink(missing_ok=True)
            self._files.grown(self._size)
        except (OSError, ValueError, TidegateError):
            self._remove()

    def _remove(self) -> None:
        with suppress(OSError):
            if self._file is not None:
                self._file.close()
            self._path.unlink(missing_ok=True)

    @property
    def _path(self) -> Path:
        return self._place / f"{self._body}{_BODY}"
