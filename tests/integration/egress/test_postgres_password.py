"""A PostgreSQL server that asks for a password, and how its refusal is told.

The wire's first messages only: the real servers of other tests let everybody in from loopback.
"""

import asyncio
import struct

import pytest

from tidegate.egress.client import Gate
from tidegate.egress.policy import EgressPolicy
from tidegate.egress.postgres import PostgresTarget
from tidegate.errors import CredentialError, NodeRetryable

SSL_REQUEST = 80877103
MD5_PASSWORD = struct.pack("!cII4s", b"R", 12, 5, b"salt")


def error(code, text):
    fields = b"".join(
        name + value.encode() + b"\0"
        for name, value in ((b"S", "FATAL"), (b"V", "FATAL"), (b"C", code), (b"M", text))
    )
    return b"E" + struct.pack("!I", len(fields) + 5) + fields + b"\0"


@pytest.fixture
async def serve():
    running = []

    async def start(*, asks, code, text):
        async def answer(reader, writer):
            size, kind = struct.unpack("!II", await reader.readexactly(8))
            if kind == SSL_REQUEST:
                writer.write(b"N")
                size, _ = struct.unpack("!II", await reader.readexactly(8))
            await reader.readexactly(size - 8)
            if asks:
                writer.write(MD5_PASSWORD)
                await reader.readexactly(1)
                (size,) = struct.unpack("!I", await reader.readexactly(4))
                await reader.readexactly(size - 4)
            writer.write(error(code, text))
            await writer.drain()
            writer.close()

        server = await asyncio.start_server(answer, "127.0.0.1", 0)
        running.append(server)
        return server.sockets[0].getsockname()[1]

    yield start
    for server in running:
        server.close()


@pytest.mark.parametrize(
    ("asks", "code", "text", "kind"),
    [
        (True, "28P01", "password authentication failed for user", CredentialError),
        (False, "57P03", "the database system is starting up", NodeRetryable),
        (False, "28000", "no pg_hba.conf entry", NodeRetryable),
    ],
)
async def test_a_refused_password_is_the_credential_s_fault(serve, asks, code, text, kind):
    port = await serve(asks=asks, code=code, text=text)
    gate = Gate(EgressPolicy.from_rules([f"127.0.0.1:{port}"]))
    target = PostgresTarget.parse(f"postgresql://ada:s3cret-word@127.0.0.1:{port}/db")
    try:
        with pytest.raises(kind, match=text) as caught:
            await gate.connect_postgres(target)
    finally:
        await gate.close()
    assert "s3cret-word" not in f"{caught.value} {caught.value.details}"
    assert caught.value.retryable is (kind is NodeRetryable)


async def test_a_password_that_is_missing(serve):
    port = await serve(asks=True, code="28P01", text="never said")
    gate = Gate(EgressPolicy.from_rules([f"127.0.0.1:{port}"]))
    target = PostgresTarget.parse(f"postgresql://ada@127.0.0.1:{port}/db")
    try:
        with pytest.raises(CredentialError, match="no password supplied"):
            await gate.connect_postgres(target)
    finally:
        await gate.close()
