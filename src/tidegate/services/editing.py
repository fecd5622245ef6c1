"""Workflows as people edit them: create, change, publish, compare, and what may be started.

Each use case checks one permission, in :func:`visible` where it is about one workflow.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from tidegate import codec
from tidegate.app import App
from tidegate.errors import Conflict, NotFound, Problem, TidegateError, WorkflowInvalid
from tidegate.ids import new_id
from tidegate.model.document import (
    LoadedWorkflow,
    document_hash,
    document_value,
    dump_document,
    invalid,
    load_document,
    read_document,
)
from tidegate.model.execution import now_us
from tidegate.model.item import JsonObject
from tidegate.model.workflow import Workflow
from tidegate.services.check import WARNINGS, check_workflow, credentials_of
from tidegate.services.code import with_chosen_engines
from tidegate.services.identity import projects
from tidegate.services.identity.permissions import Action, Caller
from tidegate.services.workflows import Version, runnable_version
from tidegate.store import credentials as credential_store
from tidegate.store import drafts as store
from tidegate.store import workflows
from tidegate.store.drafts import Place, WorkflowFilter, WorkflowSort
from tidegate.store.tables import MAIN_PROJECT
from tidegate.store.workflows import StoredWorkflow

ANY_REVISION: Final = 0
"""Change whatever is there: the caller has not looked, and says so."""


class Changed(TidegateError):
    """Somebody changed it meanwhile; ``revision`` and ``document`` are how it is now."""

    code = "PRECONDITION_FAILED"
    http_status = 412


@dataclass(frozen=True, slots=True)
class NewWorkflow:
    """A workflow to create: its document as JSON, and where it belongs."""

    document: JsonObject
    project_id: str = MAIN_PROJECT
    folder: str = ""
    tags: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Changes:
    """What becomes of a workflow; None leaves a part as it is."""

    document: JsonObject | None = None
    folder: str | None = None
    tags: Sequence[str] | None = None
    pinned_data: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """A workflow with its document and what is wrong with it."""

    stored: StoredWorkflow
    workflow: Workflow
    problems: Sequence[Problem] = field(default=())


async def visible(app: App, caller: Caller, workflow_id: str, action: Action) -> StoredWorkflow:
    """A workflow with which the caller may do ``action``.

    Raises:
        NotFound: there is none, or the caller may not see it.
        Forbidden: the caller may see it, but not do this.
    """
    stored = await app.database.read(lambda connection: workflows.get(connection, workflow_id))
    what = f"workflow {workflow_id}"
    caller.require_seen(Action.WORKFLOWS_READ, action, stored.project_id, what)
    if stored.deleted_at is not None:
        raise NotFound(f"there is no {what}, or you may not see it")
    return stored


async def page(
    app: App,
    caller: Caller,
    wanted: WorkflowFilter,
    *,
    after: Place | None,
    limit: int,
    sort: WorkflowSort,
) -> Sequence[StoredWorkflow]:
    """Workflows that the caller may see."""
    caller.require(Action.WORKFLOWS_READ)
    allowed = caller.projects(Action.WORKFLOWS_READ)
    if allowed is not None:
        asked = wanted.projects
        wanted = replace(wanted, projects=[p for p in allowed if asked is None or p in asked])
    return await app.database.read(
        lambda connection: store.page(connection, wanted, after=after, limit=limit, sort=sort)
    )


async def document(app: App, caller: Caller, workflow_id: str) -> Document:
    """A workflow with its draft and every problem of it."""
    stored = await visible(app, caller, workflow_id, Action.WORKFLOWS_READ)
    return await opened(app, stored)


async def opened(app: App, stored: StoredWorkflow) -> Document:
    """The draft of a workflow (of one without a draft: its last version), checked."""
    text = stored.draft
    if text is None:
        version_hash = stored.version_hash or ""
        text = await app.database.read(
            lambda connection: workflows.document(connection, stored.id, version_hash)
        )
    loaded = await asyncio.to_thread(load_stored, text, stored.name)
    problems = await check(app, loaded, stored.project_id)
    return Document(stored, loaded.workflow, problems)


async def check(app: App, loaded: LoadedWorkflow, project_id: str) -> list[Problem]:
    """Every problem of a workflow of a project; warnings are among them."""
    names = await app.database.read(
        lambda connection: credential_store.names(connection, project_id)
    )
    found = await asyncio.to_thread(check_workflow, loaded, app.registry, names)
    return [_without_place(problem) for problem in found]


async def validate(app: App, caller: Caller, project_id: str, value: JsonObject) -> list[Problem]:
    """Every problem of a document that is stored nowhere: of its structure, and of all the rest.

    Raises:
        InvalidInput: it is no JSON.
    """
    caller.require_seen(
        Action.WORKFLOWS_READ, Action.WORKFLOWS_READ, project_id, f"project {project_id}"
    )
    codec.check(value, what="the document")
    try:
        loaded = await asyncio.to_thread(read_document, codec.encode(value), "draft.json")
    except WorkflowInvalid as error:  # nothing is left that could be checked
        return [_without_place(problem) for problem in error.problems]
    return await check(app, loaded, project_id)


def _without_place(problem: Problem) -> Problem:
    """Drafts are no files: their lines are nobody's."""
    return replace(problem, file=None, line=None, column=None)


async def create(app: App, caller: Caller, wanted: NewWorkflow) -> Document:
    """Store a new workflow as a draft.

    Raises:
        NotFound, Forbidden: the project is not the caller's.
        Conflict: there is a workflow with this name.
        WorkflowInvalid: the document's structure is wrong.
    """
    project = wanted.project_id
    what = f"project {project}"
    caller.require_seen(Action.WORKFLOWS_READ, Action.WORKFLOWS_WRITE, project, what)
    await projects.require(app, project)
    loaded = await asyncio.to_thread(_from_json, wanted.document)
    workflow_id, now = new_id(), now_us()
    row = {
        "id": workflow_id,
        "name": loaded.workflow.name,
        "project_id": project,
        "draft": _text(loaded.workflow),
        "folder": wanted.folder,
        "tags": codec.encode(list(wanted.tags)).decode(),
        "created_at": now,
        "updated_at": now,
        "created_by": caller.email,
    }
    await app.database.write(lambda connection: store.add(connection, row))
    return await document(app, caller, workflow_id)


async def change(
    app: App, caller: Caller, workflow_id: str, revision: int, wanted: Changes
) -> Document:
    """Change a workflow's draft, folder, tags or pinned data.

    Raises:
        Changed: it is not at ``revision`` any more.
        Conflict: it comes from a file; or there is another one with its new name.
        WorkflowInvalid: the document's structure is wrong.
    """
    stored = await editable(app, caller, workflow_id, revision)
    values: dict[str, Any] = {}
    if wanted.document is not None:
        loaded = await asyncio.to_thread(_from_json, wanted.document)
        values |= {"draft": _text(loaded.workflow), "name": loaded.workflow.name}
    if wanted.folder is not None:
        values["folder"] = wanted.folder
    if wanted.tags is not None:
        values["tags"] = codec.encode(list(wanted.tags)).decode()
    if wanted.pinned_data is not None:
        values["pinned_data"] = (
            codec.encode(dict(wanted.pinned_data)) if wanted.pinned_data else None
        )
    await apply(app, stored, values)
    return await document(app, caller, workflow_id)


async def remove(app: App, caller: Caller, workflow_id: str, revision: int) -> None:
    """Delete a workflow; its executions stay in the history. Its name is free again.

    Raises:
        Changed: it is not at ``revision`` any more.
    """
    stored = await editable(app, caller, workflow_id, revision)
    name = f"{stored.name} (deleted {stored.id})"
    await apply(app, stored, {"deleted_at": now_us(), "name": name, "published_hash": None})
    await app.published()


async def duplicate(app: App, caller: Caller, workflow_id: str, name: str) -> Document:
    """Store a copy of a workflow's draft under another name, in the same project."""
    stored = await visible(app, caller, workflow_id, Action.WORKFLOWS_WRITE)
    source = await opened(app, stored)
    value = document_value(replace(source.workflow, name=name))
    copy = NewWorkflow(value, stored.project_id, stored.folder, codec.decode(stored.tags))
    return await create(app, caller, copy)


async def version_to_start(
    app: App, caller: Caller, stored: StoredWorkflow, wanted: str
) -> Version:
    """The version that an execution is to run: ``published``, ``draft``, a number or a hash.

    Raises:
        NotFound: there is no such version, or none was published.
        WorkflowInvalid: the draft can't run.
    """
    if wanted == "draft" and stored.draft is not None:
        return await store_draft(app, caller, stored)
    version_hash: str | None
    if wanted in ("published", "draft"):
        version_hash = stored.published_hash or (stored.version_hash if stored.path else None)
        if version_hash is None:
            raise NotFound(
                "no version of this workflow is published; publish it, or start the draft"
            )
    else:
        found = await app.database.read(
            lambda connection: store.version(connection, stored.id, wanted)
        )
        version_hash = found.hash
    version = await runnable_version(app, stored.id, version_hash)
    await _check_credentials(app, stored, version.workflow)
    return version


async def _check_credentials(app: App, stored: StoredWorkflow, workflow: Workflow) -> None:
    """A workflow uses credentials of its own project only."""
    wanted = credentials_of(workflow)
    if not wanted:
        return
    names = await app.database.read(
        lambda connection: credential_store.names(connection, stored.project_id)
    )
    missing = sorted(wanted - set(names))
    if missing:
        problems = [
            Problem(f"there is no credential '{name}' in this project", "UNKNOWN_CREDENTIAL")
            for name in missing
        ]
        raise invalid(stored.name, problems)


async def store_draft(app: App, caller: Caller, stored: StoredWorkflow) -> Version:
    """The draft as a version that can run."""
    found = await opened(app, stored)
    problems = [problem for problem in found.problems if problem.code not in WARNINGS]
    if problems:
        raise invalid(stored.name, problems)
    workflow = with_chosen_engines(found.workflow, app.registry)
    version_hash = document_hash(workflow)
    text = _text(workflow)
    await app.database.write(
        lambda connection: store.add_version(
            connection, stored.id, version_hash, text, caller.email
        )
    )
    return Version(stored.id, version_hash, workflow)


async def editable(app: App, caller: Caller, workflow_id: str, revision: int) -> StoredWorkflow:
    """A workflow that the caller may change, at the revision that the caller knows."""
    stored = await visible(app, caller, workflow_id, Action.WORKFLOWS_WRITE)
    if stored.path is not None:
        raise Conflict(f"this workflow comes from the file {stored.path}; change it there")
    if revision not in (ANY_REVISION, stored.revision):
        raise await _changed(app, stored)
    return stored


async def apply(app: App, stored: StoredWorkflow, values: Mapping[str, Any]) -> None:
    """Change columns of a workflow.

    Raises:
        Changed: somebody else changed it meanwhile.
    """
    changed = await app.database.write(
        lambda connection: store.change(connection, stored.id, stored.revision, values)
    )
    await check_changed(app, stored, changed)


async def check_changed(app: App, stored: StoredWorkflow, changed: int | None) -> None:
    """Go on only if a change was made.

    Raises:
        Changed: it was not; somebody else changed the workflow meanwhile.
    """
    if changed is None:
        now = await app.database.read(lambda connection: workflows.get(connection, stored.id))
        raise await _changed(app, now)


async def _changed(app: App, stored: StoredWorkflow) -> Changed:
    document = document_value((await opened(app, stored)).workflow)
    return Changed(
        "somebody changed this workflow meanwhile; look at it, then send your change again",
        revision=stored.revision,
        document=document,
    )


def _from_json(value: JsonObject) -> LoadedWorkflow:
    codec.check(value, what="the document")
    return load_document(codec.encode(value), "draft.json")


def load_stored(text: bytes, name: str) -> LoadedWorkflow:
    """A document as it is stored."""
    return load_document(text, f"{name}.json", max_bytes=None)


def _text(workflow: Workflow) -> bytes:
    return dump_document(workflow, "json").encode()
