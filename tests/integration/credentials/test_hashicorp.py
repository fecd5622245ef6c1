"""References to HashiCorp Vault, against a server that speaks its HTTP API."""

import pytest
from vault_server import VaultServer

from tidegate.config import HashicorpSettings, ReferenceSettings
from tidegate.credentials.hashicorp import HashicorpVault
from tidegate.credentials.opened import Content
from tidegate.credentials.references import References
from tidegate.errors import CredentialError, InvalidInput
from tidegate.redact import Redactor

TOKEN = "hvs.the-token-of-tidegate"


@pytest.fixture
def server():
    running = VaultServer()
    running.tokens.add(TOKEN)
    running.store["crm/api"] = {"token": "s3cret-in-vault", "value": "plain-in-vault", "n": 1}
    yield running
    running.close()


@pytest.fixture
def redact():
    return Redactor()


@pytest.fixture
def make(server, tmp_path, redact):
    """A reader with a token, or with a role."""

    def call(*, role=False, **more):
        login = tmp_path / "login"
        login.write_text("the-secret-id\n" if role else f"{TOKEN}\n")
        server.roles["the-role"] = "the-secret-id"
        named = {"role_id": "the-role", "secret_id_file": login} if role else {"token_file": login}
        settings = HashicorpSettings(**({"address": server.address} | named | more))
        return HashicorpVault(settings, redact.add)

    return call


@pytest.mark.parametrize("role", [False, True])
def test_fields_are_read_and_kept_for_a_while(make, server, redact, role):
    vault = make(role=role)
    assert vault.read("crm/api#token") == "s3cret-in-vault"
    assert vault.read("crm/api") == "plain-in-vault"
    assert server.reads == ["/v1/secret/data/crm/api"]
    assert server.logins == (1 if role else 0)
    login = next(iter(server.tokens - {TOKEN})) if role else TOKEN
    assert redact(f"it is {login}") == "it is ***"
    if role:
        assert redact("the-secret-id") == "***"


def test_what_is_kept_ends(make, server):
    vault = make(cache=0.0)
    assert vault.read("crm/api") == "plain-in-vault"
    server.store["crm/api"] = {"value": "another"}
    assert vault.read("crm/api") == "another"


def test_a_credential_refers_to_it(make):
    content = Content.of(
        "bearer", {"token": {"$vault": "crm/api#token"}}, ("a.example",), allow_plain_http=False
    )
    assert content.shown_fields() == {"token": "vault crm/api#token"}
    opened = content.open("1", "api", 1, References(ReferenceSettings(), make()))
    assert opened.values.token == "s3cret-in-vault"
    assert b"s3cret" not in content.encode()
    with pytest.raises(CredentialError, match=r"'api': .* hashicorp\.address"):
        content.open("1", "api", 1, References(ReferenceSettings()))


def test_a_login_that_was_withdrawn_is_made_anew(make, server):
    vault = make(role=True, cache=0.0)
    vault.read("crm/api")
    server.tokens.clear()
    assert vault.read("crm/api") == "plain-in-vault"
    assert server.logins == 2


def test_a_login_is_renewed_before_it_ends(make, server):
    server.lease = 1
    vault = make(role=True, cache=0.0)
    vault.read("crm/api")
    vault._login_ends = 0.0  # as after its time
    vault.read("crm/api")
    assert server.logins == 2


def test_a_token_file_that_an_agent_renews(make, server, tmp_path):
    vault = make(cache=0.0)
    vault.read("crm/api")
    server.tokens = {"hvs.another-token"}
    (tmp_path / "login").write_text("hvs.another-token")
    assert vault.read("crm/api") == "plain-in-vault"


@pytest.mark.parametrize(
    ("target", "said"),
    [
        ("crm/none", "which is not there"),
        ("crm/api#other", "no text in the field 'other'"),
        ("crm/api#n", "no text in the field 'n'"),
        ("crm/../../sys/raw", "not a path"),
        ("../sys", "not a path"),
        ("./a", "not a path"),
        ("a//b", "not a path"),
        ("/a", "not a path"),
        ("a?version=1", "not a path"),
        ("a%2e%2e/b", "not a path"),
        ("", "not a path"),
    ],
)
def test_what_can_t_be_had_is_said_with_the_reference(make, target, said):
    with pytest.raises(CredentialError, match=said) as caught:
        make().read(target)
    assert f"refers to {target} in HashiCorp Vault" in str(caught.value)


def test_every_failure_is_told_without_a_secret(make, server, tmp_path):
    def error_of(vault):
        with pytest.raises(CredentialError) as caught:
            vault.read("crm/api#token")
        shown = f"{caught.value} {caught.value.details} {caught.value.__cause__}"
        for secret in (TOKEN, "s3cret", "the-secret-id"):
            assert secret not in shown
        assert caught.value.__suppress_context__
        return str(caught.value)

    server.status = 503
    assert "which answered VaultDown" in error_of(make())
    server.status = 500
    assert "which answered InternalServerError" in error_of(make())
    server.status = 200
    assert "is no vault" in error_of(make())
    server.status = None
    server.tokens.clear()
    assert "may not read" in error_of(make())
    server.roles["other"] = "x"
    assert "refused Tidegate's login" in error_of(make(role=True, role_id="other"))
    server.delay = 3.0
    assert "did not answer in time" in error_of(make(timeout=0.2))
    server.delay = 0.0
    assert "can't be reached" in error_of(make(address="http://127.0.0.1:1"))
    missing = tmp_path / "missing"
    assert f"the file {missing}" in error_of(make(token_file=missing))


def test_a_redirect_leads_nowhere(make, server):
    other = VaultServer()
    server.location = f"{other.address}/v1/secret/data/crm/api"
    with pytest.raises(CredentialError):
        make().read("crm/api")
    assert other.reads == []
    other.close()


def test_the_environment_leads_nowhere(make, server, monkeypatch):
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    monkeypatch.setenv("VAULT_ADDR", "http://127.0.0.1:1")
    monkeypatch.setenv("VAULT_NAMESPACE", "other")
    assert make().read("crm/api") == "plain-in-vault"
    assert server.namespaces == [None]
    make(namespace="team").read("crm/api")
    assert server.namespaces[-1] == "team"


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"mount": "kv"}, "hashicorp.address"),
        ({"address": "https://v"}, "token_file or"),
        ({"address": "https://v", "token_file": "t", "role_id": "r"}, "token_file or"),
        ({"address": "https://v", "role_id": "r"}, "needs hashicorp.secret_id_file"),
    ],
)
def test_settings_that_can_t_be_used_are_told_at_the_start(settings, said):
    with pytest.raises(InvalidInput, match=said):
        HashicorpVault(HashicorpSettings(**settings), list)
