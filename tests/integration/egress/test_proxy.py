"""The operator's HTTP proxy: what it is told, what goes past it, and how its failures read."""

import asyncio
import base64
import contextlib
import socket
import ssl
import struct

import pytest
from certificates import Authority

from tidegate.egress.client import Gate
from tidegate.egress.policy import EgressPolicy
from tidegate.egress.tunnel import Proxy, ProxyFailed
from tidegate.errors import HttpError, HttpErrorType, InvalidInput, SecurityError
from tidegate.sdk.http import HttpRequest, TlsTrust

PUBLIC = "93.184.216.34"
NAME = "api.example.com"


NO_HTTP = "what the operator's proxy answered is not HTTP"
DID_NOT = "the operator's proxy did not connect to the server (status {})"


class Names:
    """Knows the names of a test."""

    def __init__(self, **names):
        self.names = names

    async def resolve(self, host, owner):
        return self.names.get(host.replace(".", "_"), [PUBLIC])

    def close(self):
        pass


class TestProxy:
    """A proxy that takes everybody to one server; keeps what it was asked."""

    __test__ = False

    def __init__(self, answer=b"HTTP/1.1 200 Connection established\r\n\r\n"):
        self.answer = answer
        self.asked = []
        self.server = None

    async def serve(self, reader, writer):
        self.asked.append((await reader.readuntil(b"\r\n\r\n")).decode())
        writer.write(self.answer)
        if b" 200 " not in self.answer:
            writer.close()
            return
        there = await asyncio.open_connection("127.0.0.1", self.server)
        await asyncio.gather(pump(reader, there[1]), pump(there[0], writer))


async def pump(source, target):
    with contextlib.suppress(ConnectionError):
        while data := await source.read(65_536):
            target.write(data)
            await target.drain()
    target.close()


@pytest.fixture
async def proxy():
    made = TestProxy()
    server = await asyncio.start_server(made.serve, "127.0.0.1", 0)
    made.port = server.sockets[0].getsockname()[1]
    yield made
    server.close()


@pytest.fixture
async def server():
    """Answers with the head that it was sent; ``.secure`` speaks TLS."""
    running = []

    async def start(context=None):
        async def answer(reader, writer):
            with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
                while True:
                    head = await reader.readuntil(b"\r\n\r\n")
                    size = str(len(head)).encode()
                    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: " + size + b"\r\n\r\n" + head)
                    await writer.drain()
            writer.close()

        made = await asyncio.start_server(answer, "127.0.0.1", 0, ssl=context)
        running.append(made)
        return made.sockets[0].getsockname()[1]

    yield start
    for made in running:
        made.close()


@pytest.fixture
async def gate(proxy):
    made = []

    def make(login="", port=0, rules=(), **names):
        found = Gate(
            EgressPolicy.from_rules(rules),
            resolver=Names(**names),
            proxy=Proxy.parse(f"http://{login}127.0.0.1:{port or proxy.port}"),
        )
        made.append(found)
        return found.bound()

    yield make
    for found in made:
        await found.close()


async def test_the_proxy_is_told_the_address_that_was_checked(gate, proxy, server):
    proxy.server = await server()
    bound = gate("ada:love%40lace@")
    answers = [await bound.request(HttpRequest("GET", f"http://{NAME}/a")) for _ in range(2)]
    assert len(proxy.asked) == 1  # the connection was kept
    first, *lines = proxy.asked[0].split("\r\n")
    assert first == f"CONNECT {PUBLIC}:80 HTTP/1.1"
    login = base64.b64encode(b"ada:love@lace").decode()
    assert f"Proxy-Authorization: Basic {login}" in lines
    assert NAME not in proxy.asked[0]
    for answer in answers:
        assert f"Host: {NAME}".encode() in answer.body
        assert b"Proxy-" not in answer.body
        assert answer.remote_address == f"{PUBLIC}:80"


async def test_tls_is_with_the_server_and_not_with_the_proxy(gate, proxy, server, tmp_path):
    authority = Authority(tmp_path)
    authority.make("good", [NAME])
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "good.pem", tmp_path / "good.key")
    proxy.server = await server(context)
    trust = TlsTrust(authorities=authority.file.read_text())
    answer = await gate().request(HttpRequest("GET", f"https://{NAME}/", tls=trust))
    assert answer.status == 200
    assert answer.timings.tls is not None
    assert proxy.asked[0].startswith(f"CONNECT {PUBLIC}:443 ")
    with pytest.raises(HttpError) as failed:
        await gate().request(HttpRequest("GET", "https://other.example.com/", tls=trust))
    assert failed.value.type is HttpErrorType.SSL_ERROR


@pytest.mark.parametrize("address", ["10.0.0.1", "169.254.169.254", "127.0.0.1"])
async def test_what_is_not_public_is_refused_before_the_proxy_hears_of_it(gate, proxy, address):
    with pytest.raises(SecurityError):
        await gate(api_example_com=[address]).request(HttpRequest("GET", f"http://{NAME}/"))
    with pytest.raises(SecurityError):
        await gate().request(HttpRequest("GET", f"http://{address}/"))
    assert proxy.asked == []


async def test_what_the_operator_opened_is_reached_without_it(gate, proxy, server):
    port = await server()
    bound = gate(rules=[f"127.0.0.1:{port}"])
    answer = await bound.request(HttpRequest("GET", f"http://127.0.0.1:{port}/"))
    assert (answer.status, proxy.asked) == (200, [])


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (b"HTTP/1.1 403 No\r\nContent-Length: 0\r\n\r\n", DID_NOT.format(403)),
        (b"HTTP/1.1 300 Choose\r\n\r\n", DID_NOT.format(300)),
        (
            b"HTTP/1.1 407 Who\r\n\r\n",
            "the operator's proxy wants another user or password (egress.proxy)",
        ),
        (b"SSH-2.0-x\r\n\r\n", NO_HTTP),
        (b"HTTP/1.1 200 OK\r\n\r\nHTTP/1.1 200 OK\r\n\r\n", NO_HTTP),
        (b"HTTP/1.1 200 OK\r\nx: " + b"x" * 20_000, NO_HTTP),
        (b"", "the operator's proxy closed the connection"),
    ],
)
async def test_a_proxy_that_fails_is_named(gate, proxy, answer, says):
    proxy.answer = answer
    proxy.server = proxy.port
    with pytest.raises(HttpError) as failed:
        await gate("ada:very-secret@").request(HttpRequest("GET", f"http://{NAME}/"))
    assert failed.value.type is HttpErrorType.NETWORK_UNREACHABLE
    assert failed.value.message == says
    assert "secret" not in str(failed.value.as_json())


async def test_no_proxy_at_all(gate):
    with pytest.raises(HttpError, match=r"^the operator's proxy can't be reached$"):
        await gate(port=9).request(HttpRequest("GET", f"http://{NAME}/"))


async def test_a_proxy_whose_name_is_none():
    with pytest.raises(ProxyFailed, match=r"^the name of the operator's proxy can't be found$"):
        await Proxy.parse("http://no-such-name.invalid:3128").open(PUBLIC, 80)


async def test_a_proxy_is_told_an_address_of_ipv6_and_may_answer_in_pieces():
    asked, ended = [], asyncio.Event()

    async def answer(reader, writer):
        asked.append(await reader.readuntil(b"\r\n\r\n"))
        for piece in (b"HTTP/1.1 200", b" Fine\r\nx: y\r", b"\n\r\n"):
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(0.01)
        await reader.read()
        writer.close()
        await writer.wait_closed()
        ended.set()

    listener = await asyncio.start_server(answer, "127.0.0.1", 0)
    proxy = Proxy.parse(f"http://127.0.0.1:{listener.sockets[0].getsockname()[1]}")
    with await proxy.open("2606:4700::1", 443) as sock:
        assert not sock.getblocking()
    await ended.wait()
    listener.close()
    place = b"[2606:4700::1]:443"
    assert asked == [b"CONNECT " + place + b" HTTP/1.1\r\nHost: " + place + b"\r\n\r\n"]


async def test_a_proxy_that_resets_the_connection_has_closed_it():
    async def reset(reader, writer):
        sock = writer.get_extra_info("socket")
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        writer.close()

    listener = await asyncio.start_server(reset, "127.0.0.1", 0)
    proxy = Proxy.parse(f"http://127.0.0.1:{listener.sockets[0].getsockname()[1]}")
    with pytest.raises(ProxyFailed, match=r"^the operator's proxy closed the connection$"):
        await proxy.open(PUBLIC, 80)
    listener.close()


@pytest.mark.parametrize(
    "text",
    [
        *("proxy:3128", "https://proxy", "socks5://proxy", "http://", "x", "http://proxy:x"),
        *("http://proxy/path", "http://proxy/?a=1", "http://proxy?a=1"),
    ],
)
def test_a_setting_that_is_none(text):
    with pytest.raises(InvalidInput, match=r"^the setting egress\.proxy must look like"):
        Proxy.parse(text)


def test_a_setting_that_is_one():
    assert Proxy.parse("http://proxy.example.org/") == Proxy("proxy.example.org", 3128, "")
    assert Proxy.parse("http://[fd00::1]:80") == Proxy("fd00::1", 80, "")
    login = base64.b64encode(b"ada:").decode()
    assert Proxy.parse("http://ada@proxy") == Proxy("proxy", 3128, f"Basic {login}")


def test_it_is_shown_without_its_password():
    made = Proxy.parse("http://ada:secret@proxy.example.org")
    assert str(made) == "http://***@proxy.example.org:3128"
    assert str(Proxy.parse("http://[fd00::1]")) == "http://[fd00::1]:3128"
    assert "secret" not in repr(made)
