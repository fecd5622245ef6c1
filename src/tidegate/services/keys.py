"""The vault's keys: make the first one, and know whether those that are needed are there."""

import asyncio
from collections.abc import Iterable, Mapping

from tidegate.app import App
from tidegate.store import credentials as store


async def make_key(app: App) -> bool:
    """Make the vault's first key where none is there; a key that is needed is never replaced.

    Returns:
        Whether it was made.

    Raises:
        VaultError: a key is missing, or can't be made.
    """
    if await asyncio.to_thread(lambda: app.vault.exists):
        await check_keys(app)
        return False
    if await app.database.read(store.key_ids):
        raise app.vault.missing()
    return await asyncio.to_thread(app.vault.create)


async def check_keys(app: App) -> Mapping[str, int]:
    """Find out whether every credential can be opened; gives the number of them by key.

    Raises:
        VaultError: a key is missing.
    """
    used = await app.database.read(store.key_ids)
    await asyncio.to_thread(refuse_unknown, app, used)
    return used


def refuse_unknown(app: App, used: Iterable[str]) -> None:
    """Refuse to begin what would need a key that is not there. Blocks.

    Raises:
        VaultError: a key is missing.
    """
    unknown = [key_id for key_id in used if not app.vault.has_key(key_id)]
    if unknown:
        raise app.vault.wrong_key(unknown)
