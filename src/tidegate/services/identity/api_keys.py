"""API keys: shown once, stored as hashes, with scopes and an end."""

from collections.abc import Collection, Sequence

from tidegate import codec
from tidegate.app import App
from tidegate.errors import InvalidInput, NotFound
from tidegate.ids import new_id
from tidegate.model.audit import AuditEvent
from tidegate.model.execution import now_us
from tidegate.services import audit
from tidegate.services.identity.permissions import Action, Caller
from tidegate.services.identity.tokens import KEY_PREFIX, new_token, token_hash
from tidegate.store import accounts as store
from tidegate.store.accounts import StoredKey


async def create(
    app: App,
    caller: Caller,
    name: str,
    scopes: Collection[Action] | None,
    expires_at: int | None,
) -> tuple[StoredKey, str]:
    """A new key of the caller, and its text, which is stored nowhere.

    Raises:
        Forbidden: keys are made by people who logged in, not by keys.
        InvalidInput: it would have ended already.
    """
    caller.require(Action.ACCOUNT)
    now = now_us()
    if expires_at is not None and expires_at <= now:
        raise InvalidInput("this key would have expired already: choose a time to come")
    text = new_token(KEY_PREFIX)
    allowed = None if scopes is None else sorted(set(scopes) - {Action.ACCOUNT})
    stored = None if allowed is None else codec.encode([scope.value for scope in allowed]).decode()
    row = StoredKey(
        id=new_id(),
        user_id=caller.user_id,
        name=name,
        key_hash=token_hash(text),
        created_at=now,
        expires_at=expires_at,
        last_used_at=None,
        scopes=stored,
        prefix=text[:8],
    )
    event = AuditEvent("api_key.create", row.id, caller.email, {"name": name})
    await audit.write(app, [event], lambda connection: store.add_key(connection, row))
    return row, text


async def listed(app: App, caller: Caller) -> Sequence[StoredKey]:
    """The caller's own keys; for those who manage users, everybody's."""
    if caller.may(Action.USERS_MANAGE):
        return await app.database.read(lambda connection: store.keys(connection, None))
    caller.require(Action.ACCOUNT)
    return await app.database.read(lambda connection: store.keys(connection, caller.user_id))


async def revoke(app: App, caller: Caller, key_id: str) -> None:
    """Delete a key: one's own, or anybody's by those who manage users.

    Raises:
        NotFound: there is none, or it is somebody else's.
    """
    row = await app.database.read(lambda connection: store.key(connection, key_id))
    if not caller.may(Action.USERS_MANAGE):
        if row.user_id != caller.user_id:
            raise NotFound(f"there is no API key {key_id}")
        caller.require(Action.ACCOUNT)
    event = AuditEvent("api_key.delete", row.id, caller.email, {"name": row.name})
    await audit.write(app, [event], lambda connection: store.remove_key(connection, key_id))
