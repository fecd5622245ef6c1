"""Access that a person grants: the two halves, refreshes by several at once, and every refusal."""

import asyncio
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from authorization_server import AuthorizationServer

from tidegate.app import App
from tidegate.config import EgressSettings, Settings
from tidegate.credentials.gate import CredentialGate
from tidegate.errors import CredentialError, InvalidInput, NodeRetryable
from tidegate.sdk.http import HttpRequest
from tidegate.services import credentials
from tidegate.services.authorization import finish_authorization, start_authorization
from tidegate.services.grants import LEASE_SECONDS
from tidegate.services.sealed import change
from tidegate.store import credentials as store

CHILD = Path(__file__).with_name("child_request.py")


@pytest.fixture
def server():
    running = AuthorizationServer()
    yield running
    running.close()


@pytest.fixture
async def app(tmp_path, server):
    settings = Settings(data_dir=tmp_path / "data", egress=EgressSettings((server.address,)))
    opened = App.open(settings)
    yield opened
    await opened.close()


async def row_of(app):
    return await app.database.read(lambda connection: store.get(connection, "crm"))


@pytest.fixture
def save(app, server):
    """Stores the credential `crm`."""

    async def call(**more):
        values = server.credential(**more)
        await credentials.save(app, "crm", "oauth2", values, hosts=(server.address,))

    return call


@pytest.fixture
def authorize(app, server, save):
    """Stores the credential, and lets a person grant access."""

    async def call(**more):
        await save(**more)
        started = await start_authorization(app, "crm")
        assert await finish_authorization(app, server.grant(started.address)) == "crm"

    return call


@pytest.fixture
def request_api(app, server):
    """A node's request with the credential; another process would open it anew, as this does."""

    async def call(tokens=None):
        opened = await credentials.open_one(app, await row_of(app))
        gate = CredentialGate(app.gate.bound(), app.gate.bound(), opened, tokens or app.tokens)
        return (await gate.request(HttpRequest("GET", server.url("/api")))).status

    return call


async def grant_of(app):
    opened = await credentials.open_one(app, await row_of(app))
    return opened.grant


@pytest.mark.parametrize("authentication", ["header", "body"])
async def test_a_person_grants_access(app, server, authorize, request_api, authentication):
    await authorize(authentication=authentication, scope="read", parameters={"audience": "a"})
    assert await request_api() == 200
    shown = await credentials.describe(app, "crm")
    assert shown["grant"]["is_authorized"]
    assert shown["grant"]["can_refresh"]
    (token,) = server.access
    assert token not in str(shown)
    assert token.encode() not in (app.settings.data_dir / "tidegate.db").read_bytes()
    assert app.redact(f"x {token} {next(iter(server.refresh))}") == "x *** ***"


async def test_a_client_without_a_secret(app, server, authorize, request_api):
    server.client_secret = None
    await authorize(client_secret=None, authentication="none")
    assert await request_api() == 200
    assert "client_secret" not in server.forms[0]


async def test_before_a_person_granted_anything(save, request_api):
    await save()
    with pytest.raises(
        CredentialError, match=r"'crm': nobody has authorized it yet.*authorize crm"
    ):
        await request_api()


async def test_a_state_is_good_once_and_only_the_latest(app, server, save):
    await save()
    first = await start_authorization(app, "crm")
    second = await start_authorization(app, "crm", "https://tidegate.example.org/callback")
    assert second.redirect_url == "https://tidegate.example.org/callback"
    with pytest.raises(CredentialError, match="no authorization is pending"):
        await finish_authorization(app, server.grant(first.address))
    answer = server.grant(second.address)
    await finish_authorization(app, answer)
    with pytest.raises(CredentialError, match="no authorization is pending"):
        await finish_authorization(app, answer)
    assert server.grants_used("authorization_code") == 1


async def test_a_state_that_was_made_up(app, server, save):
    await save()
    started = await start_authorization(app, "crm")
    id = (await row_of(app)).id
    answer = server.grant(started.address)
    for state in (f"{id}.other", "other", "", f"{id}.", f"{id}.\u00e9"):
        parts = {name: values[0] for name, values in parse_qs(urlsplit(answer).query).items()}
        wrong = f"http://127.0.0.1:1/?{urlencode(parts | {'state': state})}"
        with pytest.raises((CredentialError, InvalidInput)):
            await finish_authorization(app, wrong)
    assert server.forms == []
    await finish_authorization(app, answer)  # what was pending still is


async def test_an_authorization_that_took_too_long(app, server, save, monkeypatch):
    await save()
    monkeypatch.setattr("tidegate.services.authorization.PENDING_SECONDS", 0.0)
    started = await start_authorization(app, "crm")
    with pytest.raises(CredentialError, match="no authorization is pending"):
        await finish_authorization(app, server.grant(started.address))


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("", "not the address"),
        ("no address", "not the address"),
        ("http://[", "not the address"),
        ("http://127.0.0.1/?code=1", "not the address"),
        ("http://127.0.0.1/?state=1&state=2", "not the address"),
        ("http://127.0.0.1/?state=" + "x" * 20_000, "not the address"),
    ],
)
async def test_what_is_no_answer(app, address, said):
    with pytest.raises(InvalidInput, match=said):
        await finish_authorization(app, address)


async def test_a_person_who_says_no(app, server, save):
    await save()
    started = await start_authorization(app, "crm")
    query = urlencode({"state": started.state, "error": "access_denied", "iss": server.issuer})
    with pytest.raises(CredentialError, match="'crm': access was not granted: access_denied"):
        await finish_authorization(app, f"{started.redirect_url}?{query}")
    assert server.forms == []


@pytest.mark.parametrize(
    ("configured", "sent", "accepted"),
    [
        ("", None, True),
        ("", "own", True),
        ("", "https://evil.example", False),
        ("own", "own", True),
        ("own", None, False),
        ("own", "https://evil.example", False),
        ("https://id.example.org", "https://id.example.org", True),
    ],
)
async def test_the_issuer(app, server, save, configured, sent, accepted):
    own = server.issuer
    await save(issuer=own if configured == "own" else configured)
    started = await start_authorization(app, "crm")
    answer = server.grant(started.address)
    parts = {name: values[0] for name, values in parse_qs(urlsplit(answer).query).items()}
    del parts["iss"]
    if sent is not None:
        parts["iss"] = own if sent == "own" else sent
    address = f"{started.redirect_url}?{urlencode(parts)}"
    if accepted:
        await finish_authorization(app, address)
    else:
        with pytest.raises(CredentialError, match="issuer"):
            await finish_authorization(app, address)
        assert server.forms == [], "the code was sent to a token server"


async def test_only_oauth2_is_authorized_by_a_person(app):
    await credentials.save(app, "crm", "bearer", {"token": "abcd1234"}, hosts=("a.example",))
    with pytest.raises(InvalidInput, match="of type bearer"):
        await start_authorization(app, "crm")


async def test_a_token_is_refreshed_before_it_ends(app, server, authorize, request_api):
    server.expires_in = 0
    await authorize()
    server.expires_in = 3600
    for _ in range(3):
        assert await request_api() == 200
    assert server.grants_used("refresh_token") == 1
    assert (await grant_of(app)).refresh_token in server.refresh


async def test_a_token_that_the_api_refuses_is_refreshed(server, authorize, request_api):
    await authorize()
    assert await request_api() == 200
    server.withdraw_access()
    assert await request_api() == 200
    assert server.grants_used("refresh_token") == 1


async def test_a_refresh_token_that_stays(app, server, authorize, request_api):
    server.rotates, server.expires_in = False, 0
    await authorize()
    for _ in range(2):
        assert await request_api() == 200
    assert server.grants_used("refresh_token") == 2
    assert (await grant_of(app)).refresh_token in server.refresh


async def test_many_at_once_refresh_once(app, server, authorize, request_api):
    """In one process, and as if in several: each with tokens of its own."""
    server.expires_in = 0
    await authorize()
    server.expires_in, server.delay = 3600, 0.2
    several = [type(app.tokens)(app.redact) for _ in range(4)]
    found = await asyncio.gather(*(request_api(tokens) for tokens in several * 3))
    assert set(found) == {200}
    assert server.grants_used("refresh_token") == 1
    assert not server.is_revoked


async def test_several_processes_refresh_once(app, server, authorize):
    server.expires_in = 0
    await authorize()
    server.expires_in, server.delay = 3600, 0.5
    arguments = [str(CHILD), str(app.settings.data_dir), server.address]
    children = [
        await asyncio.create_subprocess_exec(
            sys.executable, *arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        for _ in range(3)
    ]
    for child in children:
        out, err = await asyncio.wait_for(child.communicate(), 120)
        assert out == b"200\n", err.decode()
    assert server.grants_used("refresh_token") == 1
    assert not server.is_revoked


async def test_a_process_that_died_while_it_refreshed_is_waited_for(
    app, server, authorize, request_api, monkeypatch
):
    server.expires_in = 0
    await authorize()
    server.expires_in = 3600
    dead = {"lease_owner": "gone", "lease_until": time.time() + 1}

    def leased(content):
        return replace(content, grant=replace(content.grant, **dead))

    row = await row_of(app)
    await change(app, "crm", row.id, leased)
    began = time.monotonic()
    assert await request_api() == 200
    assert time.monotonic() - began > 0.5
    assert dead["lease_until"] < time.time() + LEASE_SECONDS


async def test_a_node_that_is_cancelled_does_not_lose_the_next_refresh_token(
    app, server, authorize, request_api
):
    server.expires_in = 0
    await authorize()
    server.expires_in, server.delay = 3600, 0.3
    asking = asyncio.ensure_future(request_api())
    while not server.grants_used("refresh_token"):
        await asyncio.sleep(0.01)
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    assert await request_api(type(app.tokens)(app.redact)) == 200
    assert server.grants_used("refresh_token") == 1
    assert (await grant_of(app)).refresh_token in server.refresh


async def test_a_withdrawn_grant_says_what_to_do_and_asks_no_more(
    app, server, authorize, request_api
):
    server.expires_in = 0
    await authorize()
    server.refresh.clear()
    said = "'crm': its authorization .*tidegate credentials authorize crm"
    with pytest.raises(CredentialError, match=said):
        await request_api()
    with pytest.raises(CredentialError, match=said):
        await request_api()
    assert server.grants_used("refresh_token") == 1
    shown = await credentials.describe(app, "crm")
    assert not shown["grant"]["is_authorized"]
    started = await start_authorization(app, "crm")
    await finish_authorization(app, server.grant(started.address))
    server.expires_in = 3600
    assert await request_api() == 200


async def test_a_server_without_refresh_tokens(server, authorize, request_api):
    server.gives_refresh, server.expires_in = False, 0
    await authorize()
    with pytest.raises(CredentialError, match=r"its authorization has ended.*authorize crm"):
        await request_api()


async def test_a_grant_that_is_not_renewed_says_when_it_ends(app, server, authorize):
    server.gives_refresh, server.expires_in = False, 3600
    await authorize()
    row = await row_of(app)
    assert row.expires_from == "grant"
    assert 0 < row.expires_at / 1_000_000 - time.time() <= 3600
    server.gives_refresh = True
    started = await start_authorization(app, "crm")
    await finish_authorization(app, server.grant(started.address))
    row = await row_of(app)
    assert (row.expires_at, row.expires_from) == (None, None)


async def test_a_token_server_in_trouble_is_asked_again(app, server, authorize, request_api):
    server.expires_in = 0
    await authorize()
    server.refusal = (503, {"error": "temporarily_unavailable"})
    with pytest.raises(NodeRetryable, match="'crm': the token server answered 503"):
        await request_api()
    assert (await grant_of(app)).lease_owner == "", "the next one would have to wait"
    server.refusal = None
    assert await request_api() == 200


async def test_a_client_that_is_refused_keeps_its_grant(app, server, authorize, request_api):
    server.expires_in = 0
    await authorize()
    server.refusal = (401, {"error": "invalid_client"})
    with pytest.raises(
        CredentialError, match=r"could not be renewed.*invalid_client.*authorize crm"
    ):
        await request_api()
    server.refusal = None
    assert await request_api() == 200


async def test_new_secrets_keep_the_grant_and_new_endpoints_lose_it(app, server, authorize, save):
    await authorize()
    before = await grant_of(app)
    server.client_secret = "another secret"
    await save(client_secret="another secret")
    assert await grant_of(app) == before
    await save(client_id="other")
    assert await grant_of(app) is None


async def test_a_rotated_vault_key_keeps_the_grant(app, authorize, request_api):
    from tidegate.services import vault

    await authorize()
    await vault.rotate(app)
    assert await request_api() == 200
