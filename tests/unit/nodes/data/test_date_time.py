from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tidegate.nodes.data.date_time import DateTime
from tidegate.sdk import NodeFailed, dates

UNITS = ["years", "quarters", "months", "weeks", "days", "hours", "minutes", "seconds"]
ZONES = [
    "UTC",
    "Europe/Berlin",
    "America/New_York",
    "Australia/Lord_Howe",
    "Asia/Kathmandu",
    "America/Sao_Paulo",
    "Pacific/Apia",
]
moments = st.datetimes(datetime(1950, 1, 1), datetime(2050, 1, 1), timezones=st.sampled_from([UTC]))


async def result(bench, **params):
    (out,) = await bench.main(DateTime, params, [{}])
    return out["date"]


async def berlin(bench, operation, value, **params):
    return await result(
        bench, operation=operation, value=value, time_zone="Europe/Berlin", **params
    )


@pytest.mark.parametrize(
    ("value", "input_format", "expected"),
    [
        ("2024-05-01", "auto", "2024-05-01T00:00:00Z"),
        (" 2024-05-01 12:30 ", "auto", "2024-05-01T12:30:00Z"),
        ("20240501T123000.5+0200", "auto", "2024-05-01T10:30:00.500Z"),
        ("2024-W18-3", "auto", "2024-05-01T00:00:00Z"),
        ("Wed, 01 May 2024 12:30:00 +0200", "auto", "2024-05-01T10:30:00Z"),
        (1714559400, "auto", "2024-05-01T10:30:00Z"),
        (1714559400.25, "auto", "2024-05-01T10:30:00.250Z"),
        (1714559400123, "auto", "2024-05-01T10:30:00.123Z"),
        (-1, "auto", "1969-12-31T23:59:59Z"),
        ("1714559400", "unix", "2024-05-01T10:30:00Z"),
        (1000, "unix_ms", "1970-01-01T00:00:01Z"),
        ("1/5/24 9:05 PM", "%d/%m/%y %I:%M %p", "2024-05-01T21:05:00Z"),
        ("2024-05-01 12:00 -0130", "%Y-%m-%d %H:%M %z", "2024-05-01T13:30:00Z"),
    ],
)
async def test_ways_to_write_a_date(bench, value, input_format, expected):
    assert await result(bench, value=value, input_format=input_format) == expected


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"value": "31.12.2024"}, "expected ISO 8601"),
        ({"value": True}, "true is not a date"),
        ({"value": ["2024"]}, "is not a date"),
        ({"value": ""}, "is not a date"),
        ({"value": 1e300}, "is not a date"),
        ({"value": "nan", "input_format": "unix"}, "seconds since 1970"),
        ({"value": "2024", "input_format": "%d"}, "expected the format %d"),
        ({"value": "1", "input_format": "%99d"}, "holds %9, which is not known"),
        ({"value": "1", "input_format": "%f%f"}, "is not a date"),
        ({"value": 0, "output_format": "%999999999d"}, "holds %9"),
        ({"value": 0, "output_format": "%"}, "holds %, which"),
        ({"value": 0, "output_format": "x" * 201}, "200 characters at most"),
        ({}, "'value' is null"),
        ({"operation": "difference", "value": 0}, "'other' is null"),
        ({"value": 0, "time_zone": "Mars/Base"}, "no time zone"),
        ({"value": 0, "time_zone": "../../etc/passwd"}, "no time zone"),
        ({"value": 0, "time_zone": "America"}, "no time zone"),
        ({"value": 0, "time_zone": ""}, "no time zone"),
        ({"operation": "add", "value": 0, "amount": 9000, "unit": "years"}, "years 1 to 9999"),
        ({"operation": "add", "value": 0, "amount": 1e300, "unit": "hours"}, "years 1 to 9999"),
        ({"operation": "subtract", "value": 0, "amount": 10**9, "unit": "days"}, "years 1 to 9999"),
        ({"operation": "end_of", "value": "9999-12-31", "unit": "years"}, "years 1 to 9999"),
        ({"operation": "add", "value": 0, "amount": 0.5, "unit": "months"}, "may have a fraction"),
    ],
)
async def test_what_is_wrong_is_said(bench, params, message):
    with pytest.raises(NodeFailed) as error:
        await result(bench, **params)
    assert message in error.value.message


@pytest.mark.parametrize(
    ("output_format", "expected"),
    [
        ("iso", "2024-07-01T12:00:00+02:00"),
        ("date", "2024-07-01"),
        ("time", "12:00:00"),
        ("unix", 1719828000),
        ("unix_ms", 1719828000000),
        ("rfc2822", "Mon, 01 Jul 2024 12:00:00 +0200"),
        ("%A %d %B %Y, %H:%M %Z (%%)", "Monday 01 July 2024, 12:00 CEST (%)"),
    ],
)
async def test_ways_to_write_the_result(bench, output_format, expected):
    assert (
        await berlin(bench, "format", "2024-07-01T10:00Z", output_format=output_format) == expected
    )


@pytest.mark.parametrize(
    ("value", "amount", "unit", "expected"),
    [
        ("2024-03-30T12:00", 1, "days", "2024-03-31T12:00:00+02:00"),
        ("2024-03-30T12:00", 24, "hours", "2024-03-31T13:00:00+02:00"),
        ("2024-03-30T02:30", 1, "days", "2024-03-31T03:30:00+02:00"),
        ("2024-10-26T12:00", 1, "weeks", "2024-11-02T12:00:00+01:00"),
        ("2024-10-27T02:30+02:00", 60, "minutes", "2024-10-27T02:30:00+01:00"),
        ("2024-01-31", 1, "months", "2024-02-29T00:00:00+01:00"),
        ("2024-02-29", 1, "years", "2025-02-28T00:00:00+01:00"),
        ("2024-11-30", 1, "quarters", "2025-02-28T00:00:00+01:00"),
        ("2024-01-01", 0.5, "hours", "2024-01-01T00:30:00+01:00"),
    ],
)
async def test_adding_over_changes_of_the_clocks_and_short_months(
    bench, value, amount, unit, expected
):
    assert await berlin(bench, "add", value, amount=amount, unit=unit) == expected


async def test_subtracting(bench):
    assert (
        await result(bench, operation="subtract", value="2024-03-31", amount=1, unit="months")
        == "2024-02-29T00:00:00Z"
    )


@pytest.mark.parametrize(
    ("unit", "start", "end"),
    [
        ("years", "2024-01-01T00:00:00+01:00", "2024-12-31T23:59:59.999+01:00"),
        ("quarters", "2024-10-01T00:00:00+02:00", "2024-12-31T23:59:59.999+01:00"),
        ("months", "2024-10-01T00:00:00+02:00", "2024-10-31T23:59:59.999+01:00"),
        ("weeks", "2024-10-21T00:00:00+02:00", "2024-10-27T23:59:59.999+01:00"),
        ("days", "2024-10-27T00:00:00+02:00", "2024-10-27T23:59:59.999+01:00"),
        ("hours", "2024-10-27T02:00:00+01:00", "2024-10-27T02:59:59.999+01:00"),
        ("minutes", "2024-10-27T02:45:00+01:00", "2024-10-27T02:45:59.999+01:00"),
    ],
)
async def test_start_and_end_over_a_change_of_the_clocks(bench, unit, start, end):
    value = "2024-10-27T02:45:10.5+01:00"
    assert await berlin(bench, "start_of", value, unit=unit) == start
    assert await berlin(bench, "end_of", value, unit=unit) == end


async def test_rounding(bench):
    for value, unit, expected in [
        ("2024-05-01T12:29:59Z", "hours", "2024-05-01T12:00:00Z"),
        ("2024-05-01T12:30:00Z", "hours", "2024-05-01T13:00:00Z"),
        ("2024-05-20", "months", "2024-06-01T00:00:00Z"),
    ]:
        assert await result(bench, operation="round", value=value, unit=unit) == expected
    assert await berlin(bench, "round", "2024-03-31T12:30", unit="days") == (
        "2024-04-01T00:00:00+02:00"
    )


@pytest.mark.parametrize(
    ("start", "end", "unit", "expected"),
    [
        ("2024-03-30T12:00", "2024-03-31T12:00", "days", 1),
        ("2024-03-30T12:00", "2024-03-31T12:00", "hours", 23),
        ("2024-01-31", "2024-02-29", "months", 1),
        ("2024-01-01", "2024-01-02T12:00", "days", 1.5),
        ("2024-01-02T12:00", "2024-01-01", "days", -1.5),
        ("2024-01-01", "2025-01-01", "quarters", 4),
        ("2025-01-01", "2024-01-01", "years", -1),
        ("2024-01-01", "2024-01-01T00:00:00.250", "seconds", 0.25),
        ("2024-01-01", "2024-01-15", "weeks", 2),
        ("2024-01-01", "2024-01-01", "months", 0),
    ],
)
async def test_difference(bench, start, end, unit, expected):
    found = await berlin(bench, "difference", start, other=end, unit=unit)
    assert found == expected
    assert type(found) is type(expected)


async def test_parts(bench):
    value = "2024-12-30T15:04:05.678+01:00"
    parts = {
        "year": 2024,
        "quarter": 4,
        "month": 12,
        "week": 1,
        "day": 30,
        "day_of_year": 365,
        "weekday": 1,
        "hour": 15,
        "minute": 4,
        "second": 5,
        "millisecond": 678,
    }
    for part, expected in parts.items():
        assert await berlin(bench, "extract", value, part=part) == expected


async def test_now(bench):
    before = datetime.now(UTC)
    text = await result(bench, operation="now", time_zone="Asia/Kathmandu")
    assert before <= datetime.fromisoformat(text) <= datetime.now(UTC)
    assert text.endswith("+05:45")


@given(moments, st.integers(-500, 500), st.sampled_from(UNITS), st.sampled_from(ZONES))
def test_the_difference_to_what_was_added_is_the_amount(moment, amount, unit, zone):
    local = moment.astimezone(dates.time_zone(zone))
    if unit in {"years", "quarters", "months"}:
        local = dates.start_of(local, "days").replace(day=1, hour=12)
    elif unit in {"days", "weeks"}:
        local = dates.settle(local.replace(hour=12, minute=0, second=0, fold=0), local.tzinfo)
    later = dates.add(local, amount, unit)
    assert dates.difference(local, later, unit) == pytest.approx(amount, abs=0.1)


@given(moments, st.sampled_from(UNITS), st.sampled_from(ZONES))
def test_every_moment_is_inside_its_unit(moment, unit, zone):
    local = moment.astimezone(dates.time_zone(zone))
    start, after = dates.start_of(local, unit), dates.next_start(local, unit)
    assert start.astimezone(UTC) <= moment < after.astimezone(UTC)
    assert dates.end_of(local, unit).astimezone(UTC) == after.astimezone(UTC) - timedelta(
        milliseconds=1
    )
    assert dates.nearest(local, unit) in {start, after}


@given(moments, st.sampled_from(ZONES))
def test_iso_text_is_read_back_exactly(moment, zone):
    local = moment.astimezone(dates.time_zone(zone))
    assert dates.parse_date(dates.iso_text(local), "auto", UTC) == moment
