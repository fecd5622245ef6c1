"""Workflows of a folder of files: published as they are stored, let go when their file is gone."""

from collections.abc import Collection

from sqlalchemy import Connection, select, update

from tidegate.model.execution import now_us
from tidegate.store import drafts
from tidegate.store.tables import workflows

_columns = workflows.c


def publish(connection: Connection, workflow_id: str, hash: str, folder: str) -> None:
    """Make a stored version of a file's workflow the one that triggers start."""
    row = connection.execute(select(workflows).where(_columns.id == workflow_id)).one()
    if row.deleted_at is not None:
        connection.execute(
            update(workflows).where(_columns.id == workflow_id).values(deleted_at=None)
        )
    if row.folder != folder:
        connection.execute(
            update(workflows).where(_columns.id == workflow_id).values(folder=folder)
        )
    if row.published_hash != hash or row.deleted_at is not None:
        drafts.publish(connection, workflow_id, row.revision, hash, "")


def keep(connection: Connection, folder: str, paths: Collection[str]) -> None:
    """Delete the workflows whose files were below a folder and are gone."""
    inside = _columns.path.startswith(f"{folder}/", autoescape=True)
    known = connection.execute(
        select(_columns.id, _columns.path).where(inside, _columns.deleted_at.is_(None))
    )
    kept = set(paths)
    gone = [row.id for row in known if row.path not in kept]
    if gone:
        connection.execute(
            update(workflows)
            .where(_columns.id.in_(gone))
            .values(deleted_at=now_us(), published_hash=None, revision=_columns.revision + 1)
        )
