"""Seals secrets for the database: AES-256-GCM under keys that live in a file beside it.

The key file has one key a line, in base64; the last one seals, all of them open. A key's id is
derived from the key, so a wrong key is known before anything is opened with it. What is sealed is
bound to the id and the type of its credential: it can't be moved to another row.
"""

import base64
import binascii
import hashlib
import hmac
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, NamedTuple

from tidegate.errors import VaultError

try:
    import fcntl
except ImportError:  # Windows: two rotations at the same moment are not kept apart there
    fcntl = None  # type: ignore[assignment]  # the name says that it is missing

KEY_BYTES: Final = 32
NONCE_BYTES: Final = 12
FILE_MODE: Final = 0o600
_HEADER: Final = "# Keys of Tidegate's vault. Who has this file and the database has the secrets.\n"


KEY_ID_BYTES: Final = 8
_TAG_BYTES: Final = 16
_STORED: Final = "stored data"
SEALED_MARK: Final = b"\x01"
"""The first byte of sealed data; JSON never begins so."""


class Sealed(NamedTuple):
    """Sealed bytes, and the id of the key that opens them."""

    key_id: str
    data: bytes


class Vault:
    """Opens and seals with the keys of one file, which is read when it is first needed.

    All methods block for the time of a small file. Several processes may share the file.
    """

    overhead = 1 + KEY_ID_BYTES + NONCE_BYTES + _TAG_BYTES
    """By how many bytes sealed data is longer than what it holds."""

    def __init__(self, key_file: Path) -> None:
        self.key_file = key_file
        self._keys: dict[str, bytes] = {}

    @property
    def exists(self) -> bool:
        """Whether there is a key file."""
        return self.key_file.exists()

    @property
    def mode(self) -> int:
        """The permissions of the key file."""
        return self.key_file.stat().st_mode & 0o777

    @property
    def key_ids(self) -> tuple[str, ...]:
        """The ids of the keys, oldest first; the last one seals.

        Raises:
            VaultError: the key file can't be read, or is not one.
        """
        self._load()
        return tuple(self._keys)

    def has_key(self, key_id: str) -> bool:
        """Whether what this key sealed can be opened.

        Raises:
            VaultError: the key file can't be read, or is not one.
        """
        self._load()
        if key_id not in self._keys:
            self._keys = self._read()  # another process may have rotated meanwhile
        return key_id in self._keys

    def create(self) -> bool:
        """Make the key file with a first key, unless it is there; whether it was made.

        Raises:
            VaultError: it can't be written.
        """
        with self._locked():
            if self.exists:
                return False
            self._write([os.urandom(KEY_BYTES)])
            return True

    def rotate(self) -> str:
        """Add a new key, which seals from now on; returns its id. Old keys stay, to open with.

        The file is replaced as a whole: whoever is killed here leaves the old or the new one.

        Raises:
            VaultError: the key file can't be read or written.
        """
        with self._locked():
            keys = self._read()
            self._write([*keys.values(), os.urandom(KEY_BYTES)])
        return self.key_ids[-1]

    def derived(self, purpose: str, key_id: str | None = None) -> tuple[str, bytes]:
        """A key for another purpose, and the id of the vault's key that it comes from.

        Args:
            purpose: what it is for; keys of different purposes say nothing of each other.
            key_id: of which key; None: of the one that seals now.

        Raises:
            VaultError: the key file can't be read, or does not have this key.
        """
        key_id = key_id or self.key_ids[-1]
        if not self.has_key(key_id):
            raise self.wrong_key([key_id])
        name = f"tidegate vault derived key\0{purpose}"
        return key_id, hmac.digest(self._keys[key_id], name.encode(), "sha256")

    def seal(self, plain: bytes, *, id: str, type: str) -> Sealed:
        """Seal the secrets of the credential with this id and type.

        Raises:
            VaultError: the key file can't be read, or is not one.
        """
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415 - slow

        key_id = self.key_ids[-1]
        nonce = os.urandom(NONCE_BYTES)
        bound = _bound(key_id, id, type)
        return Sealed(key_id, nonce + AESGCM(self._keys[key_id]).encrypt(nonce, plain, bound))

    def open(self, sealed: Sealed, *, id: str, type: str) -> bytes:
        """What :meth:`seal` was given for the same id and type.

        Raises:
            VaultError: the key is missing, or the bytes were changed or belong to another row.
        """
        from cryptography.exceptions import InvalidTag  # noqa: PLC0415 - slow to import
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415 - as above

        if not self.has_key(sealed.key_id):
            raise self.wrong_key([sealed.key_id])
        nonce, data = sealed.data[:NONCE_BYTES], sealed.data[NONCE_BYTES:]
        try:
            return AESGCM(self._keys[sealed.key_id]).decrypt(
                nonce, data, _bound(sealed.key_id, id, type)
            )
        except (InvalidTag, ValueError):
            raise VaultError(
                "the sealed data was changed, or belongs to another credential"
            ) from None

    def seal_data(self, plain: bytes, *place: str) -> bytes:
        """Seal data of a sensitive node, bound to its place: execution, node, column.

        Raises:
            VaultError: the key file can't be read, or is not one.
        """
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415 - slow

        key_id, key = self.derived(_STORED)
        nonce = os.urandom(NONCE_BYTES)
        head = SEALED_MARK + bytes.fromhex(key_id) + nonce
        return head + AESGCM(key).encrypt(nonce, plain, _place_bound(key_id, place))

    def open_data(self, data: bytes, *place: str) -> bytes:
        """What :meth:`seal_data` was given for the same place.

        Raises:
            VaultError: the key is missing, or the bytes were changed or belong elsewhere.
        """
        from cryptography.exceptions import InvalidTag  # noqa: PLC0415 - slow to import
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415 - as above

        key_id = data[1 : 1 + KEY_ID_BYTES].hex()
        start = 1 + KEY_ID_BYTES + NONCE_BYTES
        nonce, sealed = data[1 + KEY_ID_BYTES : start], data[start:]
        if not data.startswith(SEALED_MARK) or len(data) < self.overhead:
            raise VaultError("this is not sealed, and should be")
        _, key = self.derived(_STORED, key_id)
        try:
            return AESGCM(key).decrypt(nonce, sealed, _place_bound(key_id, place))
        except InvalidTag:
            raise VaultError("sealed data of a node was changed, or belongs elsewhere") from None

    def wrong_key(self, key_ids: list[str]) -> VaultError:
        """The error for secrets that no key of the file opens."""
        needed = " and ".join(sorted(key_ids))
        return VaultError(
            f"the key file {self.key_file} does not have the key {needed} that sealed what is in "
            "this database; put the right file there"
        )

    def missing(self) -> VaultError:
        """The error for a key file that should be there."""
        return VaultError(
            f"the key file {self.key_file} is missing, and without it the credentials of this "
            "database can't be opened; put it back, or name its place with the setting "
            "vault.key_file"
        )

    def _load(self) -> None:
        if not self._keys:
            self._keys = self._read()

    def _read(self) -> dict[str, bytes]:
        try:
            text = self.key_file.read_text("ascii")
        except FileNotFoundError:
            raise self.missing() from None
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or "it is not text"
            raise VaultError(f"the key file {self.key_file} can't be read: {reason}") from None
        keys: dict[str, bytes] = {}
        for number, line in enumerate(text.splitlines(), 1):
            if not line.strip() or line.startswith("#"):
                continue
            try:
                key = base64.b64decode(line.strip(), validate=True)
            except (binascii.Error, ValueError):
                key = b""
            if len(key) != KEY_BYTES:
                raise VaultError(
                    f"line {number} of the key file {self.key_file} is not a key; put the right "
                    "file there"
                )
            keys[key_id_of(key)] = key
        if not keys:
            raise VaultError(f"the key file {self.key_file} holds no key; put the right file there")
        return keys

    def _write(self, keys: list[bytes]) -> None:
        """Replace the key file; only under the lock, which makes the other name ours alone."""
        text = _HEADER + "".join(base64.b64encode(key).decode() + "\n" for key in keys)
        part = self.key_file.with_name(self.key_file.name + ".new")
        try:
            part.unlink(missing_ok=True)  # left over by a process that was killed
            descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, FILE_MODE)
            with os.fdopen(descriptor, "w", encoding="ascii") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            part.replace(self.key_file)
            _sync_folder(self.key_file.parent)
        except OSError as error:
            raise self._unwritable(error) from None
        self._keys = {key_id_of(key): key for key in keys}

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """Only one process at a time; the lock dies with its process."""
        folder: int | None = None
        try:
            self.key_file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            if fcntl is not None:
                folder = os.open(self.key_file.parent, os.O_RDONLY)
                fcntl.flock(folder, fcntl.LOCK_EX)
        except OSError as error:
            raise self._unwritable(error) from None
        try:
            yield
        finally:
            if folder is not None:
                os.close(folder)

    def _unwritable(self, error: OSError) -> VaultError:
        return VaultError(f"the key file {self.key_file} can't be written: {error.strerror}")


def key_id_of(key: bytes) -> str:
    """The name of a key, which says nothing about it."""
    return hashlib.sha256(b"tidegate vault key id\0" + key).hexdigest()[:16]


def _bound(key_id: str, id: str, type: str) -> bytes:
    """What the seal vouches for besides the secret: the associated data."""
    return json.dumps(["tidegate credential", 1, key_id, id, type]).encode()


def _place_bound(key_id: str, place: tuple[str, ...]) -> bytes:
    return json.dumps(["tidegate stored data", 1, key_id, *place]).encode()


def _sync_folder(folder: Path) -> None:
    """Make a rename survive a power cut, where folders can be synced at all."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
