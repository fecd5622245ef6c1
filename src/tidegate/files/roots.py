"""The folders that the operator opened to workflows, and how a workflow's path leads into them.

A relative path is looked for in every root, in their order, and is created in the first one; an
absolute path must be inside a root. Nothing else exists for a workflow: no link is followed, no
``..``, no name that begins with a dot, and Tidegate's own data folder stays shut.
"""

import os
import stat
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Final

from tidegate.errors import InvalidInput, NodeFailed, SecurityError, SecurityErrorType
from tidegate.files.folder import HAS_DESCRIPTORS, Folder, identity
from tidegate.files.names import check_names, failed, refused, split_path
from tidegate.model.execution import us_to_iso
from tidegate.sdk.files import FileInfo

NO_ROOTS: Final = (
    "workflows may not use files here, because no folder is open to them; the operator can open "
    "one with the setting file_roots or the environment variable TIDEGATE_FILE_ROOTS"
)


@dataclass(frozen=True, slots=True)
class Location:
    """Where a path leads: a root and the names below it. ``given`` is the path as it was given."""

    root: int
    names: tuple[str, ...]
    given: str

    @property
    def name(self) -> str:
        """The last name.

        Raises:
            SecurityError: the path is a root itself.
        """
        if not self.names:
            raise refused("name", "it names no file", self.given)
        return self.names[-1]


class FileRoots:
    """Finds places under the allowed folders. All methods block; use them in a thread.

    ``closed`` are folders that stay shut even inside a root. ``durable``: what is written survives
    a power cut, not only the end of the process. ``by_descriptor`` is for tests.
    """

    def __init__(
        self,
        roots: Sequence[str | Path],
        *,
        closed: Sequence[Path] = (),
        durable: bool = False,
        by_descriptor: bool = HAS_DESCRIPTORS,
    ) -> None:
        self.durable = durable
        self._by_descriptor = by_descriptor
        self._closed = tuple(closed)
        self._roots: list[Path] = []
        self._prefixes: list[tuple[tuple[str, ...], int]] = []
        shut = {folder.resolve() for folder in closed}
        for index, root in enumerate(roots):
            given = Path(root).expanduser().absolute()
            real = given.resolve()
            if real in shut:
                raise InvalidInput(
                    f"the setting file_roots names {given}, which is Tidegate's own data folder; "
                    "workflows must never reach it"
                )
            self._roots.append(real)
            forms = {given, real}
            self._prefixes.extend((split_path(form.as_posix()), index) for form in forms)
        # The longest prefix first, so that a root inside another one is found.
        self._prefixes.sort(key=lambda prefix: len(prefix[0]), reverse=True)

    def find(self, path: str) -> Location:
        """Where a path leads that should exist; the first root where nothing is found.

        Raises:
            SecurityError: the path is not allowed.
            NodeFailed: the operating system does not let us look.
        """
        location = self.target(path)
        if PurePath(path).is_absolute():
            return location
        for index in range(len(self._roots)):
            candidate = Location(index, location.names, path)
            if len(self._roots) == 1 or self._exists(candidate):
                return candidate
        return location

    def target(self, path: str) -> Location:
        """Where a path leads that is to be written.

        Raises:
            SecurityError: the path is not allowed.
        """
        if not self._roots:
            raise SecurityError(
                NO_ROOTS,
                SecurityErrorType.BLOCKED_URL,
                rule="files.no_roots",
                blocked=path[:200],
                risk="low",
            )
        names = split_path(path)
        if not PurePath(path).is_absolute():
            check_names(names, path)
            return Location(0, names, path)
        if ".." in names:
            check_names([".."], path)
        for prefix, index in self._prefixes:
            if names[: len(prefix)] == prefix:
                below = names[len(prefix) :]
                check_names(below, path)
                return Location(index, below, path)
        raise refused("outside", "it is outside of the folders that are open to workflows", path)

    @contextmanager
    def folder(
        self, location: Location, *, whole: bool = False, make: bool = False
    ) -> Iterator[Folder]:
        """The open folder that a location's file is in; ``whole``: the location is that folder.

        Every ``OSError`` of the block becomes the node's error.

        Args:
            location: where to.
            whole: open the folder that the location names, not the one above it.
            make: make folders that are missing on the way.
        """
        try:
            with self.open_folder(location, whole=whole, make=make) as folder:
                yield folder
        except OSError as error:
            raise failed(error, location.given) from None

    def open_folder(self, location: Location, *, whole: bool = False, make: bool = False) -> Folder:
        """As :meth:`folder`, for the caller to close; what goes wrong stays an ``OSError``."""
        names = location.names
        if not whole:
            _ = location.name  # refuses a root itself
            names = names[:-1]
        current = self._open_root(location)
        try:
            for name in names:
                inner = current.enter(name, make=make)
                current.close()
                current = inner
                self._refuse_closed(current, location)
        except BaseException:
            current.close()
            raise
        return current

    def real_path(self, location: Location) -> Path:
        """The whole path, for what takes no descriptor; check afterwards what was opened."""
        return self._roots[location.root].joinpath(*location.names)

    def info(self, location: Location, status: os.stat_result) -> FileInfo:
        """What users see of a file or folder; its path leads to it again."""
        path = "/".join(location.names)
        if location.root:
            path = "/".join((self._roots[location.root].as_posix().rstrip("/"), path)).rstrip("/")
        return FileInfo(
            path=path or ".",
            name=location.names[-1] if location.names else "",
            size=status.st_size,
            modified_at=us_to_iso(status.st_mtime_ns // 1000) or "",
            is_directory=stat.S_ISDIR(status.st_mode),
        )

    def _open_root(self, location: Location) -> Folder:
        root = self._roots[location.root]
        try:
            return Folder.open(str(root), by_descriptor=self._by_descriptor)
        except FileNotFoundError:
            raise NodeFailed(f"the folder {root} of the setting file_roots is missing") from None

    def _refuse_closed(self, folder: Folder, location: Location) -> None:
        for closed in self._closed:
            try:
                same = identity(closed.stat()) == identity(folder.status())
            except FileNotFoundError:
                continue
            if same:
                raise refused("closed", "this is Tidegate's own data folder", location.given)

    def _exists(self, location: Location) -> bool:
        whole = not location.names
        try:
            with self.open_folder(location, whole=whole) as folder:
                return whole or folder.has(location.name)
        except (FileNotFoundError, NotADirectoryError, NodeFailed):
            return False
        except OSError:
            return True  # something is there; using it will say what is wrong
