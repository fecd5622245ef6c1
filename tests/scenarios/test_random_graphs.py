"""Any workflow without cycles: every node settles once, and chance decides nothing."""

import asyncio
import json
from collections import Counter
from dataclasses import dataclass
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tidegate.engine.journaled import Journaled
from tidegate.engine.testing import MemorySpill, Ran, run_workflow
from tidegate.model.document import load_document
from tidegate.model.status import ExecutionStatus, NodeStatus
from tidegate.model.workflow import Workflow
from tidegate.registry import Registry

KINDS: dict[str, tuple[dict[str, Any], tuple[str, ...]]] = {
    "test.call": ({}, ("main",)),
    "test.each": ({}, ("main",)),
    "test.stream": ({}, ("main",)),
    "test.call_write": ({}, ("main",)),
    "flow.if": ({"condition": "{{ json.n % 2 == 0 }}"}, ("true", "false")),
    "data.limit": ({"max_items": 2}, ("main",)),
    "data.sort": ({"keys": [{"field": "n", "order": "descending"}]}, ("main",)),
    "data.aggregate": ({}, ("main",)),
    "data.filter": ({"condition": "{{ json.n > 2 }}"}, ("main", "discarded")),
}


@dataclass
class Drawn:
    """A workflow, and the same one in which nodes take their time."""

    quick: Workflow
    slow: Workflow
    cut: float


@st.composite
def workflows(draw: st.DrawFn) -> Drawn:
    count = draw(st.integers(1, 8))
    items = [{"n": n} for n in range(draw(st.integers(0, 5)))]
    quick: dict[str, Any] = {"start": {"type": "test.start", "params": {"items": items}}}
    outputs = {"start": ("main",)}
    edges: list[str] = []
    for number in range(count):
        node = f"n{number}"
        kind = draw(st.sampled_from(sorted(KINDS)))
        params, outputs[node] = KINDS[kind]
        quick[node] = {"type": kind, "params": params}
        if draw(st.integers(0, 6)) == 0:
            quick[node]["settings"] = {"disabled": True}
        sources = [name for name in outputs if name != node]
        for source in draw(st.lists(st.sampled_from(sources), min_size=1, max_size=3, unique=True)):
            output = draw(st.sampled_from(outputs[source]))
            edges.append(f"{source}.{output} -> {node}")
    slow = json.loads(json.dumps(quick))
    for node in slow.values():
        if node["type"] in ("test.call", "test.call_write", "test.each"):
            node["params"] = {"seconds": draw(st.sampled_from([0, 0.001, 0.003]))}
    return Drawn(_load(quick, edges), _load(slow, edges), draw(st.floats(0, 1)))


def _load(nodes: dict[str, Any], edges: list[str]) -> Workflow:
    # An aggregate makes one item without `n`; behind it, conditions need one.
    for node in nodes.values():
        if node["type"] == "data.aggregate":
            node["params"] = {
                "collect": "fields",
                "fields": [{"field": "n", "into": "all"}],
                "unknown_fields": "ignore",
            }
        if node["type"] in ("flow.if", "data.filter"):
            condition = node["params"]["condition"].replace("json.n", "json.get('n', 0)")
            node["params"] = {"condition": condition}
        if node["type"] == "data.sort":
            node["params"] = {**node["params"], "unknown_fields": "ignore"}
    document = {"tidegate": 1, "name": "Random", "nodes": nodes, "edges": edges}
    return load_document(json.dumps(document), "random.json").workflow


def outputs(ran: Ran, before: Any = ()) -> dict[str, Any]:
    rows = [*before, *ran.rows]
    journaled = Journaled.of(rows, ran.spill)
    return {
        node: {
            name: [item.json for batch in output.batches for item in batch.load()[0]]
            for name, output in journaled.outputs(row).items()
            if output.count
        }
        for (node, _), row in journaled.rows.items()
    }


def check(workflow: Workflow, ran: Ran) -> None:
    """Every reachable node settled once, and got exactly what its edges delivered."""
    assert ran.end.status is ExecutionStatus.SUCCEEDED, ran.end.error
    ended = Counter(row.node_id for row in ran.rows if row.kind == "finished")
    assert ended == Counter(node.id for node in workflow.nodes)
    made = outputs(ran)
    rows = {row.node_id: row for row in ran.rows if row.kind == "finished"}
    for node in workflow.nodes:
        row = rows[node.id]
        given_items = sum(
            len(made[edge.source].get(edge.output, ()))
            for edge in workflow.edges
            if edge.target == node.id
        )
        assert row.items_in == given_items
        assert row.items_out == sum(map(len, made[node.id].values()))
        is_live = given_items > 0 or node.id == "start"
        assert (row.status is NodeStatus.SKIPPED) == (not is_live or node.settings.disabled)


@given(drawn=workflows())
def test_every_node_settles_once_whatever_takes_how_long(drawn: Drawn, registry: Registry) -> None:
    async def run() -> None:
        quick = await run_workflow(drawn.quick, registry.node_class)
        check(drawn.quick, quick)
        slow = await run_workflow(drawn.slow, registry.node_class, spill_threshold=1)
        check(drawn.slow, slow)
        assert outputs(slow) == outputs(quick)
        before = slow.rows[: int(drawn.cut * len(slow.rows))]
        resumed = await run_workflow(
            drawn.quick,
            registry.node_class,
            journaled=Journaled.of(before, slow.spill),
            spill=slow.spill,
        )
        assert resumed.end.status is ExecutionStatus.SUCCEEDED
        assert outputs(resumed, before) == outputs(quick)

    asyncio.run(run())


@given(drawn=workflows(), broken=st.integers(0, 7), skips=st.booleans())
def test_a_failure_anywhere_ends_the_execution_or_is_counted(
    drawn: Drawn, broken: int, skips: bool, registry: Registry
) -> None:
    nodes = list(drawn.slow.nodes)
    place = min(broken + 1, len(nodes) - 1)
    document = json.loads(json.dumps(_document(drawn.slow)))
    node = document["nodes"][nodes[place].id]
    node |= {"type": "test.call", "params": {"fail": 1, "error": "failed"}, "settings": {}}
    edges = [
        edge if not edge.startswith(f"{nodes[place].id}.") else _main(edge)
        for edge in document["edges"]
    ]
    document["edges"] = list(dict.fromkeys(edges))
    document["settings"] = {"fallback": {"skip_failed_nodes": skips}}
    workflow = load_document(json.dumps(document), "broken.json").workflow

    async def run() -> None:
        ran = await run_workflow(workflow, registry.node_class, spill=MemorySpill())
        ended = Counter(row.node_id for row in ran.rows if row.kind == "finished")
        assert set(ended.values()) == {1}
        failed = [row for row in ran.rows if row.status is NodeStatus.FAILED]
        if skips:
            assert ran.end.status is ExecutionStatus.SUCCEEDED
            assert ran.end.errors_handled == len(failed)
        else:
            assert (ran.end.status is ExecutionStatus.FAILED) == (len(failed) == 1)
            open_rows = {row.node_id for row in ran.rows if row.kind == "started"} - set(ended)
            assert not open_rows

    asyncio.run(run())


def _main(edge: str) -> str:
    source, _, target = edge.partition(" -> ")
    return f"{source.partition('.')[0]} -> {target}"


def _document(workflow: Workflow) -> dict[str, Any]:
    nodes = {
        node.id: {
            "type": node.type,
            "params": node.params,
            "settings": {"disabled": node.settings.disabled},
        }
        for node in workflow.nodes
    }
    edges = [str(edge) for edge in workflow.edges]
    return {"tidegate": 1, "name": "Broken", "nodes": nodes, "edges": edges}
