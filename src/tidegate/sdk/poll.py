"""Triggers that ask again and again whether there is something new.

The author writes one method, :meth:`PollTrigger.poll`: it is given what it returned as its state
the last time, and returns new items and a new state. Tidegate calls it at the times of the
parameters, stores the state in the transaction that starts an execution with the items, and waits
longer after each failure. A crash at any moment neither loses an item nor gives it twice.
"""

import asyncio
from abc import abstractmethod
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any, ClassVar, Final, Literal, Self

from pydantic import model_validator

from tidegate.errors import InvalidInput, NodeFailed
from tidegate.model.item import Item, JsonObject
from tidegate.sdk.context import Context
from tidegate.sdk.node import Effects, Node
from tidegate.sdk.params import Field, NodeParams
from tidegate.sdk.schedule import UNIT_SECONDS, Schedule

POLLING: Final = "polling"
"""The ``source`` of what runs when a trigger polls; no such execution is ever stored."""
POLL_STATE: Final = "poll"
"""The key of ``ctx.state`` under which the state of a trigger is kept."""
POLL_AGAIN: Final = "poll_again"
"""The key by which a poll says when to ask again; it is kept nowhere."""
WATCHING: Final = "watching"
"""The ``source`` of what runs between polls where a trigger hears of news by itself."""
POLL_NEWS: Final = "poll_news"
"""The key by which :meth:`PollTrigger.news` is passed on: as HEARD, or OVER where it ended."""
HEARD: Final = "heard"
OVER: Final = "over"
_WATCH_SECONDS: Final = 25 * 60.0
"""Then it begins anew: servers end what is silent for half an hour, and credentials change."""


@dataclass(frozen=True, slots=True)
class Polled:
    """What a poll found: items (none: nothing starts), and the state for the next one.

    ``state`` is JSON of at most 4 MB. ``again_after`` asks for the next poll so many seconds from
    now, where that is before its time: there is more to fetch, or something is not complete yet.
    """

    items: Sequence[Item]
    state: Any
    again_after: float | None = None


class PollParams(NodeParams):
    """When a trigger polls. Base of the ``Params`` of poll triggers."""

    poll_mode: Literal["interval", "cron"] = Field("interval", label="Look", expressions=False)
    poll_every: int = Field(
        1, ge=1, le=1000, label="Every", expressions=False, show_when={"poll_mode": "interval"}
    )
    poll_unit: Literal["seconds", "minutes", "hours"] = Field(
        "minutes", label="Unit", expressions=False, show_when={"poll_mode": "interval"}
    )
    poll_cron: str = Field(
        "0 * * * *",
        label="Cron expression",
        placeholder="0 9 * * MON-FRI",
        expressions=False,
        show_when={"poll_mode": "cron"},
    )
    poll_time_zone: str = Field(
        "UTC",
        label="Time zone",
        placeholder="Europe/Berlin",
        expressions=False,
        show_when={"poll_mode": "cron"},
    )

    @model_validator(mode="after")
    def _can_be_followed(self) -> Self:
        try:
            self.poll_schedule().check()
        except (InvalidInput, NodeFailed) as error:
            raise ValueError(error.message) from None
        return self

    def poll_schedule(self) -> Schedule:
        """The times at which it polls."""
        if self.poll_mode == "cron":
            return Schedule(cron=self.poll_cron, timezone=self.poll_time_zone)
        return Schedule(every=self.poll_every * UNIT_SECONDS[self.poll_unit])


def poll_schedule(params: Mapping[str, Any], defaults: Mapping[str, Any]) -> Schedule:
    """The times at which a placed trigger polls; other parameters than the times may be there.

    ``defaults`` are the node type's own.
    """
    given = {**defaults, **params}
    times = {name: given[name] for name in PollParams.model_fields if name in given}
    return PollParams.model_validate(times).poll_schedule()


class PollTrigger(Node):
    """Base of triggers that poll; ``Params`` is a subclass of :class:`PollParams`.

    Started by hand it polls at once, from the stored state, and leaves that as it is: a trial takes
    nothing away from what is published. Data that is given by hand stands for what is found.
    """

    category: ClassVar[str] = "triggers"
    effects: ClassVar[Effects] = "read"
    inputs: ClassVar[tuple[str, ...]] = ()
    is_trigger: ClassVar[bool] = True
    polls: ClassVar[bool] = True

    class Params(PollParams):
        """When it polls."""

    @abstractmethod
    async def poll(self, ctx: Context, params: Any, state: Any) -> Polled:
        """Look for what is new since ``state``, which is None the first time.

        Other values of ``ctx.state`` that it changes are stored with the new state too.
        """

    async def news(self, ctx: Context, params: Any) -> AsyncGenerator[None, None]:
        """Yields when there may be something new, so that it polls at once, not at its next time.

        Optional: without it, and where it ends or fails, the trigger polls at its times only. It
        yields once it can hear of what is new, as that may have come before. Not for packages
        whose nodes run in a process of their own.
        """
        nothing: tuple[None, ...] = ()
        for never in nothing:
            yield never

    @classmethod
    def schedule_for(cls, params: Mapping[str, Any]) -> Schedule | None:
        """When it polls."""
        fields = cls.Params.model_fields
        defaults = {name: fields[name].default for name in PollParams.model_fields}
        return poll_schedule(params, defaults)

    async def run(self, ctx: Context, params: Any, items: Sequence[Item]) -> Sequence[Item]:
        """What a poll finds; what was given by hand instead."""
        if ctx.execution.source == WATCHING:
            await self._watch(ctx, params)
            return []
        is_polling = ctx.execution.source == POLLING
        if ctx.execution.has_custom_data and not is_polling:
            return [Item(json) for json in _objects(ctx.execution.custom_data)]
        polled = await self.poll(ctx, params, await ctx.state.get(POLL_STATE))
        if is_polling:
            await ctx.state.put(POLL_STATE, polled.state)
            if polled.again_after is not None:
                await ctx.state.put(POLL_AGAIN, polled.again_after)
        return polled.items

    async def _watch(self, ctx: Context, params: Any) -> None:
        """Pass on what ``news`` says, for a while."""
        deadline = asyncio.timeout(_WATCH_SECONDS)
        try:
            async with deadline, aclosing(self.news(ctx, params)) as news:
                async for _ in news:
                    await ctx.state.put(POLL_NEWS, HEARD)
                await ctx.state.put(POLL_NEWS, OVER)
        except TimeoutError:
            if not deadline.expired():
                raise


def _objects(given: Any) -> list[JsonObject]:
    found = given if isinstance(given, list) else [given]
    if not all(isinstance(one, dict) for one in found):
        raise NodeFailed("data for this trigger is an object, or a list of objects")
    return found
