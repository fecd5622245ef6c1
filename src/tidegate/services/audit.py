"""The audit log: what people and the product did with secrets and policies, in one chain."""

import asyncio
import getpass
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from tidegate import audit
from tidegate.app import App
from tidegate.audit import Verification
from tidegate.errors import VaultError
from tidegate.log import get_logger
from tidegate.model.audit import AuditEntry, AuditEvent, AuditHead
from tidegate.model.execution import SecurityEvent, now_us
from tidegate.services.keys import make_key, refuse_unknown
from tidegate.store import audit_log as store
from tidegate.store.audit_log import AuditFilter, Change
from tidegate.store.text import clean_text

PAGE = 1000

_SEEN: Final = {
    "key.create": ("KEY_CREATED", "the vault's first key was made"),
    "key.rotate": ("KEY_ROTATED", "the vault has a new key"),
}
"""Actions that are security events too: type and description."""


@dataclass(frozen=True, slots=True)
class AuditReport:
    """What a verification found. ``mark`` names the last entry (``SEQ:HASH``) for a later one.

    ``anchor`` is what this machine had noted beside the vault's key.
    """

    entries: int
    mark: str
    anchor: str | None
    problems: Sequence[str]


def local_actor() -> str:
    """The user of the operating system who runs this process."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "unknown"


async def write(
    app: App,
    events: Iterable[AuditEvent],
    change: Change | None = None,
    seen: Iterable[SecurityEvent] = (),
) -> None:
    """Make a change and put it into the audit log: both or neither.

    Args:
        app: the app.
        events: what is done; details without secrets.
        change: runs in the transaction that adds the entries.
        seen: security events of the same thing.

    Raises:
        VaultError: the vault's key is missing, or can't be made.
    """
    entries = list(events)
    if await make_key(app):
        entries.insert(0, key_created(app))
    entries = [_clean(event) for event in entries]
    all_seen = [*seen, *(_seen(event) for event in entries if event.action in _SEEN)]
    key_id, key = await asyncio.to_thread(app.vault.derived, audit.PURPOSE)
    head = await app.database.write(
        lambda connection: store.append(
            connection,
            lambda head: audit.extend(head, entries, key_id, key),
            change,
            all_seen,
        )
    )
    try:
        await asyncio.to_thread(app.anchor.keep, head)
    except VaultError as error:  # it is done and on record; only a cut is noticed later
        get_logger().warning("audit.anchor", problem=error.message)


async def open_keys(app: App) -> bool:
    """For a server that begins: make the vault's first key, or find that all are there.

    Returns:
        Whether a key was made.

    Raises:
        VaultError: a key that sealed something in this database is missing, or can't be made.
    """
    head = await app.database.read(store.head)
    if head.key_id:
        await asyncio.to_thread(refuse_unknown, app, [head.key_id])
    if not await make_key(app):
        return False
    await write(app, [key_created(app)])
    return True


def key_created(app: App) -> AuditEvent:
    """The entry for the vault's first key."""
    return AuditEvent("key.create", app.vault.key_ids[-1], local_actor())


def _seen(event: AuditEvent) -> SecurityEvent:
    event_type, text = _SEEN[event.action]
    details = {"key": event.subject, "actor": event.actor}
    return SecurityEvent(event_type, "low", text, now_us(), details=details)


def _clean(event: AuditEvent) -> AuditEvent:
    """As both databases can keep it: the MAC covers what is read back."""
    return AuditEvent(
        clean_text(event.action), clean_text(event.subject), clean_text(event.actor), event.details
    )


async def page(
    app: App, wanted: AuditFilter, *, before: int | None = None, limit: int = 50
) -> Sequence[AuditEntry]:
    """Entries, newest first, from the one before ``before`` (a ``seq``) on."""
    return await app.database.read(
        lambda connection: store.page(connection, wanted, before=before, limit=limit)
    )


async def verify(app: App, noted: AuditHead | None = None) -> AuditReport:
    """Read the whole log, and find what was edited, deleted, moved or cut off.

    Args:
        app: the app.
        noted: an entry of which is known from elsewhere that it was there.

    Raises:
        VaultError: the key file or the anchor can't be read.
    """
    anchor = await asyncio.to_thread(app.anchor.read)
    anchors = [known for known in (anchor, noted) if known is not None]
    # The head first: what is added meanwhile comes after it.
    head = await app.database.read(store.head)
    found = Verification(lambda key_id: _key_of(app, key_id))
    while entries := await app.database.read(
        lambda connection: store.following(connection, found.seq, PAGE)
    ):
        for entry in entries:
            found.feed(entry, anchors)
        if found.seq > head.seq:
            head = await app.database.read(store.head)
    found.end(head, anchors)
    shown = None if anchor is None else f"{anchor.seq}:{anchor.hash}"
    return AuditReport(found.count, f"{found.seq}:{found.hash}", shown, tuple(found.problems))


def _key_of(app: App, key_id: str) -> bytes | None:
    try:
        if not key_id or not app.vault.exists or not app.vault.has_key(key_id):
            return None
    except VaultError:
        return None
    return app.vault.derived(audit.PURPOSE, key_id)[1]
