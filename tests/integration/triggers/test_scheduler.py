"""Schedules of published workflows: each time once, by however many processes; what was missed."""

import asyncio
import time
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from polling import until

from tidegate.app import App
from tidegate.config import Settings
from tidegate.errors import NodeFailed
from tidegate.model.execution import now_us
from tidegate.notify.log import LogNotifier
from tidegate.services import editing, executions, publishing, schedules
from tidegate.services.identity.permissions import LOCAL
from tidegate.store import schedules as store
from tidegate.store import workflows
from tidegate.store.execution_filter import ExecutionFilter
from tidegate.triggers.scheduler import Scheduler
from tidegate.worker.service import WorkerService

SECOND = 1_000_000


def document(**params):
    return {
        "tidegate": 1,
        "name": "Tick",
        "nodes": {
            "tick": {"type": "trigger.schedule", "params": params},
            "note": {"type": "data.set", "params": {"fields": {"at": "{{ json.planned_at }}"}}},
        },
        "edges": ["tick -> note"],
    }


EVERY_SECOND = {"mode": "interval", "amount": 1, "unit": "seconds"}


@pytest.fixture
def settings(database_url, tmp_path):
    return Settings(data_dir=tmp_path / "data", database_url=database_url)


@pytest.fixture
async def app(settings):
    app = App.open(settings)
    yield app
    await app.close()


async def publish(app, **params):
    made = await editing.create(app, LOCAL, editing.NewWorkflow(document(**params)))
    await publishing.publish(app, LOCAL, made.stored.id, made.stored.revision)
    return made.stored.id


async def started(app):
    page = await executions.page(app, ExecutionFilter(), limit=200)
    return sorted(page.executions, key=lambda execution: execution.number)


async def rows(app):
    return await app.database.read(store.every)


async def missed(app, workflow_id, seconds):
    """Move the schedule's next time into the past, as if no server had run since."""
    await schedules.sync(app)
    (row,) = await rows(app)
    earlier = now_us() - seconds * SECOND
    moved = partial(store.claim, schedule=row, planned_at=earlier, next_at=earlier)
    assert await app.database.write(moved)
    return (await rows(app))[0]


async def test_each_time_starts_one_execution_though_two_processes_look(app, settings):
    other = App.open(settings)
    try:
        await publish(app, **EVERY_SECOND)
        async with (
            WorkerService(app, LogNotifier()),
            WorkerService(other, LogNotifier()),
            Scheduler(app),
            Scheduler(other),
        ):
            deadline = time.monotonic() + 60
            while len(await started(app)) < 4 and time.monotonic() < deadline:
                await asyncio.sleep(0.1)
            while any(e.status.value != "succeeded" for e in (await started(app))[:3]):
                assert time.monotonic() < deadline
                await asyncio.sleep(0.1)
    finally:
        await other.close()
    planned = [execution.custom_data["planned_at"] for execution in await started(app)]
    assert len(planned) >= 4
    assert len(set(planned)) == len(planned)
    assert planned == sorted(planned)
    assert {execution.source for execution in await started(app)} == {"schedule"}


@pytest.mark.parametrize(("policy", "count"), [("skip", 0), ("once", 1), ("all", 5)])
async def test_missed_times_are_left_out_or_made_up_for(app, policy, count):
    begin = datetime.now(UTC) - timedelta(minutes=5, seconds=30)  # the last time: half a minute ago
    params = {"mode": "interval", "amount": 1, "unit": "minutes", "start": begin.isoformat()}
    params["missed"] = policy
    workflow_id = await publish(app, **params)
    row = await missed(app, workflow_id, 5 * 60)
    assert await schedules.fire(app, row) == count
    assert await schedules.fire(app, row) == 0, "the same time again"
    made = await started(app)
    assert [execution.custom_data["is_missed"] for execution in made][: count - 1] == [True] * (
        count - 1 if count else 0
    )
    (after,) = await rows(app)
    assert after.next_at > now_us()


async def test_a_year_without_a_server_is_made_up_for_within_bounds(app):
    workflow_id = await publish(app, cron="* * * * * *", missed="all")
    row = await missed(app, workflow_id, 365 * 86_400)
    assert await schedules.fire(app, row) == schedules.MAX_MISSED


async def test_schedules_follow_what_is_published(app):
    workflow_id = await publish(app, cron="0 3 * * *", time_zone="Europe/Berlin")
    await schedules.sync(app)
    (first,) = await rows(app)
    stored = (await editing.document(app, LOCAL, workflow_id)).stored
    changes = editing.Changes(document=document(cron="0 4 * * *"))
    changed = await editing.change(app, LOCAL, workflow_id, stored.revision, changes)
    await schedules.sync(app)
    assert await rows(app) == [first], "a draft changes nothing"
    await publishing.publish(app, LOCAL, workflow_id, changed.stored.revision)
    await schedules.sync(app)
    (second,) = await rows(app)
    assert (second.id, second.params) != (first.id, first.params)
    stored = (await editing.document(app, LOCAL, workflow_id)).stored
    await publishing.unpublish(app, LOCAL, workflow_id, stored.revision)
    await schedules.sync(app)
    assert await rows(app) == []


async def test_jitter_moves_the_start_and_not_the_time(app):
    await publish(app, cron="0 3 * * *", jitter=600)
    await schedules.sync(app)
    (row,) = await rows(app)
    assert row.planned_at <= row.next_at < row.planned_at + 600 * SECOND
    assert schedules.with_jitter(row.id, row.planned_at, 600) == row.next_at


class _Hook(LogNotifier):
    """What the channels are told."""

    def __init__(self):
        self.told = []

    def trigger_failed(self, failed):
        self.told.append(failed)


async def test_a_schedule_that_breaks_is_shown_and_told_and_begins_anew_when_published(
    app, monkeypatch
):
    id = await publish(app, **EVERY_SECOND)
    hook = _Hook()

    async def gone(*_args, **_more):
        raise NodeFailed("its node types are gone")

    async with Scheduler(app, hook):
        await until(partial(rows, app))
        with monkeypatch.context() as patched:
            patched.setattr(schedules, "runnable_version", gone)

            async def broken():
                (row,) = await rows(app)
                return row if row.next_at is None else None

            row = await until(broken)
            assert "its node types are gone" in row.error

            async def told():
                return hook.told

            (one,) = await until(told)
            assert (one.workflow_id, one.trigger) == (id, "tick")
        changed = {**document(**EVERY_SECOND), "description": "new"}
        stored = await app.database.read(partial(workflows.get, workflow_id=id))
        changes = editing.Changes(document=changed)
        saved = await editing.change(app, LOCAL, id, stored.revision, changes)
        await publishing.publish(app, LOCAL, id, saved.stored.revision)

        async def begun_anew():
            (row,) = await rows(app)
            return row if row.error is None else None

        row = await until(begun_anew)
        assert row.failures == 0
        await until(partial(started, app))
