"""A thousand followers of one topic, one of whom is slow; `make bench` says how late they hear."""

import asyncio
import time

from tidegate.events.stream import Stream
from tidegate.events.topic import Topic

FOLLOWERS = 1000
ROUNDS = 10
KEPT = 100
EVENTS = 150
"""More than is kept for whoever takes none meanwhile."""


class Reader:
    """Takes frames as a WebSocket does; ``pause`` is how long each is under way."""

    def __init__(self, topic: Topic, pause: float) -> None:
        self.stream, self.pause = Stream(), pause
        self.stream.subscribe(1, topic)
        self.state: dict[str, dict] = {}
        self.pending = self.frames = 0
        self.has_gap = False

    async def read(self) -> None:
        while True:
            for frame in await self.stream.frames():
                self.frames += 1
                self.take(frame)
            self.pending = max(self.pending, self.stream.pending)
            await asyncio.sleep(self.pause)
            self.pending = max(self.pending, self.stream.pending)

    def take(self, frame: dict) -> None:
        self.has_gap = self.has_gap or "gap" in frame
        if frame["t"] == "snap":
            self.state = dict(frame["state"])
            return
        for key, data in frame.get("st", {}).items():
            self.state[key] = self.state.get(key, {}) | data
        for _, key, data in frame.get("sg", ()):
            self.state[key] = self.state.get(key, {}) | data


async def test_a_slow_follower_holds_nobody_up_and_ends_in_the_right_state(monkeypatch) -> None:
    monkeypatch.setattr("tidegate.events.subscription.MAX_APPENDS", KEPT)
    topic = Topic("busy")
    readers = [Reader(topic, 0.02) for _ in range(FOLLOWERS - 1)]
    slow = Reader(topic, 0.9)
    tasks = [asyncio.create_task(reader.read()) for reader in (*readers, slow)]
    await asyncio.sleep(0.1)
    for turn in range(ROUNDS):
        for number in range(EVENTS):
            topic.publish("append", "log", {"n": number})
        topic.publish("state", f"node{turn % 7}", {"turn": turn})
        topic.publish("signal", "exec", {"turn": turn})
        await asyncio.sleep(0.2)
    topic.publish("signal", "exec", {"status": "succeeded"})
    deadline = time.monotonic() + 20
    while any(reader.state.get("exec", {}).get("status") is None for reader in (*readers, slow)):
        assert time.monotonic() < deadline, "somebody never heard of the end"
        await asyncio.sleep(0.05)
    for task in tasks:
        task.cancel()
    assert slow.state == topic.state == readers[0].state
    assert slow.frames < readers[0].frames, "its frames became one"
    # Besides, there are seven keys of states, and a signal of each round.
    most = max(reader.pending for reader in (*readers, slow))
    assert KEPT <= most <= KEPT + 7 + ROUNDS + 1, "what waits for a follower is bounded"
    assert slow.has_gap, "it is told that it was not told everything"
