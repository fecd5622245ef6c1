"""One request from its first check to its last byte: what ``ctx.http.stream`` gives."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from types import TracebackType
from typing import TYPE_CHECKING, Self, overload

from tidegate.egress.answer import Answer
from tidegate.egress.deadlines import Deadlines
from tidegate.egress.exchange import Exchange
from tidegate.egress.shares import Slots
from tidegate.egress.traffic import HostTraffic, Traffic
from tidegate.errors import NodeError
from tidegate.sdk.budget import Budget
from tidegate.sdk.http import HttpResponse

if TYPE_CHECKING:
    from tidegate.egress.pool import Pool


@dataclass(slots=True)
class Scope:
    """What the requests of one node execution share."""

    pool: "Pool"
    deadlines: Deadlines
    execution_slots: Slots
    workflow_slots: Slots
    traffic: Traffic
    workflow: str
    budget: Budget | None


class Call:
    """An answer while it is open; the node's own exceptions pass it untouched.

    Entering checks and sends, and waits for the head of the last answer; leaving gives the
    connection and the places back and records the last hop. One task does all of it.
    """

    __slots__ = ("_answer", "_deadline", "_exchange", "_head", "_host", "_read", "_scope", "_taken")

    def __init__(self, exchange: Exchange, scope: Scope) -> None:
        self._exchange = exchange
        self._scope = scope
        self._deadline = scope.deadlines.within(exchange.request.timeout)
        self._taken = 0
        self._answer: Answer | None = None
        self._read: HttpResponse | None = None
        self._head: HttpResponse | None = None
        self._host: HostTraffic | None = None

    @property
    def head(self) -> HttpResponse:
        """The answer without its body; sizes and times are final once the body was read."""
        if self._head is None:
            assert self._answer is not None
            self._head = (
                self._exchange.response(self._answer, b"")
                if self._read is None
                else self._read._replace(body=b"")
            )
        return self._head

    @head.setter
    def head(self, head: HttpResponse) -> None:
        self._head = head

    @property
    def _body(self) -> bytes | None:
        return None if self._read is None else self._read.body

    async def __aenter__(self) -> Self:
        scope = self._scope
        try:
            outgoing = self._exchange.first()
            # What the host bears comes first: waiting for it is not the request's time.
            host = scope.traffic.of(outgoing.url.host, outgoing.url.port)
            if not host.enter():
                await host.wait()
            self._host = host
            self._deadline.__enter__()
            # A place among the execution's requests, then one among the workflow's.
            if not scope.execution_slots.take():
                await scope.execution_slots.wait()
            self._taken = 1
            if not scope.workflow_slots.take():
                await scope.workflow_slots.wait()
            self._taken = 2
            self._answer = await self._exchange.open(outgoing, scope.pool, self._deadline)
        except BaseException as error:  # noqa: BLE001 - what is not ours comes back as it is
            raise self._leave(error, is_ours=True) from None
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if error is None:
            self._exchange.done(self._body)
            self._leave(None)
            return
        if isinstance(error, NodeError):
            self._exchange.rejected(error, self._body)
        if (told := self._leave(error)) is not error:
            raise told from None

    async def chunks(self) -> AsyncIterator[bytes]:
        """The decoded body, bounded by the request's ``max_response``.

        Raises:
            HttpError: the network or the server failed, or the body is too large.
            SecurityError: a limit is spent, or the body is a bomb.
        """
        assert self._answer is not None
        pieces = self._answer.pieces(self._exchange.request.max_response)
        while True:
            try:
                piece = await anext(pieces, None)
            except Exception as error:  # noqa: BLE001 - as above
                raise self._exchange.failed(error) from None
            if piece is None:
                self._head = None
                return
            yield piece

    async def read(self) -> HttpResponse:
        """The whole body, which stays charged to the budget and is recorded.

        Raises:
            HttpError: the network or the server failed, or the body is too large.
            SecurityError: a limit is spent, or the body is a bomb.
        """
        exchange, answer = self._exchange, self._answer
        assert answer is not None
        try:
            body = await answer.read(exchange.request.max_response, self._scope.budget)
        except Exception as error:  # noqa: BLE001 - as above
            raise exchange.failed(error) from None
        self._head = None
        self._read = exchange.response(answer, body)
        return self._read

    @overload
    def _leave(self, error: None, *, is_ours: bool = ...) -> None: ...

    @overload
    def _leave(self, error: BaseException, *, is_ours: bool = ...) -> BaseException: ...

    def _leave(self, error: BaseException | None, *, is_ours: bool = False) -> BaseException | None:
        """Give everything back; returns what the node sees of an error.

        ``is_ours`` says that it came up in the gate and not in the node's own block.
        """
        scope = self._scope
        is_late = self._deadline.leave() and isinstance(error, asyncio.CancelledError)
        if self._taken == 2:
            scope.workflow_slots.give()
        if self._taken:
            scope.execution_slots.give()
        if is_late:
            error = self._exchange.failed(TimeoutError())
        elif is_ours and isinstance(error, Exception):
            error = self._exchange.failed(error)
        if self._host is not None:
            self._tell(self._host, error)
        self._exchange.close()
        return error

    def _tell(self, host: HostTraffic, error: BaseException | None) -> None:
        """Let the host learn from how this went."""
        answer = self._answer
        if answer is None:
            host.failed(error)
        elif not self._exchange.redirects:
            host.answered(answer.status, answer.values)
        host.leave()
