"""Contexts of TLS: what they trust and show, and what is said where they can't be made."""

import ssl
from pathlib import Path

import pytest
from certificates import Authority

from tidegate.egress import tls
from tidegate.egress.tls import context_for, tls_context
from tidegate.egress.tls_errors import tls_sentence
from tidegate.errors import HttpError, HttpErrorType, NodeFailed
from tidegate.sdk.http import SYSTEM_TRUST, ClientIdentity, TlsTrust


@pytest.fixture
def files(tmp_path):
    authority = Authority(tmp_path)
    authority.make("client", ["client"])
    authority.make("other", ["other"])
    return lambda name: (tmp_path / name).read_text()


def test_everything_is_verified_and_no_old_tls_is_spoken():
    for context in (tls_context(), tls_context("http/1.1"), context_for(SYSTEM_TRUST)):
        assert context.verify_mode is ssl.CERT_REQUIRED
        assert context.check_hostname is True
        assert context.minimum_version is ssl.TLSVersion.TLSv1_2
    lax = context_for(TlsTrust(verify=False))
    assert (lax.verify_mode, lax.check_hostname) == (ssl.CERT_NONE, False)


def test_one_context_for_each_trust_and_identity(files):
    mine = ClientIdentity(files("client.pem"), files("client.key"))
    assert context_for(SYSTEM_TRUST, mine) is context_for(SYSTEM_TRUST, mine)
    assert context_for(SYSTEM_TRUST, mine) is not context_for(SYSTEM_TRUST)


@pytest.mark.parametrize("text", ["nothing", "-----BEGIN CERTIFICATE-----\nxx"])
def test_authorities_that_are_none(text):
    with pytest.raises(NodeFailed) as caught:
        context_for(TlsTrust(authorities=text))
    assert caught.value.message == (
        "the custom authority can't be read: give one or more certificates in PEM "
        "(-----BEGIN CERTIFICATE-----)"
    )


@pytest.mark.parametrize("wrong", ["certificate", "key", "pair", "passphrase"])
def test_an_identity_that_is_none_leaves_no_file_and_no_words_of_it(
    files, tmp_path, monkeypatch, wrong
):
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tls.tempfile, "tempdir", str(folder))
    made = {
        "certificate": ClientIdentity("very-secret", files("client.key")),
        "key": ClientIdentity(files("client.pem"), "very-secret"),
        "pair": ClientIdentity(files("client.pem"), files("other.key")),
        "passphrase": ClientIdentity(files("client.pem"), files("client.key"), "very-secret"),
    }
    with pytest.raises(HttpError) as caught:
        context_for(SYSTEM_TRUST, made[wrong])
    assert caught.value.type is HttpErrorType.SSL_ERROR
    assert caught.value.message == (
        "the client's certificate and key can't be used; they must be PEM and belong together"
    )
    assert list(folder.iterdir()) == []


def test_the_key_is_on_the_disk_under_a_passphrase_only(files, tmp_path, monkeypatch):
    seen, written = [], []
    token_hex = tls.secrets.token_hex
    monkeypatch.setattr(tls.secrets, "token_hex", lambda n: seen.append(n) or token_hex(n))

    class Context:
        def load_cert_chain(self, name, password):
            written.append((Path(name), Path(name).read_text("ascii"), password))

    tls._load_own(Context(), ClientIdentity(files("client.pem"), files("client.key")))
    [(name, text, password)] = written
    assert "ENCRYPTED PRIVATE KEY" in text and "BEGIN CERTIFICATE" in text
    assert password not in text
    assert seen[0] >= 32
    assert not name.exists()


def test_an_error_without_numbers_and_symbols_says_what_is_known():
    plain = "no trustworthy TLS connection could be made"
    assert tls_sentence([]) == plain
    assert tls_sentence([ValueError("verify_code 10")]) == plain
    assert tls_sentence([ssl.SSLError("nothing is known of this")]) == plain
    assert tls_sentence([ConnectionResetError()]) == (
        f"{plain}: the server ended the handshake; check that this port speaks TLS"
    )
