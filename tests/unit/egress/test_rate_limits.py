"""How long a server asks to be left alone, in each of the ways in which servers say it."""

import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from tidegate.egress.rate_limits import asked_pause, retry_after


def asked(status, **headers):
    found = {name.replace("_", "-"): [value] for name, value in headers.items()}
    return asked_pause(status, lambda name: found.get(name, ()))


def in_seconds(seconds):
    return format_datetime(datetime.now(UTC) + timedelta(seconds=seconds), usegmt=True)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        *(("7", 7.0), (" 120 ", 120.0), ("0", 0.0), ("1.5", 1.5), ("123456789012", 123456789012.0)),
        *(("", 0.0), ("-3", 0.0), ("soon", 0.0), ("1e9", 0.0), ("٣", 0.0), ("1234567890123", 0.0)),
        *(("7, 8", 0.0), ("1.1234567", 0.0), ("0x10", 0.0)),
    ],
)
def test_retry_after_as_a_number(text, seconds):
    assert retry_after([text]) == seconds


def test_retry_after_as_a_date():
    assert 55 < retry_after([in_seconds(60)]) <= 60
    assert retry_after([in_seconds(-60)]) == 0
    # A date without a zone is meant as UTC.
    local = (datetime.now(UTC) + timedelta(seconds=90)).strftime("%a, %d %b %Y %H:%M:%S -0000")
    assert 85 < retry_after([local]) <= 90
    assert retry_after([]) == 0
    assert retry_after(["9", "100"]) == 9


@pytest.mark.parametrize(
    ("status", "seconds"), [(429, 3.0), (503, 3.0), (200, 0.0), (428, 0.0), (430, 0.0), (502, 0.0)]
)
def test_retry_after_counts_where_the_server_refuses(status, seconds):
    assert asked(status, retry_after="3") == seconds


@pytest.mark.parametrize(
    ("policy", "seconds"),
    [
        ('"default";r=0;t=12', 12.0),
        ('"a"; r = 0 ; t = 5', 5.0),
        ('"a";t=5;r=0', 5.0),
        ('"a";r=0', 0.0),
        ('"a";r=1;t=12', 0.0),
        ('"a";r=10;t=12', 0.0),
        ('"a";t=12', 0.0),
        ("", 0.0),
    ],
)
def test_the_header_of_the_draft(policy, seconds):
    assert asked(200, ratelimit=policy) == seconds


@pytest.mark.parametrize("prefix", ["x_ratelimit_", "ratelimit_"])
def test_the_older_pair(prefix):
    def pair(remaining, reset):
        return asked(200, **{f"{prefix}remaining": remaining, f"{prefix}reset": reset})

    assert pair("0", "30") == 30
    assert pair(" 0 ", "30") == 30
    assert pair("1", "30") == 0
    assert pair("0", "soon") == 0
    assert pair("0", "1000000000") == 1_000_000_000
    assert 55 < pair("0", str(int(time.time()) + 60)) <= 60
    assert pair("0", str(int(time.time()) - 60)) == 0
    assert asked(200, **{f"{prefix}remaining": "0"}) == 0


def test_what_is_said_first_holds():
    assert asked(429, retry_after="2", ratelimit='"a";r=0;t=9') == 2
    assert asked(429, retry_after="0", ratelimit='"a";r=0;t=9') == 9
    assert (
        asked(200, ratelimit='"a";r=5;t=9', x_ratelimit_remaining="0", x_ratelimit_reset="4") == 4
    )
    both = {"x_ratelimit_remaining": "0", "x_ratelimit_reset": "4", "ratelimit_remaining": "0"}
    assert asked(200, **both, ratelimit_reset="8") == 4
    assert asked(200) == 0
