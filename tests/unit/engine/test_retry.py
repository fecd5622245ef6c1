import pytest
from hypothesis import given
from hypothesis import strategies as st

from tidegate.engine.retry import delay_seconds, effective_policy, is_retryable
from tidegate.errors import (
    HttpError,
    HttpErrorType,
    NodeFailed,
    NodeRetryable,
    NodeTimeout,
    SecurityError,
    SecurityErrorType,
)
from tidegate.model.workflow import RetryPolicy

DEFAULT = RetryPolicy()


def http(kind, **details):
    return HttpError("x", HttpErrorType(kind), **details)


@pytest.mark.parametrize(
    ("error", "repeated"),
    [
        (NodeFailed("x"), False),
        (NodeRetryable("x"), True),
        (NodeTimeout("x"), True),
        (SecurityError("x", SecurityErrorType.BLOCKED_URL, rule="r"), False),
        (http("TIMEOUT"), True),
        (http("CONNECTION_REFUSED"), True),
        (http("NETWORK_UNREACHABLE"), True),
        (http("DNS_RESOLUTION"), False),
        (http("SSL_ERROR"), False),
        (http("TIMEOUT", safe_to_repeat=False), False),
        (http("HTTP_STATUS", status_code=503), True),
        (http("HTTP_STATUS", status_code=429), True),
        (http("HTTP_STATUS", status_code=404), False),
        (http("HTTP_STATUS"), False),
    ],
)
def test_what_is_repeated_by_default(error, repeated):
    assert is_retryable(DEFAULT, error) == repeated
    everything = RetryPolicy(retry_all_errors=True)
    assert is_retryable(everything, error) == getattr(error, "safe_to_repeat", True)


@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("NODE_FAILED", NodeFailed("x")),
        ("SECURITY_ERROR", SecurityError("x", SecurityErrorType.BLOCKED_URL, rule="r")),
        ("DNS_RESOLUTION", http("DNS_RESOLUTION")),
        ("HTTP_ERROR", http("SSL_ERROR")),
        ("HTTP_STATUS", http("HTTP_STATUS", status_code=404)),
    ],
)
def test_every_error_can_be_named(name, error):
    assert not is_retryable(DEFAULT, error)
    assert is_retryable(RetryPolicy(retryable_errors=(name,)), error)


def test_the_node_type_overrides_defaults_and_the_node_overrides_its_type():
    policy = effective_policy(
        {"max_retries": 3, "retry_delay": 5, "retryable_status_codes": [500]},
        {"max_retries": 1, "retryable_errors": ["TIMEOUT"]},
    )
    assert (policy.max_retries, policy.retry_delay, policy.jitter) == (1, 5, DEFAULT.jitter)
    assert policy.retryable_status_codes == (500,)
    assert policy.retryable_errors == ("TIMEOUT",)
    assert effective_policy({}, None) == DEFAULT


@given(
    st.integers(1, 100),
    st.integers(0, 100_000),
    st.floats(1, 100),
    st.integers(0, 100_000),
    st.floats(0, 1),
    st.none() | st.floats(0, 1000),
)
def test_delays_stay_between_their_bounds(retry, delay, multiplier, most, jitter, asked):
    policy = RetryPolicy(
        retry_delay=delay, backoff_multiplier=multiplier, max_delay=most, jitter=jitter
    )
    waits = delay_seconds(policy, retry, NodeRetryable("x", asked)) * 1000
    backoff = min(delay * multiplier ** (retry - 1), most)
    least = max(backoff * (1 - jitter), min((asked or 0) * 1000, most))
    assert least - 1e-6 <= waits <= max(backoff, least) + 1e-6


def test_delays_grow():
    policy = RetryPolicy(retry_delay=100, jitter=0, max_delay=500)
    delays = [delay_seconds(policy, retry, NodeRetryable("x")) for retry in range(1, 5)]
    assert delays == [0.1, 0.2, 0.4, 0.5]


def test_a_server_that_asks_for_time_gets_it():
    policy = RetryPolicy(retry_delay=10, jitter=1, max_delay=60_000)
    assert delay_seconds(policy, 1, http("HTTP_STATUS", retry_after=7.0)) == 7.0
    assert delay_seconds(policy, 1, NodeRetryable("x", 3600)) == 60.0
