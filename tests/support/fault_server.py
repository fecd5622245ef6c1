"""A real socket server that breaks in every way in which servers and networks do.

Each fault has a port of its own, so that it can strike before a request is even read. The server
keeps what it saw of each connection: its stage, its request, and when the client was gone.
"""

import asyncio
import contextlib
import gzip
import socket
import ssl
import struct
import warnings
import zlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import brotli
from backports import zstd

OK = b"HTTP/1.1 200 OK\r\n"
JSON = b"Content-Type: application/json\r\n"
TEXT = b"Content-Type: text/plain\r\n"
BOMB = 64 << 20  # bytes that a bomb unpacks to
PAUSE = 0.02  # seconds between two drops of what drips


@dataclass
class Connection:
    """One connection of a client, and how the fault plays it."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    request: bytes = b""
    stage: str = "accepted"
    left: asyncio.Event = field(default_factory=asyncio.Event)

    async def read(self, until: bytes = b"\r\n\r\n") -> bytes:
        self.request += await self.reader.readuntil(until)
        self.stage = "requested"
        return self.request

    async def send(self, data: bytes) -> None:
        self.writer.write(data)
        await self.writer.drain()

    async def drip(self, data: bytes) -> None:
        """Byte by byte, until the client has enough."""
        for byte in data:
            await self.send(bytes([byte]))
            await asyncio.sleep(PAUSE)

    async def hang(self) -> None:
        """Say nothing more until the client is gone."""
        self.stage = "silent"
        while await self.reader.read(65_536):
            pass

    def reset(self) -> None:
        option = struct.pack("ii", 1, 0)
        self.writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, option)
        self.writer.transport.abort()


Fault = Callable[[Connection], Awaitable[None]]
FAULTS: dict[str, Fault] = {}
CERTIFICATES = {
    "tls_on_a_plain_port": "",
    "tls_self_signed": "selfsigned",
    "tls_expired": "expired",
    "tls_wrong_host": "other",
    "tls_old": "",
    "tls_good": "good",
}


def fault(play: Fault) -> Fault:
    FAULTS[play.__name__] = play
    return play


def answers(name: str, data: bytes) -> None:
    """A fault that reads the request, sends these bytes, and closes."""

    async def play(connection: Connection) -> None:
        await connection.read()
        await connection.send(data)

    FAULTS[name] = play


def whole(body: bytes, *lines: bytes, head: bytes = OK) -> bytes:
    return b"".join([head, *lines, b"Content-Length: %d\r\n\r\n" % len(body), body])


@fault
async def fine(c: Connection) -> None:
    await c.read()
    await c.send(whole(b'{"fine": true}', JSON))


@fault
async def tls_old(c: Connection) -> None:
    """Speaks TLS 1.1 at most, and sends the alert that says so (asyncio's servers don't)."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # that is the fault
        context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
        context.maximum_version = ssl.TLSVersion.TLSv1_1
    context.set_ciphers("ALL:@SECLEVEL=0")
    received, sent = ssl.MemoryBIO(), ssl.MemoryBIO()
    handshake = context.wrap_bio(received, sent, server_side=True)
    received.write(await c.reader.read(65_536))
    with contextlib.suppress(ssl.SSLError):
        handshake.do_handshake()
    await c.send(sent.read())


@fault
async def tls_on_a_plain_port(c: Connection) -> None:
    with contextlib.suppress(asyncio.IncompleteReadError):
        await c.read(b"\n")
    await c.send(whole(b"plain", head=b"HTTP/1.1 400 Bad Request\r\n"))


FAULTS["tls_good"] = fine
for _name in ("tls_self_signed", "tls_expired", "tls_wrong_host"):
    FAULTS[_name] = fine  # the handshake fails before this is played


@fault
async def reset_on_accept(c: Connection) -> None:
    c.reset()


@fault
async def reset_after_request_line(c: Connection) -> None:
    await c.read(b"\r\n")
    c.reset()


@fault
async def reset_after_request(c: Connection) -> None:
    await c.read()
    c.reset()


@fault
async def reset_in_headers(c: Connection) -> None:
    await c.read()
    await c.send(OK + b"Content-Ty")
    await asyncio.sleep(PAUSE)
    c.reset()


@fault
async def reset_in_body(c: Connection) -> None:
    await c.read()
    await c.send(OK + TEXT + b"Content-Length: 100000\r\n\r\n" + b"x" * 1000)
    await asyncio.sleep(PAUSE)
    c.reset()


@fault
async def reset_in_chunk(c: Connection) -> None:
    await c.read()
    await c.send(OK + TEXT + b"Transfer-Encoding: chunked\r\n\r\n400\r\nxxxx")
    await asyncio.sleep(PAUSE)
    c.reset()


@fault
async def close_after_request(c: Connection) -> None:
    await c.read()


@fault
async def close_in_headers(c: Connection) -> None:
    await c.read()
    await c.send(OK + b"Content-Ty")


@fault
async def silent_on_accept(c: Connection) -> None:
    await c.hang()


@fault
async def silent_after_request(c: Connection) -> None:
    await c.read()
    await c.hang()


@fault
async def silent_in_headers(c: Connection) -> None:
    await c.read()
    await c.send(OK + b"Content-Ty")
    await c.hang()


@fault
async def silent_in_body(c: Connection) -> None:
    await c.read()
    await c.send(OK + TEXT + b"Content-Length: 100000\r\n\r\n" + b"x" * 1000)
    await c.hang()


@fault
async def reads_no_body(c: Connection) -> None:
    """Takes the head of a request and leaves its body where it is."""
    await c.read()
    c.stage = "silent"
    await asyncio.Event().wait()


@fault
async def drips_headers(c: Connection) -> None:
    await c.read()
    c.stage = "dripping"
    await c.drip(OK + b"".join(b"X-Drop-%d: 1\r\n" % n for n in range(10_000)))


@fault
async def drips_body(c: Connection) -> None:
    await c.read()
    c.stage = "dripping"
    await c.send(OK + TEXT + b"Content-Length: 100000\r\n\r\n")
    await c.drip(b"x" * 100_000)


@fault
async def floods_1xx(c: Connection) -> None:
    await c.read()
    while True:
        await c.send(b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" * 100)
        await asyncio.sleep(PAUSE)


@fault
async def floods_headers(c: Connection) -> None:
    await c.read()
    await c.send(OK)
    while True:
        await c.send(b"X-More: 1\r\n" * 1000)


@fault
async def one_huge_header(c: Connection) -> None:
    await c.read()
    await c.send(OK + b"X-Huge: ")
    while True:
        await c.send(b"x" * 65_536)


@fault
async def endless_body(c: Connection) -> None:
    await c.read()
    await c.send(OK + TEXT + b"Connection: close\r\n\r\n")
    while True:
        await c.send(b"x" * 65_536)


answers("garbage", b"\x00\xff\xfe garbage, nothing of HTTP \x01\x02" * 50 + b"\r\n\r\n")
answers("another_protocol", b"SSH-2.0-OpenSSH_9.6\r\n")
answers("truncated_body", OK + TEXT + b"Content-Length: 100\r\n\r\nonly this")
answers("truncated_chunks", OK + TEXT + b"Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n")
answers("wrong_length", OK + TEXT + b"Content-Length: five\r\n\r\nhello")
answers("two_lengths", OK + TEXT + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello!")
answers("bad_chunk", OK + TEXT + b"Transfer-Encoding: chunked\r\n\r\nzz\r\nhello\r\n0\r\n\r\n")
answers("says_too_large", OK + TEXT + b"Content-Length: 1099511627776\r\n\r\nx")
answers(
    "bad_charset", whole("grün".encode("latin-1"), b"Content-Type: text/plain; charset=utf-8\r\n")
)
answers("unknown_charset", whole("grün".encode(), b"Content-Type: text/plain; charset=x-none\r\n"))
answers("invalid_json", whole(b'{\n  "name": "Ada",\n  "age": ,\n}', JSON))
answers("html_as_json", whole(b"<!doctype html><title>Sign in</title>", JSON))
answers("deep_json", whole(b"[" * 100_000, JSON))
answers("unknown_coding", whole(b"\x1f\x9d\x90", TEXT, b"Content-Encoding: compress\r\n"))
answers("two_codings", whole(b"x", TEXT, b"Content-Encoding: gzip, gzip\r\n"))
answers("broken_gzip", whole(b"\x1f\x8b\x08\0nonsense", TEXT, b"Content-Encoding: gzip\r\n"))
answers("cut_gzip", whole(gzip.compress(b"x" * 9999)[:20], TEXT, b"Content-Encoding: gzip\r\n"))
answers("gzip_bomb", whole(gzip.compress(b"\0" * BOMB), TEXT, b"Content-Encoding: gzip\r\n"))
answers("deflate_bomb", whole(zlib.compress(b"\0" * BOMB), TEXT, b"Content-Encoding: deflate\r\n"))
answers(
    "brotli_bomb",
    whole(brotli.compress(b"\0" * BOMB, quality=1), TEXT, b"Content-Encoding: br\r\n"),
)
answers(
    "zstd_bomb",
    whole(zstd.compress(b"\0" * BOMB), TEXT, b"Content-Encoding: zstd\r\n"),
)
answers("redirect_loop", b"HTTP/1.1 302 Found\r\nLocation: /\r\nContent-Length: 0\r\n\r\n")
answers(
    "redirect_inside",
    b"HTTP/1.1 302 Found\r\nLocation: http://10.0.0.7/\r\nContent-Length: 0\r\n\r\n",
)
answers("switches_protocol", b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n")
answers("not_found", whole(b'{"error": "no such thing"}', JSON, head=b"HTTP/1.1 404 Not Found\r\n"))
answers("unavailable", whole(b"later", TEXT, b"Retry-After: 0\r\n", head=b"HTTP/1.1 503 Busy\r\n"))
answers(
    "large_error_page",
    whole(b"<p>sorry</p>" * 100_000, b"Content-Type: text/html\r\n", head=b"HTTP/1.1 500 Oops\r\n"),
)


@fault
async def bad_chunk_later(c: Connection) -> None:
    await c.read()
    await c.send(OK + TEXT + b"Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n")
    await asyncio.sleep(PAUSE)
    await c.send(b"zz\r\nhello\r\n0\r\n\r\n")
    await c.hang()


class FaultServer:
    """Opens a port for each fault that is asked for; ``certificates`` is a folder with them."""

    def __init__(self, certificates: Path) -> None:
        self.connections: list[Connection] = []
        self._certificates = certificates
        self._servers: list[asyncio.Server] = []
        self._sockets: list[socket.socket] = []
        self._tasks: set[asyncio.Task[Any]] = set()

    async def open(self, name: str) -> str:
        """The URL of a fault."""
        if name in ("refused", "no_answer_to_connect"):
            return f"http://127.0.0.1:{self._deaf_port(is_silent=name != 'refused')}/"
        play = FAULTS[name]
        context = self._context(name) if CERTIFICATES.get(name) else None

        async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            connection = Connection(reader, writer)
            self.connections.append(connection)
            self._tasks.add(task := asyncio.current_task())
            try:
                with contextlib.suppress(OSError, EOFError, asyncio.LimitOverrunError):
                    await play(connection)
            finally:
                connection.left.set()
                self._tasks.discard(task)
                writer.close()

        listener = socket.create_server(("127.0.0.1", 0))
        if name == "reads_no_body":  # and the kernel takes little of it
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        server = await asyncio.start_server(accept, sock=listener, ssl=context)
        self._servers.append(server)
        port = server.sockets[0].getsockname()[1]
        scheme = "http" if name not in CERTIFICATES else "https"
        return f"{scheme}://127.0.0.1:{port}/"

    async def close(self) -> None:
        for server in self._servers:
            server.close()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for sock in self._sockets:
            sock.close()

    def _context(self, name: str) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        file = self._certificates / CERTIFICATES[name]
        context.load_cert_chain(f"{file}.pem", f"{file}.key")
        return context

    def _deaf_port(self, *, is_silent: bool) -> int:
        """A port at which nobody listens, or one whose queue is full: the kernel drops what comes."""
        listener = socket.socket()
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        self._sockets.append(listener)
        if is_silent:
            listener.listen(0)
            for _ in range(4):
                waiting = socket.socket()
                waiting.setblocking(False)
                waiting.connect_ex(("127.0.0.1", port))
                self._sockets.append(waiting)
        return port
