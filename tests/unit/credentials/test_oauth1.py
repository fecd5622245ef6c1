"""OAuth 1 signatures: the examples of RFC 5849, and authlib's own check of each method."""

from urllib.parse import urlencode

import pytest
from authlib.oauth1.rfc5849.signature import (
    verify_hmac_sha1,
    verify_plaintext,
    verify_rsa_sha1,
)
from authlib.oauth1.rfc5849.wrapper import OAuth1Request
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from hypothesis import given, settings
from hypothesis import strategies as st

from tidegate.credentials.base import Kept
from tidegate.credentials.types import checked, type_named
from tidegate.sdk.http import HttpRequest

SECRETS = {"consumer_key": "dpf43f3p2l4k3l03", "consumer_secret": "kd94hf93k423kf44"}


def credential(**values):
    return checked(type_named("oauth1"), SECRETS | values)


def test_the_example_of_rfc_5849_section_1_2():
    found = credential(token="nnch734d00sl2jdk", token_secret="pfkkdhi9sl3r4s00")
    own = {
        "oauth_consumer_key": "dpf43f3p2l4k3l03",
        "oauth_token": "nnch734d00sl2jdk",
        "oauth_signature_method": "HMAC-SHA1",
        "oauth_timestamp": "137131202",
        "oauth_nonce": "chapoH",
    }
    url = "http://photos.example.net/photos?file=vacation.jpg&size=original"
    assert found.signature("GET", url, "", own) == "MdpQcU8iPSUjWoN/UDMsK2sui9I="


def signed(found, request):
    """The Authorization header of the first hop."""
    made = found.sign(request, Kept())
    return made.signer.headers(made.method, made.url, made.body)["Authorization"]


FORM = ("Content-Type", "application/x-www-form-urlencoded; charset=utf-8")


@pytest.fixture(scope="module")
def key():
    made = rsa.generate_private_key(65537, 2048)
    pem = serialization.Encoding.PEM
    private = made.private_bytes(
        pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    public = made.public_key().public_bytes(pem, serialization.PublicFormat.SubjectPublicKeyInfo)
    return private.decode(), public.decode()


def received(request, header):
    """The request as a server's library reads it."""
    body = (request.body or b"").decode()
    headers = dict(request.headers) | {"Authorization": header}
    is_form = FORM in request.headers
    return OAuth1Request(request.method, request.url, body if is_form else None, headers)


@pytest.mark.parametrize("method", ["HMAC-SHA1", "RSA-SHA1", "PLAINTEXT"])
@pytest.mark.parametrize("body", [None, b"a=1&b=two+words&b=%C3%A9&empty=", b'{"a": 1}'])
def test_a_server_accepts_each_method(method, body, key):
    headers = [FORM] if body and b"=" in body else []
    request = HttpRequest(
        "POST" if body else "GET", "https://API.example.org:443/a%20b/c?b=%C3%A4+x&a=&a=1", headers
    )
    request = HttpRequest(request.method, request.url, headers, body)
    found = credential(
        token="t%ken/1",
        token_secret="t\u00f6ken&secret",
        signature_method=method,
        private_key=key[0] if method == "RSA-SHA1" else None,
        realm="Photos",
    )
    seen = received(request, signed(found, request))
    seen.client = Known(SECRETS["consumer_secret"], key[1])
    seen.credential = Known("t\u00f6ken&secret")
    check = {
        "HMAC-SHA1": verify_hmac_sha1,
        "RSA-SHA1": verify_rsa_sha1,
        "PLAINTEXT": verify_plaintext,
    }[method]
    assert check(seen)
    assert seen.token == "t%ken/1"
    other = HttpRequest(request.method, f"{request.url}&more=1", headers, body)
    changed = received(other, signed(found, request))
    changed.client, changed.credential = seen.client, Known("another")
    assert not check(changed)


class Known:
    """What a server knows of a client or a token."""

    def __init__(self, secret, public_key=None):
        self.secret, self.public_key = secret, public_key

    def get_client_secret(self):
        return self.secret

    def get_rsa_public_key(self):
        return self.public_key

    def get_oauth_token_secret(self):
        return self.secret


@settings(max_examples=50)
@given(
    st.lists(st.tuples(st.text(max_size=5), st.text(max_size=8)), max_size=4),
    st.lists(
        st.tuples(st.text(min_size=1, max_size=5), st.text(max_size=8)), min_size=1, max_size=4
    ),
)
def test_any_parameters_are_signed_as_a_server_reads_them(query, form):
    def text(pairs):
        clean = [(n.encode("utf-8", "replace"), v.encode("utf-8", "replace")) for n, v in pairs]
        return urlencode([pair for pair in clean if not pair[0].startswith(b"oauth_")])

    url = f"https://api.example.org/p?{text(query)}"
    request = HttpRequest("POST", url, [FORM], text(form).encode())
    seen = received(request, signed(credential(), request))
    seen.client = Known(SECRETS["consumer_secret"])
    assert verify_hmac_sha1(seen)


def test_sha_256_and_what_changes_the_signature():
    found = credential(signature_method="HMAC-SHA256")
    own = {"oauth_nonce": "n", "oauth_timestamp": "1"}
    url = "https://api.example.org/?a=1"
    made = found.signature("GET", url, "", own)
    assert len(made) == 44
    others = [
        found.signature("POST", url, "", own),
        found.signature("GET", url + "&b=1", "", own),
        found.signature("GET", url, "c=1", own),
        found.signature("GET", url, "", own | {"oauth_nonce": "m"}),
        credential(signature_method="HMAC-SHA256", token_secret="abcd").signature(
            "GET", url, "", own
        ),
        credential().signature("GET", url, "", own),
    ]
    assert len({made, *others}) == 7


def test_each_request_has_a_nonce_of_its_own():
    request = HttpRequest("GET", "https://api.example.org/")
    assert signed(credential(), request) != signed(credential(), request)
