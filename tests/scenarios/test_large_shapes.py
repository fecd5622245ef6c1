"""Shapes that are too large to be written down: long, wide, deep, and many items."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from tidegate.engine.journaled import Journaled
from tidegate.engine.testing import MemorySpill, Ran, run_workflow
from tidegate.model.document import load_document
from tidegate.model.execution import NodeRow
from tidegate.model.status import ExecutionStatus, NodeStatus
from tidegate.model.workflow import Workflow
from tidegate.registry import Registry

START = {"type": "test.start", "params": {"items": [{"n": 1}]}}


def workflow(nodes: Mapping[str, Any], edges: Sequence[str]) -> Workflow:
    document = {"tidegate": 1, "name": "Large", "nodes": nodes, "edges": edges}
    return load_document(json.dumps(document), "large.json").workflow


def last_items(ran: Ran, node: str, output: str = "main") -> list[Any]:
    row = next(row for row in reversed(ran.rows) if row.node_id == node)
    found = Journaled.of([row], ran.spill).outputs(row)[output]
    return [item.json for batch in found.batches for item in batch.load()[0]]


async def resumes_from(
    given: Workflow, registry: Registry, whole: Ran, cuts: Sequence[int], node: str
) -> None:
    """Goes on from some prefixes of the journal and compares what one node puts out."""
    expected = last_items(whole, node)
    for cut in cuts:
        journaled = Journaled.of(whole.rows[:cut], whole.spill)
        ran = await run_workflow(given, registry.node_class, journaled=journaled, spill=whole.spill)
        assert ran.end.status is whole.end.status
        assert len(ran.rows) == len(whole.rows) - cut
        assert last_items(ran, node) == expected


async def test_a_chain_of_two_hundred_nodes(registry: Registry) -> None:
    count = 200
    nodes = {"start": START} | {f"n{i}": {"type": "test.call"} for i in range(count)}
    edges = ["start -> n0", *(f"n{i} -> n{i + 1}" for i in range(count - 1))]
    given = workflow(nodes, edges)
    ran = await run_workflow(given, registry.node_class)
    assert ran.end.status is ExecutionStatus.SUCCEEDED
    assert [row.node_id for row in ran.rows] == ["start", *(f"n{i}" for i in range(count))]
    await resumes_from(given, registry, ran, [0, 1, 100, 199, 200], "n199")


async def test_a_fan_out_to_two_hundred_nodes_that_join(registry: Registry) -> None:
    count = 200
    wide = {f"n{i}": {"type": "data.set", "params": {"fields": {"i": i}}} for i in range(count)}
    join = {"type": "test.call"}
    edges = [f"start -> n{i}" for i in range(count)]
    edges += [f"n{i} -> join" for i in reversed(range(count))]
    given = workflow({"start": START, **wide, "join": join}, edges)
    ran = await run_workflow(given, registry.node_class)
    assert ran.end.status is ExecutionStatus.SUCCEEDED
    assert [item["i"] for item in last_items(ran, "join")] == list(reversed(range(count)))
    await resumes_from(given, registry, ran, [0, 1, 57, 201], "join")


async def test_two_hundred_nodes_work_at_the_same_time(registry: Registry) -> None:
    count = 200
    call = {"type": "test.call", "params": {"seconds": 0.2}}
    nodes = {"start": START} | {f"n{i}": call for i in range(count)}
    ran = await run_workflow(
        workflow(nodes, [f"start -> n{i}" for i in range(count)]), registry.node_class
    )
    messages = [line.message for line in ran.lines]
    assert messages.index("left") == count + 1  # every node began before the first one was done


async def test_one_failure_among_two_hundred_branches_cancels_the_others(
    registry: Registry,
) -> None:
    count = 200
    slow = {"type": "test.call", "params": {"seconds": 60}}
    broken = {"type": "test.call", "params": {"fail": 1, "error": "failed"}}
    nodes = {"start": START} | {f"n{i}": slow for i in range(count)} | {"broken": broken}
    edges = [*(f"start -> n{i}" for i in range(count)), "start -> broken"]
    ran = await run_workflow(workflow(nodes, edges), registry.node_class)
    assert ran.end.status is ExecutionStatus.FAILED
    cancelled = [row for row in ran.rows if row.status is NodeStatus.CANCELLED]
    assert len(cancelled) == count


async def test_a_loop_of_two_thousand_iterations(registry: Registry) -> None:
    count = 2000
    nodes = {
        "start": START,
        "make": {
            "type": "data.generate",
            "params": {"count": count, "fields": {"i": "{{ index }}"}},
        },
        "loop": {"type": "flow.loop"},
        "work": {"type": "data.set", "params": {"fields": {"twice": "{{ json.i * 2 }}"}}},
        "sum": {
            "type": "data.aggregate",
            "params": {"collect": "fields", "fields": [{"field": "twice"}]},
        },
    }
    edges = ["start -> make", "make -> loop", "loop.each -> work", "work -> loop.results"]
    given = workflow(nodes, [*edges, "loop.done -> sum"])
    ran = await run_workflow(given, registry.node_class)
    assert ran.end.status is ExecutionStatus.SUCCEEDED
    assert last_items(ran, "sum") == [{"twice": [2 * i for i in range(count)]}]
    paths = [row.path for row in ran.rows if row.node_id == "work"]
    assert paths == [(i,) for i in range(count)]
    await resumes_from(given, registry, ran, [0, 2, 1234, count + 2], "sum")


async def test_loops_five_deep(registry: Registry) -> None:
    depth = 5
    nodes: dict[str, Any] = {"start": START}
    edges = ["start -> make0"]
    for level in range(depth):
        fields = {f"l{level}": "{{ index }}"}
        made = {
            "count": 2,
            "fields": {**{f"l{i}": f"{{{{ json.l{i} }}}}" for i in range(level)}, **fields},
        }
        nodes[f"make{level}"] = {"type": "data.generate", "params": made}
        nodes[f"loop{level}"] = {"type": "flow.loop"}
        inside = f"make{level + 1}" if level + 1 < depth else "work"
        edges += [f"make{level} -> loop{level}", f"loop{level}.each -> {inside}"]
        edges += [f"loop{level}.done -> loop{level - 1}.results"] if level else []
    names = " + ".join(f"str(json.l{i})" for i in range(depth))
    nodes["work"] = {
        "type": "data.set",
        "params": {
            "fields": {"name": f"{{{{ {names} }}}}", "top": "{{ node('loop0').item.json.l0 }}"}
        },
    }
    nodes["end"] = {"type": "test.call"}
    edges += [f"work -> loop{depth - 1}.results", "loop0.done -> end"]
    given = workflow(nodes, edges)
    ran = await run_workflow(given, registry.node_class)
    assert ran.end.status is ExecutionStatus.SUCCEEDED, ran.end.error
    expected = [f"{i:0{depth}b}" for i in range(2**depth)]
    assert [item["name"] for item in last_items(ran, "end")] == expected
    assert [item["top"] for item in last_items(ran, "end")] == [int(name[0]) for name in expected]
    cuts = range(0, len(ran.rows), 11)
    await resumes_from(given, registry, ran, cuts, "end")


@pytest.mark.parametrize("threshold", [1, 256 * 1024, 1 << 30])
async def test_fifty_thousand_items(registry: Registry, threshold: int) -> None:
    count = 50_000
    nodes = {
        "start": START,
        "make": {
            "type": "data.generate",
            "params": {"count": count, "fields": {"i": "{{ index }}"}},
        },
        "even": {"type": "flow.if", "params": {"condition": "{{ json.i % 2 == 0 }}"}},
        "mark": {"type": "data.set", "params": {"fields": {"even": True}}},
        "join": {"type": "data.filter", "params": {"condition": "{{ json.i % 10000 in [0, 1] }}"}},
        "from": {
            "type": "data.set",
            "params": {"fields": {"same": "{{ node('make').item.json.i }}"}},
        },
    }
    edges = ["start -> make", "make -> even", "even.true -> mark", "mark -> join"]
    given = workflow(nodes, [*edges, "even.false -> join", "join -> from"])
    ran = await run_workflow(given, registry.node_class, spill_threshold=threshold)
    assert ran.end.status is ExecutionStatus.SUCCEEDED
    found = last_items(ran, "from")
    assert [item["i"] for item in found] == [
        *range(0, count, 10_000),
        *range(1, count, 10_000),
    ]
    assert all(item["same"] == item["i"] for item in found)
    await resumes_from(given, registry, ran, [2, 4], "from")


async def test_a_journal_row_of_a_large_output_holds_no_bytes(registry: Registry) -> None:
    nodes = {"start": START, "big": {"type": "test.big", "params": {"count": 3000, "size": 500}}}
    spill = MemorySpill()
    ran = await run_workflow(workflow(nodes, ["start -> big"]), registry.node_class, spill=spill)
    row: NodeRow = ran.rows[-1]
    assert row.output is not None
    assert (row.output.data, row.items_out) == (None, 3000)
    assert row.output.file in spill.files
    assert sum(ref.length for ref in row.output.batches) == len(
        spill.files[row.output.file or ""].getvalue()
    )
