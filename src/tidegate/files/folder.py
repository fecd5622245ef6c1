"""An open folder: names in it are used relative to it and never over a link.

Where the system has them (Linux, macOS), every step goes through an open folder's descriptor with
``O_NOFOLLOW``: what was checked is what is used, even while somebody renames folders or puts links
in their place. Elsewhere each step is checked by its path, just before it is used.
"""

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final, Self

HAS_DESCRIPTORS: Final = os.open in os.supports_dir_fd and hasattr(os, "O_DIRECTORY")

_NO_FOLLOW: Final = getattr(os, "O_NOFOLLOW", 0)
_DIRECTORY: Final = getattr(os, "O_DIRECTORY", 0)
# O_NONBLOCK: opening a FIFO that was put in a file's place must not wait for its other end.
_FILE: Final = (
    getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_NONBLOCK", 0)
    | getattr(os, "O_NOCTTY", 0)
    | getattr(os, "O_BINARY", 0)
    | _NO_FOLLOW
)
_REPARSE_POINT: Final = 0x400  # Windows: symbolic links, junctions and the like

_NO_HARD_LINKS: Final = frozenset(
    {errno.EPERM, errno.EOPNOTSUPP, errno.ENOTSUP, errno.ENOSYS, errno.EMLINK}
)

Identity = tuple[int, int]


def is_link(status: os.stat_result) -> bool:
    """Whether a status is that of a link of any kind."""
    attributes = getattr(status, "st_file_attributes", 0)
    return stat.S_ISLNK(status.st_mode) or bool(attributes & _REPARSE_POINT)


def identity(status: os.stat_result) -> Identity:
    """What two names of the same file or folder share."""
    return status.st_dev, status.st_ino


class Folder:
    """One open folder. All methods raise ``OSError``; a link in the way is ``ELOOP``."""

    __slots__ = ("_path", "descriptor")

    def __init__(self, path: str, descriptor: int | None) -> None:
        self._path = path
        self.descriptor = descriptor

    @classmethod
    def open(cls, path: str, *, by_descriptor: bool = HAS_DESCRIPTORS) -> Self:
        """Open a folder by its path, which the operator chose."""
        if not by_descriptor:
            _require_folder(os.lstat(path))
            return cls(path, None)
        return cls(path, os.open(path, os.O_RDONLY | _DIRECTORY | _NO_FOLLOW))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close it; more than once is fine."""
        if self.descriptor is not None:
            os.close(self.descriptor)
            self.descriptor = None

    def status(self) -> os.stat_result:
        """The folder's own status."""
        if self.descriptor is None:
            return Path(self._path).stat()
        return os.fstat(self.descriptor)

    def enter(self, name: str, *, make: bool = False) -> "Folder":
        """Open a folder inside this one; ``make`` creates it where it is missing."""
        if make:
            with suppress(FileExistsError):
                os.mkdir(self._at(name), dir_fd=self.descriptor)
        _require_folder(self.look(name))
        path = self._below(name)
        if self.descriptor is None:
            return Folder(path, None)
        flags = os.O_RDONLY | _DIRECTORY | _NO_FOLLOW
        return Folder(path, os.open(name, flags, dir_fd=self.descriptor))

    def look(self, name: str) -> os.stat_result:
        """The status of a name, of a link itself where it is one."""
        return os.stat(self._at(name), dir_fd=self.descriptor, follow_symlinks=False)

    def look_file(self, name: str) -> os.stat_result:
        """The status of a regular file."""
        status = self.look(name)
        require_file(status)
        return status

    def open_file(self, name: str, flags: int, mode: int = 0o666) -> int:
        """Open a regular file and return its descriptor; with ``O_EXCL`` it must be new."""
        before = None
        if not flags & os.O_EXCL:
            try:
                before = self.look_file(name)
            except FileNotFoundError:
                if not flags & os.O_CREAT:
                    raise
        descriptor = os.open(self._at(name), flags | _FILE, mode, dir_fd=self.descriptor)
        try:
            status = os.fstat(descriptor)
            require_file(status)
            if self.descriptor is None and before is not None:
                _require_same(before, status)
        except BaseException:
            os.close(descriptor)
            raise
        return descriptor

    def replace(self, name: str, target: "Folder", target_name: str) -> None:
        """Rename a file, over another one if there is one."""
        os.replace(
            self._at(name),
            target._at(target_name),  # noqa: SLF001 - of the same class
            src_dir_fd=self.descriptor,
            dst_dir_fd=target.descriptor,
        )

    def rename_new(self, name: str, target: "Folder", target_name: str) -> None:
        """Rename a file; ``FileExistsError`` if the target's name is taken."""
        try:
            os.link(
                self._at(name),
                target._at(target_name),  # noqa: SLF001 - of the same class
                src_dir_fd=self.descriptor,
                dst_dir_fd=target.descriptor,
                follow_symlinks=False,
            )
        except (OSError, NotImplementedError) as error:
            if isinstance(error, OSError) and error.errno not in _NO_HARD_LINKS:
                raise
            # A file system without hard links: the check is a moment older than the rename.
            if target.has(target_name):
                raise FileExistsError(errno.EEXIST, "exists", target_name) from None
            self.replace(name, target, target_name)
        else:
            self.remove(name)

    def has(self, name: str) -> bool:
        """Whether there is anything of that name."""
        try:
            self.look(name)
        except FileNotFoundError:
            return False
        return True

    def remove(self, name: str) -> None:
        """Remove a file's name."""
        os.unlink(self._at(name), dir_fd=self.descriptor)

    def entries(self) -> Iterator[tuple[str, os.stat_result]]:
        """Names and their own status, in no order; what vanishes meanwhile is left out."""
        with os.scandir(self._path if self.descriptor is None else self.descriptor) as found:
            for entry in found:
                try:
                    yield entry.name, entry.stat(follow_symlinks=False)
                except FileNotFoundError:
                    continue

    def _at(self, name: str) -> str:
        return self._below(name) if self.descriptor is None else name

    def _below(self, name: str) -> str:
        return str(Path(self._path, name))


def require_file(status: os.stat_result) -> None:
    """Refuse anything but a regular file: links, folders, devices, FIFOs and sockets."""
    if is_link(status):
        raise OSError(errno.ELOOP, "a link")
    if stat.S_ISDIR(status.st_mode):
        raise IsADirectoryError(errno.EISDIR, "a folder")
    if not stat.S_ISREG(status.st_mode):
        raise OSError(errno.ENXIO, "not a regular file")


def _require_folder(status: os.stat_result) -> None:
    if is_link(status):
        raise OSError(errno.ELOOP, "a link")
    if not stat.S_ISDIR(status.st_mode):
        raise NotADirectoryError(errno.ENOTDIR, "not a folder")


def _require_same(before: os.stat_result, after: os.stat_result) -> None:
    if identity(before) != identity(after):
        raise OSError(errno.ELOOP, "swapped while it was opened")
