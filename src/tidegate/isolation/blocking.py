"""A pool for code that can't wait asynchronously: plans and checks, which are plain functions."""

import asyncio
import threading
from collections.abc import Sequence
from concurrent.futures import Future
from typing import Final

from tidegate.isolation.limits import ProcessLimits
from tidegate.isolation.pool import ProcessPool
from tidegate.isolation.result import ProcessResult

LIMITS: Final = ProcessLimits(memory=256 << 20, wall=20.0, cpu=None, output=4 << 20)
"""For importing a package and asking it about itself."""


class BlockingPool:
    """Runs entries from any thread; its processes live beside an event loop of its own."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._pool: ProcessPool | None = None
        self._thread: threading.Thread | None = None

    def run(
        self, entry: str, request: bytes, *, readable: Sequence[str], owner: str
    ) -> ProcessResult:
        """Run an entry and wait for its end.

        Raises:
            OperationalError: no process can be started.
        """
        loop, pool = self._started()
        work = pool.run(entry, request, limits=LIMITS, readable=readable, owner=owner)
        return asyncio.run_coroutine_threadsafe(work, loop).result()

    def close(self) -> None:
        """End its processes."""
        with self._lock:
            loop, pool, self._loop, self._pool = self._loop, self._pool, None, None
            thread, self._thread = self._thread, None
        if loop is not None and pool is not None and thread is not None:
            asyncio.run_coroutine_threadsafe(pool.close(), loop).result()
            loop.call_soon_threadsafe(loop.stop)
            thread.join()

    def _started(self) -> tuple[asyncio.AbstractEventLoop, ProcessPool]:
        with self._lock:
            if self._loop is None or self._pool is None:
                ready: Future[tuple[asyncio.AbstractEventLoop, ProcessPool]] = Future()
                self._thread = threading.Thread(
                    target=_serve, args=(ready,), name="tidegate-descriptions", daemon=True
                )
                self._thread.start()
                self._loop, self._pool = ready.result()
            return self._loop, self._pool


def _serve(ready: "Future[tuple[asyncio.AbstractEventLoop, ProcessPool]]") -> None:
    loop = asyncio.new_event_loop()

    async def begin() -> None:
        ready.set_result((loop, ProcessPool(size=1)))

    loop.run_until_complete(begin())
    loop.run_forever()
    loop.close()
