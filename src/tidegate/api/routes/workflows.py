"""Workflows as they are edited: drafts, folders, tags, pinned data."""

from typing import Annotated, Any

from fastapi import APIRouter, Header, Query, Response
from pydantic import BaseModel, Field

from tidegate import codec
from tidegate.api.bodies import (
    Body,
    CursorText,
    Id,
    IdText,
    Limit,
    Name,
    decode_cursor,
    encode_cursor,
    iso,
)
from tidegate.api.caller import CallerDep
from tidegate.api.conditional import NOT_MODIFIED, IfNoneMatch, is_known
from tidegate.api.dependencies import AppDep
from tidegate.api.execution_filter import NodeId
from tidegate.api.idempotency import IdempotentRoute
from tidegate.api.problems import PreconditionRequired, ProblemPlace, documented
from tidegate.errors import InvalidInput
from tidegate.model.document import document_value, load_document
from tidegate.model.status import ExecutionStatus
from tidegate.services import editing, pinning, workflow_lists
from tidegate.services.editing import ANY_REVISION, Changes, Document, NewWorkflow
from tidegate.services.workflow_lists import Beside
from tidegate.store.drafts import WorkflowFilter, WorkflowSort
from tidegate.store.tables import MAIN_PROJECT
from tidegate.store.workflows import StoredWorkflow

router = APIRouter(tags=["workflows"], route_class=IdempotentRoute)

IfMatch = Annotated[
    str | None,
    Header(
        alias="If-Match",
        max_length=100,
        description="The ETag of the workflow as you know it, or * for whatever is there.",
    ),
]
VersionName = Annotated[
    str, Field(pattern=r"^(draft|[0-9]{1,9}|[0-9a-f]{64})$", description="A number, a hash, draft.")
]
Folder = Annotated[str, Field(max_length=200, pattern=r"^[^\x00-\x1f\x7f]*$")]
Tag = Annotated[str, Field(min_length=1, max_length=50, pattern=r"^[^\x00-\x1f\x7f\"\\]*$")]
Tags = Annotated[list[Tag], Field(max_length=20)]
CHANGED = documented(404, 409, 412, 428)


class WorkflowSummary(BaseModel):
    """A workflow in a list."""

    id: str
    name: str
    project_id: str
    folder: str
    tags: list[str]
    revision: int
    published_hash: str | None
    is_active: bool = Field(description="Triggers start it: a version is published.")
    is_file: bool = Field(description="It comes from a file, and is changed there.")
    created_at: str | None
    updated_at: str | None
    created_by: str | None = Field(description="The email of who made it; null: nobody knows.")


class WorkflowDetails(WorkflowSummary):
    """A workflow with its draft."""

    document: dict[str, Any]
    pinned_data: dict[str, list[dict[str, Any]]]
    problems: list[ProblemPlace]


class RecentExecution(BaseModel):
    """One of the newest executions of a workflow."""

    id: str
    number: int
    status: ExecutionStatus
    created_at: str | None
    duration_ms: float | None


class ListedWorkflow(WorkflowSummary):
    """A workflow in a list, with its newest executions (the newest first) and its next start."""

    recent: list[RecentExecution]
    next_at: str | None


class WorkflowPage(BaseModel):
    """Some workflows; ``next`` is the cursor of the next page."""

    workflows: list[ListedWorkflow]
    next: str | None


class GroupOfWorkflows(BaseModel):
    """A folder or a tag, and how many workflows it has."""

    name: str
    workflows: int


class WorkflowGroups(BaseModel):
    """The folders and tags that there are."""

    folders: list[GroupOfWorkflows]
    tags: list[GroupOfWorkflows]


class WorkflowWanted(Body):
    """A workflow to create."""

    document: dict[str, Any]
    project_id: IdText = MAIN_PROJECT
    folder: Folder = ""
    tags: Tags = []


class WorkflowText(Body):
    """A workflow file to import."""

    text: Annotated[str, Field(max_length=5_000_000)]
    project_id: IdText = MAIN_PROJECT
    folder: Folder = ""


class WorkflowChange(Body):
    """What becomes of a workflow; what is left out stays."""

    document: dict[str, Any] | None = None
    folder: Folder | None = None
    tags: Tags | None = None
    pinned_data: dict[str, list[dict[str, Any]]] | None = Field(
        None, description="By node: the items that stand in for its output when the draft runs."
    )


class ItemsToPin(Body):
    """Items, or the execution whose items of the same node are taken."""

    items: list[dict[str, Any]] | None = Field(None, max_length=pinning.MAX_PINNED)
    execution_id: IdText | None = None
    output: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,64}$")] = "main"


class CopyWanted(Body):
    """The name of a copy."""

    name: Name


class ValidateWanted(Body):
    """A document to look at; it is not stored."""

    document: dict[str, Any]
    project_id: IdText = MAIN_PROJECT


class Validation(BaseModel):
    """What is wrong; nothing where the document can run."""

    problems: list[ProblemPlace]


def summary(stored: StoredWorkflow) -> dict[str, Any]:
    """A workflow as JSON, without its document."""
    return {
        "id": stored.id,
        "name": stored.name,
        "project_id": stored.project_id,
        "folder": stored.folder,
        "tags": codec.decode(stored.tags),
        "revision": stored.revision,
        "published_hash": stored.published_hash,
        "is_active": stored.published_hash is not None,
        "is_file": stored.path is not None,
        "created_at": iso(stored.created_at),
        "updated_at": iso(stored.updated_at),
        "created_by": stored.created_by or None,
    }


def _listed(stored: StoredWorkflow, beside: Beside) -> dict[str, Any]:
    return {
        **summary(stored),
        "recent": [
            {
                "id": execution.id,
                "number": execution.number,
                "status": execution.status,
                "created_at": iso(execution.created_at),
                "duration_ms": execution.duration_ms,
            }
            for execution in beside.recent.get(stored.id, ())
        ],
        "next_at": iso(beside.next_at.get(stored.id)),
    }


def _details(found: Document, response: Response) -> WorkflowDetails:
    response.headers["etag"] = f'"{found.stored.revision}"'
    pinned = found.stored.pinned_data
    return WorkflowDetails.model_validate(
        {
            **summary(found.stored),
            "document": document_value(found.workflow),
            "pinned_data": {} if pinned is None else codec.decode(pinned),
            "problems": [problem.as_json() for problem in found.problems],
        }
    )


def revision_of(if_match: str | None) -> int:
    """The revision that a change starts from.

    Raises:
        PreconditionRequired: it was not said.
        InvalidInput: this is no ETag of ours.
    """
    if if_match is None:
        raise PreconditionRequired("send the ETag that you have in If-Match, or * for any")
    text = if_match.strip()
    if text == "*":
        return ANY_REVISION
    number = text.removeprefix("W/").strip('"')
    if not (number.isascii() and number.isdecimal() and 0 < len(number) < 10):
        raise InvalidInput("If-Match is no ETag of a workflow")
    return int(number)


@router.get("/workflows")
async def list_workflows(
    app: AppDep,
    caller: CallerDep,
    project_id: Annotated[IdText | None, Query()] = None,
    folder: Annotated[str | None, Query(max_length=200, pattern=r"^[^\x00]*$")] = None,
    tag: Annotated[str | None, Query(max_length=50, pattern=r"^[^\x00]*$")] = None,
    q: Annotated[str | None, Query(max_length=200, pattern=r"^[^\x00]*$")] = None,
    published: bool | None = None,
    id: Annotated[list[IdText], Query(max_length=100, description="Only these.")] = [],
    sort: Annotated[WorkflowSort, Query(description="`-`: the greatest first.")] = (
        WorkflowSort.NAME
    ),
    cursor: CursorText = None,
    limit: Limit = 50,
    recent: Annotated[int, Query(ge=0, le=50)] = 0,
) -> WorkflowPage:
    """List workflows, by name or as ``sort`` says.

    ``folder`` takes those below it too, ``q`` looks into names, and
    ``recent`` adds so many of the newest executions to each.
    """
    projects = None if project_id is None else [project_id]
    wanted = WorkflowFilter(projects, folder, tag, q, published, set(id) or None)
    after = decode_cursor(cursor, int if sort.column == "updated_at" else str, str)
    place = None if after is None else (after[0], str(after[1]))
    found = await editing.page(app, caller, wanted, after=place, limit=limit + 1, sort=sort)
    last = found[limit - 1] if len(found) > limit else None
    found = found[:limit]
    beside = await workflow_lists.beside(app, caller, found, recent)
    return WorkflowPage.model_validate(
        {
            "workflows": [_listed(stored, beside) for stored in found],
            "next": None if last is None else encode_cursor(*sort.place_of(last)),
        }
    )


@router.post("/workflows", status_code=201, responses=documented(404, 409))
async def create_workflow(
    body: WorkflowWanted, app: AppDep, caller: CallerDep, response: Response
) -> WorkflowDetails:
    """Create a workflow as a draft."""
    wanted = NewWorkflow(body.document, body.project_id, body.folder, body.tags)
    return _details(await editing.create(app, caller, wanted), response)


@router.post("/workflows/import", status_code=201, responses=documented(404, 409))
async def import_workflow(
    body: WorkflowText, app: AppDep, caller: CallerDep, response: Response
) -> WorkflowDetails:
    """Create a workflow from the text of a workflow file, YAML or JSON."""
    loaded = load_document(body.text, "import")
    wanted = NewWorkflow(document_value(loaded.workflow), body.project_id, body.folder)
    return _details(await editing.create(app, caller, wanted), response)


@router.post("/workflows/validate", responses=documented(404))
async def validate_workflow(body: ValidateWanted, app: AppDep, caller: CallerDep) -> Validation:
    """Find every problem of a document, which is stored nowhere."""
    problems = await editing.validate(app, caller, body.project_id, body.document)
    return Validation.model_validate({"problems": [problem.as_json() for problem in problems]})


@router.get("/workflow_groups")
async def list_groups(app: AppDep, caller: CallerDep) -> WorkflowGroups:
    """List the folders and tags of workflows, with how many workflows each has."""
    return WorkflowGroups.model_validate(await workflow_lists.groups(app, caller))


@router.get(
    "/workflows/{workflow_id}",
    response_model=WorkflowDetails,
    responses=NOT_MODIFIED | documented(404),
)
async def get_workflow(
    workflow_id: Id,
    app: AppDep,
    caller: CallerDep,
    response: Response,
    if_none_match: IfNoneMatch = None,
) -> WorkflowDetails | Response:
    """Get a workflow with its draft and what is wrong with it."""
    found = await editing.document(app, caller, workflow_id)
    if is_known(f'"{found.stored.revision}"', if_none_match):
        return Response(status_code=304, headers={"etag": f'"{found.stored.revision}"'})
    return _details(found, response)


@router.patch("/workflows/{workflow_id}", responses=CHANGED)
async def change_workflow(
    workflow_id: Id,
    body: WorkflowChange,
    app: AppDep,
    caller: CallerDep,
    response: Response,
    if_match: IfMatch = None,
) -> WorkflowDetails:
    """Change a workflow's draft, folder, tags or pinned data. 412: somebody else changed it."""
    changes = Changes(body.document, body.folder, body.tags, body.pinned_data)
    revision = revision_of(if_match)
    return _details(await editing.change(app, caller, workflow_id, revision, changes), response)


@router.put("/workflows/{workflow_id}/pinned_data/{node}", responses=CHANGED)
async def pin_items(
    workflow_id: Id,
    node: NodeId,
    body: ItemsToPin,
    app: AppDep,
    caller: CallerDep,
    response: Response,
    if_match: IfMatch = None,
) -> WorkflowDetails:
    """Let items stand in for a node's output when the draft runs: given ones, or stored ones."""
    pin = pinning.Pin(node, body.items, body.execution_id, body.output)
    revision = revision_of(if_match)
    return _details(await pinning.pin(app, caller, workflow_id, revision, pin), response)


@router.delete("/workflows/{workflow_id}/pinned_data/{node}", responses=CHANGED)
async def unpin_items(
    workflow_id: Id,
    node: NodeId,
    app: AppDep,
    caller: CallerDep,
    response: Response,
    if_match: IfMatch = None,
) -> WorkflowDetails:
    """Let a node run again where items stood in for it."""
    revision = revision_of(if_match)
    return _details(await pinning.unpin(app, caller, workflow_id, revision, node), response)


@router.delete("/workflows/{workflow_id}", status_code=204, responses=CHANGED)
async def delete_workflow(
    workflow_id: Id, app: AppDep, caller: CallerDep, if_match: IfMatch = None
) -> None:
    """Delete a workflow; its executions stay in the history."""
    await editing.remove(app, caller, workflow_id, revision_of(if_match))


@router.post("/workflows/{workflow_id}/duplicate", status_code=201, responses=documented(404, 409))
async def duplicate_workflow(
    workflow_id: Id, body: CopyWanted, app: AppDep, caller: CallerDep, response: Response
) -> WorkflowDetails:
    """Create a copy of a workflow's draft."""
    return _details(await editing.duplicate(app, caller, workflow_id, body.name), response)
