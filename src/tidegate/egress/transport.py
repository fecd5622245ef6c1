"""HTTP on the wire: aiohttp, with the gate's hooks in its connector.

Imported only when the first request leaves, because aiohttp takes 150 ms to load.
"""

import asyncio
import io
import socket
import ssl
from functools import lru_cache
from typing import Any, Final
from weakref import WeakKeyDictionary

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.connector import Connection
from yarl import URL

from tidegate.egress.hop import CURRENT, AddressBlocked, Hop
from tidegate.egress.outgoing import Outgoing
from tidegate.egress.resolver import Resolver
from tidegate.egress.tls import context_for, tls_context
from tidegate.egress.tunnel import Proxy
from tidegate.egress.upload import StreamedBody
from tidegate.sdk.http import SYSTEM_TRUST, BodyStream

MAX_LINE: Final = 16_384
MAX_RESPONSE_HEADERS: Final = 200
MAX_SOCKETS: Final = 1000
KEEP_ALIVE: Final = 15.0

_NO_TIMEOUT: Final = aiohttp.ClientTimeout(total=None, sock_connect=None)
_READ_AHEAD: Final = 65_536
_STREAM_BODY_ABOVE: Final = 1 << 20  # aiohttp warns of larger bodies in one piece
_REPEATABLE: Final = frozenset({"GET", "HEAD", "OPTIONS", "PUT", "DELETE"})


class _Connector(aiohttp.TCPConnector):
    """Connects through the operator's proxy, where there is one, to what is public.

    What an allow rule opens is in the operator's own network, and is reached without it. ``ends``
    are the checked addresses at the far ends of the tunnels.
    """

    def __init__(self, proxy: Proxy | None, resolver: AbstractResolver) -> None:
        super().__init__(
            resolver=resolver,
            socket_factory=_open_socket,
            use_dns_cache=False,
            ssl=tls_context("http/1.1"),
            limit=MAX_SOCKETS,
            keepalive_timeout=KEEP_ALIVE,
        )
        self.ends: WeakKeyDictionary[object, tuple[str, int]] = WeakKeyDictionary()
        self._proxy = proxy

    async def _wrap_create_connection(self, *args: Any, **kwargs: Any) -> Any:
        """The one place where aiohttp makes a connection to one of the addresses of a host."""
        proxy, hop = self._proxy, CURRENT.get()
        address, port = kwargs["addr_infos"][0][4][:2]
        if proxy is None or hop.is_opened(address, port):
            return await super()._wrap_create_connection(*args, **kwargs)
        request = kwargs["req"]
        try:
            hop.begin_connect()
            hop.check(address, port)
            hop.begin_socket()
            sock = await proxy.open(address, port)
            try:
                made = await self._loop.create_connection(
                    *args, ssl=kwargs["ssl"], server_hostname=kwargs["server_hostname"], sock=sock
                )
            except BaseException:
                sock.close()
                raise
        except OSError as error:
            raise aiohttp.ClientConnectorError(request.connection_key, error) from error
        self.ends[made[1]] = (address, port)
        return made


class Transport:
    """One pool of connections, for one policy. Belongs to one event loop.

    Requests are handed to aiohttp's connector without its session, which would add what the gate
    must not have (cookies, proxies and passwords of the environment, redirects) and what it does
    itself (deadlines), for a tenth of a request's time.
    """

    def __init__(self, resolver: Resolver, proxy: Proxy | None = None) -> None:
        self._loop = asyncio.get_running_loop()
        self._connector = _Connector(proxy, _Names(resolver))
        self._on_their_way = 0
        self._ready: list[asyncio.Future[None]] = []

    async def send(self, outgoing: Outgoing, hop: Hop) -> aiohttp.ClientResponse:
        """Send one request and read the head of the answer; redirects are not followed.

        Where the server closed an idle connection of the pool in this moment, a request that may
        be repeated is sent again, once.
        """
        if self._on_their_way:
            await self._join_turn()
        self._on_their_way += 1
        try:
            return await self._send(outgoing, hop)
        finally:
            self._on_their_way -= 1

    async def _join_turn(self) -> None:
        """Leave together with all that is ready in this turn of the event loop.

        A server that the first of them wakes stays awake for the others; it falls asleep where each
        is written when it was prepared, and waking costs more than all the rest of the writing.
        """
        if not self._ready:
            self._loop.call_soon(self._let_go)
        place = self._loop.create_future()
        self._ready.append(place)
        await place

    def _let_go(self) -> None:
        ready, self._ready = self._ready, []
        for place in ready:
            if not place.done():
                place.set_result(None)

    async def _send(self, outgoing: Outgoing, hop: Hop) -> aiohttp.ClientResponse:
        CURRENT.set(hop)
        may_repeat = outgoing.method in _REPEATABLE
        while True:
            request = self._request(outgoing, hop)
            connection = await self._connect(request, hop)
            try:
                response = await request.send(connection)
                try:
                    return await response.start(connection)
                except BaseException:
                    response.close()
                    raise
            except (aiohttp.ClientOSError, aiohttp.ServerDisconnectedError):
                connection.close()
                if hop.is_fresh or not may_repeat:
                    raise
            except BaseException:
                connection.close()
                raise
            may_repeat = False
            await request.close()

    def _request(self, outgoing: Outgoing, hop: Hop) -> aiohttp.ClientRequest:
        body: Any = outgoing.body
        if isinstance(body, BodyStream):
            body = StreamedBody(body, hop)
        elif body is not None and len(body) > _STREAM_BODY_ABOVE:
            body = io.BytesIO(body)
        return aiohttp.ClientRequest(
            outgoing.method,
            _yarl(outgoing.text),
            headers=outgoing.headers,
            data=body,
            # The type of a body is the node's to say (the rest is always there already).
            skip_auto_headers=None if outgoing.method == "GET" else ("Content-Type",),
            ssl=_context(outgoing),
            loop=self._loop,
        )

    async def _connect(self, request: aiohttp.ClientRequest, hop: Hop) -> Connection:
        """A connection, new or pooled, whose peer was checked and that awaits this request."""
        while True:
            connection = await self._connector.connect(request, [], _NO_TIMEOUT)
            protocol = connection.protocol
            # Something may have come on a pooled connection since its last answer ended: aiohttp
            # would take what the server sent early for the answer to the next request.
            if protocol is not None and (hop.is_fresh or not protocol.should_close):
                break
            connection.close()
        transport = protocol.transport
        try:
            end = self._connector.ends.get(protocol)
            peer = None if transport is None else transport.get_extra_info("peername")
            hop.check_peer(peer if peer is None else end or peer)
        except BaseException:
            connection.close()
            raise
        hop.connected(protocol)
        protocol.set_response_params(
            skip_payload=request.method == "HEAD",
            read_until_eof=True,
            auto_decompress=False,
            read_bufsize=_READ_AHEAD,
            max_line_size=MAX_LINE,
            max_field_size=MAX_LINE,
            max_headers=MAX_RESPONSE_HEADERS,
        )
        return connection

    async def prepare(self, outgoing: Outgoing) -> None:
        """Load the client's own certificate, which takes some milliseconds, beside the event loop.

        Raises:
            HttpError: it is not usable.
        """
        await asyncio.to_thread(_context, outgoing)

    async def close(self) -> None:
        """Close every connection."""
        await self._connector.close()


def _context(outgoing: Outgoing) -> ssl.SSLContext | bool:
    """The context of this request; True stands for the pool's own."""
    if outgoing.tls is SYSTEM_TRUST and outgoing.identity is None:
        return True
    return context_for(outgoing.tls, outgoing.identity)


@lru_cache(maxsize=1024)
def _yarl(text: str) -> URL:
    """The URL as aiohttp wants it, untouched; it keeps the parts that it has once taken out."""
    return URL(text, encoded=True)


class _Names(AbstractResolver):
    def __init__(self, resolver: Resolver) -> None:
        self._resolver = resolver

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        hop = CURRENT.get()
        if host != hop.host:
            raise AddressBlocked
        return [
            ResolveResult(
                hostname=host,
                host=address,
                port=port,
                family=family,
                proto=0,
                flags=socket.AI_NUMERICHOST,
            )
            for address in await hop.resolve(self._resolver, port)
        ]

    async def close(self) -> None:
        """The resolver belongs to the gate."""


def _open_socket(
    addr_info: tuple[int, int, int, str, tuple[Any, ...]],
) -> socket.socket:
    """Called for every address that is about to be connected to, literal or looked up."""
    family, kind, protocol, _, address = addr_info
    hop = CURRENT.get()
    hop.begin_connect()
    hop.check(address[0], address[1])
    hop.begin_socket()
    return socket.socket(family, kind, protocol)
