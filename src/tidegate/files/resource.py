"""Open things that threads work on and that a cancelled task can let go at any moment."""

import asyncio
import threading
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import TypeVar

T = TypeVar("T")
R = TypeVar("R", bound="Resource")


class Resource(ABC):
    """Something open. It is never closed under a thread that uses it: that thread closes it then.

    Closing a file's descriptor while a thread is about to use it could make the thread work on
    another file that got the same number.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._is_used = False
        self._is_gone = False

    @contextmanager
    def _use(self) -> Iterator[None]:
        """For the methods of subclasses that threads call, one at a time."""
        with self._lock:
            if self._is_gone:
                raise ValueError("used after it was closed")
            self._is_used = True
        try:
            yield
        finally:
            if self._stop_using():
                self._close()

    def _stop_using(self) -> bool:
        """Whether it was let go meanwhile."""
        with self._lock:
            self._is_used = False
            return self._is_gone

    def let_go(self) -> None:
        """Close it now, or as soon as the thread that uses it is done. Twice is fine."""
        with self._lock:
            if self._is_gone:
                return
            self._is_gone = True
            is_used = self._is_used
        if not is_used:
            self._close()

    @abstractmethod
    def _close(self) -> None:
        """Close it and undo what was not finished."""


async def in_thread(work: Callable[[], T]) -> T:
    """Call ``work`` in a thread. When the task is cancelled, the thread ends by itself."""
    future = asyncio.get_running_loop().run_in_executor(None, work)
    try:
        return await asyncio.shield(future)
    except asyncio.CancelledError:
        future.add_done_callback(_forget)
        raise


@asynccontextmanager
async def opened(make: Callable[[], R]) -> AsyncIterator[R]:
    """Make a resource in a thread, and let it go at the end of the block."""
    loop = asyncio.get_running_loop()
    future = loop.run_in_executor(None, make)
    try:
        resource = await asyncio.shield(future)
    except asyncio.CancelledError:
        future.add_done_callback(_let_go)
        raise
    try:
        yield resource
    finally:
        await asyncio.shield(loop.run_in_executor(None, resource.let_go))


def _forget(future: "asyncio.Future[T]") -> None:
    if not future.cancelled():
        future.exception()  # nobody is there any more to hear of it


def _let_go(future: "asyncio.Future[R]") -> None:
    if not future.cancelled() and future.exception() is None:
        future.result().let_go()
