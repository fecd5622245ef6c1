"""The topics of one process, and the observer that turns an execution's work into events.

This is the founding design's ExecutionEventBroadcaster. Events leave from memory, beside the
journal and never inside of its transactions; what was missed is read from the store.
"""

import asyncio
from collections import deque
from collections.abc import Coroutine, Mapping
from typing import Any, Final, cast

from tidegate.events import shapes
from tidegate.events.presence import PREFIX
from tidegate.events.topic import Topic
from tidegate.log import get_logger
from tidegate.model.execution import (
    Execution,
    ExecutionEnd,
    HttpRequestLog,
    HttpStart,
    LogLine,
    NodeRow,
    Path,
    SecurityEvent,
    milliseconds,
    now_us,
    path_text,
    us_to_iso,
)
from tidegate.model.status import ENDED, NodeStatus

EXECUTIONS: Final = "executions"
NETWORK: Final = "network"
SECURITY: Final = "security"
SYSTEM: Final = "system"
EXECUTION_KEY: Final = "exec"
"""The key of the execution itself in its topic; nodes stand under their ids."""

LOG_KEY: Final = "log"
"""The key of the lines of its log; what was read of it before is not in the state."""

LISTENING_KEY: Final = "listening"
"""The key of what a workflow's topic says of its draft that listens for calls."""

PUBLISHED_KEY: Final = "published"
"""The key of what the topic of those who look at a workflow says of its published version."""

MAX_BEGUN: Final = 256
"""So many executions that began last are remembered."""

KEPT_SECONDS: Final = 300.0
"""So long an ended execution's topic is kept for those who follow it."""


def execution_topic(execution_id: str) -> str:
    """The name of an execution's topic."""
    return f"exec:{execution_id}"


def workflow_topic(workflow_id: str) -> str:
    """The name of the topic that shows a workflow's executions."""
    return f"wf:{workflow_id}"


def presence_topic(workflow_id: str) -> str:
    """The name of the topic that shows who looks at a workflow."""
    return f"{PREFIX}{workflow_id}"


class Broadcaster:
    """Topics by name. For one event loop. ``requests_ended`` counts HTTP requests of executions."""

    def __init__(self) -> None:
        self._topics: dict[str, Topic] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._begun: deque[str] = deque(maxlen=MAX_BEGUN)
        self.requests_ended = 0

    def start(self, work: Coroutine[Any, Any, None]) -> None:
        """Run something that publishes events, until :meth:`close`."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    async def close(self) -> None:
        """End what was started."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _ended(self, task: "asyncio.Task[None]") -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            get_logger().warning("live_events_stopped", reason=type(error).__name__)

    def topic(self, name: str) -> Topic:
        """The topic of this name, made when it is asked for first."""
        topic = self._topics.get(name)
        if topic is None:
            topic = self._topics[name] = Topic(name)
        return topic

    def known(self, name: str) -> Topic | None:
        """The topic of this name, if there is one."""
        return self._topics.get(name)

    def drop(self, topic: Topic) -> None:
        """Forget a topic that nobody follows."""
        if not topic.followers and self._topics.get(topic.name) is topic:
            del self._topics[topic.name]

    def drop_later(self, topic: Topic, seconds: float = KEPT_SECONDS) -> None:
        """Forget a topic, at once or when those who follow it had time to come back."""
        if not topic.followers:
            self.drop(topic)
        else:
            asyncio.get_running_loop().call_later(seconds, self.drop_later, topic, seconds)

    def observe(self, execution_id: str) -> "ExecutionEvents":
        """The observer of an execution that this process runs."""
        self._begun.append(execution_id)
        return ExecutionEvents(self, execution_id)

    def queued(self, execution: Execution) -> None:
        """An execution was stored that waits for a worker; a quick one may have it already."""
        if execution.id not in self._begun:
            self.listed(execution, execution_state(execution))

    def listed(
        self, execution: Execution, data: shapes.ExecutionState | shapes.ExecutionEndState
    ) -> None:
        """Show an execution in the lists; one that has ended is gone from their state."""
        for name in (EXECUTIONS, workflow_topic(execution.workflow_id)):
            topic = self.topic(name)
            if data["status"] in ENDED:
                topic.publish("signal", execution.id, data)
                topic.forget(execution.id)
            else:
                topic.publish("state", execution.id, data)

    def listening(self, workflow_id: str, data: shapes.ListeningState) -> None:
        """A draft listens (``until``), was called (``execution_id``), or listens no more."""
        topic = self.topic(workflow_topic(workflow_id))
        topic.publish("state", LISTENING_KEY, data)
        if data.get("until", "") is None:
            topic.forget(LISTENING_KEY)

    def published(self, workflow_id: str, data: shapes.PublishedState) -> None:
        """A version was published, or none is any more (``hash`` is None): for those who look."""
        topic = self.known(presence_topic(workflow_id))
        if topic is not None:
            topic.publish("signal", PUBLISHED_KEY, data)
            topic.forget(PUBLISHED_KEY)

    def refused(self, event: SecurityEvent) -> None:
        """The gate, a limit or the server refused something."""
        self.topic(SECURITY).publish("append", "security", security_state(event))


class ExecutionEvents:
    """Turns what the engine shows of one execution into events (an engine observer)."""

    __slots__ = ("_broadcaster", "_execution", "_requests", "_topic")

    def __init__(self, broadcaster: Broadcaster, execution_id: str) -> None:
        name = execution_topic(execution_id)
        self._broadcaster = broadcaster
        is_fresh = broadcaster.known(name) is None
        self._topic = broadcaster.topic(name)
        if is_fresh:
            self._topic.is_whole = False  # it is being claimed: results of it may be stored
        self._execution: Execution | None = None
        self._requests: set[str] = set()

    def execution_started(self, execution: Execution) -> None:
        """A worker runs it from now on."""
        self._execution = execution
        if execution.token <= 1 and execution.based_on_id is None:
            self._topic.is_whole = True  # nothing was done before
        data = execution_state(execution)
        self._topic.publish("signal", EXECUTION_KEY, data)
        self._broadcaster.listed(execution, data)

    def execution_ended(self, end: ExecutionEnd) -> None:
        """It has ended, or waits outside of memory."""
        data = end_state(end, self._execution)
        network = self._broadcaster.topic(NETWORK)
        for id in self._requests:  # whose end nobody told of: it was cancelled
            network.forget(id)
        self._topic.publish("signal", EXECUTION_KEY, data)
        if self._execution is not None:
            self._broadcaster.listed(self._execution, data)
        self._broadcaster.drop_later(self._topic)

    def node_started(self, node_id: str, path: Path, items_in: int) -> None:
        """A node execution begins."""
        data: shapes.NodeState = {
            "status": NodeStatus.RUNNING,
            "path": path_text(path),
            "at": now_us(),
            "items_in": items_in,
        }
        self._topic.publish("state", node_id, data)

    def node_progress(self, node_id: str, path: Path, items_done: int) -> None:
        """Some of its items are done."""
        data: shapes.NodeState = {"path": path_text(path), "items_done": items_done}
        self._topic.publish("state", node_id, data)

    def node_finished(self, row: NodeRow) -> None:
        """An attempt ended: the node execution did, or it waits, or it is tried again."""
        self._topic.publish("state", row.node_id, node_state(row))

    def log_line(self, line: LogLine) -> None:
        """A line of the log."""
        self._topic.publish("append", LOG_KEY, log_state(line))

    def http_started(self, request: HttpStart) -> None:
        """A request begins; until it ends it is in the state of the topic of all requests."""
        data: shapes.HttpStart = {
            "id": request.id,
            "execution_id": request.execution_id,
            "node": request.node_id,
            "item": request.item,
            "at": request.at,
            "method": request.method,
            "url": request.url,
        }
        self._topic.publish("append", "http_start", data)
        self._broadcaster.topic(NETWORK).publish("state", request.id, data)
        self._requests.add(request.id)

    def http_request(self, request: HttpRequestLog, id: str) -> None:
        """A request ended."""
        data: shapes.HttpEnd = {
            "id": id,
            "execution_id": request.execution_id,
            "node": request.node_id,
            "item": request.item,
            "at": request.at,
            "method": request.method,
            "url": request.url,
            "status": request.response_status,
            "ms": request.response_time,
            "timings": request.timings,
            "bytes_in": request.bytes_in,
            "bytes_out": request.bytes_out,
            "error": request.error_message,
        }
        self._broadcaster.requests_ended += 1
        self._topic.publish("append", "http", data)
        network = self._broadcaster.topic(NETWORK)
        network.publish("append", "http", data)
        network.forget(id)
        self._requests.discard(id)

    def security_event(self, event: SecurityEvent) -> None:
        """The gate or a limit refused something."""
        self._topic.publish("signal", "security", security_state(event))
        self._broadcaster.refused(event)


def log_state(line: LogLine) -> shapes.LogAddition:
    """A line of the log as it is shown live."""
    return {
        "node": line.node_id,
        "path": path_text(line.path),
        "at": line.at,
        "level": line.level,
        "message": line.message,
    }


def security_state(event: SecurityEvent) -> shapes.SecurityState:
    """A security event as it is shown live."""
    return {
        "execution_id": event.execution_id,
        "node": event.node_id,
        "at": event.at,
        "type": event.event_type,
        "severity": event.severity,
        "description": event.description,
    }


def execution_state(execution: Execution) -> shapes.ExecutionState:
    """An execution as events show it."""
    return {
        "id": execution.id,
        "number": execution.number,
        "workflow_id": execution.workflow_id,
        "version": execution.version_hash,
        "status": execution.status,
        "trigger": execution.trigger,
        "source": execution.source,
        "created_at": us_to_iso(execution.created_at),
        "started_at": us_to_iso(execution.started_at),
        "finished_at": us_to_iso(execution.finished_at),
        "wake_at": us_to_iso(execution.wake_at),
        "duration_ms": execution.duration_ms,
        "error": _error(execution.error),
    }


def end_state(end: ExecutionEnd, execution: Execution | None) -> shapes.ExecutionEndState:
    """How an execution ended, as events show it."""
    waits = end.wake_at is not None
    started = None if execution is None else execution.started_at
    return {
        "status": end.status,
        "finished_at": None if waits else us_to_iso(end.at),
        "wake_at": us_to_iso(end.wake_at),
        "duration_ms": None if waits else milliseconds(started, end.at),
        "errors_handled": end.errors_handled,
        "usage": end.usage,
        "error": _error(end.error),
    }


def node_state(row: NodeRow) -> shapes.NodeState:
    """A row of the journal as events show it."""
    return {
        "status": row.status,
        "path": path_text(row.path),
        "attempt": row.attempt,
        "ms": row.duration_ms,
        "items_in": row.items_in,
        "items_out": row.items_out,
        "outputs": {} if row.output is None else row.output.counts(),
        "wake_at": us_to_iso(row.wake_at),
        "usage": None if row.usage is None else row.usage.as_json(),
        "error": _error(row.error),
    }


def _error(error: Mapping[str, object] | None) -> shapes.ErrorShown | None:
    """What is said of an error live: its details may hold the data of items."""
    if error is None:
        return None
    said = {key: error[key] for key in ("code", "message", "node") if key in error}
    return cast("shapes.ErrorShown", said)
