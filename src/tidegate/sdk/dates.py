"""Dates and times with time zones: read, write, and reckon with them.

Days and longer units are reckoned on the wall clock of the time zone, hours and shorter ones in
elapsed time: a day later is the same time of day, even when the clocks change in between, and 24
hours later is 24 hours later. A time of day that the clocks skip becomes the one after the gap.
"""

import re
from calendar import monthrange
from datetime import UTC, datetime, timedelta, tzinfo
from email.utils import format_datetime, parsedate_to_datetime
from functools import lru_cache
from typing import Any, Final, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from tidegate.errors import NodeFailed
from tidegate.sdk.values import shown

Unit = Literal[
    "years", "quarters", "months", "weeks", "days", "hours", "minutes", "seconds", "milliseconds"
]

_MONTHS: Final = {"years": 12, "quarters": 3, "months": 1}
_DAYS: Final = {"weeks": 7, "days": 1}
_ELAPSED: Final = {
    "hours": timedelta(hours=1),
    "minutes": timedelta(minutes=1),
    "seconds": timedelta(seconds=1),
    "milliseconds": timedelta(milliseconds=1),
}
_DIRECTIVES: Final = frozenset("aAbBdfGHIjmMpSuUVwWyYzZ%")
_LONGEST_PATTERN: Final = 200
_YEARS: Final = frozenset("YyG")
_MILLISECONDS_FROM: Final = 1e11
"""Numbers from here on are taken for milliseconds; as seconds they would be the year 5138."""


@lru_cache(maxsize=256)
def time_zone(name: str) -> tzinfo:
    """The IANA time zone of that name.

    Raises:
        NodeFailed: there is none.
    """
    if name == "UTC":
        return UTC
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise NodeFailed(
            f"there is no time zone {shown(name)}; write an IANA name such as Europe/Berlin or UTC"
        ) from None


def check_pattern(pattern: str) -> str:
    """The pattern, if it holds only directives that are the same on all systems.

    Raises:
        NodeFailed: it does not. (The system's own ``strftime`` knows widths, ``%999999999d``.)
    """
    for directive in re.findall(r"%(.?)", pattern, re.DOTALL):
        if directive not in _DIRECTIVES or not directive:
            raise NodeFailed(
                f"the format {shown(pattern)} holds %{directive}, which is not known; known are "
                + " ".join(f"%{letter}" for letter in sorted(_DIRECTIVES))
            )
    if len(pattern) > _LONGEST_PATTERN:
        raise NodeFailed(f"a format may have {_LONGEST_PATTERN} characters at most")
    return pattern


def parse_date(value: Any, pattern: str, zone: tzinfo) -> datetime:
    """A date of JSON as a datetime in the time zone.

    Args:
        value: text, or a number of seconds or milliseconds since 1970.
        pattern: ``auto`` (ISO 8601, RFC 2822, or a number), ``unix``, ``unix_ms``, or a pattern.
        zone: what a text without an offset is in, and what the result is in.

    Raises:
        NodeFailed: it is no date, or not in the pattern.
    """
    try:
        if type(value) is int or type(value) is float:
            return _from_number(value, pattern).astimezone(zone)
        if type(value) is str and pattern in {"unix", "unix_ms"}:
            return _from_number(float(value), pattern).astimezone(zone)
        if type(value) is str:
            parsed = _from_text(value.strip(), pattern)
            return settle(parsed.replace(tzinfo=zone) if parsed.tzinfo is None else parsed, zone)
    except (ValueError, OverflowError, TypeError, re.error):
        pass
    expected = {"auto": "ISO 8601, such as 2024-05-01T12:00:00Z", "unix": "seconds since 1970"}
    raise NodeFailed(
        f"{shown(value)} is not a date; expected {expected.get(pattern, f'the format {pattern}')}"
    )


def _from_number(value: float, pattern: str) -> datetime:
    in_milliseconds = pattern == "unix_ms" or (
        pattern != "unix" and abs(value) >= _MILLISECONDS_FROM
    )
    unit = timedelta(milliseconds=1) if in_milliseconds else timedelta(seconds=1)
    return datetime(1970, 1, 1, tzinfo=UTC) + value * unit


def _from_text(text: str, pattern: str) -> datetime:
    if pattern != "auto":
        check_pattern(pattern)
        if not _YEARS & set(re.findall("%(.)", pattern)):
            # As Python has it without a year; it warns, because not every day is in that one.
            text, pattern = f"1900 {text}", f"%Y {pattern}"
        return datetime.strptime(text, pattern)  # noqa: DTZ007 - the caller adds it
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return parsedate_to_datetime(text)


def settle(moment: datetime, zone: tzinfo) -> datetime:
    """The moment in the zone; a time of day that the clocks skip becomes one that exists."""
    return moment.astimezone(UTC).astimezone(zone)


def iso_text(moment: datetime) -> str:
    """ISO 8601, with ``Z`` for UTC and as many digits of a second as it needs."""
    digits = "seconds"
    if moment.microsecond:
        digits = "microseconds" if moment.microsecond % 1000 else "milliseconds"
    text = moment.isoformat(timespec=digits)
    return text.removesuffix("+00:00") + "Z" if moment.tzinfo is UTC else text


def format_date(moment: datetime, pattern: str) -> Any:
    """The moment as text or, for ``unix`` and ``unix_ms``, as a number.

    Args:
        moment: in the time zone that it is shown in.
        pattern: ``iso``, ``date``, ``time``, ``unix``, ``unix_ms``, ``rfc2822`` or a pattern.
    """
    if pattern == "iso":
        return iso_text(moment)
    if pattern == "date":
        return moment.date().isoformat()
    if pattern == "time":
        return moment.time().isoformat(timespec="seconds")
    if pattern == "rfc2822":
        return format_datetime(moment)
    if pattern in {"unix", "unix_ms"}:
        return whole(
            (moment - datetime(1970, 1, 1, tzinfo=UTC))
            / timedelta(**{"seconds" if pattern == "unix" else "milliseconds": 1})
        )
    return moment.strftime(check_pattern(pattern))


def whole(number: float) -> int | float:
    """The number as an integer where it is one."""
    return int(number) if number == int(number) else number


def add(moment: datetime, amount: float, unit: Unit) -> datetime:
    """The moment that is so many units later (or earlier, for a negative amount).

    The 31st becomes the last day of a shorter month.

    Raises:
        NodeFailed: a fraction of a day or of a longer unit.
        OverflowError, ValueError: outside of the years 1 to 9999.
    """
    zone = moment.tzinfo or UTC
    if unit in _ELAPSED:
        return (moment.astimezone(UTC) + amount * _ELAPSED[unit]).astimezone(zone)
    if amount != int(amount):
        raise NodeFailed(f"{amount} {unit}: only hours and shorter units may have a fraction")
    if unit in _DAYS:
        return settle(moment + timedelta(days=int(amount) * _DAYS[unit]), zone)
    months = moment.year * 12 + moment.month - 1 + int(amount) * _MONTHS[unit]
    year, month = divmod(months, 12)
    if not 1 <= year <= 9999:
        raise OverflowError
    day = min(moment.day, monthrange(year, month + 1)[1])
    return settle(moment.replace(year=year, month=month + 1, day=day), zone)


def start_of(moment: datetime, unit: Unit) -> datetime:
    """The beginning of the year, month, week (Monday), ... that the moment is in."""
    zone = moment.tzinfo or UTC
    if unit == "milliseconds":
        return moment.replace(microsecond=moment.microsecond // 1000 * 1000)
    if unit in _ELAPSED:
        second = moment.second if unit == "seconds" else 0
        minute = 0 if unit == "hours" else moment.minute
        return moment.replace(minute=minute, second=second, microsecond=0)
    day = moment.replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
    if unit == "weeks":
        day -= timedelta(days=day.weekday())
    elif unit in _MONTHS:
        step = _MONTHS[unit]
        day = day.replace(day=1, month=(day.month - 1) // step * step + 1)
    return settle(day, zone)


def end_of(moment: datetime, unit: Unit) -> datetime:
    """The last millisecond of the year, month, week, ... that the moment is in."""
    return add(next_start(moment, unit), -1, "milliseconds")


def next_start(moment: datetime, unit: Unit) -> datetime:
    """The beginning of the next year, month, week, ..."""
    return start_of(add(start_of(moment, unit), 1, unit), unit)


def nearest(moment: datetime, unit: Unit) -> datetime:
    """The beginning of a unit that is closest to the moment; the later one in the middle."""
    before, after = start_of(moment, unit), next_start(moment, unit)
    now, low, high = (point.astimezone(UTC) for point in (moment, before, after))
    return before if now - low < high - now else after


def difference(start: datetime, end: datetime, unit: Unit) -> int | float:
    """How many units lie between two moments in the same zone; negative where ``end`` is first."""
    elapsed = end.astimezone(UTC) - start.astimezone(UTC)
    if unit in _ELAPSED:
        return whole(elapsed / _ELAPSED[unit])
    count = _estimate(start, end, unit)
    step = 1 if elapsed >= timedelta(0) else -1
    while _reaches(start, count + step, unit, end, step):
        count += step
    while count and not _reaches(start, count, unit, end, step):
        count -= step
    below, above = add(start, count, unit), add(start, count + step, unit)
    part = (end.astimezone(UTC) - below.astimezone(UTC)) / (
        above.astimezone(UTC) - below.astimezone(UTC)
    )
    return whole(round(count + step * part, 9))


def _estimate(start: datetime, end: datetime, unit: Unit) -> int:
    if unit in _DAYS:
        return (end.date() - start.date()).days // _DAYS[unit]
    return ((end.year - start.year) * 12 + end.month - start.month) // _MONTHS[unit]


def _reaches(start: datetime, count: int, unit: Unit, end: datetime, step: int) -> bool:
    """Whether ``count`` units after the start is not past the end, in the direction of it."""
    point = add(start, count, unit).astimezone(UTC)
    return point <= end.astimezone(UTC) if step > 0 else point >= end.astimezone(UTC)
