"""Plain streams: which address is connected to, for whom, and what is said where none answers."""

import asyncio
import errno
import socket

import pytest
from known_names import Names

from tidegate.egress.postgres import PostgresTarget
from tidegate.errors import (
    CredentialError,
    HttpError,
    HttpErrorType,
    NodeRetryable,
    SecurityError,
    SecurityErrorType,
)


async def banner(reader, writer, server):
    writer.write(b"220 hello\r\n")
    await reader.read()


@pytest.fixture
async def connects(monkeypatch):
    """What connecting to an address does here: ``connects[address] = error`` or another place."""
    told = {}
    loop = asyncio.get_running_loop()
    connect = loop.sock_connect

    async def sock_connect(sock, place):
        answer = told.get(place[0])
        if isinstance(answer, OSError):
            raise answer
        if answer == "silence":
            await asyncio.Event().wait()
        await connect(sock, answer or place)

    monkeypatch.setattr(loop, "sock_connect", sock_connect)
    return told


UNREACHABLE = OSError(errno.ENETUNREACH, "Network is unreachable")


async def test_a_name_is_looked_up_for_the_workflow_that_asks(serve, open_gate):
    server, names = await serve(banner), Names("127.0.0.1")
    gate = open_gate(server, resolver=names)
    reader, writer = await gate.open_stream("mail.test", server.port, tls=False, workflow="w1")
    assert await reader.readline() == b"220 hello\r\n"
    writer.close()
    with await gate.open_socket("mail.test", server.port) as sock:
        assert sock.getpeername() == ("127.0.0.1", server.port)
        assert not sock.getblocking()
    assert names.asked == [("mail.test", "w1"), ("mail.test", "")]


async def test_an_internal_name_is_open_at_its_port_alone(open_gate, kept):
    names = Names()
    gate = open_gate(rules=("mail.internal:2525",), resolver=names)
    with pytest.raises(HttpError) as caught:
        await gate.open_stream("mail.internal", 2525, tls=False)
    assert caught.value.type is HttpErrorType.DNS_RESOLUTION
    with pytest.raises(SecurityError):
        await gate.open_stream("mail.internal", 2526, tls=False, recorder=kept)
    assert kept.events[0][3]["rule"] == "host.internal_name"
    assert names.asked == [("mail.internal", "")]


async def test_every_address_is_tried_until_one_answers(serve, open_gate, connects):
    server = await serve(banner)
    rules = tuple(f"127.0.0.{n}:{server.port}" for n in (2, 3))
    names = Names("127.0.0.2", "127.0.0.3", "127.0.0.1")
    connects["127.0.0.2"] = UNREACHABLE
    gate = open_gate(server, rules=rules, resolver=names)
    _, writer = await gate.open_stream("mail.test", server.port, tls=False)
    assert writer.get_extra_info("peername")[0] == "127.0.0.1"
    writer.close()


async def test_what_kept_the_last_from_answering_is_said(serve, open_gate, connects):
    server = await serve(banner)
    gate = open_gate(server, resolver=Names("127.0.0.1"))
    connects["127.0.0.1"] = UNREACHABLE
    with pytest.raises(HttpError) as caught:
        await gate.open_stream("mail.test", server.port, tls=False)
    assert caught.value.type is HttpErrorType.NETWORK_UNREACHABLE
    connects["127.0.0.1"] = ConnectionRefusedError()
    with pytest.raises(HttpError) as caught:
        await gate.open_stream("mail.test", server.port, tls=False)
    assert caught.value.type is HttpErrorType.CONNECTION_REFUSED


async def test_a_connection_that_ends_elsewhere_is_refused_and_reported(
    serve, open_gate, connects, kept
):
    server, elsewhere = await serve(banner), await serve(banner)
    connects["127.0.0.1"] = ("127.0.0.1", elsewhere.port)
    gate = open_gate(server, resolver=Names("127.0.0.1"))
    with pytest.raises(SecurityError) as caught:
        await gate.open_stream("mail.test", server.port, tls=False, recorder=kept)
    assert caught.value.type is SecurityErrorType.INTERNAL_NETWORK
    assert "127.0.0.1" not in caught.value.message
    [(_, _, _, details)] = kept.events
    assert details["rule"] == "address.loopback"
    assert list(details["addresses"]) == ["127.0.0.1"]


@pytest.mark.parametrize(("names", "phase"), [(Names("127.0.0.1"), "connect"), (None, "dns")])
async def test_a_silence_is_a_timeout_of_its_phase(serve, open_gate, connects, names, phase):
    class Silent(Names):
        async def resolve(self, host, owner):
            await asyncio.Event().wait()

    server = await serve(banner)
    connects["127.0.0.1"] = "silence"
    gate = open_gate(server, resolver=names or Silent(), connect_timeout=0.2)
    with pytest.raises(HttpError) as caught:
        await gate.open_stream("mail.test", server.port, tls=False)
    assert caught.value.type is HttpErrorType.TIMEOUT
    assert caught.value.message == "connecting took too long"
    assert caught.value.details["phase"] == phase


@pytest.mark.skipif(not socket.has_ipv6, reason="this machine has no IPv6")
async def test_an_address_of_ipv6_is_reached(open_gate):
    async def greet(reader, writer):
        writer.write(b"220 six\r\n")
        await writer.drain()
        writer.close()

    listener = await asyncio.start_server(greet, "::1", 0)
    port = listener.sockets[0].getsockname()[1]
    gate = open_gate(rules=(f"[::1]:{port}",))
    for host in ("::1", "[::1]"):
        reader, writer = await gate.open_stream(host, port, tls=False)
        assert await reader.readline() == b"220 six\r\n"
        writer.close()
    listener.close()


async def test_a_rule_of_one_workflow_opens_nothing_to_others(serve, open_gate, kept):
    server = await serve(banner)
    gate = open_gate(rules=(f"127.0.0.1:{server.port} workflow=w1",), resolver=Names("127.0.0.1"))
    _, writer = await gate.open_stream("127.0.0.1", server.port, tls=False, workflow="w1")
    writer.close()
    (await gate.open_socket("127.0.0.1", server.port, workflow="w1")).close()
    for other in ("", "w2"):
        with pytest.raises(SecurityError):
            await gate.open_stream("127.0.0.1", server.port, tls=False, workflow=other)
    target = PostgresTarget.parse(f"postgresql://me@127.0.0.1:{server.port}/x")
    with pytest.raises(SecurityError):
        await gate.connect_postgres(target, recorder=kept, workflow="w2")
    assert kept.events[0][3]["workflow"] == "w2"
    with pytest.raises((NodeRetryable, CredentialError)):
        await gate.connect_postgres(target, workflow="w1")
