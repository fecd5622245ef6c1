"""The vault: what it seals stays where it was put, and no key is ever lost."""

import base64
import os
import stat
import subprocess
import sys
import threading

import pytest

from tidegate.errors import VaultError
from tidegate.vault import Sealed, Vault, key_id_of


@pytest.fixture
def vault(tmp_path):
    made = Vault(tmp_path / "folder" / "vault.key")
    assert made.create()
    return made


def again(vault):
    """The same file, as another process would read it."""
    return Vault(vault.key_file)


def test_what_was_sealed_can_be_opened(vault):
    sealed = vault.seal(b"secret", id="1", type="bearer")
    assert b"secret" not in sealed.data
    assert again(vault).open(sealed, id="1", type="bearer") == b"secret"
    assert vault.seal(b"secret", id="1", type="bearer").data != sealed.data


def test_the_key_file_is_private_and_made_once(vault):
    assert stat.S_IMODE(vault.key_file.stat().st_mode) == 0o600
    before = vault.key_file.read_bytes()
    assert not again(vault).create()
    assert vault.key_file.read_bytes() == before


@pytest.mark.parametrize(("id", "type"), [("2", "bearer"), ("1", "basic"), ("", "1bearer")])
def test_a_secret_belongs_to_its_row_and_type(vault, id, type):
    sealed = vault.seal(b"secret", id="1", type="bearer")
    with pytest.raises(VaultError, match="belongs to another credential"):
        vault.open(sealed, id=id, type=type)


def test_every_changed_bit_is_noticed(vault):
    sealed = vault.seal(b"secret", id="1", type="bearer")
    for place in range(len(sealed.data)):
        changed = bytearray(sealed.data)
        changed[place] ^= 1
        with pytest.raises(VaultError):
            vault.open(Sealed(sealed.key_id, bytes(changed)), id="1", type="bearer")
    for short in (b"", sealed.data[:12], sealed.data[:20]):
        with pytest.raises(VaultError):
            vault.open(Sealed(sealed.key_id, short), id="1", type="bearer")


def test_old_keys_open_after_a_rotation(vault):
    old = vault.seal(b"old", id="1", type="bearer")
    other = again(vault)
    other.open(old, id="1", type="bearer")
    new_id = vault.rotate()
    new = vault.seal(b"new", id="1", type="bearer")
    assert new.key_id == new_id != old.key_id
    # A process that read the file before the rotation finds the new key.
    for reader in (vault, again(vault), other):
        assert reader.open(old, id="1", type="bearer") == b"old"
        assert reader.open(new, id="1", type="bearer") == b"new"
    assert stat.S_IMODE(vault.key_file.stat().st_mode) == 0o600


def test_two_rotations_at_once_lose_no_key(vault):
    threads = [threading.Thread(target=lambda: again(vault).rotate()) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(again(vault).key_ids) == 9


def test_a_missing_key_file_is_named(tmp_path):
    vault = Vault(tmp_path / "vault.key")
    with pytest.raises(VaultError, match="is missing") as caught:
        vault.seal(b"x", id="1", type="bearer")
    assert str(vault.key_file) in caught.value.message
    assert "\n" not in caught.value.message


def test_another_key_file_is_refused(vault, tmp_path):
    sealed = vault.seal(b"secret", id="1", type="bearer")
    wrong = Vault(tmp_path / "wrong.key")
    wrong.create()
    with pytest.raises(VaultError, match=f"does not have the key {sealed.key_id}"):
        wrong.open(sealed, id="1", type="bearer")


@pytest.mark.parametrize(
    "content",
    [b"", b"# only a comment\n", b"short\n", base64.b64encode(b"x" * 31), b"\xff\xfe", b"a b c\n"],
)
def test_a_file_that_is_no_key_file_is_refused(tmp_path, content):
    file = tmp_path / "vault.key"
    file.write_bytes(content)
    with pytest.raises(VaultError, match=r"vault\.key"):
        Vault(file).seal(b"x", id="1", type="bearer")


def test_what_a_killed_process_left_is_no_obstacle(vault):
    left = vault.key_file.with_name(vault.key_file.name + ".new")
    left.write_text("half a k")
    vault.rotate()
    assert len(again(vault).key_ids) == 2
    assert not left.exists()


def test_a_key_file_that_cannot_be_written_is_said(vault):
    if os.geteuid() == 0:
        vault.key_file = vault.key_file.parent / "vault.key" / "not-a-folder"
    else:
        vault.key_file.parent.chmod(0o500)
    with pytest.raises(VaultError, match="can't be written"):
        vault.rotate()


def test_the_id_of_a_key_says_nothing_about_it():
    key = bytes(range(32))
    assert key.hex()[:16] != key_id_of(key) != key_id_of(key[::-1])


def test_cryptography_is_loaded_only_where_it_is_used():
    program = (
        "import sys, tidegate.cli.run_workflow, tidegate.worker.worker; "
        "print([m for m in sys.modules if m.split('.')[0] == 'cryptography' "
        "or m == 'tidegate.credentials.types'])"
    )
    found = subprocess.run(
        [sys.executable, "-c", program], check=False, capture_output=True, text=True
    )
    assert found.stdout.strip() == "[]", found.stderr
