"""Projects: what belongs together, and who may do what with it."""

from collections.abc import Sequence

from tidegate.app import App
from tidegate.errors import NotFound
from tidegate.ids import new_id
from tidegate.model.audit import AuditEvent
from tidegate.model.execution import now_us
from tidegate.services import audit
from tidegate.services.identity.permissions import EVERYWHERE, Action, Caller, Role
from tidegate.store import accounts
from tidegate.store import projects as store
from tidegate.store.projects import StoredProject


async def require(app: App, project_id: str) -> None:
    """Go on only if there is such a project.

    Raises:
        NotFound: there is none.
    """
    await app.database.read(lambda connection: store.get(connection, project_id))


async def listed(app: App, caller: Caller) -> Sequence[StoredProject]:
    """The projects that the caller may see."""
    caller.require(Action.WORKFLOWS_READ)
    allowed = caller.projects(Action.WORKFLOWS_READ)
    return await app.database.read(lambda connection: store.rows(connection, allowed))


async def create(app: App, caller: Caller, name: str) -> StoredProject:
    """Make a project.

    Raises:
        Forbidden: only owners and admins make projects.
        Conflict: there is one with this name.
    """
    caller.require(Action.USERS_MANAGE)
    row = StoredProject(new_id(), name, now_us())
    event = AuditEvent("project.create", name, caller.email, {"id": row.id})
    await audit.write(app, [event], lambda connection: store.add(connection, row))
    return row


async def remove(app: App, caller: Caller, project_id: str) -> None:
    """Delete an empty project.

    Raises:
        Conflict: it holds something.
    """
    caller.require(Action.USERS_MANAGE)
    row = await app.database.read(lambda connection: store.get(connection, project_id))
    event = AuditEvent("project.delete", row.name, caller.email, {"id": row.id})
    await audit.write(app, [event], lambda connection: store.remove(connection, project_id))


async def members(app: App, caller: Caller, project_id: str) -> Sequence[tuple[str, str]]:
    """(user's id, role) of each member."""
    caller.require(Action.USERS_MANAGE)
    await require(app, project_id)
    return await app.database.read(lambda connection: store.members(connection, project_id))


async def set_member(
    app: App, caller: Caller, project_id: str, user_id: str, role: Role | None
) -> None:
    """Give somebody a role in a project; None takes it away.

    Raises:
        NotFound: there is no such project or user, or the role reaches every project anyway.
    """
    caller.require(Action.USERS_MANAGE)
    await require(app, project_id)
    user = await app.database.read(lambda connection: accounts.user(connection, user_id))
    if role in EVERYWHERE:
        raise NotFound("in a project somebody is editor, operator or viewer")
    details = {"project": project_id, "role": None if role is None else role.value}
    await audit.write(
        app,
        [AuditEvent("project.member", user.email, caller.email, details)],
        lambda connection: accounts.set_member(
            connection, project_id, user_id, None if role is None else role.value
        ),
    )
