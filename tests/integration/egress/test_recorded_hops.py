"""What is kept of each hop of a request: when, where to, what was sent and what came."""

import asyncio
import ssl
import time

import pytest
from certificates import Authority

from tidegate.egress.resolver import Resolver
from tidegate.errors import HttpError, SecurityError
from tidegate.sdk.http import BodyStream, HttpRequest


def sized(body):
    return b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body)


def to(location, status=302):
    head = f"HTTP/1.1 {status} X\r\nLocation: {location}\r\nContent-Length: 0\r\n\r\n"
    return head.encode()


async def test_every_hop_that_leaves_is_announced(serve, bind, kept):
    inside = await serve(to("http://10.0.0.7/x"))
    server = await serve(to(f"{inside.url}/b?token=s3cret", 307))
    before = time.time()
    with pytest.raises(SecurityError):
        await bind(server, inside).request(HttpRequest("GET", server.url, attempt=3))
    assert kept.started == [(one.id, "GET", one.url) for one in kept.requests[:2]]
    assert len({one.id for one in kept.requests}) == 3
    assert [one.url for one in kept.requests] == [
        f"{server.url}/",
        f"{inside.url}/b?token=***",
        "http://10.0.0.7/x",
    ]
    assert [one.attempt for one in kept.requests] == [3, 3, 3]
    first, second, refused = kept.requests
    assert before <= first.started <= second.started <= refused.started <= time.time()
    assert first.started + first.duration / 1000 <= time.time()
    for one, place in ((first, server), (second, inside)):
        assert one.remote_address == f"127.0.0.1:{place.port}"
        assert one.timings.ttfb is not None
        assert one.bytes_in > 50
        assert one.duration > one.timings.ttfb
        assert dict(one.response_headers)["Location"]
    assert "s3cret" not in str(first.response_headers)
    assert (refused.id, refused.status, refused.remote_address, refused.timings) == (
        "",
        None,
        "",
        None,
    )
    assert (refused.bytes_in, refused.bytes_out, refused.response_headers) == (0, 0, ())


async def test_the_rule_is_that_of_the_address_where_a_name_is_open_to_all(serve, open_gate, kept):
    server = await serve(sized(b"x"))
    gate = open_gate(server, resolver=Resolver(lambda host: ["127.0.0.1"])).bound(recorder=kept)
    await gate.request(HttpRequest("GET", f"http://a.test:{server.port}"))
    assert kept.requests[0].rule == f"allow {server.rule}"
    with pytest.raises(HttpError):
        none = open_gate(resolver=Resolver(lambda host: [])).bound(recorder=kept)
        await none.request(HttpRequest("GET", "http://a.test"))
    assert kept.requests[1].rule == "public"  # no address was found
    with pytest.raises(SecurityError):
        await gate.request(HttpRequest("get", server.url))
    assert kept.requests[2].rule == ""


async def test_a_server_that_the_system_trusts_is_spoken_to_in_http_1(
    open_gate, kept, tmp_path, monkeypatch
):
    authority = Authority(tmp_path)
    authority.make("server", ["127.0.0.1"])
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.file))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "server.pem", tmp_path / "server.key")
    context.set_alpn_protocols(["h2", "http/1.1"])
    spoken = []

    async def answers(reader, writer):
        spoken.append(writer.get_extra_info("ssl_object").selected_alpn_protocol())
        await reader.readuntil(b"\r\n\r\n")
        writer.write(sized(b"tls"))

    listener = await asyncio.start_server(answers, "127.0.0.1", 0, ssl=context)
    port = listener.sockets[0].getsockname()[1]
    gate = open_gate(rules=(f"127.0.0.1:{port}",)).bound(recorder=kept)
    await gate.request(HttpRequest("GET", f"https://127.0.0.1:{port}"))
    assert spoken == ["http/1.1"]
    assert kept.requests[0].timings.tls > 0
    listener.close()


async def test_a_mistake_of_our_own_is_recorded_as_one_and_stays_what_it_is(serve, bind, kept):
    class Broken:
        def headers(self, method, url, body):
            raise KeyError("mine")

    server = await serve(sized(b"x"))
    with pytest.raises(KeyError, match="mine"):
        await bind(server).request(HttpRequest("GET", server.url, signer=Broken()))
    assert [one.error for one in kept.requests] == [{"code": "BUG"}]
    assert kept.started == []


async def test_what_was_sent_is_recorded_without_secrets(serve, bind, kept):
    server = await serve(sized(b"answer"))

    async def read():
        yield b"body"

    headers = [("X-Mine", "s3cret"), ("X-Key", "k"), ("Authorization", "s3cret")]
    for body in (b"body", BodyStream(4, read)):
        request = HttpRequest(
            "PUT", server.url, headers, body, sensitive_headers=frozenset({"x-mine"})
        )
        await bind(server).request(request)
        record = kept.requests[-1]
        shown = dict(record.request_headers)
        assert (shown["X-Mine"], shown["X-Key"], shown["Authorization"]) == ("***", "k", "***")
        assert record.request_body == (b"body" if body == b"body" else None)
        assert record.response_body == b"answer"
        assert abs(record.bytes_out - len(server.requests[-1])) < 60
    await bind(server).request(HttpRequest("GET", server.url))
    assert dict(kept.requests[-1].request_headers)["Accept"] == "*/*"
    assert kept.requests[-1].request_body is None
