"""The mock service answers any HTTP client as its test decided."""

import asyncio
import time

import httpx
import pytest

from tidegate.errors import HttpError, HttpErrorType
from tidegate.sdk.testing import MockHttpService


@pytest.fixture
async def service():
    async with MockHttpService() as running:
        yield running


@pytest.fixture
async def client(service):
    async with httpx.AsyncClient(base_url=service.url(), timeout=5, trust_env=False) as client:
        yield client


async def test_a_response(service, client):
    service.mock_response("/a", json={"n": 10**20}, status=201, headers={"X-A": "1"})
    response = await client.post("/a?x=1", json=[1])
    assert (response.status_code, response.reason_phrase) == (201, "Created")
    assert (response.json(), response.headers["x-a"]) == ({"n": 10**20}, "1")
    (seen,) = service.requests
    assert (seen.method, seen.path, seen.query, seen.json()) == ("POST", "/a", "x=1", [1])


async def test_a_whole_url_and_a_chunked_body(service, client):
    async def body():
        yield b"one"
        yield b"two"

    service.mock_response(service.url("/a"), body="ü")
    assert (await client.put("/a", content=body())).text == "ü"
    assert service.requests[0].body == b"onetwo"


async def test_several_mocks_are_used_in_turn_and_the_last_stays(service, client):
    service.mock_response("/a", status=503)
    service.mock_response("/a", status=500)
    service.mock_response("/a")
    assert [(await client.get("/a")).status_code for _ in range(4)] == [503, 500, 200, 200]


async def test_a_query_and_a_method_tell_mocks_apart(service, client):
    service.mock_response("/a", body="any")
    service.mock_response("/a?p=2", body="two")
    service.mock_response("/a", body="sent", method="POST")
    assert (await client.get("/a")).text == "any"
    assert (await client.get("/a?p=2")).text == "two"
    assert (await client.post("/a")).text == "sent"
    assert (await client.get("/b")).status_code == 404


async def test_a_timeout(service, client):
    service.mock_timeout("/slow", delay=0.2)
    started = time.monotonic()
    assert (await client.get("/slow")).status_code == 200
    assert time.monotonic() - started >= 0.2
    service.mock_timeout("/never")
    with pytest.raises(httpx.ReadTimeout):
        await client.get("/never", timeout=0.2)


async def test_a_network_failure(service, client):
    service.mock_network_failure("/a")
    with pytest.raises(httpx.ReadError):
        await client.get("/a")
    service.mock_response("/b")
    assert (await client.get("/b")).status_code == 200


async def test_errors(service, client):
    service.mock_error(
        "/a",
        HttpError(
            "x", HttpErrorType.HTTP_STATUS, retry_after=3, status_code=429, response_body="wait"
        ),
    )
    response = await client.get("/a")
    assert (response.status_code, response.text, response.headers["retry-after"]) == (
        429,
        "wait",
        "3",
    )
    service.mock_error("/b", HttpError("x", HttpErrorType.INVALID_RESPONSE))
    with pytest.raises(httpx.RemoteProtocolError):
        await client.get("/b")


@pytest.mark.parametrize(
    "type",
    [
        HttpErrorType.DNS_RESOLUTION,
        HttpErrorType.CONNECTION_REFUSED,
        HttpErrorType.NETWORK_UNREACHABLE,
        HttpErrorType.SSL_ERROR,
    ],
)
async def test_what_a_server_can_not_cause_is_said(service, type):
    with pytest.raises(ValueError, match="can't be mocked"):
        service.mock_error("/a", HttpError("x", type))


async def test_clear_forgets(service, client):
    service.mock_response("/a")
    await client.get("/a")
    service.clear()
    assert service.requests == []
    assert (await client.get("/a")).status_code == 404


async def test_stopping_ends_open_connections(service):
    service.mock_timeout("/never")
    async with httpx.AsyncClient(timeout=30, trust_env=False) as client:
        task = asyncio.create_task(client.get(service.url("/never")))
        async with asyncio.timeout(10):
            while not service.requests:
                await asyncio.sleep(0.01)
            await service.stop()
            with pytest.raises(httpx.TransportError):
                await task
            with pytest.raises(httpx.ConnectError):
                await client.get(service.url("/"))


async def test_what_came_can_be_asserted(service, client):
    service.mock_response("/a")
    service.mock_response("/b")
    await client.post("/a?x=1", json={"n": 1})
    await client.post("/a?x=2", content=b"no json")
    service.assert_requested("/a")
    service.assert_requested(service.url("/a"), method="POST", times=2)
    service.assert_requested("/a", query="x=1", json={"n": 1}, times=1)
    with pytest.raises(AssertionError, match=r"GET /a was expected; this came:\n  POST /a\?x=1"):
        service.assert_requested("/a", method="GET")
    with pytest.raises(AssertionError, match="3 times, and came 2 times"):
        service.assert_requested("/a", times=3)
    with pytest.raises(AssertionError, match="nothing asked for: any method /b"):
        service.assert_all_used()
    await client.get("/b")
    service.assert_all_used()
    service.clear()
    with pytest.raises(AssertionError, match="this came: nothing"):
        service.assert_requested("/a")
