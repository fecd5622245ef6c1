"""The live stream: what a follower ends up with, at whatever pace it reads."""

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tidegate.errors import Conflict
from tidegate.events.stream import MAX_TOPICS, Stream
from tidegate.events.subscription import MAX_APPENDS, MAX_SIGNALS, Subscription
from tidegate.events.topic import MAX_RECENT, Topic


class Browser:
    """Does with frames what the browser does; refuses a frame that does not fit."""

    def __init__(self):
        self.state, self.log, self.signals, self.gaps = {}, [], [], []
        self.epoch, self.seq = None, None

    def read(self, frame):
        if frame is None:
            return
        if frame["t"] == "snap":
            self.epoch, self.seq, self.state = frame["epoch"], frame["seq"], dict(frame["state"])
            return
        assert frame["from"] == self.seq + 1
        self.seq = frame["seq"]
        for key, data in frame.get("st", {}).items():
            self.state[key] = self.state.get(key, {}) | data
        for seq, key, data in frame.get("sg", ()):
            self.signals.append(seq)
            self.state[key] = self.state.get(key, {}) | data
        self.log += [seq for seq, _, _ in frame.get("ap", ())]
        self.gaps += [frame["gap"]] if "gap" in frame else []


EVENTS = st.lists(
    st.tuples(
        st.sampled_from(["state", "append", "signal"]),
        st.sampled_from(["a", "b", "exec"]),
        st.dictionaries(st.sampled_from(["x", "y"]), st.integers(0, 9), min_size=1),
    ),
    max_size=40,
)


@given(events=EVENTS, reads=st.lists(st.integers(0, 40)), leaves=st.integers(0, 40))
def test_whoever_follows_ends_with_the_state_of_the_topic(events, reads, leaves):
    """Reading now and then, gone in between, back with what it knew: nothing lost, nothing twice.

    (A state and a signal of one key in one frame may come in another order; keys differ here.)
    """
    topic = Topic("exec:1")
    topic.publish("state", "a", {"x": 0})
    browser = Browser()
    subscription = Subscription(topic, asyncio.Event())
    browser.read(subscription.take())
    for index, (kind, key, data) in enumerate(events):
        topic.publish(kind, f"{kind}.{key}", data)
        if index == leaves:
            subscription.close()
        if index == leaves + 3:
            subscription = Subscription(
                topic, asyncio.Event(), epoch=browser.epoch, after=browser.seq
            )
        if index in reads and not leaves <= index < leaves + 3:
            browser.read(subscription.take())
    subscription = Subscription(topic, asyncio.Event(), epoch=browser.epoch, after=browser.seq)
    browser.read(subscription.take())
    assert browser.state == topic.state
    seqs = [n + 2 for n, (kind, *_) in enumerate(events) if kind == "append"]
    assert browser.log == seqs
    assert browser.signals == [n + 2 for n, (kind, *_) in enumerate(events) if kind == "signal"]


def test_a_slow_follower_takes_bounded_memory_and_learns_what_it_missed():
    topic = Topic("exec:1")
    subscription = Subscription(topic, asyncio.Event())
    browser = Browser()
    browser.read(subscription.take())
    for number in range(40_000):
        topic.publish("state", f"n{number % 50}", {"n": number})
        topic.publish("append", "log", {"n": number})
        assert subscription.pending <= 50 + MAX_APPENDS
    topic.publish("signal", "exec", {"status": "succeeded"})
    browser.read(subscription.take())
    assert browser.state == topic.state
    assert len(browser.log) == MAX_APPENDS
    assert browser.gaps == [(2, 2 * (40_000 - MAX_APPENDS))]
    assert subscription.take() is None
    for number in range(MAX_SIGNALS + 1):
        assert not subscription.is_too_slow
        topic.publish("signal", "exec", {"n": number})
    assert subscription.is_too_slow


def test_who_was_away_too_long_or_comes_from_another_process_gets_a_snapshot():
    topic = Topic("exec:1")
    Subscription(topic, asyncio.Event())  # recent events are kept from here on
    for number in range(MAX_RECENT + 10):
        topic.publish("state", "a", {"n": number})
    for epoch, after in (
        (topic.epoch, 9),
        ("another", MAX_RECENT),
        (topic.epoch, 10**9),
        (None, 5),
    ):
        frame = Subscription(topic, asyncio.Event(), epoch=epoch, after=after).take()
        assert frame["t"] == "snap"
        assert frame["state"] == {"a": {"n": MAX_RECENT + 9}}
    frame = Subscription(topic, asyncio.Event(), epoch=topic.epoch, after=10).take()
    assert (frame["t"], frame["from"], frame["seq"]) == ("d", 11, MAX_RECENT + 10)
    nothing = Subscription(topic, asyncio.Event(), epoch=topic.epoch, after=topic.seq)
    assert nothing.take() is None


def test_a_topic_nobody_follows_keeps_its_state_alone():
    topic = Topic("exec:1")
    for number in range(10):
        topic.publish("append", "log", {"n": number})
        topic.publish("state", "a", {"n": number})
    assert topic.state == {"a": {"n": 9}}
    assert topic.since(topic.epoch, 3) is None


async def test_a_stream_follows_many_topics_under_its_own_numbers():
    stream = Stream()
    first, second = Topic("a"), Topic("b")
    stream.subscribe(1, first)
    stream.subscribe(2, second)
    assert [frame["id"] for frame in await stream.frames()] == [1, 2]
    assert await stream.frames(seconds=0.01) == []
    reader = asyncio.create_task(stream.frames())
    await asyncio.sleep(0)
    second.publish("state", "n", {"status": "running"})
    assert (await reader)[0] == {
        "id": 2, "t": "d", "from": 1, "seq": 1, "st": {"n": {"status": "running"}},
    }  # fmt: skip
    stream.unsubscribe(2)
    second.publish("state", "n", {"status": "succeeded"})
    assert await stream.frames(seconds=0.01) == []
    for number in range(MAX_TOPICS):
        stream.subscribe(number, Topic(str(number)))
    with pytest.raises(Conflict, match="at most"):
        stream.subscribe(MAX_TOPICS, first)
    stream.close()
    assert not first.followers


async def test_what_happens_while_a_snapshot_waits_is_the_next_frame():
    topic, stream = Topic("t"), Stream()
    stream.subscribe(1, topic)
    topic.publish("state", "a", {"n": 1})
    (first,) = await stream.frames(1)
    (second,) = await stream.frames(1)
    assert first["t"] == "snap" and first["state"] == {}
    assert second["st"] == {"a": {"n": 1}}


async def test_a_topic_that_was_just_asked_for_waits_for_no_pause(monkeypatch):
    monkeypatch.setattr("tidegate.events.stream.FRAME_SECONDS", 3600)
    one, other, stream = Topic("one"), Topic("other"), Stream()
    stream.subscribe(1, one)
    await stream.frames()
    await stream.pause()
    one.publish("state", "a", {"n": 1})
    assert [frame["t"] for frame in await stream.frames()] == ["d"]
    # Between two frames others wait, until somebody asks for another topic.
    pause = asyncio.create_task(stream.pause())
    one.publish("state", "a", {"n": 2})
    await asyncio.sleep(0)
    assert not pause.done()
    stream.subscribe(2, other)
    await pause
    assert [frame["t"] for frame in await stream.frames()] == ["d", "snap"]
    await stream.pause()
    other.publish("state", "b", {"n": 3})
    assert [frame["id"] for frame in await stream.frames()] == [2]
    pause = asyncio.create_task(stream.pause())
    await asyncio.sleep(0)
    assert not pause.done()
    pause.cancel()
