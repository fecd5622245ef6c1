"""Who looks at a workflow just now: each WebSocket that follows it shows its person."""

import secrets
from typing import Final

from tidegate.events.shapes import PresenceState
from tidegate.events.topic import Topic
from tidegate.model.execution import now_us, us_to_iso

PREFIX: Final = "presence:"


class Presence:
    """One person at one WebSocket, in the topics of presence that it follows."""

    def __init__(self, user: str) -> None:
        self._user = user
        self._key = secrets.token_hex(4)
        self._topics: dict[int, Topic] = {}

    def come(self, id: int, topic: Topic) -> None:
        """Be seen in a topic that is followed under a number; other topics show nobody."""
        self.leave(id)
        if topic.name.startswith(PREFIX):
            self._topics[id] = topic
            since = us_to_iso(now_us())
            here: PresenceState = {"user": self._user, "node": None, "since": since}
            topic.publish("state", self._key, here)

    def move(self, id: int, node: str | None) -> None:
        """Show which node the person has before them; None: none."""
        if id in self._topics:
            moved: PresenceState = {"node": node}
            self._topics[id].publish("state", self._key, moved)

    def leave(self, id: int) -> None:
        """Be seen no longer."""
        topic = self._topics.pop(id, None)
        if topic is not None:
            left: PresenceState = {"left": True}
            topic.publish("signal", self._key, left)
            topic.forget(self._key)

    def close(self) -> None:
        """Be seen nowhere any more."""
        for id in list(self._topics):
            self.leave(id)
