"""Executions that begin with stored results: retried, run again from a node, with pinned data."""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from msgspec import structs

from tidegate.app import App
from tidegate.engine.plan import Plan
from tidegate.errors import Conflict, InvalidInput
from tidegate.model.execution import Execution, NodeRow, Path, StoredOutput
from tidegate.model.item import JsonObject
from tidegate.model.status import ENDED, NodeStatus
from tidegate.services import editing, executions, sealing, starting
from tidegate.services.execution_views import visible
from tidegate.services.identity.permissions import Action, Caller
from tidegate.services.outputs import last_rows
from tidegate.services.pinned import pinned_row
from tidegate.services.starting import StartRequest
from tidegate.services.workflows import plan_of

_KEPT: Final = frozenset({NodeStatus.SUCCEEDED, NodeStatus.SKIPPED})
_COPIED: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class Repeat:
    """How an execution is repeated; ``items`` replace what leads into ``node``.

    With ``to_node`` nothing runs that does not lead to that.
    """

    mode: Literal["retry", "again", "from_node"]
    node: str | None = None
    version: Literal["same", "published", "draft"] = "same"
    items: Sequence[JsonObject] | None = None
    to_node: str | None = None


async def repeat(app: App, caller: Caller, execution_id: str, wanted: Repeat) -> Execution:
    """Start an execution that does a part of another one again, with the data of that one.

    Raises:
        NotFound, Forbidden: there is no such execution, or not for this caller.
        Conflict: it has not ended.
        InvalidInput: the node is not in the version, or can't be begun at.
    """
    source = await visible(app, caller, execution_id, Action.EXECUTIONS_START)
    if source.status not in ENDED:
        raise Conflict(f"execution {source.number} has not ended: {source.status.value}")
    version = source.version_hash if wanted.version == "same" else wanted.version
    request = StartRequest(
        version=version,
        trigger=source.trigger,
        custom_data=sealing.open_start(app.vault, source),
        has_custom_data=source.has_custom_data,
        variables=source.variables,
        source="repeat",
        to_node=wanted.to_node,
    )
    stored = await editing.visible(app, caller, source.workflow_id, Action.EXECUTIONS_START)
    plan = plan_of(app, await editing.version_to_start(app, caller, stored, version))
    rows = await _kept(app, source, plan, wanted)
    fork = starting.Fork(source.id, lambda made: copy_outputs(app, rows, made))
    return await starting.start(app, caller, source.workflow_id, request, fork)


async def _kept(app: App, source: Execution, plan: Plan, wanted: Repeat) -> list[NodeRow]:
    """The results of an execution with which another one begins."""
    polled = plan.nodes[source.trigger].node.polls
    if wanted.mode == "again" and not polled:
        return []
    sensitive = sealing.sensitive_nodes(plan.workflow)
    if sensitive:
        names = ", ".join(sorted(sensitive))
        raise Conflict(f"the results of sensitive nodes ({names}) are not reused; use mode again")
    all_rows = last_rows(await executions.node_rows(app, source.id))
    rows = {
        key: row
        for key, row in all_rows.items()
        if row.node_id in plan.nodes and plan.nodes[row.node_id].type == row.node_type
    }
    if wanted.mode == "again":
        # What a poll found is found once: it stands for the data that other triggers are given.
        return [row for key, row in rows.items() if key[0] == source.trigger]
    if wanted.mode == "retry":
        failed = [key for key, row in rows.items() if row.status not in _KEPT]
        dropped = {place for key in failed for place in _after_place(plan, key, rows)}
        return [row for key, row in rows.items() if row.status in _KEPT and key not in dropped]
    node = _begun_at(plan, wanted.node)
    again = {node, *_descendants(plan, node)}
    kept = {
        key: row for key, row in rows.items() if row.status in _KEPT and row.node_id not in again
    }
    if wanted.items is not None:
        edges = plan.graph.incoming[node]
        if len(edges) != 1:
            raise InvalidInput(f"'{node}' has {len(edges)} edges into it; items need exactly one")
        edge = edges[0]
        row = pinned_row(plan, edge.source, wanted.items, edge.output)
        kept[edge.source, ()] = row
    return list(kept.values())


def _begun_at(plan: Plan, node: str | None) -> str:
    if node is None or node not in plan.nodes:
        raise InvalidInput("name a node of this version to begin at", node=node)
    if plan.graph.loops[node]:
        raise InvalidInput(f"'{node}' is inside of a loop; begin at the loop itself", node=node)
    return node


def _descendants(plan: Plan, node: str) -> set[str]:
    """What comes after a node; after one of a loop's body the loop itself does."""
    found: set[str] = set()
    stack = [node]
    while stack:
        current = stack.pop()
        following = [edge.target for edge in plan.graph.outgoing[current]]
        following += plan.graph.loops[current]
        for target in following:
            if target not in found and target != node:
                found.add(target)
                stack.append(target)
    return found


def _after_place(
    plan: Plan, key: tuple[str, Path], rows: Iterable[tuple[str, Path]]
) -> Iterable[tuple[str, Path]]:
    """The node executions after one of them; other iterations of a loop are not."""
    node, path = key
    after = _descendants(plan, node)
    for other, place in rows:
        if other in after and (len(place) < len(path) or place[: len(path)] == path):
            yield other, place


async def copy_outputs(app: App, rows: Sequence[NodeRow], execution_id: str) -> list[NodeRow]:
    """The rows with files of their own, so that either execution can be deleted."""
    copied = []
    for row in rows:
        output = row.output
        if output is not None and output.file is not None:
            output = structs.replace(output, file=await _copy(app, output, execution_id))
        copied.append(structs.replace(row, execution_id=execution_id, output=output, usage=None))
    return copied


async def _copy(app: App, output: StoredOutput, execution_id: str) -> str:
    assert output.file is not None
    size = max(batch.offset + batch.length for batch in output.batches)
    file = app.plain_spill.create(execution_id)
    for offset in range(0, size, _COPIED):
        length = min(_COPIED, size - offset)
        await file.append(await asyncio.to_thread(app.spill.read, output.file, offset, length))
    await file.close()
    return file.key
