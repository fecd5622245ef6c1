"""Two executions side by side: where they differ, node by node."""

import asyncio
import hashlib
from collections.abc import Mapping
from typing import Final

from tidegate.app import App
from tidegate.model.document import document_value
from tidegate.model.execution import Execution, Path
from tidegate.model.item import JsonObject
from tidegate.services import item_windows
from tidegate.services.execution_views import visible
from tidegate.services.identity.permissions import Action, Caller
from tidegate.services.workflow_diff import differences
from tidegate.services.workflows import stored_version
from tidegate.store import node_executions
from tidegate.store.node_executions import StoredNodeRow
from tidegate.vault import SEALED_MARK

Rows = Mapping[tuple[str, Path], StoredNodeRow]
_COMPARED: Final = ("status", "error", "items_in", "items_out", "output_hash")


async def compare(app: App, caller: Caller, first_id: str, second_id: str) -> JsonObject:
    """The nodes of two executions, those that differ first, and where their versions differ.

    Raises:
        NotFound: one of them is not there, or not for this caller.
    """
    first = await visible(app, caller, first_id, Action.EXECUTIONS_READ)
    second = await visible(app, caller, second_id, Action.EXECUTIONS_READ)
    before, after = await _rows(app, first), await _rows(app, second)
    nodes = []
    for node, path in dict.fromkeys([*before, *after]):
        sides = [await _side(app, rows.get((node, path))) for rows in (before, after)]
        nodes.append({"node": node, "iteration": list(path), **_difference(*sides)})
    nodes.sort(key=lambda entry: not entry["differs_in"])
    return {"nodes": nodes, "documents": await _documents(app, first, second)}


async def _rows(app: App, execution: Execution) -> Rows:
    found = await app.database.read(
        lambda connection: node_executions.rows(connection, execution.id, with_output=False)
    )
    last: dict[tuple[str, Path], StoredNodeRow] = {}
    for stored in found:
        if stored.row.kind == "restarted":
            last.clear()
        else:
            last[stored.row.node_id, stored.row.path] = stored
    return last


async def _side(app: App, stored: StoredNodeRow | None) -> JsonObject | None:
    if stored is None:
        return None
    row = stored.row
    return {
        "status": row.status.value,
        "attempts": row.attempt,
        "duration_ms": row.duration_ms,
        "items_in": row.items_in,
        "items_out": row.items_out,
        "error": None if row.error is None else {"code": row.error.get("code")},
        "output_hash": await _hash(app, stored),
    }


async def _hash(app: App, stored: StoredNodeRow) -> str | None:
    """The hash of an output's bytes; None without one, or where it is sealed."""
    output = stored.row.output
    if output is None:
        return None
    digest = hashlib.sha256()
    for batch in output.batches:
        data = await item_windows.batch_bytes(app, stored, batch)
        if data.startswith(SEALED_MARK):
            return None
        await asyncio.to_thread(digest.update, data)
    return digest.hexdigest()


def _difference(first: JsonObject | None, second: JsonObject | None) -> JsonObject:
    if first is None or second is None:
        differs = ["presence"]
    else:
        differs = [name for name in _COMPARED if first[name] != second[name]]
    return {"first": first, "second": second, "differs_in": differs}


async def _documents(app: App, first: Execution, second: Execution) -> list[JsonObject]:
    if first.version_hash == second.version_hash:
        return []
    before, after = [
        document_value((await stored_version(app, one.workflow_id, one.version_hash)).workflow)
        for one in (first, second)
    ]
    return differences(before, after)
