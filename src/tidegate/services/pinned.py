"""Results that stand in for nodes: pinned data of drafts, items given instead of what was."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from tidegate import codec
from tidegate.engine.batches import encode_batch
from tidegate.engine.plan import Plan
from tidegate.errors import InvalidInput
from tidegate.model.execution import BatchRef, NodeRow, StoredOutput, now_us
from tidegate.model.item import Item, JsonObject
from tidegate.model.status import AttemptStatus, NodeStatus

_BATCH: Final = 1000


def pinned_rows(plan: Plan, pinned: Mapping[str, Any]) -> list[NodeRow]:
    """Results that stand in for nodes of a draft."""
    return [
        pinned_row(plan, node, items, plan.nodes[node].through)
        for node, items in pinned.items()
        if node in plan.nodes and not plan.graph.loops[node] and not plan.nodes[node].is_loop
    ]


def left_out(plan: Plan, to_node: str) -> list[NodeRow]:
    """Skipped results for every node that does not lead to ``to_node``.

    Raises:
        InvalidInput: there is no such node, or it is inside of a loop.
    """
    if to_node not in plan.nodes:
        raise InvalidInput(f"there is no node '{to_node}' to run to", node=to_node)
    if plan.graph.loops[to_node]:
        raise InvalidInput(f"'{to_node}' is inside of a loop; run to the loop itself", node=to_node)
    wanted, stack = {to_node}, [to_node]
    while stack:
        for edge in plan.graph.incoming[stack.pop()]:
            if edge.source not in wanted:
                wanted.add(edge.source)
                stack.append(edge.source)
    now = now_us()
    return [
        NodeRow(
            execution_id="",
            node_id=node,
            node_type=plan.nodes[node].type,
            path=(),
            attempt=1,
            kind="finished",
            status=NodeStatus.SKIPPED,
            attempt_status=AttemptStatus.SUCCEEDED,
            started_at=now,
            finished_at=now,
        )
        for node in plan.graph.order
        if node not in wanted and not plan.graph.loops[node]
    ]


def pinned_row(plan: Plan, node: str, items: Sequence[JsonObject], output: str | None) -> NodeRow:
    """The result of a node that put out these items."""
    codec.check(list(items), what="items")
    parts, batches, offset = [], [], 0
    for start in range(0, len(items), _BATCH):
        batch = [Item(item) for item in items[start : start + _BATCH]]
        data = encode_batch(batch, None, start)
        batches.append(BatchRef(output or "main", offset, len(data), len(batch)))
        parts.append(data)
        offset += len(data)
    now = now_us()
    return NodeRow(
        execution_id="",
        node_id=node,
        node_type=plan.nodes[node].type,
        path=(),
        attempt=1,
        kind="finished",
        status=NodeStatus.SUCCEEDED,
        attempt_status=AttemptStatus.SUCCEEDED,
        started_at=now,
        finished_at=now,
        items_out=len(items),
        output=StoredOutput(tuple(batches), b"".join(parts)),
    )
