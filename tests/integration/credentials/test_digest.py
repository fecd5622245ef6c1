"""Digest authentication against a strict server."""

import asyncio

import httpx
import pytest
from digest_server import DigestServer

from tidegate.credentials.base import Kept
from tidegate.errors import SecurityError
from tidegate.sdk.http import HttpRequest

ADA = {"user": "ada", "password": "s3cret-word"}


@pytest.fixture
def serve():
    running = []

    def start(**options):
        server = DigestServer(ADA["user"], ADA["password"], **options)
        running.append(server)
        return server

    yield start
    for server in running:
        server.close()


def get(server, path="/"):
    return HttpRequest("GET", server.url(path))


@pytest.mark.parametrize(
    ("algorithm", "qop"),
    [
        ("MD5", "auth"),
        ("MD5", None),
        ("MD5-sess", "auth"),
        ("SHA-256", "auth"),
        ("SHA-256", "auth-int"),
        ("SHA-256", "auth-int,auth"),
        ("SHA-256-sess", "auth"),
        ("SHA-512-256", "auth"),
    ],
)
async def test_every_algorithm_with_one_challenge_for_many_requests(serve, gates, algorithm, qop):
    server = serve(algorithm=algorithm, qop=qop)
    gate = gates("digest", ADA, server.address)
    assert (await gate.request(get(server, "/a?b=c%20d&e"))).status == 200
    request = HttpRequest("POST", server.url("/"), body=b'{"n": 1}')
    assert (await gate.request(request)).body == b'{"n": 1}'
    async with gate.stream(get(server)) as stream:
        assert stream.head.status == 200
        assert [piece async for piece in stream.chunks()] == [b"fine"]
    assert server.statuses == [401, 200, 200, 200]


def test_the_server_is_right_another_client_says(serve):
    for algorithm in ("MD5", "SHA-256", "MD5-sess"):
        server = serve(algorithm=algorithm)
        sign_in = httpx.DigestAuth(ADA["user"], ADA["password"])
        with httpx.Client(trust_env=False) as client:
            assert client.get(server.url("/x?y=z"), auth=sign_in).status_code == 200


async def test_a_wrong_password_is_tried_once(serve, gates):
    server = serve()
    gate = gates("digest", ADA | {"password": "another"}, server.address)
    for _ in range(2):
        assert (await gate.request(get(server))).status == 401
    assert server.statuses == [401, 401] * 2


async def test_a_nonce_that_was_used_up_is_replaced(serve, gates):
    server = serve(uses=2)
    gate = gates("digest", ADA, server.address)
    for _ in range(5):
        assert (await gate.request(get(server))).status == 200
    assert server.statuses == [401, 200, 200, 401, 200, 200, 401, 200]


@pytest.mark.parametrize("says_stale", [True, False])
async def test_a_server_that_was_started_again(serve, gates, says_stale):
    server = serve(says_stale=says_stale)
    gate = gates("digest", ADA, server.address)
    await gate.request(get(server))
    server.forget()
    assert (await gate.request(get(server))).status == 200
    assert server.statuses == [401, 200, 401, 200]


async def test_the_next_nonce_is_used(serve, gates):
    server = serve(uses=1, gives_next=True)
    gate = gates("digest", ADA, server.address)
    for _ in range(4):
        assert (await gate.request(get(server))).status == 200
    assert server.statuses == [401, 200, 200, 200, 200]


async def test_a_server_that_always_says_stale_is_left_alone(serve, gates):
    server = serve(uses=0)
    gate = gates("digest", ADA, server.address)
    assert (await gate.request(get(server))).status == 401
    assert server.statuses == [401, 401, 401]


async def test_many_at_once(serve, gates):
    """Counts may arrive out of order, which this server does not take: all but one wait."""
    server = serve(qop=None)
    gate = gates("digest", ADA, server.address)
    answers = await asyncio.gather(*(gate.request(get(server, f"/{n}")) for n in range(8)))
    assert {answer.status for answer in answers} == {200}


async def test_each_hop_of_a_redirect_is_signed_for_itself(serve, gates, recorder):
    server = serve()
    server.paths["/old"] = (307, {"Location": "/new?x=1"})
    gate = gates("digest", ADA, server.address, recorder=recorder)
    answer = await gate.request(HttpRequest("POST", server.url("/old"), body=b"{}"))
    assert (answer.status, answer.body) == (200, b"{}")
    assert [path for _, path, _ in server.seen] == ["/old", "/new?x=1", "/new?x=1"]
    assert [record.hop for record in recorder.requests] == [0, 1, 2]
    shown = str(recorder.requests)
    assert "s3cret-word" not in shown
    assert "response=" not in shown


async def test_another_origin_gets_no_answer(serve, gates):
    first, second = serve(), serve()
    gate = gates("digest", ADA, first.address, opens=(second.address,))
    await gate.request(get(first))
    first.paths["/away"] = (302, {"Location": second.url("/there")})
    assert (await gate.request(get(first, "/away"))).status == 401
    assert second.seen == [("GET", "/there", 401)]
    with pytest.raises(SecurityError, match="may not be sent to"):
        await gate.request(get(second))


async def test_plain_http_is_refused_before_the_server_asks(gates):
    gate = gates("digest", ADA, "api.example.org:80")
    with pytest.raises(SecurityError, match="needs https"):
        await gate.request(HttpRequest("GET", "http://api.example.org/"))


async def test_what_stands_for_the_password_is_a_secret(serve, gates):
    server = serve(algorithm="MD5")
    gate = gates("digest", ADA, server.address)
    await gate.request(get(server))
    kept, _ = await gates.tokens.kept(gate.credential, gate.token_gate)
    assert isinstance(kept, Kept)
    (challenge,) = kept.challenges.values()
    key = challenge.key(gate.credential.values.sign(get(server), kept).signer.who)
    assert len(key) == 32
    assert gates.redact(f"it is {key}") == "it is ***"


async def test_a_changed_credential_begins_anew(serve, gates):
    server = serve()
    await gates("digest", ADA, server.address).request(get(server))
    await gates("digest", ADA, server.address, version=2).request(get(server))
    assert server.statuses == [401, 200, 401, 200]


async def test_the_header_of_the_node_is_not_sent(serve, gates):
    server = serve()
    gate = gates("digest", ADA, server.address)
    request = HttpRequest("GET", server.url(), [("AUTHORIZATION", "Basic mine")])
    assert (await gate.request(request)).status == 200
