"""The Monty engine: Python in a sandboxed interpreter of its own, in worker processes.

Each call gets a fresh session of a worker, and a thread that talks to it: Monty's asynchronous API
can abort the interpreter at its end. A call that does little takes less time than an executor's
own bookkeeping, so the threads take calls from a bare queue, and the next one without a pause.
"""

import asyncio
import atexit
import os
import threading
from pathlib import Path
from queue import SimpleQueue
from tempfile import TemporaryDirectory
from typing import Final

from pydantic_monty import Monty

from tidegate.isolation.code_engine import CodeOutcome, CodeRequest, OnOutput
from tidegate.isolation.monty_call import MontyCall
from tidegate.isolation.monty_worker import write_launcher
from tidegate.isolation.scan import refused

SESSIONS_PER_WORKER: Final = 10_000
"""Then a worker is replaced, which costs as much CPU as some hundred calls."""


class MontyEngine:
    """Runs code in Monty's workers; as many at once as there are slots."""

    def __init__(self, size: int | None = None) -> None:
        self._size = size = size or max(4, 2 * (os.cpu_count() or 1))
        self._running = 0
        self._calls: SimpleQueue[MontyCall | None] = SimpleQueue()
        self._threads: list[threading.Thread] = []
        self._folder = TemporaryDirectory(prefix="tidegate-monty-")
        # Monty's own watchdog would be woken twice for each call; the event loop's timer kills too.
        self._pool = Monty(
            binary_path=write_launcher(Path(self._folder.name)),
            min_processes=1,
            max_processes=size,
            max_checkouts_per_worker=SESSIONS_PER_WORKER,
            feed_duration_limit_grace=None,
        )
        self._entering = threading.Lock()
        self._entered = False
        # A thread that is inside Monty while the interpreter ends would abort it.
        atexit.register(self._end_threads)

    async def run(self, request: CodeRequest, on_output: OnOutput) -> CodeOutcome:
        """See :class:`CodeEngine`."""
        reason = refused(request.source)
        if reason is not None:
            return CodeOutcome("rejected", message=reason)
        call = MontyCall(request, on_output, asyncio.get_running_loop())
        self._running += 1
        try:
            self._give(call)
            return await call.outcome
        finally:
            self._running -= 1
            call.stop()

    def _give(self, call: MontyCall) -> None:
        """Hand a call to the threads; there is one more where all of them have a call."""
        if len(self._threads) < min(self._running, self._size):
            thread = threading.Thread(target=self._serve, name="tidegate-monty", daemon=True)
            thread.start()
            self._threads.append(thread)
        self._calls.put(call)

    def _serve(self) -> None:
        while (call := self._calls.get()) is not None:
            call.run(self._workers)

    def _workers(self) -> Monty:
        """The pool, with its first worker started."""
        if not self._entered:
            with self._entering:
                if not self._entered:
                    self._pool.__enter__()
                    self._entered = True
        return self._pool

    async def close(self) -> None:
        """End the workers."""
        await asyncio.to_thread(self._close)

    def _close(self) -> None:
        atexit.unregister(self._end_threads)
        self._end_threads()
        if self._entered:
            self._pool.__exit__(None, None, None)
        self._folder.cleanup()

    def _end_threads(self) -> None:
        for _ in self._threads:
            self._calls.put(None)
        for thread in self._threads:
            thread.join()
