"""The gate: ``request`` and ``stream`` for nodes, one pool of connections for each policy."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from tidegate.egress.call import Call, Scope
from tidegate.egress.deadlines import Deadlines
from tidegate.egress.exchange import Exchange
from tidegate.egress.policy import EgressPolicy
from tidegate.egress.pool import Pool
from tidegate.egress.records import Recorder, report_blocked
from tidegate.egress.resolver import Resolver
from tidegate.egress.shares import Shares
from tidegate.egress.traffic import Traffic, TrafficLimits
from tidegate.egress.url import parse_url
from tidegate.egress.usage import EgressUsage
from tidegate.egress.verdict import Refused
from tidegate.errors import SecurityErrorType
from tidegate.sdk.budget import Budget
from tidegate.sdk.http import HttpRequest, HttpResponse

if TYPE_CHECKING:
    import socket

    from psycopg import AsyncConnection

    from tidegate.egress.postgres import PostgresTarget
    from tidegate.egress.streams import Stream
    from tidegate.egress.tunnel import Proxy


class Gate:
    """Owns the resolver and the connections. Belongs to one event loop; :meth:`close` it there."""

    def __init__(
        self,
        policy: EgressPolicy,
        *,
        resolver: Resolver | None = None,
        traffic: TrafficLimits | None = None,
        proxy: "Proxy | None" = None,
    ) -> None:
        self.policy = policy
        self.proxy = proxy
        self.traffic = Traffic(traffic)
        self.resolver = resolver or Resolver()
        self.deadlines = Deadlines()
        self.shares = Shares(policy.max_connections_per_workflow)
        self._pools: dict[EgressPolicy, Pool] = {}
        self._by_workflow: dict[str, Pool] = {}

    def bound(
        self,
        *,
        budget: Budget | None = None,
        recorder: Recorder | None = None,
        workflow: str = "",
        usage: EgressUsage | None = None,
    ) -> "BoundGate":
        """The gate as one node execution sees it (a cheap object).

        Bodies are charged to ``budget``, hops reported to ``recorder``, transfer counted in
        ``usage`` and, through its parent, in the whole execution's.
        """
        return BoundGate(self, budget, recorder, workflow, usage or EgressUsage())

    def pool(self, workflow: str) -> "Pool":
        """The connections that a workflow may use: shared by workflows with the same rules."""
        found = self._by_workflow.get(workflow)
        if found is None:
            policy = self.policy.for_workflow(workflow)
            found = self._pools.setdefault(policy, Pool(policy, self.resolver, self.proxy))
            self._by_workflow[workflow] = found
        return found

    async def open_stream(
        self,
        host: str,
        port: int,
        *,
        tls: bool,
        workflow: str = "",
        recorder: Recorder | None = None,
    ) -> "Stream":
        """Connect to a server of another protocol (SMTP, IMAP) through the same checks.

        Raises:
            HttpError: the host could not be found or reached.
            SecurityError: the policy refuses it.
        """
        from tidegate.egress.streams import open_stream  # noqa: PLC0415 - rarely needed

        with _reporting(recorder, workflow):
            return await open_stream(
                host,
                port,
                tls=tls,
                policy=self.pool(workflow).policy,
                resolver=self.resolver,
                deadlines=self.deadlines,
                owner=workflow,
            )

    async def open_socket(
        self, host: str, port: int, *, workflow: str = "", recorder: Recorder | None = None
    ) -> "socket.socket":
        """A connected socket for a library that speaks another protocol, through the same checks.

        Raises:
            HttpError: the host could not be found or reached.
            SecurityError: the policy refuses it.
        """
        from tidegate.egress.streams import open_socket  # noqa: PLC0415 - rarely needed

        with _reporting(recorder, workflow):
            return await open_socket(
                host,
                port,
                policy=self.pool(workflow).policy,
                resolver=self.resolver,
                deadlines=self.deadlines,
                owner=workflow,
            )

    async def connect_postgres(
        self, target: "PostgresTarget", *, workflow: str = "", recorder: Recorder | None = None
    ) -> "AsyncConnection[Any]":
        """Connect to a PostgreSQL server that a workflow names, through the same checks.

        Raises:
            HttpError: the host could not be found in time.
            SecurityError: the policy refuses it.
            NodeError: the server can't be used.
        """
        from tidegate.egress.postgres import connect_postgres  # noqa: PLC0415 - rarely needed

        with _reporting(recorder, workflow):
            return await connect_postgres(
                target,
                policy=self.pool(workflow).policy,
                resolver=self.resolver,
                deadlines=self.deadlines,
                owner=workflow,
            )

    async def close(self) -> None:
        """Close all connections."""
        for pool in self._pools.values():
            await pool.close()
        self._pools.clear()
        self._by_workflow.clear()
        self.resolver.close()
        self.deadlines.close()


class BoundGate:
    """``ctx.http``: the gate with a node execution's budget, recorder and limits."""

    def __init__(
        self,
        gate: Gate,
        budget: Budget | None,
        recorder: Recorder | None,
        workflow: str,
        usage: EgressUsage,
    ) -> None:
        self.usage = usage
        self._recorder = recorder
        self._unverified: set[str] = set()
        self._scope = Scope(
            gate.pool(workflow),
            gate.deadlines,
            usage.slots,
            gate.shares.of(workflow),
            gate.traffic,
            workflow,
            budget,
        )

    async def request(self, request: HttpRequest) -> HttpResponse:
        """Send it and read the whole body, which stays charged to the budget.

        Raises:
            HttpError: the network or the server failed.
            SecurityError: the gate refused, or a limit is spent.
        """
        async with self.stream(request) as call:
            return await call.read()

    def stream(self, request: HttpRequest) -> Call:
        """Send it and read the body piece by piece, in the task that opened it.

        The request's timeout runs until the block is left.

        Raises:
            HttpError: the network or the server failed.
            SecurityError: the gate refused, or a limit is spent.
        """
        scope = self._scope
        ceiling = self.usage.max_response
        if ceiling is not None and request.max_response > ceiling:
            request = replace(request, max_response=ceiling)
        if not request.tls.verify:
            self._report_unverified(request)
        exchange = Exchange(request, scope.pool.policy, self.usage, self._recorder, scope.workflow)
        return Call(exchange, scope)

    def admits(self, url: str) -> bool:
        """Whether a request to this URL would pass, as far as its name says."""
        try:
            found = parse_url(url)
        except Refused:
            return False
        policy = self._scope.pool.policy
        return policy.check_place(found.host, found.port, is_literal=found.is_literal).is_valid

    def _report_unverified(self, request: HttpRequest) -> None:
        """A security event, once for each origin that is asked without verifying it."""
        parts = urlsplit(request.url)
        place = parts.hostname or ""
        if self._recorder is None or place in self._unverified:
            return
        self._unverified.add(place)
        self._recorder.security_event(
            SecurityErrorType.INVALID_PROTOCOL.value,
            "high",
            "a node turns the verification of a server's certificate off",
            {"host": place[:200], "method": request.method[:30], "rule": "egress.unverified_tls"},
        )


@contextmanager
def _reporting(recorder: Recorder | None, workflow: str) -> Iterator[None]:
    """Tell the recorder of a refusal in full, and the caller what a node may see of it."""
    from tidegate.egress.streams import Blocked  # noqa: PLC0415 - rarely needed

    try:
        yield
    except Blocked as blocked:
        raise report_blocked(
            blocked.verdict, recorder, addresses=blocked.addresses, workflow=workflow
        ) from None
