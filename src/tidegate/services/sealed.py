"""What the vault sealed of a credential: read, and replaced as long as nobody else did so."""

import asyncio
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from tidegate.app import App
from tidegate.errors import CredentialError, VaultError
from tidegate.services.credential_expiry import GRANT, of_grant
from tidegate.store import credentials as store
from tidegate.store.credentials import StoredCredential
from tidegate.vault import Sealed

if TYPE_CHECKING:
    # The types take some milliseconds to load: only those who have credentials pay.
    from tidegate.credentials.opened import Content


def content_of(app: App, row: StoredCredential) -> "Content":
    """What is sealed in a row. Blocks.

    Raises:
        VaultError: the key is missing, or the row was changed.
    """
    from tidegate.credentials.opened import Content  # noqa: PLC0415 - see above

    return Content.decode(row.type, plain(app, row))


def plain(app: App, row: StoredCredential) -> bytes:
    """What is sealed in a row. Blocks.

    Raises:
        VaultError: the key is missing, or the row was changed.
    """
    try:
        return app.vault.open(Sealed(row.key_id, row.data), id=row.id, type=row.type)
    except VaultError as error:
        raise VaultError(f"credential '{row.name}': {error.message}") from None


async def read(app: App, name: str, id: str) -> "tuple[StoredCredential, Content]":
    """A credential's row and content as they are now.

    Raises:
        CredentialError: it is gone, or can't be opened.
    """
    rows = await app.database.read(lambda connection: store.rows(connection, [name]))
    if not rows or rows[0].id != id:
        raise CredentialError(f"there is no credential '{name}' any more")
    return rows[0], await asyncio.to_thread(content_of, app, rows[0])


async def write(app: App, row: StoredCredential, content: "Content") -> bool:
    """Seal another content for a row; False where the row was changed since it was read."""
    sealed = await asyncio.to_thread(app.vault.seal, content.encode(), id=row.id, type=row.type)
    end = of_grant(content)

    put = partial(store.renew, row=row, key_id=sealed.key_id, data=sealed.data)
    return await app.database.write(partial(put, end=end, source=GRANT))


async def change(app: App, name: str, id: str, how: "Callable[[Content], Content | None]") -> bool:
    """Change a credential's content, however often others do so meanwhile; None leaves it.

    Raises:
        CredentialError: it is gone, or can't be opened.
    """
    while True:
        row, content = await read(app, name, id)
        changed = how(content)
        if changed is None:
            return False
        if await write(app, row, changed):
            return True
