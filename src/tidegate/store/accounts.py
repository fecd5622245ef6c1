"""People, their sessions, keys and one-time links. Of tokens only hashes are stored."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Table, delete, func, select, update

from tidegate.errors import Conflict, NotFound
from tidegate.store.account_tables import (
    api_keys,
    one_time_links,
    project_members,
    sessions,
    users,
)
from tidegate.store.upsert import insert_if_new


@dataclass(frozen=True, slots=True)
class StoredUser:
    """Somebody; times are microseconds since 1970."""

    id: str
    email: str
    name: str
    role: str
    password_hash: str | None
    disabled: bool
    created_at: int


@dataclass(frozen=True, slots=True)
class StoredKey:
    """An API key; ``scopes`` is JSON, None: everything that its user may."""

    id: str
    user_id: str
    name: str
    key_hash: str
    created_at: int
    expires_at: int | None
    last_used_at: int | None
    scopes: str | None
    prefix: str


@dataclass(frozen=True, slots=True)
class StoredLink:
    """A link that works once: ``kind`` is setup, invitation or password_reset."""

    token_hash: str
    kind: str
    email: str
    role: str
    created_at: int
    expires_at: int


def has_users(connection: Connection) -> bool:
    """Whether anybody has an account."""
    return connection.scalar(select(users.c.id).limit(1)) is not None


def all_users(connection: Connection) -> Sequence[StoredUser]:
    """Everybody, by address."""
    rows = connection.execute(select(users).order_by(users.c.email))
    return [StoredUser(**row._asdict()) for row in rows]


def user(connection: Connection, user_id: str) -> StoredUser:
    """One person.

    Raises:
        NotFound: there is none with this id.
    """
    row = connection.execute(select(users).where(users.c.id == user_id)).one_or_none()
    if row is None:
        raise NotFound(f"there is no user {user_id}")
    return StoredUser(**row._asdict())


def user_by_email(connection: Connection, email: str) -> StoredUser | None:
    """The person with this address."""
    row = connection.execute(select(users).where(users.c.email == email)).one_or_none()
    return None if row is None else StoredUser(**row._asdict())


def add_user(connection: Connection, row: StoredUser, projects: Mapping[str, str]) -> None:
    """Store a new person with roles in projects.

    Raises:
        Conflict: somebody has this address.
    """
    if connection.execute(insert_if_new(connection, users, **_values(row))).rowcount == 0:
        raise Conflict("there is a user with this address already")
    for project_id, role in projects.items():
        set_member(connection, project_id, row.id, role)


def change_user(connection: Connection, user_id: str, values: Mapping[str, Any]) -> None:
    """Change a person; where the password, the role or the access changes, sessions end.

    Raises:
        NotFound: there is none with this id.
        Conflict: no owner would be left.
    """
    changed = connection.execute(update(users).where(users.c.id == user_id).values(**values))
    if changed.rowcount == 0:
        raise NotFound(f"there is no user {user_id}")
    if values.keys() & {"password_hash", "role", "disabled"}:
        connection.execute(delete(sessions).where(sessions.c.user_id == user_id))
        _require_owner(connection)


def remove_user(connection: Connection, user_id: str) -> None:
    """Delete a person with all sessions and keys.

    Raises:
        NotFound: there is none with this id.
        Conflict: no owner would be left.
    """
    for table in (sessions, api_keys, project_members):
        connection.execute(delete(table).where(table.c.user_id == user_id))
    if connection.execute(delete(users).where(users.c.id == user_id)).rowcount == 0:
        raise NotFound(f"there is no user {user_id}")
    _require_owner(connection)


def _require_owner(connection: Connection) -> None:
    owners = select(func.count()).where(users.c.role == "owner", users.c.disabled.is_(False))
    if connection.scalar(owners) == 0:
        raise Conflict("this is the last owner; make somebody else an owner first")


def memberships(connection: Connection, user_id: str) -> Mapping[str, str]:
    """The roles of a person by project."""
    rows = connection.execute(
        select(project_members.c.project_id, project_members.c.role).where(
            project_members.c.user_id == user_id
        )
    )
    return {row.project_id: row.role for row in rows}


def set_member(connection: Connection, project_id: str, user_id: str, role: str | None) -> None:
    """Give a person a role in a project; None takes it away."""
    known_by = (project_members.c.project_id == project_id, project_members.c.user_id == user_id)
    connection.execute(delete(project_members).where(*known_by))
    if role is not None:
        row = {"project_id": project_id, "user_id": user_id, "role": role}
        connection.execute(insert_if_new(connection, project_members, **row))


def cap_memberships(
    connection: Connection, user_id: str, role: str, higher: Collection[str]
) -> None:
    """Let a person be no more than ``role`` in any project; ``higher`` are the roles above it."""
    connection.execute(
        update(project_members)
        .where(project_members.c.user_id == user_id, project_members.c.role.in_(higher))
        .values(role=role)
    )


def add_session(
    connection: Connection, token_hash: str, user_id: str, now: int, expires_at: int
) -> None:
    """Store a session, and drop those that have ended."""
    connection.execute(delete(sessions).where(sessions.c.expires_at < now))
    row = {
        "token_hash": token_hash,
        "user_id": user_id,
        "created_at": now,
        "expires_at": expires_at,
    }
    connection.execute(insert_if_new(connection, sessions, **row))


def session_user(connection: Connection, token_hash: str, now: int) -> StoredUser | None:
    """The person of a session that has not ended."""
    statement = (
        select(users)
        .join(sessions, sessions.c.user_id == users.c.id)
        .where(
            sessions.c.token_hash == token_hash,
            sessions.c.expires_at > now,
            users.c.disabled.is_(False),
        )
    )
    row = connection.execute(statement).one_or_none()
    return None if row is None else StoredUser(**row._asdict())


def end_session(connection: Connection, token_hash: str) -> None:
    """Forget a session."""
    connection.execute(delete(sessions).where(sessions.c.token_hash == token_hash))


def key_and_user(
    connection: Connection, key_hash: str, now: int
) -> tuple[StoredKey, StoredUser] | None:
    """An API key that has not expired, and its person."""
    row = connection.execute(select(api_keys).where(api_keys.c.key_hash == key_hash)).one_or_none()
    if row is None or (row.expires_at is not None and row.expires_at <= now):
        return None
    found = user(connection, row.user_id)
    return None if found.disabled else (StoredKey(**row._asdict()), found)


def keys(connection: Connection, user_id: str | None) -> Sequence[StoredKey]:
    """The keys of a person (None: of everybody), the newest first."""
    statement = select(api_keys).order_by(api_keys.c.created_at.desc(), api_keys.c.id)
    if user_id is not None:
        statement = statement.where(api_keys.c.user_id == user_id)
    return [StoredKey(**row._asdict()) for row in connection.execute(statement)]


def key(connection: Connection, key_id: str) -> StoredKey:
    """One key.

    Raises:
        NotFound: there is none with this id.
    """
    row = connection.execute(select(api_keys).where(api_keys.c.id == key_id)).one_or_none()
    if row is None:
        raise NotFound(f"there is no API key {key_id}")
    return StoredKey(**row._asdict())


def add_key(connection: Connection, row: StoredKey) -> None:
    """Store a new key."""
    connection.execute(insert_if_new(connection, api_keys, **_values(row)))


def used_key(connection: Connection, key_id: str, now: int) -> None:
    """Note that a key was used."""
    connection.execute(update(api_keys).where(api_keys.c.id == key_id).values(last_used_at=now))


def remove_key(connection: Connection, key_id: str) -> None:
    """Delete a key."""
    connection.execute(delete(api_keys).where(api_keys.c.id == key_id))


def add_link(connection: Connection, row: StoredLink) -> None:
    """Store a link; an older one of the same kind for the same address works no more."""
    connection.execute(
        delete(one_time_links).where(
            one_time_links.c.kind == row.kind, one_time_links.c.email == row.email
        )
    )
    connection.execute(insert_if_new(connection, one_time_links, **_values(row)))


def link(connection: Connection, token_hash: str, now: int) -> StoredLink | None:
    """A link that has not expired."""
    table: Table = one_time_links
    row = connection.execute(
        select(table).where(table.c.token_hash == token_hash, table.c.expires_at > now)
    ).one_or_none()
    return None if row is None else StoredLink(**row._asdict())


def use_link(connection: Connection, token_hash: str) -> None:
    """Let a link work no more.

    Raises:
        Conflict: it was used just now.
    """
    used = connection.execute(
        delete(one_time_links).where(one_time_links.c.token_hash == token_hash)
    )
    if used.rowcount == 0:
        raise Conflict("this link was used just now")


def _values(row: StoredUser | StoredKey | StoredLink) -> dict[str, Any]:
    return {name: getattr(row, name) for name in row.__slots__}
