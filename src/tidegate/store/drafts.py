"""Workflows as people edit them: drafts, published versions, folders and tags.

Every change of a workflow raises its ``revision``, and names the revision that it starts from.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Literal

from sqlalchemy import Connection, func, or_, select, tuple_, update
from sqlalchemy.exc import IntegrityError

from tidegate.errors import Conflict, NotFound
from tidegate.model.execution import now_us
from tidegate.store.tables import workflow_versions, workflows
from tidegate.store.upsert import insert_if_new
from tidegate.store.workflows import StoredWorkflow

_columns = workflows.c
_versions = workflow_versions.c


Place = tuple[str | int, str]
"""What a workflow is sorted by (its name, when it was changed, who made it), and its id."""


class WorkflowSort(StrEnum):
    """By what a list of workflows is sorted; ``-``: the greatest first."""

    NAME = "name"
    NAME_BACKWARDS = "-name"
    OLDEST = "updated_at"
    NEWEST = "-updated_at"
    CREATOR = "created_by"
    CREATOR_BACKWARDS = "-created_by"

    @property
    def is_descending(self) -> bool:
        """Whether the greatest comes first."""
        return self.value.startswith("-")

    @property
    def column(self) -> Literal["name", "updated_at", "created_by"]:
        """What is compared."""
        for column in ("updated_at", "created_by"):
            if self.value.endswith(column):
                return column
        return "name"

    def place_of(self, stored: StoredWorkflow) -> Place:
        """Where a page ends whose last one this is."""
        return (getattr(stored, self.column), stored.id)


@dataclass(frozen=True, slots=True)
class WorkflowFilter:
    """Which workflows a list shows; ``projects`` None: of every project."""

    projects: Collection[str] | None = None
    folder: str | None = None
    tag: str | None = None
    text: str | None = None
    published: bool | None = None
    ids: Collection[str] | None = None


@dataclass(frozen=True, slots=True)
class StoredVersion:
    """A version without its document; ``number`` is None where it was never published."""

    hash: str
    number: int | None
    author: str
    note: str
    created_at: int


def add(connection: Connection, row: Mapping[str, Any]) -> None:
    """Store a new workflow.

    Raises:
        Conflict: there is one with this name.
    """
    if connection.execute(insert_if_new(connection, workflows, **row)).rowcount == 0:
        raise _name_taken(str(row["name"]))


def change(
    connection: Connection, workflow_id: str, revision: int, values: Mapping[str, Any]
) -> int | None:
    """Change a workflow that is at ``revision``; its new revision, or None: it is at another.

    Raises:
        Conflict: there is another one with this name.
    """
    statement = (
        update(workflows)
        .where(
            _columns.id == workflow_id,
            _columns.revision == revision,
            _columns.deleted_at.is_(None),
        )
        .values(**values, revision=revision + 1, updated_at=now_us())
        .returning(_columns.revision)
    )
    try:
        with connection.begin_nested():
            changed: int | None = connection.scalar(statement)
    except IntegrityError:
        raise _name_taken(str(values.get("name"))) from None
    return changed


def page(
    connection: Connection,
    wanted: WorkflowFilter,
    *,
    after: Place | None = None,
    limit: int = 50,
    sort: WorkflowSort = WorkflowSort.NAME,
) -> Sequence[StoredWorkflow]:
    """Workflows in an order, from the one after ``after`` on."""
    order = (_columns[sort.column], _columns.id)
    statement = select(workflows).where(_columns.deleted_at.is_(None)).limit(limit)
    statement = statement.order_by(
        *(part.desc() if sort.is_descending else part.asc() for part in order)
    )
    if wanted.projects is not None:
        statement = statement.where(_columns.project_id.in_(wanted.projects))
    if wanted.folder is not None:
        inside = _columns.folder.startswith(f"{wanted.folder}/", autoescape=True)
        statement = statement.where(or_(_columns.folder == wanted.folder, inside))
    if wanted.tag is not None:
        statement = statement.where(_columns.tags.contains(f'"{wanted.tag}"', autoescape=True))
    if wanted.text is not None:
        name = func.lower(_columns.name)
        statement = statement.where(name.contains(wanted.text.lower(), autoescape=True))
    if wanted.ids is not None:
        statement = statement.where(_columns.id.in_(wanted.ids))
    if wanted.published is not None:
        is_null = _columns.published_hash.is_(None)
        statement = statement.where(~is_null if wanted.published else is_null)
    if after is not None:
        place = tuple_(*order)
        statement = statement.where(place < after if sort.is_descending else place > after)
    return [StoredWorkflow(**row._asdict()) for row in connection.execute(statement)]


def folders_and_tags(
    connection: Connection, projects: Collection[str] | None
) -> Sequence[tuple[str, str]]:
    """The folder and the tags (JSON) of each workflow."""
    statement = select(_columns.folder, _columns.tags).where(_columns.deleted_at.is_(None))
    if projects is not None:
        statement = statement.where(_columns.project_id.in_(projects))
    return [(row.folder, row.tags) for row in connection.execute(statement)]


def add_version(
    connection: Connection, workflow_id: str, hash: str, document: bytes, author: str
) -> None:
    """Store a version, if it is not there yet."""
    row = {
        "workflow_id": workflow_id,
        "hash": hash,
        "document": document,
        "created_at": now_us(),
        "author": author,
    }
    connection.execute(insert_if_new(connection, workflow_versions, **row))


def publish(
    connection: Connection, workflow_id: str, revision: int, hash: str, note: str
) -> int | None:
    """Make a stored version the one that triggers start; the new revision, or None: see change."""
    changed = change(
        connection, workflow_id, revision, {"published_hash": hash, "version_hash": hash}
    )
    if changed is None:
        return None
    last = connection.scalar(
        select(func.max(_versions.number)).where(_versions.workflow_id == workflow_id)
    )
    connection.execute(
        update(workflow_versions)
        .where(
            _versions.workflow_id == workflow_id,
            _versions.hash == hash,
            _versions.number.is_(None),
        )
        .values(number=(last or 0) + 1, note=note)
    )
    return changed


def versions(
    connection: Connection, workflow_id: str, *, before: int | None = None, limit: int = 50
) -> Sequence[StoredVersion]:
    """Published versions, the newest first, from the one before number ``before`` on."""
    statement = (
        select(
            _versions.hash, _versions.number, _versions.author, _versions.note, _versions.created_at
        )
        .where(_versions.workflow_id == workflow_id, _versions.number.is_not(None))
        .order_by(_versions.number.desc())
        .limit(limit)
    )
    if before is not None:
        statement = statement.where(_versions.number < before)
    return [StoredVersion(**row._asdict()) for row in connection.execute(statement)]


def version(connection: Connection, workflow_id: str, hash_or_number: str) -> StoredVersion:
    """One version, by its hash or its number.

    Raises:
        NotFound: there is none.
    """
    known_by = _versions.hash == hash_or_number
    if hash_or_number.isascii() and hash_or_number.isdecimal() and len(hash_or_number) < 10:
        known_by = _versions.number == int(hash_or_number)
    row = connection.execute(
        select(
            _versions.hash, _versions.number, _versions.author, _versions.note, _versions.created_at
        ).where(_versions.workflow_id == workflow_id, known_by)
    ).one_or_none()
    if row is None:
        raise NotFound(f"this workflow has no version {hash_or_number}")
    return StoredVersion(**row._asdict())


def _name_taken(name: str) -> Conflict:
    return Conflict(f"there is a workflow '{name}' already; choose another name")
