"""Files that are written: whole or not at all."""

import errno
import os
import secrets
from abc import abstractmethod
from contextlib import suppress
from typing import Final, Literal

from tidegate.files.folder import Folder
from tidegate.files.names import failed, refused
from tidegate.files.resource import Resource
from tidegate.files.roots import FileRoots, Location
from tidegate.sdk.files import FileInfo

try:
    import fcntl
except ImportError:  # not on this system; appends of two processes may then mix
    fcntl = None  # type: ignore[assignment]  # the name says that it is missing

PERMISSIONS: Final = 0o7777
_NO_LOCKS: Final = frozenset({errno.ENOLCK, errno.EOPNOTSUPP, errno.ENOTSUP, errno.ENOSYS})

WriteMode = Literal["create", "overwrite", "append"]


def open_for_writing(roots: FileRoots, path: str, mode: WriteMode) -> "WrittenFile":
    """Begin to write a file; folders on the way are made."""
    return AppendedFile(roots, path) if mode == "append" else NewFile(roots, path, mode)


class WrittenFile(Resource):
    """A file under a root that is being written. Letting it go before ``commit`` undoes it."""

    def __init__(self, roots: FileRoots, path: str, location: Location) -> None:
        super().__init__()
        if path.endswith("/"):
            raise refused("name", "it names a folder, not a file", path)
        self._roots, self._location = roots, location
        self._descriptor = -1
        self._is_done = False
        try:
            self._folder = roots.open_folder(location, make=True)
        except OSError as error:
            raise failed(error, path) from None
        try:
            self._begin(self._folder, location.name)
        except OSError as error:
            self._folder.close()
            raise failed(error, path) from None

    def write(self, data: bytes) -> None:
        """Add bytes."""
        with self._use():
            try:
                view = memoryview(data)
                while view:
                    view = view[os.write(self._descriptor, view) :]
            except OSError as error:
                raise failed(error, self._location.given) from None

    def commit(self) -> FileInfo:
        """Make it last."""
        with self._use():
            try:
                if self._roots.durable:
                    os.fsync(self._descriptor)
                self._finish(self._folder, self._location.name)
                self._is_done = True
                return self._roots.info(self._location, os.fstat(self._descriptor))
            except OSError as error:
                raise failed(error, self._location.given) from None

    def try_lock(self) -> bool:
        """Whether nobody else is writing to it."""
        return True

    @abstractmethod
    def _begin(self, folder: Folder, name: str) -> None:
        """Open the descriptor, as the last thing that can fail."""

    @abstractmethod
    def _finish(self, folder: Folder, name: str) -> None:
        """Give the bytes their name."""

    @abstractmethod
    def _undo(self, folder: Folder, name: str) -> None:
        """Leave everything as it was."""

    def _close(self) -> None:
        try:
            if not self._is_done:
                with suppress(OSError):
                    self._undo(self._folder, self._location.name)
        finally:
            self._folder.close()
            os.close(self._descriptor)


class NewFile(WrittenFile):
    """Written beside its place under a hidden name, then renamed."""

    def __init__(self, roots: FileRoots, path: str, mode: Literal["create", "overwrite"]) -> None:
        self._may_replace = mode == "overwrite"
        self._hidden = f".tidegate-{secrets.token_hex(8)}.tmp"
        super().__init__(roots, path, roots.target(path))

    def _begin(self, folder: Folder, name: str) -> None:
        try:
            existing = folder.look_file(name)
        except FileNotFoundError:
            existing = None
        if existing is not None and not self._may_replace:
            raise FileExistsError(errno.EEXIST, "exists", name)
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
        self._descriptor = folder.open_file(self._hidden, flags)
        if existing is not None and hasattr(os, "fchmod"):
            with suppress(OSError):  # a file system without permissions
                os.fchmod(self._descriptor, existing.st_mode & PERMISSIONS)

    def _finish(self, folder: Folder, name: str) -> None:
        if self._may_replace:
            folder.replace(self._hidden, folder, name)
        else:
            folder.rename_new(self._hidden, folder, name)

    def _undo(self, folder: Folder, name: str) -> None:
        folder.remove(self._hidden)


class AppendedFile(WrittenFile):
    """Written at its end; what was added is cut off again if it is not finished."""

    def __init__(self, roots: FileRoots, path: str) -> None:
        self._is_new = False
        self._size = 0
        super().__init__(roots, path, roots.target(path))

    def try_lock(self) -> bool:
        """Take the file for this writer alone; the pieces of two writers must not mix."""
        if fcntl is not None:
            with self._use():
                try:
                    fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:
                    return False
                except OSError as error:
                    if error.errno not in _NO_LOCKS:
                        raise failed(error, self._location.given) from None
                self._size = os.fstat(self._descriptor).st_size
        return True

    def _begin(self, folder: Folder, name: str) -> None:
        flags = os.O_WRONLY | os.O_APPEND
        while self._descriptor < 0:
            # Between the two another writer may make the file, or take it away again.
            with suppress(FileNotFoundError):
                self._descriptor = folder.open_file(name, flags)
                break
            with suppress(FileExistsError):
                self._descriptor = folder.open_file(name, flags | os.O_CREAT | os.O_EXCL)
                self._is_new = True
        self._size = os.fstat(self._descriptor).st_size

    def _finish(self, folder: Folder, name: str) -> None:
        pass

    def _undo(self, folder: Folder, name: str) -> None:
        os.ftruncate(self._descriptor, self._size)
        if self._is_new and not self._size:
            folder.remove(name)
