"""A body that is a stream of values: each becomes an item while the rest is still to come."""

import asyncio
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from tidegate.nodes.http.failing import is_safe_to_repeat
from tidegate.nodes.http.fetching import failed_status, is_success
from tidegate.nodes.http.output import as_object
from tidegate.nodes.http.pace import take_turn
from tidegate.nodes.http.streaming import events, json_lines
from tidegate.sdk import Context, HttpError, HttpRequest, Item
from tidegate.sdk.values import size_of

if TYPE_CHECKING:
    from tidegate.nodes.http.params import HttpParams

EMIT_COUNT: Final = 1000
EMIT_SECONDS: Final = 2.0
"""So many values, or those of so long a time, are passed on together."""


class Follower:
    """Takes one stream; a later attempt goes on where this one ended.

    Of JSON lines it passes over as many as it had; an event stream is asked with ``Last-Event-ID``.
    """

    def __init__(self, ctx: Context, params: "HttpParams", item: Item) -> None:
        self._ctx, self._params, self._item = ctx, params, item
        state = ctx.resume or {"taken": 0, "last_id": "", "ended": False}
        self._taken: int = state["taken"]
        self._last_id: str = state["last_id"]
        self._ended: bool = state["ended"]
        self._held: list[Any] = []
        self._charged = 0
        self._emitted_at = time.monotonic()

    async def run(self, request: HttpRequest) -> None:
        """Follow the stream to its end, or to the node's limit of items or of time.

        Raises:
            HttpError: the network, the answer or its status failed.
            SecurityError: the gate refused, or a limit is spent.
        """
        if self._ended:
            return
        ctx, params = self._ctx, self._params
        if self._last_id:
            request = replace(request, headers=[*request.headers, ("Last-Event-ID", self._last_id)])
        if params.stream_seconds is not None:
            request = replace(request, timeout=params.stream_seconds + params.timeout)
        await take_turn(ctx, params)
        try:
            async with ctx.http.stream(request) as stream:
                if not is_success(params, stream.head.status):
                    raise await failed_status(self._ctx, request.method, stream)
                await self._follow(stream.chunks())
        except HttpError as error:
            error.details.setdefault("attempt", ctx.attempt)
            error.safe_to_repeat = is_safe_to_repeat(request, error)
            if self._held:
                await self._emit(ended=False)
            raise
        await self._emit(ended=True)

    async def _follow(self, chunks: AsyncIterator[bytes]) -> None:
        is_lines = self._params.format == "json_lines"
        passed_over = self._taken if is_lines else 0
        source: AsyncIterator[list[Any]] = json_lines(chunks) if is_lines else events(chunks)
        seconds = self._params.stream_seconds
        ends_at = None if seconds is None else asyncio.get_running_loop().time() + seconds
        while (values := await _next(source, ends_at)) is not None:
            fresh = values[passed_over:]
            passed_over = max(0, passed_over - len(values))
            fresh = fresh[: self._params.max_items - self._taken]
            self._hold(fresh)
            if self._taken >= self._params.max_items:
                message = f"the stream is left after max_items, which is {self._params.max_items}"
                self._ctx.log.warning(message)
                return
            late = time.monotonic() - self._emitted_at > EMIT_SECONDS
            if len(self._held) >= EMIT_COUNT or (self._held and late):
                await self._emit(ended=False)

    def _hold(self, values: list[Any]) -> None:
        for value in values:
            size = size_of(value)
            self._ctx.budget.charge(size, "a stream's values")
            self._charged += size
            self._held.append(value)
        self._taken += len(values)
        if values and self._params.format == "events":
            self._last_id = values[-1]["id"]

    async def _emit(self, *, ended: bool) -> None:
        made = [self._item.derive(as_object(value)) for value in self._held]
        self._held.clear()
        state = {"taken": self._taken, "last_id": self._last_id, "ended": ended}
        await self._ctx.emit(made, state)
        self._ctx.budget.release(self._charged)
        self._charged = 0
        self._emitted_at = time.monotonic()


async def _next(source: AsyncIterator[list[Any]], ends_at: float | None) -> list[Any] | None:
    """The next values; None at the end of the stream, or of its time."""
    if ends_at is None:
        return await anext(source, None)
    clock = asyncio.timeout_at(ends_at)
    try:
        async with clock:
            return await anext(source, None)
    except TimeoutError:
        if not clock.expired():
            raise
        return None
