"""How long a server asks to be left alone."""

import re
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final

_NUMBER: Final = re.compile(r"[0-9]{1,12}(?:\.[0-9]{1,6})?", re.ASCII)
_POLICY_ITEM: Final = re.compile(r";\s*(?P<key>[rt])\s*=\s*(?P<value>[0-9]{1,12})", re.ASCII)
_EPOCH: Final = 1_000_000_000
"""A reset above this is a moment (seconds since 1970), below it a duration."""

Values = Callable[[str], Sequence[str]]


def asked_pause(status: int, values: Values) -> float:
    """The seconds to wait, as the answer says; 0 where it says nothing.

    ``Retry-After`` (RFC 9110, section 10.2.3) with the statuses 429 and 503, the header
    ``RateLimit`` of draft-ietf-httpapi-ratelimit-headers with ``r=0``, and the older pair
    ``(X-)RateLimit-Remaining: 0`` with ``(X-)RateLimit-Reset``.
    """
    if status in (429, 503) and (pause := retry_after(values("retry-after"))):
        return pause
    policy = values("ratelimit")
    if policy:
        found = {match["key"]: int(match["value"]) for match in _POLICY_ITEM.finditer(policy[0])}
        if found.get("r") == 0:
            return float(found.get("t", 0))
    for prefix in ("x-ratelimit-", "ratelimit-"):
        remaining = values(f"{prefix}remaining")
        if remaining and remaining[0].strip() == "0":
            return _until(values(f"{prefix}reset"))
    return 0.0


def retry_after(found: Sequence[str]) -> float:
    """The seconds of a Retry-After header: a number, or until a date; 0 where there is none."""
    text = found[0].strip() if found else ""
    if _NUMBER.fullmatch(text):
        return float(text)
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return 0.0
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, (moment - datetime.now(UTC)).total_seconds())


def _until(reset: Sequence[str]) -> float:
    text = reset[0].strip() if reset else ""
    if not _NUMBER.fullmatch(text):
        return 0.0
    value = float(text)
    return max(0.0, value - time.time()) if value > _EPOCH else value
