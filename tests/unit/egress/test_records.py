"""What is kept holds no secret; what is counted is bounded; the table of reasons is whole."""

import pytest

from tidegate.egress.errors import TABLE, Reason, failure
from tidegate.egress.records import (
    is_credential_header,
    redact_headers,
    redact_url,
    report_blocked,
)
from tidegate.egress.usage import EgressUsage
from tidegate.egress.verdict import refusal
from tidegate.errors import HttpError, SecurityError, SecurityErrorType


@pytest.mark.parametrize(
    ("name", "is_secret"),
    [
        *(("Authorization", True), ("COOKIE", True), ("Set-Cookie", True), ("X-Api-Key", True)),
        *(
            ("apikey", True),
            ("X-Auth-Token", True),
            ("X-Amz-Security-Token", True),
            ("Token", True),
        ),
        *(
            ("X-Hub-Signature-256", True),
            ("Ocp-Apim-Subscription-Key", True),
            ("X-Session-Id", True),
        ),
        *(("X-Vault-Token", True), ("Private-Token", True), ("X-Shopify-Access-Token", True)),
        *(
            ("Content-Type", False),
            ("X-Author", False),
            ("Accept", False),
            ("Idempotency-Key", False),
        ),
        *(("X-Request-Id", False), ("ETag", False), ("X-Passenger", False), ("Sec-Key", False)),
    ],
)
def test_credential_headers(name, is_secret):
    assert is_credential_header(name) is is_secret


def test_headers_are_redacted_by_name_and_by_mark():
    headers = (
        ("Authorization", "s"),
        ("X-Mine", "s"),
        ("X-Other", "o"),
        ("Location", "/x?token=s&a=b"),
    )
    assert redact_headers(headers, frozenset({"x-mine"})) == (
        ("Authorization", "***"),
        ("X-Mine", "***"),
        ("X-Other", "o"),
        ("Location", "/x?token=***&a=b"),
    )


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("http://x.org/a", "http://x.org/a"),
        ("http://x.org/a?b=1&api_key=s&c", "http://x.org/a?b=1&api_key=***&c"),
        ("http://x.org/?apikey=s;token=t", "http://x.org/?apikey=***;token=***"),
        ("http://x.org/?access_token=s", "http://x.org/?access_token=***"),
        ("http://x.org/?X-Amz-Signature=s", "http://x.org/?X-Amz-Signature=***"),
        ("http://x.org/?sig=a=b&d=e", "http://x.org/?sig=***&d=e"),
        ("http://x.org/?mine=s&keyboard=k", "http://x.org/?mine=***&keyboard=k"),
        ("http://u:p@x.org/?a=b", "http://***@x.org/?a=b"),
        ("http://u:p@x.org", "http://***@x.org"),
        ("http://x.org/@b", "http://x.org/@b"),
        ("no url", "no url"),
        ("http://u:p@ss@x.org/a", "http://***@x.org/a"),
        ("http://u:p@x.org/to/http://y.org", "http://***@x.org/to/http://y.org"),
    ],
)
def test_urls_are_redacted(url, shown):
    assert redact_url(url, frozenset({"mine"})) == shown


def test_the_operator_is_told_all_of_a_refusal_and_the_node_a_part():
    kept = []

    class Recorder:
        def security_event(self, *event):
            kept.append(event)

    verdict = refusal(Reason.ADDRESS, "address.loopback", detail="a detail", blocked="x.test:80")
    found = [f"{n}:{'a' * 200}" for n in range(30)]
    error = report_blocked(verdict, Recorder(), addresses=found, workflow="w")
    assert error.is_recorded is True
    [(type, severity, description, details)] = kept
    assert type == error.type.value == "INTERNAL_NETWORK"
    assert (severity, description) == (error.risk, error.message)
    assert details == {
        "category": verdict.category,
        "rule": "address.loopback",
        "detail": "a detail",
        "addresses": [text[:100] for text in found[:20]],
        "workflow": "w",
    }
    assert "detail" not in error.details and "addresses" not in error.details
    unheard = report_blocked(verdict, None)
    assert not unheard.is_recorded
    report_blocked(verdict, Recorder())
    assert "addresses" not in kept[1][3]


def test_every_reason_has_a_row_and_safe_words():
    assert set(TABLE) == set(Reason)
    for reason, row in TABLE.items():
        error = failure(reason)
        assert error.message == row.sentence and error.details == {"category": row.category}
        expected = SecurityError if isinstance(row.type, SecurityErrorType) else HttpError
        assert type(error) is expected
    with_details = failure(Reason.TIMEOUT, "slow", phase="dns")
    assert with_details.message == "slow"
    assert with_details.details == {"category": "timeout", "phase": "dns"}


def test_an_execution_counts_what_its_nodes_count():
    execution = EgressUsage(max_bytes=100)
    one, two = EgressUsage(parent=execution), EgressUsage(parent=execution)
    one.sent(10)
    one.received(20)
    two.sent(30)
    assert (one.requests, one.bytes_out, one.bytes_in) == (1, 10, 20)
    assert (execution.requests, execution.bytes_out, execution.bytes_in) == (2, 40, 20)
    assert one.slots is execution.slots
    two.received(40)
    with pytest.raises(SecurityError) as caught:
        one.received(1)
    assert caught.value.type is SecurityErrorType.RESOURCE_LIMIT_EXCEEDED
    assert caught.value.details["category"] == "limit_exceeded"
    with pytest.raises(SecurityError):
        two.sent(1)
