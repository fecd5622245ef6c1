"""Remove what is kept no longer: by age, by number, by size. Bit by bit, with pauses between.

Each transaction removes a few rows, and after it the database belongs to the others for at least as
long as it took. Files go after the rows that name them.
"""

import asyncio
import os
import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Final, TypeVar

from tidegate.app import App
from tidegate.model.execution import now_us
from tidegate.store import executions as execution_store
from tidegate.store import pruning as store
from tidegate.store.pruning import OldExecution

T = TypeVar("T")

BATCH: Final = 50
DAY_US: Final = 24 * 3600 * 1_000_000
_MIN_PAUSE: Final = 0.002
_MEGABYTE: Final = 1 << 20


async def prune(app: App) -> int:
    """Remove what is too old or too much by number; how many executions.

    Raises:
        OperationalError: the database does not work.
    """
    wanted = app.settings.retention
    removed = 0
    if wanted.days:
        before = now_us() - int(wanted.days * DAY_US)
        while old := await _oldest(app, BATCH, before):
            removed += await _remove(app, old)
    if wanted.executions:
        excess = await app.database.read(store.count) - wanted.executions
        while excess > 0 and (old := await _oldest(app, min(BATCH, excess))):
            removed += await _remove(app, old)
            excess -= len(old)
    return removed


async def prune_size(app: App) -> int:
    """Remove the oldest executions until outputs and files are small enough; how many.

    Raises:
        OperationalError: the database does not work.
    """
    limit = app.settings.retention.size * _MEGABYTE
    if not limit:
        return 0
    excess = await stored_bytes(app) - limit
    removed = 0
    while excess > 0 and (old := await _oldest(app, BATCH)):
        for execution in old:
            if excess <= 0:
                break
            excess -= execution.size + await asyncio.to_thread(_size, outputs(app, execution.id))
            removed += await _remove(app, [execution])
        excess -= await sweep_files(app)
    return removed


async def stored_bytes(app: App) -> int:
    """The bytes of all outputs, in rows and in files, and of items' files."""
    folders = (app.settings.data_dir / "outputs", app.binaries.folder)
    in_files = [await asyncio.to_thread(_size, folder) for folder in folders]
    return sum(in_files) + await app.database.read(store.stored_bytes)


async def sweep_files(app: App) -> int:
    """Remove items' files that no execution is old enough to name; how many bytes they had.

    A file is as old as its last use. One day of grace covers executions that were handed an older
    one's items.
    """
    oldest = await app.database.read(store.oldest_kept)
    before = (min(oldest, now_us()) if oldest is not None else now_us()) - DAY_US
    return await asyncio.to_thread(_sweep, app.binaries.folder, before / 1_000_000)


async def sweep_outputs(app: App) -> int:
    """Remove the large outputs of executions that are gone, as a killed process leaves them."""
    folders = await asyncio.to_thread(lambda: list(_old_folders(app.settings.data_dir / "outputs")))
    removed = 0
    for start in range(0, len(folders), BATCH):
        ids = [folder.name for folder in folders[start : start + BATCH]]
        known = await _read(app, ids)
        for id in set(ids) - known:
            await app.plain_spill.delete(id)
            removed += 1
    return removed


def outputs(app: App, execution_id: str) -> Path:
    """The folder with the large outputs of an execution."""
    return app.settings.data_dir / "outputs" / execution_id[-2:] / execution_id


async def _read(app: App, ids: Sequence[str]) -> set[str]:
    return set(await app.database.read(lambda connection: execution_store.find(connection, ids)))


async def _oldest(app: App, limit: int, before: int | None = None) -> Sequence[OldExecution]:
    return await app.database.read(
        lambda connection: store.oldest(connection, limit, before=before)
    )


async def _remove(app: App, old: Sequence[OldExecution]) -> int:
    removed = 0
    for execution in old:
        id = execution.id
        while await _write(app, lambda connection, id=id: store.remove_rows(connection, id)):  # type: ignore[misc]  # mypy can't infer a default
            pass
        if await _write(app, lambda connection, id=id: store.remove(connection, id)):  # type: ignore[misc]  # as above
            removed += 1
            await app.plain_spill.delete(id)
    return removed


async def _write(app: App, work: Callable[[Any], T]) -> T:
    """One small transaction, and a pause as long as it took."""
    begun = time.monotonic()
    result = await app.database.write(work)
    await asyncio.sleep(max(_MIN_PAUSE, time.monotonic() - begun))
    return result


def _size(folder: Path) -> int:
    return sum(size for _, size, _ in _files(folder))


def _sweep(folder: Path, before: float) -> int:
    freed = 0
    for path, size, used_at in _files(folder):
        if used_at < before:
            with suppress(OSError):
                path.unlink()
                freed += size
    return freed


def _files(folder: Path) -> Iterator[tuple[Path, int, float]]:
    """Each file below a folder: its path, its bytes, when it was used last."""
    for place, _, names in os.walk(folder):
        for name in names:
            path = Path(place) / name
            with suppress(OSError):  # gone meanwhile
                found = path.stat()
                yield path, found.st_size, found.st_mtime


def _old_folders(root: Path) -> Iterator[Path]:
    """Folders of executions that nobody has written to for a day."""
    before = time.time() - DAY_US / 1_000_000
    for folder in root.glob("??/*"):
        with suppress(OSError):
            if folder.stat().st_mtime < before:
                yield folder


def free_bytes(app: App) -> int:
    """How much room is left on the disk of the data folder."""
    return shutil.disk_usage(app.settings.data_dir).free
