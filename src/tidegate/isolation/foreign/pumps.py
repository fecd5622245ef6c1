"""Streams between a foreign node and the parent's ports, a piece at a time.

Each has a task of its own, because deadlines of the ports belong to the task that set them.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from typing import Any, Generic, TypeVar

from tidegate.errors import NodeFailed

T = TypeVar("T")
R = TypeVar("R")


class Pull(Generic[T]):
    """A stream that the node reads: ``head`` comes first, then pieces."""

    def __init__(self, opened: AbstractAsyncContextManager[tuple[T, AsyncIterator[bytes]]]) -> None:
        self._opened = opened
        self._pieces: asyncio.Queue[bytes | None] = asyncio.Queue(1)
        self._head: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._task = asyncio.create_task(self._pump())

    async def _pump(self) -> None:
        async with self._opened as (head, pieces):
            self._head.set_result(head)
            async for piece in pieces:
                await self._pieces.put(piece)
        await self._pieces.put(None)

    async def head(self) -> T:
        """What the stream begins with; raises what opening it raised."""
        return await self._or_failure(asyncio.shield(self._head))

    async def next(self) -> bytes | None:
        """The next piece; None at the end."""
        return await self._or_failure(self._pieces.get())

    async def _or_failure(self, wanted: Awaitable[R]) -> R:
        future = asyncio.ensure_future(wanted)
        await asyncio.wait({future, self._task}, return_when=asyncio.FIRST_COMPLETED)
        if future.done():
            return future.result()
        if self._task.exception() is None:  # it ended just now; the last piece is there
            return await future
        future.cancel()
        self._task.result()
        raise NodeFailed("this stream has ended")

    async def close(self) -> None:
        """End the stream, whether it was read or not."""
        await _stop(self._task)


class Push:
    """A stream that the node writes."""

    def __init__(self, consume: Callable[[AsyncIterator[bytes]], Awaitable[Any]]) -> None:
        self._pieces: asyncio.Queue[bytes | None] = asyncio.Queue(1)
        self._task = asyncio.ensure_future(consume(self._read()))

    async def _read(self) -> AsyncIterator[bytes]:
        while (piece := await self._pieces.get()) is not None:
            yield piece

    async def push(self, piece: bytes) -> None:
        """Pass on a piece; raises what the writing raised."""
        await self._put(piece)

    async def finish(self) -> Any:
        """What the writing gave, after the last piece."""
        await self._put(None)
        return await self._task

    async def _put(self, piece: bytes | None) -> None:
        put = asyncio.ensure_future(self._pieces.put(piece))
        await asyncio.wait({put, self._task}, return_when=asyncio.FIRST_COMPLETED)
        if put.done():
            return
        put.cancel()
        self._task.result()
        raise NodeFailed("nothing more can be written here")

    async def close(self) -> None:
        """Give the writing up, if it is not finished."""
        await _stop(self._task)


async def _stop(task: "asyncio.Future[Any]") -> None:
    task.cancel()
    await asyncio.wait({task})
    if not task.cancelled():
        task.exception()  # looked at, so that nobody complains that it was not
