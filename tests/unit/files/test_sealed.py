"""Sealed outputs: any window reads back, and no block can be changed, moved or taken away."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tidegate.errors import OperationalError, VaultError
from tidegate.files.sealed import BLOCK, SealedSpill
from tidegate.files.spill import SpillDirectory
from tidegate.ids import new_id
from tidegate.vault import Vault

CONTENT = bytes(number % 251 for number in range(3 * BLOCK + 1000))


@pytest.fixture
def vault(tmp_path):
    made = Vault(tmp_path / "vault.key")
    made.create()
    return made


@pytest.fixture
def spill(tmp_path, vault):
    return SealedSpill(SpillDirectory(tmp_path / "outputs"), vault)


async def written(spill, content=CONTENT, piece=50_000):
    file = spill.create(new_id())
    for start in range(0, len(content), piece):
        await file.append(content[start : start + piece])
    await file.close()
    return file.key


@given(data=st.data())
@pytest.mark.filterwarnings("ignore::hypothesis.errors.HypothesisWarning")
def test_any_window(data, windows):
    offset = data.draw(st.integers(0, len(CONTENT) - 1))
    length = data.draw(st.integers(0, len(CONTENT) - offset))
    assert windows(offset, length) == CONTENT[offset : offset + length]


@pytest.fixture(scope="module")
def windows(tmp_path_factory):
    import asyncio

    folder = tmp_path_factory.mktemp("sealed")
    vault = Vault(folder / "vault.key")
    vault.create()
    spill = SealedSpill(SpillDirectory(folder / "outputs"), vault)
    key = asyncio.run(written(spill))
    return lambda offset, length: spill.read(key, offset, length)


async def test_the_file_holds_none_of_it(spill, tmp_path):
    key = await written(spill, b"plain text " * 20_000)
    assert b"plain text" not in (tmp_path / "outputs" / key).read_bytes()


async def test_changed_moved_and_missing_blocks_are_noticed(spill, tmp_path, vault):
    key = await written(spill)
    path = tmp_path / "outputs" / key
    whole = path.read_bytes()
    size = BLOCK + vault.overhead
    path.write_bytes(whole[:100] + bytes([whole[100] ^ 1]) + whole[101:])
    with pytest.raises(VaultError, match="changed"):
        spill.read(key, 0, 10)
    path.write_bytes(whole[size : 2 * size] + whole[:size] + whole[2 * size :])
    with pytest.raises(VaultError, match="belongs elsewhere"):
        spill.read(key, 0, 10)
    path.write_bytes(whole[: 2 * size])
    assert spill.read(key, BLOCK, 10) == CONTENT[BLOCK : BLOCK + 10]
    with pytest.raises(OperationalError, match="shorter"):
        spill.read(key, 2 * BLOCK - 5, 10)
    other = await written(spill, b"other" * 50)
    (tmp_path / "outputs" / other).write_bytes(whole)
    with pytest.raises(VaultError, match="belongs elsewhere"):
        spill.read(other, 0, 10)


async def test_after_a_rotation_it_still_opens(spill, vault):
    key = await written(spill)
    vault.rotate()
    assert spill.read(key, 5, 20) == CONTENT[5:25]
