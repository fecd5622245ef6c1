"""What is kept no longer goes, with its files, and nobody waits for it; what is needed stays."""

import asyncio
import os
import shutil
import time
from pathlib import Path

import pytest
from api_people import People, document
from server_process import ServerProcess, wait_until
from sqlalchemy import event, text

from tidegate.app import App
from tidegate.config import Settings
from tidegate.server_settings import RetentionSettings
from tidegate.services import retention
from tidegate.store import pruning

DAY = 24 * 3600


def generating(name: str) -> dict:
    """A workflow with a large output."""
    made = document(name)
    made["nodes"]["set"] = {
        "type": "data.generate",
        "params": {"count": 500, "fields": {"text": "{{ 'x' * 100 }}"}},
    }
    return made


@pytest.fixture(scope="module")
def stored(tmp_path_factory):
    """The data folder of a server that has run five executions with large outputs."""
    folder = tmp_path_factory.mktemp("stored") / "data"
    server = ServerProcess(folder, TIDEGATE_STORAGE_SPILL_THRESHOLD="1000")
    try:
        client = People(server).owner.client
        made = client.post("/api/v1/workflows", json={"document": generating("large")}).json()
        url = f"/api/v1/workflows/{made['id']}/executions"
        for _ in range(5):
            answer = client.post(url, json={"mode": "sync", "version": "draft"})
            assert answer.json()["status"] == "succeeded", answer.text
    finally:
        server.stop()
    return folder


@pytest.fixture
async def open_app(stored, tmp_path):
    """Opens a copy of that folder with these settings of retention."""
    apps: list[App] = []

    def open_(**wanted: float) -> App:
        folder = tmp_path / "data"
        shutil.copytree(stored, folder)
        apps.append(App.open(Settings(data_dir=folder, retention=RetentionSettings(**wanted))))
        return apps[-1]

    yield open_
    for app in apps:
        await app.close()


async def numbers(app: App) -> list[int]:
    def read(connection) -> list[int]:
        return list(connection.scalars(text("SELECT number FROM executions ORDER BY number")))

    return await app.database.read(read)


def output_files(app: App) -> list[Path]:
    return [file for file in (app.settings.data_dir / "outputs").rglob("*") if file.is_file()]


async def change(app: App, statement: str) -> None:
    await app.database.write(lambda connection: connection.execute(text(statement)))


async def test_by_age(open_app) -> None:
    app = open_app(days=30)
    assert await retention.prune(app) == 0
    old = retention.now_us() - 31 * DAY * 1_000_000
    await change(app, f"UPDATE executions SET created_at = {old} WHERE number IN (1, 3, 5)")
    await change(app, "UPDATE executions SET status = 'waiting', wake_at = 1 WHERE number = 5")
    assert await retention.prune(app) == 2
    assert await numbers(app) == [2, 4, 5], "what has not ended stays, however old it is"
    assert len(output_files(app)) == 3


async def test_by_number_the_newest_stay(open_app) -> None:
    app = open_app(days=0, executions=2)
    assert await retention.prune(app) == 3
    assert await numbers(app) == [4, 5]


async def test_by_size(open_app) -> None:
    app = open_app(days=0, size=1)
    each = output_files(app)[0].stat().st_size
    assert await retention.prune_size(app) == 0
    # Further outputs, as if of the newest execution, leave room for about three of five.
    more = output_files(app)[0].with_name("more")
    more.write_bytes(b"x" * ((1 << 20) - 3 * each - each // 2))
    await change(app, "UPDATE executions SET created_at = 1 WHERE number < 0")
    removed = await retention.prune_size(app)
    assert removed >= 1
    assert await retention.stored_bytes(app) <= 1 << 20
    assert 5 in await numbers(app) or not await numbers(app)


async def test_others_write_while_a_large_execution_is_removed(open_app) -> None:
    app = open_app(days=0, executions=4)
    rows = 5 * pruning.ROWS_AT_ONCE

    def fill(connection) -> None:
        id = connection.scalar(text("SELECT id FROM executions WHERE number = 1"))
        statement = text(
            "INSERT INTO execution_logs (execution_id, created_at, level, message, path) "
            "VALUES (:id, 1, 'info', 'x', '')"
        )
        connection.execute(statement, [{"id": id}] * rows)

    await app.database.write(fill)
    most, writes = [0], [0]

    def executed(connection, cursor, statement, *_rest) -> None:
        if statement.startswith("DELETE"):
            most[0] = max(most[0], cursor.rowcount)

    event.listen(app.database._writing, "after_cursor_execute", executed)

    async def others() -> None:
        while True:
            await app.database.write(lambda connection: connection.execute(text("SELECT 1")))
            writes[0] += 1

    task = asyncio.create_task(others())
    assert await retention.prune(app) == 1
    task.cancel()
    assert most[0] == pruning.ROWS_AT_ONCE, "no transaction removes many rows"
    assert writes[0] >= rows // pruning.ROWS_AT_ONCE, "others come in between"


async def test_files_of_items_go_when_no_execution_is_as_old(open_app) -> None:
    app = open_app(days=30)
    for name, age in (("a", 40 * DAY), ("b", 3600)):
        file = app.binaries.path(name * 64)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(b"text")
        os.utime(file, (time.time() - age, time.time() - age))
    old = retention.now_us() - 45 * DAY * 1_000_000
    await change(app, f"UPDATE executions SET created_at = {old} WHERE number = 1")
    assert await retention.sweep_files(app) == 0, "an execution is old enough to name it"
    assert await retention.prune(app) == 1
    assert await retention.sweep_files(app) == 4
    assert not app.binaries.path("a" * 64).exists()
    assert app.binaries.path("b" * 64).exists()


async def test_outputs_that_a_killed_process_left_go(open_app) -> None:
    app = open_app(days=30)
    kept = output_files(app)
    left = app.settings.data_dir / "outputs" / "ee" / f"{'e' * 8}-eeee-eeee-eeee-{'e' * 12}"
    left.mkdir(parents=True)
    (left / "output.part").write_bytes(b"x")
    assert await retention.sweep_outputs(app) == 0, "it may belong to somebody who has just begun"
    for folder in (left, *(file.parent for file in kept)):
        os.utime(folder, (time.time() - 2 * DAY, time.time() - 2 * DAY))
    assert await retention.sweep_outputs(app) == 1
    assert output_files(app) == kept


def test_a_server_prunes_by_itself(tmp_path) -> None:
    server = ServerProcess(
        tmp_path / "data",
        TIDEGATE_RETENTION_EXECUTIONS="2",
        TIDEGATE_RETENTION_INTERVAL="0.2",
    )
    try:
        client = People(server).owner.client
        made = client.post("/api/v1/workflows", json={"document": document("small")}).json()
        for _ in range(5):
            url = f"/api/v1/workflows/{made['id']}/executions"
            assert client.post(url, json={"mode": "sync", "version": "draft"}).is_success
        listed = wait_until(
            lambda: (
                len(found := client.get("/api/v1/executions").json()["executions"]) == 2 and found
            )
        )
        assert {found["number"] for found in listed} == {4, 5}
        # They are counted once the whole look is over, a moment after they are gone.
        counted = "tidegate_pruned_executions_total 3"
        wait_until(lambda: counted in client.get("/metrics").text)
    finally:
        assert server.stop() == 0
