"""Workflows and their versions. A version is known by the hash of its canonical content."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, and_, func, or_, select, update

from tidegate.errors import NotFound
from tidegate.ids import new_id
from tidegate.model.execution import now_us
from tidegate.store.tables import workflow_versions, workflows
from tidegate.store.upsert import insert_if_new


@dataclass(frozen=True, slots=True)
class StoredWorkflow:
    """A workflow: ``version_hash`` is the version stored last, ``path`` its file, if it is one.

    ``revision`` counts its changes; ``tags`` is the JSON text of a list,
    ``created_by`` the email of who made it, empty where nobody knows.
    """

    id: str
    name: str
    path: str | None
    version_hash: str | None
    created_at: int
    updated_at: int
    project_id: str
    revision: int
    draft: bytes | None
    pinned_data: bytes | None
    published_hash: str | None
    folder: str
    tags: str
    deleted_at: int | None
    created_by: str


@dataclass(frozen=True, slots=True)
class WorkflowState:
    """Which documents of a workflow may run: its draft at ``revision``, and what starts by itself.

    Of one that has never been published, that is the version stored last. Two states that are
    equal have the same documents.
    """

    id: str
    name: str
    project_id: str
    revision: int
    version_hash: str | None


def states(connection: Connection, projects: Collection[str] | None) -> Sequence[WorkflowState]:
    """The states of the workflows of projects (None: of all), by name; no document is read."""
    columns = workflows.c
    started = func.coalesce(columns.published_hash, columns.version_hash)
    statement = (
        select(columns.id, columns.name, columns.project_id, columns.revision, started)
        .where(columns.deleted_at.is_(None))
        .order_by(columns.name)
    )
    if projects is not None:
        statement = statement.where(columns.project_id.in_(projects))
    return [WorkflowState(*row) for row in connection.execute(statement)]


def texts(connection: Connection, workflow_ids: Collection[str]) -> Mapping[str, Sequence[bytes]]:
    """The documents of workflows that may run: see :class:`WorkflowState`."""
    columns = workflows.c
    is_started = and_(
        workflow_versions.c.workflow_id == columns.id,
        workflow_versions.c.hash == func.coalesce(columns.published_hash, columns.version_hash),
    )
    statement = (
        select(columns.id, columns.draft, workflow_versions.c.document)
        .outerjoin_from(workflows, workflow_versions, is_started)
        .where(columns.id.in_(workflow_ids))
    )
    return {
        id: [text for text in documents if text is not None]
        for id, *documents in connection.execute(statement)
    }


def store_version(
    connection: Connection,
    *,
    name: str,
    version_hash: str,
    document: bytes,
    path: str | None = None,
) -> str:
    """Store a version of the workflow with this path (or, without one, this name).

    Storing the same content again changes nothing but the time. Returns the workflow's id.
    """
    now = now_us()
    row = {"id": new_id(), "name": name, "path": path, "created_at": now, "updated_at": now}
    connection.execute(insert_if_new(connection, workflows, **row))
    known_by = workflows.c.path == path if path is not None else workflows.c.name == name
    workflow_id = connection.execute(
        update(workflows)
        .where(known_by, workflows.c.path.is_(None) if path is None else known_by)
        .values(name=name, version_hash=version_hash, updated_at=now)
        .returning(workflows.c.id)
    ).scalar_one()
    version = {
        "workflow_id": workflow_id,
        "hash": version_hash,
        "document": document,
        "created_at": now,
    }
    connection.execute(insert_if_new(connection, workflow_versions, **version))
    return str(workflow_id)


def find_version(connection: Connection, *, path: str, version_hash: str) -> str | None:
    """The id of the workflow of a file, if this version of it is stored; a read, where most end."""
    statement = (
        select(workflows.c.id)
        .join(workflow_versions, workflow_versions.c.workflow_id == workflows.c.id)
        .where(workflows.c.path == path, workflow_versions.c.hash == version_hash)
    )
    return connection.scalar(statement)


def document(connection: Connection, workflow_id: str, version_hash: str) -> bytes:
    """The document of one version, as it was stored.

    Raises:
        NotFound: there is no such version.
    """
    stored = connection.scalar(
        select(workflow_versions.c.document).where(
            workflow_versions.c.workflow_id == workflow_id,
            workflow_versions.c.hash == version_hash,
        )
    )
    if stored is None:
        raise NotFound(f"workflow {workflow_id} has no version {version_hash}")
    return bytes(stored)


def id_of(connection: Connection, name: str) -> str:
    """The id of a workflow by its id or its name.

    Raises:
        NotFound: there is none.
    """
    known_by = or_(workflows.c.id == name, workflows.c.name == name)
    found = connection.scalar(
        select(workflows.c.id).where(known_by, workflows.c.deleted_at.is_(None)).limit(1)
    )
    if found is None:
        raise NotFound(f"there is no workflow {name!r}")
    return str(found)


def get(connection: Connection, workflow_id: str) -> StoredWorkflow:
    """One workflow.

    Raises:
        NotFound: there is none with this id.
    """
    row = connection.execute(select(workflows).where(workflows.c.id == workflow_id)).one_or_none()
    if row is None:
        raise NotFound(f"there is no workflow {workflow_id}")
    return StoredWorkflow(**row._asdict())
