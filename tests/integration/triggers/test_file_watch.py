"""trigger.file_watch on real folders: what comes, changes and goes, also while nobody looks."""

import asyncio

import pytest
from polling import looked, until, watching

from tidegate.app import App
from tidegate.config import Settings
from tidegate.model.status import ENDED
from tidegate.notify.log import LogNotifier
from tidegate.services import editing, executions, outputs, publishing
from tidegate.services.identity.permissions import LOCAL
from tidegate.store import schedules
from tidegate.store.execution_filter import ExecutionFilter
from tidegate.triggers.scheduler import Scheduler
from tidegate.worker.service import WorkerService


@pytest.fixture
def root(tmp_path):
    folder = tmp_path / "root"
    (folder / "incoming").mkdir(parents=True)
    return folder


@pytest.fixture
async def app(tmp_path, root):
    app = App.open(Settings(data_dir=tmp_path / "data", file_roots=(str(root),)))
    yield app
    await app.close()


async def publish(app, **params):
    watch = {"folder": "incoming", "poll_unit": "seconds", "settle": 0, **params}
    document = {
        "tidegate": 1,
        "name": "Watches",
        "nodes": {"watch": {"type": "trigger.file_watch", "params": watch}},
        "edges": [],
    }
    made = await editing.create(app, LOCAL, editing.NewWorkflow(document))
    await publishing.publish(app, LOCAL, made.stored.id, made.stored.revision)


async def events(app, count):
    """The events of all executions, once there are so many."""

    async def found():
        page = await executions.page(app, ExecutionFilter(), limit=200)
        if any(execution.status not in ENDED for execution in page.executions):
            return None
        items = [
            item.json
            for execution in reversed(page.executions)
            for item in await outputs.final_items(app, execution)
        ]
        return items if len(items) >= count else None

    return await until(found)


def seen(items):
    return [(item["event"], item["path"], item["size"]) for item in items]


async def test_files_come_change_and_go(app, root):
    folder = root / "incoming"
    (folder / "old.txt").write_text("was there before")
    await publish(app)
    async with watching(app):
        (folder / "a.txt").write_text("one")
        await events(app, 1)
        (folder / "a.txt").write_text("three")
        await events(app, 2)
        (folder / "a.txt").unlink()
        found = await events(app, 3)
    assert seen(found) == [
        ("created", "incoming/a.txt", 3),
        ("changed", "incoming/a.txt", 5),
        ("deleted", "incoming/a.txt", None),
    ]
    assert found[0]["name"] == "a.txt"


async def test_changes_are_heard_long_before_the_next_look(app, root):
    """The next look would be in weeks."""
    deep = root / "incoming" / "deep"
    deep.mkdir()
    await publish(app, poll_every=1000, poll_unit="hours", recursive=True)
    async with watching(app):
        (root / "incoming" / "a.txt").write_text("one")
        await events(app, 1)
        (deep / "b.txt").write_text("two")
        await events(app, 2)
        (deep / "b.txt").unlink()
        found = await events(app, 3)
    assert seen(found) == [
        ("created", "incoming/a.txt", 3),
        ("created", "incoming/deep/b.txt", 3),
        ("deleted", "incoming/deep/b.txt", None),
    ]


async def test_what_is_heard_of_a_file_that_grows_is_taken_once_it_has_settled(app, root):
    await publish(app, poll_every=1000, poll_unit="hours", settle=3)
    async with watching(app):
        with (root / "incoming" / "large.csv").open("w") as file:
            for _ in range(8):
                file.write("x" * 1000)
                file.flush()
                await asyncio.sleep(0.5)
                assert (await executions.page(app, ExecutionFilter())).executions == []
        found = await events(app, 1)
    assert seen(found) == [("created", "incoming/large.csv", 8000)]


async def test_what_no_workflow_may_see_wakes_nobody(app, root):
    await publish(app, poll_every=1000, poll_unit="hours", recursive=True)
    async with watching(app):
        await looked(app)  # once it can hear
        (row,) = await app.database.read(schedules.every)
        (root / "incoming" / ".hidden").write_text("hidden")
        await asyncio.sleep(3)
        assert (await app.database.read(schedules.every))[0].last_at == row.last_at
        (root / "incoming" / "plain.txt").write_text("plain")
        found = await events(app, 1)
    assert [item["path"] for item in found] == ["incoming/plain.txt"]


async def test_a_folder_that_comes_late_or_is_replaced_is_watched_then(app, root, monkeypatch):
    monkeypatch.setattr("tidegate.triggers.poller._FIRST_WAIT", 0.5)
    await publish(app, folder="incoming/late", poll_every=1000, poll_unit="hours")
    late = root / "incoming" / "late"
    async with WorkerService(app, LogNotifier()), Scheduler(app):
        await until(lambda: failed(app))
        late.mkdir()
        await until(lambda: works(app))
        await looked(app)  # once it can hear
        late.rename(root / "incoming" / "old")
        late.mkdir()
        (late / "a.txt").write_text("one")
        found = await events(app, 1)
    assert seen(found) == [("created", "incoming/late/a.txt", 3)]


async def failed(app):
    rows = await app.database.read(schedules.every)
    return rows and rows[0].error


async def works(app):
    rows = await app.database.read(schedules.every)
    return rows[0].error is None


async def test_what_happens_while_no_server_runs_is_found(app, root):
    folder = root / "incoming"
    (folder / "kept.txt").write_text("kept")
    (folder / "gone.txt").write_text("gone")
    await publish(app)
    async with watching(app):
        pass
    (folder / "gone.txt").unlink()
    (folder / "kept.txt").write_text("changed")
    (folder / "new.txt").write_text("new")
    later = App.open(app.settings)
    async with watching(later):
        found = await events(later, 3)
    await later.close()
    assert seen(found) == [
        ("deleted", "incoming/gone.txt", None),
        ("changed", "incoming/kept.txt", 7),
        ("created", "incoming/new.txt", 3),
    ]


async def test_a_file_that_grows_is_taken_once_and_whole(app, root):
    await publish(app, settle=3)
    async with watching(app):
        with (root / "incoming" / "large.csv").open("w") as file:
            for _ in range(4):
                file.write("x" * 1000)
                file.flush()
                await looked(app)
                page = await executions.page(app, ExecutionFilter())
                assert page.executions == []
        found = await events(app, 1)
        await looked(app, 2)
        assert len(await events(app, 1)) == 1
    assert seen(found) == [("created", "incoming/large.csv", 4000)]


async def test_patterns_events_and_folders(app, root):
    (root / "incoming" / "deep").mkdir()
    (root / "incoming" / "there.csv").write_text("1")
    await publish(
        app,
        patterns=["*.csv", "deep/*.txt"],
        recursive=True,
        events=["created"],
        existing="take",
    )
    async with watching(app):
        await events(app, 1)
        (root / "incoming" / "there.csv").unlink()
        (root / "incoming" / "a.txt").write_text("no")
        (root / "incoming" / "deep" / "b.txt").write_text("yes")
        (root / "incoming" / "deep" / "c.csv").write_text("yes")
        await looked(app, 2)
        found = await events(app, 3)
    assert sorted(item["path"] for item in found) == [
        "incoming/deep/b.txt",
        "incoming/deep/c.csv",
        "incoming/there.csv",
    ]


async def test_links_hidden_names_and_other_places_are_not_watched(app, root, tmp_path):
    secret = tmp_path / "secret"
    secret.mkdir()
    (secret / "key.txt").write_text("secret")
    await publish(app, recursive=True)
    async with watching(app):
        (root / "incoming" / "folder").symlink_to(secret)
        (root / "incoming" / "key.txt").symlink_to(secret / "key.txt")
        (root / "incoming" / ".hidden").write_text("hidden")
        (root / "incoming" / "plain.txt").write_text("plain")
        await looked(app, 2)
        found = await events(app, 1)
    assert [item["path"] for item in found] == ["incoming/plain.txt"]


@pytest.mark.parametrize("folder", ["../secret", "/etc", "incoming/../../secret", ".ssh"])
async def test_it_watches_no_folder_outside_of_the_roots(app, tmp_path, folder):
    (tmp_path / "secret").mkdir()
    await publish(app, folder=folder)
    async with WorkerService(app, LogNotifier()), Scheduler(app):

        async def refused():
            rows = await app.database.read(schedules.every)
            return rows and rows[0].error

        error = await until(refused)
    assert "SECURITY_ERROR" in error


async def test_a_missing_folder_is_said(app):
    await publish(app, folder="nowhere")
    async with WorkerService(app, LogNotifier()), Scheduler(app):

        async def failed():
            rows = await app.database.read(schedules.every)
            return rows and rows[0].error

        assert "there is no folder nowhere" in await until(failed)
