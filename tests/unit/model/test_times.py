"""Times as people and programs read them."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from tidegate.model.execution import us_to_iso

BEGIN = datetime(1970, 1, 1, tzinfo=UTC)


@given(st.integers(min_value=-60_000_000_000_000_000, max_value=250_000_000_000_000_000))
def test_a_time_as_text_is_the_same_time_to_the_millisecond(us: int) -> None:
    shown = us_to_iso(us)
    assert shown is not None
    assert shown.endswith("Z")
    assert datetime.fromisoformat(shown) == BEGIN + timedelta(milliseconds=us // 1000)
    assert len(shown) == len("2026-11-30T00:00:00.000Z")
    assert us_to_iso(None) is None
