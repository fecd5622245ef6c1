"""The connections of one policy."""

import asyncio
from importlib import import_module
from threading import Thread
from typing import TYPE_CHECKING, Final

from tidegate.egress.policy import EgressPolicy
from tidegate.egress.resolver import Resolver

if TYPE_CHECKING:
    from tidegate.egress.transport import Transport
    from tidegate.egress.tunnel import Proxy


TRANSPORT: Final = "tidegate.egress.transport"
"""Imported only for those who send: aiohttp takes 150 ms to load."""


def load_ahead() -> None:
    """Begin to load what the first request needs, in a thread, while there is other work.

    aiohttp reads the system's certificates as it is loaded, in OpenSSL and without Python's lock.
    The thread is no daemon, so that an interpreter which exits waits for that.
    """
    Thread(target=import_module, args=(TRANSPORT,), name="tidegate-load").start()


class Pool:
    """A policy and its connections, which are made when the first request leaves."""

    def __init__(
        self, policy: EgressPolicy, resolver: Resolver, proxy: "Proxy | None" = None
    ) -> None:
        self.policy = policy
        self._resolver, self._proxy = resolver, proxy
        self.transport: Transport | None = None

    async def open(self) -> "Transport":
        """The connections; loading their code holds up no other request."""
        await asyncio.to_thread(import_module, TRANSPORT)
        from tidegate.egress.transport import Transport  # noqa: PLC0415 - loaded by now

        if self.transport is None:  # another request may have been quicker
            self.transport = Transport(self._resolver, self._proxy)
        return self.transport

    async def close(self) -> None:
        """Close the connections."""
        if self.transport is not None:
            await self.transport.close()
