"""trigger.schedule: start at times."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, model_validator

from tidegate.errors import InvalidInput
from tidegate.sdk import Context, Example, Field, Item, Node, NodeFailed, NodeParams
from tidegate.sdk.dates import parse_date, time_zone
from tidegate.sdk.schedule import UNIT_SECONDS, Schedule


def _known_zone(name: str) -> str:
    try:
        time_zone(name)
    except NodeFailed as error:
        raise ValueError(error.message) from None
    return name


class ScheduleTrigger(Node):
    """Start at the times of a schedule, once the workflow is published.

    `cron` has five fields (minute, hour, day of month, month, day of week), or six with seconds
    first. A time of day that the clocks skip happens after the gap; one that they repeat happens
    once. `interval` counts elapsed time from its start. Started by hand, the trigger fires at once.
    """

    name = "trigger.schedule"
    label = "Schedule"
    category = "triggers"
    is_trigger = True
    inputs = ()

    class Params(NodeParams):
        """When, and what becomes of times at which no server ran."""

        mode: Literal["cron", "interval", "times"] = Field("cron", label="Mode")
        cron: str = Field(
            "0 * * * *",
            label="Cron expression",
            placeholder="0 9 * * MON-FRI",
            expressions=False,
            show_when={"mode": "cron"},
        )
        time_zone: Annotated[str, AfterValidator(_known_zone)] = Field(
            "UTC",
            label="Time zone",
            placeholder="Europe/Berlin",
            expressions=False,
            description="Of a cron expression, and of times without an offset.",
        )
        amount: int = Field(
            1, ge=1, le=100_000, label="Every", expressions=False, show_when={"mode": "interval"}
        )
        unit: Literal["seconds", "minutes", "hours", "days"] = Field(
            "hours",
            label="Unit",
            description="A day is 24 hours.",
            expressions=False,
            show_when={"mode": "interval"},
        )
        start: str = Field(
            "1970-01-01T00:00:00Z",
            label="Counted from",
            description="An ISO 8601 time; intervals are counted from it.",
            expressions=False,
            show_when={"mode": "interval"},
        )
        times: list[str] = Field(
            [],
            label="Times",
            placeholder="2030-12-24T18:00",
            expressions=False,
            show_when={"mode": "times"},
        )
        missed: Literal["skip", "once", "all"] = Field(
            "once",
            label="Missed times",
            description="What becomes of times at which no server ran: nothing, one execution for "
            "all of them, or one for each (at most the last 100).",
            expressions=False,
        )
        jitter: int = Field(
            0,
            ge=0,
            le=3600,
            label="Jitter",
            description="Start up to so many seconds later, so that not everything starts at once.",
            expressions=False,
        )

        @model_validator(mode="after")
        def _can_be_followed(self) -> Self:
            try:
                self.schedule().check()
            except (InvalidInput, NodeFailed) as error:
                raise ValueError(error.message) from None
            return self

        def schedule(self) -> Schedule:
            """The schedule that the parameters describe."""
            zone = time_zone(self.time_zone)
            if self.mode == "cron":
                return Schedule(cron=self.cron, timezone=self.time_zone)
            if self.mode == "interval":
                every = self.amount * UNIT_SECONDS[self.unit]
                return Schedule(every=every, start=parse_date(self.start, "auto", zone))
            return Schedule(times=[parse_date(time, "auto", zone) for time in self.times])

    examples = (
        Example(
            {"cron": "0 9 * * MON-FRI", "time_zone": "Europe/Berlin"},
            title="Every working day at nine",
            runnable=False,
        ),
        Example(
            {"mode": "interval", "amount": 5, "unit": "minutes", "missed": "skip"},
            title="Every five minutes",
            runnable=False,
        ),
    )

    @classmethod
    def schedule_for(cls, params: Mapping[str, Any]) -> Schedule | None:
        """When it starts executions."""
        return cls.Params.model_validate(dict(params)).schedule()

    async def run(self, ctx: Context, params: Params, items: Sequence[Item]) -> Sequence[Item]:
        """One item that says which time it is about."""
        now = ctx.now()
        given = ctx.execution.custom_data if ctx.execution.source == "schedule" else {}
        planned = given.get("planned_at", _iso(now))
        following = params.schedule().upcoming(now, 3)
        return [
            Item(
                {
                    "triggered_at": _iso(ctx.execution.started_at),
                    "trigger_type": "schedule",
                    "planned_at": planned,
                    "is_missed": given.get("is_missed", False),
                    "time_zone": params.time_zone,
                    "next": [_iso(time) for time in following],
                }
            )
        ]


def _iso(moment: datetime) -> str:
    text = moment.astimezone(UTC).isoformat(timespec="milliseconds")
    return text.replace("+00:00", "Z")
