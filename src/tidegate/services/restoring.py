"""Restore a backup into an empty place: all of it, or nothing that a server would start with."""

import re
import shutil
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Final

from tidegate import codec
from tidegate.config import Settings
from tidegate.errors import InvalidInput, OperationalError
from tidegate.services.backup import DATABASE, FORMAT, KEY, MANIFEST
from tidegate.store import copying, engines, pruning, schema
from tidegate.store.engines import DatabaseUrl
from tidegate.vault import FILE_MODE, Vault

_MAX_MANIFEST: Final = 64 << 20
_PIECE: Final = 1 << 20
_UUID: Final = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_FILES: Final = re.compile(
    rf"outputs/[0-9a-f]{{2}}/{_UUID}/{_UUID}(?:\.sealed)?|files/[0-9a-f]{{2}}/[0-9a-f]{{64}}"
)
"""The names of the files that an archive may put into the data folder, and no others."""


@dataclass(frozen=True, slots=True)
class RestoreReport:
    """What was restored.

    ``gone`` executions were deleted while the backup was made; ``missing_keys`` are keys of the
    vault that its secrets need and that are not here.
    """

    created_at: str
    revision: str
    files: int
    gone: int
    missing_keys: tuple[str, ...]


def restore(settings: Settings, source: Path) -> RestoreReport:
    """Put an archive's database and files where the settings say. Blocks.

    An older Tidegate's tables are upgraded by whoever opens the database next, as ever.

    Raises:
        InvalidInput: it is no whole archive, something is in its place, or it is from a newer
            Tidegate; nothing was changed.
        OperationalError: it can't be read, or its contents can't be written.
    """
    folder = settings.data_dir
    try:
        with tarfile.open(source, "r:") as archive:
            members = _members(archive)
            manifest = _manifest(archive, members)
            url = engines.parse_url(settings.database_url, folder)
            _check_place(settings, url, manifest)
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory(dir=folder, prefix=".restore-") as place:
                count = _unpack(archive, members, Path(place))
                _restore_key(settings, archive, members)
                for name in ("outputs", "files"):
                    _move(Path(place) / name, folder / name)
                _database(archive, members, manifest, url, Path(place))
    except tarfile.TarError:
        raise InvalidInput(f"{source} is no backup of Tidegate, or not a whole one") from None
    except OSError as error:
        raise OperationalError(f"the backup can't be restored: {error}") from None
    return RestoreReport(
        created_at=str(manifest.get("created_at")),
        revision=str(manifest["revision"]),
        files=count,
        gone=len(manifest["gone"]),
        missing_keys=_missing_keys(settings, manifest["keys"]),
    )


def _members(archive: tarfile.TarFile) -> dict[str, tarfile.TarInfo]:
    """The plain files of an archive; links, devices and folders are none of ours."""
    members = {member.name: member for member in archive if member.isreg()}
    if MANIFEST not in members:
        raise InvalidInput("this is no backup of Tidegate, or not a whole one")
    return members


def _manifest(archive: tarfile.TarFile, members: dict[str, tarfile.TarInfo]) -> dict[str, Any]:
    entry = members[MANIFEST]
    with closing(_stream(archive, entry)) as stream:
        manifest = codec.decode(stream.read(_MAX_MANIFEST))
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
        raise InvalidInput("this backup was made by a newer Tidegate; use that version")
    if not schema.is_known(str(manifest.get("revision"))):
        raise InvalidInput("this backup was made by a newer Tidegate; use that version")
    return {"gone": [], "keys": [], "columns": {}, **manifest}


def _check_place(settings: Settings, url: DatabaseUrl, manifest: dict[str, Any]) -> None:
    """Refuse what would mix with something that is there."""
    if manifest["database"] != url.get_backend_name():
        raise InvalidInput(
            f"this is a backup of a database on {manifest['database']}, and the settings name one "
            f"on {url.get_backend_name()}"
        )
    if url.get_backend_name() == "sqlite" and Path(url.database or "").exists():
        raise InvalidInput(f"{url.database} is there already; move it away, or restore elsewhere")
    for name in ("outputs", "files"):
        place = settings.data_dir / name
        if place.is_dir() and any(place.iterdir()):
            raise InvalidInput(f"{place} is not empty; move it away, or restore elsewhere")


def _unpack(archive: tarfile.TarFile, members: dict[str, tarfile.TarInfo], place: Path) -> int:
    """Write large outputs and items' files below ``place``; how many."""
    wanted = [name for name in members if _FILES.fullmatch(name)]
    for name in wanted:
        (place / name).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        _write(archive, members[name], place / name)
    return len(wanted)


def _database(
    archive: tarfile.TarFile,
    members: dict[str, tarfile.TarInfo],
    manifest: dict[str, Any],
    url: DatabaseUrl,
    place: Path,
) -> None:
    """The database comes last: with it, the place is one to start with."""
    if url.get_backend_name() == "sqlite":
        if DATABASE not in members:
            raise InvalidInput("this backup holds no database")
        copy = place / DATABASE
        _write(archive, members[DATABASE], copy)
        with copying.one_change(url.set(database=str(copy))) as connection:
            pruning.forget(connection, manifest["gone"])
        copy.replace(Path(url.database or ""))
        return
    with copying.one_change(url) as connection:
        known = copying.make_tables(connection, manifest["revision"])
        for table, columns in known.items():
            entry = members.get(f"tables/{table}")
            given = manifest["columns"].get(table)
            if entry is None or given is None or set(given) != set(columns):
                raise InvalidInput(f"the backup's table {table} is not the one of its version")
            copying.copy_in(connection, table, given, _pieces(archive, entry))
        pruning.forget(connection, manifest["gone"])


def _restore_key(
    settings: Settings, archive: tarfile.TarFile, members: dict[str, tarfile.TarInfo]
) -> None:
    """A key that is here already is never replaced."""
    key_file = settings.vault.key_file or settings.data_dir / KEY
    if KEY in members and not key_file.exists():
        key_file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        _write(archive, members[KEY], key_file)


def _missing_keys(settings: Settings, needed: list[str]) -> tuple[str, ...]:
    vault = Vault(settings.vault.key_file or settings.data_dir / KEY)
    here = vault.key_ids if vault.exists else ()
    return tuple(key_id for key_id in needed if key_id not in here)


def _write(archive: tarfile.TarFile, entry: tarfile.TarInfo, target: Path) -> None:
    target.touch(mode=FILE_MODE, exist_ok=False)
    with closing(_stream(archive, entry)) as stream, target.open("wb") as file:
        shutil.copyfileobj(stream, file, _PIECE)


def _pieces(archive: tarfile.TarFile, entry: tarfile.TarInfo) -> Iterator[bytes]:
    with closing(_stream(archive, entry)) as stream:
        while piece := stream.read(_PIECE):
            yield piece


def _stream(archive: tarfile.TarFile, entry: tarfile.TarInfo) -> IO[bytes]:
    stream = archive.extractfile(entry)
    assert stream is not None, "only plain files are asked for"
    return stream


def _move(source: Path, target: Path) -> None:
    if source.is_dir():
        if target.is_dir():
            target.rmdir()
        source.replace(target)
