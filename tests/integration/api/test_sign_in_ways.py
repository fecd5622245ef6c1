"""Signing in by a provider, with a second factor, and with a new password that came by mail."""

import re
import time
from urllib.parse import urlsplit

import pyotp
import pytest
from api_people import PASSWORD, People
from joserfc import jwk
from oidc_provider import OidcProvider
from plain_mail import PlainMailServer
from server_process import ServerProcess, wait_until

CLIENT_SECRET = "oidc secret/+"
SAID = "If there is an account with this address, a mail is on its way."


@pytest.fixture(scope="module")
def provider():
    server = OidcProvider(client_secret=CLIENT_SECRET)
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def mail():
    server = PlainMailServer()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def server(tmp_path_factory, provider, mail):
    folder = tmp_path_factory.mktemp("server")
    secret = folder / "client_secret"
    secret.write_text(CLIENT_SECRET + "\n")
    process = ServerProcess(
        folder / "data",
        TIDEGATE_OIDC_ISSUER=provider.issuer,
        TIDEGATE_OIDC_CLIENT_ID=provider.client_id,
        TIDEGATE_OIDC_CLIENT_SECRET_FILE=str(secret),
        TIDEGATE_OIDC_NEW_ROLE="viewer",
        TIDEGATE_OIDC_DOMAINS="example.org",
        TIDEGATE_EGRESS_ALLOW=f"127.0.0.1:{provider.server_port},127.0.0.1:{mail.port}",
        TIDEGATE_EGRESS_HTTPS_WITH_CREDENTIALS="false",
        TIDEGATE_NOTIFY_SMTP_HOST="127.0.0.1",
        TIDEGATE_NOTIFY_SMTP_PORT=str(mail.port),
        TIDEGATE_NOTIFY_SMTP_SECURITY="none",
        TIDEGATE_NOTIFY_EMAIL_FROM="tidegate@example.org",
    )
    yield process
    assert CLIENT_SECRET not in process.command.text()
    process.kill()


@pytest.fixture(autouse=True)
def _honest(provider):
    yield
    provider.key = provider.shown_key
    provider.algorithm, provider.change = "RS256", {}


def person(email: str, **more) -> dict:
    return {"sub": f"id of {email}", "email": email, "email_verified": True, **more}


def come_back(client, provider) -> str:
    """Begin, and agree at the provider; the address to come back to."""
    started = client.get("/api/v1/oidc/start")
    assert started.status_code == 303, started.text
    assert "httponly" in started.headers["set-cookie"].lower()
    return provider.authorize(started.headers["location"])


def test_somebody_new_gets_an_account_and_comes_back_to_it(server, people, provider) -> None:
    provider.claims = person("new@example.org", name="New")
    with server.client() as client:
        answer = client.get(come_back(client, provider))
        assert answer.status_code == 303, answer.text
        assert urlsplit(answer.headers["location"]).netloc == urlsplit(server.url).netloc
        first = client.get("/api/v1/session").json()
        assert (first["email"], first["role"]) == ("new@example.org", "viewer")
    provider.claims |= {"email": "renamed@example.org"}
    with server.client() as client:
        assert client.get(come_back(client, provider)).status_code == 303
        assert client.get("/api/v1/session").json()["user_id"] == first["user_id"]
    people.owner.client.patch(f"/api/v1/users/{first['user_id']}", json={"disabled": True})
    with server.client() as client:
        assert client.get(come_back(client, provider)).status_code == 401


def test_a_verified_address_is_the_account_that_has_it(server, people, provider) -> None:
    editor = people.join("editor", "both@example.org")
    provider.claims = person("Both@example.org", email_verified=False)
    with server.client() as client:
        refused = client.get(come_back(client, provider))
        assert refused.status_code == 401
        assert "vouch" in refused.json()["detail"]
    provider.claims = person("Both@example.org")
    with server.client() as client:
        assert client.get(come_back(client, provider)).status_code == 303
        assert client.get("/api/v1/session").json()["user_id"] == editor.user_id


def test_addresses_of_other_domains_do_not_get_in(server, people, provider) -> None:
    provider.claims = person("me@elsewhere.example")
    with server.client() as client:
        assert client.get(come_back(client, provider)).status_code == 401
        assert client.get("/api/v1/session").status_code == 401


LIES = {
    "another_nonce": {"nonce": "another"},
    "no_nonce": {"nonce": None},
    "another_audience": {"aud": "another"},
    "another_issuer": {"iss": "https://evil.example"},
    "expired": {"exp": 1_000_000},
    "another_client": {"aud": ["tidegate", "another"], "azp": "another"},
}


@pytest.mark.parametrize("lie", LIES)
def test_a_token_that_is_not_for_this_sign_in_is_refused(server, people, provider, lie) -> None:
    provider.claims, provider.change = person("liar@example.org"), LIES[lie]
    with server.client() as client:
        assert client.get(come_back(client, provider)).status_code == 401
        assert client.get("/api/v1/session").status_code == 401


def test_a_token_that_the_provider_did_not_sign_is_refused(server, people, provider) -> None:
    provider.claims = person("forger@example.org")
    forged = [
        ("RS256", jwk.RSAKey.generate_key(2048, {"kid": "one"})),
        ("HS256", provider.shown_key),
        ("none", provider.shown_key),
    ]
    for algorithm, key in forged:
        provider.algorithm, provider.key = algorithm, key
        with server.client() as client:
            assert client.get(come_back(client, provider)).status_code == 401, algorithm


def test_an_answer_belongs_to_the_browser_and_the_moment_that_began(
    server, people, provider
) -> None:
    provider.claims = person("victim@example.org")
    with server.client() as mine, server.client() as other:
        address = come_back(mine, provider)
        assert other.get(address).status_code == 401, "another browser"
        wrong = re.sub(r"state=[^&]*", "state=guessed", address)
        assert mine.get(wrong).status_code == 401, "another state"
        iss = re.sub(r"iss=[^&]*", "iss=https://evil.example", address)
        assert mine.get(iss).status_code == 401, "another provider"
        assert mine.get(address).status_code == 303
        assert mine.get(address).status_code == 401, "the code is good once"


def test_a_second_factor_is_asked_for_and_each_code_works_once(server, people) -> None:
    somebody = people.join("editor", "careful@example.org")
    client = somebody.client
    url = "/api/v1/account/second_factor"
    assert client.post(url, json={"password": "not this one"}).status_code == 422
    begun = client.post(url, json={"password": PASSWORD}).json()
    assert begun["uri"].startswith("otpauth://totp/Tidegate:careful%40example.org?secret=")
    totp = pyotp.TOTP(begun["secret"])

    def sign_in(code: str | None = None) -> tuple[int, str | None]:
        body = {"email": "careful@example.org", "password": PASSWORD}
        with server.client() as stranger:
            answer = stranger.post(
                "/api/v1/session", json=body if code is None else {**body, "code": code}
            )
            return answer.status_code, answer.json()["code"] if answer.content else None

    assert sign_in() == (204, None), "it does not count before it is confirmed"
    assert client.put(url, json={"code": "000000"}).status_code == 422
    code = totp.now()
    codes = client.put(url, json={"code": code}).json()["recovery_codes"]
    assert len(set(codes)) == 10
    assert sign_in() == (401, "SECOND_FACTOR_NEEDED")
    assert sign_in(code)[0] == 401, "a code that was used"
    following = totp.at(time.time() + 30)
    assert sign_in(following) == (204, None)
    assert sign_in(following)[0] == 401
    assert sign_in(codes[0].upper()) == (204, None)
    assert sign_in(codes[0])[0] == 401

    # A new password alone lets nobody in.
    link = people.owner.client.post(f"/api/v1/users/{somebody.user_id}/password_reset").json()
    with server.client() as stranger:
        body = {"token": link["url"].partition("#")[2], "password": PASSWORD}
        assert stranger.post("/api/v1/links/accept", json=body).status_code == 204
        assert stranger.get("/api/v1/session").status_code == 401

    with server.client(headers={"origin": server.url}) as mine:
        body = {"email": "careful@example.org", "password": PASSWORD, "code": codes[1]}
        assert mine.post("/api/v1/session", json=body).status_code == 204
        off = {"password": PASSWORD, "code": "000000"}
        assert mine.post(f"{url}/off", json=off).status_code == 422
        assert mine.post(f"{url}/off", json={**off, "code": codes[2]}).status_code == 204
    assert sign_in() == (204, None)


def test_an_admin_switches_off_what_was_lost_and_codes_can_not_be_guessed(server, people) -> None:
    somebody = people.join("viewer", "lost@example.org")
    url = "/api/v1/account/second_factor"
    secret = somebody.client.post(url, json={"password": PASSWORD}).json()["secret"]
    code = pyotp.TOTP(secret).now()
    assert somebody.client.put(url, json={"code": code}).status_code == 200
    body = {"email": "lost@example.org", "password": PASSWORD}
    with server.client() as stranger:
        tries = [
            stranger.post("/api/v1/session", json={**body, "code": f"{n:06}"}).status_code
            for n in range(12)
        ]
    assert tries[0] == 401
    assert 429 in tries
    reset = f"/api/v1/users/{somebody.user_id}/second_factor"
    assert somebody.client.delete(reset).status_code == 403
    assert people.owner.client.delete(reset).status_code == 204
    audit = people.owner.client.get("/api/v1/audit", params={"action": "user.second_factor"})
    assert audit.json()["entries"][0]["details"] == {"on": False}


def test_a_secret_is_sealed_in_the_database(server, people) -> None:
    somebody = people.join("viewer", "sealed@example.org")
    url = "/api/v1/account/second_factor"
    secret = somebody.client.post(url, json={"password": PASSWORD}).json()["secret"]
    files = [server.data_dir / "tidegate.db", server.data_dir / "tidegate.db-wal"]
    assert not any(secret.encode() in file.read_bytes() for file in files if file.exists())


def test_invitations_and_forgotten_passwords_come_by_mail(server, people, mail) -> None:
    invited = people.owner.client.post(
        "/api/v1/invitations", json={"email": "mailed@example.org", "role": "viewer"}
    ).json()
    assert invited["mailed"]
    assert invited["url"] in mail.mails[-1]
    accept = {"token": invited["url"].partition("#")[2], "password": PASSWORD}
    with server.client() as client:
        assert client.post("/api/v1/links/accept", json=accept).status_code == 204
    before = len(mail.mails)
    with server.client() as client:
        for email in ("nobody@example.org", "mailed@example.org"):
            answer = client.post("/api/v1/password_resets", json={"email": email})
            assert (answer.status_code, answer.json()) == (202, {"detail": SAID})
        wait_until(lambda: len(mail.mails) > before)
        assert len(mail.mails) == before + 1, "nobody is mailed who has no account"
        assert "To: mailed@example.org" in mail.mails[-1]
        token = re.search(r"/reset#([\w-]+)", mail.mails[-1].replace("=\r\n", ""))[1]
        body = {"token": token, "password": "a new and long password"}
        assert client.post("/api/v1/links/accept", json=body).status_code == 204
        tries = [
            client.post("/api/v1/password_resets", json={"email": "mailed@example.org"}).status_code
            for _ in range(12)
        ]
        assert 429 in tries


def test_the_page_knows_how_one_can_sign_in(client) -> None:
    assert client.get("/api/v1/session/ways").json() == {
        "oidc": True,
        "mail": True,
        "needs_owner": False,
    }


def test_nothing_is_open_before_the_owner(tmp_path, provider) -> None:
    server = ServerProcess(
        tmp_path / "data",
        TIDEGATE_OIDC_ISSUER=provider.issuer,
        TIDEGATE_OIDC_CLIENT_ID="tidegate",
        TIDEGATE_OIDC_NEW_ROLE="admin",
        TIDEGATE_EGRESS_ALLOW=f"127.0.0.1:{provider.server_port}",
    )
    try:
        with server.client() as client:
            assert client.get("/api/v1/oidc/start").status_code == 409
            assert client.get("/api/v1/session/ways").json()["needs_owner"]
        assert People(server).owner.user_id
    finally:
        server.kill()
