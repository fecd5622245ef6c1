"""Second factors of people, and what OpenID Connect providers call them."""

from dataclasses import dataclass

from sqlalchemy import Connection, delete, select, update

from tidegate.errors import Conflict
from tidegate.model.execution import now_us
from tidegate.store.account_tables import identities, second_factors, users
from tidegate.store.accounts import StoredUser
from tidegate.store.upsert import insert_if_new

_factor = second_factors.c


@dataclass(frozen=True, slots=True)
class StoredFactor:
    """A second factor; ``data`` is sealed. It is asked for from ``confirmed_at`` on."""

    user_id: str
    data: bytes
    created_at: int
    confirmed_at: int | None


def factor(connection: Connection, user_id: str) -> StoredFactor | None:
    """The second factor of a person."""
    row = connection.execute(select(second_factors).where(_factor.user_id == user_id)).one_or_none()
    return None if row is None else StoredFactor(**row._asdict())


def begin_factor(connection: Connection, row: StoredFactor) -> None:
    """Store a factor that is not confirmed; an older one that was not either is gone.

    Raises:
        Conflict: there is one that is confirmed.
    """
    connection.execute(
        delete(second_factors).where(_factor.user_id == row.user_id, _factor.confirmed_at.is_(None))
    )
    values = {name: getattr(row, name) for name in row.__slots__}
    if connection.execute(insert_if_new(connection, second_factors, **values)).rowcount == 0:
        raise Conflict("a second factor is asked for already; switch it off first")


def change_factor(connection: Connection, before: StoredFactor, data: bytes) -> bool:
    """Put other data in, and confirm it; False: somebody else was quicker."""
    changed = connection.execute(
        update(second_factors)
        .where(_factor.user_id == before.user_id, _factor.data == before.data)
        .values(data=data, confirmed_at=before.confirmed_at or now_us())
    )
    return changed.rowcount > 0


def remove_factor(connection: Connection, user_id: str) -> None:
    """Ask for it no more."""
    connection.execute(delete(second_factors).where(_factor.user_id == user_id))


def user_of_identity(connection: Connection, issuer: str, subject: str) -> StoredUser | None:
    """The person that a provider knows under a name."""
    statement = (
        select(users)
        .join(identities, identities.c.user_id == users.c.id)
        .where(identities.c.issuer == issuer, identities.c.subject == subject)
    )
    row = connection.execute(statement).one_or_none()
    return None if row is None else StoredUser(**row._asdict())


def add_identity(connection: Connection, issuer: str, subject: str, user_id: str) -> None:
    """Note what a provider calls a person."""
    row = {"issuer": issuer, "subject": subject, "user_id": user_id, "created_at": now_us()}
    connection.execute(insert_if_new(connection, identities, **row))
