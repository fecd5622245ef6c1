"""One follower with any number of topics, without a transport.

A WebSocket, an event stream and a long poll all take their frames here. While a frame is on its
way to a slow follower, further events add up in its outboxes instead of growing a queue.
"""

import asyncio
from collections.abc import Iterator
from contextlib import suppress
from typing import Final

from tidegate.errors import Conflict
from tidegate.events.shapes import Frame
from tidegate.events.subscription import Subscription
from tidegate.events.topic import Topic

FRAME_SECONDS: Final = 0.05
HIDDEN_SECONDS: Final = 1.0
"""A tab that nobody sees gets a frame a second."""
MAX_TOPICS: Final = 50


class Stream:
    """The subscriptions of one follower, by the numbers that it gave them."""

    def __init__(self) -> None:
        self._wake = asyncio.Event()
        self._asked = asyncio.Event()
        self._subscriptions: dict[int, Subscription] = {}
        self.is_hidden = False

    def subscribe(
        self, id: int, topic: Topic, *, epoch: str | None = None, after: int | None = None
    ) -> None:
        """Follow a topic under a number; what had this number before is let go.

        Raises:
            Conflict: there are too many.
        """
        self.unsubscribe(id)
        if len(self._subscriptions) >= MAX_TOPICS:
            raise Conflict(f"a stream follows at most {MAX_TOPICS} topics")
        self._subscriptions[id] = Subscription(topic, self._wake, id=id, epoch=epoch, after=after)
        self._asked.set()

    def unsubscribe(self, id: int) -> None:
        """Let a topic go."""
        subscription = self._subscriptions.pop(id, None)
        if subscription is not None:
            subscription.close()

    def close(self) -> None:
        """Let everything go."""
        for id in list(self._subscriptions):
            self.unsubscribe(id)

    @property
    def is_too_slow(self) -> bool:
        """Whether the follower missed more than can be kept for it."""
        return any(subscription.is_too_slow for subscription in self._subscriptions.values())

    @property
    def pending(self) -> int:
        """How much is kept for the follower."""
        return sum(subscription.pending for subscription in self._subscriptions.values())

    async def frames(self, seconds: float | None = None) -> list[Frame]:
        """The next frames, each with the number of its subscription.

        Waits until there are some, or for ``seconds``; then the list is empty.
        """
        try:
            async with asyncio.timeout(seconds):
                while True:
                    await self._wake.wait()
                    self._wake.clear()
                    if found := list(self._take()):
                        if all(frame["t"] != "snap" for frame in found):
                            self._asked.clear()
                        return found
        except TimeoutError:
            return []

    async def pause(self) -> None:
        """The time between two frames.

        Whoever asks for a topic sees at once how it stands, and what happens to it then: an
        execution that was just started is already running.
        """
        with suppress(TimeoutError):
            async with asyncio.timeout(HIDDEN_SECONDS if self.is_hidden else FRAME_SECONDS):
                await self._asked.wait()

    def _take(self) -> Iterator[Frame]:
        for subscription in self._subscriptions.values():
            frame = subscription.take()
            if frame is not None:
                yield frame
