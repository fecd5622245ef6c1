"""Credentials: their values go in and never come out."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Header, Path, Response
from pydantic import BaseModel, Field

from tidegate.api.bodies import Body, IdText, StrictRoute
from tidegate.api.caller import CallerDep
from tidegate.api.conditional import NOT_MODIFIED, IfNoneMatch, answer
from tidegate.api.dependencies import AppDep
from tidegate.api.problems import documented
from tidegate.services import credential_access, credential_catalogue
from tidegate.services.credential_access import Shown
from tidegate.store.tables import MAIN_PROJECT

router = APIRouter(tags=["credentials"], route_class=StrictRoute)

CredentialName = Annotated[str, Path(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f/]+$")]

TypeName = Annotated[str, Path(pattern=r"^[a-z0-9_]{1,50}$")]


IfMatch = Annotated[
    str | None,
    Header(
        alias="If-Match",
        max_length=100,
        description="The ETag of the credential as you know it; * is any state that it is in.",
    ),
]


class CredentialTest(BaseModel):
    """How a test of a credential went, and when it was."""

    at: str
    works: bool
    text: str


class Credential(BaseModel):
    """A credential in a list."""

    name: str
    type: str
    project_id: str
    created_at: str | None
    updated_at: str | None
    last_used_at: str | None = Field(description="True to a minute.")
    tested: CredentialTest | None = Field(
        description="How the last test of these values went; other values were not tested yet."
    )
    expires_at: str | None = Field(description="Null: not known, or it is renewed by itself.")
    expires_from: Literal["certificate", "grant", "person"] | None = Field(
        description="Who says when it ends."
    )
    used_by: int = Field(description="So many workflows name it, in drafts or what is published.")


class CredentialUser(BaseModel):
    """A workflow that names a credential."""

    id: str
    name: str


class CredentialDetails(Credential):
    """A credential without its values; ``fields`` says which of them there are."""

    workflows: list[CredentialUser] = Field(description="Those that it is used by.")
    hosts: list[str]
    allow_plain_http: bool
    fields: Any


class CredentialWanted(Body):
    """The content of a credential."""

    type: Annotated[str, Field(max_length=50)]
    values: dict[str, Any]
    hosts: Annotated[list[Annotated[str, Field(max_length=300)]], Field(max_length=100)] = []
    allow_plain_http: bool = False
    project_id: IdText = Field(MAIN_PROJECT, description="Of a new one; others stay.")
    expires_at: Annotated[int, Field(ge=0, le=2**53)] | None = Field(
        None,
        description="When it ends, in microseconds since 1970, as far as you know. "
        "What a certificate or a grant says counts more.",
    )


class CredentialType(BaseModel):
    """A type of credential; fields with ``secret: true`` in ``values`` are never shown again."""

    name: str
    summary: str
    description: str
    values: dict[str, Any] = Field(description="The JSON Schema of its values.")
    is_for_http: bool
    needs_hosts: bool
    needs_tls: bool
    is_granted: bool = Field(description="A person grants access in the browser (OAuth 2).")


class CredentialTrial(BaseModel):
    """How a test went."""

    works: bool
    text: str
    status: int | None


@router.get("/credential_types", response_model=list[CredentialType], responses=NOT_MODIFIED)
async def list_credential_types(caller: CallerDep, if_none_match: IfNoneMatch = None) -> Response:
    """List the credential types, with the JSON Schemas of their values."""
    return answer(credential_catalogue.types(caller), if_none_match)


@router.get(
    "/credential_types/{name}",
    response_model=CredentialType,
    responses=NOT_MODIFIED | documented(404),
)
async def get_credential_type(
    name: TypeName, caller: CallerDep, if_none_match: IfNoneMatch = None
) -> Response:
    """Get a credential type with the JSON Schema of its values."""
    return answer(credential_catalogue.details(caller, name), if_none_match)


@router.get("/credentials")
async def list_credentials(app: AppDep, caller: CallerDep) -> list[Credential]:
    """List the credentials that one may use."""
    found = await credential_access.listed(app, caller)
    return [Credential.model_validate(entry) for entry in found]


def _details(shown: Shown, response: Response) -> CredentialDetails:
    response.headers["etag"] = shown.etag
    return CredentialDetails.model_validate(shown.values)


@router.get("/credentials/{name}", responses=documented(404))
async def get_credential(
    name: CredentialName, app: AppDep, caller: CallerDep, response: Response
) -> CredentialDetails:
    """Get everything of a credential but its values."""
    return _details(await credential_access.describe(app, caller, name), response)


@router.put("/credentials/{name}", responses=documented(404, 409, 412))
async def save_credential(
    name: CredentialName,
    body: CredentialWanted,
    app: AppDep,
    caller: CallerDep,
    response: Response,
    if_match: IfMatch = None,
) -> CredentialDetails:
    """Store a new credential; with If-Match, give one another content. 409: the name is taken."""
    wanted = body.model_dump(exclude={"project_id"})
    saved = await credential_access.save(
        app, caller, name, wanted, body.project_id, if_match=if_match
    )
    return _details(saved, response)


@router.delete("/credentials/{name}", status_code=204, responses=documented(404, 412))
async def delete_credential(
    name: CredentialName, app: AppDep, caller: CallerDep, if_match: IfMatch = None
) -> None:
    """Delete a credential."""
    await credential_access.remove(app, caller, name, if_match=if_match)


@router.post("/credentials/{name}/test", responses=documented(404))
async def test_credential(name: CredentialName, app: AppDep, caller: CallerDep) -> CredentialTrial:
    """Try a credential at the first of its hosts."""
    trial = await credential_access.test(app, caller, name)
    return CredentialTrial(works=trial.works, text=trial.text, status=trial.status)
