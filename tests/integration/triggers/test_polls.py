"""Triggers that poll: each item once, whatever fails or crashes, in this process or another."""

import signal
import subprocess
import sys
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from polling import until

from tidegate.app import App
from tidegate.config import EgressSettings, Settings
from tidegate.errors import NodeFailed
from tidegate.model.execution import now_us
from tidegate.model.status import ENDED
from tidegate.notify.log import LogNotifier
from tidegate.registry import NodeEntry
from tidegate.sdk import Context, Example, Item, Polled, PollParams, PollTrigger
from tidegate.sdk.testing import MockHttpService
from tidegate.services import editing, executions, forking, outputs, publishing, starting
from tidegate.services.check_node import check_node_class
from tidegate.services.forking import Repeat
from tidegate.services.identity.permissions import LOCAL
from tidegate.services.schedules import sync
from tidegate.services.starting import StartRequest
from tidegate.store import polls, schedules
from tidegate.store import state as state_store
from tidegate.store.execution_filter import ExecutionFilter
from tidegate.store.polls import Next
from tidegate.store.state import StatePlace
from tidegate.triggers.scheduler import Scheduler
from tidegate.worker.service import WorkerService

ROOT = Path(__file__).parents[3]
FOREIGN = ROOT / "tests" / "support" / "foreign_nodes"
SOURCE: list[int | str] = []
"""What there is to find; a text is a failure."""


class Reader(PollTrigger):
    """Find the numbers that were not there at the last look."""

    name = "trigger.reader"
    label = "Reader"
    examples = (Example({}, output=[]),)

    class Params(PollParams):
        """Nothing but the times."""

    async def poll(self, ctx: Context, params: Params, state: Any) -> Polled:
        known = state or 0
        found = SOURCE[known:]
        for one in found:
            if isinstance(one, str):
                raise NodeFailed(one)
        return Polled([Item({"n": n}) for n in found], known + len(found))


@pytest.fixture
def settings(database_url, tmp_path):
    SOURCE.clear()
    return Settings(data_dir=tmp_path / "data", database_url=database_url)


def opened(settings, node=Reader) -> App:
    app = App.open(settings)
    place = (node.name, 1)
    app.registry._add([NodeEntry(*place, f"{node.__module__}:{node.__name__}", "tidegate")])
    app.registry._classes[place] = node
    return app


@pytest.fixture
async def app(settings):
    app = opened(settings)
    yield app
    await app.close()


EVERY_SECOND = {"poll_every": 1, "poll_unit": "seconds"}


def document(type=Reader.name, params=None, **more):
    return {
        "tidegate": 1,
        "name": "Reads",
        "nodes": {
            "look": {"type": type, "params": params or EVERY_SECOND},
            "keep": {"type": "data.set", "params": {"fields": {"seen": True}}},
        },
        "edges": ["look -> keep"],
        **more,
    }


async def publish(app, **fields):
    made = await editing.create(app, LOCAL, editing.NewWorkflow(document(**fields)))
    await publishing.publish(app, LOCAL, made.stored.id, made.stored.revision)
    return made.stored.id


async def schedule(app):
    found = await app.database.read(schedules.every)
    return found[0] if found else None


async def ended(app, count=0):
    page = await executions.page(app, ExecutionFilter(), limit=200)
    found = [e for e in reversed(page.executions) if e.status in ENDED]
    return found if len(found) >= count and len(found) == len(page.executions) else None


async def numbers(app, name="n"):
    """What all executions put out, in their order."""
    found = await executions.page(app, ExecutionFilter(), limit=200)
    items = [await outputs.final_items(app, one) for one in reversed(found.executions)]
    return [item.json[name] for some in items for item in some]


@asynccontextmanager
async def following(*apps):
    async with AsyncExitStack() as stack:
        for app in apps:
            await stack.enter_async_context(WorkerService(app, LogNotifier()))
        for app in apps:
            await stack.enter_async_context(Scheduler(app))
        yield


async def stored_state(app):
    row = await schedule(app)
    place = StatePlace(row.workflow_id, row.trigger)
    found = await app.database.read(lambda c: state_store.get(c, place, "poll"))
    return None if found is None else int(found[0])


async def test_each_item_starts_once_though_two_processes_poll(app, settings):
    other = opened(settings)
    try:
        await publish(app)
        SOURCE.extend([1, 2])
        async with following(app, other):
            await until(lambda: ended(app, 1))
            SOURCE.extend([3, 4, 5])
            await until(lambda: ended(app, 2))
            looked = (await schedule(app)).last_at

            async def looked_again():
                return (await schedule(app)).last_at > looked

            await until(looked_again)
    finally:
        await other.close()
    assert await numbers(app) == [1, 2, 3, 4, 5]
    (first, second) = await ended(app)
    assert {first.source, second.source} == {"poll"}
    assert await stored_state(app) == 5


async def test_a_failure_is_shown_and_waits_longer_each_time(app):
    SOURCE.append("the shop is closed")
    await publish(app)
    async with following(app):

        async def failed(times):
            row = await schedule(app)
            return row if row is not None and row.failures >= times else None

        first = await until(lambda: failed(1))
        assert "the shop is closed" in first.error
        assert first.next_at - now_us() > 20_000_000
        await app.database.write(partial(polls.begin, schedule=first, taken=polls.taken(first, 0)))
        second = await until(lambda: failed(2))
        assert second.next_at - now_us() > 50_000_000
        SOURCE[:] = [7]
        await app.database.write(
            partial(polls.begin, schedule=second, taken=polls.taken(second, 0))
        )
        await until(lambda: ended(app, 1))
    row = await schedule(app)
    assert (row.failures, row.error) == (0, None)
    assert await numbers(app) == [7]


async def test_what_is_heard_lets_it_poll_now_but_never_twice_at_once(app):
    await publish(app)
    await sync(app)
    row = await schedule(app)
    later = Next(row.planned_at + 60_000_000, row.next_at + 60_000_000)
    polling = polls.taken(row, 100)
    assert await app.database.write(partial(polls.begin, schedule=row, taken=polling))
    assert not await app.database.write(partial(polls.wake, schedule_id=row.id))
    assert (await schedule(app)).next_at == polling.next_at

    await app.database.write(partial(polls.end, schedule=polling, following=later))
    assert await app.database.write(partial(polls.wake, schedule_id=row.id))
    due = await schedule(app)
    assert due.next_at <= now_us()
    # It came before its time, and is told apart from one that is not polling all the same.
    polling = polls.taken(due, 100)
    assert await app.database.write(partial(polls.begin, schedule=due, taken=polling))
    assert not await app.database.write(partial(polls.wake, schedule_id=row.id))

    failed = replace(later, failures=1, error="{}")
    await app.database.write(partial(polls.end, schedule=polling, following=failed))
    assert await app.database.write(partial(polls.wake, schedule_id=row.id))
    assert (await schedule(app)).next_at == failed.next_at


class Hook(LogNotifier):
    """What the channels are told."""

    def __init__(self):
        self.told = []

    def trigger_failed(self, failed):
        self.told.append(failed)


async def test_failures_that_go_on_are_told_seldom_and_counted(app, monkeypatch):
    monkeypatch.setattr("tidegate.triggers.poller._FIRST_WAIT", 0.01)
    monkeypatch.setattr("tidegate.triggers.poller._LONGEST_WAIT", 0.02)
    SOURCE.append("the shop is closed")
    workflow = await publish(app)
    hook = Hook()
    async with WorkerService(app, LogNotifier()), Scheduler(app, hook):

        async def failed(times):
            row = await schedule(app)
            return row is not None and row.failures >= times

        await until(lambda: failed(2))
        await until(lambda: failed(6))
        (one,), row = hook.told, await schedule(app)
        assert (one.workflow_id, one.trigger, one.failures) == (workflow, row.trigger, 3)
        assert "the shop is closed" in one.error["message"]
        assert b"tidegate_failing_triggers 1.0" in app.metrics.text()
        await until(lambda: failed(28))
        assert [one.failures for one in hook.told] == [3, 27]
        SOURCE[:] = [7]
        await until(lambda: ended(app, 1))

        async def well():
            return b"tidegate_failing_triggers 0.0" in app.metrics.text()

        await until(well)
    assert b'tidegate_trigger_failures_total{kind="poll"}' in app.metrics.text()


async def test_what_can_not_be_started_is_found_again(app):
    """The state moves on only with the execution: nothing is lost where it is refused."""
    one = {"limit": 1, "policy": "refuse"}
    held = document(settings={"concurrency": one})
    held["nodes"]["keep"] = {"type": "flow.wait", "params": {"amount": 3600}}
    made = await editing.create(app, LOCAL, editing.NewWorkflow(held))
    await publishing.publish(app, LOCAL, made.stored.id, made.stored.revision)
    SOURCE.append(1)
    async with following(app):

        async def waiting():
            page = await executions.page(app, ExecutionFilter())
            return [e for e in page.executions if e.status.value == "waiting"]

        (first,) = await until(waiting)
        SOURCE.append(2)

        async def refused():
            row = await schedule(app)
            return row if row.failures else None

        row = await until(refused)
        assert await stored_state(app) == 1
        await executions.request_cancel(app, first)
        await app.database.write(partial(polls.begin, schedule=row, taken=polls.taken(row, 0)))

        async def second():
            found = await waiting()
            return found if found and found[0].id != first.id else None

        await until(second)
    assert await stored_state(app) == 2


async def test_a_poll_whose_process_died_is_done_again_from_the_same_state(app):
    await publish(app)
    SOURCE.extend([1, 2, 3])
    await sync(app)
    row = await schedule(app)
    gone = polls.taken(row, -1)
    assert await app.database.write(partial(polls.begin, schedule=row, taken=gone))
    async with following(app):
        await until(lambda: ended(app, 1))
    assert await numbers(app) == [1, 2, 3]


async def test_by_hand_it_polls_at_once_and_leaves_the_state_alone(app):
    SOURCE.extend([1, 2])
    workflow = await publish(app)
    async with WorkerService(app, LogNotifier()) as worker:

        async def run(**more):
            made = await starting.start(app, LOCAL, workflow, StartRequest(version="draft", **more))
            await worker.wait_for_end(made.id, 30)
            return await executions.find(app, made.id)

        for _ in range(2):
            found = await outputs.final_items(app, await run())
            assert [item.json["n"] for item in found] == [1, 2]
        given = await run(custom_data=[{"n": 9}], has_custom_data=True)
        assert [item.json["n"] for item in await outputs.final_items(app, given)] == [9]
        wrong = await run(custom_data=[9], has_custom_data=True)
        assert "an object, or a list of objects" in wrong.error["message"]


async def test_what_was_found_is_repeated_with_the_execution(app):
    SOURCE.extend([1, 2])
    await publish(app)
    async with following(app):
        (found,) = await until(lambda: ended(app, 1))
        again = await forking.repeat(app, LOCAL, found.id, Repeat("again"))
        await until(lambda: ended(app, 2))
        items = await outputs.final_items(app, await executions.find(app, again.id))
    assert [item.json for item in items] == [{"n": 1, "seen": True}, {"n": 2, "seen": True}]


async def test_another_package_polls_in_its_own_process_and_kills_lose_nothing(
    tmp_path, monkeypatch
):
    """kill -9 of a server again and again: every number once, in order."""
    monkeypatch.syspath_prepend(FOREIGN)
    data = tmp_path / "data"
    app = App.open(Settings(data_dir=data))
    await publish(app, type="acme.next_number")
    tidegate = str(Path(sys.executable).with_name("tidegate"))
    environment = {"PYTHONPATH": str(FOREIGN), "TIDEGATE_DATA_DIR": str(data)}

    async def more_than(count):
        page = await executions.page(app, ExecutionFilter(), limit=200)
        return len(page.executions) > count

    for _ in range(3):
        before = len((await executions.page(app, ExecutionFilter(), limit=200)).executions)
        with subprocess.Popen(
            [tidegate, "serve", "--port", "0"], env=environment, stdout=subprocess.DEVNULL
        ) as server:
            try:
                await until(lambda count=before + 1: more_than(count), 120)
            finally:
                server.send_signal(signal.SIGKILL)
    async with WorkerService(app, LogNotifier()):
        await until(lambda: ended(app, 6))
    found = await numbers(app, "number")
    await app.close()
    assert found == list(range(1, len(found) + 1))


async def test_the_trigger_of_the_how_to_finds_each_order_once(tmp_path, monkeypatch):
    page = (ROOT / "docs" / "howto" / "write-a-poll-trigger.md").read_text()
    code = page.split("```python\n", 1)[1].split("```", 1)[0]
    (tmp_path / "the_trigger_of_the_how_to.py").write_text(code)
    monkeypatch.syspath_prepend(tmp_path)
    import the_trigger_of_the_how_to as module

    assert check_node_class(module.NewOrders) == []
    async with MockHttpService() as shop:
        shop.mock_response("/orders?after=0", json=[{"number": 1}, {"number": 2}])
        shop.mock_response("/orders?after=2", json=[])
        egress = EgressSettings(allow=(shop.allow_rule,))
        app = opened(Settings(data_dir=tmp_path / "data", egress=egress), module.NewOrders)
        await publish(
            app, type="acme.new_orders", params={**EVERY_SECOND, "url": shop.url("").rstrip("/")}
        )
        async with following(app):
            await until(lambda: ended(app, 1))
            shop.mock_response("/orders?after=2", json=[{"number": 3}])
            shop.mock_response("/orders?after=3", json=[])
            (first, _) = await until(lambda: ended(app, 2))
        assert await numbers(app, "number") == [1, 2, 3]
        requests = await executions.http_requests(app, first.id, "look")
        assert [request.url for request in requests] == [shop.url("/orders?after=0")]
        await app.close()


def test_the_check_of_node_types_knows_what_a_poll_trigger_is():
    assert check_node_class(Reader) == []

    class Wrong(PollTrigger):
        """Does it wrong."""

        name = "acme.wrong"
        label = "Wrong"
        examples = (Example({}, output=[]),)

        def poll(self, ctx):
            """Not asynchronous."""

    problems = {problem.parameter: problem.message for problem in check_node_class(Wrong)}
    assert problems == {"poll": "must be defined with 'async def'"}
