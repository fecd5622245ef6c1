"""Dates, times and durations. Every moment has a time zone; what has none is taken as UTC."""

import calendar
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from tidegate.errors import ExpressionError
from tidegate.expressions.functions.date_formats import format_moment, parse_moment
from tidegate.expressions.functions.zones import find_zone
from tidegate.expressions.library import Topic
from tidegate.expressions.scope import Scope
from tidegate.expressions.values import kind_name, need_number, need_text, need_whole

TOPIC: Final = Topic("Dates and times")

MAX_DATE_TEXT: Final = 100
_SECONDS: Final = {
    "seconds": 1,
    "minutes": 60,
    "hours": 3_600,
    "days": 86_400,
    "weeks": 604_800,
}
_UNITS: Final = ("year", "quarter", "month", "week", "day", "hour", "minute", "second")


@TOPIC.function("now().year", 2024)
def now(scope: Scope, zone: Any = "UTC") -> datetime:
    """The present moment."""
    return scope.clock().astimezone(find_zone(zone))


@TOPIC.function("today()", "2024-02-29")
def today(scope: Scope, zone: Any = "UTC") -> date:
    """The present day in a time zone."""
    return scope.clock().astimezone(find_zone(zone)).date()


@TOPIC.function("date('2024-02-29T10:00:00+01:00')", "2024-02-29T10:00:00+01:00", name="date")
def moment(scope: Scope, value: Any, zone: Any = "UTC") -> datetime:
    """A moment from ISO text or from seconds since 1970; `zone` is for text without one."""
    return _moment(value, zone)


@TOPIC.function("parse_date('29.2.2024', '%d.%m.%Y')", "2024-02-29T00:00:00+00:00")
def parse_date(scope: Scope, text: Any, pattern: Any, zone: Any = "UTC") -> datetime:
    """The moment that a text names in the form of the pattern, such as `%d.%m.%Y %H:%M`."""
    if len(need_text(text, "the text")) > MAX_DATE_TEXT:
        raise ExpressionError(f"a date has at most {MAX_DATE_TEXT} characters")
    scope.step(20)
    parsed = parse_moment(text, need_text(pattern, "the format"))
    return parsed if parsed.tzinfo else parsed.replace(tzinfo=find_zone(zone))


@TOPIC.function("format_date('2024-02-29', '%d %B %Y')", "29 February 2024")
def format_date(scope: Scope, value: Any, pattern: Any, zone: Any = None) -> str:
    """A moment as text, in a time zone if one is given."""
    found = value if type(value) is date else _moment(value, "UTC")
    if zone is not None:
        found = _moment(value, "UTC").astimezone(find_zone(zone))
    scope.step(5)
    scope.charge(4096)
    return format_moment(found, need_text(pattern, "the format"))


@TOPIC.function("in_zone('2024-02-29T12:00:00Z', 'Asia/Tokyo').hour", 21)
def in_zone(scope: Scope, value: Any, zone: Any) -> datetime:
    """The same moment on the clocks of another time zone."""
    return _moment(value, "UTC").astimezone(find_zone(zone))


@TOPIC.function("date_add('2024-01-31', months=1)", "2024-02-29T00:00:00+00:00")
def date_add(
    scope: Scope,
    value: Any,
    *,
    years: int = 0,
    months: int = 0,
    weeks: float = 0,
    days: float = 0,
    hours: float = 0,
    minutes: float = 0,
    seconds: float = 0,
) -> datetime:
    """A moment later (or earlier, with negative numbers); months end with their last day.

    Days and weeks keep the time of day, hours and less are exact, as summer time demands.
    """
    start = _moment(value, "UTC")
    month = (
        start.year * 12
        + (start.month - 1)
        + need_whole(years, "years") * 12
        + need_whole(months, "months")
    )
    year, index = divmod(month, 12)
    if not 1 <= year <= 9999:
        raise ExpressionError("dates reach from the year 1 to 9999")
    day = min(start.day, calendar.monthrange(year, index + 1)[1])
    shifted = start.replace(year=year, month=index + 1, day=day) + timedelta(
        weeks=need_number(weeks, "weeks"), days=need_number(days, "days")
    )
    exact = timedelta(
        hours=need_number(hours, "hours"),
        minutes=need_number(minutes, "minutes"),
        seconds=need_number(seconds, "seconds"),
    )
    return (shifted.astimezone(UTC) + exact).astimezone(shifted.tzinfo) if exact else shifted


@TOPIC.function("date_diff('2024-03-01', '2024-02-01', 'days')", 29.0)
def date_diff(scope: Scope, later: Any, earlier: Any, unit: Any = "days") -> float:
    """How much later the first moment is: in seconds, minutes, hours, days, weeks or months."""
    end, start = _moment(later, "UTC"), _moment(earlier, "UTC")
    if need_text(unit, "unit") in ("months", "years"):
        months = _months_between(end, start)
        return months / 12 if unit == "years" else months
    if unit not in _SECONDS:
        raise ExpressionError(
            f"no unit {unit[:40]!r}; there are: {', '.join(_SECONDS)}, months, years"
        )
    return (end - start).total_seconds() / _SECONDS[unit]


@TOPIC.function("start_of('2024-02-29T12:30:00Z', 'month')", "2024-02-01T00:00:00+00:00")
def start_of(scope: Scope, value: Any, unit: Any) -> datetime:
    """The beginning of the year, quarter, month, week (Monday), day, hour, minute or second."""
    return _start(_moment(value, "UTC"), _unit(unit))


@TOPIC.function("end_of('2024-02-10', 'month')", "2024-02-29T23:59:59.999999+00:00")
def end_of(scope: Scope, value: Any, unit: Any) -> datetime:
    """The last microsecond of the year, quarter, month, week, day, hour, minute or second."""
    begin = _start(_moment(value, "UTC"), _unit(unit))
    if unit in ("year", "quarter", "month"):
        months = {"year": 12, "quarter": 3, "month": 1}[unit]
        after = date_add(scope, begin, months=months)
    else:
        after = date_add(scope, begin, **{f"{unit}s": 1})
    return after - timedelta(microseconds=1)


@TOPIC.function("duration(hours=1, minutes=30)", 5400.0)
def duration(
    scope: Scope,
    *,
    weeks: float = 0,
    days: float = 0,
    hours: float = 0,
    minutes: float = 0,
    seconds: float = 0,
) -> timedelta:
    """A length of time, to add to a date; as a result it is a number of seconds."""
    parts = {"weeks": weeks, "days": days, "hours": hours, "minutes": minutes, "seconds": seconds}
    return timedelta(**{name: need_number(number, name) for name, number in parts.items()})


@TOPIC.function("date('2024-02-28') + days(2)", "2024-03-01T00:00:00+00:00")
def days(scope: Scope, number: Any) -> timedelta:
    """So many days, to add to a date."""
    return timedelta(days=need_number(number, "the argument"))


@TOPIC.function("date('2024-02-28') + hours(36)", "2024-02-29T12:00:00+00:00")
def hours(scope: Scope, number: Any) -> timedelta:
    """So many hours, to add to a date."""
    return timedelta(hours=need_number(number, "the argument"))


@TOPIC.function("date('2024-02-28') + minutes(90)", "2024-02-28T01:30:00+00:00")
def minutes(scope: Scope, number: Any) -> timedelta:
    """So many minutes, to add to a date."""
    return timedelta(minutes=need_number(number, "the argument"))


@TOPIC.method(datetime, "date('2024-02-29').isoformat()", "2024-02-29T00:00:00+00:00")
def isoformat(scope: Scope, value: datetime) -> str:
    """As ISO 8601 text."""
    return value.isoformat()


@TOPIC.method(datetime, "date('2024-02-29').strftime('%d.%m.%Y')", "29.02.2024")
def strftime(scope: Scope, value: datetime, pattern: Any) -> str:
    """As text in the form of the pattern."""
    return format_date(scope, value, pattern)


@TOPIC.method(datetime, "date('1970-01-02').timestamp()", 86400.0)
def timestamp(scope: Scope, value: datetime) -> float:
    """Seconds since the start of 1970 (UTC)."""
    return value.timestamp()


@TOPIC.method(datetime, "date('2024-02-29T12:00:00Z').date()", "2024-02-29", name="date")
def day_of(scope: Scope, value: datetime) -> date:
    """Its day, without the time."""
    return value.date()


@TOPIC.method(datetime, "date('2024-02-29').weekday()", 3)
def weekday(scope: Scope, value: datetime) -> int:
    """The day of the week; Monday is 0."""
    return value.weekday()


@TOPIC.method(datetime, "date('2024-02-29').isoweekday()", 4)
def isoweekday(scope: Scope, value: datetime) -> int:
    """The day of the week; Monday is 1."""
    return value.isoweekday()


@TOPIC.method(date, "date('2024-02-29').date().isoformat()", "2024-02-29", name="isoformat")
def date_isoformat(scope: Scope, value: date) -> str:
    """As ISO 8601 text."""
    return value.isoformat()


@TOPIC.method(date, "date('2024-02-29').date().strftime('%d.%m.')", "29.02.", name="strftime")
def date_strftime(scope: Scope, value: date, pattern: Any) -> str:
    """As text in the form of the pattern."""
    return format_date(scope, value, pattern)


@TOPIC.method(date, "date('2024-02-29').date().weekday()", 3, name="weekday")
def date_weekday(scope: Scope, value: date) -> int:
    """The day of the week; Monday is 0."""
    return value.weekday()


@TOPIC.method(date, "date('2024-02-29').date().isoweekday()", 4, name="isoweekday")
def date_isoweekday(scope: Scope, value: date) -> int:
    """The day of the week; Monday is 1."""
    return value.isoweekday()


@TOPIC.method(timedelta, "duration(minutes=2).total_seconds()", 120.0)
def total_seconds(scope: Scope, value: timedelta) -> float:
    """Its length in seconds."""
    return value.total_seconds()


def _moment(value: Any, zone: Any) -> datetime:
    kind = type(value)
    if kind is datetime:
        found: datetime = value
    elif kind is date:
        found = datetime(value.year, value.month, value.day, tzinfo=find_zone(zone))
    elif kind is int or kind is float:
        try:
            found = datetime.fromtimestamp(value, find_zone(zone))
        except (OverflowError, ValueError, OSError):
            raise ExpressionError(
                "this number of seconds is not a date (years 1 to 9999)"
            ) from None
    else:
        if kind is not str:
            raise ExpressionError(f"a date must be ISO text or seconds, not {kind_name(value)}")
        try:
            if len(value) > MAX_DATE_TEXT:
                raise ValueError  # noqa: TRY301 - the same as any other text that is no date
            found = datetime.fromisoformat(value.strip())
        except ValueError:
            raise ExpressionError(
                f"{value[:40]!r} is not an ISO date; use parse_date(text, pattern)"
            ) from None
    return found if found.tzinfo else found.replace(tzinfo=find_zone(zone))


def _unit(unit: Any) -> str:
    if need_text(unit, "unit") not in _UNITS:
        raise ExpressionError(f"no unit {unit[:40]!r}; there are: {', '.join(_UNITS)}")
    return str(unit)


def _start(value: datetime, unit: str) -> datetime:
    if unit == "week":
        value -= timedelta(days=value.weekday())
    month = {"year": 1, "quarter": value.month - (value.month - 1) % 3}.get(unit, value.month)
    size = _UNITS.index(unit)
    return value.replace(
        month=month,
        day=1 if size <= _UNITS.index("month") else value.day,
        hour=value.hour if size >= _UNITS.index("hour") else 0,
        minute=value.minute if size >= _UNITS.index("minute") else 0,
        second=value.second if size >= _UNITS.index("second") else 0,
        microsecond=0,
    )


def _months_between(end: datetime, start: datetime) -> float:
    end = end.astimezone(start.tzinfo)
    whole = (end.year - start.year) * 12 + end.month - start.month
    anchor_day = min(start.day, calendar.monthrange(end.year, end.month)[1])
    anchor = end.replace(
        day=anchor_day,
        hour=start.hour,
        minute=start.minute,
        second=start.second,
        microsecond=start.microsecond,
    )
    length = calendar.monthrange(end.year, end.month)[1] * 86_400
    return whole + (end - anchor).total_seconds() / length


for _name in ("year", "month", "day", "hour", "minute", "second", "microsecond"):
    TOPIC.field(datetime, _name, f"Its {_name}.")
for _name in ("year", "month", "day"):
    TOPIC.field(date, _name, f"Its {_name}.")
TOPIC.field(timedelta, "days", "Its whole days.")
TOPIC.field(timedelta, "seconds", "Its seconds beyond the whole days.")
