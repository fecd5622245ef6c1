"""Other protocols through the same checks, and PostgreSQL without this process's secrets."""

import asyncio
import hashlib
import struct
from dataclasses import replace

import pytest

from tidegate.egress.postgres import PostgresTarget
from tidegate.egress.resolver import Resolver
from tidegate.errors import (
    CredentialError,
    HttpError,
    HttpErrorType,
    NodeFailed,
    NodeRetryable,
    SecurityError,
    SecurityErrorType,
)


async def banner(reader, writer, server):
    writer.write(b"220 hello\r\n")
    await writer.drain()
    await reader.read()


async def test_a_stream_opens_to_an_allowed_address_only(serve, open_gate, kept):
    server = await serve(banner)
    gate = open_gate(server)
    reader, writer = await gate.open_stream("127.0.0.1", server.port, tls=False)
    assert await reader.readline() == b"220 hello\r\n"
    writer.close()
    for host in ("127.0.0.1", "[::1]", "::1", "localhost", "2130706433", "10.0.0.1"):
        with pytest.raises(SecurityError) as caught:
            await gate.open_stream(host, 25, tls=False, workflow="w", recorder=kept)
        assert caught.value.type in {
            SecurityErrorType.INTERNAL_NETWORK,
            SecurityErrorType.BLOCKED_URL,
        }
    assert server.connections == 1
    assert [event[3]["workflow"] for event in kept.events] == ["w"] * 6
    assert kept.events[0][3]["rule"] == "address.loopback"


async def test_a_stream_checks_every_answer_of_a_name(serve, open_gate, kept):
    server = await serve(banner)
    answers = {"mixed.test": ["8.8.8.8", "127.0.0.1"], "none.test": []}
    gate = open_gate(resolver=Resolver(lambda host: answers[host]))
    with pytest.raises(SecurityError) as caught:
        await gate.open_stream("mixed.test", server.port, tls=False, recorder=kept)
    assert caught.value.type is SecurityErrorType.INTERNAL_NETWORK
    assert "127.0.0.1" not in caught.value.message
    assert kept.events[0][3]["addresses"] == ["8.8.8.8", "127.0.0.1"]
    with pytest.raises(HttpError) as failed:
        await gate.open_stream("none.test", server.port, tls=False)
    assert failed.value.type is HttpErrorType.DNS_RESOLUTION
    assert server.connections == 0


async def test_a_stream_with_tls_verifies_and_is_bounded(serve, open_gate):
    async def silent(reader, writer, server):
        await reader.read()

    plain, mute = await serve(banner), await serve(silent)
    with pytest.raises(HttpError) as caught:
        await open_gate(plain).open_stream("127.0.0.1", plain.port, tls=True)
    assert caught.value.type is HttpErrorType.SSL_ERROR
    with pytest.raises(HttpError) as caught:
        hasty = open_gate(mute, connect_timeout=0.3)
        await hasty.open_stream("127.0.0.1", mute.port, tls=True)
    assert caught.value.type is HttpErrorType.TIMEOUT
    assert caught.value.details["phase"] == "tls"


async def test_a_closed_port_is_refused(serve, open_gate):
    with pytest.raises(HttpError) as caught:
        await open_gate(rules=("127.0.0.1:1",)).open_stream("127.0.0.1", 1, tls=False)
    assert caught.value.type is HttpErrorType.CONNECTION_REFUSED


def test_what_a_postgres_url_may_say():
    target = PostgresTarget.parse("postgresql://u%40:p%2F@db.example:6000/n%20x?sslmode=require")
    assert target == PostgresTarget("db.example", 6000, "n x", "u@", "p/", "require")
    assert PostgresTarget.parse("postgres://u@[fd00::1]/d").host == "fd00::1"
    assert PostgresTarget.parse("postgres://u@h/d").port == 5432


@pytest.mark.parametrize(
    "url",
    [
        *("", "http://h/d", "postgresql:///d", "postgresql://h:x/d", "postgresql://h/d?service=x"),
        *(
            "postgresql://h/d?hostaddr=127.0.0.1",
            "postgresql://h/d?sslmode=allow",
            "postgresql://[/d",
        ),
        *("postgresql://h/d?host=/tmp", "postgresql://h/d?sslmode=verify-full&passfile=/etc/x"),
    ],
)
def test_what_it_may_not(url):
    with pytest.raises(NodeFailed):
        PostgresTarget.parse(url)


HASHED = struct.pack("!ii", 12, 5) + b"salt"


async def fake_postgres(reader, writer, server, question=HASHED):
    """Speaks the start of the protocol and asks for a password hashed with a salt."""
    while True:
        (length,) = struct.unpack("!i", await reader.readexactly(4))
        message = await reader.readexactly(length - 4)
        if message == struct.pack("!i", 80877103):  # SSLRequest
            server.requests.append(b"ssl?")
            writer.write(b"N")
            continue
        server.requests.append(message[4:])
        writer.write(b"R" + question)
        while piece := await reader.read(1000):
            server.requests.append(piece)
        return


async def test_no_secret_of_this_process_reaches_a_database(
    serve, open_gate, monkeypatch, tmp_path
):
    passwords = tmp_path / "pgpass"
    passwords.write_text("*:*:*:*:s3cret-file\n")
    passwords.chmod(0o600)
    for name, value in {
        "PGPASSWORD": "s3cret-env",
        "PGUSER": "s3cret-user",
        "PGDATABASE": "s3cret-db",
        "PGOPTIONS": "-c s3cret=1",
        "PGAPPNAME": "s3cret-app",
        "PGPASSFILE": str(passwords),
        "PGHOSTADDR": "127.0.0.9",
        "PGSSLMODE": "verify-full",
        "PGTARGETSESSIONATTRS": "primary",
    }.items():
        monkeypatch.setenv(name, value)
    server = await serve(fake_postgres)
    gate = open_gate(server)
    target = PostgresTarget.parse(f"postgresql://me@127.0.0.1:{server.port}/mine")
    with pytest.raises(CredentialError) as caught:
        await gate.connect_postgres(target)
    assert "password" in caught.value.message
    said = b"|".join(server.requests)
    assert b"user\0me\0database\0mine\0" in said and b"s3cret" not in said

    asked = asyncio.ensure_future(gate.connect_postgres(replace(target, password="mine")))
    while not server.requests[-1].startswith(b"p"):
        await asyncio.sleep(0.01)
    asked.cancel()
    inner = hashlib.md5(b"mineme").hexdigest()
    expected = hashlib.md5(inner.encode() + b"salt").hexdigest()
    assert server.requests[-1] == b"p" + struct.pack("!i", 40) + f"md5{expected}\0".encode()


async def test_a_password_is_never_sent_in_clear_text_without_tls(serve, open_gate):
    async def greedy(reader, writer, server):
        await fake_postgres(reader, writer, server, question=struct.pack("!ii", 8, 3))

    server = await serve(greedy)
    target = PostgresTarget.parse(f"postgresql://me:s3cret@127.0.0.1:{server.port}/mine")
    with pytest.raises(NodeRetryable, match="cleartext"):
        await open_gate(server).connect_postgres(target)
    assert b"s3cret" not in b"|".join(server.requests)


async def test_a_database_is_checked_like_any_server(serve, open_gate, kept):
    server = await serve(fake_postgres)
    answers = {"db.test": ["127.0.0.1"], "pub.test": ["8.8.8.8"]}
    gate = open_gate(resolver=Resolver(lambda host: answers[host]))
    for host in ("127.0.0.1", "db.test", "localhost", "[::1]"):
        target = PostgresTarget.parse(f"postgresql://me@{host}:{server.port}/mine")
        with pytest.raises(SecurityError) as caught:
            await gate.connect_postgres(target, recorder=kept)
        assert caught.value.type is SecurityErrorType.INTERNAL_NETWORK
    assert server.connections == 0 and len(kept.events) == 4
    assert kept.events[1][3]["addresses"] == ["127.0.0.1"]
    with pytest.raises(NodeFailed, match="sslmode=require"):
        await gate.connect_postgres(
            PostgresTarget.parse("postgresql://me@pub.test/x?sslmode=prefer")
        )
    with pytest.raises(NodeFailed, match="names no user"):
        await gate.connect_postgres(PostgresTarget.parse("postgresql://pub.test/x"))


async def test_a_silent_database_is_a_timeout(serve, open_gate):
    async def silent(reader, writer, server):
        await reader.read()

    server = await serve(silent)
    gate = open_gate(server, connect_timeout=0.3)
    target = PostgresTarget.parse(f"postgresql://me@127.0.0.1:{server.port}/mine")
    async with asyncio.timeout(5):
        with pytest.raises(HttpError) as caught:
            await gate.connect_postgres(target)
    assert caught.value.type is HttpErrorType.TIMEOUT
    assert caught.value.details["phase"] == "connect"


async def test_a_name_is_never_looked_up_twice(serve, open_gate):
    calls = []
    server = await serve(fake_postgres)

    def lookup(host):
        calls.append(host)
        return ["127.0.0.1"]

    gate = open_gate(server, resolver=Resolver(lookup))
    target = PostgresTarget.parse(f"postgresql://me@db.test:{server.port}/mine")
    with pytest.raises(CredentialError):
        await gate.connect_postgres(target)
    assert calls == ["db.test"] and server.connections >= 1
