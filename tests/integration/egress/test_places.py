"""Places: what a request takes, it gives back, however it ends; and hosts learn from it."""

import asyncio
from dataclasses import replace

import pytest

from tidegate.egress.client import Gate
from tidegate.egress.policy import EgressPolicy
from tidegate.egress.traffic import TrafficLimits
from tidegate.egress.usage import EgressUsage
from tidegate.errors import HttpError, SecurityError
from tidegate.sdk.http import HttpRequest


def answer(status):
    return f"HTTP/1.1 {status} X\r\nContent-Length: 1\r\n\r\nx".encode()


@pytest.fixture
async def narrow(serve):
    """A server, and a gate with one place of each kind."""
    server = await serve(answer(200))
    policy = EgressPolicy.from_rules((server.rule, "127.0.0.1:1"))
    gate = Gate(replace(policy, max_connections_per_workflow=1), traffic=TrafficLimits(places=1))
    yield server, gate
    await gate.close()


async def test_every_place_is_given_back(narrow):
    server, gate = narrow
    bound = gate.bound(workflow="w", usage=EgressUsage(max_concurrent=1))
    for _ in range(3):
        assert (await bound.request(HttpRequest("GET", server.url))).body == b"x"
        with pytest.raises(HttpError):
            await bound.request(HttpRequest("GET", "http://127.0.0.1:1"))
        with pytest.raises(SecurityError):
            await bound.request(HttpRequest("GET", "http://10.0.0.1"))
        with pytest.raises(KeyError):
            async with bound.stream(HttpRequest("GET", server.url)):
                raise KeyError
    assert {host.in_flight for host in gate.traffic.status()} == {0}


async def test_who_gives_up_waiting_takes_nothing(narrow):
    server, gate = narrow
    bound = gate.bound(workflow="w")
    async with bound.stream(HttpRequest("GET", server.url)) as stream:
        waiting = asyncio.create_task(bound.request(HttpRequest("GET", server.url)))
        await asyncio.sleep(0.05)
        assert not waiting.done()
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        assert [piece async for piece in stream.chunks()] == [b"x"]
    assert (await bound.request(HttpRequest("GET", server.url))).body == b"x"


async def test_a_host_learns_from_its_answers_and_from_their_absence(serve, open_gate):
    server = await serve(answer(502))
    gate = open_gate(server, rules=("127.0.0.1:1",))
    for url in (server.url, "http://127.0.0.1:1"):
        for _ in range(2):
            try:
                await gate.bound().request(HttpRequest("GET", url))
            except HttpError:
                assert url.endswith(":1")
    found = {host.host: (host.failures, host.in_flight) for host in gate.traffic.status()}
    assert found == {server.rule: (2, 0), "127.0.0.1:1": (2, 0)}


@pytest.mark.parametrize("turns", range(8))
async def test_who_gives_up_among_many_takes_nobody_along(serve, bind, turns):
    server = await serve(answer(200))
    bound = bind(server)
    url = f"{server.url}/"
    tasks = [asyncio.create_task(bound.request(HttpRequest("GET", url))) for _ in range(20)]
    for _ in range(turns):
        await asyncio.sleep(0)
    for task in tasks[::3]:
        task.cancel()
    ends = await asyncio.gather(*tasks, return_exceptions=True)
    assert {type(end) for end in ends[::3]} == {asyncio.CancelledError}
    others = [end for place, end in enumerate(ends) if place % 3]
    assert [response.body for response in others] == [b"x"] * len(others)
