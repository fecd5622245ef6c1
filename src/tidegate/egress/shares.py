"""Places that requests wait for: a few for each execution, and for each workflow."""

import asyncio
from collections import deque


class Slots:
    """So many at a time. Belongs to one event loop; taking a free place costs nothing."""

    __slots__ = ("_free", "_waiting")

    def __init__(self, limit: int) -> None:
        self._free = limit
        self._waiting: deque[asyncio.Future[None]] = deque()

    def take(self) -> bool:
        """Take a place if one is free."""
        if self._free > 0:
            self._free -= 1
            return True
        return False

    async def wait(self) -> None:
        """Wait for a place; first come, first served. Cancelling the wait gives it up."""
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append(future)
        try:
            await future
        except BaseException:
            if future.done() and not future.cancelled():
                self.give()  # it was handed over in the moment of the cancellation
            elif future in self._waiting:
                self._waiting.remove(future)
            raise

    def give(self) -> None:
        """Give a place back: to the one who waits longest."""
        while self._waiting:
            future = self._waiting.popleft()
            if not future.done():
                future.set_result(None)
                return
        self._free += 1


class Shares:
    """The same number of places for each owner (a workflow). A few hundred bytes for each."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._owners: dict[str, Slots] = {}

    def of(self, owner: str) -> Slots:
        """The places of one owner."""
        slots = self._owners.get(owner)
        if slots is None:
            slots = self._owners[owner] = Slots(self._limit)
        return slots
