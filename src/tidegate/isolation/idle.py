"""Processes that have served a run and wait for another of the same kind."""

import asyncio
from typing import Final, NamedTuple

from tidegate.isolation.child import ChildProcess

MAX_IDLE: Final = 8
IDLE_SECONDS: Final = 60.0


class Kind(NamedTuple):
    """What must be the same for a process to serve another run."""

    profile: str
    owner: str
    memory: int
    readable: tuple[str, ...]


class IdleProcesses:
    """At most :data:`MAX_IDLE` of them, none longer than :data:`IDLE_SECONDS`."""

    def __init__(self) -> None:
        self._waiting: dict[ChildProcess, tuple[Kind, asyncio.TimerHandle]] = {}

    def take(self, kind: Kind) -> ChildProcess | None:
        """A process of this kind; the one that waited the shortest."""
        for child, (known, _) in reversed(self._waiting.items()):
            if known == kind:
                self._remove(child)
                if not child.ended.done():
                    return child
                return self.take(kind)
        return None

    def put(self, kind: Kind, child: ChildProcess) -> None:
        """Keep a process; one too many ends."""
        timer = asyncio.get_running_loop().call_later(IDLE_SECONDS, self._end, child)
        self._waiting[child] = (kind, timer)
        if len(self._waiting) > MAX_IDLE:
            self._end(next(iter(self._waiting)))

    def clear(self) -> None:
        """End them all."""
        for child in list(self._waiting):
            self._end(child)

    def _end(self, child: ChildProcess) -> None:
        self._remove(child)
        child.kill()
        child.writer.close()

    def _remove(self, child: ChildProcess) -> None:
        _, timer = self._waiting.pop(child)
        timer.cancel()
