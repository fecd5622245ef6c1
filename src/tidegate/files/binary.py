"""Items' own files: bytes kept in the data folder under the name of their SHA-256."""

import hashlib
import os
import re
import secrets
from contextlib import suppress
from pathlib import Path
from typing import Final

from tidegate.errors import NodeFailed
from tidegate.files.names import failed
from tidegate.files.reading import CHUNK
from tidegate.files.resource import Resource
from tidegate.model.item import FileRef

_KEY: Final = re.compile(r"[0-9a-f]{64}")


class BinaryStore:
    """The folder with items' files. The same bytes are kept once.

    ``durable``: what is kept survives a power cut, not only the end of the process.
    """

    def __init__(self, folder: Path, *, durable: bool = False) -> None:
        self.folder = folder
        self.durable = durable

    def create(self) -> "NewBinary":
        """A new file to write to."""
        return NewBinary(self)

    def open(self, ref: FileRef) -> "OpenBinary":
        """The bytes of an item's file.

        Raises:
            NodeFailed: they are not there any more.
        """
        return OpenBinary(self.path(ref.key), ref.name)

    def path(self, key: str) -> Path:
        """Where the bytes of a key are.

        Raises:
            NodeFailed: this is no key.
        """
        if not _KEY.fullmatch(key):
            raise NodeFailed("an item's file has a key that is not one")
        return self.folder / key[:2] / key


class NewBinary(Resource):
    """Bytes that are being kept; letting it go before ``commit`` forgets them."""

    def __init__(self, store: BinaryStore) -> None:
        super().__init__()
        self._store = store
        self._hash = hashlib.sha256()
        self._size = 0
        self._is_done = False
        try:
            store.folder.mkdir(parents=True, exist_ok=True)
            self._path = store.folder / f"{secrets.token_hex(8)}.tmp"
            self._stream = self._path.open("xb", buffering=0)
        except OSError as error:
            raise failed(error, "an item's file") from None

    def write(self, data: bytes) -> None:
        """Add bytes."""
        with self._use():
            try:
                view = memoryview(data)
                self._hash.update(view)
                self._size += len(view)
                while view:
                    view = view[self._stream.write(view) :]
            except OSError as error:
                raise failed(error, "an item's file") from None

    def commit(self, name: str, content_type: str) -> FileRef:
        """Keep them."""
        with self._use():
            key = self._hash.hexdigest()
            place = self._store.path(key)
            try:
                if place.exists():
                    os.utime(place)  # used again: a sweep of old files must not take it
                else:
                    if self._store.durable:
                        os.fsync(self._stream.fileno())
                    place.parent.mkdir(exist_ok=True)
                    self._path.replace(place)
                    self._is_done = True
            except OSError as error:
                raise failed(error, "an item's file") from None
            return FileRef(key, name, content_type, self._size, key)

    def _close(self) -> None:
        self._stream.close()
        if not self._is_done:
            with suppress(OSError):
                self._path.unlink()


class OpenBinary(Resource):
    """An item's file, open for reading."""

    def __init__(self, path: Path, name: str) -> None:
        super().__init__()
        try:
            self._stream = path.open("rb", buffering=0)
        except FileNotFoundError:
            raise NodeFailed(f"the data of the item's file {name!r} is not kept any more") from None

    def read(self) -> bytes:
        """The next piece; empty at the end."""
        with self._use():
            return self._stream.read(CHUNK)

    def _close(self) -> None:
        self._stream.close()
