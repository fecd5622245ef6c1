"""What a node may do with files: only under the operator's roots, and with items' own data."""

from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from tidegate.model.item import FileRef


@dataclass(frozen=True, slots=True)
class FileInfo:
    """A file under an allowed root. ``modified_at`` is ISO 8601 in UTC, ``size`` is bytes."""

    path: str
    name: str
    size: int
    modified_at: str
    is_directory: bool


class FileAccess(Protocol):
    """``ctx.files``. Paths outside the allowed roots, links and dot files are refused.

    Every method raises ``SecurityError`` (BLOCKED_URL's sibling rule ``files.*``) for a path that
    is not allowed and ``NodeFailed`` for a missing file, a full disk and the like.
    """

    def read(self, path: str) -> AsyncIterator[bytes]:
        """The bytes of a file, in pieces of at most 64 KB."""
        ...

    async def info(self, path: str) -> FileInfo | None:
        """What is known of a file or folder; None where there is none."""
        ...

    async def write(
        self,
        path: str,
        chunks: AsyncIterator[bytes],
        *,
        mode: Literal["create", "overwrite", "append"],
    ) -> FileInfo:
        """Write a file whole or not at all (``append`` adds to its end)."""
        ...

    async def list(self, path: str, *, pattern: str = "*", recursive: bool) -> Sequence[FileInfo]:
        """The files and folders under a folder, by path; ``pattern`` is matched with the name.

        Links, devices and what workflows may not name is left out.
        """
        ...

    def changes(self, path: str, *, recursive: bool) -> AsyncGenerator[None, None]:
        """Yields at once, and then whenever something in a folder may have changed.

        Changes on a network file system that another machine makes are not heard of. For the
        ``news`` of triggers; ``NodeFailed`` where the folder can't be watched.
        """
        ...

    async def move(self, source: str, target: str, *, overwrite: bool) -> FileInfo:
        """Move or rename a file; a target that ends with ``/`` is the folder to move it into."""
        ...

    async def delete(self, path: str) -> FileInfo:
        """Delete a file (never a folder)."""
        ...

    async def store(self, name: str, content_type: str, chunks: AsyncIterator[bytes]) -> FileRef:
        """Keep bytes as an item's file."""
        ...

    def open(self, ref: FileRef) -> AsyncIterator[bytes]:
        """The bytes of an item's file."""
        ...
