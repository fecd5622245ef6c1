"""Several processes on one database: they share it, and one that dies leaves it whole."""

import asyncio
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tidegate.model.status import ExecutionStatus
from tidegate.store import execution_lists, executions, node_executions
from tidegate.store.execution_filter import ExecutionFilter

CHILD = Path(__file__).with_name("child_writer.py")
LONG = os.environ.get("TIDEGATE_TEST_LONG") == "1"


def start_child(url: str, workflow_id: str, count: int, rows: int) -> subprocess.Popen:
    command = [sys.executable, str(CHILD), url, workflow_id, str(count), str(rows)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


async def rows_of(database, execution_id):
    return await database.read(lambda c: node_executions.rows(c, execution_id))


async def test_processes_write_at_the_same_time(database, database_url, workflow_id) -> None:
    children = [start_child(database_url, workflow_id, 100, 5) for _ in range(3)]
    ids = []
    for child in children:
        out, errors = await asyncio.to_thread(child.communicate, timeout=120)
        assert child.returncode == 0, errors
        ids += out.split()
    assert len(ids) == len(set(ids)) >= 300
    for execution_id in ids:
        rows = await rows_of(database, execution_id)
        assert [entry.row.items_in for entry in rows] == list(range(5))
    found = await database.read(lambda c: executions.find(c, ids))
    assert len({execution.number for execution in found.values()}) == len(ids)


async def test_a_flag_from_another_process_is_seen(
    database, database_url, open_database, start
) -> None:
    execution, journal = start()
    await journal.barrier()
    other = open_database(database_url)
    await other.write(lambda c: executions.request_cancel(c, execution.id))
    seen = await database.read(lambda c: executions.cancel_requested(c, [execution.id]))
    assert seen == {execution.id}
    await other.close()


@pytest.mark.parametrize("moment", range(20 if LONG else 4))
async def test_kill_9_loses_nothing_that_was_promised(
    database, database_url, workflow_id, moment
) -> None:
    child = start_child(database_url, workflow_id, 0, 4)
    assert child.stdout is not None
    first = await asyncio.to_thread(child.stdout.readline)
    assert first, child.stderr.read()
    time.sleep(random.Random(moment).uniform(0, 0.3))
    child.send_signal(signal.SIGKILL)
    # By the same reader as the first line: it may hold more than that line already.
    out = await asyncio.to_thread(child.stdout.read)
    await asyncio.to_thread(child.communicate, timeout=60)
    # The last line may be cut; every whole one is a promise.
    promised = [first.strip(), *out.split("\n")[:-1]]

    found = await database.read(lambda c: executions.find(c, promised))
    assert set(found) == set(promised)
    assert {execution.status for execution in found.values()} == {ExecutionStatus.SUCCEEDED}
    for execution_id in promised:
        assert len(await rows_of(database, execution_id)) == 4

    # What was not promised is whole too: rows without a gap, and an end only after all of them.
    page = await database.read(lambda c: execution_lists.page(c, ExecutionFilter(), limit=100))
    for execution in page.executions:
        numbers = [entry.row.items_in for entry in await rows_of(database, execution.id)]
        assert numbers == list(range(len(numbers)))
        assert execution.status is ExecutionStatus.RUNNING or len(numbers) == 4
    if database_url.startswith("sqlite"):
        session = sqlite3.connect(database_url.removeprefix("sqlite:///"))
        assert session.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        session.close()


async def test_another_process_takes_over_what_a_dead_one_left(
    database, database_url, workflow_id, claim, make_row
) -> None:
    child = start_child(database_url, workflow_id, 0, 50)
    running = ExecutionFilter([ExecutionStatus.RUNNING])
    async with asyncio.timeout(60):
        while not (
            page := await database.read(lambda c: execution_lists.page(c, running))
        ).executions:
            await asyncio.sleep(0.01)
    child.send_signal(signal.SIGKILL)
    await asyncio.to_thread(child.communicate, timeout=60)
    page = await database.read(lambda c: execution_lists.page(c, running))
    for left in page.executions:
        taken = await claim(left.id, "b", dead_owner="child")
        assert (taken.token, taken.crashes) == (2, 1)
