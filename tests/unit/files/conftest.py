"""A real folder that is open to workflows, and the access that a node gets to it."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from tidegate.files.access import NodeFiles
from tidegate.files.binary import BinaryStore
from tidegate.files.roots import FileRoots
from tidegate.sdk import Budget


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "root"
    folder.mkdir()
    return folder


@pytest.fixture
def outside(tmp_path: Path) -> Path:
    folder = tmp_path / "outside"
    folder.mkdir()
    (folder / "secret.txt").write_text("secret")
    return folder


@pytest.fixture(params=[True, False], ids=["by_descriptor", "by_path"])
def make_files(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[..., NodeFiles]:
    def make(*roots: Path, closed: tuple[Path, ...] = (), memory: int = 1 << 20) -> NodeFiles:
        found = FileRoots(roots, closed=closed, by_descriptor=request.param)
        return NodeFiles(found, BinaryStore(tmp_path / "kept"), Budget(memory=memory))

    return make


@pytest.fixture
def files(make_files: Callable[..., NodeFiles], root: Path) -> NodeFiles:
    return make_files(root)


async def _pieces(*pieces: bytes) -> AsyncIterator[bytes]:
    for piece in pieces:
        yield piece


@pytest.fixture
def pieces() -> Callable[..., AsyncIterator[bytes]]:
    return _pieces


@pytest.fixture
def read_all() -> Callable[..., object]:
    async def read(files: NodeFiles, path: str) -> bytes:
        return b"".join([piece async for piece in files.read(path)])

    return read
