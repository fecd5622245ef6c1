"""``ctx.files``: the asynchronous side of the roots and of items' own files."""

import asyncio
import errno
import stat
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Sequence
from contextlib import ExitStack, aclosing
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import partial
from pathlib import Path, PurePath
from typing import Final

from tidegate.errors import NodeError, NodeFailed
from tidegate.files.binary import BinaryStore
from tidegate.files.folder import is_link
from tidegate.files.names import failed, shown, wrong_name
from tidegate.files.reading import OpenFile
from tidegate.files.resource import in_thread, opened
from tidegate.files.roots import FileRoots, Location
from tidegate.files.writing import WriteMode, open_for_writing
from tidegate.model.item import FileRef
from tidegate.sdk.budget import Budget
from tidegate.sdk.files import FileInfo

_INFO_SIZE: Final = 600
"""About how many bytes one FileInfo takes in memory."""

_LOCK_POLL: Final = 0.05


@dataclass(frozen=True, slots=True)
class NodeFiles:
    """Files for one attempt of a node; bounded by its budget. See ``sdk.files.FileAccess``."""

    roots: FileRoots
    binaries: BinaryStore
    budget: Budget

    async def read(self, path: str) -> AsyncGenerator[bytes, None]:
        """The bytes of a file, in pieces of at most 64 KB."""
        async with opened(partial(OpenFile, self.roots, path)) as file:
            async for piece in _pieces(file.read):
                yield piece

    async def info(self, path: str) -> FileInfo | None:
        """What is known of a file or folder; None where there is none."""
        return await in_thread(partial(_info, self.roots, path))

    async def write(self, path: str, chunks: AsyncIterator[bytes], *, mode: WriteMode) -> FileInfo:
        """Write a file whole or not at all."""
        async with opened(partial(open_for_writing, self.roots, path, mode)) as file:
            while not await in_thread(file.try_lock):  # noqa: ASYNC110 - a process has it
                await asyncio.sleep(_LOCK_POLL)
            async for piece in chunks:
                if piece:
                    await in_thread(partial(file.write, piece))
            return await in_thread(file.commit)

    async def list(self, path: str, *, pattern: str = "*", recursive: bool) -> Sequence[FileInfo]:
        """The files and folders under a folder, by path; links and hidden names are left out."""
        found: list[FileInfo] = []
        todo = [await in_thread(partial(self.roots.find, path))]
        while todo:
            room = self.budget.alloc // _INFO_SIZE - len(found)
            here = todo.pop()
            entries = await in_thread(partial(_entries, self.roots, here, room))
            if len(entries) > room:
                self.budget.charge((len(found) + len(entries)) * _INFO_SIZE, "the list of files")
            if recursive:
                todo += [inner for inner, info in entries if info.is_directory]
            found += [info for _, info in entries if fnmatchcase(info.name, pattern)]
        return sorted(found, key=lambda info: info.path)

    async def changes(self, path: str, *, recursive: bool) -> AsyncGenerator[None, None]:
        """Yields at once, and then whenever something in a folder may have changed."""
        from tidegate.files.changes import folder_changes  # noqa: PLC0415 - few workflows watch

        folder = await in_thread(partial(_watched, self.roots, path))

        def counts(changed: str) -> bool:
            below = PurePath(changed)
            names = below.relative_to(folder).parts if below.is_relative_to(folder) else ()
            return all(wrong_name(name) is None for name in names)

        async with aclosing(folder_changes(folder, counts, recursive=recursive)) as changes:
            async for change in changes:
                yield change

    async def move(self, source: str, target: str, *, overwrite: bool) -> FileInfo:
        """Move or rename a file; a target that ends with ``/`` is the folder to move it into."""
        try:
            return await in_thread(partial(_move, self.roots, source, target, overwrite=overwrite))
        except _OtherFileSystem as found:
            mode: WriteMode = "overwrite" if overwrite else "create"
            async with aclosing(self.read(source)) as pieces:
                info = await self.write(found.target, pieces, mode=mode)
            await self.delete(source)
            return info

    async def delete(self, path: str) -> FileInfo:
        """Delete a file (never a folder)."""
        return await in_thread(partial(_delete, self.roots, path))

    async def store(self, name: str, content_type: str, chunks: AsyncIterator[bytes]) -> FileRef:
        """Keep bytes as an item's file."""
        async with opened(self.binaries.create) as file:
            async for piece in chunks:
                await in_thread(partial(file.write, piece))
            return await in_thread(partial(file.commit, name, content_type))

    async def open(self, ref: FileRef) -> AsyncGenerator[bytes, None]:
        """The bytes of an item's file."""
        async with opened(partial(self.binaries.open, ref)) as file:
            async for piece in _pieces(file.read):
                yield piece


async def _pieces(read: Callable[[], bytes]) -> AsyncIterator[bytes]:
    while piece := await in_thread(read):
        yield piece


class _OtherFileSystem(NodeError):
    def __init__(self, target: str) -> None:
        super().__init__("the target is on another file system")
        self.target = target


def _info(roots: FileRoots, path: str) -> FileInfo | None:
    location = roots.find(path)
    whole = not location.names
    try:
        with roots.open_folder(location, whole=whole) as folder:
            status = folder.status() if whole else folder.look(location.name)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise failed(error, path) from None
    if is_link(status):
        raise failed(OSError(errno.ELOOP, "a link"), path)
    return roots.info(location, status)


def _entries(roots: FileRoots, location: Location, room: int) -> list[tuple[Location, FileInfo]]:
    """What a folder holds that workflows may use; a little more than ``room`` if there is more."""
    found = []
    with roots.folder(location, whole=True) as folder:
        for name, status in folder.entries():
            usable = stat.S_ISREG(status.st_mode) or stat.S_ISDIR(status.st_mode)
            if not usable or is_link(status) or wrong_name(name) is not None:
                continue
            inner = Location(location.root, (*location.names, name), location.given)
            found.append((inner, roots.info(inner, status)))
            if len(found) > room:
                break
    return found


def _watched(roots: FileRoots, path: str) -> Path:
    """The real path of a folder that a workflow may use."""
    location = roots.find(path)
    with roots.folder(location, whole=True):
        return roots.real_path(location)


def _move(roots: FileRoots, source: str, target: str, *, overwrite: bool) -> FileInfo:
    old = roots.find(source)
    if target.endswith("/"):
        target += old.name
    new = roots.target(target)
    with ExitStack() as stack:
        old_folder = stack.enter_context(roots.folder(old))
        status = old_folder.look_file(old.name)
        new_folder = stack.enter_context(roots.folder(new, make=True))
        try:
            if new_folder.has(new.name):
                new_folder.look_file(new.name)
                if not overwrite:
                    raise FileExistsError(errno.EEXIST, "exists")
            if overwrite:
                old_folder.replace(old.name, new_folder, new.name)
            else:
                old_folder.rename_new(old.name, new_folder, new.name)
        except IsADirectoryError:
            raise NodeFailed(
                f"{shown(target)} is a folder; to move the file into it, end the target with /"
            ) from None
        except OSError as error:
            if error.errno == errno.EXDEV:
                raise _OtherFileSystem(target) from None
            raise failed(error, target) from None
        return roots.info(new, status)


def _delete(roots: FileRoots, path: str) -> FileInfo:
    location = roots.find(path)
    with roots.folder(location) as folder:
        status = folder.look_file(location.name)
        folder.remove(location.name)
        return roots.info(location, status)
