"""What nodes and workflows keep between executions: values by key, each with a version.

Functions run inside of ``Database.write`` or ``Database.read``. ``node_id`` is empty for what all
nodes of a workflow share.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import ColumnElement, Connection, delete, func, select, update

from tidegate.errors import Conflict
from tidegate.model.execution import now_us
from tidegate.store.account_tables import state
from tidegate.store.text import clean_text
from tidegate.store.upsert import insert_if_new

MAX_KEYS: Final = 1000
"""So many keys a node, or a workflow, may have."""

_columns = state.c


@dataclass(frozen=True, slots=True)
class StatePlace:
    """Whose state: a node's, or (with an empty ``node_id``) a workflow's."""

    workflow_id: str
    node_id: str


def get(connection: Connection, place: StatePlace, key: str) -> tuple[bytes, int] | None:
    """The value (JSON text) and the version of a key; None: it has none."""
    statement = select(_columns.value, _columns.version).where(*_at(place, key))
    row = connection.execute(statement).one_or_none()
    return None if row is None else (bytes(row.value), row.version)


def keys(connection: Connection, place: StatePlace) -> Sequence[str]:
    """The keys of a node or workflow, sorted."""
    statement = select(_columns.key).where(*_of(place)).order_by(_columns.key)
    return connection.scalars(statement).all()


def put(connection: Connection, place: StatePlace, key: str, value: bytes) -> int:
    """Give a key a value, whatever it has; returns its new version.

    Raises:
        Conflict: there are too many keys.
    """
    while True:
        known = get(connection, place, key)
        version = 0 if known is None else known[1]
        if replace(connection, place, key, value=value, version=version):
            return version + 1


def replace(
    connection: Connection, place: StatePlace, key: str, *, value: bytes, version: int
) -> bool:
    """Give a key a value if it is at ``version`` (0: it has none); False: it is not.

    Raises:
        Conflict: there are too many keys.
    """
    values = {"value": value, "version": version + 1, "updated_at": now_us()}
    if version == 0:
        count = connection.scalar(select(func.count()).select_from(state).where(*_of(place))) or 0
        if count >= MAX_KEYS:
            raise Conflict(f"a node or a workflow keeps at most {MAX_KEYS} keys of state")
        names = {
            "workflow_id": place.workflow_id,
            "node_id": place.node_id,
            "key": clean_text(key),
        }
        return connection.execute(insert_if_new(connection, state, **names, **values)).rowcount == 1
    changed = update(state).where(*_at(place, key), _columns.version == version).values(**values)
    return connection.execute(changed).rowcount == 1


def remove(connection: Connection, place: StatePlace, key: str) -> bool:
    """Let a key go; False: there was none."""
    return connection.execute(delete(state).where(*_at(place, key))).rowcount == 1


def _of(place: StatePlace) -> tuple[ColumnElement[bool], ...]:
    return _columns.workflow_id == place.workflow_id, _columns.node_id == place.node_id


def _at(place: StatePlace, key: str) -> tuple[ColumnElement[bool], ...]:
    return *_of(place), _columns.key == clean_text(key)
