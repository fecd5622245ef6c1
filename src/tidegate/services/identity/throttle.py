"""Slows down whoever guesses passwords: by address of the person, and by network address."""

import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Final

from tidegate.errors import UserError

FREE_TRIES: Final = 5
FREE_TRIES_OF_A_NETWORK: Final = 50
FIRST_PAUSE: Final = 2.0
MAX_PAUSE: Final = 900.0
FORGET_AFTER: Final = 3600.0
MAX_KNOWN: Final = 10_000


class TooManyTries(UserError):
    """It was tried too often; wait ``retry_after`` seconds."""

    code = "TOO_MANY_TRIES"
    http_status = 429


class Throttle:
    """Counts failures in this process; each one after the free ones doubles the pause."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._known: OrderedDict[str, tuple[int, float]] = OrderedDict()

    def check(self, person: str, network: str) -> None:
        """Go on only if the pause is over.

        Raises:
            TooManyTries: it is not.
        """
        pause = max(
            self._pause(f"person {person}", FREE_TRIES),
            self._pause(f"network {network}", FREE_TRIES_OF_A_NETWORK),
        )
        if pause > 0:
            seconds = int(pause) + 1
            raise TooManyTries(
                f"too many failed tries; wait {seconds} s before the next", retry_after=seconds
            )

    def failed(self, person: str, network: str) -> None:
        """Count a failure."""
        for key in (f"person {person}", f"network {network}"):
            count, at = self._known.pop(key, (0, 0.0))
            now = self._clock()
            self._known[key] = (count + 1 if now - at < FORGET_AFTER else 1, now)
        while len(self._known) > MAX_KNOWN:
            self._known.popitem(last=False)

    def succeeded(self, person: str) -> None:
        """Forget the failures of somebody who knew the password."""
        self._known.pop(f"person {person}", None)

    def _pause(self, key: str, free: int) -> float:
        count, at = self._known.get(key, (0, 0.0))
        if count < free:
            return 0.0
        pause = min(MAX_PAUSE, FIRST_PAUSE * 2.0 ** min(20, count - free))
        return at + pause - self._clock()
