"""Credentials: store, describe, delete, and open them for an execution."""

import asyncio
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any

from tidegate.app import App
from tidegate.errors import Conflict, CredentialError, InvalidInput, VaultError
from tidegate.ids import new_id
from tidegate.log import get_logger
from tidegate.model.audit import AuditEvent
from tidegate.model.execution import now_us, us_to_iso
from tidegate.services import audit
from tidegate.services.audit import key_created, local_actor
from tidegate.services.credential_expiry import with_expiry
from tidegate.services.credential_uses import note_use
from tidegate.services.keys import check_keys, make_key, refuse_unknown
from tidegate.services.sealed import content_of
from tidegate.store import credentials as store
from tidegate.store.credentials import StoredCredential
from tidegate.store.tables import MAIN_PROJECT

if TYPE_CHECKING:
    # The types take some milliseconds to load: only those who have credentials pay.
    from tidegate.credentials.grant import Grant
    from tidegate.credentials.opened import Content, OpenCredential

Opened = Mapping[str, "OpenCredential | CredentialError"]
"""Credentials by name; in the place of one that can't be opened, the reason."""

MAX_NAME = 200


@dataclass(frozen=True, slots=True)
class Saved:
    """What storing did; ``made_key`` says that the vault's key file was made for it."""

    is_new: bool
    made_key: bool


async def names(app: App) -> Sequence[str]:
    """The names of all credentials."""
    return await app.database.read(store.names)


async def save(
    app: App,
    name: str,
    type: str,
    values: Any,
    *,
    hosts: tuple[str, ...] = (),
    allow_plain_http: bool = False,
    project_id: str = MAIN_PROJECT,
    actor: str | None = None,
    known_at: int | None = None,
    may_replace: bool = True,
    expires_at: int | None = None,
) -> Saved:
    """Store a credential; one with the same name gets this content instead of its own.

    ``project_id`` is that of a new one; ``actor`` None is whoever runs this process; ``known_at``:
    only if that is when it was changed last; without ``may_replace`` only a new one is stored.
    ``expires_at`` is when a person says that it ends, in microseconds.

    Raises:
        InvalidInput: naming every problem, and none of the values.
        VaultError: the vault's key is missing, or can't be made.
        Conflict: the name is taken, or somebody else stored, changed or deleted it meanwhile.
    """
    from tidegate.credentials.opened import Content  # noqa: PLC0415 - see above

    if not name or len(name) > MAX_NAME or not name.isprintable() or name != name.strip():
        raise InvalidInput("a credential's name is one line of printable characters")
    content = Content.of(type, values, hosts, allow_plain_http=allow_plain_http)
    made_key = await make_key(app)
    existing = await app.database.read(lambda connection: store.rows(connection, [name]))
    if existing and not may_replace:
        raise Conflict(
            f"there is a credential '{name}' already; choose another name, or change that one "
            "(in the API: send its ETag in If-Match)"
        )
    id = existing[0].id if existing else new_id()
    if existing and existing[0].type == type:
        content = await asyncio.to_thread(_with_grant_of, app, existing[0], content)
    sealed = await asyncio.to_thread(app.vault.seal, content.encode(), id=id, type=type)
    now = now_us()
    row = StoredCredential(id, name, type, sealed.data, sealed.key_id, now, now, project_id)
    row = await asyncio.to_thread(with_expiry, app, row, content, expires_at)
    put = partial(store.replace, known_at=known_at) if existing else store.add
    event = AuditEvent(
        "credential.change" if existing else "credential.create",
        name,
        actor or local_actor(),
        {"id": id, "type": type, "hosts": list(hosts), "allow_plain_http": allow_plain_http},
    )
    events = [key_created(app), event] if made_key else [event]
    await audit.write(app, events, lambda connection: put(connection, row=row))
    return Saved(not existing, made_key)


def _with_grant_of(app: App, row: StoredCredential, content: "Content") -> "Content":
    """New content with the tokens of the old, where only secrets or hosts are new."""
    old = content_of(app, row)
    return replace(content, grant=old.grant) if content.grants_the_same(old) else content


async def check_usable(app: App, wanted: Collection[str]) -> None:
    """Refuse to begin what would need a key that is not there.

    Raises:
        VaultError: the vault's key is missing or wrong.
    """
    rows = await app.database.read(lambda connection: store.rows(connection, wanted))
    await asyncio.to_thread(refuse_unknown, app, {row.key_id for row in rows})


async def describe(app: App, name: str) -> Mapping[str, Any]:
    """What may be shown of a credential: everything but its values.

    Raises:
        NotFound: there is none with this name.
        VaultError: it can't be opened.
    """
    row = await app.database.read(lambda connection: store.get(connection, name))
    content = await asyncio.to_thread(content_of, app, row)
    return summary(row) | {
        "hosts": list(content.hosts),
        "allow_plain_http": content.allow_plain_http,
        "fields": content.shown_fields(),
        **({} if content.grant is None else {"grant": _shown_grant(content.grant)}),
    }


def _shown_grant(grant: "Grant") -> Mapping[str, Any]:
    return {
        "is_authorized": bool(grant.access_token),
        "can_refresh": grant.refresh_token is not None,
        "renew_at": us_to_iso(int(grant.renew_at * 1_000_000)) if grant.access_token else None,
    }


async def listed(app: App) -> Sequence[Mapping[str, Any]]:
    """Name, type and times of every credential; needs no key."""
    rows = await app.database.read(store.rows)
    return [summary(row) for row in rows]


def summary(row: StoredCredential) -> dict[str, Any]:
    """What is known of a row without opening it."""
    return {
        "name": row.name,
        "type": row.type,
        "created_at": us_to_iso(row.created_at),
        "updated_at": us_to_iso(row.updated_at),
        "last_used_at": us_to_iso(row.last_used_at),
        "tested": None
        if row.tested_at is None
        else {
            "at": us_to_iso(row.tested_at),
            "works": bool(row.test_works),
            "text": row.test_text or "",
        },
        "expires_at": us_to_iso(row.expires_at),
        "expires_from": row.expires_from,
    }


async def delete(app: App, name: str, actor: str | None = None) -> None:
    """Delete a credential; without its key too: what can't be opened can only be deleted.

    Raises:
        NotFound: there is none with this name.
    """
    await app.database.read(lambda connection: store.get(connection, name))
    try:
        await check_keys(app)
    except VaultError as error:
        get_logger().warning("audit.no_entry", action="credential.delete", subject=name)
        get_logger().warning("vault", problem=error.message)
        await app.database.write(lambda connection: store.remove(connection, name))
        return
    await audit.write(
        app,
        [AuditEvent("credential.delete", name, actor or local_actor())],
        lambda connection: store.remove(connection, name),
    )


async def open_all(app: App, wanted: Collection[str]) -> Opened:
    """Open credentials for an execution; their values are redacted from now on."""
    if not wanted:
        return {}
    rows = await app.database.read(lambda connection: store.rows(connection, wanted))
    note_use(app, rows)
    opened: dict[str, OpenCredential | CredentialError] = {
        name: CredentialError(f"there is no credential '{name}'") for name in wanted
    }
    opened |= await asyncio.to_thread(lambda: {row.name: _open_or_say(app, row) for row in rows})
    for found in opened.values():
        if not isinstance(found, CredentialError):
            app.redact.add(found.secret_values())
    return opened


async def open_one(app: App, row: StoredCredential) -> "OpenCredential":
    """Open a credential; its values are redacted from now on.

    Raises:
        CredentialError: it can't be opened, or a field's value can't be had.
    """
    opened = await asyncio.to_thread(_open_or_say, app, row)
    if isinstance(opened, CredentialError):
        raise opened
    app.redact.add(opened.secret_values())
    return opened


def _open_or_say(app: App, row: StoredCredential) -> "OpenCredential | CredentialError":
    try:
        return _opened(app, row)
    except CredentialError as error:
        return error
    except VaultError as error:
        failure = CredentialError(error.message)
        failure.is_tampering = True
        return failure


def _opened(app: App, row: StoredCredential) -> "OpenCredential":
    opened = content_of(app, row).open(row.id, row.name, row.updated_at, app.references)
    if opened.values.is_granted:
        from tidegate.services.grants import StoredGrant  # noqa: PLC0415 - seldom needed

        return replace(opened, keeper=StoredGrant(app, opened))
    return opened
