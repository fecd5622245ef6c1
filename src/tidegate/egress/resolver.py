"""Names to addresses: the system's resolver, in its own bounded pool of threads.

``getaddrinfo`` can't be cancelled. A thread that hangs in it is left behind, holds one place of
the pool, and never the event loop or the default executor. One workflow takes a part of the pool
at most, so that its dead name servers don't stop the others; requests for the same name at the
same time share one look-up (each checks the answers by its own policy).
"""

import asyncio
import queue
import socket
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Final

from tidegate.egress.shares import Shares, Slots

Lookup = Callable[[str], Sequence[str]]

THREADS: Final = 32
THREADS_PER_OWNER: Final = 8


class NameNotFound(OSError):
    """The resolver has no address for the name."""


def system_lookup(host: str) -> Sequence[str]:
    """Every address that the system knows for a name, in its order of preference.

    Raises:
        OSError: there is none.
    """
    found = socket.getaddrinfo(host.encode("ascii"), None, type=socket.SOCK_STREAM)
    return [str(entry[4][0]) for entry in found]


class Resolver:
    """Looks names up. Belongs to one event loop."""

    def __init__(self, lookup: Lookup = system_lookup, *, threads: int = THREADS) -> None:
        self._lookup = lookup
        self._max_threads = threads
        self._threads = 0
        self._unfinished = 0
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._in_flight: dict[str, asyncio.Future[Sequence[str]]] = {}
        self._shares = Shares(THREADS_PER_OWNER)

    async def resolve(self, host: str, owner: str = "") -> Sequence[str]:
        """The addresses of a name, at least one. ``owner`` is the workflow that asks.

        Raises:
            NameNotFound: there is none.
        """
        shared = self._in_flight.get(host)
        if shared is None:
            slots = self._shares.of(owner)
            if not slots.take():
                await slots.wait()
            # Another request may have begun the same look-up while this one waited.
            shared = self._in_flight.get(host)
            if shared is None:
                shared = self._start(host, slots)
            else:
                slots.give()
        found = await asyncio.shield(shared)
        if not found:
            raise NameNotFound
        return found

    def close(self) -> None:
        """Let the threads end after their current look-up."""
        for _ in range(self._threads):
            self._jobs.put(None)

    def _start(self, host: str, slots: Slots) -> asyncio.Future[Sequence[str]]:
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Sequence[str]] = loop.create_future()

        def finished(_: object) -> None:
            # Only now, and not when a request gives up: the thread was busy until here.
            self._unfinished -= 1
            del self._in_flight[host]
            slots.give()

        future.add_done_callback(finished)
        self._in_flight[host] = future
        self._unfinished += 1
        self._jobs.put(_Job(host, loop, future))
        if self._unfinished > self._threads and self._threads < self._max_threads:
            self._threads += 1
            name = f"tidegate-dns-{self._threads}"
            threading.Thread(target=self._work, name=name, daemon=True).start()
        return future

    def _work(self) -> None:
        while (job := self._jobs.get()) is not None:
            job.run(self._lookup)


class _Job:
    __slots__ = ("future", "host", "loop")

    def __init__(
        self, host: str, loop: asyncio.AbstractEventLoop, future: asyncio.Future[Sequence[str]]
    ) -> None:
        self.host, self.loop, self.future = host, loop, future

    def run(self, lookup: Lookup) -> None:
        try:
            found: Sequence[str] = lookup(self.host)
        except (OSError, ValueError):
            found = ()
        with suppress(RuntimeError):  # the loop was closed while the look-up hung
            self.loop.call_soon_threadsafe(self._finish, found)

    def _finish(self, found: Sequence[str]) -> None:
        if not self.future.done():
            self.future.set_result(found)
