"""What one follower of a topic has still to be told: bounded, however slow it is."""

import asyncio
from collections import deque
from typing import Final

from tidegate.events.shapes import Data, Delta, Frame, Snapshot
from tidegate.events.topic import Event, Topic

MAX_APPENDS: Final = 2000
MAX_SIGNALS: Final = 10_000


class Subscription:
    """The outbox of one follower of one topic.

    While nobody takes frames, states of the same key become one, and the oldest appends are left
    out (their numbers are in the next frame's ``gap``). Signals are never left out; a follower
    with too many of them ``is_too_slow`` and must be let go.
    """

    __slots__ = (
        "_appends",
        "_gap",
        "_id",
        "_last",
        "_signals",
        "_snapshot",
        "_states",
        "_wake",
        "topic",
    )

    def __init__(
        self,
        topic: Topic,
        wake: asyncio.Event,
        *,
        id: int = 0,
        epoch: str | None = None,
        after: int | None = None,
    ) -> None:
        """Follow ``topic``; ``wake`` is set when there is something to take.

        ``id`` is the follower's number of it, which its frames carry.
        ``epoch`` and ``after`` say what the follower knows already: the events after that come as
        they were, where they are still known; else the first frame is a snapshot.
        """
        self.topic = topic
        self._wake = wake
        self._id = id
        self._states: dict[str, Data] = {}
        self._appends: deque[Event] = deque()
        self._signals: list[Event] = []
        self._gap: tuple[int, int] | None = None
        missed = topic.since(epoch, after)
        self._snapshot: Snapshot | None = None
        if missed is None or after is None:
            self._last = topic.seq
            self._snapshot = {
                "id": id,
                "t": "snap",
                "epoch": topic.epoch,
                "seq": topic.seq,
                "state": dict(topic.state),
            }
            wake.set()
        else:
            self._last = after
            for event in missed:
                self.offer(event)
        topic.follow(self)

    def close(self) -> None:
        """Follow the topic no longer."""
        self.topic.leave(self)

    @property
    def is_too_slow(self) -> bool:
        """Whether more was missed than can be kept."""
        return len(self._signals) > MAX_SIGNALS

    @property
    def pending(self) -> int:
        """How much is kept for the follower."""
        return len(self._states) + len(self._appends) + len(self._signals)

    def offer(self, event: Event) -> None:
        """Keep an event until the next frame is taken."""
        if event.kind == "state":
            known = self._states.get(event.key)
            self._states[event.key] = event.data if known is None else {**known, **event.data}
        elif event.kind == "signal":
            self._signals.append(event)
        else:
            if len(self._appends) >= MAX_APPENDS:
                lost = self._appends.popleft().seq
                self._gap = (lost if self._gap is None else self._gap[0], lost)
            self._appends.append(event)
        self._wake.set()

    def take(self) -> Frame | None:
        """The next frame: a snapshot, or everything since the last frame; None: nothing is new."""
        if self._snapshot is not None:
            snapshot, self._snapshot = self._snapshot, None
            if self.pending:
                self._wake.set()  # what came after the snapshot was made is the next frame
            return snapshot
        seq = self.topic.seq
        if seq == self._last:
            return None
        frame: Delta = {"id": self._id, "t": "d", "from": self._last + 1, "seq": seq}
        if self._states:
            frame["st"] = self._states
        if self._appends:
            frame["ap"] = [(event.seq, event.key, event.data) for event in self._appends]
        if self._signals:
            frame["sg"] = [(event.seq, event.key, event.data) for event in self._signals]
        if self._gap is not None:
            frame["gap"] = self._gap
        self._last, self._states, self._signals, self._gap = seq, {}, [], None
        self._appends.clear()
        return frame
