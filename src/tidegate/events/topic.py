"""One topic of the live stream: its present state, its recent events, and who follows it.

Three kinds of events: a *state* replaces what is known under its key (the last write wins), an
*append* adds something (a log line, an HTTP request), a *signal* says that something happened that
nobody may miss. Events carry ids, statuses and counts, never the data of items.
"""

from collections import deque
from collections.abc import Mapping
from itertools import count
from typing import Final, Literal, NamedTuple, Protocol

from tidegate.events.shapes import Data
from tidegate.ids import new_id

MAX_RECENT: Final = 5000
"""So many events can be sent again to a subscriber that was away."""

_PROCESS: Final = new_id()
_NUMBERS: Final = count()

EventKind = Literal["state", "append", "signal"]


class Event(NamedTuple):
    """Something that happened; ``seq`` counts the events of its topic from 1."""

    seq: int
    kind: EventKind
    key: str
    data: Data


class Follower(Protocol):
    """Takes the events of a topic as they come."""

    def offer(self, event: Event) -> None:
        """Keep an event; must not fail, and must not wait."""
        ...


class Topic:
    """A sequence of events and the state that they add up to.

    ``epoch`` tells this sequence from another of the same name, in an earlier process for example.
    ``is_whole`` is false where ``state`` lacks what was before: an execution that went on here.
    Recent events are kept from the first subscriber on: most executions have none.
    """

    __slots__ = ("_recent", "epoch", "followers", "is_whole", "name", "seq", "state")

    def __init__(self, name: str) -> None:
        self.name = name
        self.epoch = f"{_PROCESS}.{next(_NUMBERS)}"
        self.seq = 0
        self.is_whole = True
        self.state: dict[str, Data] = {}
        self.followers: set[Follower] = set()
        self._recent: deque[Event] | None = None

    def publish(self, kind: EventKind, key: str, data: Data) -> None:
        """Add an event; ``data`` must not be changed afterwards."""
        self.seq += 1
        if kind != "append":
            known = self.state.get(key)
            self.state[key] = data if known is None else {**known, **data}
        if self._recent is not None:
            event = Event(self.seq, kind, key, data)
            self._recent.append(event)
            for follower in self.followers:
                follower.offer(event)

    def complete(self, earlier: Mapping[str, Data]) -> None:
        """Add what was known before the first event; nobody follows yet."""
        for key, data in earlier.items():
            self.state[key] = {**data, **self.state.get(key, {})}
        self.is_whole = True

    def forget(self, key: str) -> None:
        """Take a key out of the state: it is of no interest to later subscribers."""
        self.state.pop(key, None)

    def follow(self, follower: Follower) -> None:
        """Offer every event from now on to ``follower``."""
        if self._recent is None:
            self._recent = deque(maxlen=MAX_RECENT)
        self.followers.add(follower)

    def leave(self, follower: Follower) -> None:
        """Offer nothing more to ``follower``."""
        self.followers.discard(follower)

    def since(self, epoch: str | None, after: int | None) -> list[Event] | None:
        """The events after the one numbered ``after``; None where they are not all known here."""
        if epoch != self.epoch or after is None or after > self.seq:
            return None
        if after == self.seq:
            return []
        if not self._recent or self._recent[0].seq > after + 1:
            return None
        return [event for event in self._recent if event.seq > after]
