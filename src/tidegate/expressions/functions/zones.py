"""Time zones by name."""

import re
from datetime import UTC, timedelta, timezone, tzinfo
from functools import cache
from importlib.resources import files
from typing import Any, Final
from zoneinfo import ZoneInfo

from tidegate.errors import ExpressionError
from tidegate.expressions.hints import nearest
from tidegate.expressions.values import need_text

_OFFSET: Final = re.compile(r"([+-])([01][0-9]|2[0-3]):([0-5][0-9])")
_opened: Final[dict[str, tzinfo]] = {"UTC": UTC, "Z": UTC}
"""Only zones that exist get in, a few hundred at most."""


@cache
def _names() -> frozenset[str]:
    """The zones of the time zone database, the same on every system."""
    return frozenset(files("tzdata").joinpath("zones").read_text().split())


def find_zone(name: Any) -> tzinfo:
    """The zone called ``Europe/Berlin``, ``UTC`` or ``+02:00``.

    Raises:
        ExpressionError: there is no such zone.
    """
    found = _opened.get(need_text(name, "the time zone"))
    if found is not None:
        return found
    offset = _OFFSET.fullmatch(name)
    if offset:
        sign, hours, minutes = offset.groups()
        shift = timedelta(hours=int(hours), minutes=int(minutes))
        return timezone(-shift if sign == "-" else shift)
    # A zone is read from a file, so the name of any other file must not get that far.
    if name in _names():
        zone = ZoneInfo(name)
        _opened[name] = zone
        return zone
    near = nearest(name, _names())
    raise ExpressionError(
        f"there is no time zone {name[:40]!r}"
        + (f"; did you mean {near!r}?" if near else "; write 'Europe/Berlin', 'UTC' or '+02:00'")
    )
