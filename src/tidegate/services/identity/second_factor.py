"""Second factors: codes that change with the time (TOTP, RFC 6238), and recovery codes.

The shared secret is sealed by the vault and bound to its person. A code works once: the time step
that was used last is stored with it, and so is which recovery codes are left.
"""

import asyncio
import secrets
import time
from dataclasses import dataclass, replace
from typing import Final

import pyotp

from tidegate import codec
from tidegate.app import App
from tidegate.errors import Conflict, InvalidInput, Problem
from tidegate.model.audit import AuditEvent
from tidegate.model.execution import now_us
from tidegate.services import audit
from tidegate.services.identity import passwords
from tidegate.services.identity.permissions import Action, Caller, Role, check_rank
from tidegate.services.identity.tokens import token_hash
from tidegate.store import accounts
from tidegate.store import sign_in as store
from tidegate.store.sign_in import StoredFactor

STEP_SECONDS: Final = 30
RECOVERY_CODES: Final = 10
ISSUER: Final = "Tidegate"
_PURPOSE: Final = "second factor"
_TRIES: Final = 3


@dataclass(frozen=True, slots=True)
class _Factor:
    """What is sealed. ``recovery`` are hashes; ``step`` is the last time step that was used."""

    secret: str
    recovery: tuple[str, ...] = ()
    step: int = 0


@dataclass(frozen=True, slots=True)
class Begun:
    """What an authenticator app is given; it is shown this once."""

    secret: str
    uri: str


async def is_asked_for(app: App, user_id: str) -> bool:
    """Whether somebody has a second factor."""
    row = await app.database.read(lambda connection: store.factor(connection, user_id))
    return row is not None and row.confirmed_at is not None


async def begin(app: App, caller: Caller, password: str) -> Begun:
    """A new secret for the caller; it counts once :func:`confirm` was given a code.

    Raises:
        InvalidInput: the password is wrong.
        Conflict: there is a second factor already.
    """
    await _check_password(app, caller, password)
    secret = pyotp.random_base32(32)
    data = await _sealed(app, caller.user_id, _Factor(secret))
    row = StoredFactor(caller.user_id, data, now_us(), None)
    await app.database.write(lambda connection: store.begin_factor(connection, row))
    uri = pyotp.TOTP(secret).provisioning_uri(name=caller.email, issuer_name=ISSUER)
    return Begun(secret, uri)


async def confirm(app: App, caller: Caller, code: str) -> tuple[str, ...]:
    """Ask for it from now on; gives the recovery codes, which are shown this once.

    Raises:
        InvalidInput: the code is wrong.
        Conflict: none was begun, or it was confirmed already.
    """
    caller.require(Action.ACCOUNT)
    row = await app.database.read(lambda connection: store.factor(connection, caller.user_id))
    if row is None or row.confirmed_at is not None:
        raise Conflict("no second factor was begun; begin one first")
    factor = await _opened(app, row)
    step = _step_of(factor, code)
    if step is None:
        raise _wrong("code", "this code is wrong; is the clock of your device right?")
    codes = tuple(secrets.token_hex(5) for _ in range(RECOVERY_CODES))
    hashes = tuple(token_hash(code) for code in codes)
    data = await _sealed(app, caller.user_id, _Factor(factor.secret, hashes, step))
    event = AuditEvent("user.second_factor", caller.email, caller.email, {"on": True})
    await audit.write(
        app, [event], lambda connection: _put(store.change_factor(connection, row, data))
    )
    return codes


async def accepts(app: App, user_id: str, code: str) -> bool:
    """Whether somebody's code is right; it is used up then."""
    for _ in range(_TRIES):  # of two with the same code at once, one comes through
        row = await app.database.read(lambda connection: store.factor(connection, user_id))
        if row is None or row.confirmed_at is None:
            return False
        factor = await _opened(app, row)
        after = _used(factor, code.strip().replace(" ", ""))
        if after is None:
            return False
        if await _swap(app, row, await _sealed(app, user_id, after)):
            return True
    return False


async def switch_off(app: App, caller: Caller, password: str, code: str) -> None:
    """Ask the caller for no second factor any more.

    Raises:
        InvalidInput: the password or the code is wrong.
    """
    await _check_password(app, caller, password)
    if not await accepts(app, caller.user_id, code):
        raise _wrong("code", "this code is wrong, or was used already")
    await _remove(app, caller, caller.user_id, caller.email)


async def reset(app: App, caller: Caller, user_id: str) -> None:
    """Ask somebody for no second factor any more, who has lost it.

    Raises:
        Forbidden: only owners and admins do this, and for owners only owners.
        NotFound: there is no such user.
    """
    caller.require(Action.USERS_MANAGE)
    user = await app.database.read(lambda connection: accounts.user(connection, user_id))
    check_rank(caller, Role(user.role))
    await _remove(app, caller, user_id, user.email)


async def _remove(app: App, caller: Caller, user_id: str, email: str) -> None:
    event = AuditEvent("user.second_factor", email, caller.email, {"on": False})
    await audit.write(app, [event], lambda connection: store.remove_factor(connection, user_id))


async def _swap(app: App, row: StoredFactor, data: bytes) -> bool:
    return await app.database.write(lambda connection: store.change_factor(connection, row, data))


def _put(done: bool) -> None:  # noqa: FBT001 - what the store says
    if not done:
        raise Conflict("it was changed just now; begin again")


async def _check_password(app: App, caller: Caller, password: str) -> None:
    caller.require(Action.ACCOUNT)
    user = await app.database.read(lambda connection: accounts.user(connection, caller.user_id))
    if not await passwords.fits(password, user.password_hash):
        raise _wrong("password", "the password is wrong")


def _used(factor: _Factor, code: str) -> _Factor | None:
    """The factor after a code was used; None: it is wrong, or was used before."""
    hashed = token_hash(code.lower())
    if hashed in factor.recovery:
        left = tuple(known for known in factor.recovery if known != hashed)
        return replace(factor, recovery=left)
    step = _step_of(factor, code)
    return None if step is None else replace(factor, step=step)


def _step_of(factor: _Factor, code: str) -> int | None:
    """The time step of a code, this one or one beside it; None: wrong, or not a later one."""
    totp, now = pyotp.TOTP(factor.secret), time.time()
    for step in (int(now) // STEP_SECONDS + around for around in (0, -1, 1)):
        if step > factor.step and totp.verify(code, for_time=step * STEP_SECONDS):
            return step
    return None


async def _sealed(app: App, user_id: str, factor: _Factor) -> bytes:
    plain = codec.encode([factor.secret, list(factor.recovery), factor.step])
    return await asyncio.to_thread(app.vault.seal_data, plain, _PURPOSE, user_id)


async def _opened(app: App, row: StoredFactor) -> _Factor:
    plain = await asyncio.to_thread(app.vault.open_data, row.data, _PURPOSE, row.user_id)
    secret, recovery, step = codec.decode(plain)
    return _Factor(secret, tuple(recovery), step)


def _wrong(parameter: str, text: str) -> InvalidInput:
    return InvalidInput(text, [Problem(text, "INVALID_VALUE", parameter=parameter)])
