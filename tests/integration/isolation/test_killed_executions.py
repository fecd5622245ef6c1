"""SIGKILL to processes of the pool while executions run: each of them ends, and says how."""

import asyncio
import os
import random
import shutil
import sys

import psutil
import pytest
from processes import fork_servers_of, processes_of

from tidegate.app import App
from tidegate.config import Settings
from tidegate.engine.observers import SilentObserver
from tidegate.ids import new_id
from tidegate.model.workflow import Edge, PlacedNode, Workflow
from tidegate.notify.log import LogNotifier
from tidegate.services import executions
from tidegate.services.executions import Start
from tidegate.services.reports import report
from tidegate.services.workflows import store_workflow
from tidegate.worker.worker import Worker

LONG = bool(os.environ.get("TIDEGATE_TEST_LONG"))
KILLS = 1000 if LONG else 25
CODE = "import time\nfor _ in range(5): time.sleep(0.01)\nresult = {'done': True}"
WORKFLOW = Workflow(
    "killed",
    (
        PlacedNode("start", "trigger.manual"),
        PlacedNode("code", "code.python", params={"code": CODE, "engine": "cpython"}),
        PlacedNode("after", "data.set", params={"fields": {"after": 1}}),
    ),
    (Edge("start", "code"), Edge("code", "after")),
)


@pytest.mark.skipif(sys.platform != "linux", reason="the locked processes need Linux")
async def test_no_execution_is_lost(tmp_path, sqlite_template):
    shutil.copy(sqlite_template, tmp_path / "tidegate.db")
    app = App.open(Settings(data_dir=tmp_path))
    random_ = random.Random(11)
    started, kills = [], 0
    try:
        version = await store_workflow(app, WORKFLOW)
        async with Worker(app, LogNotifier()) as worker:

            async def work():
                while kills < KILLS:
                    begin = Start("start", "test", id=new_id())
                    started.append(begin.id)
                    async with asyncio.timeout(120):
                        await worker.run_new(version, begin, SilentObserver())

            workers = [asyncio.create_task(work()) for _ in range(4)]
            while kills < KILLS:
                assert not any(task.done() for task in workers), "a worker ended"
                servers = random_.random() < 0.1
                victims = fork_servers_of(app.processes) if servers else processes_of(app.processes)
                if victims:
                    try:
                        random_.choice(victims).kill()
                        kills += 1
                    except psutil.NoSuchProcess:
                        pass
                await asyncio.sleep(0.01)
            await asyncio.gather(*workers)
        ends = {"succeeded": 0, "failed": 0}
        for id in started:
            found = await report(app, await executions.find(app, id))
            status = found.execution.status.value
            ends[status] += 1
            rows = {row.node_id: row for row in found.nodes}
            if status == "failed":
                assert "signal 9" in rows["code"].error["message"], rows["code"].error
            else:
                assert rows["after"].status.value == "succeeded"
    finally:
        await app.close()
    assert ends["failed"] > 0
    assert sum(ends.values()) == len(started)
