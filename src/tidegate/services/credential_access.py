"""Credentials for those who reach the server from outside: by project, and never with values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tidegate.app import App
from tidegate.credentials.references import reference_of
from tidegate.errors import Conflict, InvalidInput, NotFound, Problem, TidegateError
from tidegate.services import credential_trial, credential_uses, credentials
from tidegate.services.credential_trial import Trial
from tidegate.services.identity import projects
from tidegate.services.identity.permissions import Action, Caller
from tidegate.store import credentials as store
from tidegate.store.credentials import StoredCredential


class Changed(TidegateError):
    """Somebody changed it meanwhile; ``credential`` is how it is now."""

    code = "PRECONDITION_FAILED"
    http_status = 412


@dataclass(frozen=True, slots=True)
class Shown:
    """What may be shown of a credential, and its state: another one with every change."""

    etag: str
    values: Mapping[str, Any]


async def listed(app: App, caller: Caller) -> Sequence[Mapping[str, Any]]:
    """Name, type, project, times and uses of the credentials that the caller may use."""
    caller.require(Action.CREDENTIALS_READ)
    allowed = caller.projects(Action.CREDENTIALS_READ)
    rows = await app.database.read(store.rows)
    users = await credential_uses.users(app, allowed)
    return [
        {**_summary(row), "used_by": len(users.get((row.project_id, row.name), ()))}
        for row in rows
        if allowed is None or row.project_id in allowed
    ]


async def describe(app: App, caller: Caller, name: str) -> Shown:
    """Everything but the values; the workflows that use it, as far as the caller may see them.

    Raises:
        NotFound: there is none, or the caller may not see it.
    """
    row = await _visible(app, caller, name, Action.CREDENTIALS_READ)
    users = (await credential_uses.users(app, [row.project_id])).get((row.project_id, name), ())
    may_see = caller.may(Action.WORKFLOWS_READ, row.project_id)
    return Shown(
        _etag(row),
        {
            **await credentials.describe(app, name),
            "project_id": row.project_id,
            "used_by": len(users),
            "workflows": [{"id": user.workflow_id, "name": user.name} for user in users]
            if may_see
            else [],
        },
    )


async def save(
    app: App,
    caller: Caller,
    name: str,
    wanted: Mapping[str, Any],
    project_id: str,
    *,
    if_match: str | None = None,
) -> Shown:
    """Store a new credential, or give the one that ``if_match`` is the ETag of another content.

    ``wanted`` has ``type``, ``values``, ``hosts``, ``allow_plain_http`` and ``expires_at``.

    Raises:
        Changed: it is not in that state any more.
        InvalidInput: a value is wrong, or refers to the server's environment or files.
        Conflict: the name is taken, here or in another project.
    """
    _refuse_references(wanted["values"])
    existing = await app.database.read(lambda connection: store.rows(connection, [name]))
    if existing and not caller.may(Action.CREDENTIALS_READ, existing[0].project_id):
        # Names are the installation's; that one is taken is all that can be said.
        caller.require(Action.CREDENTIALS_WRITE, project_id)
        raise Conflict("this name is taken; choose another one")
    project = existing[0].project_id if existing and if_match is not None else project_id
    what = f"project {project}"
    caller.require_seen(Action.CREDENTIALS_READ, Action.CREDENTIALS_WRITE, project, what)
    await projects.require(app, project)
    await _require_match(app, caller, name, if_match)
    await credentials.save(
        app,
        name,
        wanted["type"],
        wanted["values"],
        hosts=tuple(wanted["hosts"]),
        allow_plain_http=wanted["allow_plain_http"],
        project_id=project,
        actor=caller.email,
        known_at=existing[0].updated_at if existing else None,
        may_replace=if_match is not None,
        expires_at=wanted["expires_at"],
    )
    return await describe(app, caller, name)


async def remove(app: App, caller: Caller, name: str, *, if_match: str | None = None) -> None:
    """Delete a credential.

    Raises:
        Changed: it is not in the state that ``if_match`` names.
        NotFound: there is none, or the caller may not see it.
    """
    await _visible(app, caller, name, Action.CREDENTIALS_WRITE)
    await _require_match(app, caller, name, if_match)
    await credentials.delete(app, name, caller.email)


async def test(app: App, caller: Caller, name: str) -> Trial:
    """Try a credential at the first of its hosts.

    Raises:
        NotFound: there is none, or the caller may not see it.
    """
    await _visible(app, caller, name, Action.CREDENTIALS_WRITE)
    return await credential_trial.trial(app, name, actor=caller.email)


async def _visible(app: App, caller: Caller, name: str, action: Action) -> StoredCredential:
    what = f"credential '{name}'"
    rows = await app.database.read(lambda connection: store.rows(connection, [name]))
    if not rows:
        raise NotFound(f"there is no {what}, or you may not see it")
    caller.require_seen(Action.CREDENTIALS_READ, action, rows[0].project_id, what)
    return rows[0]


def _etag(row: StoredCredential) -> str:
    return f'"{row.updated_at}"'


async def _require_match(app: App, caller: Caller, name: str, if_match: str | None) -> None:
    """Go on only if a credential is in the state that the caller knows.

    Raises:
        Changed: it is in another one, or is not there.
    """
    if if_match is None:
        return
    rows = await app.database.read(lambda connection: store.rows(connection, [name]))
    if rows and if_match.strip() in {"*", _etag(rows[0])}:
        return
    current = (await describe(app, caller, name)).values if rows else None
    raise Changed(
        f"somebody changed or deleted the credential '{name}' meanwhile; look at it, then send "
        "your change again",
        credential=current,
    )


def _refuse_references(values: Any, path: str = "values") -> None:
    """The server's own environment and files are its operator's, who has the command line."""
    if reference_of(values) is not None:
        text = "values that refer to the environment or to files are set on the command line only"
        raise InvalidInput(text, [Problem(text, "REFERENCE_NOT_ALLOWED", parameter=path)])
    if isinstance(values, Mapping):
        for key, part in values.items():
            _refuse_references(part, f"{path}.{key}")


def _summary(row: StoredCredential) -> Mapping[str, Any]:
    return {**credentials.summary(row), "project_id": row.project_id}
