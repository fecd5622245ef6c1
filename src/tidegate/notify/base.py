"""What is told, and who can tell it."""

from dataclasses import dataclass, replace
from typing import Literal, Protocol

from tidegate.model.execution import us_to_iso
from tidegate.model.item import JsonObject

Kind = Literal["execution_failed", "trigger_failed", "security_event", "test"]


@dataclass(frozen=True, slots=True)
class TriggerFailure:
    """A trigger that can't start anything: the error (JSON), and how often it failed in a row."""

    workflow_id: str
    workflow: str
    trigger: str
    error: JsonObject
    failures: int


@dataclass(frozen=True, slots=True)
class Notification:
    """One thing to tell, or ``count`` of the same kind between ``at`` and ``last_at``.

    ``id`` stays the same when it is sent again. Times are microseconds since 1970, UTC. ``details``
    are those of the first; secrets are masked.
    """

    id: str
    kind: Kind
    severity: str
    title: str
    at: int
    details: JsonObject
    count: int = 1
    last_at: int | None = None

    def repeated(self, other: "Notification") -> "Notification":
        """This one and another of its kind, as one."""
        return replace(self, count=self.count + other.count, last_at=other.last_at or other.at)

    def as_json(self) -> JsonObject:
        """As it is sent to programs."""
        return {
            "id": self.id,
            "kind": self.kind,
            "severity": self.severity,
            "title": self.title,
            "count": self.count,
            "at": us_to_iso(self.at),
            "last_at": us_to_iso(self.last_at or self.at),
            "details": self.details,
        }


class Undelivered(Exception):
    """A channel could not deliver; ``may_repeat`` says whether doing it again may help."""

    def __init__(self, reason: str, *, may_repeat: bool) -> None:
        super().__init__(reason)
        self.reason, self.may_repeat = reason, may_repeat


class Channel(Protocol):
    """Delivers notifications somewhere."""

    name: str

    async def send(self, notification: Notification) -> str:
        """Deliver one; returns what the other side answered, for people.

        Raises:
            Undelivered: it did not arrive.
        """
        ...
