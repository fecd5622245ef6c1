"""Points in time at which something happens again and again.

Cron expressions have five fields, or six with seconds first. A five-field expression with a fixed
time of day follows the wall clock as Debian's cron does: a time that the clocks skip happens after
the gap, one that they repeat happens once. Intervals are elapsed time and know no clock changes.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Final

from tidegate.errors import InvalidInput
from tidegate.sdk.dates import time_zone

MAX_CRON_LENGTH: Final = 200
UNIT_SECONDS: Final = {"seconds": 1, "minutes": 60, "hours": 3600, "days": 86_400}
"""Units of elapsed time that people choose; a day is 24 hours."""
_SECOND: Final = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Schedule:
    """Exactly one of ``cron``, ``every`` (seconds) and ``times`` says when.

    ``timezone`` is an IANA name for ``cron``; ``start`` is where intervals are counted from.
    """

    cron: str | None = None
    every: int | None = None
    times: Sequence[datetime] = ()
    timezone: str = "UTC"
    start: datetime = field(default=datetime(1970, 1, 1, tzinfo=UTC))

    def check(self) -> None:
        """Make sure that it can be followed.

        Raises:
            InvalidInput: saying what is wrong with the cron expression or the interval.
            NodeFailed: there is no such time zone.
        """
        zone = time_zone(self.timezone)
        if self.every is not None and self.every < 1:
            raise InvalidInput("an interval is at least a second")
        if self.cron is None:
            return
        if len(self.cron) > MAX_CRON_LENGTH:
            raise InvalidInput(f"a cron expression has at most {MAX_CRON_LENGTH} characters")
        from cronsim import CronSim, CronSimError  # noqa: PLC0415 - only where schedules are

        try:
            CronSim(self.cron, datetime.now(zone))
        except CronSimError as error:
            raise InvalidInput(
                f"{self.cron!r} is no cron expression ({error}); it has five fields (minute, hour, "
                "day of month, month, day of week), or six with seconds first: 0 9 * * MON-FRI"
            ) from None

    def after(self, moment: datetime) -> Iterator[datetime]:
        """The times after ``moment``, in UTC, in their order; endless but for ``times``."""
        if self.cron is not None:
            from cronsim import CronSim  # noqa: PLC0415 - only where schedules are

            for found in CronSim(self.cron, moment.astimezone(time_zone(self.timezone))):
                yield found.astimezone(UTC)
        elif self.every is not None:
            passed = (moment - self.start) // timedelta(seconds=self.every)
            following = self.start + timedelta(seconds=self.every) * max(0, passed + 1)
            while True:
                yield following.astimezone(UTC)
                following += timedelta(seconds=self.every)
        else:
            yield from sorted(time.astimezone(UTC) for time in self.times if time > moment)

    def until(self, moment: datetime) -> Iterator[datetime]:
        """The times up to ``moment`` and with it, in UTC, the last one first."""
        if self.cron is not None:
            from cronsim import CronSim  # noqa: PLC0415 - only where schedules are

            later = (moment + _SECOND).astimezone(time_zone(self.timezone))
            for found in CronSim(self.cron, later, reverse=True):
                if found <= moment:
                    yield found.astimezone(UTC)
        elif self.every is not None:
            number = (moment - self.start) // timedelta(seconds=self.every)
            while number >= 0:
                yield (self.start + timedelta(seconds=self.every) * number).astimezone(UTC)
                number -= 1
        else:
            passed = (time.astimezone(UTC) for time in self.times if time <= moment)
            yield from sorted(passed, reverse=True)

    def next(self, moment: datetime) -> datetime | None:
        """The first time after ``moment``; None where there is none any more."""
        return next(self.after(moment), None)

    def upcoming(self, moment: datetime, count: int) -> list[datetime]:
        """The next ``count`` times after ``moment``."""
        return list(islice(self.after(moment), count))
