"""URLs are read in one way or not at all."""

import string
from urllib.parse import urlsplit

import httpx
import pytest
import yarl
from hypothesis import given, settings
from hypothesis import strategies as st

from tidegate.egress.errors import Reason
from tidegate.egress.url import MAX_URL, SafeUrl, encode, parse_url, remove_dot_segments
from tidegate.egress.verdict import Refused


def refused(text: str) -> tuple[str, str]:
    with pytest.raises(Refused) as caught:
        parse_url(text)
    verdict = caught.value.verdict
    assert not verdict.is_valid and verdict.errors and verdict.sanitized_url is None
    return verdict.category, verdict.rule


def test_parts_and_the_rebuilt_url():
    url = parse_url("HTTPS://API.Example.com:8443/a/b?x=1&y=%20#frag")
    origin = "https://api.example.com:8443"
    assert url == SafeUrl("https", "api.example.com", 8443, False, "/a/b?x=1&y=%20", origin)
    assert str(url) == "https://api.example.com:8443/a/b?x=1&y=%20"
    assert url.origin == "https://api.example.com:8443"


@pytest.mark.parametrize(
    ("text", "rebuilt"),
    [
        ("http://example.com", "http://example.com/"),
        ("http://example.com?", "http://example.com/?"),
        ("http://example.com:80/", "http://example.com/"),
        ("https://example.com:443", "https://example.com/"),
        ("http://example.com:443/", "http://example.com:443/"),
        ("http://example.com:00080/", "http://example.com/"),
        ("http://example.com:/", "http://example.com/"),
        ("http://example.com./", "http://example.com/"),
        ("http://[2606:4700:0:0::1111]:81/", "http://[2606:4700::1111]:81/"),
        ("http://[::ffff:8.8.8.8]/", "http://8.8.8.8/"),
        ("http://8.8.8.8./", "http://8.8.8.8/"),
        ("http://bücher.example/ü?ä=ö#ß", "http://xn--bcher-kva.example/%C3%BC?%C3%A4=%C3%B6"),
        ("http://faß.de", "http://xn--fa-hia.de/"),
        ("http://例え。テスト/", "http://xn--r8jz45g.xn--zckzah/"),
        ("http://x.org/a b?c d", "http://x.org/a%20b?c%20d"),
        ("http://x.org/100%?50%2", "http://x.org/100%25?50%252"),
        ("http://x.org/%e4%zz", "http://x.org/%e4%25zz"),
        ("http://x.org/a/./b/../c", "http://x.org/a/c"),
        ("http://x.org/../..", "http://x.org/"),
        ("http://x.org/a/.", "http://x.org/a/"),
        ("http://x.org/嘊", "http://x.org/%E5%98%8A"),
        ('http://x.org/"<>^`{|}', "http://x.org/%22%3C%3E%5E%60%7B%7C%7D"),
        ("http://x.org/[1]?a[]=2", "http://x.org/%5B1%5D?a%5B%5D=2"),
        ("http://my_host.x.org/", "http://my_host.x.org/"),
        ("http://a@b", None),
        ("http://x.org/#" + "\u200b", "http://x.org/"),
    ],
)
def test_normal_form(text, rebuilt):
    if rebuilt is None:
        assert refused(text)[0] == "userinfo"
    else:
        assert str(parse_url(text)) == rebuilt
        assert parse_url(rebuilt) == parse_url(text)


@pytest.mark.parametrize(
    ("text", "category", "rule"),
    [
        ("http://x.org/\n", "url", "url.forbidden_character"),
        ("http://x.org/\x85", "url", "url.forbidden_character"),
        ("http://x.org/\u2029", "url", "url.forbidden_character"),
        ("http://x.org/\ud800", "url", "url.forbidden_character"),
        ("http://x.org\\", "url", "url.forbidden_character"),
        ("http://x.org/" + "a" * MAX_URL, "url", "url.too_long"),
        ("http://x.org/" + "ü" * (MAX_URL // 5), "url", "url.too_long"),
        ("//x.org/", "url", "url.no_scheme"),
        ("http:/x.org", "url", "url.shape"),
        ("ftp://x.org", "scheme", "scheme.not_http"),
        ("http://", "host", "host.syntax"),
        ("http://x y/", "host", "host.syntax"),
        ("http://a..b/", "host", "host.syntax"),
        ("http://-a.org/", "host", "host.syntax"),
        ("http://a-.org/", "host", "host.syntax"),
        ("http://" + "a" * 64 + ".org/", "host", "host.syntax"),
        ("http://" + ".".join(["a" * 60] * 5) + "/", "host", "host.syntax"),
        ("http://a.org../", "host", "host.syntax"),
        ("http://127.1/", "host", "host.not_canonical_address"),
        ("http://1.2.3.4.5/", "host", "host.not_canonical_address"),
        ("http://a.0x1f/", "host", "host.not_canonical_address"),
        ("http://[::1/", "host", "host.ipv6_syntax"),
        ("http://[1.2.3.4]/", "host", "host.ipv6_syntax"),
        ("http://[fe80::1%25lo]/", "host", "host.ipv6_syntax"),
        ("http://lo\u200bcal.org/", "host", "host.invisible_character"),
        ("http://😀.org/", "host", "host.international_name"),
        ("http://xn--a-ecp.ru/", "host", "host.punycode"),
        ("http://xn--zz9z.org/", "host", "host.punycode"),
        ("http://x.org:0/", "port", "port.syntax"),
        ("http://x.org:65536/", "port", "port.syntax"),
        ("http://x.org:000080/", "port", "port.syntax"),
        ("http://x.org:8o/", "port", "port.syntax"),
        ("http://[::1]:x/", "port", "port.syntax"),
        ("http://@/", "userinfo", "url.userinfo"),
    ],
)
def test_refusals(text, category, rule):
    assert refused(text) == (category, rule)


def test_the_limits_themselves_are_allowed():
    assert parse_url("http://x.org:65535/").port == 65535
    assert parse_url("http://x.org:1/").port == 1
    label = "a" * 63
    host = ".".join([label, label, label, "a" * 61])
    assert parse_url(f"http://{host}/").host == host
    assert len(host) == 253
    longest = "http://x.org/" + "a" * (MAX_URL - 13)
    assert str(parse_url(longest)) == longest


@pytest.mark.parametrize(
    ("reference", "target"),
    [
        ("/c", "http://x.org:81/c"),
        ("c", "http://x.org:81/a/c"),
        ("../c?q", "http://x.org:81/c?q"),
        ("./c", "http://x.org:81/a/c"),
        ("?q=2", "http://x.org:81/a/b?q=2"),
        ("#f", "http://x.org:81/a/b?q=1"),
        ("//y.org/z", "http://y.org/z"),
        ("https://y.org", "https://y.org/"),
        ("c:d", None),
        ("./c:d", "http://x.org:81/a/c:d"),
        ("", None),
        ("http:c", None),
        ("\\c", None),
        ("/\\y.org", None),
        ("///y.org", None),
        ("/c\r\nX: 1", None),
    ],
)
def test_joining(reference, target):
    base = parse_url("http://x.org:81/a/b?q=1")
    if target is None:
        with pytest.raises(Refused) as caught:
            base.join(reference)
        if not reference:
            assert caught.value.verdict.rule == "url.empty_reference"
    else:
        assert str(base.join(reference)) == target


def test_a_verdict_becomes_the_error_of_its_row():
    with pytest.raises(Refused) as caught:
        parse_url("gopher://x.org")
    error = caught.value.verdict.error()
    assert error.as_json() == {
        "code": "SECURITY_ERROR",
        "message": "only http and https URLs can be requested",
        "category": "scheme",
        "type": "INVALID_PROTOCOL",
        "security_rule": "egress.scheme",
        "blocked_resource": "gopher",
        "risk_level": "medium",
    }
    assert caught.value.verdict.reason is Reason.SCHEME


@given(st.lists(st.sampled_from(["", ".", "..", "a", "b.c", "..."]), min_size=1, max_size=8))
def test_dot_segments_are_gone(segments):
    path = remove_dot_segments("/" + "/".join(segments))
    assert path.startswith("/")
    assert not {".", ".."} & set(path.split("/"))
    assert remove_dot_segments(path) == path


@given(st.text(max_size=40))
def test_encoding_is_stable_and_ascii(text):
    try:
        encoded = encode(text)
    except UnicodeEncodeError:
        assert any("\ud800" <= char <= "\udfff" for char in text)
        return
    assert encoded.isascii() and encode(encoded) == encoded


# Pieces that parsers are known to disagree on, mixed with plain ones.
_PIECES = st.sampled_from(
    [
        *("http", "https", "HTTP", "ftp", "", ":", "/", "//", "///", "\\", "@", "#", "?", "&", ";"),
        *(
            "example.com",
            "EXAMPLE.com.",
            "127.0.0.1",
            "0x7f.1",
            "[::1]",
            "[::ffff:1.2.3.4]",
            "[",
            "]",
        ),
        *(
            "%2e",
            "%00",
            "%40",
            "%",
            ".",
            "..",
            "*",
            "_",
            "-",
            "xn--",
            "bücher.de",
            "。",
            "①",
            "\u200b",
        ),
        *(
            ":80",
            ":00080",
            ":0",
            ":65535",
            ":99999",
            ":+80",
            " ",
            "\t",
            "\n",
            "\x00",
            "a",
            "1",
            "é",
        ),
    ]
)
_URLS = st.one_of(
    st.lists(_PIECES, max_size=8).map("".join),
    st.lists(_PIECES, max_size=6).map(lambda pieces: "http://" + "".join(pieces)),
    st.lists(_PIECES, max_size=6).map(lambda pieces: "https://example.com" + "".join(pieces)),
    st.text(string.ascii_letters + string.digits + ".:/@[]%?#-_", max_size=30).map(
        lambda rest: "http://" + rest
    ),
    st.text(max_size=20).map(lambda rest: "http://" + rest),
)


@settings(max_examples=25 * settings.default.max_examples)
@given(_URLS)
def test_what_is_accepted_is_read_alike_by_urllib_yarl_and_httpx(text):
    try:
        url = parse_url(text)
    except Refused:
        return
    rebuilt = str(url)
    assert parse_url(rebuilt) == url
    expected = (url.scheme, url.host, url.port)

    split = urlsplit(rebuilt)
    assert (split.scheme, split.hostname, split.port or _default(url)) == expected
    for encoded in (True, False):
        theirs = yarl.URL(rebuilt, encoded=encoded)
        assert (theirs.scheme, theirs.raw_host, theirs.port) == expected
    client = httpx.URL(rebuilt)
    host = client.raw_host.decode("ascii")
    assert (client.scheme, host, client.port or _default(url)) == expected

    # The text as it was given leads to the same place, too (where they can read it at all).
    split = urlsplit(text)
    if text.isascii() and "[" not in text:
        assert (split.scheme, (split.hostname or "").removesuffix(".")) == expected[:2]
    assert (split.port or _default(url)) == url.port


def _default(url: SafeUrl) -> int:
    return {"http": 80, "https": 443}[url.scheme]


def test_an_address_in_brackets_is_read_to_its_end():
    assert parse_url("http://[2606:4700::12]/").host == "2606:4700::12"
