"""What an item's work passes on before it ends: pages in the order of the input, each remembered.

A node calls ``ctx.emit(items, resume)``. The items go to the output at once, and a row of the
journal keeps them with ``resume``: after a failure or a crash the item's work goes on from there.
"""

import asyncio
from collections.abc import Sequence

from tidegate.model.item import JsonObject


class Emitter:
    """The early output of one attempt of a per-item node.

    ``resumes`` says for each input item (by its global index) where its work goes on.
    ``progressed``: something was passed on since this was last set to false.
    """

    def __init__(self) -> None:
        self.resumes: dict[int, JsonObject] = {}
        self.progressed = False
        self._todo: Sequence[int] = ()
        self._first = 0
        self._ended: set[int] = set()
        self._waiting: dict[int, asyncio.Future[None]] = {}

    def begin_round(self, todo: Sequence[int]) -> None:
        """These items of the batch are worked on now, and take turns in this order."""
        self._todo, self._first = todo, 0
        self._ended.clear()

    def end(self, index: int) -> None:
        """The work on an item of the round is over, well or not."""
        self._ended.add(index)
        while self._first < len(self._todo) and self._todo[self._first] in self._ended:
            self._first += 1
        if self._first < len(self._todo):
            waiting = self._waiting.pop(self._todo[self._first], None)
            if waiting is not None and not waiting.done():
                waiting.set_result(None)

    async def turn(self, index: int) -> None:
        """Wait until everything before an item of the round is over."""
        if self._first < len(self._todo) and self._todo[self._first] != index:
            future = self._waiting[index] = asyncio.get_running_loop().create_future()
            await future
