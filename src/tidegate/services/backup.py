"""Backups: one archive of the database, large outputs and items' files, made while others work.

The database is copied first, as it is at one moment; then the files that it names. A file that is
gone by then was deleted with its execution, which the archive names as gone too. The manifest is
written last: an archive without it is not whole.
"""

import io
import os
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Final

from tidegate import __version__, codec
from tidegate.config import Settings
from tidegate.errors import InvalidInput, OperationalError
from tidegate.model.execution import now_us, us_to_iso
from tidegate.store import copying, engines, output_files, schema
from tidegate.vault import Vault

FORMAT: Final = 1
MANIFEST: Final = "manifest.json"
DATABASE: Final = "tidegate.db"
KEY: Final = "vault.key"
_PIECES: Final = "tables"


@dataclass(frozen=True, slots=True)
class BackupReport:
    """What is in an archive; ``keys`` are the ids of the vault's keys that its secrets need."""

    file: Path
    database: str
    revision: str
    outputs: int
    files: int
    size: int
    keys: tuple[str, ...]
    has_key: bool


def backup(settings: Settings, target: Path, *, with_key: bool) -> BackupReport:
    """Write an archive. Blocks; other processes go on.

    Args:
        settings: whose database and data folder.
        target: the file to write; it must not be there.
        with_key: whether the vault's key goes along: whoever has the archive then has the secrets.

    Raises:
        InvalidInput: the file is there, or there is no database to copy.
        OperationalError: the database can't be read, or the archive can't be written.
        VaultError: the key can't be read.
    """
    if target.exists():
        raise InvalidInput(f"{target} is there already; a backup replaces nothing")
    vault = Vault(settings.vault.key_file or settings.data_dir / KEY)
    part = target.with_name(f"{target.name}.part")
    try:
        with _new(part) as stream, tarfile.open(fileobj=stream, mode="w") as archive:
            manifest = _fill(settings, archive, target.parent)
            manifest["keys"] = list(vault.key_ids) if vault.exists else []
            if with_key and vault.exists:
                archive.add(vault.key_file, KEY, recursive=False)
                manifest["has_key"] = True
            _add_bytes(archive, MANIFEST, codec.encode_pretty(manifest).encode())
        part.replace(target)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise OperationalError(f"{target} can't be written: {error.strerror}") from None
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    return BackupReport(
        file=target,
        database=str(manifest["database"]),
        revision=str(manifest["revision"]),
        outputs=int(manifest["outputs"]),
        files=int(manifest["files"]),
        size=target.stat().st_size,
        keys=tuple(manifest["keys"]),
        has_key=bool(manifest["has_key"]),
    )


def _fill(settings: Settings, archive: tarfile.TarFile, folder: Path) -> dict[str, Any]:
    """Everything but the manifest, which is returned."""
    url = engines.parse_url(settings.database_url, settings.data_dir)
    manifest: dict[str, Any] = {
        "format": FORMAT,
        "tidegate": __version__,
        "created_at": us_to_iso(now_us()),
        "database": url.get_backend_name(),
        "has_key": False,
    }
    if url.get_backend_name() == "sqlite":
        source = Path(url.database or "")
        if not source.is_file():
            raise InvalidInput(f"there is no database at {source}; is data_dir the right one?")
        with tempfile.TemporaryDirectory(dir=folder, prefix=".tidegate-backup-") as place:
            copy = Path(place) / DATABASE
            schema.copy_sqlite(source, copy)
            archive.add(copy, DATABASE, recursive=False)
            with copying.one_moment(url.set(database=str(copy))) as connection:
                found = _revision(connection), output_files.keys(connection)
                manifest |= _outputs(settings, archive, found)
    else:
        with copying.one_moment(url) as connection:
            revision = _revision(connection)
            manifest["columns"] = copying.columns_of(connection)
            for table, columns in manifest["columns"].items():
                with tempfile.TemporaryFile(dir=folder) as rows:
                    copying.copy_out(connection, table, columns, rows.write)
                    _add_stream(archive, f"{_PIECES}/{table}", rows)
            manifest |= _outputs(settings, archive, (revision, output_files.keys(connection)))
    manifest["files"] = _binaries(settings.data_dir / "files", archive)
    return manifest


def _revision(connection: Any) -> str:
    revision = schema.current_revision(connection)
    if revision is None:
        raise InvalidInput("the database holds no tables of Tidegate; there is nothing to keep")
    return revision


def _outputs(
    settings: Settings, archive: tarfile.TarFile, found: tuple[str, Iterator[tuple[str, str]]]
) -> dict[str, Any]:
    """Add the files that the database's copy names; what of the manifest that makes."""
    revision, keys = found
    folder = settings.data_dir / "outputs"
    count, gone = 0, set()
    for execution_id, key in keys:
        if _add_file(archive, f"outputs/{key}", folder / key):
            count += 1
        else:
            gone.add(execution_id)
    return {"revision": revision, "outputs": count, "gone": sorted(gone)}


def _binaries(folder: Path, archive: tarfile.TarFile) -> int:
    count = 0
    for place in sorted(folder.glob("[0-9a-f][0-9a-f]/*")):
        count += _add_file(archive, f"files/{place.parent.name}/{place.name}", place)
    return count


def _add_file(archive: tarfile.TarFile, name: str, place: Path) -> bool:
    """Add a file, if it is still there."""
    try:
        stream = place.open("rb")
    except FileNotFoundError:
        return False
    with closing(stream):
        _add_stream(archive, name, stream)
    return True


def _add_stream(archive: tarfile.TarFile, name: str, stream: IO[bytes]) -> None:
    entry = tarfile.TarInfo(name)
    entry.size = stream.seek(0, os.SEEK_END)
    entry.mode = 0o600
    stream.seek(0)
    archive.addfile(entry, stream)


def _add_bytes(archive: tarfile.TarFile, name: str, data: bytes) -> None:
    _add_stream(archive, name, io.BytesIO(data))


@contextmanager
def _new(part: Path) -> Iterator[IO[bytes]]:
    """A new file that only its owner may read; on the disk when this ends."""
    part.unlink(missing_ok=True)  # left over by a process that was killed
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as stream:
        yield stream
        stream.flush()
        os.fsync(stream.fileno())
