"""Workflow versions: read from files, checked, stored by the hash of their content."""

import asyncio
from dataclasses import dataclass
from pathlib import Path

from tidegate.app import App
from tidegate.engine.plan import Plan, make_plan
from tidegate.errors import NotFound, WorkflowInvalid
from tidegate.model.document import document_hash, dump_document, invalid, load_document
from tidegate.model.workflow import Workflow
from tidegate.services import credentials
from tidegate.services.check import (
    WARNINGS,
    check_workflow,
    credentials_of,
    read_workflow_file,
)
from tidegate.services.code import check_engines, with_chosen_engines
from tidegate.store import workflows as store


@dataclass(frozen=True, slots=True)
class Version:
    """A stored version."""

    workflow_id: str
    hash: str
    workflow: Workflow


async def store_file(app: App, path: Path) -> Version:
    """Read, check and store a workflow file.

    Raises:
        WorkflowInvalid: with every problem, or because it can't be opened.
        VaultError: it uses a credential whose key is missing.
    """
    loaded = await asyncio.to_thread(read_workflow_file, path)
    wanted = credentials_of(loaded.workflow)
    known = await credentials.names(app) if wanted else ()
    found = check_workflow(loaded, app.registry, known)
    problems = [problem for problem in found if problem.code not in WARNINGS]
    if problems:
        raise invalid(str(path), problems)
    if wanted:
        await credentials.check_usable(app, wanted)
    absolute = await asyncio.to_thread(path.resolve)
    return await store_workflow(app, loaded.workflow, absolute)


async def store_workflow(app: App, workflow: Workflow, path: Path | None = None) -> Version:
    """Store a workflow as a version by its hash; the same content is stored once."""
    workflow = with_chosen_engines(workflow, app.registry)
    version_hash = document_hash(workflow)
    name = str(path) if path is not None else None
    if name is not None:
        found = await app.database.read(
            lambda connection: store.find_version(connection, path=name, version_hash=version_hash)
        )
        if found is not None:
            return Version(found, version_hash, workflow)
    document = dump_document(workflow, "json").encode()
    workflow_id = await app.database.write(
        lambda connection: store.store_version(
            connection,
            name=workflow.name,
            version_hash=version_hash,
            document=document,
            path=name,
        )
    )
    return Version(workflow_id, version_hash, workflow)


async def stored_version(app: App, workflow_id: str, version_hash: str) -> Version:
    """A version as it was stored, for resuming and for showing.

    Raises:
        NotFound: there is none.
    """
    stored, document = await app.database.read(
        lambda connection: (
            store.get(connection, workflow_id),
            store.document(connection, workflow_id, version_hash),
        )
    )
    loaded = load_document(document, f"{stored.name}.json", max_bytes=None)
    return Version(workflow_id, version_hash, loaded.workflow)


async def runnable_version(app: App, workflow_id: str, version_hash: str) -> Version:
    """As :func:`stored_version`; what was compiled before is not read again.

    Raises:
        NotFound: there is none.
    """
    plan = app.plans.get(version_hash)
    if plan is None:
        return await stored_version(app, workflow_id, version_hash)
    return Version(workflow_id, version_hash, plan.workflow)


async def source_file(app: App, workflow_id: str) -> Path | None:
    """The file that a workflow came from, if it came from one.

    Raises:
        NotFound: there is no such workflow.
    """
    stored = await app.database.read(lambda connection: store.get(connection, workflow_id))
    return None if stored.path is None else Path(stored.path)


def plan_of(app: App, version: Version) -> Plan:
    """The compiled version; compiled once a process.

    Raises:
        WorkflowInvalid: it can't run (an older Tidegate or another machine may have stored it).
    """
    plan = app.plans.get(version.hash)
    if plan is None:
        plan = make_plan(version.workflow, app.registry.node_class, app.settings.limits)
        check_engines(plan, lambda: app.code)
        if any(node.node.uses_http for node in plan.nodes.values()):
            app.load_http()
        app.plans[version.hash] = plan
    return plan


def choose_trigger(plan: Plan, wanted: str | None) -> str:
    """The trigger that an execution starts at.

    Raises:
        WorkflowInvalid: there is no such trigger, or several and none was named.
    """
    triggers = plan.triggers
    if wanted is None and len(triggers) == 1:
        return triggers[0]
    listed = ", ".join(triggers)
    if wanted is None:
        raise WorkflowInvalid(f"this workflow has several triggers; name one of: {listed}")
    if wanted not in triggers:
        raise WorkflowInvalid(f"there is no trigger {wanted!r}; this workflow has: {listed}")
    return wanted


async def stored_latest(app: App, workflow_id: str, *, caller_id: str) -> Version:
    """The published version of a workflow; of one that came from a file, the one stored last.

    Args:
        app: the open app.
        workflow_id: the workflow that is called.
        caller_id: the workflow that calls it; both must be of one project.

    Raises:
        NotFound: there is no such workflow in the project, or none of its versions was published.
    """
    stored, caller = await app.database.read(
        lambda connection: (store.get(connection, workflow_id), store.get(connection, caller_id))
    )
    if stored.project_id != caller.project_id:
        raise NotFound(f"there is no workflow {workflow_id}")
    version_hash = stored.published_hash or (stored.path and stored.version_hash)
    if stored.deleted_at is not None or not version_hash:
        raise NotFound(f"workflow {workflow_id} has no published version")
    return await stored_version(app, workflow_id, version_hash)
