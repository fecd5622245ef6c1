"""Dates as text: the directives of ``strftime``, the same on every system and in English."""

import re
from collections.abc import Callable
from datetime import date, datetime
from typing import Final

from tidegate.errors import ExpressionError

MAX_FORMAT: Final = 200

DAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS: Final = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


def _offset(moment: datetime) -> str:
    seconds = int((moment.utcoffset() or moment - moment).total_seconds())
    sign = "-" if seconds < 0 else "+"
    minutes, rest = divmod(abs(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{sign}{hours:02}{minutes:02}" + (f"{rest:02}" if rest else "")


DIRECTIVES: Final[dict[str, tuple[Callable[[datetime], str], str]]] = {
    "Y": (lambda d: f"{d.year:04}", "year"),
    "y": (lambda d: f"{d.year % 100:02}", "year, two digits"),
    "m": (lambda d: f"{d.month:02}", "month"),
    "d": (lambda d: f"{d.day:02}", "day"),
    "H": (lambda d: f"{d.hour:02}", "hour"),
    "I": (lambda d: f"{d.hour % 12 or 12:02}", "hour, 01 to 12"),
    "p": (lambda d: "AM" if d.hour < 12 else "PM", "AM or PM"),
    "M": (lambda d: f"{d.minute:02}", "minute"),
    "S": (lambda d: f"{d.second:02}", "second"),
    "f": (lambda d: f"{d.microsecond:06}", "microsecond"),
    "a": (lambda d: DAYS[d.weekday()][:3], "day of the week, short"),
    "A": (lambda d: DAYS[d.weekday()], "day of the week"),
    "u": (lambda d: str(d.isoweekday()), "day of the week, Monday is 1"),
    "b": (lambda d: MONTHS[d.month - 1][:3], "month's name, short"),
    "B": (lambda d: MONTHS[d.month - 1], "month's name"),
    "j": (lambda d: f"{d.timetuple().tm_yday:03}", "day of the year"),
    "V": (lambda d: f"{d.isocalendar().week:02}", "week of the year (ISO)"),
    "G": (lambda d: f"{d.isocalendar().year:04}", "year of that week"),
    "z": (_offset, "offset from UTC"),
    "Z": (lambda d: d.tzname() or "", "time zone"),
    "s": (lambda d: str(int(d.timestamp())), "seconds since 1970"),
    "F": (lambda d: d.date().isoformat(), "the same as %Y-%m-%d"),
    "T": (lambda d: f"{d:%H:%M:%S}", "the same as %H:%M:%S"),
    "%": (lambda _: "%", "a percent sign"),
}

_DIRECTIVE: Final = re.compile(r"%(.?)", re.DOTALL)
_PARSED: Final = frozenset("YymdHIpMSfaAbBjzZ%")


def format_moment(moment: datetime | date, pattern: str) -> str:
    """``moment`` as ``pattern`` says; a date is its midnight.

    Raises:
        ExpressionError: the pattern is too long or has an unknown directive.
    """
    _check(pattern)
    full = (
        moment if isinstance(moment, datetime) else datetime(moment.year, moment.month, moment.day)  # noqa: DTZ001 - a date has no zone
    )

    def one(match: re.Match[str]) -> str:
        directive = DIRECTIVES.get(match[1])
        if directive is None:
            raise ExpressionError(
                f"no date directive '%{match[1]}'; there are: %{' %'.join(DIRECTIVES)}"
            )
        return directive[0](full)

    return _DIRECTIVE.sub(one, pattern)


def parse_moment(text: str, pattern: str) -> datetime:
    """The moment that ``text`` names in the form of ``pattern``; without a zone if it has none.

    Raises:
        ExpressionError: the text does not have this form, or the pattern is wrong.
    """
    _check(pattern)
    used = [directive for directive in _DIRECTIVE.findall(pattern) if directive != "%"]
    for directive in used:
        if directive not in _PARSED:
            raise ExpressionError(f"'%{directive}' can't be used to read a date")
        if used.count(directive) > 1:
            raise ExpressionError(f"'%{directive}' stands in the format twice")
    # Python warns of formats without a year, since 29 February is not in its default one.
    full = (text, pattern) if {"Y", "y"} & {*used} else (f"1900 {text}", f"%Y {pattern}")
    try:
        return datetime.strptime(*full)  # noqa: DTZ007 - the caller adds the zone
    except (ValueError, IndexError):
        raise ExpressionError(f"{text[:40]!r} is not a date of the form {pattern[:40]!r}") from None


def _check(pattern: str) -> None:
    if len(pattern) > MAX_FORMAT:
        raise ExpressionError(f"a date format has at most {MAX_FORMAT} characters")
