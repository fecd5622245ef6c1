"""Scenarios of TLS: the name is verified, always, and a connection belongs to its name."""

import pytest

PUBLIC = "93.184.215.14"
NAMES = ("a.test", "b.test", "secure.test", "selfsigned.test", "expired.test")


@pytest.fixture
def names(world):
    world.script(zone={name: [[PUBLIC]] for name in NAMES})
    world.listen(PUBLIC, 443, "good")
    return world


def tls_error(outcome) -> bool:
    return (outcome.get("category"), outcome.get("type")) == ("tls_error", "SSL_ERROR")


def test_dyn_068_self_signed(names):
    names.listen(PUBLIC, 4431, "selfsigned")
    assert tls_error(names.get("https://selfsigned.test:4431/"))
    assert names.requests == []


def test_dyn_069_expired(names):
    names.listen(PUBLIC, 4432, "expired")
    assert tls_error(names.get("https://expired.test:4432/"))
    assert names.requests == []


def test_dyn_071_a_connection_for_one_name_is_not_used_for_another(names):
    first, second, third = names.send(
        *({"method": "GET", "url": f"https://{name}/"} for name in ("a.test", "b.test", "a.test"))
    )["outcomes"]
    assert first["ok"] and tls_error(second) and third["ok"]
    assert len(names.requests) == 2


@pytest.mark.parametrize("version", ["TLSv1", "TLSv1_1"])
def test_dyn_072_old_protocols(names, version):
    port = {"TLSv1": 4433, "TLSv1_1": 4434}[version]
    names.listen(PUBLIC, port, "good", max_version=version, ciphers="ALL:@SECLEVEL=0")
    assert tls_error(names.get(f"https://a.test:{port}/"))
    assert names.requests == []


@pytest.mark.parametrize("ciphers", ["NULL:@SECLEVEL=0", "ADH:AECDH:@SECLEVEL=0"])
def test_dyn_072_weak_ciphers(names, ciphers):
    port = {"N": 4435, "A": 4436}[ciphers[0]]
    names.listen(PUBLIC, port, "good", max_version="TLSv1_2", ciphers=ciphers)
    assert tls_error(names.get(f"https://a.test:{port}/"))
    assert names.requests == []


def test_dyn_072_weak_keys(names):
    names.listen(PUBLIC, 4437, "weak", ciphers="ALL:@SECLEVEL=0")
    assert tls_error(names.get("https://a.test:4437/"))
    assert names.requests == []


def test_dyn_074_sni_host_and_peer(names):
    outcome = names.get("https://secure.test/")
    assert outcome["ok"] and outcome["remote"] == f"{PUBLIC}:443"
    assert names.names == ["secure.test"]
    assert "\r\nHost: secure.test\r\n" in names.requests[0]["raw"]
    assert outcome["tls"] > 0 and outcome["dns"] > 0


def test_the_root_dot_changes_nothing(names):
    assert names.get("https://secure.test./")["ok"]
    assert names.names == ["secure.test"]


def test_an_address_is_verified_as_an_address(names):
    assert names.get(f"https://{PUBLIC}/")["ok"]
    names.listen("93.184.215.15", 443, "good")
    assert tls_error(names.get("https://93.184.215.15/"))
