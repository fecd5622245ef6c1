"""Variables of projects."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, delete, select, update

from tidegate.errors import Conflict, NotFound
from tidegate.store.account_tables import variables
from tidegate.store.upsert import insert_if_new


@dataclass(frozen=True, slots=True)
class StoredVariable:
    """A variable; ``value`` is JSON text, ``updated_at`` microseconds since 1970."""

    id: str
    project_id: str
    name: str
    value: bytes
    updated_at: int


def rows(
    connection: Connection, projects: Collection[str] | None = None
) -> Sequence[StoredVariable]:
    """The variables of these projects (None: of all), by their names."""
    statement = select(variables).order_by(variables.c.name, variables.c.id)
    if projects is not None:
        statement = statement.where(variables.c.project_id.in_(projects))
    return [StoredVariable(**row._asdict()) for row in connection.execute(statement)]


def get(connection: Connection, variable_id: str) -> StoredVariable:
    """One variable.

    Raises:
        NotFound: there is none with this id.
    """
    row = connection.execute(select(variables).where(variables.c.id == variable_id)).one_or_none()
    if row is None:
        raise NotFound(f"there is no variable {variable_id}")
    return StoredVariable(**row._asdict())


def add(connection: Connection, row: StoredVariable) -> None:
    """Store a new variable.

    Raises:
        Conflict: the project has one with this name.
    """
    values = {name: getattr(row, name) for name in StoredVariable.__slots__}
    if connection.execute(insert_if_new(connection, variables, **values)).rowcount == 0:
        raise Conflict(
            f"this project has a variable '{row.name}' already; choose another name, or change it"
        )


def change(connection: Connection, variable_id: str, value: bytes, now: int) -> None:
    """Give a variable another value."""
    connection.execute(
        update(variables).where(variables.c.id == variable_id).values(value=value, updated_at=now)
    )


def remove(connection: Connection, variable_id: str) -> None:
    """Delete a variable."""
    connection.execute(delete(variables).where(variables.c.id == variable_id))
