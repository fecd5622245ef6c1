"""Plain streams for other protocols (SMTP, IMAP), through the same checks as HTTP."""

import asyncio
import socket
import ssl
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

from tidegate.egress.addresses import parse_address
from tidegate.egress.deadlines import Deadline, Deadlines
from tidegate.egress.errors import Reason, failure
from tidegate.egress.hop import CURRENT, AddressBlocked, Hop
from tidegate.egress.hosts import read_host
from tidegate.egress.policy import EgressPolicy
from tidegate.egress.resolver import NameNotFound, Resolver
from tidegate.egress.tls import tls_context
from tidegate.egress.verdict import Refused, Verdict

Stream = tuple[asyncio.StreamReader, asyncio.StreamWriter]
T = TypeVar("T")
Finish = Callable[[Hop, socket.socket], Awaitable[T]]
"""What becomes of a connected socket whose peer was checked."""


class Blocked(Exception):
    """The verdict that refused a host, on its way to the caller who reports it."""

    def __init__(self, verdict: Verdict, addresses: Sequence[str] = ()) -> None:
        super().__init__(verdict.rule)
        self.verdict = verdict
        self.addresses = addresses


async def open_stream(
    host: str,
    port: int,
    *,
    tls: bool,
    policy: EgressPolicy,
    resolver: Resolver,
    deadlines: Deadlines,
    owner: str,
) -> Stream:
    """Connect to a host by name or address, within the policy's connect timeout.

    Raises:
        Blocked: the policy refuses the name or an address.
        HttpError: with the phase; the host could not be found or reached.
    """

    async def finish(hop: Hop, sock: socket.socket) -> Stream:
        if not tls:
            return await asyncio.open_connection(sock=sock)
        return await asyncio.open_connection(sock=sock, ssl=tls_context(), server_hostname=hop.host)

    return await _reach(
        host,
        port,
        finish,
        policy=policy,
        resolver=resolver,
        deadlines=deadlines,
        owner=owner,
    )


async def open_socket(
    host: str,
    port: int,
    *,
    policy: EgressPolicy,
    resolver: Resolver,
    deadlines: Deadlines,
    owner: str,
) -> socket.socket:
    """As :func:`open_stream`, a connected socket for a library that speaks the protocol itself.

    Raises:
        Blocked, HttpError: as there.
    """

    async def finish(_hop: Hop, sock: socket.socket) -> socket.socket:
        return sock

    return await _reach(
        host,
        port,
        finish,
        policy=policy,
        resolver=resolver,
        deadlines=deadlines,
        owner=owner,
    )


async def _reach(
    host: str,
    port: int,
    finish: "Finish[T]",
    *,
    policy: EgressPolicy,
    resolver: Resolver,
    deadlines: Deadlines,
    owner: str,
) -> T:
    deadline = deadlines.within(policy.connect_timeout)
    hop = new_hop(host, port, policy, owner, deadline)
    try:
        with deadline:
            addresses = await checked_addresses(hop, port, resolver)
            return await _connect_any(hop, addresses, port, finish)
    except TimeoutError:
        raise failure(Reason.TIMEOUT, "connecting took too long", phase=hop.phase) from None


def new_hop(host: str, port: int, policy: EgressPolicy, owner: str, deadline: Deadline) -> Hop:
    """Check a host as a user wrote it, by its name alone.

    Raises:
        Blocked: the policy refuses it.
    """
    try:
        shaped = f"[{host}]" if ":" in host and not host.startswith("[") else host
        name, is_literal = read_host(shaped)
    except Refused as refused:
        raise Blocked(refused.verdict) from None
    if not is_literal:
        verdict = policy.check_name(name, port)
        if not verdict.is_valid:
            raise Blocked(verdict)
    return Hop(policy, name, owner, deadline)


async def checked_addresses(hop: Hop, port: int, resolver: Resolver) -> Sequence[str]:
    """Every address that the hop's host leads to, all of them allowed.

    Raises:
        Blocked: one of them is refused.
        HttpError: DNS_RESOLUTION, there is none.
    """
    try:
        if parse_address(hop.host) is None:
            return await hop.resolve(resolver, port)
        hop.check(hop.host, port)
    except AddressBlocked:
        assert hop.verdict is not None
        raise Blocked(hop.verdict, hop.addresses) from None
    except NameNotFound:
        raise failure(Reason.DNS) from None
    return [hop.host]


async def _connect_any(hop: Hop, addresses: Sequence[str], port: int, finish: "Finish[T]") -> T:
    token = CURRENT.set(hop)
    try:
        reason = Reason.UNREACHABLE
        for address in addresses:
            try:
                return await _connect(hop, address, port, finish)
            except ssl.SSLError:
                raise failure(Reason.TLS) from None
            except AddressBlocked:
                assert hop.verdict is not None
                raise Blocked(hop.verdict, hop.addresses) from None
            except ConnectionRefusedError:
                reason = Reason.REFUSED
            except OSError:
                continue
        raise failure(reason)
    finally:
        CURRENT.reset(token)


async def _connect(hop: Hop, address: str, port: int, finish: "Finish[T]") -> T:
    hop.phase = "connect"
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    hop.check(address, port)
    sock = socket.socket(family, socket.SOCK_STREAM)
    try:
        sock.setblocking(False)  # noqa: FBT003 - the standard library's signature
        await asyncio.get_running_loop().sock_connect(sock, (address, port))
        hop.check_peer(sock.getpeername())
        return await finish(hop, sock)
    except BaseException:
        sock.close()
        raise
