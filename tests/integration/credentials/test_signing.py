"""Requests with a credential, through the gate, against real servers."""

import json
from dataclasses import replace

import pytest

from tidegate.errors import CredentialError, SecurityError
from tidegate.sdk.http import HttpRequest


@pytest.fixture
def connect(gates, service, other):
    """Makes the gate of a node with a credential for the service."""

    def make(type, values, *hosts, plain=False, recorder=None):
        rules = (service.allow_rule, other.allow_rule)
        hosts = hosts or (service.allow_rule,)
        return gates(type, values, *hosts, plain=plain, recorder=recorder, opens=rules)

    make.redact = gates.redact
    return make


BEARER = {"token": "token-1234"}


def sent(service):
    return [request.headers.get("authorization") for request in service.requests]


async def test_a_request_is_signed_and_its_record_is_not(connect, service, recorder):
    gate = connect("bearer", BEARER, recorder=recorder)
    assert (await gate.request(HttpRequest("GET", service.url()))).status == 200
    async with gate.stream(HttpRequest("GET", service.url())) as stream:
        assert (await stream.read()).body == b'{"fine":true}'
    assert sent(service) == ["Bearer token-1234"] * 2
    assert "token-1234" not in str(recorder.requests)


async def test_another_host_gets_nothing_and_the_operator_hears_of_it(
    connect, service, other, recorder
):
    gate = connect("bearer", BEARER, recorder=recorder)
    with pytest.raises(SecurityError, match="may not be sent to"):
        await gate.request(HttpRequest("GET", other.url()))
    assert other.requests == []
    ((kind, severity, details),) = recorder.events
    assert (kind, severity, details["rule"]) == ("BLOCKED_URL", "high", "credential.hosts")


@pytest.mark.parametrize("type", ["bearer", "header", "custom"])
async def test_a_redirect_to_another_origin_loses_the_credential(connect, service, other, type):
    values = {
        "bearer": BEARER,
        "header": {"header": "X-Mine", "value": "token-1234"},
        "custom": {"headers": {"X-Other": "token-1234"}},
    }[type]
    service.mock_response("/away", status=302, headers={"Location": other.url("/there")})
    service.mock_response("/here", status=302, headers={"Location": "/"})
    other.mock_response("/there", json={})
    gate = connect(type, values)
    await gate.request(HttpRequest("GET", service.url("/here")))
    await gate.request(HttpRequest("GET", service.url("/away")))
    assert ["token-1234" in str(request.headers) for request in service.requests] == [True] * 3
    assert "token-1234" not in str(other.requests[0].headers)


async def test_plain_http_needs_the_credential_s_permission(connect, service):
    """Loopback literals are exempt, so a name is asked for: it is refused before any lookup."""
    for type, values in [
        ("bearer", BEARER),
        ("query", {"parameter": "k", "value": "token-1234"}),
        ("header", {"header": "X-Mine", "value": "token-1234"}),
    ]:
        gate = connect(type, values, "api.example.org:80")
        with pytest.raises(SecurityError, match="needs https"):
            await gate.request(HttpRequest("GET", "http://api.example.org/"))
    body = {"client_id": "me", "client_secret": "very secret", "authentication": "body"}
    url = {"token_url": "http://id.example.org/token"}
    gate = connect("oauth2_client", body | url, "api.example.org")
    with pytest.raises(SecurityError, match="needs https"):
        await gate.request(HttpRequest("GET", "https://api.example.org/"))


async def test_a_database_s_credential_signs_no_request(connect, service):
    gate = connect("database", {"user": "ada", "password": "pass"})
    with pytest.raises(CredentialError, match="can't sign an HTTP request"):
        await gate.request(HttpRequest("GET", service.url()))


def oauth(service, **more):
    return {
        "token_url": service.url("/token"),
        "client_id": "me",
        "client_secret": "very secret",
        **more,
    }


def token(service, value, seconds=3600):
    answer = {"access_token": value, "token_type": "bearer", "expires_in": seconds}
    service.mock_response("/token", json=answer, method="POST")


async def test_a_token_is_fetched_once_and_known_as_a_secret(connect, service):
    token(service, "access-1")
    gate = connect("oauth2_client", oauth(service))
    for _ in range(3):
        await gate.request(HttpRequest("GET", service.url()))
    assert [request.path for request in service.requests] == ["/token", "/", "/", "/"]
    assert sent(service)[1:] == ["Bearer access-1"] * 3
    assert connect.redact("my access-1") == "my ***"


async def test_many_at_once_fetch_one_token(connect, service):
    import asyncio

    token(service, "access-1")
    gate = connect("oauth2_client", oauth(service))
    request = HttpRequest("GET", service.url())
    await asyncio.gather(*(gate.request(request) for _ in range(8)))
    assert [request.path for request in service.requests].count("/token") == 1


async def test_an_expired_token_is_renewed(connect, service):
    token(service, "access-1", seconds=0)
    token(service, "access-2")
    gate = connect("oauth2_client", oauth(service))
    for _ in range(2):
        await gate.request(HttpRequest("GET", service.url()))
    assert [h for h in sent(service) if h.startswith("Bearer")] == [
        "Bearer access-1",
        "Bearer access-2",
    ]


@pytest.mark.parametrize("streams", [False, True])
async def test_a_withdrawn_token_is_replaced_once(connect, service, streams):
    token(service, "access-1")
    token(service, "access-2")
    gate = connect("oauth2_client", oauth(service))
    await gate.request(HttpRequest("GET", service.url()))
    service.mock_response("/api", status=401, method="POST")
    service.mock_response("/api", json={"fine": True}, method="POST")
    request = HttpRequest("POST", service.url("/api"), body=b"{}")
    if streams:
        async with gate.stream(request) as stream:
            assert stream.head.status == 200
    else:
        assert (await gate.request(request)).status == 200
    posts = [r.headers["authorization"] for r in service.requests if r.path == "/api"]
    assert posts == ["Bearer access-1", "Bearer access-2"]


async def test_a_fresh_token_that_is_refused_is_not_fetched_again(connect, service):
    token(service, "access-1")
    service.mock_response("/no", status=401)
    gate = connect("oauth2_client", oauth(service))
    assert (await gate.request(HttpRequest("GET", service.url("/no")))).status == 401
    assert [request.path for request in service.requests] == ["/token", "/no"]


async def test_a_changed_credential_gets_a_token_of_its_own(connect, service):
    token(service, "access-1")
    token(service, "access-2")
    gate = connect("oauth2_client", oauth(service))
    await gate.request(HttpRequest("GET", service.url()))
    changed = replace(gate, credential=replace(gate.credential, version=2))
    await changed.request(HttpRequest("GET", service.url()))
    assert sent(service)[-1] == "Bearer access-2"


async def test_the_token_server_s_refusal(connect, service):
    answer = json.dumps({"error": "invalid_client", "error_description": "who are you"})
    service.mock_response("/token", status=400, body=answer)
    gate = connect("oauth2_client", oauth(service))
    with pytest.raises(CredentialError, match="'mine': the token server answered 400: who are"):
        await gate.request(HttpRequest("GET", service.url()))
    assert [request.path for request in service.requests] == ["/token"]


async def test_a_redirect_of_the_token_server_is_not_followed(connect, service, other):
    service.mock_response("/token", status=307, headers={"Location": other.url("/token")})
    gate = connect("oauth2_client", oauth(service))
    with pytest.raises(CredentialError, match="answered 307"):
        await gate.request(HttpRequest("GET", service.url()))
    assert other.requests == []
