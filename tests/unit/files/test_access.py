import asyncio
import errno
import hashlib
import os
import threading
from contextlib import aclosing

import pytest

from tidegate.errors import NodeFailed, SecurityError, SecurityErrorType
from tidegate.files.binary import BinaryStore
from tidegate.files.writing import open_for_writing
from tidegate.sdk import FileRef


def names(folder):
    return sorted(p.name for p in folder.rglob("*"))


async def test_what_is_written_can_be_read(files, root, pieces, read_all):
    info = await files.write("new/deep/a.txt", pieces(b"one ", b"", b"two"), mode="create")
    assert (info.path, info.name, info.size, info.is_directory) == (
        "new/deep/a.txt",
        "a.txt",
        7,
        False,
    )
    assert info.modified_at.endswith("Z")
    assert await read_all(files, "new/deep/a.txt") == b"one two"
    assert await read_all(files, "./new//deep/./a.txt") == b"one two"
    assert await read_all(files, str(root / "new/deep/a.txt")) == b"one two"
    assert await files.info("new/deep/a.txt") == info
    assert names(root) == ["a.txt", "deep", "new"]


async def test_a_large_file_comes_in_pieces(files, root):
    (root / "big").write_bytes(os.urandom(300_000))
    sizes = [len(piece) async for piece in files.read("big")]
    assert sum(sizes) == 300_000
    assert max(sizes) == 65_536


async def test_create_refuses_what_exists(files, root, pieces):
    (root / "a.txt").write_text("old")
    with pytest.raises(NodeFailed, match=r"'a\.txt' exists already"):
        await files.write("a.txt", pieces(b"new"), mode="create")
    assert (root / "a.txt").read_text() == "old"
    assert names(root) == ["a.txt"]


def test_create_refuses_what_came_to_exist_meanwhile(files, root):
    file = open_for_writing(files.roots, "a.txt", "create")
    file.write(b"new")
    (root / "a.txt").write_text("other")
    with pytest.raises(NodeFailed, match="exists already"):
        file.commit()
    file.let_go()
    assert (root / "a.txt").read_text() == "other"
    assert names(root) == ["a.txt"]


async def test_overwrite_replaces_and_keeps_permissions(files, root, pieces):
    (root / "a.txt").write_text("old")
    (root / "a.txt").chmod(0o640)
    await files.write("a.txt", pieces(b"new"), mode="overwrite")
    assert (root / "a.txt").read_text() == "new"
    assert (root / "a.txt").stat().st_mode & 0o777 == 0o640


async def test_a_reader_of_an_overwritten_file_sees_one_of_the_two(files, root, pieces, read_all):
    old, new = b"o" * 200_000, b"n" * 200_000
    (root / "a").write_bytes(old)
    async with aclosing(files.read("a")) as reading:
        first = await anext(reading)
        await files.write("a", pieces(new), mode="overwrite")
        rest = [piece async for piece in reading]
    assert first + b"".join(rest) == old
    assert await read_all(files, "a") == new


async def test_append_adds_to_the_end(files, root, pieces):
    await files.write("a.log", pieces(b"1\n"), mode="append")
    info = await files.write("a.log", pieces(b"2\n", b"3\n"), mode="append")
    assert (root / "a.log").read_bytes() == b"1\n2\n3\n"
    assert info.size == 6


async def test_parallel_appends_do_not_mix(files, root):
    async def lines(letter):
        for _ in range(20):
            yield letter * 9 + b"\n"
            await asyncio.sleep(0)

    await asyncio.gather(
        *(files.write("a.log", lines(c), mode="append") for c in (b"a", b"b", b"c"))
    )
    text = (root / "a.log").read_text()
    blocks = [text[i : i + 200] for i in range(0, 600, 200)]
    assert sorted(blocks) == [(c * 9 + "\n") * 20 for c in "abc"]


@pytest.mark.parametrize("mode", ["create", "overwrite", "append"])
@pytest.mark.parametrize("exists", [True, False])
async def test_a_failure_halfway_leaves_everything_as_it_was(files, root, mode, exists):
    if exists:
        (root / "a.txt").write_text("old")

    async def broken():
        yield b"half"
        raise RuntimeError("the source broke")

    with pytest.raises((RuntimeError, NodeFailed)):
        await files.write("a.txt", broken(), mode=mode)
    assert {p.name: p.read_text() for p in root.iterdir()} == ({"a.txt": "old"} if exists else {})


@pytest.mark.parametrize("mode", ["create", "overwrite", "append"])
@pytest.mark.parametrize(
    ("code", "sentence"), [(errno.ENOSPC, "the disk is full"), (errno.EDQUOT, "quota")]
)
async def test_a_full_disk_is_said_and_leaves_nothing(
    files, root, pieces, monkeypatch, mode, code, sentence
):
    real = os.write

    def write(descriptor, data):
        if bytes(data) == b"too much":
            raise OSError(code, "full")
        return real(descriptor, data[:2])  # a partial write is gone on with

    monkeypatch.setattr(os, "write", write)
    with pytest.raises(NodeFailed, match=sentence):
        await files.write("a.txt", pieces(b"fits", b"too much"), mode=mode)
    assert names(root) == []
    await files.write("a.txt", pieces(b"fits"), mode=mode)
    assert (root / "a.txt").read_text() == "fits"


async def test_cancelling_a_write_removes_what_was_written(files, root):
    reached = asyncio.Event()

    async def slow():
        yield b"half"
        reached.set()
        await asyncio.sleep(60)

    task = asyncio.create_task(files.write("a.txt", slow(), mode="create"))
    await reached.wait()
    assert len(names(root)) == 1
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert names(root) == []


async def test_cancelling_does_not_close_a_file_under_a_thread(files, root, monkeypatch):
    """The thread that still reads must never see a descriptor that means another file by now."""
    (root / "a").write_bytes(b"a" * 10)
    in_read, may_go, closed = threading.Event(), threading.Event(), []
    real_read, real_close = os.read, os.close

    def read(descriptor, size):
        in_read.set()
        may_go.wait(10)
        assert descriptor not in closed
        return real_read(descriptor, size)

    async def consume():
        return [piece async for piece in files.read("a")]

    monkeypatch.setattr(os, "read", read)
    task = asyncio.create_task(consume())
    await asyncio.to_thread(in_read.wait, 10)
    monkeypatch.setattr(os, "close", lambda d: (closed.append(d), real_close(d)))
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task  # at once, although the thread still reads
    assert not may_go.is_set()
    assert not closed
    may_go.set()
    async with asyncio.timeout(30):
        while not closed:
            await asyncio.sleep(0.001)


async def test_list(files, root):
    for path in ("b.csv", "a.csv", "a.txt", "d/c.csv", "d/e/f.csv"):
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text("12345")

    async def paths(path=".", **options):
        return [info.path for info in await files.list(path, **options)]

    assert await paths(recursive=False) == ["a.csv", "a.txt", "b.csv", "d"]
    assert await paths(pattern="*.csv", recursive=False) == ["a.csv", "b.csv"]
    assert await paths(pattern="*.csv", recursive=True) == [
        "a.csv",
        "b.csv",
        "d/c.csv",
        "d/e/f.csv",
    ]
    assert await paths("d", recursive=False) == ["d/c.csv", "d/e"]
    assert await paths("", recursive=False) == await paths(str(root), recursive=False)
    first = (await files.list(".", recursive=False))[0]
    assert (first.name, first.size, first.is_directory) == ("a.csv", 5, False)
    with pytest.raises(NodeFailed, match="not a folder"):
        await paths("a.csv", recursive=False)
    with pytest.raises(NodeFailed, match="there is no 'nope'"):
        await paths("nope", recursive=False)


async def test_a_list_stays_in_the_budget(make_files, root):
    for number in range(60):
        (root / f"{number}").touch()
    with pytest.raises(SecurityError) as caught:
        await make_files(root, memory=20_000).list(".", recursive=True)
    assert caught.value.type is SecurityErrorType.RESOURCE_LIMIT_EXCEEDED


async def test_move_and_delete(files, root):
    (root / "a.txt").write_text("a")
    (root / "b.txt").write_text("b")
    (root / "folder").mkdir()
    assert (await files.move("a.txt", "sub/c.txt", overwrite=False)).path == "sub/c.txt"
    with pytest.raises(NodeFailed, match=r"'sub/c\.txt' exists already"):
        await files.move("b.txt", "sub/c.txt", overwrite=False)
    assert (root / "b.txt").exists()
    await files.move("b.txt", "sub/c.txt", overwrite=True)
    assert (root / "sub/c.txt").read_text() == "b"
    assert (await files.move("sub/c.txt", "folder/", overwrite=False)).path == "folder/c.txt"
    with pytest.raises(NodeFailed, match="end the target with /"):
        await files.move("folder/c.txt", "sub", overwrite=True)
    with pytest.raises(NodeFailed, match=r"there is no 'a\.txt'"):
        await files.move("a.txt", "x.txt", overwrite=True)
    assert (await files.delete("folder/c.txt")).name == "c.txt"
    with pytest.raises(NodeFailed, match="there is no"):
        await files.delete("folder/c.txt")
    with pytest.raises(NodeFailed, match="is a folder"):
        await files.delete("folder")


async def test_moving_to_another_file_system_copies(files, root, monkeypatch):
    (root / "a.txt").write_text("data")

    def other(*_args, **_options):
        monkeypatch.undo()  # the copy itself renames within the target's folder
        raise OSError(errno.EXDEV, "other")

    monkeypatch.setattr(os, "replace", other)
    info = await files.move("a.txt", "there/b.txt", overwrite=True)
    assert (info.path, names(root)) == ("there/b.txt", ["b.txt", "there"])
    assert (root / "there/b.txt").read_text() == "data"


async def test_several_roots(make_files, tmp_path, pieces, read_all):
    one, two = tmp_path / "one", tmp_path / "two"
    one.mkdir()
    two.mkdir()
    (two / "only.txt").write_text("two")
    (one / "both.txt").write_text("one")
    (two / "both.txt").write_text("two")
    files = make_files(one, two)
    assert await read_all(files, "only.txt") == b"two"
    assert await read_all(files, "both.txt") == b"one"
    assert await read_all(files, str(two / "both.txt")) == b"two"
    assert (await files.write("new.txt", pieces(b"x"), mode="create")).path == "new.txt"
    assert (one / "new.txt").exists()
    found = await files.info("only.txt")
    assert found.path == f"{two}/only.txt"  # a path that leads to it again
    assert await files.info("nope.txt") is None
    with pytest.raises(NodeFailed, match=r"there is no 'nope\.txt'"):
        await read_all(files, "nope.txt")


async def test_a_root_may_itself_be_behind_a_link(make_files, tmp_path, root, read_all):
    (root / "a.txt").write_text("a")
    (tmp_path / "alias").symlink_to(root)
    files = make_files(tmp_path / "alias")
    assert await read_all(files, "a.txt") == b"a"
    assert await read_all(files, str(tmp_path / "alias" / "a.txt")) == b"a"
    assert await read_all(files, str(root / "a.txt")) == b"a"


async def test_a_missing_root_is_named(make_files, tmp_path, read_all):
    with pytest.raises(NodeFailed, match="file_roots is missing"):
        await read_all(make_files(tmp_path / "gone"), "a.txt")


async def test_item_files_are_kept_once_by_content(files, tmp_path, pieces):
    data = b"x" * 100_000
    one = await files.store("a.bin", "application/x", pieces(data[:5], data[5:]))
    two = await files.store("b.bin", "text/plain", pieces(data))
    digest = hashlib.sha256(data).hexdigest()
    assert one == FileRef(digest, "a.bin", "application/x", 100_000, digest)
    assert two.key == one.key
    assert len([p for p in (tmp_path / "kept").rglob("*") if p.is_file()]) == 1
    assert b"".join([piece async for piece in files.open(two)]) == data
    empty = await files.store("e", "text/plain", pieces())
    assert [piece async for piece in files.open(empty)] == []


async def test_an_item_file_that_failed_is_not_kept(files, tmp_path):
    async def broken():
        yield b"half"
        raise RuntimeError("broke")

    with pytest.raises(RuntimeError):
        await files.store("a", "text/plain", broken())
    assert [p for p in (tmp_path / "kept").rglob("*") if p.is_file()] == []


async def test_an_item_file_that_is_gone_is_said(files):
    with pytest.raises(NodeFailed, match="not kept any more"):
        [piece async for piece in files.open(FileRef("a" * 64, "a", "text/plain", 1, "a" * 64))]


def test_use_after_close_is_refused(tmp_path):
    file = BinaryStore(tmp_path).create()
    file.let_go()
    file.let_go()
    with pytest.raises(ValueError, match="closed"):
        file.write(b"x")
