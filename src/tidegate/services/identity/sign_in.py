"""Sign in and out; find out who calls."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from tidegate import codec
from tidegate.app import App
from tidegate.errors import UserError
from tidegate.model.execution import now_us
from tidegate.services import access
from tidegate.services.identity import passwords, second_factor
from tidegate.services.identity.permissions import Action, Caller, Role
from tidegate.services.identity.throttle import Throttle
from tidegate.services.identity.tokens import KEY_PREFIX, new_token, token_hash
from tidegate.store import accounts as store
from tidegate.store.accounts import StoredUser

SESSION_SECONDS: Final = 14 * 24 * 3600
NOTE_USE_EVERY: Final = 60_000_000
"""Microseconds between two notes of when a key was used."""


class Unauthorized(UserError):
    """Nobody has proved who calls."""

    code = "UNAUTHORIZED"
    http_status = 401


class CodeNeeded(Unauthorized):
    """The password was right; the code of the second factor is missing."""

    code = "SECOND_FACTOR_NEEDED"


@dataclass(frozen=True, slots=True)
class Proof:
    """What somebody says to be let in; ``code`` is of the second factor, or a recovery code."""

    email: str
    password: str
    code: str | None = None


async def sign_in(app: App, throttle: Throttle, proof: Proof, network: str) -> str:
    """The token of a new session.

    Raises:
        Unauthorized: the address or the password is wrong; not which. Or the code is.
        CodeNeeded: there is a second factor, and no code was given.
        TooManyTries: too many were wrong.
    """
    email = clean_email(proof.email)
    throttle.check(email, network)
    found = await app.database.read(lambda connection: store.user_by_email(connection, email))
    fits = await passwords.fits(proof.password, None if found is None else found.password_hash)
    if not fits or found is None or found.disabled:
        throttle.failed(email, network)
        await access.signed_in(app, email, succeeded=False, details={"network": network})
        raise Unauthorized("the address or the password is wrong")
    if await second_factor.is_asked_for(app, found.id):
        if proof.code is None:
            raise CodeNeeded("send the code of your second factor too, or a recovery code")
        if not await second_factor.accepts(app, found.id, proof.code):
            throttle.failed(email, network)
            details = {"network": network, "by": "second_factor"}
            await access.signed_in(app, email, succeeded=False, details=details)
            raise Unauthorized("this code is wrong, or was used already")
    throttle.succeeded(email)
    await access.signed_in(app, email, succeeded=True, details={"network": network})
    return await new_session(app, found.id)


async def new_session(app: App, user_id: str) -> str:
    """The token of a new session of somebody who was let in."""
    token, now = new_token(), now_us()
    expires_at = now + SESSION_SECONDS * 1_000_000
    await app.database.write(
        lambda connection: store.add_session(
            connection, token_hash(token), user_id, now, expires_at
        )
    )
    return token


async def sign_out(app: App, token: str) -> None:
    """End a session."""
    await app.database.write(lambda connection: store.end_session(connection, token_hash(token)))


async def caller_of_session(app: App, token: str) -> Caller | None:
    """Who a session belongs to; None: it has ended, or there never was one."""
    found = await app.database.read(
        lambda connection: (
            None
            if (user := store.session_user(connection, token_hash(token), now_us())) is None
            else (user, store.memberships(connection, user.id))
        )
    )
    return None if found is None else _caller(*found)


async def caller_of_key(app: App, key: str) -> Caller | None:
    """Who an API key belongs to; None: it has expired, or there never was one."""
    if not key.startswith(KEY_PREFIX):
        return None
    now = now_us()
    found = await app.database.read(
        lambda connection: (
            None
            if (pair := store.key_and_user(connection, token_hash(key), now)) is None
            else (*pair, store.memberships(connection, pair[1].id))
        )
    )
    if found is None:
        return None
    stored, user, memberships = found
    if now - (stored.last_used_at or 0) > NOTE_USE_EVERY:
        # Nobody waits for this note.
        app.database.write(lambda connection: store.used_key(connection, stored.id, now))
    scopes = None if stored.scopes is None else codec.decode(stored.scopes)
    # A key never changes its person's account: whoever finds one can't make others of it.
    allowed = set(Action) - {Action.ACCOUNT}
    if scopes is not None:
        allowed &= {Action(scope) for scope in scopes}
    return _caller(user, memberships, frozenset(allowed))


def clean_email(email: str) -> str:
    """An address as it is compared."""
    return email.strip().lower()


def _caller(
    user: StoredUser,
    memberships: Mapping[str, str],
    scopes: frozenset[Action] | None = None,
) -> Caller:
    return Caller(
        user_id=user.id,
        email=user.email,
        role=Role(user.role),
        memberships={project: Role(role) for project, role in memberships.items()},
        scopes=scopes,
    )
