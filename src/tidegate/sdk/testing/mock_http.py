"""A real HTTP server on loopback whose answers, delays and failures a test decides."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final, Self
from urllib.parse import urlsplit

from tidegate import codec
from tidegate.errors import HttpError, HttpErrorType, InvalidInput
from tidegate.sdk.testing.http_wire import Peer, ReceivedRequest, response_bytes

__all__ = ["MockHttpService", "ReceivedRequest"]

Answer = Callable[[Peer, ReceivedRequest], Awaitable[None]]

_ABSENT: Final = object()
_HUGE: Final = 1 << 40
_ELSEWHERE: Final = {
    HttpErrorType.CONNECTION_REFUSED: "stop the service and request its URL",
    HttpErrorType.DNS_RESOLUTION: "request http://nothing.invalid/",
    HttpErrorType.NETWORK_UNREACHABLE: "no server can answer with it",
    HttpErrorType.SSL_ERROR: "request the service's URL with https: it speaks no TLS",
}


@dataclass(slots=True, eq=False)
class _Mock:
    path: str
    query: str
    method: str | None
    answer: Answer
    uses: int = 0

    def fits(self, request: ReceivedRequest) -> bool:
        return (
            self.path == request.path
            and self.query in ("", request.query)
            and self.method in (None, request.method)
        )

    def is_for_the_same(self, other: "_Mock") -> bool:
        return (self.path, self.query, self.method) == (other.path, other.query, other.method)


class MockHttpService:
    """Answers real requests on a free port of 127.0.0.1 while its block is open.

    ::

        async with MockHttpService() as service:
            service.mock_response("/users", json=[{"name": "Ada"}])
            service.mock_timeout("/slow", delay=5)
            ...  # request service.url("/users") through a gate that allows service.allow_rule
            assert service.requests[0].method == "GET"

    A URL may be given whole or as its path; without a query it stands for every query. Several
    mocks for the same URL are used one after the other, and the last one stays. What has no mock
    is answered with 404.
    """

    def __init__(self) -> None:
        self.requests: list[ReceivedRequest] = []
        self.port = 0
        self._mocks: list[_Mock] = []
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    async def start(self) -> None:
        """Listen on a free port."""
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Close every connection and stop listening."""
        if self._server is not None:
            self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    @property
    def allow_rule(self) -> str:
        """The egress rule that opens the service to a gate."""
        return f"127.0.0.1:{self.port}"

    def url(self, path: str = "/") -> str:
        """The whole URL of a path."""
        return f"http://127.0.0.1:{self.port}{path}"

    def mock_response(
        self,
        url: str,
        *,
        status: int = 200,
        json: Any = _ABSENT,
        body: bytes | str = b"",
        headers: Mapping[str, str] | None = None,
        delay: float = 0.0,
        method: str | None = None,
    ) -> None:
        """Answer with this, after ``delay`` seconds; ``json`` is a body with its content type."""
        content = body.encode() if isinstance(body, str) else body
        fields = dict(headers or {})
        if json is not _ABSENT:
            content = codec.encode(json)
            fields = {"Content-Type": "application/json", **fields}

        async def answer(peer: Peer, request: ReceivedRequest) -> None:
            await asyncio.sleep(delay)
            await peer.send(response_bytes(status, fields, content, request.method))

        self._add(url, answer, method)

    def mock_error(self, url: str, error: HttpError) -> None:
        """Make requests fail with an error of this type.

        HTTP_STATUS answers with the error's ``status_code``, ``response_body`` and ``retry_after``.

        Raises:
            ValueError: no server can cause this type; the message says how a test gets it.
        """
        if error.type in _ELSEWHERE:
            raise ValueError(f"{error.type} can't be mocked for a URL: {_ELSEWHERE[error.type]}")
        if error.type is HttpErrorType.HTTP_STATUS:
            wait = error.retry_after
            self.mock_response(
                url,
                status=error.details.get("status_code", 500),
                body=error.details.get("response_body", ""),
                headers={} if wait is None else {"Retry-After": f"{wait:g}"},
            )
        elif error.type is HttpErrorType.TIMEOUT:
            self.mock_timeout(url)
        elif error.type is HttpErrorType.CONNECTION_RESET:
            self.mock_network_failure(url)
        elif error.type is HttpErrorType.TOO_MANY_REDIRECTS:
            self.mock_response(url, status=302, headers={"Location": url})
        elif error.type is HttpErrorType.RESPONSE_TOO_LARGE:
            self._add(url, _sends(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % _HUGE))
        else:
            self._add(url, _sends(b"this is not HTTP\r\n\r\n"))

    def mock_timeout(self, url: str, delay: float | None = None) -> None:
        """Answer only after ``delay`` seconds; without one, never."""
        if delay is not None:
            self.mock_response(url, delay=delay)
            return

        async def answer(peer: Peer, request: ReceivedRequest) -> None:
            await asyncio.Event().wait()

        self._add(url, answer)

    def mock_network_failure(self, url: str) -> None:
        """Reset the connection instead of answering."""

        async def answer(peer: Peer, request: ReceivedRequest) -> None:
            peer.reset()

        self._add(url, answer)

    def clear(self) -> None:
        """Forget all mocks and requests."""
        self._mocks.clear()
        self.requests.clear()

    def assert_requested(
        self,
        url: str,
        *,
        method: str | None = None,
        times: int | None = None,
        query: str | None = None,
        json: Any = _ABSENT,
    ) -> None:
        """Fail unless a request to this path came, or exactly so many.

        ``method``, ``query`` (as text) and ``json`` (the body) must be as given, where they are.

        Raises:
            AssertionError: with everything that came instead.
        """
        path = urlsplit(url).path or "/"
        found = [
            request
            for request in self.requests
            if request.path == path
            and method in (None, request.method)
            and query in (None, request.query)
            and (json is _ABSENT or _json_of(request) == json)
        ]
        if bool(found) if times is None else len(found) == times:
            return
        came = "".join(f"\n  {_line_of(request)}" for request in self.requests) or " nothing"
        wanted = f"{method or 'a request to'} {path}" + (f"?{query}" if query else "")
        count = "" if times is None else f" {times} times, and came {len(found)} times"
        raise AssertionError(f"{wanted} was expected{count}; this came:{came}")

    def assert_all_used(self) -> None:
        """Fail if there is a mock that no request has asked for.

        Raises:
            AssertionError: naming each.
        """
        idle = [mock for mock in self._mocks if not mock.uses]
        if idle:
            names = ", ".join(f"{mock.method or 'any method'} {mock.path}" for mock in idle)
            raise AssertionError(f"nothing asked for: {names}")

    def _add(self, url: str, answer: Answer, method: str | None = None) -> None:
        parts = urlsplit(url)
        self._mocks.append(_Mock(parts.path or "/", parts.query, method, answer))

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.get_running_loop().create_task(self._serve(Peer(reader, writer)))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _serve(self, peer: Peer) -> None:
        try:
            with suppress(OSError, ValueError, EOFError, asyncio.LimitOverrunError):
                while not peer.is_closing:
                    request = await peer.receive()
                    self.requests.append(request)
                    await self._take(request)(peer, request)
        finally:
            peer.close()

    def _take(self, request: ReceivedRequest) -> Answer:
        fitting = [mock for mock in self._mocks if mock.fits(request)]
        # A mock with a query or a method is meant more than one without.
        fitting.sort(key=lambda mock: (not mock.query, mock.method is None))
        if not fitting:
            text = f"no mock for {request.method} {request.path}".encode()
            return _sends(response_bytes(404, {}, text, request.method), closes=False)
        chosen = fitting[0]
        chosen.uses += 1
        if sum(chosen.is_for_the_same(other) for other in fitting) > 1:
            self._mocks.remove(chosen)
        return chosen.answer


def _json_of(request: ReceivedRequest) -> Any:
    try:
        return request.json()
    except InvalidInput:
        return _ABSENT


def _line_of(request: ReceivedRequest) -> str:
    query = f"?{request.query}" if request.query else ""
    return f"{request.method} {request.path}{query} {request.body[:200]!r}"


def _sends(data: bytes, *, closes: bool = True) -> Answer:
    async def answer(peer: Peer, request: ReceivedRequest) -> None:
        await peer.send(data)
        if closes:
            peer.close()

    return answer
