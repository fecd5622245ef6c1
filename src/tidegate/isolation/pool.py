"""The pool: runs an entry in a locked process, within limits, and never hangs."""

import asyncio
import os
from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Self

from tidegate.isolation.conversation import Conversation, OnMessage, OnOutput
from tidegate.isolation.entries import ENTRIES, Profile
from tidegate.isolation.idle import IdleProcesses, Kind
from tidegate.isolation.limits import ProcessLimits
from tidegate.isolation.measure import Usage
from tidegate.isolation.result import ProcessResult
from tidegate.isolation.running import converse, retire, used_since, used_so_far
from tidegate.isolation.server import Server
from tidegate.isolation.starting import start_processes


class ProcessPool:
    """Locked processes for untrusted work. Use it as an async context manager; one for each app.

    The servers that make processes are started by the first run that needs one, and kept.

    Args:
        size: how many processes of one profile may run at once; default twice the CPUs.
        entries: what may be run.
    """

    def __init__(self, *, size: int = 0, entries: Mapping[str, Profile] = ENTRIES) -> None:
        self._entries = entries
        self._size = size or max(4, 2 * (os.cpu_count() or 1))
        self._slots: dict[str, asyncio.Semaphore] = {}
        self._servers: dict[str, Server] = {}
        self._starting = asyncio.Lock()
        self._idle = IdleProcesses()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """End every process."""
        self._idle.clear()
        servers = list(self._servers.values())
        self._servers.clear()
        for server in servers:
            await server.close()

    async def missing_layers(self, entry: str) -> Mapping[str, str]:
        """Layers of the lock that this system does not have, each with the reason.

        Raises:
            OperationalError: no process can be started.
        """
        return (await self._server(self._entries[entry])).missing

    async def run(
        self,
        entry: str,
        request: bytes,
        *,
        limits: ProcessLimits,
        on_message: OnMessage | None = None,
        on_output: OnOutput | None = None,
        readable: Sequence[str] = (),
        owner: str = "",
    ) -> ProcessResult:
        """Run an entry.

        Args:
            entry: ``module:function``, one of the pool's list.
            request: what the function is given.
            limits: what it may use.
            on_message: answers its messages; several may be under way at once.
            on_output: takes what it prints, as it comes.
            readable: files and folders that it may read.
            owner: where the profile allows several uses, a process serves only runs with the same
                owner, limits and files.

        Raises:
            KeyError: there is no such entry.
            OperationalError: no process can be started.
            asyncio.CancelledError: the process is killed then.
            Exception: what ``on_message`` raised; the process is killed then.
        """
        profile = self._entries[entry]
        slots = self._slots.setdefault(profile.name, asyncio.Semaphore(self._size))
        kind = Kind(profile.name, owner, limits.memory, tuple(readable))
        await slots.acquire()
        try:
            server = await self._server(profile)
            child = self._idle.take(kind) or await server.spawn(limits, readable)
        except BaseException:
            slots.release()
            raise
        child.uses += 1
        lasts = False
        try:
            before = await used_so_far(child) if child.uses > 1 else Usage()
            talk = Conversation(child, limits, on_message, on_output)
            result = await converse(child, talk, entry, request, limits)
            used = await used_since(child, before)
            lasts = child.uses < profile.uses and result.outcome in ("ok", "error")
        finally:
            if lasts:
                self._idle.put(kind, child)
                slots.release()
            else:
                retire(child, server, slots)
        result.peak_memory = max(result.peak_memory, used.peak_memory)
        result.cpu = used.cpu
        return result

    async def _server(self, profile: Profile) -> Server:
        async with self._starting:
            server = self._servers.get(profile.name)
            if server is None or server.lost:
                server = self._servers[profile.name] = await start_processes(profile)
            return server
