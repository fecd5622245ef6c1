"""People: the first owner, invitations, passwords, roles. Links work once."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from tidegate.app import App
from tidegate.errors import InvalidInput, Problem
from tidegate.ids import new_id
from tidegate.model.audit import AuditEvent
from tidegate.model.execution import now_us
from tidegate.services import audit
from tidegate.services.identity import passwords
from tidegate.services.identity.permissions import (
    EVERYWHERE,
    Action,
    Caller,
    Role,
    check_rank,
)
from tidegate.services.identity.sign_in import Unauthorized, clean_email
from tidegate.services.identity.tokens import new_token, token_hash
from tidegate.store import accounts as store
from tidegate.store.accounts import StoredLink, StoredUser
from tidegate.store.tables import MAIN_PROJECT

SETUP, INVITATION, PASSWORD_RESET = "setup", "invitation", "password_reset"
_BY_RANK: Final = (Role.VIEWER, Role.OPERATOR, Role.EDITOR)
_DAY: Final = 24 * 3600 * 1_000_000
_LIFETIMES: Final = {SETUP: 365 * _DAY, INVITATION: 7 * _DAY, PASSWORD_RESET: _DAY}
_EMAIL: Final = re.compile(r"[^\s@\x00-\x1f]{1,64}@[^\s@\x00-\x1f]{1,190}\Z")


@dataclass(frozen=True, slots=True)
class Accepted:
    """What somebody says who follows a link; a reset needs the password alone."""

    token: str
    password: str
    email: str = ""
    name: str = ""


async def setup_token(app: App) -> str | None:
    """A new token for the first owner; None: somebody has an account. Older ones work no more."""
    if await app.database.read(store.has_users):
        return None
    return await _new_link(app, SETUP, "", Role.OWNER)


async def invite(app: App, caller: Caller, email: str, role: Role) -> str:
    """A token by which somebody can make an account with this role.

    Raises:
        Forbidden: only owners and admins invite, and only owners invite owners.
        InvalidInput: this is no address, or somebody has it already.
    """
    caller.require(Action.USERS_MANAGE)
    check_rank(caller, role)
    email = _checked_email(email)
    if await app.database.read(lambda connection: store.user_by_email(connection, email)):
        raise _wrong("email", "there is a user with this address already")
    token = await _new_link(app, INVITATION, email, role)
    await audit.write(app, [AuditEvent("user.invite", email, caller.email, {"role": role.value})])
    return token


async def wish_reset(app: App, email: str) -> str | None:
    """A token by which somebody who forgot a password can choose another one.

    None: nobody has this address; whoever asks must not learn that.
    """
    email = clean_email(email)
    user = await app.database.read(lambda connection: store.user_by_email(connection, email))
    if user is None or user.disabled:
        return None
    token = await _new_link(app, PASSWORD_RESET, user.email, Role(user.role))
    await audit.write(app, [AuditEvent("user.password_reset", user.email, user.email, {})])
    return token


async def reset_password(app: App, caller: Caller, user_id: str) -> str:
    """A token by which somebody can choose another password.

    Raises:
        Forbidden: only owners and admins do this, and for owners only owners.
        NotFound: there is no such user.
    """
    caller.require(Action.USERS_MANAGE)
    user = await app.database.read(lambda connection: store.user(connection, user_id))
    check_rank(caller, Role(user.role))
    token = await _new_link(app, PASSWORD_RESET, user.email, Role(user.role))
    await audit.write(app, [AuditEvent("user.password_reset", user.email, caller.email, {})])
    return token


async def accept(app: App, said: Accepted) -> str:
    """Follow a link: make the account, or change the password; gives the user's id.

    Raises:
        Unauthorized: the link does not work (any more).
        InvalidInput: the address or the password is not good enough.
    """
    hash = token_hash(said.token)
    link = await app.database.read(lambda connection: store.link(connection, hash, now_us()))
    if link is None:
        raise Unauthorized("this link does not work: it was used, or it has expired")
    passwords.check(said.password)
    if link.kind == PASSWORD_RESET:
        return await _take_password(app, link, said)
    return await _make_account(app, link, said)


async def _take_password(app: App, link: StoredLink, said: Accepted) -> str:
    user = await app.database.read(lambda connection: store.user_by_email(connection, link.email))
    if user is None:
        raise Unauthorized("this link does not work: its user is gone")
    values = {"password_hash": await passwords.hashed(said.password)}

    def change(connection: Any) -> None:
        store.use_link(connection, link.token_hash)
        store.change_user(connection, user.id, values)

    event = AuditEvent("user.password", user.email, user.email, {"by": "link"})
    await audit.write(app, [event], change)
    return user.id


async def _make_account(app: App, link: StoredLink, said: Accepted) -> str:
    email = _checked_email(link.email or said.email)
    password_hash = await passwords.hashed(said.password)
    name = said.name.strip() or email.partition("@")[0]
    user = StoredUser(new_id(), email, name[:200], link.role, password_hash, False, now_us())  # noqa: FBT003 - a row
    role = Role(link.role)
    projects = {} if role in EVERYWHERE else {MAIN_PROJECT: link.role}
    is_first = link.kind == SETUP

    def make(connection: Any) -> None:
        store.use_link(connection, link.token_hash)
        if is_first and store.has_users(connection):
            raise Unauthorized("this link does not work: there is an owner already")
        store.add_user(connection, user, projects)

    event = AuditEvent("user.create", email, email, {"role": link.role, "by": link.kind})
    await audit.write(app, [event], make)
    return user.id


async def listed(app: App, caller: Caller) -> Sequence[StoredUser]:
    """Everybody.

    Raises:
        Forbidden: only owners and admins see everybody.
    """
    caller.require(Action.USERS_MANAGE)
    return await app.database.read(store.all_users)


async def change(
    app: App, caller: Caller, user_id: str, *, role: Role | None, disabled: bool | None
) -> StoredUser:
    """Change somebody's role or access; their sessions end. In projects they are no more than that.

    Raises:
        Forbidden: only owners and admins do this, and to owners only owners.
        Conflict: no owner would be left.
    """
    caller.require(Action.USERS_MANAGE)
    user = await app.database.read(lambda connection: store.user(connection, user_id))
    check_rank(caller, Role(user.role))
    values: dict[str, Any] = {}
    if role is not None:
        check_rank(caller, role)
        values["role"] = role.value
    if disabled is not None:
        values["disabled"] = disabled
    if values:
        event = AuditEvent("user.change", user.email, caller.email, dict(values))

        def make(connection: Any) -> None:
            store.change_user(connection, user_id, values)
            if role in _BY_RANK:
                higher = [above.value for above in _BY_RANK[_BY_RANK.index(role) + 1 :]]
                store.cap_memberships(connection, user_id, role.value, higher)

        await audit.write(app, [event], make)
    return await app.database.read(lambda connection: store.user(connection, user_id))


async def remove(app: App, caller: Caller, user_id: str) -> None:
    """Delete somebody's account.

    Raises:
        Forbidden: only owners and admins do this, and to owners only owners.
        Conflict: no owner would be left.
    """
    caller.require(Action.USERS_MANAGE)
    user = await app.database.read(lambda connection: store.user(connection, user_id))
    check_rank(caller, Role(user.role))
    await audit.write(
        app,
        [AuditEvent("user.delete", user.email, caller.email, {})],
        lambda connection: store.remove_user(connection, user_id),
    )


async def change_own(
    app: App, caller: Caller, *, name: str | None, password: str | None, old: str | None
) -> StoredUser:
    """Change one's own name or password; with the password, all sessions end.

    Raises:
        Unauthorized: the old password is wrong.
        InvalidInput: the new one is not good enough.
    """
    caller.require(Action.ACCOUNT)
    user = await app.database.read(lambda connection: store.user(connection, caller.user_id))
    values: dict[str, Any] = {} if name is None else {"name": name}
    events = []
    if password is not None:
        passwords.check(password)
        if not await passwords.fits(old or "", user.password_hash):
            raise _wrong("old_password", "the old password is wrong")
        values["password_hash"] = await passwords.hashed(password)
        events = [AuditEvent("user.password", user.email, user.email, {"by": "account"})]
    if values:
        await audit.write(
            app, events, lambda connection: store.change_user(connection, user.id, values)
        )
    return await app.database.read(lambda connection: store.user(connection, user.id))


async def _new_link(app: App, kind: str, email: str, role: Role) -> str:
    token, now = new_token(), now_us()
    row = StoredLink(token_hash(token), kind, email, role.value, now, now + _LIFETIMES[kind])
    await app.database.write(lambda connection: store.add_link(connection, row))
    return token


def _checked_email(email: str) -> str:
    email = clean_email(email)
    if not _EMAIL.match(email) or not email.isprintable():
        raise _wrong("email", "this is no e-mail address")
    return email


def _wrong(parameter: str, text: str) -> InvalidInput:
    return InvalidInput(text, [Problem(text, "INVALID_VALUE", parameter=parameter)])
