"""What an execution did, read back from the store: for ``run`` and ``executions show``."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from tidegate.app import App
from tidegate.engine.batches import Output
from tidegate.engine.gather import Gather
from tidegate.engine.loops import LoopParams
from tidegate.engine.plan import Plan
from tidegate.model.execution import Execution, NodeRow, Path, us_to_iso
from tidegate.model.graph import LOOP_EACH
from tidegate.model.item import Item, JsonObject
from tidegate.model.status import NodeStatus
from tidegate.services import executions
from tidegate.services.outputs import final_nodes, last_rows, outputs_of
from tidegate.services.workflows import Version, plan_of, stored_version


@dataclass(frozen=True, slots=True)
class Report:
    """An execution with its version and the newest row of each node execution."""

    execution: Execution
    version: Version
    plan: Plan
    nodes: Sequence[NodeRow]
    by_place: Mapping[tuple[str, Path], NodeRow]

    @property
    def final_nodes(self) -> tuple[str, ...]:
        """The nodes whose items are what the execution put out."""
        return final_nodes(self.plan)

    def summary(self) -> JsonObject:
        """The JSON object of ``run --json`` without the items."""
        execution = self.execution
        return {
            "execution_id": execution.id,
            "number": execution.number,
            "workflow": self.version.workflow.name,
            "status": execution.status.value,
            "trigger": execution.trigger,
            "parent": parent_json(execution),
            "started_at": us_to_iso(execution.started_at),
            "finished_at": us_to_iso(execution.finished_at),
            "wake_at": us_to_iso(execution.wake_at),
            "duration_ms": execution.duration_ms,
            "errors_handled": execution.errors_handled,
            "error": execution.error,
            "usage": execution.usage,
            "nodes": [node_json(row) for row in self.nodes],
        }


def parent_json(execution: Execution) -> JsonObject | None:
    """Which execution, and which node of it, called this one as its sub-workflow."""
    if execution.parent_id is None:
        return None
    return {"execution_id": execution.parent_id, "node": execution.parent_node}


def node_json(row: NodeRow) -> JsonObject:
    """One node execution as JSON."""
    entry: JsonObject = {
        "id": row.node_id,
        "type": row.node_type,
        "status": row.status.value,
        "attempts": row.attempt,
        "started_at": us_to_iso(row.started_at),
        "finished_at": us_to_iso(row.finished_at),
        "duration_ms": row.duration_ms,
        "items_in": row.items_in,
        "items_out": row.items_out,
        "error": row.error,
    }
    if row.path:
        entry["iteration"] = list(row.path)
    if row.wake_at is not None:
        entry["wake_at"] = us_to_iso(row.wake_at)
    if row.errors_handled:
        entry["errors_handled"] = row.errors_handled
    if row.usage is not None:
        entry["usage"] = row.usage.as_json()
    return entry


async def report(app: App, execution: Execution) -> Report:
    """Read an execution back."""
    version = await stored_version(app, execution.workflow_id, execution.version_hash)
    rows = await executions.node_rows(app, execution.id)
    by_place = last_rows(rows)
    last = list(by_place.values())
    for row in last:
        if row.kind == "started" and row.finished_at is None:
            row.status = NodeStatus.RUNNING
    plan = plan_of(app, version)
    order = {node: index for index, node in enumerate(plan.graph.order)}
    last.sort(key=lambda row: (order.get(row.node_id, 0), row.path))
    return Report(execution, version, plan, last, by_place)


def has_output(row: NodeRow) -> bool:
    """Whether a node execution has put out what it made: a wait holds it back."""
    return row.output is not None and row.status is not NodeStatus.WAITING


async def output_items(app: App, row: NodeRow, limit: int) -> dict[str, list[JsonObject]]:
    """The first items of each output of a node execution."""
    if not has_output(row):
        return {}
    return {
        name: [item.json for item in await _first(output, limit)]
        for name, output in outputs_of(app, row).items()
    }


async def input_items(
    app: App, report: Report, row: NodeRow, limit: int
) -> dict[str, list[JsonObject]]:
    """The first items of each input of a node execution, from what led into it."""
    gather = await _gather(app, report, row.node_id, row.path)
    found: dict[str, list[JsonObject]] = {}
    for delivery in gather.deliveries:
        held = found.setdefault(delivery.edge.input, [])
        room = min(limit - len(held), gather.limit or limit)
        held += [item.json for item in await _first(delivery.output, room)]
    return found


async def _first(output: Output, limit: int) -> list[Item]:
    items: list[Item] = []
    if limit > 0:
        async for batch in output.iterate():
            items += batch[: limit - len(items)]
            if len(items) >= limit:
                break
    return items


async def _gather(app: App, report: Report, node_id: str, path: Path) -> Gather:
    """What a node was given in one iteration."""
    delivered = []
    node = report.plan.nodes[node_id]
    around = report.plan.graph.loops[node_id]
    for edge in report.plan.graph.incoming[node_id]:
        output: Output | None
        if around and edge.source == around[-1]:
            output = await _loop_batch(app, report, edge.source, path)
        else:
            source = report.by_place.get((edge.source, path))
            output = outputs_of(app, source).get(edge.output) if source is not None else None
        if output is not None and output.count:
            delivered.append((edge, output))
    first_only = node.settings.execute_once and not node.settings.disabled
    return Gather(node.inputs, delivered, first_only=first_only)


async def _loop_batch(app: App, report: Report, loop: str, path: Path) -> Output | None:
    """What a loop gave to one iteration; it is kept nowhere else but in the loop's own input.

    None: how many items an iteration takes can't be told from what was stored.
    """
    size = _batch_size(report, loop, path)
    if size is None:
        return None
    gather = await _gather(app, report, loop, path[:-1])
    return Output.of(await gather.window(path[-1] * size, size))


def _batch_size(report: Report, loop: str, path: Path) -> int | None:
    """The items of each iteration but the last: what the first one was given."""
    params = report.plan.nodes[loop].params.constant
    if params is not None:
        return cast("LoopParams", params).batch_size
    first = (*path[:-1], 0)
    for edge in report.plan.graph.outgoing[loop]:
        row = report.by_place.get((edge.target, first))
        is_alone = report.plan.graph.incoming[edge.target] == (edge,)
        takes_all = not report.plan.nodes[edge.target].settings.execute_once
        if edge.output == LOOP_EACH and is_alone and takes_all and row is not None:
            return row.items_in
    return None
