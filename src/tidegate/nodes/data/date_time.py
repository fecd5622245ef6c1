"""data.date_time: read, write and reckon with dates and times."""

from datetime import datetime
from typing import Any, Literal

from tidegate.sdk import Context, Example, Field, Item, Json, Node, NodeFailed, NodeParams, dates
from tidegate.sdk.dates import Unit
from tidegate.sdk.paths import FieldName, parse_path

Operation = Literal[
    "now", "format", "add", "subtract", "difference", "start_of", "end_of", "round", "extract"
]
Part = Literal[
    "year",
    "quarter",
    "month",
    "week",
    "day",
    "day_of_year",
    "weekday",
    "hour",
    "minute",
    "second",
    "millisecond",
]
_WITH_UNIT = ["add", "subtract", "difference", "start_of", "end_of", "round"]
_WITH_RESULT = ["now", "format", "add", "subtract", "start_of", "end_of", "round"]


class DateTime(Node):
    """Read, write and reckon with dates and times.

    Dates are read as ISO 8601 or RFC 2822 text, as a number of seconds or milliseconds since 1970,
    or in a format such as `%d.%m.%Y %H:%M`. A date without an offset is in the chosen time zone,
    and so is the result.

    Days and longer units follow the wall clock of the time zone, hours and shorter ones elapsed
    time: when the clocks change overnight, one day later is the same time of day and 24 hours
    later is not. One month after 31 January is the last day of February. Weeks begin on Monday.
    """

    name = "data.date_time"
    label = "Date and time"
    category = "data"

    class Params(NodeParams):
        """The date, what to do with it, and how to write the result."""

        operation: Operation = Field("format", label="Operation")
        value: Json = Field(
            None,
            label="Date",
            widget="date",
            placeholder="{{ json.created_at }}",
            description="Every operation but now needs it.",
        )
        other: Json = Field(
            None,
            label="Until",
            widget="date",
            description="The other date.",
            show_when={"operation": "difference"},
        )
        amount: int | float = Field(1, label="Amount", show_when={"operation": ["add", "subtract"]})
        unit: Unit = Field("days", label="Unit", show_when={"operation": _WITH_UNIT})
        part: Part = Field("year", label="Part", show_when={"operation": "extract"})
        time_zone: str = Field("UTC", label="Time zone", placeholder="Europe/Berlin")
        input_format: str = Field(
            "auto", label="Format of the date", description="auto, unix, unix_ms, or %-directives."
        )
        output_format: str = Field(
            "iso",
            label="Format of the result",
            description="iso, date, time, unix, unix_ms, rfc2822, or %-directives.",
            show_when={"operation": _WITH_RESULT},
        )
        into: FieldName = Field("date", label="Into field")

    examples = (
        Example(
            {"value": "{{ json.at }}", "time_zone": "Europe/Berlin", "into": "at"},
            items=[{"at": "2024-07-01T10:00:00Z"}],
            output=[{"at": "2024-07-01T12:00:00+02:00"}],
            title="In another time zone",
        ),
        Example(
            {
                "value": "{{ json.day }}",
                "input_format": "%d.%m.%Y",
                "output_format": "date",
                "into": "day",
            },
            items=[{"day": "24.12.2024"}],
            output=[{"day": "2024-12-24"}],
            title="From a format",
        ),
        Example(
            {"operation": "add", "value": "{{ json.signed }}", "unit": "months", "into": "due"},
            items=[{"signed": "2024-01-31T09:00:00Z"}],
            output=[{"signed": "2024-01-31T09:00:00Z", "due": "2024-02-29T09:00:00Z"}],
            title="A month later",
        ),
        Example(
            {
                "operation": "difference",
                "value": "{{ json.start }}",
                "other": "{{ json.end }}",
                "unit": "hours",
                "time_zone": "Europe/Berlin",
                "into": "hours",
            },
            items=[{"start": "2024-03-30T12:00", "end": "2024-03-31T12:00"}],
            output=[{"start": "2024-03-30T12:00", "end": "2024-03-31T12:00", "hours": 23}],
            title="Hours between, over a change of the clocks",
        ),
        Example(
            {"operation": "extract", "value": "{{ json.at }}", "part": "week", "into": "week"},
            items=[{"at": "2024-12-30"}],
            output=[{"at": "2024-12-30", "week": 1}],
            title="The ISO week",
        ),
    )

    async def run_item(self, ctx: Context, params: Params, item: Item) -> Item:
        """The item with the result in a field."""
        try:
            result = _result(ctx, params)
        except (OverflowError, ValueError):
            raise NodeFailed("the date would be outside of the years 1 to 9999") from None
        json = dict(item.json)
        parse_path(params.into).assign(json, result)
        return item.derive(json)


def _result(ctx: Context, params: DateTime.Params) -> Any:
    zone = dates.time_zone(params.time_zone)
    if params.operation == "now":
        return dates.format_date(ctx.now().astimezone(zone), params.output_format)
    if params.value is None:
        raise NodeFailed(f"the operation {params.operation} needs a date; 'value' is null")
    moment = dates.parse_date(params.value, params.input_format, zone)
    if params.operation == "difference":
        if params.other is None:
            raise NodeFailed("the operation difference needs a second date; 'other' is null")
        other = dates.parse_date(params.other, params.input_format, zone)
        return dates.difference(moment, other, params.unit)
    if params.operation == "extract":
        return _part(moment, params.part)
    if params.operation in {"add", "subtract"}:
        sign = 1 if params.operation == "add" else -1
        moment = dates.add(moment, sign * params.amount, params.unit)
    elif params.operation == "start_of":
        moment = dates.start_of(moment, params.unit)
    elif params.operation == "end_of":
        moment = dates.end_of(moment, params.unit)
    elif params.operation == "round":
        moment = dates.nearest(moment, params.unit)
    return dates.format_date(moment, params.output_format)


def _part(moment: datetime, part: Part) -> int:
    parts: dict[Part, int] = {
        "year": moment.year,
        "quarter": (moment.month + 2) // 3,
        "month": moment.month,
        "week": moment.isocalendar().week,
        "day": moment.day,
        "day_of_year": moment.timetuple().tm_yday,
        "weekday": moment.isoweekday(),
        "hour": moment.hour,
        "minute": moment.minute,
        "second": moment.second,
        "millisecond": moment.microsecond // 1000,
    }
    return parts[part]
