"""Credentials as they are stored: sealed. Only the vault knows what is in ``data``."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from sqlalchemy import Connection, delete, func, select, update

from tidegate.errors import Conflict, NotFound
from tidegate.store.account_tables import credentials
from tidegate.store.tables import MAIN_PROJECT
from tidegate.store.upsert import insert_if_new


@dataclass(frozen=True, slots=True)
class StoredCredential:
    """A row: ``data`` is sealed under the key ``key_id``; times are microseconds since 1970.

    ``last_used_at`` is when it was opened for an execution or a caller, true to a minute. The last
    test is of these values. ``expires_from`` says who knows when it ends: ``certificate``,
    ``grant`` or ``person``.
    """

    id: str
    name: str
    type: str
    data: bytes
    key_id: str
    created_at: int
    updated_at: int
    project_id: str = MAIN_PROJECT
    last_used_at: int | None = None
    tested_at: int | None = None
    test_works: bool | None = None
    test_text: str | None = None
    expires_at: int | None = None
    expires_from: str | None = None


def names(connection: Connection, project_id: str | None = None) -> Sequence[str]:
    """The names of the credentials of a project (None: of all), in their order."""
    statement = select(credentials.c.name).order_by(credentials.c.name)
    if project_id is not None:
        statement = statement.where(credentials.c.project_id == project_id)
    return connection.scalars(statement).all()


def rows(
    connection: Connection, wanted: Collection[str] | None = None
) -> Sequence[StoredCredential]:
    """The credentials with these names, as far as they exist; all of them by default."""
    statement = select(credentials).order_by(credentials.c.name)
    if wanted is not None:
        statement = statement.where(credentials.c.name.in_(wanted))
    return [StoredCredential(**row._asdict()) for row in connection.execute(statement)]


def get(connection: Connection, name: str) -> StoredCredential:
    """The credential with this name.

    Raises:
        NotFound: there is none; with the nearest name.
    """
    found = rows(connection, [name])
    if not found:
        near = get_close_matches(name, names(connection), n=1)
        hint = f"; did you mean '{near[0]}'?" if near else ""
        raise NotFound(f"there is no credential '{name[:100]}'{hint}")
    return found[0]


def name_of(connection: Connection, id: str) -> str | None:
    """The name of the credential with this id; None if there is none."""
    return connection.scalar(select(credentials.c.name).where(credentials.c.id == id))


def add(connection: Connection, row: StoredCredential) -> None:
    """Store a new credential.

    Raises:
        Conflict: there is one with this name.
    """
    values = {name: getattr(row, name) for name in StoredCredential.__slots__}
    if connection.execute(insert_if_new(connection, credentials, **values)).rowcount == 0:
        raise Conflict(f"somebody has just stored a credential '{row.name}'; look, and try again")


def replace(connection: Connection, row: StoredCredential, known_at: int | None = None) -> None:
    """Store another content of a credential, which it keeps its id and its name for.

    ``known_at``: only if that is still when it was changed last.

    Raises:
        Conflict: it is gone, or was changed.
    """
    statement = update(credentials).where(credentials.c.id == row.id)
    if known_at is not None:
        statement = statement.where(credentials.c.updated_at == known_at)
    changed = connection.execute(
        statement.values(
            type=row.type,
            data=row.data,
            key_id=row.key_id,
            updated_at=row.updated_at,
            tested_at=None,
            test_works=None,
            test_text=None,
            expires_at=row.expires_at,
            expires_from=row.expires_from,
        )
    )
    if changed.rowcount == 0:
        raise Conflict(
            f"somebody has just changed or deleted the credential '{row.name}'; look, and try again"
        )


def tested(
    connection: Connection, row: StoredCredential, at: int, text: str, *, works: bool
) -> None:
    """Note how a test went, unless the credential has other values by now."""
    connection.execute(
        update(credentials)
        .where(credentials.c.id == row.id, credentials.c.updated_at == row.updated_at)
        .values(tested_at=at, test_works=works, test_text=text)
    )


def expires(connection: Connection, row: StoredCredential, at: int | None, source: str) -> None:
    """Note when a credential ends, or (None) that ``source`` knows nothing of it any more."""
    statement = update(credentials).where(
        credentials.c.id == row.id, credentials.c.updated_at == row.updated_at
    )
    if at is None:
        statement = statement.where(credentials.c.expires_from == source)
    values = {"expires_at": at, "expires_from": None if at is None else source}
    connection.execute(statement.values(values))


def used(connection: Connection, ids: Collection[str], now: int) -> None:
    """Note that credentials were used."""
    statement = update(credentials).where(credentials.c.id.in_(ids))
    connection.execute(statement.values(last_used_at=now))


def remove(connection: Connection, name: str) -> None:
    """Delete a credential.

    Raises:
        NotFound: there is none with this name.
    """
    row = get(connection, name)
    connection.execute(delete(credentials).where(credentials.c.id == row.id))


def reseal(connection: Connection, row: StoredCredential, *, key_id: str, data: bytes) -> bool:
    """Put the same content sealed by another key in its place; False if it changed meanwhile."""
    changed = connection.execute(
        update(credentials)
        .where(credentials.c.id == row.id, credentials.c.data == row.data)
        .values(key_id=key_id, data=data)
    )
    return changed.rowcount == 1


def renew(
    connection: Connection,
    row: StoredCredential,
    *,
    key_id: str,
    data: bytes,
    end: int | None,
    source: str,
) -> bool:
    """As :func:`reseal`, of what ends at another time now: see :func:`expires`."""
    is_done = reseal(connection, row, key_id=key_id, data=data)
    if is_done:
        expires(connection, row, end, source)
    return is_done


def key_ids(connection: Connection) -> dict[str, int]:
    """The keys that credentials are sealed by, and how many are by each."""
    statement = select(credentials.c.key_id, func.count()).group_by(credentials.c.key_id)
    return {row[0]: row[1] for row in connection.execute(statement)}
