"""Pin a node's items to a draft: they stand in for it whenever the draft runs."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from tidegate import codec
from tidegate.app import App
from tidegate.errors import Conflict, InvalidInput
from tidegate.model.item import JsonObject
from tidegate.services import item_windows
from tidegate.services.editing import Changes, Document, change, visible
from tidegate.services.execution_views import visible as visible_execution
from tidegate.services.identity.permissions import Action, Caller

MAX_PINNED: Final = 10_000
"""So many items of one node can be pinned."""


@dataclass(frozen=True, slots=True)
class Pin:
    """The items of a node: given ones, or those of an output of it in an execution."""

    node: str
    items: Sequence[JsonObject] | None = None
    execution_id: str | None = None
    output: str = "main"


async def pin(app: App, caller: Caller, workflow_id: str, revision: int, wanted: Pin) -> Document:
    """Pin items.

    Raises:
        InvalidInput: neither items nor an execution were named, or both.
        NotFound: the node put out nothing in that execution.
        Conflict: these are too many items, or those of a sensitive node.
        Changed: the workflow is not at ``revision`` any more.
    """
    if (wanted.items is None) == (wanted.execution_id is None):
        raise InvalidInput("name either items or an execution_id")
    pinned = await _pinned(app, caller, workflow_id)
    if wanted.items is not None:
        pinned[wanted.node] = list(wanted.items)
    elif wanted.execution_id is not None:
        pinned[wanted.node] = await _items(app, caller, wanted.execution_id, wanted)
    return await change(app, caller, workflow_id, revision, Changes(pinned_data=pinned))


async def unpin(app: App, caller: Caller, workflow_id: str, revision: int, node: str) -> Document:
    """Pin a node's items no longer.

    Raises:
        Changed: the workflow is not at ``revision`` any more.
    """
    pinned = await _pinned(app, caller, workflow_id)
    pinned.pop(node, None)
    return await change(app, caller, workflow_id, revision, Changes(pinned_data=pinned))


async def _pinned(app: App, caller: Caller, workflow_id: str) -> dict[str, Any]:
    stored = await visible(app, caller, workflow_id, Action.WORKFLOWS_WRITE)
    return {} if stored.pinned_data is None else dict(codec.decode(stored.pinned_data))


async def _items(app: App, caller: Caller, execution_id: str, wanted: Pin) -> list[JsonObject]:
    await visible_execution(app, caller, execution_id, Action.EXECUTIONS_READ)
    place = (wanted.node, ())
    found, total = await item_windows.read(
        app, execution_id, place, output=wanted.output, limit=MAX_PINNED
    )
    if total > MAX_PINNED:
        raise Conflict(f"this output has {total} items; at most {MAX_PINNED} can be pinned")
    return [item.json for item in found]
