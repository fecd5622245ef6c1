"""Sub-workflows over crashes and retries, and named by their id."""

import json
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from tidegate.app import App
from tidegate.config import LimitSettings
from tidegate.engine.testing import Notifications, SilentObserver
from tidegate.errors import NodeFailed
from tidegate.model.execution import Execution
from tidegate.model.item import Item
from tidegate.model.status import ExecutionStatus
from tidegate.services import executions
from tidegate.services.executions import Start
from tidegate.services.outputs import final_items
from tidegate.services.workflows import Version, store_file
from tidegate.store.execution_filter import ExecutionFilter
from tidegate.worker.sub_workflow import SubWorkflowCaller
from tidegate.worker.worker import Worker

CHILD = {
    "nodes": {"in": {"type": "trigger.sub_workflow"}, "work": {"type": "test.call"}},
    "edges": ["in -> work"],
}


@pytest.fixture
async def worker(open_app: Callable[..., App]) -> AsyncIterator[Worker]:
    async with Worker(open_app(LimitSettings()), Notifications()) as made:
        yield made


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    def write_(name: str, document: dict[str, Any]) -> Path:
        path = tmp_path / name
        path.write_text(json.dumps({"tidegate": 1, "name": name, **document}))
        return path

    return write_


def calling(workflow: str, **settings: Any) -> dict[str, Any]:
    node = {"type": "flow.sub_workflow", "params": {"workflow": workflow}, "settings": settings}
    return {"nodes": {"start": {"type": "test.start"}, "call": node}, "edges": ["start -> call"]}


async def run(worker: Worker, version: Version) -> Execution:
    end = await worker.run_new(version, Start("start", "cli"), SilentObserver())
    return await executions.find(worker.app, end.execution_id)


async def children(worker: Worker) -> list[Execution]:
    page = await executions.page(worker.app, ExecutionFilter())
    return [found for found in page.executions if found.parent_id is not None]


async def test_a_workflow_is_called_by_its_id(worker: Worker, write: Callable[..., Path]) -> None:
    child = await store_file(worker.app, write("child.json", CHILD))
    parent = await store_file(worker.app, write("parent.json", calling(child.workflow_id)))
    ran = await run(worker, parent)
    assert ran.status is ExecutionStatus.SUCCEEDED
    assert [item.json for item in await final_items(worker.app, ran)] == [{"by": "work"}]
    (called,) = await children(worker)
    assert (called.parent_id, called.source) == (ran.id, "sub_workflow")


async def test_a_retry_starts_the_sub_workflow_anew(
    worker: Worker, write: Callable[..., Path], tmp_path: Path
) -> None:
    work = {"type": "test.first_fails", "params": {"key": str(tmp_path)}}
    write("child.json", {**CHILD, "nodes": {**CHILD["nodes"], "work": work}})
    retry = {"max_retries": 2, "retry_delay": 1, "retry_all_errors": True}
    parent = await store_file(worker.app, write("parent.json", calling("child.json", retry=retry)))
    ran = await run(worker, parent)
    assert ran.status is ExecutionStatus.SUCCEEDED
    statuses = sorted(child.status for child in await children(worker))
    assert statuses == [ExecutionStatus.FAILED, ExecutionStatus.SUCCEEDED]


async def test_a_call_that_is_repeated_after_a_crash_finds_what_it_did(
    worker: Worker, write: Callable[..., Path]
) -> None:
    write("child.json", CHILD)
    parent = await store_file(worker.app, write("parent.json", calling("child.json")))
    caller = SubWorkflowCaller(worker, await run(worker, parent), SilentObserver(), 0)
    again = caller.for_node("call", (), 0)
    made = await again.call("child.json", [Item({"other": "items"})], call_key="all")
    assert [item.json for item in made] == [{"by": "work"}]
    assert len(await children(worker)) == 1


async def test_a_failure_that_is_asked_for_after_a_crash_is_the_same_failure(
    worker: Worker, write: Callable[..., Path]
) -> None:
    broken = {"type": "test.call", "params": {"fail": 9, "error": "failed"}}
    write("child.json", {**CHILD, "nodes": {**CHILD["nodes"], "work": broken}})
    parent = await store_file(worker.app, write("parent.json", calling("child.json")))
    ran = await run(worker, parent)
    assert ran.error is not None
    caller = SubWorkflowCaller(worker, ran, SilentObserver(), 0)
    with pytest.raises(NodeFailed) as failed:
        await caller.for_node("call", (), 0).call("child.json", [Item({})], call_key="all")
    assert failed.value.message == ran.error["message"]
    assert len(await children(worker)) == 1
