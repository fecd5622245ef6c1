"""A cancelled execution: everything that runs ends in under a second, and is recorded as such."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from tidegate.app import App
from tidegate.config import LimitSettings
from tidegate.engine.testing import Notifications, SilentObserver
from tidegate.model.execution import Execution, LogLine, path_text
from tidegate.model.status import ExecutionStatus
from tidegate.services import executions
from tidegate.services.executions import Start
from tidegate.services.workflows import store_file
from tidegate.store.execution_filter import ExecutionFilter
from tidegate.worker.worker import Worker

PROMISED_SECONDS = 1.0
SLACK = 5


class Watch(SilentObserver):
    """Waits until so many test nodes (or items) are at work."""

    def __init__(self, wanted: int) -> None:
        self.lines: list[LogLine] = []
        self.there = asyncio.Event()
        self._wanted = wanted

    def log_line(self, line: LogLine) -> None:
        self.lines.append(line)
        if [line.message for line in self.lines].count("called") >= self._wanted:
            self.there.set()


class Cancelled:
    """What a cancelled execution left in the store."""

    def __init__(self, execution: Execution, nodes: dict[str, str], lines: list[str]) -> None:
        self.execution, self.nodes, self.lines = execution, nodes, lines


Cancel = Callable[..., Any]


@pytest.fixture
async def cancel(open_app: Callable[..., App], tmp_path: Path) -> AsyncIterator[Cancel]:
    """Runs a workflow, cancels it when ``after`` nodes are at work, and reads what is stored."""
    app = open_app(LimitSettings())

    async def cancel_(nodes: dict[str, Any], edges: list[str], *, after: int) -> Cancelled:
        document = {"tidegate": 1, "name": "Cancelled", "nodes": nodes, "edges": edges}
        path = tmp_path / "cancelled.json"
        path.write_text(json.dumps(document))
        version = await store_file(app, path)
        watch = Watch(after)
        async with Worker(app, Notifications()) as worker:
            running = asyncio.create_task(worker.run_new(version, Start("start", "cli"), watch))
            await asyncio.wait_for(watch.there.wait(), 30)
            seen = len(watch.lines)
            begun = time.monotonic()
            running.cancel()
            with pytest.raises(asyncio.CancelledError):
                await running
            assert time.monotonic() - begun < PROMISED_SECONDS * SLACK
            await asyncio.sleep(0.05)
            assert not [line for line in watch.lines[seen:] if line.message == "left"]
        page = await executions.page(app, ExecutionFilter())
        execution = next(e for e in page.executions if e.parent_id is None)
        rows = await executions.node_rows(app, execution.id)
        statuses = {f"{row.node_id}@{path_text(row.path)}": row.status.value for row in rows}
        return Cancelled(execution, statuses, [line.message for line in watch.lines])

    cancel_.app = app  # type: ignore[attr-defined]  # for what else the store has
    yield cancel_


def items(count: int) -> dict[str, Any]:
    return {"type": "test.start", "params": {"items": [{"n": n} for n in range(count)]}}


async def test_running_nodes_are_cancelled_and_finished_ones_are_kept(cancel: Cancel) -> None:
    slow = {"seconds": 60}
    nodes = {
        "start": items(2),
        "done": {"type": "test.call"},
        "slow": {"type": "test.call", "params": slow},
        "write": {"type": "test.call_write", "params": slow},
        "each": {"type": "test.each", "params": slow},
        "after": {"type": "test.call"},
    }
    edges = ["start -> done", "done -> slow", "done -> write", "done -> each", "slow -> after"]
    left = await cancel(nodes, edges, after=6)
    assert left.execution.status is ExecutionStatus.CANCELLED
    assert left.execution.error is None
    assert left.nodes == {
        "start@": "succeeded",
        "done@": "succeeded",
        "slow@": "cancelled",
        "write@": "cancelled",
        "each@": "cancelled",
    }


async def test_every_item_under_way_is_cancelled_and_no_other_begins(cancel: Cancel) -> None:
    nodes = {"start": items(50), "each": {"type": "test.each", "params": {"seconds": 60}}}
    left = await cancel(nodes, ["start -> each"], after=11)
    assert left.nodes["each@"] == "cancelled"
    assert left.lines.count("called") == 11  # the trigger and ten items


async def test_a_node_between_two_attempts_is_cancelled(cancel: Cancel) -> None:
    retry = {"max_retries": 5, "retry_delay": 60_000}
    shaky = {"type": "test.call", "params": {"fail": 9}, "settings": {"retry": retry}}
    left = await cancel({"start": items(1), "shaky": shaky}, ["start -> shaky"], after=2)
    assert left.nodes["shaky@"] == "cancelled"


async def test_a_loop_is_cancelled_with_what_runs_in_it(cancel: Cancel) -> None:
    nodes = {
        "start": items(3),
        "loop": {"type": "flow.loop"},
        "fast": {"type": "test.call"},
        "slow": {"type": "test.each", "params": {"seconds": 60}},
    }
    edges = ["start -> loop", "loop.each -> fast", "fast -> slow", "slow -> loop.results"]
    left = await cancel(nodes, edges, after=3)
    assert left.nodes == {
        "start@": "succeeded",
        "fast@0": "succeeded",
        "slow@0": "cancelled",
        "loop@": "cancelled",
    }


async def test_a_wait_is_cancelled(cancel: Cancel) -> None:
    nodes = {
        "start": items(1),
        "wait": {"type": "test.wait", "params": {"seconds": 3600}},
        "slow": {"type": "test.call", "params": {"seconds": 60}},
    }
    left = await cancel(nodes, ["start -> wait", "start -> slow"], after=3)
    assert left.nodes == {"start@": "succeeded", "wait@": "cancelled", "slow@": "cancelled"}


async def test_a_loop_that_never_waits_for_anything_is_cancelled(cancel: Cancel) -> None:
    nodes = {
        "start": items(10_000),
        "loop": {"type": "flow.loop"},
        "busy": {"type": "test.busy"},
        "loud": {"type": "test.call"},
    }
    edges = ["start -> loop", "loop.each -> busy", "busy -> loud"]
    left = await cancel(nodes, edges, after=2)
    assert left.execution.status is ExecutionStatus.CANCELLED
    assert left.nodes["loop@"] == "cancelled"
    assert left.lines.count("called") < 10_000


async def test_a_sub_workflow_is_cancelled_with_its_caller(cancel: Cancel, tmp_path: Path) -> None:
    slow = {"type": "test.call", "params": {"seconds": 60}}
    child = {"nodes": {"in": {"type": "trigger.sub_workflow"}, "slow": slow}}
    document = {"tidegate": 1, "name": "Child", **child, "edges": ["in -> slow"]}
    (tmp_path / "child.json").write_text(json.dumps(document))
    call = {"type": "flow.sub_workflow", "params": {"workflow": "child.json"}}
    left = await cancel({"start": items(1), "call": call}, ["start -> call"], after=2)
    assert left.nodes["call@"] == "cancelled"
    page = await executions.page(cancel.app, ExecutionFilter())  # type: ignore[attr-defined]
    assert {found.status for found in page.executions} == {ExecutionStatus.CANCELLED}
    assert len(page.executions) == 2


async def test_somebody_else_asks_for_the_cancellation(
    open_app: Callable[..., App], tmp_path: Path
) -> None:
    app = open_app(LimitSettings())
    slow = {"type": "test.call", "params": {"seconds": 60}}
    document = {"nodes": {"start": items(1), "slow": slow}, "edges": ["start -> slow"]}
    path = tmp_path / "asked.json"
    path.write_text(json.dumps({"tidegate": 1, "name": "Asked", **document}))
    version = await store_file(app, path)
    watch = Watch(2)
    async with Worker(app, Notifications()) as worker:
        running = asyncio.create_task(worker.run_new(version, Start("start", "cli"), watch))
        await asyncio.wait_for(watch.there.wait(), 30)
        while not (found := (await executions.page(app, ExecutionFilter())).executions):
            await asyncio.sleep(0.01)  # until the first group of writes is committed
        (execution,) = found
        begun = time.monotonic()
        await executions.request_cancel(app, execution)
        with pytest.raises(asyncio.CancelledError):
            await running
        assert time.monotonic() - begun < PROMISED_SECONDS * SLACK
    assert (await executions.find(app, execution.id)).status is ExecutionStatus.CANCELLED
