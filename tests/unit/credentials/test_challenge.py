"""Digest challenges: the examples of the standards, and what servers really write."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tidegate.credentials.challenge import (
    MAX_HEADER,
    Challenge,
    Identity,
    challenge_in,
    next_nonce,
)
from tidegate.sdk.http import HttpResponse


def answer(*challenges, name="WWW-Authenticate"):
    headers = [(name, value) for value in challenges]
    return HttpResponse(401, "", headers, b"", "https://a.example/", 1.0)


def parts(header):
    assert header.startswith("Digest ")
    pairs = (part.partition("=") for part in header.removeprefix("Digest ").split(", "))
    return {name: value.strip('"') for name, _, value in pairs}


def met(challenge, who, client_nonce, method="GET", target="/dir/index.html", body=None):
    challenge.client_nonce = client_nonce
    return parts(challenge.answer(who, method, target, body))


MUFASA = Identity("Mufasa", "Circle of Life")
RFC_7616 = (
    'Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm={},'
    ' nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v",'
    ' opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"'
)
CLIENT_NONCE = "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ"


@pytest.mark.parametrize(
    ("algorithm", "response"),
    [
        ("SHA-256", "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"),
        ("MD5", "8ca523f5e9506fed4657c9700eebdbec"),
    ],
)
def test_the_first_example_of_rfc_7616(algorithm, response):
    found = met(challenge_in(answer(RFC_7616.format(algorithm))), MUFASA, CLIENT_NONCE)
    assert found["response"] == response
    assert (found["nc"], found["qop"], found["uri"]) == ("00000001", "auth", "/dir/index.html")
    assert found["opaque"] == "FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"


def test_the_strongest_of_several_is_met():
    both = answer(RFC_7616.format("MD5"), RFC_7616.format("SHA-256"))
    assert challenge_in(both).algorithm == "SHA-256"
    in_one = answer(f"{RFC_7616.format('MD5')}, {RFC_7616.format('SHA-256')}, Basic realm=x")
    assert challenge_in(in_one).algorithm == "SHA-256"


def test_the_second_example_of_rfc_7616_with_its_erratum_4897():
    """SHA-512/256, a user that is not ASCII and hashed."""
    found = challenge_in(
        answer(
            'Digest realm="api@example.org", qop="auth", algorithm=SHA-512-256,'
            ' nonce="5TsQWLVdgBdmrQ0XsxbDODV+57QdFR34I9HAbC/RVvkK",'
            ' opaque="HRPCssKJSGjCrkzDg8OhwpzCiGPChXYjwrI2QmXDnsOS", charset=UTF-8, userhash=true'
        )
    )
    who = Identity("J\u00e4s\u00f8n Doe", "Secret, or not?")
    met_by = met(found, who, "NTg6RKcb9boFIAS3KrFK9BGeh+iDa/sm6jUMp2wds69v", target="/doe.json")
    assert met_by["username"] == "793263caabb707a56211940d90411ea4a575adeccb7e360aeb624ed06ece9b0b"
    assert met_by["response"] == "3798d4131c277846293534c3edc11bd8a5e4cdcbff78b05db9d95eeb1cec68a5"
    assert met_by["userhash"] == "true"


def test_the_example_of_rfc_2069_without_qop():
    found = challenge_in(
        answer('Digest realm="testrealm@host.com", nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093"')
    )
    met_by = met(found, Identity("Mufasa", "Circle Of Life"), "unused")
    assert met_by["response"] == "670fd8c2df070c60b045671b8b24ff02"
    assert "nc" not in met_by
    assert "algorithm" not in met_by


def test_a_session_s_key_holds_for_its_nonce():
    header = 'Digest realm="r", nonce="{}", qop=auth, algorithm=md5-SESS'
    one, two = (challenge_in(answer(header.format(nonce))) for nonce in ("n1", "n2"))
    assert one.is_session
    assert one.key(MUFASA) != two.key(MUFASA)
    one.answer(MUFASA, "GET", "/", None)
    before = one.key(MUFASA)
    assert parts(one.answer(MUFASA, "GET", "/", None))["nc"] == "00000002"
    assert one.key(MUFASA) == before


def test_the_body_is_signed_only_where_nothing_else_is_offered():
    header = 'Digest realm="r", nonce="n", qop="{}"'
    assert challenge_in(answer(header.format("auth-int,auth"))).qop == "auth"
    found = challenge_in(answer(header.format("auth-int")))
    one, two = (
        met(found, MUFASA, "c", method="POST", body=body)["response"] for body in (b"1", b"2")
    )
    assert one != two


def test_a_user_that_is_not_ascii():
    found = challenge_in(answer('Digest realm="r", nonce="n", qop=auth, charset=UTF-8'))
    header = found.answer(Identity("J\u00e4s\u00f8n Doe", "x"), "GET", "/", None)
    assert "username*=UTF-8''J%C3%A4s%C3%B8n%20Doe" in header
    assert header.isascii()


@pytest.mark.parametrize(
    "header",
    [
        "",
        "Basic realm=x",
        "Negotiate abcd==",
        'Digest realm="r"',
        'Digest nonce="n"',
        'Digest realm="r", nonce="n", algorithm=SHA-1',
        'Digest realm="r", nonce="n", qop="token"',
        'Digest realm="r", nonce="n\u00e9"',
        'Digest realm="r\r\nX: y", nonce="n"',
        'Digest realm="r", nonce=""',
    ],
)
def test_what_can_t_be_met(header):
    assert challenge_in(answer(header)) is None


def test_quotes_inside_of_quotes():
    found = challenge_in(answer(r'Digest realm="a \"b\", nonce=\"evil\"", nonce="n", qop=auth'))
    assert (found.realm, found.nonce) == ('a "b", nonce="evil"', "n")
    assert r'realm="a \"b\", nonce=\"evil\""' in found.answer(MUFASA, "GET", "/", None)


def test_the_next_nonce():
    said = answer('qop=auth, nextnonce="abc", rspauth="x"', name="Authentication-Info")
    assert next_nonce(said) == "abc"
    assert next_nonce(answer("qop=auth", name="Authentication-Info")) is None
    assert next_nonce(answer('Digest realm="r"')) is None


def test_a_password_is_not_shown_by_repr():
    assert "Circle" not in repr(MUFASA)


@given(st.text(alphabet='Digest realmnonceqop="\\, \t=-x\u00e9', max_size=200))
def test_no_header_breaks_the_reader(text):
    found = challenge_in(answer(f"Digest {text}"))
    if found is not None:
        assert isinstance(found, Challenge)
        assert found.answer(MUFASA, "GET", "/", None).isascii()


@pytest.mark.parametrize("piece", ["a", "a ", "a=", '"', "\\", 'a="', "a,"])
def test_a_long_header_takes_no_long_time(piece):
    """It would take minutes if the reader tried each place against each other."""
    assert challenge_in(answer("Digest " + piece * MAX_HEADER)) is None
