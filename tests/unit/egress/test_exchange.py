"""A request before it leaves: what is refused without a word to anybody."""

import pytest

from tidegate.egress.exchange import Exchange
from tidegate.egress.policy import EgressPolicy
from tidegate.egress.usage import EgressUsage
from tidegate.errors import SecurityError
from tidegate.sdk.http import HttpRequest, TlsTrust

SECRET = [("Authorization", "Bearer s3cret")]


def first(url, *rules, headers=SECRET, options=None, **more):
    policy = EgressPolicy.from_rules(rules, **(options or {}))
    exchange = Exchange(HttpRequest("GET", url, headers, **more), policy, EgressUsage(), None, "w")
    return exchange.first()


@pytest.mark.parametrize(
    ("url", "rule", "passes"),
    [
        ("http://127.0.0.1/", "127.0.0.1:80", True),
        ("http://127.9.9.9/", "127.0.0.0/8:80", True),
        ("http://[::1]/", "[::1]:80", True),
        ("http://10.0.0.1/", "10.0.0.1:80", False),
        ("http://[fd00::1]/", "[fd00::1]:80", False),
        ("http://127.example.com/", None, False),
        ("http://localhost/", "localhost:80", False),
        ("https://example.com/", None, True),
    ],
)
def test_a_credential_in_clear_text_never_leaves_the_machine(url, rule, passes):
    rules = () if rule is None else (rule,)
    if passes:
        assert str(first(url, *rules).url) == url
        return
    with pytest.raises(SecurityError) as caught:
        first(url, *rules)
    assert caught.value.message == "a request that carries a credential needs https"
    assert first(url, *rules, allow_plain_http=True).headers[0] == SECRET[0]
    assert first(url, *rules, options={"https_with_credentials": False}).carries_credential
    assert not first(url, *rules, headers=()).carries_credential


def test_tls_without_verification_is_the_operators_to_permit():
    nobody = TlsTrust(verify=False)
    with pytest.raises(SecurityError) as caught:
        first("https://example.com/", tls=nobody)
    assert caught.value.details["category"] == "unverified_tls"
    assert first("https://example.com/", tls=nobody, options={"unverified_tls": True}).tls is nobody


def test_what_is_no_url_is_refused_by_its_rule():
    with pytest.raises(SecurityError) as caught:
        first("ftp://example.com/")
    assert caught.value.details["category"] == "scheme"
    assert caught.value.blocked == "ftp"
