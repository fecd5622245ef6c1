"""Variables of a project: what `vars` in expressions finds besides the workflow's own."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from tidegate import codec
from tidegate.app import App
from tidegate.errors import InvalidInput, NotFound
from tidegate.ids import new_id
from tidegate.model.execution import now_us
from tidegate.services.identity import projects
from tidegate.services.identity.permissions import Action, Caller
from tidegate.store import variables as store
from tidegate.store.variables import StoredVariable

MAX_BYTES: Final = 64 * 1024


async def values(app: App, project_id: str) -> Mapping[str, Any]:
    """The values of a project's variables by name."""
    rows = await app.database.read(lambda connection: store.rows(connection, [project_id]))
    return {row.name: codec.decode(row.value) for row in rows}


async def listed(app: App, caller: Caller) -> Sequence[StoredVariable]:
    """The variables that the caller may see."""
    caller.require(Action.VARIABLES_READ)
    allowed = caller.projects(Action.VARIABLES_READ)
    return await app.database.read(lambda connection: store.rows(connection, allowed))


async def create(
    app: App, caller: Caller, project_id: str, name: str, value: Any
) -> StoredVariable:
    """Store a new variable.

    Raises:
        Conflict: the project has one with this name.
    """
    what = f"project {project_id}"
    caller.require_seen(Action.VARIABLES_READ, Action.VARIABLES_WRITE, project_id, what)
    await projects.require(app, project_id)
    row = StoredVariable(new_id(), project_id, name, _text(value), now_us())
    await app.database.write(lambda connection: store.add(connection, row))
    return row


async def change(app: App, caller: Caller, variable_id: str, value: Any) -> StoredVariable:
    """Give a variable another value."""
    await _visible(app, caller, variable_id)
    text = _text(value)
    await app.database.write(
        lambda connection: store.change(connection, variable_id, text, now_us())
    )
    return await app.database.read(lambda connection: store.get(connection, variable_id))


async def remove(app: App, caller: Caller, variable_id: str) -> None:
    """Delete a variable."""
    await _visible(app, caller, variable_id)
    await app.database.write(lambda connection: store.remove(connection, variable_id))


async def _visible(app: App, caller: Caller, variable_id: str) -> None:
    what = f"variable {variable_id}"
    try:
        row = await app.database.read(lambda connection: store.get(connection, variable_id))
    except NotFound:
        raise NotFound(f"there is no {what}, or you may not see it") from None
    caller.require_seen(Action.VARIABLES_READ, Action.VARIABLES_WRITE, row.project_id, what)


def _text(value: Any) -> bytes:
    codec.check(value, what="value")
    text = codec.encode(value)
    if len(text) > MAX_BYTES:
        raise InvalidInput(f"a variable has at most {MAX_BYTES >> 10} KB")
    return text
