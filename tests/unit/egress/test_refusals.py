"""Each refusal in full: the rule, the sentence that an author reads, what is blocked, the detail."""

import pytest

from tidegate.egress.policy import EgressPolicy

POLICY = ["10.0.0.0/8:443"], ["evil.test"]
NO_HOST = "the URL has no readable host"
NOT_PLAIN = "the URL's host is not a plain name or address"
NO_PORT = "the URL's port is not a number from 1 to 65535"
CONTROL = "the URL holds a backslash, a line break or another control character"
NOT_PUBLIC = (
    "the host leads to an address that is not public; an operator can open it with an allow rule "
    "(setting egress.allow, or --allow HOST:PORT)"
)
NEVER = "the host leads to an address that no workflow may reach"
INTERNAL = "the host's name belongs to an internal network"
BLOCKED = "the operator blocks this domain"
LONG = "a" * 1100
LONG_NAME = "a." * 130 + "com"

REFUSALS = [
    ("", "url.no_scheme", "a URL begins with http:// or https://", "", ""),
    ("example.com", "url.no_scheme", "a URL begins with http:// or https://", "", ""),
    ("FTP://a.com/", "scheme.not_http", "only http and https URLs can be requested", "ftp", ""),
    ("x" * 40 + "://a.com/", "scheme.not_http", None, "x" * 30, ""),
    ("http:/example.com", "url.shape", "two slashes must follow http:", "", ""),
    ("HTTPS:example.com", "url.shape", "two slashes must follow https:", "", ""),
    ("http://a b/", "host.syntax", NO_HOST, "", ""),
    ("http://", "host.syntax", NO_HOST, "", ""),
    ("http:///x", "host.syntax", NO_HOST, "", ""),
    ("http://:80/", "host.syntax", NO_HOST, "", ""),
    (
        "http://u:p@example.com/",
        "url.userinfo",
        "the URL holds a user name or a password; use a credential instead",
        "",
        "",
    ),
    ("http://example.com:0/", "port.syntax", NO_PORT, "", ""),
    ("http://example.com:65536/", "port.syntax", NO_PORT, "", ""),
    ("http://example.com:1x/", "port.syntax", NO_PORT, "", ""),
    ("http://[2606:4700::1]:1x/", "port.syntax", NO_PORT, "", ""),
    ("http://[::1/", "host.ipv6_syntax", NOT_PLAIN, "[::1", ""),
    ("http://[::1]x/", "host.ipv6_syntax", NOT_PLAIN, "[::1]x", ""),
    ("http://[v1.x]/", "host.ipv6_syntax", NOT_PLAIN, "[v1.x]", ""),
    ("http://[]/", "host.ipv6_syntax", NOT_PLAIN, "[]", ""),
    ("http://[127.0.0.1]/", "host.ipv6_syntax", NOT_PLAIN, "[127.0.0.1]", ""),
    ("http://ex\\ample.com/", "url.forbidden_character", CONTROL, "", ""),
    ("http://exa\nmple.com/", "url.forbidden_character", CONTROL, "", ""),
    ("http://-a.com/", "host.syntax", NOT_PLAIN, "-a.com", ""),
    ("http://a..com/", "host.syntax", NOT_PLAIN, "a..com", ""),
    (f"http://{LONG}/", "host.syntax", NOT_PLAIN, LONG[:100], ""),
    (f"http://{LONG_NAME}/", "host.syntax", NOT_PLAIN, LONG_NAME[:100], ""),
    ("http://127.1/", "host.not_canonical_address", NOT_PLAIN, "127.1", ""),
    ("http://a.0x7f/", "host.not_canonical_address", NOT_PLAIN, "a.0x7f", ""),
    ("http://xn--a/", "host.punycode", NOT_PLAIN, "xn--a", ""),
    ("http://a.xn--zz.com/", "host.punycode", NOT_PLAIN, "a.xn--zz.com", ""),
    ("http://a\u200bb.com/", "host.invisible_character", NOT_PLAIN, "a\u200bb.com", ""),
    ("http://\u0378.com/", "host.international_name", NOT_PLAIN, "\u0378.com", ""),
    ("http://localhost/", "host.internal_name", INTERNAL, "localhost:80", ""),
    ("https://db.local/", "host.internal_name", INTERNAL, "db.local:443", ""),
    ("http://a.evil.test/", "domain.blocked", BLOCKED, "a.evil.test", ""),
    ("http://a.com:22/", "port.bad", "port 22 is not open to workflows", "a.com:22", ""),
    (
        "http://10.0.0.1/",
        "address.private",
        NOT_PUBLIC,
        "10.0.0.1:80",
        "10.0.0.1 is not public: Private use",
    ),
    (
        "http://169.254.169.254/",
        "address.metadata",
        NEVER,
        "169.254.169.254:80",
        "169.254.169.254 is not public: Cloud metadata service",
    ),
    (
        "http://[fe80::1]/",
        "address.link_local",
        NOT_PUBLIC,
        "fe80::1:80",
        "fe80::1 is not public: Link-local unicast",
    ),
    ("http://a.com/" + "a" * 17_000, "url.too_long", "this URL is too long", "", ""),
    ("http://a.com/" + "\u00e4" * 9_000, "url.too_long", "this URL is too long", "", ""),
]


@pytest.mark.parametrize(("url", "rule", "sentence", "blocked", "detail"), REFUSALS)
def test_a_refusal_in_full(url, rule, sentence, blocked, detail):
    allow, domains = POLICY
    verdict = EgressPolicy.from_rules(allow, blocked_domains=domains).check_text(url)
    assert not verdict.is_valid
    assert (verdict.rule, verdict.blocked_resource, verdict.detail) == (rule, blocked, detail)
    if sentence is not None:
        assert verdict.errors == (sentence,)
    error = verdict.error()
    assert (error.message, error.blocked) == (verdict.errors[0], blocked)
    assert error.risk == verdict.risk_level == ("critical" if "metadata" in rule else error.risk)
