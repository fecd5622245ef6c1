"""Requests and answers against real servers on loopback."""

import asyncio
import gzip
import socket
import struct
import zlib

import pytest

from tidegate.egress.resolver import Resolver
from tidegate.egress.usage import EgressUsage
from tidegate.errors import HttpError, HttpErrorType, SecurityError, SecurityErrorType
from tidegate.sdk.budget import Budget
from tidegate.sdk.http import HttpRequest


def answer(body: bytes = b"hello", *headers: str, status: str = "200 OK") -> bytes:
    lines = [f"HTTP/1.1 {status}", *headers, f"Content-Length: {len(body)}"]
    return ("\r\n".join(lines) + "\r\n\r\n").encode() + body


async def test_a_get_brings_everything_back(serve, bind, kept):
    server = await serve(answer(b"hello", "X-One: 1", "X-One: 2", "Content-Type: text/plain"))
    response = await bind(server).request(HttpRequest("GET", server.url + "/a?b=c#d"))
    assert (response.status, response.status_text, response.body) == (200, "OK", b"hello")
    assert response.final_url == f"{server.url}/a?b=c"
    assert response.header_map()["x-one"] == "1, 2"
    assert response.remote_address == f"127.0.0.1:{server.port}"
    assert response.http_version == "1.1"
    assert response.bytes_in == len(
        answer(b"hello", "X-One: 1", "X-One: 2", "Content-Type: text/plain")
    )
    assert response.response_time > 0
    assert response.timings.connect is not None and response.timings.ttfb is not None
    assert response.timings.dns is None and response.timings.tls is None
    assert server.requests[0].startswith(b"GET /a?b=c HTTP/1.1\r\n")
    assert f"Host: 127.0.0.1:{server.port}\r\n".encode() in server.requests[0]
    assert b"Accept-Encoding: gzip, deflate, br, zstd\r\n" in server.requests[0]
    [record] = kept.requests
    assert (record.status, record.category, record.rule) == (200, None, f"allow {server.rule}")
    assert record.response_body == b"hello"


async def test_a_post_sends_body_and_headers_in_order(serve, bind):
    server = await serve(answer())
    headers = [("X-A", "1"), ("Content-Type", "application/json"), ("X-A", "2")]
    response = await bind(server).request(HttpRequest("POST", server.url, headers, b'{"a": 1}'))
    sent = server.requests[0]
    assert sent.endswith(b'\r\n\r\n{"a": 1}')
    assert sent.index(b"X-A: 1") < sent.index(b"X-A: 2")
    assert sent.count(b"Content-Type") == 1
    # Counted without looking at the socket: near enough for a person.
    assert abs(response.bytes_out - len(sent)) < 60


async def test_a_large_body_is_sent_whole(serve, bind):
    server = await serve(answer())
    body = bytes(range(256)) * 12_000
    await bind(server).request(HttpRequest("PUT", server.url, body=body))
    assert server.requests[0].endswith(body)


async def test_a_connection_is_used_again(serve, bind):
    server = await serve(answer())
    gate = bind(server)
    for _ in range(3):
        response = await gate.request(HttpRequest("GET", server.url))
    assert server.connections == 1
    assert response.timings.connect is None


@pytest.mark.parametrize("coding", ["gzip", "x-gzip", "deflate", "raw deflate"])
async def test_one_content_coding_is_decoded(serve, bind, coding):
    text = b"to be or not to be " * 10_000
    raw = zlib.compressobj(wbits=-15)
    packed = {
        "gzip": gzip.compress(text[:500]) + gzip.compress(text[500:]),
        "x-gzip": gzip.compress(text),
        "deflate": zlib.compress(text),
        "raw deflate": raw.compress(text) + raw.flush(),
    }[coding]
    server = await serve(answer(packed, f"Content-Encoding: {coding.split()[-1]}"))
    response = await bind(server).request(HttpRequest("GET", server.url))
    assert response.body == text
    assert response.bytes_in < len(text) / 10


async def test_a_stream_gives_pieces_and_closes_early(serve, bind, kept):
    async def endless(reader, writer, server):
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        while not writer.is_closing():
            writer.write(b"5\r\n12345\r\n")
            await writer.drain()
            await asyncio.sleep(0.001)

    server = await serve(endless)
    async with bind(server).stream(HttpRequest("GET", server.url)) as stream:
        assert stream.head.status == 200 and stream.head.body == b""
        async for piece in stream.chunks():
            assert piece.startswith(b"12345")
            break
    assert [record.status for record in kept.requests] == [200]


async def test_a_nodes_own_exception_passes_a_stream_untouched(serve, bind, kept):
    server = await serve(answer())
    with pytest.raises(KeyError):
        async with bind(server).stream(HttpRequest("GET", server.url)):
            raise KeyError("mine")
    assert kept.requests[0].error == {"code": "CANCELLED"}


async def test_redirects_are_followed_and_listed(serve, bind, kept):
    async def hops(reader, writer, server):
        for location in (b"/two?x=1", b"three", None):
            server.requests.append(await reader.readuntil(b"\r\n\r\n"))
            if location:
                writer.write(
                    b"HTTP/1.1 302 Found\r\nLocation: "
                    + location
                    + b"\r\nContent-Length: 2\r\n\r\nno"
                )
            else:
                writer.write(answer(b"end"))
            await writer.drain()
        await reader.read()

    server = await serve(hops)
    response = await bind(server).request(HttpRequest("GET", server.url + "/a/one"))
    assert response.body == b"end"
    assert response.redirects == (f"{server.url}/two?x=1", f"{server.url}/three")
    assert response.final_url == f"{server.url}/three"
    assert [record.hop for record in kept.requests] == [0, 1, 2]
    assert server.connections == 1


async def test_the_url_leaves_as_it_was_checked(serve, bind):
    server = await serve(answer())
    rest = "/%2e%2e/%2F/a%20b/%C3%BC;x=1?a=%26&b=%2B+&c=%zz"
    await bind(server).request(HttpRequest("GET", server.url + rest))
    sent = server.requests[0].split(b"\r\n")[0].decode()
    assert sent == f"GET {rest.replace('%zz', '%25zz')} HTTP/1.1"


async def test_redirects_up_to_their_number(serve, bind, kept):
    server = await serve(answer(b"", "Location: /again", status="302 Found"))
    with pytest.raises(HttpError) as caught:
        await bind(server).request(HttpRequest("GET", server.url, max_redirects=2))
    assert caught.value.type is HttpErrorType.TOO_MANY_REDIRECTS
    assert caught.value.details["redirects"] == 2
    assert len(server.requests) == 3
    assert [record.category for record in kept.requests] == [None, None, "too_many_redirects"]


async def test_a_hop_that_is_cancelled_is_recorded_like_the_first(serve, bind, kept):
    async def away(reader, writer, server):
        await reader.readuntil(b"\r\n\r\n")
        writer.write(answer(b"", "Location: /silence", status="302 Found"))
        await reader.read()

    server = await serve(away)
    task = asyncio.ensure_future(bind(server).request(HttpRequest("GET", server.url)))
    while not kept.requests:
        await asyncio.sleep(0.01)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert [record.status for record in kept.requests] == [302, None]
    assert kept.requests[1].error == {"code": "CANCELLED"}


async def test_a_redirect_can_be_left_alone(serve, bind):
    server = await serve(answer(b"", "Location: /x", status="302 Found"))
    response = await bind(server).request(HttpRequest("GET", server.url, follow_redirects=False))
    assert response.status == 302 and response.header("location") == "/x"


async def test_without_a_rule_loopback_is_refused_and_reported(serve, bind, kept):
    server = await serve(answer())
    with pytest.raises(SecurityError) as caught:
        await bind().request(HttpRequest("GET", server.url + "/?token=abc"))
    error = caught.value
    assert error.type is SecurityErrorType.INTERNAL_NETWORK
    assert error.details["request_url"] == f"{server.url}/?token=***"
    assert error.details["request_method"] == "GET"
    assert error.details["category"] == "address"
    assert server.connections == 0
    [(kind, severity, _, details)] = kept.events
    assert (kind, severity) == ("INTERNAL_NETWORK", "high")
    assert details["rule"] == "address.loopback" and "127.0.0.1" in details["detail"]
    assert kept.requests[0].category == "address"


@pytest.mark.parametrize("found", ["2130706433", "localhost", "127.0.0.1%lo", "::1%1", "", "x"])
async def test_dyn_011_an_answer_that_is_no_address_reaches_no_socket(
    serve, open_gate, kept, found
):
    server = await serve(answer())
    gate = open_gate(server, resolver=Resolver(lambda host: ["8.8.8.8", found]))
    with pytest.raises(SecurityError) as caught:
        await gate.bound(recorder=kept).request(HttpRequest("GET", f"http://x.test:{server.port}/"))
    assert caught.value.details["category"] == "address"
    assert kept.events[0][3]["rule"] == "address.unreadable"
    assert kept.events[0][3]["addresses"] == ["8.8.8.8", found]
    assert server.connections == 0


async def test_total_deadline_names_the_phase(serve, bind):
    async def silent(reader, writer, server):
        await reader.read()

    server = await serve(silent)
    with pytest.raises(HttpError) as caught:
        await bind(server).request(HttpRequest("GET", server.url, timeout=1))
    assert caught.value.type is HttpErrorType.TIMEOUT
    assert caught.value.details["phase"] == "response"


async def test_cancelling_closes_the_connection(serve, bind, kept):
    asked, closed = asyncio.Event(), asyncio.Event()

    async def silent(reader, writer, server):
        await reader.readuntil(b"\r\n\r\n")
        asked.set()
        await reader.read()
        closed.set()

    server = await serve(silent)
    task = asyncio.ensure_future(bind(server).request(HttpRequest("GET", server.url)))
    await asked.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await asyncio.wait_for(closed.wait(), 2)
    assert kept.requests[0].error == {"code": "CANCELLED"}


async def test_a_closed_port_is_connection_refused(serve, open_gate, kept):
    server = await serve(answer())
    port = server.port
    gate = open_gate(rules=(f"127.0.0.1:{port + 1 if port < 65535 else port - 1}",)).bound()
    closed = port + 1 if port < 65535 else port - 1
    with pytest.raises(HttpError) as caught:
        await gate.request(HttpRequest("GET", f"http://127.0.0.1:{closed}/"))
    assert caught.value.type is HttpErrorType.CONNECTION_REFUSED


async def test_a_response_over_its_cap_is_refused(serve, bind):
    server = await serve(answer(b"x" * 2000))
    with pytest.raises(HttpError) as caught:
        await bind(server).request(HttpRequest("GET", server.url, max_response=1000))
    assert caught.value.type is HttpErrorType.RESPONSE_TOO_LARGE
    assert caught.value.details["status_code"] == 200
    exactly = HttpRequest("GET", server.url, max_response=2000)
    assert len((await bind(server).request(exactly)).body) == 2000


async def test_a_body_without_a_length_ends_with_the_connection_unless_it_broke(serve, bind):
    async def until_the_end(reader, writer, server):
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 1000)
        await writer.drain()
        await asyncio.sleep(0.1)
        if server.connections == 2:
            option = struct.pack("ii", 1, 0)
            writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, option)

    server = await serve(until_the_end)
    gate = bind(server)
    assert len((await gate.request(HttpRequest("GET", server.url))).body) == 1000
    with pytest.raises(HttpError) as caught:
        await gate.request(HttpRequest("GET", server.url))
    assert caught.value.type is HttpErrorType.CONNECTION_RESET
    assert caught.value.message == "the connection broke before the response was complete"


async def test_an_answer_may_have_two_hundred_headers(serve, bind):
    def many(count):
        return answer(b"x", *(f"X-{n}: 1" for n in range(count - 1)))

    server = await serve(many(200))
    response = await bind(server).request(HttpRequest("GET", server.url))
    assert len(response.headers) == 200
    more = await serve(many(201))
    with pytest.raises(SecurityError, match="far too many headers"):
        await bind(more).request(HttpRequest("GET", more.url))


async def test_a_request_can_not_allow_itself_more_than_the_operator(serve, open_gate):
    server = await serve(answer(b"x" * 2000))
    usage = EgressUsage(parent=EgressUsage(max_response=1000))
    gate = open_gate(rules=(server.rule,)).bound(usage=usage)
    with pytest.raises(HttpError) as caught:
        await gate.request(HttpRequest("GET", server.url, max_response=5000))
    assert caught.value.type is HttpErrorType.RESPONSE_TOO_LARGE


@pytest.mark.parametrize("status", ["200 OK", "204 No Content", "304 Not Modified"])
async def test_a_length_without_a_body_is_only_a_length(serve, bind, status):
    server = await serve(
        f"HTTP/1.1 {status}\r\nContent-Length: 5000\r\nContent-Encoding: gzip\r\n\r\n".encode()
    )
    gate = bind(server)
    method = "HEAD" if status.startswith("200") else "GET"
    for _ in range(2):
        response = await gate.request(HttpRequest(method, server.url, max_response=100))
        assert response.body == b"" and response.header("content-length") == "5000"
    assert server.connections == 1


@pytest.mark.parametrize(
    "early", [b"HTTP/1.1 100 Continue\r\n\r\n", b"HTTP/1.1 103 Hints\r\nLink: x\r\n\r\n"]
)
async def test_answers_before_the_answer_are_skipped(serve, bind, early):
    server = await serve(early * 3 + answer())
    assert (await bind(server).request(HttpRequest("GET", server.url))).body == b"hello"


async def test_an_unasked_upgrade_is_refused(serve, bind):
    server = await serve(
        b"HTTP/1.1 101 Switching\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\nbytes"
    )
    with pytest.raises(SecurityError) as caught:
        await bind(server).request(HttpRequest("GET", server.url, timeout=5))
    assert caught.value.details["category"] == "protocol_error"


async def test_the_body_is_charged_to_the_budget(serve, open_gate):
    server = await serve(answer(b"x" * 300_000))
    gate = open_gate(server)
    budget = Budget(memory=1 << 20)
    await gate.bound(budget=budget).request(HttpRequest("GET", server.url))
    assert budget.memory_limit - budget.alloc == 300_000
    with pytest.raises(SecurityError) as caught:
        await gate.bound(budget=Budget(memory=200_000)).request(HttpRequest("GET", server.url))
    assert caught.value.type is SecurityErrorType.RESOURCE_LIMIT_EXCEEDED


async def test_a_request_on_a_fresh_connection_is_never_repeated(serve, bind):
    async def rude(reader, writer, server):
        server.requests.append(await reader.readuntil(b"\r\n\r\n"))

    server = await serve(rude)
    with pytest.raises(HttpError) as caught:
        await bind(server).request(HttpRequest("DELETE", server.url))
    assert caught.value.type is HttpErrorType.CONNECTION_RESET
    assert len(server.requests) == 1


async def test_an_answer_sent_early_is_not_the_next_answer(serve, bind):
    async def hasty(reader, writer, server):
        while await reader.readuntil(b"\r\n\r\n"):
            writer.write(answer(b"real"))
            await writer.drain()
            if server.connections == 1:
                await asyncio.sleep(0.05)
                writer.write(answer(b"early"))
                await writer.drain()

    server = await serve(hasty)
    gate = bind(server)
    assert (await gate.request(HttpRequest("GET", server.url))).body == b"real"
    await asyncio.sleep(0.2)
    assert (await gate.request(HttpRequest("GET", server.url))).body == b"real"
    assert server.connections == 2


@pytest.mark.parametrize(
    ("line", "text", "version"),
    [
        (b"HTTP/1.1 200 OK", "OK", "1.1"),
        (b"HTTP/1.0 200 Fine by me", "Fine by me", "1.0"),
        (b"HTTP/1.1 200 ", "", "1.1"),
        (b"HTTP/1.1 299 gr\xc3\xbcn", "grün", "1.1"),
        (b"HTTP/1.1 299 gr\xfcn", "grün", "1.1"),
    ],
)
async def test_the_status_line(serve, bind, line, text, version):
    server = await serve(line + b"\r\nX-A: gr\xfcn\r\nContent-Length: 0\r\n\r\n")
    response = await bind(server).request(HttpRequest("GET", server.url))
    assert (response.status_text, response.http_version) == (text, version)
    assert response.header("x-a") == "grün"


async def test_a_pooled_connection_that_died_is_replaced(serve, bind):
    async def once(reader, writer, server):
        server.requests.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(answer())
        await writer.drain()
        if server.connections == 1:
            await reader.readuntil(b"\r\n\r\n")  # dies on the second request
        else:
            await reader.read()

    server = await serve(once)
    gate = bind(server)
    assert (await gate.request(HttpRequest("GET", server.url))).body == b"hello"
    assert (await gate.request(HttpRequest("GET", server.url))).body == b"hello"
    assert server.connections == 2
