"""A file that is read."""

import os
from typing import Final

from tidegate.files.names import failed
from tidegate.files.resource import Resource
from tidegate.files.roots import FileRoots, Location

CHUNK: Final = 64 * 1024


class OpenFile(Resource):
    """A regular file under a root, open for reading."""

    def __init__(self, roots: FileRoots, path: str) -> None:
        super().__init__()
        self._location: Location = roots.find(path)
        with roots.folder(self._location) as folder:
            self._descriptor = folder.open_file(self._location.name, os.O_RDONLY)

    def read(self) -> bytes:
        """The next piece; empty at the end."""
        with self._use():
            try:
                return os.read(self._descriptor, CHUNK)
            except OSError as error:
                raise failed(error, self._location.given) from None

    def _close(self) -> None:
        os.close(self._descriptor)
