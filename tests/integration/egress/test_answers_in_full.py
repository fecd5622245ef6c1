"""What a request ends in, in full: type, category and sentence, the record, the security event."""

import asyncio
import gzip
import ssl
import zlib

import pytest
from certificates import Authority

from tidegate.egress.resolver import Resolver
from tidegate.egress.usage import EgressUsage
from tidegate.errors import HttpError, HttpErrorType, NodeFailed, SecurityError
from tidegate.sdk.budget import Budget
from tidegate.sdk.http import HttpRequest, PhaseTimeouts, TlsTrust

OK = "HTTP/1.1 200 OK"
BROKEN_RULES = (
    "the response is malformed: it breaks the rules of HTTP, or has far too many headers; its "
    "server must be mended"
)
TWO_WAYS = "the response states its length in two ways"
TOO_LARGE = (
    "the response is larger than its limit of 3000 bytes; raise the limit, or stream it to a file"
)
BOMB = "the response unpacks to far more than it is; it looks like a decompression bomb"
ENCODING = (
    "the response is compressed in a way that was not asked for; leave the header Accept-Encoding "
    "to Tidegate"
)
NOT_PUBLIC = (
    "the host leads to an address that is not public; an operator can open it with an allow rule "
    "(setting egress.allow, or --allow HOST:PORT)"
)
REFUSED = "the server's redirect was refused: "


def head(*lines: str, body: bytes = b"", status: str = OK) -> bytes:
    return "\r\n".join([status, *lines, "", ""]).encode("latin-1") + body


def sized(body: bytes, *lines: str) -> bytes:
    return head(*lines, f"Content-Length: {len(body)}", body=body)


def to(location: str, status: int = 302, *lines: str) -> bytes:
    return head(f"Location: {location}", "Content-Length: 0", *lines, status=f"HTTP/1.1 {status} X")


FAILURES = {
    "two lengths": (
        head("Content-Length: 1", "Content-Length: 1", body=b"x"),
        ("MALICIOUS_CONTENT", "protocol_error", BROKEN_RULES),
    ),
    "length and chunks": (
        head("Content-Length: 5", "Transfer-Encoding: chunked", body=b"0\r\n\r\n"),
        ("MALICIOUS_CONTENT", "protocol_error", BROKEN_RULES),
    ),
    "unknown transfer coding": (
        head("Transfer-Encoding: gzip", body=b"x"),
        ("MALICIOUS_CONTENT", "protocol_error", "the response has an unknown transfer coding"),
    ),
    "switched": (
        head("Upgrade: x", "Connection: upgrade", status="HTTP/1.1 101 X"),
        (
            "MALICIOUS_CONTENT",
            "protocol_error",
            "the server switched to another protocol unasked",
        ),
    ),
    "two locations": (
        to("/a", 302, "Location: /b"),
        ("MALICIOUS_CONTENT", "protocol_error", "the response has more than one Location"),
    ),
    "too large": (
        sized(b"x" * 3001),
        (
            "RESPONSE_TOO_LARGE",
            "response_too_large",
            TOO_LARGE,
        ),
    ),
    "unpacks too large": (
        sized(gzip.compress(bytes(range(256)) * 20), "Content-Encoding: gzip"),
        (
            "RESPONSE_TOO_LARGE",
            "response_too_large",
            TOO_LARGE,
        ),
    ),
    "bomb": (
        sized(zlib.compress(bytes(1 << 20)), "Content-Encoding: deflate"),
        ("MALICIOUS_CONTENT", "response_too_large", BOMB),
    ),
    "unknown coding": (
        sized(b"x", "Content-Encoding: magic"),
        ("INVALID_RESPONSE", "unsupported_encoding", ENCODING),
    ),
    "broken gzip": (
        sized(b"not gzip", "Content-Encoding: gzip"),
        ("INVALID_RESPONSE", "protocol_error", "the response's compressed data is broken"),
    ),
    "cut gzip": (
        sized(gzip.compress(b"x" * 1000)[:-3], "Content-Encoding: gzip"),
        ("INVALID_RESPONSE", "protocol_error", "the response's compressed data is cut off"),
    ),
    "more behind deflate": (
        sized(zlib.compress(b"x") + b"more", "Content-Encoding: deflate"),
        (
            "INVALID_RESPONSE",
            "protocol_error",
            "something follows the response's compressed data",
        ),
    ),
    "redirect in a circle": (
        to("/again"),
        (
            "TOO_MANY_REDIRECTS",
            "too_many_redirects",
            "the server redirected more than 2 times, perhaps in a circle; the limit can be raised",
        ),
    ),
    "redirect inside": (
        to("http://10.0.0.7/x?token=s3cret"),
        ("INTERNAL_NETWORK", "address", REFUSED + NOT_PUBLIC),
    ),
    "redirect to a name inside": (
        to("http://db.internal/"),
        (
            "INTERNAL_NETWORK",
            "hostname",
            REFUSED + "the host's name belongs to an internal network",
        ),
    ),
    "redirect to a file": (
        to("file:///etc/passwd"),
        ("INVALID_PROTOCOL", "scheme", REFUSED + "only http and https URLs can be requested"),
    ),
    "redirect to nowhere": (
        to(""),
        ("BLOCKED_URL", "url", REFUSED + "this is not a well-formed URL"),
    ),
    "not http": (
        b"SSH-2.0-x\r\n",
        (
            "INVALID_RESPONSE",
            "protocol_error",
            "what the server sent is not HTTP/1.1; check the port, and http or https",
        ),
    ),
}

NAME_WHAT = {"redirect inside", "redirect to a name inside", "redirect to a file"}
"""Those that say which place was refused."""


@pytest.mark.parametrize("kind", FAILURES)
async def test_a_failure_in_full(serve, bind, kept, kind):
    sent, (type, category, sentence) = FAILURES[kind]
    server = await serve(sent)
    limit = 150_000 if kind == "bomb" else 3000
    request = HttpRequest("GET", server.url, max_response=limit, max_redirects=2, timeout=5)
    with pytest.raises((HttpError, SecurityError)) as caught:
        await bind(server).request(request)
    error = caught.value
    assert (error.type.value, error.details["category"], error.message) == (
        type,
        category,
        sentence,
    )
    assert error.details["request_method"] == "GET"
    last = kept.requests[-1]
    assert last.category == category
    assert last.error["message"] == sentence
    assert "s3cret" not in str(error.as_json()) + str(kept.requests) + str(kept.events)
    if isinstance(error, SecurityError):
        [(event, severity, description, details)] = kept.events
        assert (event, severity, description) == (type, error.risk, sentence)
        assert details["category"] == category
        assert details["workflow"] == "w1"
        assert details["method"] == "GET"
        assert details["hop"] == last.hop
        assert details["url"] == last.url == error.details["request_url"]
        assert error.is_recorded
        assert bool(error.blocked) == (kind in NAME_WHAT)
    else:
        assert kept.events == []
    if kind.startswith("redirect") and kind != "redirect in a circle":
        assert kept.requests[0].status == 302
        assert details["rule"] == kept.requests[-1].rule


async def test_a_redirects_refusal_is_told_to_the_operator_with_its_rule(serve, bind, kept):
    server = await serve(to("http://10.0.0.7/x"))
    with pytest.raises(SecurityError):
        await bind(server).request(HttpRequest("GET", server.url))
    details = kept.events[0][3]
    assert (details["rule"], details["detail"]) == (
        "address.private",
        "10.0.0.7 is not public: Private use",
    )
    assert [(record.hop, record.status, record.rule) for record in kept.requests] == [
        (0, 302, f"allow {server.rule}"),
        (1, None, "address.private"),
    ]


async def test_a_method_is_told_as_far_as_one_can_be(bind, kept):
    with pytest.raises(SecurityError) as caught:
        await bind().request(HttpRequest("A" * 40, "https://example.org/"))
    assert caught.value.details["request_method"] == kept.events[0][3]["method"] == "A" * 30
    assert kept.requests[0].method == "A" * 30
    assert caught.value.blocked == repr("A" * 30)


async def test_a_location_may_be_in_either_encoding(serve, bind):
    async def answers(reader, writer, server):
        for sent in (to("/\xe9"), to("/\xc3\xa9t\xc3\xa9"), sized(b"end")):
            await reader.readuntil(b"\r\n\r\n")
            writer.write(sent)
        await reader.read()

    server = await serve(answers)
    response = await bind(server).request(HttpRequest("GET", server.url))
    assert response.redirects == (f"{server.url}/%C3%A9", f"{server.url}/%C3%A9t%C3%A9")


@pytest.mark.parametrize("framing", ["Connection: close", "Content-Length: 3001"])
async def test_a_stream_has_the_same_limit(serve, bind, framing):
    async def sends(reader, writer, server):
        await reader.readuntil(b"\r\n\r\n")
        writer.write(head(framing, body=b"x" * 3001))
        await writer.drain()

    server = await serve(sends)
    with pytest.raises(HttpError) as caught:
        async with bind(server).stream(HttpRequest("GET", server.url, max_response=3000)) as stream:
            async for _ in stream.chunks():
                pass
    assert (caught.value.type.value, caught.value.message) == ("RESPONSE_TOO_LARGE", TOO_LARGE)


async def test_sizes_are_told_in_megabytes_where_they_are_some(serve, bind):
    server = await serve(head("Content-Length: 9999999"))
    for limit, words in ((1 << 20, "1 MB"), (3 << 20, "3 MB"), ((1 << 20) - 1, "1048575 bytes")):
        with pytest.raises(HttpError, match=f"larger than its limit of {words};"):
            await bind(server).request(HttpRequest("GET", server.url, max_response=limit))


async def test_a_body_may_be_as_large_as_its_limit_packed_or_not(serve, bind):
    body = bytes(range(256)) * 16
    for sent in (sized(body), sized(gzip.compress(body), "Content-Encoding: gzip")):
        server = await serve(sent)
        gate = bind(server)
        request = HttpRequest("GET", server.url, max_response=len(body))
        assert (await gate.request(request)).body == body
        with pytest.raises(HttpError):
            await gate.request(HttpRequest("GET", server.url, max_response=len(body) - 1))


async def test_incompressible_data_may_be_larger_packed_than_its_limit(serve, bind):
    body = zlib.compress(b"x" * 100) * 100  # which gzip makes larger by its frame
    packed = gzip.compress(body, compresslevel=0)
    assert len(packed) > len(body)
    server = await serve(sized(packed, "Content-Encoding: gzip"))
    response = await bind(server).request(HttpRequest("GET", server.url, max_response=len(body)))
    assert response.body == body
    assert response.bytes_in == len(sized(packed, "Content-Encoding: gzip"))


@pytest.mark.parametrize("framing", ["Connection: close", "Transfer-Encoding: chunked"])
async def test_a_stream_that_breaks_tells_how_much_came(serve, bind, kept, framing):
    async def breaks(reader, writer, server):
        await reader.readuntil(b"\r\n\r\n")
        piece = b"5\r\n12345\r\n" if "chunked" in framing else b"12345"
        writer.write(head(framing) + piece)
        await writer.drain()
        await asyncio.sleep(0.05)
        if "chunked" in framing:
            writer.write(b"zz\r\n")

    server = await serve(breaks)
    pieces = []
    with pytest.raises(HttpError if "close" in framing else SecurityError) as caught:
        async with bind(server).stream(HttpRequest("GET", server.url, timeout=5)) as stream:
            async for piece in stream.chunks():
                pieces.append(piece)
            if "close" in framing:
                raise HttpError("mine", HttpErrorType.INVALID_RESPONSE)
    assert b"".join(pieces) == b"12345"
    assert caught.value.details["status_code"] == 200
    assert caught.value.message == ("mine" if "close" in framing else BROKEN_RULES)
    assert kept.requests[0].status == 200
    assert kept.requests[0].bytes_in > 20


async def test_what_a_node_can_not_use_is_completed_and_recorded(serve, bind, kept):
    server = await serve(sized(b"hello", "X-A: 1", "Set-Cookie: s3cret"))
    gate = bind(server)
    with pytest.raises(HttpError) as caught:
        async with gate.stream(HttpRequest("POST", server.url + "/?api_key=s3cret")) as stream:
            await stream.read()
            raise HttpError("mine", HttpErrorType.INVALID_RESPONSE)
    assert caught.value.details == {
        "request_method": "POST",
        "request_url": f"{server.url}/?api_key=***",
        "status_code": 200,
        "response_headers": {"x-a": "1", "set-cookie": "***", "content-length": "5"},
    }
    [record] = kept.requests
    assert (record.error, record.response_body) == ({"message": "mine"}, b"hello")


async def test_the_stream_knows_its_head_before_and_after(serve, bind):
    server = await serve(sized(b"hello"))
    async with bind(server).stream(HttpRequest("GET", server.url)) as stream:
        before = stream.head
        assert (before.status, before.body, before.timings.download) == (200, b"", None)
        assert b"".join([piece async for piece in stream.chunks()]) == b"hello"
        assert stream.head.timings.download is not None
        assert stream.head.bytes_in == before.bytes_in + 5
        stream.head = before._replace(status=299)
        assert stream.head.status == 299


class Signer:
    """Signs with a number, and wants another round so many times."""

    def __init__(self, rounds=0, name="Authorization"):
        self.rounds, self.name, self.signed, self.seen = rounds, name, [], []

    def headers(self, method, url, body):
        self.signed.append((method, url, body))
        return {self.name: f"Signed {len(self.signed)}"}

    def answered(self, response):
        self.seen.append(response.status)
        self.rounds -= 1
        return self.rounds >= 0


async def test_a_challenge_is_answered_on_the_same_connection_twice_at_most(serve, bind, kept):
    server = await serve(sized(b"no"))
    gate = bind(server)
    for rounds, requests in ((0, 1), (1, 2), (2, 3), (9, 3)):
        signer = Signer(rounds)
        server.requests.clear()
        kept.requests.clear()
        request = HttpRequest("PUT", server.url, body=b"b", signer=signer)
        response = await gate.request(request)
        assert response.body == b"no"
        assert len(server.requests) == len(kept.requests) == requests
        assert signer.signed == [("PUT", f"{server.url}/", b"b")] * requests
        for number, sent in enumerate(server.requests, 1):
            assert sent.count(b"Authorization: ") == 1
            assert b"Authorization: Signed %d\r\n" % number in sent
            assert sent.endswith(b"\r\n\r\nb")
        assert [record.hop for record in kept.requests] == list(range(requests))
        assert "Signed" not in str(kept.requests)
    assert server.connections == 1


async def test_signing_ends_at_the_first_origin(serve, bind):
    away = await serve(sized(b"away"))
    home = await serve(to(f"{away.url}/x"))
    signer = Signer()
    response = await bind(home, away).request(HttpRequest("GET", home.url, signer=signer))
    assert response.body == b"away"
    assert len(signer.signed) == 1
    assert b"Signed" in home.requests[0]
    assert b"Signed" not in away.requests[0]


async def test_what_a_signer_adds_is_checked_like_any_header(serve, bind):
    server = await serve(sized(b"x"))
    for name in ("Host", "X A", "Content-Length"):
        with pytest.raises(SecurityError) as caught:
            await bind(server).request(HttpRequest("GET", server.url, signer=Signer(name=name)))
        assert caught.value.details["category"] == "invalid_header"
    assert server.connections == 0


async def test_a_credential_needs_https_but_on_the_machine_itself(serve, open_gate, kept):
    server = await serve(sized(b"hello"))
    names = Resolver(lambda host: ["127.0.0.1"])
    gate = open_gate(server, resolver=names).bound(recorder=kept)
    away = f"http://a.test:{server.port}/?a=s3cret"
    for more in (
        {"headers": [("Authorization", "Bearer s3cret")]},
        {"signer": Signer()},
        {"headers": [("X-Mine", "s3cret")], "sensitive_headers": frozenset({"x-mine"})},
        {"sensitive_query": frozenset({"a"})},
    ):
        before = len(server.requests)
        with pytest.raises(SecurityError) as caught:
            await gate.request(HttpRequest("GET", away, **more))
        assert caught.value.details["category"] == "https_required"
        assert caught.value.message == "a request that carries a credential needs https"
        assert kept.events[-1][3]["rule"] == "egress.plain_http"
        assert len(server.requests) == before
        await gate.request(HttpRequest("GET", away, allow_plain_http=True, **more))
        await gate.request(HttpRequest("GET", f"{server.url}/?a=s3cret", **more))
        assert len(server.requests) == before + 2
    assert (await gate.request(HttpRequest("GET", away))).body == b"hello"
    lax = open_gate(server, resolver=names, https_with_credentials=False).bound()
    assert (await lax.request(HttpRequest("GET", away, signer=Signer()))).body == b"hello"


async def test_tls_is_verified_unless_the_operator_and_the_request_agree(open_gate, kept, tmp_path):
    authority = Authority(tmp_path)
    authority.make("server", ["127.0.0.1"])
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "server.pem", tmp_path / "server.key")

    async def answer(reader, writer):
        while await reader.readuntil(b"\r\n\r\n"):
            writer.write(sized(b"tls"))
            await writer.drain()

    listener = await asyncio.start_server(answer, "127.0.0.1", 0, ssl=context)
    port = listener.sockets[0].getsockname()[1]
    url = f"https://127.0.0.1:{port}/"
    nobody, custom = TlsTrust(verify=False), TlsTrust(authorities=authority.file.read_text())
    gate = open_gate(rules=(f"127.0.0.1:{port}",)).bound(recorder=kept)
    with pytest.raises(HttpError) as caught:
        await gate.request(HttpRequest("GET", url))
    assert (caught.value.type.value, caught.value.details["phase"]) == ("SSL_ERROR", "tls")
    assert "from an authority that this machine does not trust" in caught.value.message
    response = await gate.request(HttpRequest("GET", url, tls=custom))
    assert response.body == b"tls"
    assert response.timings.tls > 0
    # The pool's own connections are never used under another trust.
    with pytest.raises(HttpError):
        await gate.request(HttpRequest("GET", url))
    kept.events.clear()
    for _ in range(2):
        with pytest.raises(SecurityError) as refused:
            await gate.request(HttpRequest("GET", url, tls=nobody))
        assert refused.value.details["category"] == "unverified_tls"
    told = [event for event in kept.events if event[3]["rule"] == "egress.unverified_tls"]
    assert told == [
        (
            "INVALID_PROTOCOL",
            "high",
            "a node turns the verification of a server's certificate off",
            {"host": "127.0.0.1", "method": "GET", "rule": "egress.unverified_tls"},
        )
    ]
    lax = open_gate(rules=(f"127.0.0.1:{port}",), unverified_tls=True).bound(recorder=kept)
    assert (await lax.request(HttpRequest("GET", url, tls=nobody))).body == b"tls"
    unheard = open_gate(rules=(f"127.0.0.1:{port}",), unverified_tls=True).bound()
    assert (await unheard.request(HttpRequest("GET", url, tls=nobody))).body == b"tls"
    with pytest.raises(NodeFailed, match="the custom authority can't be read"):
        await gate.request(HttpRequest("GET", url, tls=TlsTrust(authorities="nonsense")))
    listener.close()


@pytest.mark.parametrize(
    ("phases", "phase"),
    [(PhaseTimeouts(first_byte=0.1), "response"), (PhaseTimeouts(idle=0.1), "body")],
)
async def test_a_phase_may_have_its_own_time(serve, bind, kept, phases, phase):
    async def slow(reader, writer, server):
        await reader.readuntil(b"\r\n\r\n")
        if phase == "body":
            writer.write(head("Content-Length: 5") + b"x")
        await reader.read()

    server = await serve(slow)
    with pytest.raises(HttpError) as caught:
        await bind(server).request(HttpRequest("GET", server.url, timeout=20, phases=phases))
    error = caught.value
    assert (error.type.value, error.details["phase"]) == ("TIMEOUT", phase)
    words = {
        "response": "while waiting for the response; raise the timeout, or ask for less",
        "body": "while reading the response's body; raise the timeout, or ask for less",
    }
    assert error.message == f"the request took too long {words[phase]}"
    assert kept.requests[0].category == "timeout"


async def test_a_spent_transfer_says_how_much_there_was(serve, open_gate, kept):
    server = await serve(sized(b"x" * (3 << 20)))
    usage = EgressUsage(max_bytes=2 << 20)
    gate = open_gate(server).bound(usage=usage, recorder=kept, budget=Budget())
    with pytest.raises(SecurityError) as caught:
        await gate.request(HttpRequest("GET", server.url))
    error = caught.value
    assert error.message == "this execution transferred more than its 2 MB"
    assert (error.rule, error.blocked) == ("egress.limit", "transferred bytes")
    assert kept.events[0][0] == "RESOURCE_LIMIT_EXCEEDED"
    assert usage.requests == 1


async def test_a_socket_of_the_operators_is_checked_too(serve, open_gate):
    server = await serve(sized(b"x"))
    gate = open_gate(server)
    sock = await gate.open_socket("127.0.0.1", server.port)
    assert sock.getpeername() == ("127.0.0.1", server.port)
    sock.close()
    with pytest.raises(SecurityError):
        await gate.open_socket("127.0.0.2", server.port)
    await asyncio.sleep(0.05)
    assert server.connections == 1


async def test_places_of_an_execution_and_of_a_workflow_are_shared(serve, open_gate):
    now, most = 0, 0

    async def counts(reader, writer, server):
        nonlocal now, most
        await reader.readuntil(b"\r\n\r\n")
        now += 1
        most = max(most, now)
        await asyncio.sleep(0.05)
        now -= 1
        writer.write(sized(b"x"))

    server = await serve(counts)
    gate = open_gate(server)
    usage = EgressUsage(max_concurrent=3)
    nodes = [gate.bound(usage=EgressUsage(parent=usage), workflow="w") for _ in range(4)]
    await asyncio.gather(
        *(node.request(HttpRequest("GET", server.url)) for node in nodes for _ in range(4))
    )
    assert most == 3
    assert usage.requests == 16
