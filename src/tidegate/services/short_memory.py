"""What was looked up a moment ago: many callers at once cost one look."""

import asyncio
import time
from collections.abc import Callable, Coroutine
from typing import Any, Generic, TypeVar

T = TypeVar("T")


class ShortMemory(Generic[T]):
    """Values by key, each taken from memory until ``seconds`` after its look began."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._looks: dict[str, tuple[float, asyncio.Task[T]]] = {}

    async def get(self, key: str, look: Callable[[], Coroutine[Any, Any, T]]) -> T:
        """The value; who asks while it is looked up waits for the same look.

        What ``look`` raises is raised to all who wait for it, and is not remembered.
        """
        now = time.monotonic()
        known = self._looks.get(key)
        if known is None or known[0] < now:
            known = self._looks[key] = (now + self._seconds, asyncio.create_task(look()))
        task = known[1]
        try:
            # A caller that leaves takes it from nobody.
            return task.result() if task.done() else await asyncio.shield(task)
        except Exception:
            if self._looks.get(key) is known:
                del self._looks[key]
            raise
