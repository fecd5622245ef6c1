"""What libpq is told for each address and mode: who is verified, and what may be sent to whom."""

import asyncio
import ssl
import struct
from dataclasses import replace

import pytest
from certificates import Authority
from known_names import Names

from tidegate.egress.postgres import PostgresTarget, _ssl_mode
from tidegate.errors import (
    CredentialError,
    HttpError,
    HttpErrorType,
    NodeFailed,
    NodeRetryable,
    SecurityError,
)

SSL_REQUEST = struct.pack("!ii", 8, 80877103)
CLEAR_TEXT = b"R" + struct.pack("!ii", 8, 3)
SECRET = b"p" + struct.pack("!i", 11) + b"s3cret\0"


@pytest.fixture
async def database(serve, tmp_path):
    """A server with a certificate for db.test that asks for a password in clear text."""
    authority = Authority(tmp_path)
    authority.make("db", ["db.test"])
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(tmp_path / "db.pem", tmp_path / "db.key")

    async def answer(reader, writer, server):
        try:
            if await reader.readexactly(8) != SSL_REQUEST:
                writer.write(CLEAR_TEXT)
                server.requests.append(await reader.read(4096))
            else:
                writer.write(b"S")
                await writer.start_tls(context)
                (size,) = struct.unpack("!i", await reader.readexactly(4))
                server.requests.append(await reader.readexactly(size - 4))
                writer.write(CLEAR_TEXT)
            server.requests.append(await reader.readexactly(len(SECRET)))
        except (asyncio.IncompleteReadError, ssl.SSLError):
            return

    server = await serve(answer)
    server.authority = authority.file
    return server


def target_at(server, *, host="db.test", mode="require"):
    return PostgresTarget(host, server.port, "d", "me", "s3cret", mode)


async def ends(gate, target, **options):
    """The words in which it fails: these servers end every session."""
    with pytest.raises((NodeRetryable, CredentialError)) as caught:
        await gate.connect_postgres(target, **options)
    return caught.value.message


async def test_a_password_goes_out_inside_tls_with_what_libpq_shows_of_us(database, open_gate):
    gate = open_gate(database, resolver=Names("127.0.0.1"))
    await ends(gate, target_at(database))
    start, secret = database.requests
    assert secret == SECRET
    assert b"\0application_name\0tidegate\0" in start
    assert b"\0client_encoding\0UTF8\0" in start


@pytest.mark.parametrize("mode", [None, "prefer", "disable"])
async def test_and_never_where_it_could_be_read(serve, open_gate, mode):
    async def greedy(reader, writer, server):
        if await reader.readexactly(8) == SSL_REQUEST:
            writer.write(b"N")
        server.requests.append(await reader.read(4096))
        writer.write(CLEAR_TEXT)
        server.requests.append(await reader.read(4096))

    server = await serve(greedy)
    gate = open_gate(server, resolver=Names("127.0.0.1"))
    assert "cleartext" in await ends(gate, target_at(server, mode=mode))
    assert b"s3cret" not in b"".join(server.requests)


async def test_a_verified_server_is_the_one_that_was_named(database, open_gate, monkeypatch):
    gate = open_gate(database, resolver=Names("127.0.0.1"))
    verified = target_at(database, mode="verify-full")
    assert "certificate" in await ends(gate, verified)  # of an authority that nobody trusts here
    monkeypatch.setenv("SSL_CERT_FILE", str(database.authority))
    await ends(gate, replace(verified, host="other.test"))
    assert database.requests == []
    await ends(gate, verified)
    assert database.requests[1] == SECRET


def test_tls_is_a_must_in_public_and_a_choice_at_home():
    target = PostgresTarget("db.test", 5432, "d", "me", "", None)
    assert _ssl_mode(target, "8.8.8.8") == _ssl_mode(target, "2606:4700::1") == "require"
    assert _ssl_mode(target, "10.0.0.1") == _ssl_mode(target, "127.0.0.1") == "prefer"
    for mode in ("disable", "prefer"):
        assert _ssl_mode(replace(target, ssl_mode=mode), "10.0.0.1") == mode
        with pytest.raises(NodeFailed) as caught:
            _ssl_mode(replace(target, ssl_mode=mode), "8.8.8.8")
        assert caught.value.message == (
            "a database on the public internet needs sslmode=require or stricter"
        )
    for mode in ("require", "verify-full"):
        assert _ssl_mode(replace(target, ssl_mode=mode), "8.8.8.8") == mode


SAID = "this is not the address of a PostgreSQL database: "
OPTIONS = "the only option is sslmode, one of disable, prefer, require, verify-full"


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("postgresql://h:x/d", "it can't be read"),
        ("postgresql://u@h/d?sslmode", "it can't be read"),
        ("http://h/d", "write postgresql://user@host:5432/database"),
        ("postgresql://u@h/d#part", "write postgresql://user@host:5432/database"),
        ("postgresql://u@h/d?service=x", OPTIONS),
        ("postgresql://u@h/d?sslmode=", OPTIONS),
        ("postgresql://u@h/d?sslmode=require&passfile=", OPTIONS),
    ],
)
def test_what_is_wrong_with_an_address_is_said(url, why):
    with pytest.raises(NodeFailed) as caught:
        PostgresTarget.parse(url)
    assert caught.value.message == SAID + why


async def test_nobody_is_asked_where_the_name_is_refused(open_gate, kept):
    names = Names("8.8.8.8")
    gate = open_gate(resolver=names)
    with pytest.raises(NodeFailed) as caught:
        await gate.connect_postgres(PostgresTarget.parse("postgresql://pub.test/x"))
    assert caught.value.message == SAID + "it names no user"
    for url in ("postgresql://me@db.internal:26/x", "postgresql://me@localhost/x"):
        with pytest.raises(SecurityError):
            await gate.connect_postgres(PostgresTarget.parse(url), recorder=kept)
    assert [event[3]["rule"] for event in kept.events] == ["host.internal_name"] * 2
    assert names.asked == []


async def test_an_internal_name_is_open_at_its_port_alone(open_gate):
    names = Names()
    gate = open_gate(rules=("db.internal:5432",), resolver=names)
    with pytest.raises(HttpError) as caught:
        await gate.connect_postgres(PostgresTarget.parse("postgresql://me@db.internal/x"))
    assert caught.value.type is HttpErrorType.DNS_RESOLUTION
    with pytest.raises(SecurityError):
        await gate.connect_postgres(PostgresTarget.parse("postgresql://me@db.internal:26/x"))
    assert names.asked == [("db.internal", "")]


async def test_names_are_looked_up_for_the_workflow_that_asks(open_gate):
    names = Names("127.0.0.1")
    gate = open_gate(resolver=names)
    with pytest.raises(SecurityError):
        await gate.connect_postgres(
            PostgresTarget.parse("postgresql://me@db.test/x"), workflow="w7"
        )
    assert names.asked == [("db.test", "w7")]


async def test_a_name_server_that_is_silent_is_a_timeout(open_gate):
    class Silent(Names):
        async def resolve(self, host, owner):
            await asyncio.Event().wait()

    gate = open_gate(resolver=Silent(), connect_timeout=0.2)
    with pytest.raises(HttpError) as caught:
        await gate.connect_postgres(PostgresTarget.parse("postgresql://me@db.test/x"))
    assert caught.value.message == "connecting to the database took too long"
    assert caught.value.details["phase"] == "dns"


async def test_the_next_address_is_tried_where_one_does_not_answer(database, open_gate):
    rules = (f"127.0.0.2:{database.port}",)
    gate = open_gate(database, rules=rules, resolver=Names("127.0.0.2", "127.0.0.1"))
    await ends(gate, target_at(database))
    assert database.requests[1] == SECRET
