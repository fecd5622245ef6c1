"""Follow what happens: the topics of the live stream, with the state that a new follower needs.

What this process runs comes from memory. What another process runs, or ran, comes from the store:
the same rows, computed into the same events.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import replace
from typing import Final

from tidegate.app import App
from tidegate.errors import Forbidden, NotFound
from tidegate.events.broadcaster import (
    EXECUTION_KEY,
    EXECUTIONS,
    LOG_KEY,
    NETWORK,
    SECURITY,
    SYSTEM,
    execution_state,
    execution_topic,
    log_state,
    node_state,
    presence_topic,
    workflow_topic,
)
from tidegate.events.shapes import Data, NodeState
from tidegate.events.topic import Topic
from tidegate.model.execution import Execution, NodeRow, path_text
from tidegate.model.status import ENDED, NodeStatus
from tidegate.services import editing, executions
from tidegate.services.given import given_by
from tidegate.services.identity.permissions import Action, Caller
from tidegate.services.sealing import open_row
from tidegate.store import logs, node_executions
from tidegate.store.node_executions import StoredNodeRow

LOOK_SECONDS: Final = 1.0
"""How often the store is asked for what another process does."""
MOST_LINES: Final = 1000
"""So many lines of a log are told of at each look."""


async def topic(app: App, caller: Caller, name: str) -> Topic:
    """A topic, if the caller may follow it, with its state as it is now.

    Topics: ``exec:<execution id>``, ``wf:<workflow id>`` (its executions), ``executions``,
    ``network`` and ``security`` (of all projects), ``system`` (what the server uses and has to do),
    ``presence:<workflow id>`` (who looks at it).

    Raises:
        NotFound: there is no such topic, or not for this caller.
        Forbidden: the caller may not follow it.
    """
    kind, mark, id = name.partition(":")
    found = TOPICS.get(kind)
    if found is None or bool(id) != (kind in _OF_SOMETHING) or bool(mark) != bool(id):
        raise NotFound(f"there is no topic '{name}'; write exec:<id>, wf:<id> or executions")
    return await found(app, caller, id)


async def _one_execution(app: App, caller: Caller, id: str) -> Topic:
    execution = await executions.find(app, id)
    await editing.visible(app, caller, execution.workflow_id, Action.EXECUTIONS_READ)
    return await _of_execution(app, execution)


async def _one_workflow(app: App, caller: Caller, id: str) -> Topic:
    await editing.visible(app, caller, id, Action.EXECUTIONS_READ)
    return app.events.topic(workflow_topic(id))


async def _present(app: App, caller: Caller, id: str) -> Topic:
    await editing.visible(app, caller, id, Action.WORKFLOWS_READ)
    return app.events.topic(presence_topic(id))


async def _everything(app: App, caller: Caller, name: str) -> Topic:
    if caller.projects(Action.EXECUTIONS_READ) is not None:
        raise Forbidden(
            f"the topic '{name}' shows every project; you may follow single workflows (wf:<id>)"
        )
    return app.events.topic(name)


async def _all_executions(app: App, caller: Caller, _id: str) -> Topic:
    return await _everything(app, caller, EXECUTIONS)


async def _whole_network(app: App, caller: Caller, _id: str) -> Topic:
    return await _everything(app, caller, NETWORK)


async def _all_security(app: App, caller: Caller, _id: str) -> Topic:
    caller.require(Action.SECURITY_READ)
    return app.events.topic(SECURITY)


async def _of_system(app: App, caller: Caller, _id: str) -> Topic:
    caller.require(Action.EXECUTIONS_READ)
    return _system(app)


_OF_SOMETHING: Final = frozenset({"exec", "wf", "presence"})
TOPICS: Final[Mapping[str, Callable[[App, Caller, str], Awaitable[Topic]]]] = {
    "exec": _one_execution,
    "wf": _one_workflow,
    "presence": _present,
    EXECUTIONS: _all_executions,
    NETWORK: _whole_network,
    SECURITY: _all_security,
    SYSTEM: _of_system,
}
"""Every kind of topic, with the permission check that it has; a test goes through all of them."""


def _system(app: App) -> Topic:
    found = app.events.known(SYSTEM)
    if found is None:
        from tidegate.services.pulse import Pulse  # noqa: PLC0415 - loads psutil; few ask for it

        found = app.events.topic(SYSTEM)
        app.events.start(Pulse(app, found).run())
    return found


async def _of_execution(app: App, execution: Execution) -> Topic:
    name = execution_topic(execution.id)
    found = app.events.known(name)
    if found is not None and found.is_whole:
        return found
    # What was recorded by now can be read after this; what comes later is in the topic.
    await app.database.write(lambda _connection: None)
    execution = await executions.find(app, execution.id)
    rows = await _rows(app, execution.id)
    is_new = app.events.known(name) is None
    found = app.events.topic(name)
    if is_new or not found.is_whole:
        found.complete(stored_state(execution, rows))
    if is_new:
        follower = _Elsewhere(app, found, execution, rows[-1].seq if rows else 0)
        app.events.start(follower.run())
    return found


def stored_state(execution: Execution, rows: Iterable[StoredNodeRow]) -> dict[str, Data]:
    """An execution's state as its events add up to it, computed from its rows."""
    state: dict[str, Data] = {EXECUTION_KEY: execution_state(execution)}
    for stored in rows:
        row = stored.row
        if row.kind == "restarted":
            state = {EXECUTION_KEY: state[EXECUTION_KEY]}
        else:
            state[row.node_id] = _shown(execution, row)
    return state


def _shown(execution: Execution, row: NodeRow) -> NodeState:
    if row.kind == "started":
        return {
            "status": NodeStatus.RUNNING,
            "path": path_text(row.path),
            "at": row.started_at,
            "items_in": row.items_in,
        }
    state, given = node_state(row), given_by(execution, row.status, row.finished_at)
    return state if given is None else {**state, "cached": given}


async def _rows(app: App, execution_id: str, after: int = 0) -> list[StoredNodeRow]:
    stored = await app.database.read(
        lambda connection: node_executions.rows(
            connection, execution_id, with_output=False, after=after
        )
    )
    return [replace(found, row=open_row(app.vault, found.row)) for found in stored]


class _Elsewhere:
    """Shows what becomes of an execution that this process does not run, while somebody follows."""

    def __init__(self, app: App, topic: Topic, execution: Execution, seen: int) -> None:
        self._app, self._topic = app, topic
        self._execution_id, self._seen = execution.id, seen
        self._seen_line: int | None = None

    async def run(self) -> None:
        """Look until it has ended, or nobody follows any more."""
        shown: Data = self._topic.state[EXECUTION_KEY]
        while True:
            execution = await executions.find(self._app, self._execution_id)
            if execution.owner != self._app.owner:
                await self._show_lines()
            else:
                self._seen_line = None  # what is logged here is told here
            if execution.owner != self._app.owner or execution.status in ENDED:
                await self._show_rows(execution)
                state = execution_state(execution)
                if state != shown and self._topic.state[EXECUTION_KEY]["status"] not in ENDED:
                    self._topic.publish("signal", EXECUTION_KEY, state)
                shown = state
            if execution.status in ENDED:
                break
            await asyncio.sleep(LOOK_SECONDS)
            if not self._topic.followers:
                break
        self._app.events.drop_later(self._topic)

    async def _show_rows(self, execution: Execution) -> None:
        for stored in await _rows(self._app, self._execution_id, self._seen):
            self._seen = stored.seq
            state = _shown(execution, stored.row)
            if self._topic.state.get(stored.row.node_id) != state:
                self._topic.publish("state", stored.row.node_id, state)

    async def _show_lines(self) -> None:
        """The lines since the last look; at the first one those before are read by the API."""
        id, after = self._execution_id, self._seen_line
        if after is None:
            self._seen_line = await self._app.database.read(
                lambda connection: logs.last_seq(connection, id)
            )
            return
        found = await self._app.database.read(
            lambda connection: logs.lines(connection, id, after=after, limit=MOST_LINES)
        )
        for stored in found:
            self._seen_line = stored.seq
            self._topic.publish("append", LOG_KEY, log_state(stored.line))
