from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tidegate.errors import ExpressionError
from tidegate.expressions.functions.date_formats import DIRECTIVES, format_moment


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("now()", "2024-02-29T12:00:00+00:00"),
        ("now('Europe/Berlin')", "2024-02-29T13:00:00+01:00"),
        ("today('Pacific/Auckland')", "2024-03-01"),
        ("date('2024-02-29')", "2024-02-29T00:00:00+00:00"),
        ("date('2024-02-29', 'Europe/Berlin')", "2024-02-29T00:00:00+01:00"),
        ("date('2024-02-29T10:00:00Z', 'Europe/Berlin')", "2024-02-29T10:00:00+00:00"),
        ("date(' 20240229T100000.5 ')", "2024-02-29T10:00:00.500000+00:00"),
        ("date(0), date(1.5), date(-1)", ["1970-01-01T00:00:00+00:00", "1970-01-01T00:00:01.500000+00:00", "1969-12-31T23:59:59+00:00"]),
        ("date(today())", "2024-02-29T00:00:00+00:00"),
        ("parse_date('29/02/24 10:30 PM', '%d/%m/%y %I:%M %p', 'Asia/Tokyo')", "2024-02-29T22:30:00+09:00"),
        ("parse_date('2024-02-29 +0200', '%Y-%m-%d %z')", "2024-02-29T00:00:00+02:00"),
        ("format_date('2024-02-29T23:30:00Z', '%A, %d. %B %Y %H:%M %Z', 'Europe/Berlin')", "Friday, 01. March 2024 00:30 CET"),
        ("format_date(0, '%F %T %j %V %G %u %s %p %I %y %f %%')", "1970-01-01 00:00:00 001 01 1970 4 0 AM 12 70 000000 %"),
        ("format_date(today(), '%d.%m.'), today().strftime('%b')", ["29.02.", "Feb"]),
        ("f'{now():%H:%M}', f'{today():%Y}'", ["12:00", "2024"]),
        ("in_zone(now(), '-03:30').isoformat()", "2024-02-29T08:30:00-03:30"),
        ("date_add('2024-02-29', years=1), date_add('2024-01-31', months=-2)", ["2025-02-28T00:00:00+00:00", "2023-11-30T00:00:00+00:00"]),
        ("date_add('2023-12-31', months=14)", "2025-02-28T00:00:00+00:00"),
        ("date_add(0, weeks=1, days=1, hours=1, minutes=1, seconds=1.5)", "1970-01-09T01:01:01.500000+00:00"),
        # Summer time begins: a day keeps the time of day, 24 hours don't.
        ("date_add(date('2024-03-30T12:00:00', 'Europe/Berlin'), days=1)", "2024-03-31T12:00:00+02:00"),
        ("date_add(date('2024-03-30T12:00:00', 'Europe/Berlin'), hours=24)", "2024-03-31T13:00:00+02:00"),
        ("date_diff('2024-03-31', '2024-02-29', 'months') > 1", True),
        ("date_diff('2024-03-29', '2024-02-29', 'months'), date_diff('2026-02-28', '2024-02-29', 'years')", [1.0, 2.0]),
        ("date_diff(0, 90, 'minutes'), date_diff('2024-01-08', '2024-01-01', 'weeks')", [-1.5, 1.0]),
        ("[start_of('2024-05-16T10:11:12.5Z', u).isoformat()[:19] for u in ['year', 'quarter', 'month', 'week', 'day', 'hour', 'minute', 'second']]",
         ["2024-01-01T00:00:00", "2024-04-01T00:00:00", "2024-05-01T00:00:00", "2024-05-13T00:00:00", "2024-05-16T00:00:00", "2024-05-16T10:00:00", "2024-05-16T10:11:00", "2024-05-16T10:11:12"]),
        ("[end_of('2024-05-16T10:11:12.5Z', u).isoformat()[:19] for u in ['year', 'quarter', 'month', 'week', 'day', 'hour', 'minute', 'second']]",
         ["2024-12-31T23:59:59", "2024-06-30T23:59:59", "2024-05-31T23:59:59", "2024-05-19T23:59:59", "2024-05-16T23:59:59", "2024-05-16T10:59:59", "2024-05-16T10:11:59", "2024-05-16T10:11:12"]),
        ("now() - date('2024-02-28T12:00:00Z')", 86400.0),
        ("now() + days(1) - hours(1) > now(), minutes(60) == hours(1)", [True, True]),
        ("days(1) / hours(1), days(1) * 2, days(3) // days(2), days(3) % days(2), -days(1)", [24.0, 172800.0, 1, 86400.0, -86400.0]),
        ("days(1.5).days, days(1.5).seconds, days(1.5).total_seconds()", [1, 43200, 129600.0]),
        ("now().year, now().month, now().day, now().hour, now().minute, now().second, now().microsecond", [2024, 2, 29, 12, 0, 0, 0]),
        ("today().year, today().weekday(), now().isoweekday(), today().isoweekday()", [2024, 3, 4, 4]),
        ("now() == date('2024-02-29T13:00:00+01:00'), now() == 1", [True, False]),
        ("now().timestamp(), now().date() == today()", [1709208000.0, True]),
        ("{'at': [now(), today()], 'n': 1}", {"at": ["2024-02-29T12:00:00+00:00", "2024-02-29"], "n": 1}),
        ("[[now()] * 2] * 2", [["2024-02-29T12:00:00+00:00"] * 2] * 2),
    ],
)  # fmt: skip
def test_values(run, source, value):
    assert run(source) == value


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("date('29.2.2024')", "'29.2.2024' is not an ISO date; use parse_date"),
        ("date('2023-02-29')", "is not an ISO date"),
        ("date('2024-02-29' + ' ' * 200)", "is not an ISO date"),
        ("date(None)", "a date must be ISO text or seconds, not null"),
        ("date(True)", "a date must be ISO text or seconds, not a boolean"),
        ("date(1e20)", "not a date"),
        ("parse_date('x', '%d')", "'x' is not a date of the form '%d'"),
        ("parse_date('1 1', '%d %d')", "'%d' stands in the format twice"),
        ("parse_date('x', '%c')", "'%c' can't be used to read a date"),
        ("parse_date('1' * 101, '%Y')", "a date has at most 100 characters"),
        ("format_date(0, '%Q')", "no date directive '%Q'; there are: %Y"),
        ("format_date(0, '%999999999d')", "no date directive '%9'"),
        ("format_date(0, 'a%')", "no date directive '%'"),
        ("format_date(0, '%Y' * 200)", "a date format has at most 200 characters"),
        ("in_zone(0, 'Europe/Berln')", "no time zone 'Europe/Berln'; did you mean 'Europe/Berlin'"),
        ("in_zone(0, '../../etc/passwd')", "no time zone"),
        ("in_zone(0, '/etc/localtime')", "no time zone"),
        ("in_zone(0, 'localtime')", "no time zone"),
        ("in_zone(0, 'Europe')", "no time zone"),
        ("in_zone(0, '')", "no time zone"),
        ("in_zone(0, '+25:00')", "no time zone"),
        ("in_zone(0, 5)", "the time zone must be text"),
        ("start_of(0, 'decade')", "no unit 'decade'; there are: year, quarter"),
        ("date_diff(0, 0, 'eons')", "no unit 'eons'; there are: seconds"),
        ("date_add(0, years=10000)", "dates reach from the year 1 to 9999"),
        ("date_add(0, months=1.5)", "months must be a whole number, not 1.5"),
        ("date_add(0, days=10**9)", "out of range"),
        ("date('9999-12-31') + days(1)", "out of range"),
        ("days(10**30)", "out of range"),
        ("in_zone('0001-01-01', '-12:00')", "out of range"),
        ("end_of('9999-12-31', 'year')", "dates reach from"),
        ("now() + 1", "cannot add a date and time and a number"),
        ("now() - today()", "cannot subtract a date from a date and time"),
        ("now() < today()", "cannot compare a date and time with a date"),
        ("1 - now()", "cannot subtract a date and time from a number"),
        ("days(1) % 2", "cannot divide a duration by a number"),
        ("days(1) / 0", "division by zero"),
        ("f'{days(1):x}'", "a duration can't be formatted"),
    ],
)  # fmt: skip
def test_errors(run, source, message):
    with pytest.raises(ExpressionError, match=message) as caught:
        run(source)
    assert caught.value.column is not None


MOMENTS = st.datetimes(
    min_value=datetime(1000, 1, 1),
    timezones=st.sampled_from([UTC, ZoneInfo("Europe/Berlin"), ZoneInfo("Asia/Kolkata")]),
)


@given(MOMENTS, st.sampled_from([name for name in DIRECTIVES if name not in "FTsG%"]))
def test_directives_say_what_pythons_say(moment, directive):
    # The C locale's names are English, as ours always are.
    assert format_moment(moment, f"<%{directive}>") == moment.strftime(f"<%{directive}>")


@given(MOMENTS)
def test_iso_text_comes_back_as_the_same_moment(moment):
    from tidegate.expressions import evaluate

    text = moment.isoformat()
    assert evaluate("date(json.at)", {"json": {"at": text}}) == text
    shifted = evaluate("date_add(json.at, seconds=90)", {"json": {"at": text}})
    exact = datetime.fromisoformat(text).astimezone(UTC) + timedelta(seconds=90)
    assert datetime.fromisoformat(shifted) == exact
