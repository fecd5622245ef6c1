"""Projects and their members."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, delete, select

from tidegate.errors import Conflict, NotFound
from tidegate.store.account_tables import credentials, project_members, projects, variables
from tidegate.store.tables import MAIN_PROJECT, workflows
from tidegate.store.upsert import insert_if_new


@dataclass(frozen=True, slots=True)
class StoredProject:
    """A project; ``created_at`` is microseconds since 1970."""

    id: str
    name: str
    created_at: int


def rows(connection: Connection, wanted: Collection[str] | None = None) -> Sequence[StoredProject]:
    """These projects (None: all), by name."""
    statement = select(projects).order_by(projects.c.name)
    if wanted is not None:
        statement = statement.where(projects.c.id.in_(wanted))
    return [StoredProject(**row._asdict()) for row in connection.execute(statement)]


def get(connection: Connection, project_id: str) -> StoredProject:
    """One project.

    Raises:
        NotFound: there is none with this id.
    """
    found = rows(connection, [project_id])
    if not found:
        raise NotFound(f"there is no project {project_id}")
    return found[0]


def add(connection: Connection, row: StoredProject) -> None:
    """Store a new project.

    Raises:
        Conflict: there is one with this name.
    """
    values = {"id": row.id, "name": row.name, "created_at": row.created_at}
    if connection.execute(insert_if_new(connection, projects, **values)).rowcount == 0:
        raise Conflict(f"there is a project '{row.name}' already")


def remove(connection: Connection, project_id: str) -> None:
    """Delete an empty project.

    Raises:
        Conflict: it holds something, or it is the main one.
    """
    if project_id == MAIN_PROJECT:
        raise Conflict("the main project stays")
    for table in (workflows, credentials, variables):
        found = select(table.c.id).where(table.c.project_id == project_id).limit(1)
        if connection.scalar(found) is not None:
            raise Conflict(f"the project still has {table.name}; a project must be empty")
    connection.execute(delete(project_members).where(project_members.c.project_id == project_id))
    connection.execute(delete(projects).where(projects.c.id == project_id))


def members(connection: Connection, project_id: str) -> Sequence[tuple[str, str]]:
    """(user's id, role) of each member."""
    statement = select(project_members.c.user_id, project_members.c.role).where(
        project_members.c.project_id == project_id
    )
    found = connection.execute(statement.order_by(project_members.c.user_id))
    return [(row.user_id, row.role) for row in found]
