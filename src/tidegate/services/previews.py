"""Expressions evaluated for those who write them: with given values, or with those of an execution.

The roots are the ones that the engine gives: ``json``, ``item``, ``items``, ``node("id")``,
``trigger``, ``vars``, ``execution``, ``workflow``.
"""

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final

from tidegate.app import App
from tidegate.errors import Conflict, ExpressionError, NotFound
from tidegate.expressions.preview import evaluate, evaluate_text
from tidegate.model.execution import Execution, Path, us_to_iso
from tidegate.model.item import Item, JsonObject
from tidegate.model.workflow import Workflow
from tidegate.services import editing, item_windows
from tidegate.services.execution_views import visible
from tidegate.services.identity.permissions import Action, Caller

MAX_ITEMS: Final = 100
"""So many items of each node are at hand in a preview."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where an expression stands: in a node, for the item numbered ``index`` that it was given."""

    execution_id: str
    node: str
    index: int = 0


async def preview(
    app: App, caller: Caller, text: str, roots: Mapping[str, Any], place: Place | None = None
) -> JsonObject:
    """What an expression, or a text with ``{{ }}``, gives; its own budget ends it.

    ``roots`` win over what is found at ``place``.

    Raises:
        Forbidden: the caller edits nothing.
        NotFound: the execution is not there, or not for this caller.
    """
    caller.require(Action.WORKFLOWS_WRITE)
    found = {} if place is None else await _roots(app, caller, text, place)
    try:
        value = await asyncio.to_thread(_value, text, {**found, **roots})
    except ExpressionError as error:
        return {"value": None, "error": error.as_json()}
    return {"value": value, "error": None}


def _value(text: str, roots: Mapping[str, Any]) -> Any:
    return evaluate_text(text, roots) if "{{" in text else evaluate(text.strip(), roots)


async def _roots(app: App, caller: Caller, text: str, place: Place) -> dict[str, Any]:
    execution = await visible(app, caller, place.execution_id, Action.EXECUTIONS_READ)
    stored = await editing.visible(app, caller, execution.workflow_id, Action.WORKFLOWS_READ)
    workflow = (await editing.opened(app, stored)).workflow
    named = {node.id for node in workflow.nodes if node.id in text}
    given = await _given(app, execution, workflow, place)
    trigger = await _items(app, execution, execution.trigger, "main", 0)
    nodes = {id: await _items(app, execution, id, "main", 0) for id in named}
    roots: dict[str, Any] = {
        "items": [item.json for item in given],
        "node": {id: [item.json for item in items] for id, items in nodes.items() if items},
        "vars": {**workflow.variables, **execution.variables},
        "workflow": {"id": stored.id, "name": workflow.name},
        "execution": {
            "id": execution.id,
            "trigger": execution.trigger,
            "source": execution.source,
            "user": execution.user,
            "started_at": us_to_iso(execution.started_at),
        },
    }
    if trigger:
        roots["trigger"] = trigger[0].json
    if place.index < len(given):
        item = given[place.index]
        files = {name: file.as_json() for name, file in item.files.items()}
        roots["json"] = item.json
        roots["item"] = {"json": item.json, "files": files, "index": place.index}
    return roots


async def _given(
    app: App, execution: Execution, workflow: Workflow, place: Place
) -> Sequence[Item]:
    """The items that lead into a node as the draft has it, in the order of its edges."""
    found: list[Item] = []
    for edge in workflow.edges:
        if edge.target == place.node:
            found += await _items(app, execution, edge.source, edge.output, place.index)
    return found


async def _items(
    app: App, execution: Execution, node: str, output: str, index: int
) -> Sequence[Item]:
    path: Path = ()
    limit = max(MAX_ITEMS, index + 1)
    with suppress(NotFound, Conflict):  # it put out nothing, or is sensitive
        found, _ = await item_windows.read(
            app, execution.id, (node, path), output=output, limit=limit
        )
        return found
    return []
