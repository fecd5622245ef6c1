"""A deadline that costs nothing for work that never waits.

Most nodes compute and return without suspending; setting and clearing a deadline for each of them
took a tenth of their time. Here it is set when the work first suspends.
"""

import time
from collections.abc import Coroutine, Generator
from typing import Any, Generic, TypeVar

from tidegate.egress.deadlines import Deadlines

T = TypeVar("T")


class DeadlineExceeded(Exception):
    """The work did not end in time; it was cancelled."""


class Stopwatch:
    """Adds up the seconds that work really computed, without those in which it waited.

    Work of an event loop computes alone between two suspensions, so this is its CPU time; the
    system's own clock for threads costs more than a small node, and counts other work too.
    """

    __slots__ = ("seconds",)

    def __init__(self) -> None:
        self.seconds = 0.0


class _Rest(Generic[T]):
    """The rest of a coroutine that has already run to its first suspension."""

    __slots__ = ("_first", "_watch", "_work")

    def __init__(self, work: Coroutine[Any, Any, T], first: Any, watch: Stopwatch) -> None:
        self._work, self._first, self._watch = work, first, watch

    def __await__(self) -> Generator[Any, Any, T]:
        waited = self._first
        while True:
            thrown: BaseException | None = None
            sent = None
            try:
                sent = yield waited
            except BaseException as error:  # noqa: BLE001 - passed on into the coroutine
                thrown = error
            begun = time.perf_counter()
            try:
                waited = self._work.send(sent) if thrown is None else self._work.throw(thrown)
            except StopIteration as done:
                value: T = done.value
                return value
            finally:
                self._watch.seconds += time.perf_counter() - begun


async def within(
    seconds: float, work: Coroutine[Any, Any, T], watch: Stopwatch, deadlines: Deadlines
) -> T:
    """Await ``work`` for at most ``seconds``, counted from its first suspension.

    ``watch`` takes the time that it computed; ``deadlines`` are those of the execution.

    Raises:
        DeadlineExceeded: it took longer.
    """
    begun = time.perf_counter()
    try:
        first = work.send(None)
    except StopIteration as done:
        value: T = done.value
        return value
    finally:
        watch.seconds += time.perf_counter() - begun
    deadline = deadlines.within(seconds)
    try:
        with deadline:
            return await _Rest(work, first, watch)
    except TimeoutError:
        if deadline.is_expired:
            raise DeadlineExceeded from None
        raise
