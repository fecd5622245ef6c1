"""Executions that waited outside memory go on when it is time."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from msgspec import structs

from tidegate.app import App
from tidegate.config import LimitSettings
from tidegate.engine.journaled import Journaled
from tidegate.engine.testing import Notifications, Ran, SilentObserver, run_workflow
from tidegate.model.document import load_document
from tidegate.model.execution import now_us, us_to_iso
from tidegate.model.status import ExecutionStatus, NodeStatus
from tidegate.model.workflow import Workflow
from tidegate.registry import Registry
from tidegate.services import executions
from tidegate.services.executions import Start
from tidegate.services.outputs import final_items
from tidegate.services.workflows import store_file
from tidegate.worker.worker import Worker

HOUR = {"type": "test.wait", "params": {"seconds": 3600}}


def workflow(nodes: dict[str, Any], edges: list[str]) -> Workflow:
    start = {"type": "test.start", "params": {"items": [{"n": 1}, {"n": 2}]}}
    document = {"tidegate": 1, "name": "Wait", "nodes": {"start": start, **nodes}, "edges": edges}
    return load_document(json.dumps(document), "wait.json").workflow


async def go_on(given: Workflow, registry: Registry, waiting: Ran, *woken: str) -> Ran:
    """As if the time of these nodes had come."""
    assert waiting.end.status is ExecutionStatus.WAITING
    rows = [
        structs.replace(row, wake_at=now_us() - 1) if row.wake_at and row.node_id in woken else row
        for row in waiting.rows
    ]
    journaled = Journaled.of(rows, waiting.spill)
    return await run_workflow(given, registry.node_class, journaled=journaled, spill=waiting.spill)


def statuses(ran: Ran) -> list[tuple[str, str, int]]:
    return [(row.node_id, row.status.value, row.attempt) for row in ran.rows]


async def test_a_wait_that_is_over_goes_on_with_the_items_that_it_held(registry: Registry) -> None:
    given = workflow(
        {"wait": HOUR, "after": {"type": "test.call"}}, ["start -> wait", "wait -> after"]
    )
    waiting = await run_workflow(given, registry.node_class)
    done = await go_on(given, registry, waiting, "wait")
    assert done.end.status is ExecutionStatus.SUCCEEDED
    assert statuses(done) == [("wait", "succeeded", 1), ("after", "succeeded", 1)]
    assert [line.node_id for line in done.lines if line.message == "called"] == ["after"]
    assert done.rows[-1].items_in == 2


async def test_of_two_waits_the_other_one_waits_on(registry: Registry) -> None:
    nodes = {
        "one": HOUR,
        "two": HOUR,
        "after_one": {"type": "test.call"},
        "join": {"type": "test.call"},
    }
    edges = ["start -> one", "start -> two", "one -> after_one", "after_one -> join", "two -> join"]
    given = workflow(nodes, edges)
    waiting = await run_workflow(given, registry.node_class)
    still = await go_on(given, registry, waiting, "one")
    assert still.end.status is ExecutionStatus.WAITING
    assert still.end.wake_at == next(row.wake_at for row in waiting.rows if row.node_id == "two")
    assert statuses(still) == [("one", "succeeded", 1), ("after_one", "succeeded", 1)]


async def test_a_wait_in_a_loop_goes_on_in_its_iteration(registry: Registry) -> None:
    given = workflow(
        {"loop": {"type": "flow.loop"}, "wait": HOUR},
        ["start -> loop", "loop.each -> wait", "wait -> loop.results"],
    )
    waiting = await run_workflow(given, registry.node_class)
    assert [row.path for row in waiting.rows if row.status is NodeStatus.WAITING] == [(0,)]
    again = await go_on(given, registry, waiting, "wait")
    assert again.end.status is ExecutionStatus.WAITING
    assert [(row.path, row.status.value) for row in again.rows] == [
        ((0,), "succeeded"),
        ((1,), "waiting"),
    ]


async def test_errors_that_were_handled_before_the_wait_are_counted(registry: Registry) -> None:
    broken = {
        "type": "test.call",
        "params": {"fail": 9, "error": "failed"},
        "settings": {"on_error": "continue"},
    }
    given = workflow({"broken": broken, "wait": HOUR}, ["start -> broken", "broken -> wait"])
    waiting = await run_workflow(given, registry.node_class)
    assert waiting.end.errors_handled == 1
    done = await go_on(given, registry, waiting, "wait")
    assert (done.end.status, done.end.errors_handled) == (ExecutionStatus.SUCCEEDED, 1)


async def test_the_worker_sleeps_through_a_long_wait_and_claims_it_again(
    open_app: Callable[..., App], tmp_path: Path
) -> None:
    app = open_app(LimitSettings())
    until = us_to_iso(now_us() + 2_500_000)
    nodes = {
        "start": {"type": "test.start", "params": {"items": [{"n": 1}]}},
        "wait": {"type": "flow.wait", "params": {"mode": "until", "until": until}},
        "after": {"type": "test.call"},
    }
    document = {"tidegate": 1, "name": "Wait", "nodes": nodes}
    path = tmp_path / "wait.json"
    path.write_text(json.dumps({**document, "edges": ["start -> wait", "wait -> after"]}))
    version = await store_file(app, path)
    async with Worker(app, Notifications()) as worker:
        end = await worker.run_new(version, Start("start", "cli"), SilentObserver())
        assert end.status is ExecutionStatus.WAITING
        assert (await executions.find(app, end.execution_id)).wake_at == end.wake_at
        end = await worker.run_to_end(end, SilentObserver())
    assert end.status is ExecutionStatus.SUCCEEDED
    stored = await executions.find(app, end.execution_id)
    assert [item.json for item in await final_items(app, stored)] == [{"n": 1, "by": "after"}]
    lines = await executions.log_lines(app, stored.id)
    assert [line.node_id for line in lines if line.message == "called"] == ["start", "after"]
