"""The vault: whether every credential can be opened, and new keys."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from tidegate.app import App
from tidegate.errors import VaultError
from tidegate.model.audit import AuditEvent
from tidegate.services import audit
from tidegate.services.audit import local_actor
from tidegate.services.keys import check_keys
from tidegate.services.sealed import plain
from tidegate.store import credentials as store
from tidegate.vault import FILE_MODE


@dataclass(frozen=True, slots=True)
class VaultCheck:
    """What was found: how many credentials each key seals, and what is wrong."""

    key_file: str
    keys: Mapping[str, int]
    problems: Sequence[str]


async def check(app: App) -> VaultCheck:
    """Open every credential.

    Raises:
        VaultError: the key file is missing though it is needed, or is not one.
    """
    vault = app.vault
    rows = await app.database.read(store.rows)
    if not rows and not await asyncio.to_thread(lambda: vault.exists):
        return VaultCheck(str(vault.key_file), {}, ())
    keys = dict.fromkeys(await asyncio.to_thread(lambda: vault.key_ids), 0)
    problems = []
    mode = await asyncio.to_thread(lambda: vault.mode)
    if mode & ~FILE_MODE:
        problems.append(
            f"the key file can be read by others (mode {mode:o}); make it {FILE_MODE:o}"
        )
    for row in rows:
        try:
            await asyncio.to_thread(plain, app, row)
            keys[row.key_id] += 1
        except VaultError as error:
            problems.append(error.message)
    return VaultCheck(str(vault.key_file), keys, problems)


async def rotate(app: App) -> int:
    """Seal every credential by a new key; returns how many there are.

    Whatever moment this is interrupted at, every credential can be opened: the new key is in the
    file before it is used, and the old ones stay there. Doing it again finishes the work.

    Raises:
        VaultError: a key is missing, or the key file can't be written.
    """
    await check_keys(app)
    before = await asyncio.to_thread(lambda: app.vault.key_ids[-1])
    current = await asyncio.to_thread(app.vault.rotate)
    await audit.write(app, [AuditEvent("key.rotate", current, local_actor(), {"before": before})])
    names = await app.database.read(store.names)
    for name in names:
        while not await _reseal(app, name, current):
            pass  # it was changed meanwhile; look again
    return len(names)


async def _reseal(app: App, name: str, current: str) -> bool:
    """Seal one credential by the new key; False where somebody else changed it meanwhile."""
    found = await app.database.read(lambda connection: store.rows(connection, [name]))
    if not found or found[0].key_id == current:
        return True
    row = found[0]
    content = await asyncio.to_thread(plain, app, row)
    sealed = await asyncio.to_thread(app.vault.seal, content, id=row.id, type=row.type)
    change = partial(store.reseal, row=row, key_id=sealed.key_id, data=sealed.data)
    return await app.database.write(change)
