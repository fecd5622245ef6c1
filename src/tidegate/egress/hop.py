"""One hop: what is known of a request while it is on its way.

The connector's hooks (resolver, socket factory, TLS, pool) are called by aiohttp without the
request; they find the hop in a context variable, which tasks that aiohttp starts inherit.
"""

import asyncio
from collections.abc import Callable, Sequence
from contextvars import ContextVar
from time import perf_counter
from typing import Any, Final, Protocol

from tidegate.egress.addresses import parse_address, special_block
from tidegate.egress.deadlines import Deadline
from tidegate.egress.own_addresses import is_own_address
from tidegate.egress.policy import EgressPolicy
from tidegate.egress.resolver import NameNotFound, Resolver
from tidegate.egress.verdict import Verdict
from tidegate.sdk.http import ANY_PHASE, PhaseTimeouts, Timings

CURRENT: Final[ContextVar["Hop"]] = ContextVar("tidegate_egress_hop")


class Wire(Protocol):
    """What a hop asks aiohttp's end of its connection."""

    transport: asyncio.Transport | None

    @property
    def closed(self) -> "asyncio.Future[None] | None":
        """Done when the connection is, with an exception if it broke."""
        ...

    def exception(self) -> BaseException | None:
        """Why it ended before its time."""
        ...


class AddressBlocked(OSError):
    """The hook refused an address. An OSError, because that is what connecting may raise."""


class Hop:
    """The state and the clock of one hop.

    ``phase`` is what it is doing now: ``dns connect tls upload response body``. ``verdict`` is the
    refusal of an address, ``addresses`` what the name led to. The ``*_at`` are moments that it
    passed.
    """

    __slots__ = (
        "_closed",
        "_connect_due",
        "_transport",
        "_wire",
        "addresses",
        "connected_at",
        "deadline",
        "dns_at",
        "dns_end_at",
        "end_at",
        "head_at",
        "host",
        "is_fresh",
        "owner",
        "peer",
        "phase",
        "phases",
        "policy",
        "rule",
        "socket_at",
        "tls_at",
        "upload_error",
        "verdict",
    )

    def __init__(
        self,
        policy: EgressPolicy,
        host: str,
        owner: str,
        deadline: Deadline,
        phases: PhaseTimeouts = ANY_PHASE,
    ) -> None:
        self.policy = policy
        self.phases = phases
        self._connect_due = 0.0
        self.host = host
        self.owner = owner
        self.deadline = deadline
        self.phase = "connect"
        self.verdict: Verdict | None = None
        self.addresses: Sequence[str] = ()
        self.peer = ""
        self.rule = ""
        self.is_fresh = False
        self.upload_error: Exception | None = None
        self.dns_at = self.dns_end_at = self.socket_at = self.tls_at = 0.0
        self.connected_at = self.head_at = self.end_at = 0.0
        self._closed: asyncio.Future[None] | None = None
        self._wire: Wire | None = None
        self._transport: asyncio.Transport | None = None

    def begin_connect(self) -> None:
        """A new connection is needed: from here the connect timeout runs."""
        if not self.is_fresh:
            self.is_fresh = True
            self.deadline.at_most(self.policy.connect_timeout)
            self._connect_due = self.deadline.due

    def begin_socket(self) -> None:
        """A socket is about to be connected."""
        if not self.socket_at:
            self.socket_at = perf_counter()
            self._limit(self.phases.connect)

    def begin_tls(self) -> None:
        """The handshake begins."""
        self.phase = "tls"
        self.tls_at = perf_counter()
        self._limit(self.phases.tls)

    def _limit(self, seconds: float | None) -> None:
        """The phase that begins may take so long, within the whole time for connecting."""
        if not self.is_fresh:
            return
        deadline = self.deadline
        if seconds is not None:
            deadline.at_most(seconds)
            deadline.due = min(deadline.due, self._connect_due)
        else:
            deadline.due = self._connect_due

    def connected(self, wire: Wire | None = None) -> None:
        """The request can be written: from here the total deadline runs."""
        self._wire = wire
        # Kept, because aiohttp forgets it when it closes it.
        self._transport = None if wire is None else wire.transport
        closed = self._closed = None if wire is None else wire.closed
        if self.phases.first_byte is not None:
            self.deadline.at_most(self.phases.first_byte)
        elif self.is_fresh:
            self.deadline.due = self.deadline.last
        if self.is_fresh and closed is not None:
            closed.add_done_callback(_look)  # or asyncio warns that nobody did
        self.phase = "response"
        self.connected_at = perf_counter()

    def begin_upload(self) -> None:
        """A body is sent piece by piece, which may take as long as the whole request."""
        self.phase = "upload"
        self.deadline.due = self.deadline.last

    def end_upload(self) -> None:
        """The request was sent; unless the answer was quicker, it is waited for now."""
        if self.phase == "upload":
            self.phase = "response"
            if self.phases.first_byte is not None:
                self.deadline.at_most(self.phases.first_byte)

    @property
    def is_broken(self) -> bool:
        """Whether the connection ended by an error: a body without a length is not whole then."""
        closed = self._closed
        return closed is not None and closed.done() and _look(closed) is not None

    def watch(self, callback: "Callable[[asyncio.Future[None]], None]") -> None:
        """Call back when the connection is gone; :meth:`unwatch` when nobody wants to know."""
        if self._closed is not None:
            self._closed.add_done_callback(callback)

    def unwatch(self, callback: "Callable[[asyncio.Future[None]], None]") -> None:
        """Don't call back."""
        if self._closed is not None:
            self._closed.remove_done_callback(callback)

    def hang_up(self) -> None:
        """Let go of a closed connection at once, with what it was still to send."""
        transport = self._transport
        if transport is not None and transport.is_closing():
            transport.abort()

    @property
    def ended_by(self) -> BaseException | None:
        """What aiohttp says of why the connection ended."""
        return None if self._wire is None else self._wire.exception()

    def receiving(self) -> None:
        """A body is read: a silence must not be longer than the idle timeout."""
        self.phase = "body"
        idle = self.phases.idle
        self.deadline.at_most(self.policy.idle_timeout if idle is None else idle)

    async def resolve(self, resolver: Resolver, port: int) -> Sequence[str]:
        """The checked addresses of the hop's name.

        Raises:
            AddressBlocked: one of the answers is not public; the whole answer is refused.
            NameNotFound: there is none.
        """
        self.begin_connect()
        self.phase = "dns"
        self.dns_at = perf_counter()
        self._limit(self.phases.dns)
        self.addresses = await resolver.resolve(self.host, self.owner)
        self.dns_end_at = perf_counter()
        self.phase = "connect"
        self._limit(None)
        usable = []
        for text in self.addresses:
            self.check(text, port)
            address = parse_address(text)
            assert address is not None
            usable.append(address.text)
        if not usable:
            raise NameNotFound
        return usable

    def check(self, ip: str, port: int) -> None:
        """Let an address pass, or keep the refusal and raise.

        Raises:
            AddressBlocked: the policy refuses it, or it is this machine's own.
        """
        verdict = self.policy.check_address(ip, port, self.host)
        if verdict.is_valid:
            address = parse_address(ip)
            assert address is not None
            if special_block(address) is None and is_own_address(address):
                verdict = self.policy.check_own_address(ip, port, self.host)
        if not verdict.is_valid:
            self.verdict = verdict
            raise AddressBlocked

    def is_opened(self, ip: str, port: int) -> bool:
        """Whether an address is reached by an allow rule alone."""
        return self.policy.check_address(ip, port, self.host).rule.startswith("allow ")

    def check_peer(self, peer: tuple[Any, ...] | None) -> None:
        """The other end of the connection that will be used, new or pooled.

        Raises:
            AddressBlocked: the policy refuses it.
            ConnectionResetError: it is gone already.
        """
        if peer is None:
            raise ConnectionResetError
        ip, port = peer[0], peer[1]
        self.peer = f"[{ip}]:{port}" if ":" in ip else f"{ip}:{port}"
        verdict = self.policy.check_address(ip, port, self.host)
        self.rule = verdict.rule
        if not verdict.is_valid:
            self.verdict = verdict
        if self.verdict is not None:
            raise AddressBlocked

    def timings(self) -> Timings:
        """How long each phase took; None where it did not happen."""
        dns = connect = tls = None
        if self.is_fresh:
            dns = _ms(self.dns_at, self.dns_end_at)
            connect = _ms(self.socket_at, self.tls_at or self.connected_at)
            tls = _ms(self.tls_at, self.connected_at)
        ttfb = _ms(self.connected_at, self.head_at)
        return Timings(dns, connect, tls, ttfb, _ms(self.head_at, self.end_at))


def _ms(start: float, end: float) -> float | None:
    return int((end - start) * 1e6) / 1000 if start and end else None  # round() is slow


def _look(closed: "asyncio.Future[None]") -> BaseException | None:
    return None if closed.cancelled() else closed.exception()
