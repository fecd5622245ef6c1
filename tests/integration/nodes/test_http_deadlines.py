"""Each phase of a request has a deadline of its own, which a node may set and an error names."""

import asyncio
import time

import pytest

from tidegate.egress.client import Gate
from tidegate.egress.policy import EgressPolicy
from tidegate.egress.resolver import Resolver
from tidegate.errors import NodeFailed
from tidegate.model.workflow import NodeSettings
from tidegate.nodes.http.request import HttpRequestNode

ONCE = NodeSettings(retry={"max_retries": 0})
SECONDS = 0.3


class SlowNames(Resolver):
    """Names that take their time."""

    async def resolve(self, host, owner):
        await asyncio.sleep(60)
        raise AssertionError(f"nobody waited so long for {host} of {owner}")


@pytest.fixture
async def mute(runner):
    """A server that takes connections and says nothing; its port."""
    writers = []
    server = await asyncio.start_server(lambda _, writer: writers.append(writer), "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    runner.rules.append(f"127.0.0.1:{port}")
    yield port
    for writer in writers:
        writer.close()
    server.close()


async def failed(runner, url, **params):
    began = time.monotonic()
    with pytest.raises(NodeFailed) as caught:
        given = {"url": url, "timeout": 60, **params}
        await runner.engine(HttpRequestNode, given, settings=ONCE)
    assert time.monotonic() - began < 20
    assert caught.value.details["type"] == "TIMEOUT"
    return caught.value.details["phase"]


async def test_the_handshake(runner, mute):
    url = f"https://127.0.0.1:{mute}/"
    assert await failed(runner, url, tls_timeout=SECONDS) == "tls"


async def test_the_first_byte(runner, mute):
    url = f"http://127.0.0.1:{mute}/"
    assert await failed(runner, url, first_byte_timeout=SECONDS) == "response"


async def test_the_name(runner):
    runner.gate = Gate(EgressPolicy.from_rules([]), resolver=SlowNames())
    assert await failed(runner, "http://api.example.com/", dns_timeout=SECONDS) == "dns"


async def test_connecting(runner, deaf_port):
    url = f"http://127.0.0.1:{deaf_port}/"
    assert await failed(runner, url, connect_timeout=SECONDS) == "connect"


@pytest.fixture
async def deaf_port(runner):
    """A port whose queue is full: it answers to no further connection."""
    import socket

    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen(0)
    port = listener.getsockname()[1]
    waiting = []
    for _ in range(3):
        client = socket.socket()
        client.setblocking(False)
        client.connect_ex(("127.0.0.1", port))
        waiting.append(client)
    runner.rules.append(f"127.0.0.1:{port}")
    yield port
    for open_socket in [*waiting, listener]:
        open_socket.close()
