"""Versions of workflows: make one the version that triggers start, list and read them."""

import asyncio
from collections.abc import Sequence

from tidegate.app import App
from tidegate.events.shapes import PublishedState
from tidegate.model.workflow import Workflow
from tidegate.services import webhooks
from tidegate.services.editing import (
    apply,
    check_changed,
    editable,
    load_stored,
    opened,
    store_draft,
    version_to_start,
    visible,
)
from tidegate.services.identity.permissions import Action, Caller
from tidegate.services.workflows import plan_of
from tidegate.store import drafts as store
from tidegate.store import workflows
from tidegate.store.drafts import StoredVersion


async def publish(
    app: App,
    caller: Caller,
    workflow_id: str,
    revision: int,
    *,
    note: str = "",
    version: str = "draft",
) -> StoredVersion:
    """Make the draft (or another version, by its number or hash) the one that triggers start.

    Raises:
        Changed: it is not at ``revision`` any more.
        WorkflowInvalid: it can't run.
        Conflict: another workflow has the address of one of its webhooks.
    """
    stored = await editable(app, caller, workflow_id, revision)
    if version == "draft":
        made = await store_draft(app, caller, stored)
    else:
        made = await version_to_start(app, caller, stored, version)
    plan_of(app, made)
    await webhooks.check_free(app, made, stored.project_id)
    changed = await app.database.write(
        lambda connection: store.publish(connection, stored.id, stored.revision, made.hash, note)
    )
    await check_changed(app, stored, changed)
    await app.published()
    found = await app.database.read(
        lambda connection: store.version(connection, stored.id, made.hash)
    )
    _show(app, caller, stored.id, found)
    return found


async def unpublish(app: App, caller: Caller, workflow_id: str, revision: int) -> None:
    """Let triggers start nothing any more; the versions stay."""
    stored = await editable(app, caller, workflow_id, revision)
    await apply(app, stored, {"published_hash": None})
    await app.published()
    _show(app, caller, stored.id, None)


def _show(app: App, caller: Caller, workflow_id: str, version: StoredVersion | None) -> None:
    """Tell those who have the workflow open which version is published now, and by whom."""
    hash, number = (version.hash, version.number) if version else (None, None)
    data: PublishedState = {"hash": hash, "number": number, "by": caller.email}
    app.events.published(workflow_id, data)


async def versions(
    app: App, caller: Caller, workflow_id: str, before: int | None, limit: int
) -> Sequence[StoredVersion]:
    """Published versions, the newest first."""
    stored = await visible(app, caller, workflow_id, Action.WORKFLOWS_READ)
    return await app.database.read(
        lambda connection: store.versions(connection, stored.id, before=before, limit=limit)
    )


async def version_document(
    app: App, caller: Caller, workflow_id: str, version: str
) -> tuple[StoredVersion | None, Workflow]:
    """The document of a version by its number or hash; of the draft for ``draft``."""
    stored = await visible(app, caller, workflow_id, Action.WORKFLOWS_READ)
    if version == "draft":
        return None, (await opened(app, stored)).workflow
    found, text = await app.database.read(
        lambda connection: (
            row := store.version(connection, stored.id, version),
            workflows.document(connection, stored.id, row.hash),
        )
    )
    return found, (await asyncio.to_thread(load_stored, text, stored.name)).workflow
