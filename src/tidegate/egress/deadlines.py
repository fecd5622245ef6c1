"""Deadlines of many requests on one timer.

``asyncio.timeout`` makes a timer for each block and another for each change; a request changes its
deadline with every phase. Here a change is an assignment, and one timer looks at all deadlines a
few times a second, only while there are any.
"""

import asyncio
import time
from types import TracebackType
from typing import Final, Self

TICK: Final = 0.05
"""Seconds between two looks: how late a deadline can be."""


class Deadlines:
    """The deadlines of one event loop."""

    def __init__(self) -> None:
        self._active: set[Deadline] = set()
        self._timer: asyncio.TimerHandle | None = None

    def within(self, seconds: float) -> "Deadline":
        """A block that must end in time: ``with deadlines.within(30) as deadline``.

        Raises:
            TimeoutError: at the end of the block, when it was cancelled for being late.
        """
        return Deadline(self, seconds)

    def add(self, deadline: "Deadline") -> None:
        """Watch a deadline."""
        self._active.add(deadline)
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(TICK, self._look)

    def discard(self, deadline: "Deadline") -> None:
        """Watch it no longer."""
        self._active.discard(deadline)

    def close(self) -> None:
        """Stop the timer."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _look(self) -> None:
        now = time.monotonic()
        for late in [deadline for deadline in self._active if deadline.due <= now]:
            late.expire()
        self._timer = None
        if self._active:
            self._timer = asyncio.get_running_loop().call_later(TICK, self._look)


class Deadline:
    """Cancels its task when it is due. ``due`` may be moved; ``last`` is the whole block's end."""

    __slots__ = ("_cancelling", "_deadlines", "_seconds", "_task", "due", "is_expired", "last")

    def __init__(self, deadlines: Deadlines, seconds: float) -> None:
        self._deadlines = deadlines
        self._seconds = seconds
        self._task: asyncio.Task[object] | None = None
        self._cancelling = 0
        self.due = self.last = 0.0
        self.is_expired = False

    def __enter__(self) -> Self:
        task = asyncio.current_task()
        assert task is not None
        self._task = task
        self._cancelling = task.cancelling()
        self.due = self.last = time.monotonic() + self._seconds
        self._deadlines.add(self)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self.leave() and kind is asyncio.CancelledError:
            raise TimeoutError from error

    def leave(self) -> bool:
        """End the block; True if a cancellation that arrives here is this deadline's own."""
        self._deadlines.discard(self)
        if not self.is_expired or self._task is None:
            return False
        # As asyncio.timeout does it: somebody else's cancellation stays one.
        return self._task.uncancel() <= self._cancelling

    def at_most(self, seconds: float) -> None:
        """The next step may take this long, within the block's own end."""
        self.due = min(self.last, time.monotonic() + seconds)

    def expire(self) -> None:
        """Cancel the task: it is late."""
        self._deadlines.discard(self)
        self.is_expired = True
        if self._task is not None:
            self._task.cancel()
