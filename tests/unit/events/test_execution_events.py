"""What an execution shows live, from a real engine run."""

import asyncio
from typing import get_type_hints

from msgspec import convert

from tidegate.engine.environment import Environment
from tidegate.events.broadcaster import (
    EXECUTIONS,
    Broadcaster,
    execution_topic,
    workflow_topic,
)
from tidegate.events.shapes import (
    Additions,
    Delta,
    ExecutionEndState,
    ExecutionState,
    NodeState,
    SecurityState,
    Snapshot,
)
from tidegate.events.subscription import Subscription
from tidegate.model.execution import (
    Execution,
    ExecutionEnd,
    HttpRequestLog,
    HttpStart,
    LogLine,
    NodeRow,
    SecurityEvent,
)
from tidegate.model.status import AttemptStatus, ExecutionStatus, NodeStatus

ID = "01900000-0000-7000-8000-000000000001"


def execution(status=ExecutionStatus.RUNNING):
    return Execution(ID, 7, "w1", "hash", status, "start", "api", 1_000_000, started_at=2_000_000)


def row(status, error=None):
    return NodeRow(
        ID, "get", "http.request", (), 1, "finished", status, AttemptStatus.FAILED,
        2_000_000, 2_500_000, 3, 2, error=error,
    )  # fmt: skip


def subscribe(topic):
    subscription = Subscription(topic, asyncio.Event())
    snapshot = subscription.take()
    declared(Snapshot, snapshot)
    return subscription


def declared(shape, data):
    """What is sent is what the editor's types are written from: nothing more, nothing less."""
    assert convert(data, shape, strict=True) == data


async def test_every_event_of_the_founding_design_is_shown():
    broadcaster = Broadcaster()
    lists = [subscribe(broadcaster.topic(name)) for name in (EXECUTIONS, workflow_topic("w1"))]
    broadcaster.queued(execution(ExecutionStatus.QUEUED))
    assert [one.take()["st"][ID]["status"] for one in lists] == ["queued", "queued"]
    own = subscribe(broadcaster.topic(execution_topic(ID)))
    observer = broadcaster.observe(ID)
    observer.execution_started(execution())
    observer.node_started("get", (), 3)
    observer.node_progress("get", (), 2)
    observer.log_line(LogLine(ID, 1, "info", "hello", "get"))
    observer.http_started(HttpStart("r1", ID, "get", "GET", "http://a.example/", 1, 4))
    ended = HttpRequestLog(ID, "get", (), 1, "GET", "http://a.example/", 1, item=4)
    observer.http_request(ended, "r1")
    observer.security_event(SecurityEvent("BLOCKED_URL", "high", "refused", 1, ID, "get"))
    observer.node_finished(row(NodeStatus.RETRYING, {"code": "HTTP", "message": "no", "body": "x"}))
    observer.node_finished(row(NodeStatus.FAILED, {"code": "HTTP", "message": "no", "body": "x"}))
    observer.execution_ended(ExecutionEnd(ID, ExecutionStatus.FAILED, 3_000_000))
    frame = own.take()
    declared(Delta, frame)
    declared(NodeState, frame["st"]["get"])
    for _, key, data in frame["ap"]:
        declared(get_type_hints(Additions)[key], data)
    for (_, _, data), shape in zip(
        frame["sg"], (ExecutionState, SecurityState, ExecutionEndState), strict=True
    ):
        declared(shape, data)
    assert frame["st"]["get"]["status"] == "failed"
    assert frame["st"]["get"]["ms"] == 500
    assert frame["st"]["get"]["items_done"] == 2
    assert frame["st"]["get"]["error"] == {"code": "HTTP", "message": "no"}, "no data of items"
    assert [(key, data.get("item")) for _, key, data in frame["ap"]] == [
        ("log", None), ("http_start", 4), ("http", 4),
    ]  # fmt: skip
    assert [(key, data.get("status")) for _, key, data in frame["sg"]] == [
        ("exec", "running"), ("security", None), ("exec", "failed"),
    ]  # fmt: skip
    assert frame["sg"][-1][2]["duration_ms"] == 1000
    for listed in lists:
        frame = listed.take()
        assert frame["st"][ID]["status"] == "running"
        assert frame["sg"][0][2]["status"] == "failed"
        assert listed.topic.state == {}, "what has ended is in the lists of the API"
    broadcaster.queued(execution(ExecutionStatus.QUEUED))
    assert [one.take() for one in lists] == [None, None], "a quick worker was before"
    network = broadcaster.topic("network")
    assert network.seq == 2 and network.state == {}, "no request is under way"
    assert broadcaster.topic("security").seq == 1


async def test_the_topics_of_executions_that_nobody_follows_are_let_go():
    broadcaster = Broadcaster()
    for number in range(100):
        observer = broadcaster.observe(str(number))
        observer.execution_started(execution())
        observer.execution_ended(ExecutionEnd(ID, ExecutionStatus.SUCCEEDED, 3_000_000))
        assert broadcaster.known(execution_topic(str(number))) is None
    followed = broadcaster.topic(execution_topic("f"))
    subscription = subscribe(followed)
    broadcaster.drop_later(followed, 0.01)
    await asyncio.sleep(0.05)
    assert broadcaster.known(followed.name) is followed
    subscription.close()
    while broadcaster.known(followed.name) is not None:
        await asyncio.sleep(0.01)


def test_the_observer_is_one_of_the_engine():
    """Its methods are the engine's: a new one there must be shown here."""
    wanted = Environment.__annotations__["observer"]
    names = {name for name in vars(wanted) if not name.startswith("_")}
    assert names <= set(dir(Broadcaster().observe(ID)))
