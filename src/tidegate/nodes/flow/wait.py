"""flow.wait: go on later."""

import math
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final, Literal

from tidegate.sdk import (
    MAIN,
    Context,
    Example,
    Field,
    Item,
    Json,
    Node,
    NodeFailed,
    NodeParams,
    Outputs,
    Wait,
)
from tidegate.sdk.dates import parse_date, time_zone
from tidegate.sdk.node import AnsweredBy
from tidegate.sdk.schedule import UNIT_SECONDS

_OUTPUTS: Final[Mapping[str, tuple[str, ...]]] = {
    "webhook": (MAIN, "timed_out"),
    "approval": ("approved", "refused", "timed_out"),
}


class WaitFor(Node):
    """Pass the items on after some time, at a point in time, or when somebody answers.

    A long wait needs no memory and no process: the execution is stored as waiting and goes on when
    it is time, also after a restart. A point in time that has passed does not wait at all.

    Who answers has the link `execution.resume_urls.<id of this node>`, which a node before this one
    sends to them. It works once. With `approval` it shows a page on which a person approves or
    refuses; the items then have `approval`. With `webhook` a program sends it a request, which the
    items then have as `resume`. If nobody answers in time they leave by `timed_out`.
    """

    name = "flow.wait"
    label = "Wait"
    category = "flow"

    class Params(NodeParams):
        """How long."""

        mode: Literal["duration", "until", "webhook", "approval"] = Field(
            "duration", label="Mode", expressions=False
        )
        amount: int | float = Field(
            1, ge=0, label="Amount", show_when={"mode": "duration"}, allow_inf_nan=False
        )
        unit: Literal["seconds", "minutes", "hours", "days"] = Field(
            "seconds",
            label="Unit",
            description="A day is 24 hours.",
            show_when={"mode": "duration"},
        )
        until: Json = Field(
            None,
            label="Until",
            widget="date",
            placeholder="2024-12-24T18:00",
            description="ISO 8601 text, or seconds or milliseconds since 1970.",
            show_when={"mode": "until"},
        )
        time_zone: str = Field(
            "UTC",
            label="Time zone",
            placeholder="Europe/Berlin",
            description="Of a time without an offset.",
            show_when={"mode": "until"},
        )
        question: str = Field(
            "",
            label="Question",
            widget="multiline",
            max_length=5000,
            description="What the page of an approval asks.",
            show_when={"mode": "approval"},
        )
        days: int | float = Field(
            7,
            gt=0,
            le=365,
            allow_inf_nan=False,
            label="Days to answer",
            show_when={"mode": ["webhook", "approval"]},
        )

    examples = (
        Example(
            {"amount": 0}, items=[{"n": 1}], output=[{"n": 1}], title="Hand over to other branches"
        ),
        Example(
            {"mode": "until", "until": "2020-01-01T00:00:00Z"},
            items=[{"n": 1}],
            output=[{"n": 1}],
            title="A time that has passed",
        ),
        Example({"amount": 30, "unit": "minutes"}, title="Half an hour", runnable=False),
        Example(
            {"mode": "approval", "question": "Pay {{ items[0].sum }}?", "days": 2},
            items=[{"sum": 12}],
            title="Until somebody approves or refuses",
            runnable=False,
        ),
    )

    @classmethod
    def outputs_for(cls, params: Mapping[str, Any]) -> tuple[str, ...]:
        """One for each way in which the wait may end."""
        return _OUTPUTS.get(str(params.get("mode")), (MAIN,))

    @classmethod
    def answered_by(cls, params: Mapping[str, Any]) -> AnsweredBy | None:
        """Somebody with the link, in two of the modes."""
        mode = params.get("mode")
        return mode if mode in ("webhook", "approval") else None

    async def run(self, ctx: Context, params: Params, items: Sequence[Item]) -> Wait:
        """The items, when it is time, or when somebody answers."""
        if params.mode in ("webhook", "approval"):
            until = ctx.now() + timedelta(days=params.days)
            if params.mode == "approval":
                asked = {"question": params.question}
                items = [item.derive({**item.json, "approval": asked}) for item in items]
            return Wait(until=until, items=Outputs({"timed_out": items}))
        return Wait(until=_wake_time(ctx.now(), params), items=items)


def _wake_time(now: datetime, params: WaitFor.Params) -> datetime:
    if params.mode == "until":
        if params.until is None:
            raise NodeFailed("there is no time to wait for; 'until' is null")
        until = parse_date(params.until, "auto", time_zone(params.time_zone)).astimezone(UTC)
        return max(until, now)
    seconds = params.amount * UNIT_SECONDS[params.unit]
    try:
        return now + timedelta(seconds=math.ceil(seconds * 1000) / 1000)
    except OverflowError:
        raise NodeFailed(f"{params.amount} {params.unit} is longer than time goes") from None
