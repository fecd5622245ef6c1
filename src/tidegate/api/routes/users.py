"""People, as owners and admins see them, and API keys."""

from typing import Annotated

from fastapi import APIRouter
from pydantic import BaseModel, Field

from tidegate import codec
from tidegate.api.bodies import Body, Id, Line, Name, StrictRoute, iso
from tidegate.api.caller import CallerDep
from tidegate.api.dependencies import AppDep, MailUrlDep, UrlDep
from tidegate.api.problems import documented
from tidegate.services import notifications
from tidegate.services.identity import api_keys, users
from tidegate.services.identity.permissions import Action, Role
from tidegate.store.accounts import StoredKey, StoredUser

router = APIRouter(tags=["people"], route_class=StrictRoute)


class User(BaseModel):
    """Somebody with an account."""

    id: str
    email: str
    name: str
    role: Role
    disabled: bool
    created_at: str | None


class UserChange(Body):
    """Another role, or no access."""

    role: Role | None = None
    disabled: bool | None = None


class Invitation(Body):
    """Somebody to invite. Editors, operators and viewers begin in the main project."""

    email: Line
    role: Role = Role.EDITOR


class Link(BaseModel):
    """A link to give to somebody; it works once and is shown once."""

    url: str
    mailed: bool = Field(description="Whether the mail server took it for the person.")


class ApiKeyWanted(Body):
    """A key to make."""

    name: Name
    scopes: list[Action] | None = Field(None, description="None: all that its person may.")
    expires_at: Annotated[int, Field(ge=0, le=2**62)] | None = Field(
        None, description="Microseconds since 1970; None: never."
    )


class ApiKey(BaseModel):
    """A key, without its text."""

    id: str
    user_id: str
    name: str
    prefix: str
    scopes: list[str] | None
    created_at: str | None
    expires_at: str | None
    last_used_at: str | None


class NewApiKey(ApiKey):
    """A key with its text: it is shown this once."""

    key: str


def _user(row: StoredUser) -> User:
    return User(
        id=row.id,
        email=row.email,
        name=row.name,
        role=Role(row.role),
        disabled=row.disabled,
        created_at=iso(row.created_at),
    )


def _key(row: StoredKey) -> dict[str, object]:
    return {
        "id": row.id,
        "user_id": row.user_id,
        "name": row.name,
        "prefix": row.prefix,
        "scopes": None if row.scopes is None else codec.decode(row.scopes),
        "created_at": iso(row.created_at),
        "expires_at": iso(row.expires_at),
        "last_used_at": iso(row.last_used_at),
    }


@router.get("/users")
async def list_users(app: AppDep, caller: CallerDep) -> list[User]:
    """List everybody."""
    return [_user(row) for row in await users.listed(app, caller)]


@router.patch("/users/{user_id}", responses=documented(404, 409))
async def change_user(user_id: Id, body: UserChange, app: AppDep, caller: CallerDep) -> User:
    """Change somebody's role or access."""
    return _user(await users.change(app, caller, user_id, role=body.role, disabled=body.disabled))


@router.delete("/users/{user_id}", status_code=204, responses=documented(404, 409))
async def delete_user(user_id: Id, app: AppDep, caller: CallerDep) -> None:
    """Delete somebody's account."""
    await users.remove(app, caller, user_id)


@router.post("/users/{user_id}/password_reset", responses=documented(404))
async def reset_password(user_id: Id, app: AppDep, caller: CallerDep, url: UrlDep) -> Link:
    """Make a link by which somebody chooses another password."""
    token = await users.reset_password(app, caller, user_id)
    return Link(url=f"{url}/reset#{token}", mailed=False)


@router.post("/invitations", status_code=201)
async def invite(
    body: Invitation, app: AppDep, caller: CallerDep, url: UrlDep, mail_url: MailUrlDep
) -> Link:
    """Make a link by which somebody makes an account, and mail it where there is a mail server."""
    token = await users.invite(app, caller, body.email, body.role)
    mailed = False
    if mail_url is not None and notifications.can_mail(app):
        text = (
            f"You are invited to Tidegate. Make your account here:\n\n"
            f"{mail_url}/invitation#{token}\n\nThe link works once, for a week."
        )
        mailed = await notifications.mail(app, body.email, "An invitation to Tidegate", text)
    return Link(url=f"{url}/invitation#{token}", mailed=mailed)


@router.get("/api_keys")
async def list_keys(app: AppDep, caller: CallerDep) -> list[ApiKey]:
    """List one's own keys; owners and admins see everybody's."""
    return [ApiKey.model_validate(_key(row)) for row in await api_keys.listed(app, caller)]


@router.post("/api_keys", status_code=201)
async def create_key(body: ApiKeyWanted, app: AppDep, caller: CallerDep) -> NewApiKey:
    """Make a key; its text is shown this once."""
    row, text = await api_keys.create(app, caller, body.name, body.scopes, body.expires_at)
    return NewApiKey.model_validate({**_key(row), "key": text})


@router.delete("/api_keys/{key_id}", status_code=204, responses=documented(404))
async def delete_key(key_id: Id, app: AppDep, caller: CallerDep) -> None:
    """Delete a key: it works no more."""
    await api_keys.revoke(app, caller, key_id)
