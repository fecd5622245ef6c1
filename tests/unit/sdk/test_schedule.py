"""Times of schedules: cron over changes of the clocks, intervals, single times."""

from datetime import UTC, datetime, timedelta
from itertools import islice, takewhile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tidegate.errors import InvalidInput, NodeFailed
from tidegate.sdk.schedule import Schedule


def utc(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("cron", "zone", "moment", "following"),
    [
        # The clocks of Berlin skip 02:00 to 03:00 on 2026-03-29, and repeat it on 2026-10-25.
        ("30 2 * * *", "Europe/Berlin", "2026-03-28T12:00", ["2026-03-29T01:00", "2026-03-30T00:30"]),
        ("30 2 * * *", "Europe/Berlin", "2026-10-24T12:00", ["2026-10-25T00:30", "2026-10-26T01:30"]),
        ("0 * * * *", "Europe/Berlin", "2026-10-24T23:30", ["2026-10-25T00:00", "2026-10-25T01:00"]),
        ("0 9 * * MON-FRI", "Europe/Berlin", "2026-03-27T12:00", ["2026-03-30T07:00"]),
        ("0 9 L * *", "UTC", "2026-02-01T00:00", ["2026-02-28T09:00", "2026-03-31T09:00"]),
        ("*/20 * * * * *", "UTC", "2026-01-01T00:00:05", ["2026-01-01T00:00:20", "2026-01-01T00:00:40"]),
        ("15 10 29 2 *", "UTC", "2026-01-01T00:00", ["2028-02-29T10:15"]),
    ],
)  # fmt: skip
def test_cron_follows_the_wall_clock(cron, zone, moment, following):
    found = Schedule(cron=cron, timezone=zone).upcoming(utc(moment), len(following))
    assert found == [utc(text) for text in following]


def test_an_interval_is_counted_from_its_start_whatever_the_clocks_do():
    schedule = Schedule(every=5400, start=utc("2026-01-01T00:10"))
    assert schedule.next(utc("2026-01-01T00:10")) == utc("2026-01-01T01:40")
    assert schedule.next(utc("2020-01-01T00:00")) == utc("2026-01-01T00:10")
    assert list(schedule.until(utc("2026-01-01T03:09"))) == [
        utc("2026-01-01T01:40"), utc("2026-01-01T00:10"),
    ]  # fmt: skip


def test_single_times_end():
    times = [utc("2026-01-02T00:00"), utc("2026-01-01T00:00")]
    schedule = Schedule(times=times)
    assert schedule.upcoming(utc("2025-01-01T00:00"), 5) == sorted(times)
    assert schedule.next(times[0]) is None
    assert list(schedule.until(times[0])) == times


SCHEDULES = st.one_of(
    st.sampled_from(["* * * * *", "*/7 3 * * *", "30 2 * * *", "0 0 1 * *", "*/15 * * * * *"]).flatmap(
        lambda cron: st.sampled_from(["UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata"]).map(
            lambda zone: Schedule(cron=cron, timezone=zone)
        )
    ),
    st.integers(1, 100_000).map(lambda every: Schedule(every=every)),
)  # fmt: skip
MOMENTS = st.datetimes(datetime(2025, 1, 1), datetime(2028, 1, 1), timezones=st.just(UTC)).map(
    lambda moment: moment.replace(microsecond=0)
)


@given(schedule=SCHEDULES, moment=MOMENTS)
def test_forwards_and_backwards_are_the_same_times(schedule, moment):
    """But for the wall clock's own changes: a time made up for is known only forwards."""
    forwards = schedule.upcoming(moment, 5)
    assert forwards == sorted(set(forwards))
    assert forwards[0] > moment
    last = forwards[-1]
    backwards = list(takewhile(lambda time: time > moment, islice(schedule.until(last), 6)))
    zone_changes = schedule.cron is not None and schedule.timezone != "UTC"
    if not zone_changes or last - moment < timedelta(minutes=5):
        assert backwards[::-1] == forwards
    else:
        assert len(set(backwards) ^ set(forwards)) <= 2


@pytest.mark.parametrize(
    "cron", ["", "* * * *", "61 * * * *", "a b c d e", "0 0 31 2 *", "* " * 7, "*/0 * * * *"]
)
def test_what_is_no_cron_expression_is_refused(cron):
    with pytest.raises(InvalidInput, match="cron expression"):
        Schedule(cron=cron).check()


def test_a_time_zone_must_exist():
    with pytest.raises(NodeFailed, match="Mars"):
        Schedule(cron="* * * * *", timezone="Mars/Base").check()
    with pytest.raises(InvalidInput, match="a second"):
        Schedule(every=0).check()
    with pytest.raises(InvalidInput, match="characters"):
        Schedule(cron="1," * 200 + "1 * * * *").check()
