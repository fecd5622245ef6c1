"""Following executions that run here, ran before, or run in another process."""

import asyncio

import pytest
from sqlalchemy import insert

from tidegate.app import App
from tidegate.config import Settings
from tidegate.engine.observers import SilentObserver
from tidegate.errors import Forbidden, NotFound
from tidegate.events.broadcaster import execution_topic
from tidegate.events.stream import Stream
from tidegate.model.document import load_document
from tidegate.notify.log import LogNotifier
from tidegate.services import executions, live
from tidegate.services.executions import Start
from tidegate.services.identity.permissions import LOCAL, Caller, Role
from tidegate.services.workflows import store_workflow
from tidegate.store.node_executions import rows as node_rows
from tidegate.store.tables import execution_logs
from tidegate.worker.worker import Worker

WORKFLOW = """
tidegate: 1
name: Live
nodes:
  start: {type: trigger.manual}
  make: {type: data.generate, params: {count: 3, fields: {n: "{{ index }}"}}}
  pause: {type: flow.wait, params: {amount: %s, unit: seconds}}
  odd: {type: data.filter, params: {condition: "{{ json.n %% 2 == 1 }}"}}
  never: {type: data.set, params: {fields: {a: 1}}}
  none: {type: data.filter, params: {condition: "{{ json.n > 5 }}"}}
edges: [start -> make, make -> pause, pause -> odd, pause -> none, none -> never]
"""


@pytest.fixture
async def app(tmp_path):
    app = App.open(Settings(data_dir=tmp_path / "data"))
    yield app
    await app.close()


@pytest.fixture
async def other(app, tmp_path):
    """Another process on the same database."""
    other = App.open(Settings(data_dir=tmp_path / "data"))
    other.owner = "elsewhere:1:1.0"
    yield other
    await other.close()


async def run(app, seconds, observe):
    version = await store_workflow(app, load_document(WORKFLOW % seconds, "live.yaml").workflow)
    new_id = executions.new_id()
    async with Worker(app, LogNotifier()) as worker:
        end = await worker.run_new(version, Start("start", "test", id=new_id), observe(new_id))
        return await worker.run_to_end(end, observe(new_id))


class Page:
    """Applies frames as the browser does, until the execution has ended."""

    def __init__(self, topic):
        self.stream, self.state = Stream(), {}
        self.stream.subscribe(1, topic)

    async def read_to_the_end(self):
        async with asyncio.timeout(30):
            while self.state.get("exec", {}).get("status") != "succeeded":
                for frame in await self.stream.frames():
                    self.state |= frame.get("state", {})
                    for key, data in frame.get("st", {}).items():
                        self.state[key] = self.state.get(key, {}) | data
                    for _, key, data in frame.get("sg", ()):
                        self.state[key] = self.state.get(key, {}) | data
        self.stream.close()
        return self.state


def settled(state):
    """What must be the same however it was followed; live events also say how they got there."""
    return {
        key: (data["status"], data.get("items_in"), data.get("items_out"), data.get("error"))
        for key, data in state.items()
    }


async def test_live_events_add_up_to_what_is_stored(app):
    topics = []

    def observe(id):
        observer = app.events.observe(id)
        topics.append(app.events.topic(execution_topic(id)))
        return observer

    running = asyncio.create_task(run(app, 0.2, observe))
    while not topics and not running.done():
        await asyncio.sleep(0.001)
    page = Page(topics[0])
    live_state = await page.read_to_the_end()
    end = await running
    stored = await live.topic(app, LOCAL, f"exec:{end.execution_id}")
    assert stored.is_whole
    assert settled(live_state) == settled(stored.state)
    assert stored.state["odd"]["outputs"] == {"main": 1, "discarded": 2}
    assert stored.state["never"]["status"] == "skipped"


async def test_who_comes_while_it_is_claimed_finds_what_was_done_before(app):
    end = await run(app, 0.01, lambda _id: SilentObserver())
    app.events.observe(end.execution_id)  # as a worker does that is about to go on with it
    topic = await live.topic(app, LOCAL, f"exec:{end.execution_id}")
    assert topic.state["never"]["status"] == "skipped"


async def test_who_comes_late_finds_the_state_in_the_store(app):
    end = await run(app, 0.01, lambda _id: SilentObserver())
    topic = await live.topic(app, LOCAL, f"exec:{end.execution_id}")
    state = await Page(topic).read_to_the_end()
    assert state["exec"]["status"] == "succeeded"
    assert state["make"]["outputs"] == {"main": 3}
    while app.events.known(topic.name) is not None:
        await asyncio.sleep(0.01)


async def test_an_execution_of_another_process_is_followed_through_the_database(app, other):
    ids = []

    def observe(id):
        ids.append(id)
        return SilentObserver()

    running = asyncio.create_task(run(other, 1.5, observe))
    async with asyncio.timeout(30):
        while True:
            try:
                topic = await live.topic(app, LOCAL, f"exec:{ids[0]}")
                break
            except (IndexError, NotFound):
                await asyncio.sleep(0.01)
        state = await Page(topic).read_to_the_end()
        end = await running
    stored = await live.topic(app, LOCAL, f"exec:{end.execution_id}")
    assert settled(state) == settled(stored.state)


async def test_lines_that_another_process_logs_are_told(app, other, monkeypatch):
    monkeypatch.setattr(live, "LOOK_SECONDS", 0.02)
    ids = []

    def observe(id):
        ids.append(id)
        return SilentObserver()

    def log(connection):
        line = {"execution_id": ids[0], "created_at": 7, "level": "info", "path": "3.1"}
        connection.execute(
            insert(execution_logs).values(line | {"message": "hi", "node_id": "odd"})
        )

    running = asyncio.create_task(run(other, 30, observe))
    async with asyncio.timeout(30):
        while not ids or await app.database.read(lambda c: node_rows(c, ids[0])) == []:
            await asyncio.sleep(0.01)
        topic = await live.topic(app, LOCAL, f"exec:{ids[0]}")
        stream, told = Stream(), []
        stream.subscribe(1, topic)
        while not told:
            await other.database.write(log)
            told = [entry for frame in await stream.frames(0.05) for entry in frame.get("ap", ())]
    stream.close()
    (_, key, line), *_ = told
    assert key == "log"
    assert line == {"node": "odd", "path": "3.1", "at": 7, "level": "info", "message": "hi"}
    running.cancel()
    await asyncio.wait({running})


async def test_nobody_follows_what_they_may_not_see(app):
    end = await run(app, 0.01, lambda _id: SilentObserver())
    stranger = Caller("u", "u@example.com", Role.VIEWER)
    with pytest.raises(NotFound):
        await live.topic(app, stranger, f"exec:{end.execution_id}")
    for name in ("executions", "network", "security"):
        with pytest.raises(Forbidden):
            await live.topic(app, stranger, name)
    for name in ("", "exec:", "exec:none", "wf:none", "presence", "wf"):
        with pytest.raises(NotFound):
            await live.topic(app, LOCAL, name)
