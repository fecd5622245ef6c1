"""Stored outputs, read back: the items of a node, of an execution's end, of a window."""

from collections.abc import AsyncIterator, Iterable, Sequence

from msgspec import structs

from tidegate.app import App
from tidegate.engine.batches import Output, restore
from tidegate.engine.plan import Plan
from tidegate.model.execution import Execution, NodeRow, Path
from tidegate.model.graph import LOOP_EACH
from tidegate.model.item import Item
from tidegate.model.status import NodeStatus
from tidegate.services import executions
from tidegate.services.workflows import plan_of, stored_version

_WITH_OUTPUT = frozenset({NodeStatus.SUCCEEDED, NodeStatus.FAILED, NodeStatus.SKIPPED})


def last_rows(rows: Iterable[NodeRow]) -> dict[tuple[str, Path], NodeRow]:
    """The newest row of each node execution, in the order of their first rows.

    Its ``started_at`` is that of the first attempt: the time spans all attempts.
    """
    last: dict[tuple[str, Path], NodeRow] = {}
    for row in rows:
        if row.kind == "restarted":
            last.clear()
            continue
        before = last.get((row.node_id, row.path))
        last[row.node_id, row.path] = (
            row if before is None else structs.replace(row, started_at=before.started_at)
        )
    return last


def outputs_of(app: App, row: NodeRow) -> dict[str, Output]:
    """The outputs of one journal row by name; items are read when they are iterated."""
    return restore(row.output, app.spill)


async def final_items(app: App, execution: Execution) -> Sequence[Item]:
    """What an execution put out: the items that no edge leads on from, in the nodes' order.

    Of each node outside loops this is the first output; what a filter discarded and failures that
    were put aside are no result.
    """
    version = await stored_version(app, execution.workflow_id, execution.version_hash)
    rows = await executions.node_rows(app, execution.id)
    items: list[Item] = []
    async for batch in _final_batches(app, plan_of(app, version), rows):
        items.extend(batch)
    return items


async def items_of_rows(
    app: App, plan: Plan, rows: Iterable[NodeRow], *, first: bool = False
) -> list[Item]:
    """As :func:`final_items`, of rows at hand; ``first``: no more than one item."""
    items: list[Item] = []
    async for batch in _final_batches(app, plan, rows):
        if first and batch:
            return [batch[0]]
        items.extend(batch)
    return items


def final_nodes(plan: Plan) -> tuple[str, ...]:
    """The nodes outside loops from which no edge leads on; a loop's own body does not count."""
    graph = plan.graph
    return tuple(
        node
        for node in graph.order
        if not graph.loops[node]
        and not any(
            edge.output != LOOP_EACH or not plan.nodes[node].is_loop
            for edge in graph.outgoing[node]
        )
    )


async def _final_batches(
    app: App, plan: Plan, rows: Iterable[NodeRow]
) -> AsyncIterator[Sequence[Item]]:
    last = last_rows(rows)
    for node in plan.graph.order:
        row, result = last.get((node, ())), plan.nodes[node].through
        leads_on = any(edge.output == result for edge in plan.graph.outgoing[node])
        if row is None or row.status not in _WITH_OUTPUT or leads_on or plan.graph.loops[node]:
            continue
        output = outputs_of(app, row).get(result or "")
        if output is not None:
            async for batch in output.iterate():
                yield batch
