import os
import resource
import signal

import pytest

from tidegate.errors import Bug, OperationalError
from tidegate.files.spill import SpillDirectory
from tidegate.ids import new_id


@pytest.fixture
def spill(tmp_path):
    return SpillDirectory(tmp_path / "outputs")


async def write(spill, execution_id: str, *parts: bytes) -> str:
    file = spill.create(execution_id)
    for part in parts:
        await file.append(part)
    await file.close()
    return file.key


@pytest.mark.parametrize("durability", ["process", "power"])
async def test_what_was_appended_reads_back_in_parts(tmp_path, durability) -> None:
    spill = SpillDirectory(tmp_path, durability=durability)
    parts = [b"a", b"b" * 70_000, b"", b"c" * 600_000, b"d"]
    key = await write(spill, new_id(), *parts)
    whole = b"".join(parts)
    assert spill.read(key, 0, len(whole) + 10) == whole
    assert spill.read(key, 69_990, 30) == whole[69_990:70_020]
    assert spill.read(key, len(whole), 5) == b""


async def test_each_output_has_a_file_of_its_own(spill) -> None:
    execution_id = new_id()
    keys = {await write(spill, execution_id, b"%d" % index) for index in range(5)}
    assert sorted([spill.read(key, 0, 9) for key in keys]) == [b"0", b"1", b"2", b"3", b"4"]


async def test_an_empty_output_is_a_file_too(spill) -> None:
    assert spill.read(await write(spill, new_id()), 0, 9) == b""


async def test_nothing_is_readable_before_close(spill) -> None:
    file = spill.create(new_id())
    await file.append(b"half")
    with pytest.raises(OperationalError, match="missing"):
        spill.read(file.key, 0, 4)
    await file.discard()


async def test_discard_leaves_nothing(spill, tmp_path) -> None:
    file = spill.create(new_id())
    await file.append(b"x" * 300_000)
    await file.discard()
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


async def test_files_are_private(spill, tmp_path) -> None:
    await write(spill, new_id(), b"x")
    (file,) = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert file.stat().st_mode & 0o777 == 0o600
    assert file.parent.stat().st_mode & 0o777 == 0o700


async def test_delete_takes_all_files_of_one_execution_only(spill) -> None:
    first, second = new_id(), new_id()
    gone = [await write(spill, first, b"x") for _ in range(2)]
    kept = await write(spill, second, b"y")
    await spill.delete(first)
    await spill.delete(first)
    for key in gone:
        with pytest.raises(OperationalError, match="missing"):
            spill.read(key, 0, 1)
    assert spill.read(kept, 0, 1) == b"y"


@pytest.mark.parametrize(
    "key",
    [
        "", "../x", "/etc/passwd", "..", "a/b",
        "00/../../etc/passwd",
        f"00/{'0' * 36}/{'0' * 36}",
        "ab/01a20537-c26d-7ff2-9bc7-6be938b1e135/01a20537-c26d-7ff2-9bc7-6be938b1e135\n",
        "ab/01a20537-c26d-7ff2-9bc7-6be938b1e135/01A20537-c26d-7ff2-9bc7-6be938b1e135",
        "ab/01a20537-c26d-7ff2-9bc7-6be938b1e135/01a20537-c26d-7ff2-9bc7-6be938b1e135.part",
        "ab/01a20537-c26d-7ff2-9bc7-6be938b1e135/01a20537-c26d-7ff2-9bc7-6be938b1e135\0",
    ],
)  # fmt: skip
async def test_only_keys_are_read(spill, key) -> None:
    with pytest.raises(Bug):
        spill.read(key, 0, 1)


@pytest.mark.parametrize("execution_id", ["", "..", "../../x", "0" * 36, "a/b"])
async def test_only_ids_make_folders(spill, execution_id) -> None:
    with pytest.raises(Bug):
        spill.create(execution_id)
    with pytest.raises(Bug):
        await spill.delete(execution_id)


async def test_a_full_disk_is_operational_and_leaves_no_file(spill, tmp_path) -> None:
    # A limit on the size of files fails like a full disk, in the same calls.
    assert signal.getsignal(signal.SIGXFSZ) is signal.SIG_IGN
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, hard))
    try:
        for parts in ([b"x" * 900_000], [b"x" * 50_000] * 3, [b"x" * 300_000]):
            with pytest.raises(OperationalError, match="full"):
                await write(spill, new_id(), *parts)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


async def test_a_folder_that_cannot_be_made_is_operational(tmp_path) -> None:
    (tmp_path / "outputs").write_text("a file")
    with pytest.raises(OperationalError, match=os.strerror(20)):
        await write(SpillDirectory(tmp_path / "outputs"), new_id(), b"x")
