"""Versions of workflows: publish, compare, export."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, Field

from tidegate.api.bodies import (
    Body,
    CursorText,
    Id,
    Limit,
    Line,
    decode_cursor,
    encode_cursor,
    iso,
)
from tidegate.api.caller import CallerDep
from tidegate.api.dependencies import AppDep
from tidegate.api.idempotency import IdempotentRoute
from tidegate.api.problems import documented
from tidegate.api.routes.workflows import CHANGED, IfMatch, VersionName, revision_of
from tidegate.model.document import document_value, dump_document
from tidegate.services import publishing, workflow_diff
from tidegate.store.drafts import StoredVersion

router = APIRouter(tags=["versions"], route_class=IdempotentRoute)


class PublishWanted(Body):
    """The version that triggers are to start, and what is new in it."""

    version: VersionName = "draft"
    note: Line = ""


class Version(BaseModel):
    """A published version."""

    hash: str
    number: int | None
    author: str
    note: str
    created_at: str | None


class VersionPage(BaseModel):
    """Some versions, the newest first; ``next`` is the cursor of the next page."""

    versions: list[Version]
    next: str | None


class VersionDetails(BaseModel):
    """A version with its document; ``version`` is None for the draft."""

    version: Version | None
    document: dict[str, Any]


class Difference(BaseModel):
    """One place in which two versions differ."""

    path: str = Field(description="Such as nodes.fetch.params.url.")
    kind: Literal["added", "removed", "changed"]
    before: Any = None
    after: Any = None


class Differences(BaseModel):
    """Every place in which two versions differ."""

    differences: list[Difference]


def _version(row: StoredVersion) -> Version:
    return Version(
        hash=row.hash,
        number=row.number,
        author=row.author,
        note=row.note,
        created_at=iso(row.created_at),
    )


@router.post("/workflows/{workflow_id}/publish", responses=CHANGED)
async def publish_workflow(
    workflow_id: Id, body: PublishWanted, app: AppDep, caller: CallerDep, if_match: IfMatch = None
) -> Version:
    """Make the draft, or an older version, the one that triggers start: the workflow is active."""
    revision = revision_of(if_match)
    published = await publishing.publish(
        app, caller, workflow_id, revision, note=body.note, version=body.version
    )
    return _version(published)


@router.post("/workflows/{workflow_id}/unpublish", status_code=204, responses=CHANGED)
async def unpublish_workflow(
    workflow_id: Id, app: AppDep, caller: CallerDep, if_match: IfMatch = None
) -> None:
    """Let triggers start nothing any more; the versions stay."""
    await publishing.unpublish(app, caller, workflow_id, revision_of(if_match))


@router.get("/workflows/{workflow_id}/versions", responses=documented(404))
async def list_versions(
    workflow_id: Id, app: AppDep, caller: CallerDep, cursor: CursorText = None, limit: Limit = 50
) -> VersionPage:
    """List published versions, the newest first."""
    place = decode_cursor(cursor, int)
    before = None if place is None else min(int(place[0]), 2**31 - 1)
    found = await publishing.versions(app, caller, workflow_id, before, limit + 1)
    following = encode_cursor(found[limit - 1].number) if len(found) > limit else None
    return VersionPage(versions=[_version(row) for row in found[:limit]], next=following)


@router.get("/workflows/{workflow_id}/versions/{version}", responses=documented(404))
async def get_version(
    workflow_id: Id, version: VersionName, app: AppDep, caller: CallerDep
) -> VersionDetails:
    """Get a version with its document."""
    row, workflow = await publishing.version_document(app, caller, workflow_id, version)
    return VersionDetails(
        version=None if row is None else _version(row), document=document_value(workflow)
    )


@router.get("/workflows/{workflow_id}/diff", responses=documented(404))
async def diff_versions(
    workflow_id: Id,
    app: AppDep,
    caller: CallerDep,
    before: Annotated[VersionName, Query()],
    after: Annotated[VersionName, Query()] = "draft",
) -> Differences:
    """Compare two versions of a workflow, place by place."""
    _, first = await publishing.version_document(app, caller, workflow_id, before)
    _, second = await publishing.version_document(app, caller, workflow_id, after)
    found = workflow_diff.differences(document_value(first), document_value(second))
    return Differences.model_validate({"differences": found})


@router.get(
    "/workflows/{workflow_id}/export",
    response_class=Response,
    responses={
        200: {"content": {"text/plain": {"schema": {"type": "string"}}}},
        **documented(404),
    },
)
async def export_workflow(
    workflow_id: Id,
    app: AppDep,
    caller: CallerDep,
    format: Literal["yaml", "json"] = "yaml",
    version: Annotated[VersionName, Query()] = "draft",
) -> Response:
    """Get a version as the text of a workflow file."""
    _, workflow = await publishing.version_document(app, caller, workflow_id, version)
    return Response(dump_document(workflow, format), media_type="text/plain")
