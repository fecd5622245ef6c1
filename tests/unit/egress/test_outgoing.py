"""Nothing odd leaves: methods, headers, bodies and what a redirect keeps of them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tidegate.egress.outgoing import MAX_HEADER_BYTES, MAX_HEADERS, prepare, redirected
from tidegate.egress.url import parse_url
from tidegate.errors import SecurityError, SecurityErrorType
from tidegate.sdk.http import ClientIdentity, HttpRequest, TlsTrust

HERE = parse_url("https://a.example/x")


def outgoing(method="GET", headers=(), body=None, url=HERE, **options):
    return prepare(HttpRequest(method, str(url), headers, body, **options), url, 1000)


def refused(**request) -> SecurityError:
    with pytest.raises(SecurityError) as caught:
        outgoing(**request)
    return caught.value


def test_defaults_are_added_where_the_node_says_nothing():
    assert outgoing().headers == (
        ("Accept", "*/*"),
        ("Accept-Encoding", "gzip, deflate, br, zstd"),
        ("User-Agent", "Tidegate/0.1"),
    )
    own = (("ACCEPT", "text/x"), ("user-agent", "me"), ("accept-encoding", "identity"), ("B", ""))
    assert outgoing(headers=own).headers == own


@pytest.mark.parametrize("method", ["GET", "DELETE", "QUERY", "PURGE", "M-SEARCH", "BASELINE"])
def test_methods(method):
    assert outgoing(method).method == method


@pytest.mark.parametrize(
    "method",
    ["CONNECT", "TRACE", "TRACK", "PRI", "get", "", "X" * 300, "GET\r\nX: 1", "G ET", "GET\n"],
)
def test_methods_that_are_refused(method):
    error = refused(method=method)
    assert error.details["category"] == "invalid_method"
    assert error.type is SecurityErrorType.INVALID_PROTOCOL
    assert len(error.blocked) <= 40 and "\n" not in error.blocked


@pytest.mark.parametrize(
    "name",
    [
        *("X A", "", ":x", "X-A:", "X\r\nY", "X\x00", "Ä", "X\u560a", "(", "a" * 257),
        *("Host", "host", "CONTENT-LENGTH", "Transfer-Encoding", "Connection", "Upgrade", "TE"),
        *("Trailer", "Expect", "Keep-Alive", "Proxy-Connection"),
    ],
)
def test_header_names_that_are_refused(name):
    error = refused(headers=[(name, "1")])
    assert error.details["category"] == "invalid_header"
    assert error.type is SecurityErrorType.MALICIOUS_CONTENT
    assert error.message.isascii() and "\n" not in error.message


@pytest.mark.parametrize(
    "value",
    ["a\r\nb", "a\nb", "a\rb", "a\x00", "a\u2028b", "\u560a", "ä", " a", "a ", "\ta", "\x7f"],
)
def test_header_values_that_are_refused(value):
    error = refused(headers=[("X-A", value)])
    assert error.details["category"] == "invalid_header"
    assert "'X-A'" in error.message


@pytest.mark.parametrize("value", ["", "a", "a b", "a\tb", "~!", 'W/"x"', "a" * 1000])
def test_header_values_that_pass(value):
    assert outgoing(headers=[("X-A", value)]).headers[0] == ("X-A", value)


@given(st.text(max_size=5), st.text(max_size=5))
def test_what_passes_can_not_break_a_line(name, value):
    try:
        headers = outgoing(headers=[(name, value)]).headers
    except SecurityError:
        return
    sent = f"{headers[0][0]}: {headers[0][1]}"
    assert sent.isascii() and all(" " <= char <= "~" or char == "\t" for char in sent)


def test_sizes_are_limited():
    assert refused(body=b"x" * 1001).type is SecurityErrorType.RESOURCE_LIMIT_EXCEEDED
    assert outgoing(body=b"x" * 1000).body == b"x" * 1000
    assert refused(headers=[("a", "1")] * (MAX_HEADERS + 1)).details["category"] == "limit_exceeded"
    assert len(outgoing(headers=[("a", "1")] * MAX_HEADERS).headers) == MAX_HEADERS + 3
    fits = MAX_HEADER_BYTES - 1
    assert outgoing(headers=[("a", "x" * fits)])
    assert refused(headers=[("a", "x" * (fits + 1))]).details["category"] == "limit_exceeded"
    halves = [("a", "x" * (fits // 2)), ("b", "x" * (fits // 2))]
    assert outgoing(headers=halves)
    assert refused(headers=[*halves, ("c", "")]).details["category"] == "limit_exceeded"


SECRETS = (
    ("Authorization", "Bearer s"),
    ("Cookie", "s=1"),
    ("Proxy-Authorization", "Basic s"),
    ("X-Api-Key", "s"),
    ("X-Mine", "s"),
)


def test_the_same_origin_keeps_credentials_and_another_one_loses_them_for_good():
    first = outgoing(headers=(*SECRETS, ("X-Plain", "1")), sensitive_headers=frozenset({"x-mine"}))
    assert first.carries_credential
    same = redirected(first, 302, parse_url("https://a.example:443/y"))
    assert same.headers == first.headers
    for other in ("https://b.example/", "https://a.example:8443/", "https://sub.a.example/"):
        away = redirected(same, 302, parse_url(other))
        assert [name for name, _ in away.headers] == [
            *("X-Plain", "Accept", "Accept-Encoding", "User-Agent")
        ]
        assert not away.carries_credential
        assert redirected(away, 302, HERE).headers == away.headers


def test_http_to_https_is_another_origin():
    first = outgoing(headers=SECRETS, url=parse_url("http://a.example/"))
    assert not redirected(first, 301, HERE).carries_credential


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_https_to_http_is_refused(status):
    with pytest.raises(SecurityError) as caught:
        redirected(outgoing(), status, parse_url("http://a.example/"))
    assert caught.value.details["category"] == "blocked_redirect"


@pytest.mark.parametrize(
    ("status", "method", "becomes", "keeps_body"),
    [
        (301, "POST", "GET", False),
        (302, "POST", "GET", False),
        (303, "POST", "GET", False),
        (303, "PUT", "GET", False),
        (303, "HEAD", "HEAD", True),
        (301, "PUT", "PUT", True),
        (302, "DELETE", "DELETE", True),
        (307, "POST", "POST", True),
        (308, "POST", "POST", True),
        (307, "GET", "GET", True),
    ],
)
def test_the_method_and_the_body_after_a_redirect(status, method, becomes, keeps_body):
    headers = (("Content-Type", "text/plain"), ("X-A", "1"))
    first = outgoing(method, headers, b"body")
    next_hop = redirected(first, status, parse_url("https://a.example/y"))
    assert next_hop.method == becomes
    assert next_hop.body == (b"body" if keeps_body else None)
    assert (("Content-Type", "text/plain") in next_hop.headers) is keeps_body
    assert ("X-A", "1") in next_hop.headers
    if keeps_body:
        with pytest.raises(SecurityError) as caught:
            redirected(first, status, parse_url("https://b.example/y"))
        assert caught.value.details["category"] == "blocked_redirect"
    else:
        assert redirected(first, status, parse_url("https://b.example/y")).body is None


def test_the_size_counts_everything():
    small, large = outgoing(), outgoing(headers=[("X-A", "12345")], body=b"x" * 100)
    assert large.size - small.size == 100 + len("X-A: 12345\r\n")


class Signer:
    """Signs nothing."""

    def headers(self, method, url, body):
        return {}

    def answered(self, response):
        return False


def test_who_signs_and_whose_certificate_is_shown_goes_along_on_the_same_origin_alone():
    identity, signer, trust = ClientIdentity("c", "k"), Signer(), TlsTrust(authorities="a")
    first = outgoing(identity=identity, signer=signer, tls=trust)
    same = redirected(first, 302, parse_url("https://a.example/y"))
    assert (same.identity, same.signer, same.tls) == (identity, signer, trust)
    away = redirected(first, 302, parse_url("https://b.example/y"))
    assert (away.identity, away.signer, away.tls) == (None, None, TlsTrust())
    # Without a certificate of its own, what a request trusts is not of one origin.
    assert redirected(outgoing(tls=trust), 302, parse_url("https://b.example/")).tls == trust


@pytest.mark.parametrize(
    ("request_", "message"),
    [
        ({"headers": [("a", "1")] * 201}, "a request may have 200 headers at most"),
        ({"headers": [("a", "1" * 65_536)]}, "headers may have 64 KB together"),
        ({"headers": [("!" * 60 + " ", "1")]}, f"header {'!' * 50!r}: this is not a header's name"),
        ({"headers": [("a b", "1")]}, "header 'a b': this is not a header's name"),
        ({"headers": [("Host", "x")]}, "header 'Host': Tidegate sets this header itself"),
        (
            {"headers": [("a", "\n")]},
            "header 'a': its value may hold only visible ASCII characters and inner spaces",
        ),
    ],
)
def test_what_is_wrong_with_a_request_is_said(request_, message):
    error = refused(**request_)
    assert error.message == message
    if message.startswith("header '"):
        assert error.blocked == request_["headers"][0][0][:50]


@pytest.mark.parametrize(
    ("place", "message"),
    [
        ("http://a.example/", "the server redirects from https to plain http"),
        (
            "https://b.example/",
            (
                "the server redirects to another origin, and a request's body is not sent there; "
                "request the new address directly if you trust it"
            ),
        ),
    ],
)
def test_why_a_redirect_is_not_followed_is_said(place, message):
    with pytest.raises(SecurityError) as caught:
        redirected(outgoing("POST", body=b"x"), 307, parse_url(place))
    assert caught.value.message == message
