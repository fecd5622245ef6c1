"""Where a credential may go, and fields that refer to their value."""

import pytest

from tidegate.config import ReferenceSettings
from tidegate.credentials.hosts import AllowedHosts
from tidegate.credentials.opened import Content
from tidegate.credentials.references import References
from tidegate.errors import CredentialError, InvalidInput, SecurityError


@pytest.mark.parametrize(
    ("rule", "host", "port", "allowed"),
    [
        ("api.example.org", "api.example.org", 443, True),
        ("API.example.org.", "api.example.org", 443, True),
        ("api.example.org", "api.example.org", 8443, False),
        ("api.example.org:8443", "api.example.org", 8443, True),
        ("api.example.org:8443", "api.example.org", 443, False),
        ("api.example.org", "evil-api.example.org", 443, False),
        ("api.example.org", "api.example.org.evil.com", 443, False),
        ("api.example.org", "example.org", 443, False),
        ("*.example.org", "a.b.example.org", 443, True),
        ("*.example.org", "example.org", 443, False),
        ("*.example.org", "evilexample.org", 443, False),
        ("[::1]:80", "::1", 80, True),
        ("127.0.0.1", "127.0.0.1", 443, True),
        ("bücher.example", "xn--bcher-kva.example", 443, True),
    ],
)
def test_hosts(rule, host, port, allowed):
    assert AllowedHosts.parse([rule]).allows(host, port, 443) is allowed


@pytest.mark.parametrize(
    "rule",
    [
        "",
        "*",
        "*.org",
        "*.127.0.0.1",
        "https://a.org",
        "a.org/b",
        "a@b.org",
        "a.org:0",
        "a.org:99999",
    ],
)
def test_what_is_no_host(rule):
    with pytest.raises(InvalidInput, match="is not a host"):
        AllowedHosts.parse([rule])


def opened(content, *folders, environment=("THE_*",)):
    allowed = ReferenceSettings(environment, tuple(map(str, folders)))
    return content.open("1", "api", 1, References(allowed))


def content(values, hosts=("api.example.org",), type="bearer"):
    return Content.of(type, values, hosts, allow_plain_http=False)


def test_a_credential_without_hosts_goes_nowhere():
    with pytest.raises(InvalidInput, match="which hosts"):
        content({"token": "abcd"}, ())
    assert content({}, (), "none").hosts == ()


def test_another_host_is_refused():
    found = opened(content({"token": "abcd"}))
    found.check_host("api.example.org", 443, 443)
    with pytest.raises(SecurityError, match=r"'api' may not be sent to evil\.example") as caught:
        found.check_host("evil.example", 443, 443)
    assert caught.value.rule == "credential.hosts"


def test_what_is_sealed_comes_back():
    made = content({"token": {"$env": "X"}})
    assert Content.decode("bearer", made.encode()) == made


def test_references_are_looked_up_at_use(monkeypatch, tmp_path):
    file = tmp_path / "secret"
    by_variable = content({"token": {"$env": "THE_TOKEN"}})
    by_file = content({"token": {"$file": str(file)}})
    for value in ("first-1", "second-2"):
        monkeypatch.setenv("THE_TOKEN", value)
        file.write_text(f"{value}\n")
        assert opened(by_variable).values.token == value
        assert opened(by_file, tmp_path).values.token == value
    assert by_variable.shown_fields() == {"token": "env THE_TOKEN"}
    assert content({"token": "abcd"}).shown_fields() == {"token": "secret"}


def test_a_reference_inside_of_an_object(monkeypatch):
    monkeypatch.setenv("THE_KEY", "value-1")
    made = content({"headers": {"X-Key": {"$env": "THE_KEY"}}}, type="custom")
    assert opened(made).values.headers == {"X-Key": "value-1"}


def test_a_reference_that_leads_nowhere(monkeypatch, tmp_path):
    monkeypatch.delenv("THE_TOKEN", raising=False)
    for reference, said in [
        ({"$env": "THE_TOKEN"}, "variable THE_TOKEN, which is not set"),
        ({"$file": str(tmp_path / "none")}, "can't be read: No such file"),
        ({"$file": str(tmp_path)}, "can't be read"),
    ]:
        with pytest.raises(CredentialError, match=f"credential 'api': .*{said}"):
            opened(content({"token": reference}), tmp_path)


def test_a_value_that_does_not_fit_is_not_shown(monkeypatch, tmp_path):
    monkeypatch.setenv("THE_TOKEN", "two\nlines")
    with pytest.raises(CredentialError, match="token: it may hold only visible") as caught:
        opened(content({"token": {"$env": "THE_TOKEN"}}), tmp_path)
    assert "two" not in str(caught.value)
    large = tmp_path / "large"
    large.write_text("x" * 100_000)
    with pytest.raises(CredentialError, match="too large"):
        opened(content({"token": {"$file": str(large)}}), tmp_path)
    large.write_bytes(b"\xff\xfe\xfd\xfc")
    with pytest.raises(CredentialError, match="it is not text"):
        opened(content({"token": {"$file": str(large)}}), tmp_path)


@pytest.mark.parametrize(
    ("reference", "said"),
    [
        ({"$env": "OTHER"}, r"variable OTHER; .* references\.environment"),
        ({"$env": "other_the_x"}, "references.environment"),
        ({"$file": "/etc/passwd"}, r"file /etc/passwd; .* references\.folders"),
        ({"$file": "relative"}, "references.folders"),
        ({"$file": "a\0b"}, "references.folders"),
        ({"$vault": "crm/api"}, "hashicorp.address"),
    ],
)
def test_what_the_operator_did_not_allow_is_not_looked_up(monkeypatch, tmp_path, reference, said):
    monkeypatch.setenv("OTHER", "s3cret-value")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "relative").write_text("s3cret-value")
    with pytest.raises(CredentialError, match=said):
        opened(content({"token": reference}), tmp_path)


def test_no_way_leads_out_of_an_open_folder(tmp_path):
    inside, outside = tmp_path / "open", tmp_path / "shut"
    inside.mkdir()
    outside.mkdir()
    (outside / "key").write_text("s3cret-value")
    (inside / "link").symlink_to(outside / "key")
    (inside / "loop").symlink_to(inside / "loop")
    for name in ("link", "../shut/key", "loop"):
        with pytest.raises(CredentialError, match=r"references\.folders|can't be read"):
            opened(content({"token": {"$file": str(inside / name)}}), inside)


def test_what_is_wrong_beside_a_reference_is_told_at_once():
    values = {"certificate": "x", "key": {"$file": "/run/secrets/key"}}
    assert content(values, type="mtls").values == values
    with pytest.raises(InvalidInput):
        content({"key": {"$file": "/run/secrets/key"}}, type="mtls")
    with pytest.raises(InvalidInput, match="nothing without TLS"):
        Content.of("mtls", values, ("a.example",), allow_plain_http=True)
