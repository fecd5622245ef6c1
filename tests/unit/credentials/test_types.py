"""Every type: what it puts into a request, what of it is secret, and what it refuses."""

import base64
import tempfile
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from certificates import Authority

from tidegate.credentials.base import Kept, secret_fields
from tidegate.credentials.token_endpoint import GrantRefused, read_token
from tidegate.credentials.types import TYPES, checked, type_named
from tidegate.errors import CredentialError, InvalidInput, NodeRetryable
from tidegate.sdk.http import HttpRequest, HttpResponse


def client_certificate(**more):
    with tempfile.TemporaryDirectory() as folder:
        Authority(Path(folder)).make("client", ["client.example"], **more)
        files = {"certificate": "client.pem", "key": "client.key"}
        return {name: (Path(folder) / file).read_text() for name, file in files.items()}


VALUES = {
    "none": {},
    "basic": {"user": "ada", "password": "pass:wörd"},
    "bearer": {"token": "abcd1234"},
    "header": {"header": "X-Api-Key", "value": "key-1234"},
    "query": {"parameter": "key", "value": "a b&c/é"},
    "custom": {"headers": {"X-A": "one-1"}, "query": {"b": "two-2"}},
    "digest": {"user": "ada", "password": "pass:wörd"},
    "oauth1": {"consumer_key": "me", "consumer_secret": "c/ret", "token_secret": "t/ret"},
    "oauth2": {
        "authorization_url": "https://id.example.org/authorize?x=1",
        "token_url": "https://id.example.org/token",
        "client_id": "me",
        "client_secret": "very secret/+",
    },
    "mtls": client_certificate(),
    "oauth2_client": {
        "token_url": "https://id.example.org/token",
        "client_id": "me",
        "client_secret": "very secret/+",
    },
    "database": {"user": "ada", "password": "pass"},
    "imap": {"host": "imap.example.org", "user": "ada", "password": "pass"},
    "imap_oauth2": {
        "authorization_url": "https://login.example.org/authorize",
        "token_url": "https://login.example.org/token",
        "client_id": "me",
        "client_secret": "very secret/+",
        "host": "imap.example.org",
        "user": "ada@example.org",
    },
    "hmac": {"secret": "of two who sign"},
}
REQUEST = HttpRequest("GET", "https://api.example.org/a?b=1#c", [("x-a", "mine"), ("X-B", "2")])


def credential(type, **values):
    return checked(type_named(type), VALUES[type] | values)


def test_every_type_is_tested():
    assert VALUES.keys() == TYPES.keys()


def test_basic():
    request = credential("basic").sign(REQUEST, Kept())
    pair = base64.b64encode("ada:pass:wörd".encode()).decode()
    assert ("Authorization", f"Basic {pair}") in request.headers
    assert request.sensitive_headers == {"authorization"}


def test_bearer_replaces_what_the_node_wrote():
    request = HttpRequest("GET", "https://a.example/", [("AUTHORIZATION", "mine"), ("X", "1")])
    signed = credential("bearer").sign(request, Kept())
    assert list(signed.headers) == [("X", "1"), ("Authorization", "Bearer abcd1234")]


def test_header():
    signed = credential("header").sign(REQUEST, Kept())
    assert ("X-Api-Key", "key-1234") in signed.headers
    assert signed.sensitive_headers == {"x-api-key"}


def test_query():
    signed = credential("query").sign(REQUEST, Kept())
    assert signed.url == "https://api.example.org/a?b=1&key=a%20b%26c%2F%C3%A9"
    assert signed.sensitive_query == {"key"}
    bare = HttpRequest("GET", "https://api.example.org")
    assert (
        credential("query", value="abcd").sign(bare, Kept()).url
        == "https://api.example.org?key=abcd"
    )


def test_custom():
    signed = credential("custom").sign(REQUEST, Kept())
    assert list(signed.headers) == [("X-B", "2"), ("X-A", "one-1")]
    assert signed.url.endswith("?b=1&b=two-2")
    assert (signed.sensitive_headers, signed.sensitive_query) == ({"x-a"}, {"b"})


def test_none_changes_nothing():
    assert credential("none").sign(REQUEST, Kept()) is REQUEST


def test_database_is_not_for_http():
    found = credential("database")
    assert not found.is_for_http
    assert found.as_values() == {"user": "ada", "password": "pass"}


@pytest.mark.parametrize("authentication", ["header", "body"])
def test_the_request_for_a_token(authentication):
    found = credential("oauth2_client", authentication=authentication, scope="read write")
    request = found.token_request()
    pair = base64.b64encode(b"me:very+secret%2F%2B").decode()
    is_in_header = ("Authorization", f"Basic {pair}") in request.headers
    is_in_body = b"client_secret=very+secret%2F%2B" in request.body
    assert (is_in_header, is_in_body) == (authentication == "header", authentication == "body")
    assert b"grant_type=client_credentials&scope=read+write" in request.body
    assert not request.follow_redirects
    assert request.sensitive_query, "the gate would let it go without TLS"


def answer(body, status=200):
    return HttpResponse(status, "", [], body, "https://id.example.org/token", 1.0)


@pytest.mark.parametrize(
    ("expires_in", "seconds"),
    [
        ("60", 54.0),
        ("3600", 3540.0),
        ('"3600"', 3540.0),
        ('"x"', 300.0),
        ("-1", 0.0),
        ("true", 300.0),
    ],
)
def test_the_answer_with_a_token(expires_in, seconds):
    body = f'{{"access_token": "abcd", "token_type": "Bearer", "expires_in": {expires_in}}}'
    token = read_token(answer(body.encode()))
    assert (token.value, token.seconds, token.refresh) == ("abcd", seconds, None)
    assert (
        read_token(answer(b'{"access_token": "abcd", "refresh_token": "efgh"}')).refresh == "efgh"
    )
    assert "abcd" not in repr(token)


@pytest.mark.parametrize(
    ("body", "status", "said", "kind"),
    [
        (b'{"error": "invalid_client"}', 401, "answered 401: invalid_client", CredentialError),
        (b'{"error": "invalid_grant"}', 400, "answered 400: invalid_grant", GrantRefused),
        (b"<html>", 500, "answered 500", NodeRetryable),
        (b"<html>", 429, "answered 429", NodeRetryable),
        (b"[]", 200, "no bearer token", CredentialError),
        (b'{"access_token": "a b c d"}', 200, "no bearer token", CredentialError),
        (b'{"access_token": "abc"}', 200, "no bearer token", CredentialError),
        (b'{"access_token": "abcd", "token_type": "mac"}', 200, "no bearer token", CredentialError),
    ],
)
def test_an_answer_without_a_token(body, status, said, kind):
    with pytest.raises(kind, match=said):
        read_token(answer(body, status))


@pytest.mark.parametrize("authentication", ["header", "body", "none"])
def test_how_a_client_says_who_it_is(authentication):
    secret = {"client_secret": None} if authentication == "none" else {}
    found = credential("oauth2", authentication=authentication, **secret)
    for request in (found.code_request("c0de", "http://a/", "ver"), found.refresh_request("r3f")):
        pair = base64.b64encode(b"me:very+secret%2F%2B").decode()
        is_in_header = ("Authorization", f"Basic {pair}") in request.headers
        form = parse_qs(request.body.decode())
        assert is_in_header == (authentication == "header")
        assert ("client_id" in form) == (authentication != "header")
        assert ("client_secret" in form) == (authentication == "body")
        assert not request.follow_redirects
        assert request.sensitive_query, "the gate would let it go without TLS"


def test_where_a_person_grants_access():
    found = credential("oauth2", scope="a b", parameters={"audience": "ä&b"})
    address = found.authorization_address("http://127.0.0.1:1/", "st", "ch")
    assert address.startswith("https://id.example.org/authorize?x=1&audience=")
    assert parse_qs(urlsplit(address).query) == {
        "x": ["1"],
        "audience": ["ä&b"],
        "response_type": ["code"],
        "client_id": ["me"],
        "redirect_uri": ["http://127.0.0.1:1/"],
        "state": ["st"],
        "code_challenge": ["ch"],
        "code_challenge_method": ["S256"],
        "scope": ["a b"],
    }


def test_a_certificate_goes_to_the_gate_s_tls():
    found = credential("mtls")
    own = found.sign(REQUEST, Kept()).identity
    assert (own.certificate, own.key) == (VALUES["mtls"]["certificate"], VALUES["mtls"]["key"])
    assert "PRIVATE KEY" not in repr(own)
    assert found.expires_at is not None


def test_what_is_secret():
    found = {type: secret_fields(kind) for type, kind in TYPES.items()}
    assert found == {
        "none": (),
        "basic": ("password",),
        "bearer": ("token",),
        "header": ("value",),
        "query": ("value",),
        "custom": ("headers", "query"),
        "digest": ("password",),
        "oauth1": ("consumer_secret", "token", "token_secret", "private_key"),
        "oauth2_client": ("client_secret",),
        "oauth2": ("client_secret",),
        "mtls": ("key", "passphrase"),
        "database": ("password",),
        "imap": ("password",),
        "imap_oauth2": ("client_secret",),
        "hmac": ("secret",),
    }
    assert set(credential("custom").secret_values()) == {"one-1", "two-2"}
    assert set(credential("basic").secret_values()) == {"pass:wörd", "ada:pass:wörd"}
    keys = {"c/ret", "t/ret", "c%2Fret&t%2Fret"}
    assert set(credential("oauth1").secret_values()) == keys
    found = set(credential("mtls").secret_values())
    assert {VALUES["mtls"]["key"], VALUES["mtls"]["key"].splitlines()[1]} <= found


@pytest.mark.parametrize(
    ("type", "values"),
    [
        ("basic", {"user": "a:b"}),
        ("basic", {"password": "abc"}),
        ("bearer", {"token": "with\nline"}),
        ("bearer", {"token": "wörd-word"}),
        ("header", {"header": "X: Y"}),
        ("header", {"header": "X-Key\n"}),
        ("query", {"parameter": "a=b"}),
        ("custom", {"headers": {}, "query": {}}),
        ("custom", {"headers": {"bad name": "SECRET-VALUE"}}),
        ("digest", {"user": "a:b"}),
        ("oauth1", {"consumer_secret": None}),
        ("oauth1", {"signature_method": "SECRET-VALUE"}),
        ("oauth1", {"signature_method": "RSA-SHA1", "private_key": "SECRET-VALUE"}),
        ("oauth1", {"signature_method": "RSA-SHA1"}),
        ("oauth2", {"authorization_url": "http://id.example.org"}),
        ("oauth2", {"parameters": {"state": "SECRET-VALUE"}}),
        ("oauth2", {"authentication": "none"}),
        ("oauth2", {"client_secret": None}),
        ("mtls", {"key": "SECRET-VALUE"}),
        ("mtls", {"key": client_certificate()["key"]}),
        ("mtls", {"certificate": "SECRET-VALUE"}),
        ("mtls", {"authorities": "SECRET-VALUE"}),
        ("mtls", {"passphrase": "SECRET-VALUE"}),
        ("oauth2_client", {"token_url": "ftp://id.example.org"}),
        ("oauth2_client", {"authentication": "SECRET-VALUE"}),
        ("database", {"passwort": "SECRET-VALUE"}),
        ("none", {"token": "SECRET-VALUE"}),
    ],
)
def test_wrong_values_are_refused_without_being_shown(type, values):
    with pytest.raises(InvalidInput) as caught:
        credential(type, **values)
    shown = f"{caught.value.message} {caught.value.problems} {caught.value.as_json()}"
    assert "SECRET-VALUE" not in shown
    assert caught.value.problems
    assert caught.value.__cause__ is None


@pytest.mark.parametrize("values", [None, [], "text", 1])
def test_values_must_be_an_object(values):
    with pytest.raises(InvalidInput, match="a JSON object: token"):
        checked(type_named("bearer"), values)


def test_an_unknown_type_is_answered_with_the_nearest():
    with pytest.raises(InvalidInput, match="did you mean 'bearer'"):
        type_named("beare")
    with pytest.raises(InvalidInput, match="the types are: none, basic"):
        type_named("kerberos")
