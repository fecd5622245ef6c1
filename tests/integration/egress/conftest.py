"""Real servers on loopback, opened by allow rules, and a recorder that keeps what it is told."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import pytest
from scripted_imap import scripted

from tidegate.egress.client import BoundGate, Gate
from tidegate.egress.imap import NodeMail
from tidegate.egress.policy import EgressPolicy
from tidegate.egress.transport import Transport

# Loaded before the tests, whose deadlines are shorter than its import takes.
assert Transport is not None

Handler = Callable[[asyncio.StreamReader, asyncio.StreamWriter, "Server"], Awaitable[None]]


@dataclass
class Server:
    """A server whose answers are bytes; it keeps the requests that it saw."""

    port: int = 0
    connections: int = 0
    requests: list[bytes] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def rule(self) -> str:
        return f"127.0.0.1:{self.port}"


@dataclass
class Kept:
    """A recorder that keeps everything."""

    started: list = field(default_factory=list)
    requests: list = field(default_factory=list)
    events: list = field(default_factory=list)

    def http_started(self, id, method, url):
        self.started.append((id, method, url))

    def http_request(self, record):
        self.requests.append(record)

    def security_event(self, type, severity, description, details):
        self.events.append((type, severity, description, dict(details)))


async def read_request(reader: asyncio.StreamReader) -> bytes:
    """One request with its body; empty at the end of the connection."""
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError:
        return b""
    length = next(
        (
            int(line.split(b":")[1])
            for line in head.lower().split(b"\r\n")
            if line.startswith(b"content-length:")
        ),
        0,
    )
    return head + await reader.readexactly(length)


@pytest.fixture
async def serve():
    """Start servers: ``await serve(handler)`` or ``await serve(answer_bytes)``."""
    running = []

    async def start(handler: Handler | bytes) -> Server:
        server = Server()

        async def on_connection(reader, writer):
            server.connections += 1
            try:
                if isinstance(handler, bytes):
                    while request := await read_request(reader):
                        server.requests.append(request)
                        writer.write(handler)
                        await writer.drain()
                else:
                    await handler(reader, writer, server)
            except ConnectionError:
                pass
            finally:
                writer.close()

        listener = await asyncio.start_server(on_connection, "127.0.0.1", 0, limit=1 << 20)
        server.port = listener.sockets[0].getsockname()[1]
        running.append(listener)
        return server

    yield start
    for listener in running:
        listener.close()


@pytest.fixture
async def open_gate():
    """Make gates: ``open_gate(server, ...)`` allows those servers and nothing else inside."""
    made = []

    def make(*servers: Server, rules: tuple[str, ...] = (), resolver=None, **options) -> Gate:
        allow = (*(server.rule for server in servers), *rules)
        gate = Gate(EgressPolicy.from_rules(allow, **options), resolver=resolver)
        made.append(gate)
        return gate

    yield make
    for gate in made:
        await gate.close()


@pytest.fixture
def kept() -> Kept:
    return Kept()


@pytest.fixture
def read():
    return read_request


@pytest.fixture
def bind(open_gate, kept) -> Callable[..., BoundGate]:
    """A bound gate to some servers that reports to ``kept``."""
    return lambda *servers, **options: open_gate(*servers, **options).bound(
        recorder=kept, workflow="w1"
    )


@pytest.fixture
def mailbox(serve, open_gate):
    """The mailbox of a scripted server, which it gives too."""

    async def make(*, user="ada", password="pass", security="plain", tokens=None, **answers):
        server = await serve(scripted(**answers))
        values = {"host": "127.0.0.1", "port": server.port, "security": security}
        values |= {"user": user, "password": password}
        return NodeMail(open_gate(server), values, tokens=tokens), server

    return make
