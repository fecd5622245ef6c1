"""What each host bears: places, pauses and a circuit breaker, shared by everything in the process.

- So many requests at once go to a host. An answer 429, or 503 with Retry-After, halves that number;
  each good answer brings a part of a place back (additive increase, multiplicative decrease).
- ``Retry-After``, or a RateLimit header without anything left, pauses the host, a minute at most.
- A host that can't be reached, or answers 502, 503 or 504, so many times without a good answer
  between is not asked for a while (open); then one request tries (half open).

Timeouts that a node chose itself are no failures here: one workflow must not close a host for
others by being impatient.
"""

import asyncio
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Literal, NamedTuple

from tidegate.egress.errors import Reason, failure
from tidegate.egress.rate_limits import asked_pause
from tidegate.errors import HttpError, HttpErrorType
from tidegate.log import get_logger

MAX_PAUSE: Final = 60.0
MAX_HOSTS: Final = 10_000
_UNREACHED: Final = frozenset(
    {
        HttpErrorType.CONNECTION_REFUSED,
        HttpErrorType.CONNECTION_RESET,
        HttpErrorType.NETWORK_UNREACHABLE,
    }
)
_DOWN: Final = frozenset({502, 503, 504})
_NARROW_SECONDS: Final = 1.0
"""Requests that were under way together are refused together: they halve the places once."""

Values = Callable[[str], Sequence[str]]
"""Every value of an answer's header, by its name."""


class TrafficLimits(NamedTuple):
    """``places`` at once for each host; ``failures`` that open its circuit (0: never)."""

    places: int = 100
    failures: int = 20
    open_seconds: float = 30.0


@dataclass(frozen=True, slots=True)
class HostStatus:
    """What is known of a host now; times are seconds from now."""

    host: str
    circuit: Literal["closed", "open", "half_open"]
    failures: int
    places: int
    in_flight: int
    waiting: int
    paused_for: float
    open_for: float


class HostTraffic:
    """One host. Belongs to one event loop; entering a free host costs a comparison or two."""

    __slots__ = (
        "_in_flight",
        "_limits",
        "_narrowed_at",
        "_open_until",
        "_paused_until",
        "_places",
        "_timer",
        "_trying",
        "_waiting",
        "failures",
        "host",
    )

    def __init__(self, host: str, limits: TrafficLimits) -> None:
        self.host = host
        self.failures = 0
        self._limits = limits
        self._places = float(limits.places)
        self._in_flight = 0
        self._waiting: deque[asyncio.Future[None]] = deque()
        self._paused_until = self._open_until = self._narrowed_at = 0.0
        self._trying = False
        self._timer: asyncio.TimerHandle | None = None

    @property
    def is_idle(self) -> bool:
        """Whether it could be forgotten without a difference."""
        return not (self._in_flight or self._waiting or self.failures or self._paused_until)

    def enter(self) -> bool:
        """Take a place; False where there is none now, then :meth:`wait`.

        Raises:
            HttpError: CIRCUIT_OPEN.
        """
        if self._open_until:
            self._check_circuit()
        if self._waiting or self._in_flight >= int(self._places) or self._pause() > 0:
            return False
        self._in_flight += 1
        return True

    async def wait(self) -> None:
        """Wait for a place; first come, first served.

        Raises:
            HttpError: CIRCUIT_OPEN, where that happens meanwhile.
        """
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append(future)
        self._let_in()
        try:
            await future
        except asyncio.CancelledError:
            if future.done() and not future.cancelled() and future.exception() is None:
                self.leave()  # it was handed over in the moment of the cancellation
            elif future in self._waiting:
                self._waiting.remove(future)
            self._trying = False
            raise

    def leave(self) -> None:
        """Give a place back."""
        self._in_flight -= 1
        if self._waiting:
            self._let_in()

    def answered(self, status: int, values: Values) -> None:
        """The host answered: slow down, go on, or count it as down."""
        pause = asked_pause(status, values)
        if pause:
            self._paused_until = max(self._paused_until, time.monotonic() + min(pause, MAX_PAUSE))
        if status == 429 or (status == 503 and pause):
            self._narrow()
        elif self._places < self._limits.places:
            self._places = min(self._limits.places, self._places + 1 / self._places)
        if status in _DOWN and not pause:
            self._fail()
        elif self.failures:
            self._recover()

    def failed(self, error: BaseException | None) -> None:
        """There was no answer; ``error`` says why."""
        self._trying = False
        if isinstance(error, HttpError):
            phase = error.details.get("phase")
            if error.type in _UNREACHED and phase != "body":
                self._fail()

    def status(self) -> HostStatus:
        """What is known now."""
        now = time.monotonic()
        left = max(0.0, self._open_until - now)
        circuit: Literal["closed", "open", "half_open"] = "closed"
        if self._open_until:
            circuit = "open" if left else "half_open"
        return HostStatus(
            self.host,
            circuit,
            self.failures,
            int(self._places),
            self._in_flight,
            len(self._waiting),
            round(max(0.0, self._pause()), 3),
            round(left, 3),
        )

    def _pause(self) -> float:
        if not self._paused_until:
            return 0.0
        left = self._paused_until - time.monotonic()
        if left <= 0:
            self._paused_until = 0.0
        return left

    def _let_in(self) -> None:
        pause = self._pause()
        if pause > 0:
            if self._timer is None and self._waiting:
                self._timer = asyncio.get_running_loop().call_later(pause, self._resume)
            return
        while self._waiting and self._in_flight < int(self._places):
            future = self._waiting.popleft()
            if not future.done():
                self._in_flight += 1
                future.set_result(None)

    def _resume(self) -> None:
        self._timer = None
        self._let_in()

    def _narrow(self) -> None:
        now = time.monotonic()
        if now - self._narrowed_at >= _NARROW_SECONDS:
            self._narrowed_at = now
            self._places = max(1.0, min(self._places, self._in_flight + 1) / 2)

    def _fail(self) -> None:
        self._trying = False
        self.failures += 1
        if self._limits.failures and self.failures >= self._limits.failures:
            is_new = not self._open_until
            self._open_until = time.monotonic() + self._limits.open_seconds
            if is_new:
                get_logger().warning("egress.circuit", host=self.host, circuit="open")
            while self._waiting:
                future = self._waiting.popleft()
                if not future.done():
                    future.set_exception(self._refusal(self._limits.open_seconds))

    def _recover(self) -> None:
        self._trying = False
        if self._open_until:
            get_logger().warning("egress.circuit", host=self.host, circuit="closed")
        self.failures, self._open_until = 0, 0.0

    def _check_circuit(self) -> None:
        left = self._open_until - time.monotonic()
        if left <= 0 and not self._trying:
            self._trying = True  # half open: this one tries
            return
        raise self._refusal(max(left, 1.0))

    def _refusal(self, seconds: float) -> HttpError:
        error = failure(
            Reason.CIRCUIT,
            f"{self.host} failed {self.failures} times in a row; it is not asked for another "
            f"{seconds:.0f} s",
            circuit={"host": self.host, "state": "open", "failures": self.failures},
        )
        assert isinstance(error, HttpError)
        error.retry_after, error.retryable = seconds, True
        return error


class Traffic:
    """The hosts that this process asks."""

    def __init__(self, limits: TrafficLimits | None = None) -> None:
        self._limits = limits or TrafficLimits()
        self._hosts: dict[tuple[str, int], HostTraffic] = {}

    def of(self, host: str, port: int) -> HostTraffic:
        """One host and port."""
        key = (host, port)
        found = self._hosts.get(key)
        if found is None:
            if len(self._hosts) >= MAX_HOSTS:
                self._hosts = {k: h for k, h in self._hosts.items() if not h.is_idle}
            found = self._hosts[key] = HostTraffic(f"{host}:{port}", self._limits)
        return found

    def status(self) -> Sequence[HostStatus]:
        """Every host that was asked lately: for people who wonder why nothing moves."""
        return [host.status() for host in self._hosts.values()]
