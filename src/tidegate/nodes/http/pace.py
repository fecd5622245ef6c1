"""How fast one node execution sends: so many requests a second, spaced or in bursts."""

import asyncio
import time
from typing import TYPE_CHECKING

from tidegate.sdk import Context

if TYPE_CHECKING:
    from tidegate.nodes.http.params import HttpParams


class Pace:
    """Gives turns: the generic cell rate algorithm (as in ATM Forum TM 4.0, section 4.4.2).

    ``burst`` turns may be taken at once; each comes back after ``1 / rate`` seconds.
    """

    def __init__(self, rate: float, burst: int) -> None:
        self._interval = 1 / rate
        self._tolerance = (burst - 1) * self._interval
        self._due = 0.0

    def delay(self, now: float) -> float:
        """Take the next turn; the seconds until it comes."""
        due = max(self._due, now)
        self._due = due + self._interval
        return max(0.0, due - self._tolerance - now)


async def take_turn(ctx: Context, params: "HttpParams") -> None:
    """Wait until a request may leave. The items, pages and attempts of an attempt share a pace."""
    if params.rate is None:
        return
    key = f"pace {params.rate} {params.rate_mode}"
    pace: Pace | None = ctx.shared.get(key)
    if pace is None:
        burst = max(1, int(params.rate)) if params.rate_mode == "burst" else 1
        pace = ctx.shared[key] = Pace(params.rate, burst)
    seconds = pace.delay(time.monotonic())
    if seconds > 0:
        await asyncio.sleep(seconds)
