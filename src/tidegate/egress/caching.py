"""Answers that need not be asked for again: a private cache as RFC 9111 says, by hishel.

It stands before the gate of a node. Kept answers belong to one workflow, one version of a
credential, and exactly one request: URL, headers, and whom it trusts.
"""

import hashlib
import time
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager, aclosing, asynccontextmanager, suppress
from dataclasses import dataclass, replace
from email.utils import formatdate, parsedate_to_datetime
from typing import TYPE_CHECKING, Any, Final, Protocol
from uuid import uuid4

from tidegate import codec
from tidegate.errors import HttpError, HttpErrorType
from tidegate.sdk.budget import Budget
from tidegate.sdk.http import HttpGate, HttpRequest, HttpResponse, HttpStream, joined_headers

if TYPE_CHECKING:
    import hishel

Head = dict[str, Any]
"""What is kept of an answer besides its body, as JSON."""

SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})
NOT_MODIFIED: Final = 304
_OWN_CONDITIONS: Final = frozenset(
    {"if-match", "if-modified-since", "if-none-match", "if-range", "if-unmodified-since", "range"}
)
_USEFUL: Final = ("etag", "last-modified", "expires")
_CONDITIONS: Final = {"if-none-match": "If-None-Match", "if-modified-since": "If-Modified-Since"}


class Keeping(Protocol):
    """An answer that is being kept."""

    async def append(self, data: bytes) -> None:
        """Add bytes of its body."""

    async def commit(self, head: Head) -> None:
        """Keep it."""

    async def discard(self) -> None:
        """Don't."""


class ResponseStore(Protocol):
    """Where answers are kept: by the URL, and below it by the request."""

    async def find(self, url: str, key: str) -> Head | None:
        """The head of an answer."""
        ...

    def pieces(self, url: str, key: str, head: Head) -> AsyncGenerator[bytes, None]:
        """Its body."""
        ...

    def begin(self, url: str, key: str) -> Keeping:
        """Keep a new answer."""
        ...

    async def update(self, url: str, key: str, head: Head) -> None:
        """Put other fields into a head."""

    async def forget(self, url: str) -> None:
        """Forget every answer of a URL."""


@dataclass(frozen=True, slots=True)
class CacheScope:
    """Whose answers these are.

    Attributes:
        workflow: the workflow's id.
        credential: the id and the version of the node's credential; empty without one.
        admits: whether the gate would let a URL pass now.
        ready: called before anything is kept.
        budget: what a body that is read as a whole is charged to.
    """

    workflow: str
    credential: str
    admits: Callable[[str], bool]
    ready: Callable[[], Awaitable[None]]
    budget: Budget | None = None


class CachingGate:
    """Implements ``HttpGate`` before another one, for requests that ask for the cache.

    An unsafe request that succeeds makes the answers of its URL stale (RFC 9111, section 4.4).
    """

    def __init__(self, inner: HttpGate, store: ResponseStore, scope: CacheScope) -> None:
        self._inner, self._store, self._scope = inner, store, scope

    async def request(self, request: HttpRequest) -> HttpResponse:
        """As the inner gate, or with an answer that was kept."""
        if request.cache or request.method not in SAFE:
            async with self.stream(request) as stream:
                return await stream.read()
        return await self._inner.request(request)

    def stream(self, request: HttpRequest) -> AbstractAsyncContextManager[HttpStream]:
        """As the inner gate, or with an answer that was kept."""
        if request.method not in SAFE:
            return self._forgetting(request)
        if request.cache and request.method == "GET" and request.body is None:
            names = {name.lower() for name, _ in request.headers}
            if not names & _OWN_CONDITIONS:
                return self._cached(request)
        return self._inner.stream(request)

    @asynccontextmanager
    async def _forgetting(self, request: HttpRequest) -> AsyncIterator[HttpStream]:
        async with self._inner.stream(request) as stream:
            if stream.head.status < 400:
                await self._store.forget(_digest(self._scope.workflow, _plain(request.url)))
            yield stream

    @asynccontextmanager
    async def _cached(self, request: HttpRequest) -> AsyncIterator[HttpStream]:
        import hishel  # noqa: PLC0415 - few nodes use the cache

        scope, store = self._scope, self._store
        url, key = self._place(request)
        head = await store.find(url, key) if scope.admits(request.url) else None
        entries = [] if head is None else [_entry(request, head)]
        asked = _asked(request)
        state: Any = hishel.IdleClient({"shared": False}).next(asked, entries)
        if isinstance(state, hishel.NeedRevalidation) and head is not None:
            conditions = [
                (_CONDITIONS[name], state.request.headers[name])
                for name in _CONDITIONS
                if name in state.request.headers
            ]
            conditional = replace(request, headers=[*request.headers, *conditions])
            async with self._inner.stream(conditional if conditions else request) as stream:
                if stream.head.status != NOT_MODIFIED:
                    async with self._keeping(stream, asked, url, key) as kept:
                        yield kept
                    return
                answer = stream.head
            state = state.next(_answer(answer))
            if isinstance(state, hishel.NeedToBeUpdated):
                head = {**head, **_fields(_refreshed(head, answer))}
                await store.update(url, key, head)
                async with aclosing(store.pieces(url, key, head)) as pieces:
                    yield KeptStream(
                        _kept(head, answer), pieces, head["size"], request, scope.budget
                    )
                return
        elif isinstance(state, hishel.FromCache) and head is not None:
            async with aclosing(store.pieces(url, key, head)) as pieces:
                yield KeptStream(_kept(head), pieces, head["size"], request, scope.budget)
            return
        async with (
            self._inner.stream(request) as stream,
            self._keeping(stream, asked, url, key) as s,
        ):
            yield s

    @asynccontextmanager
    async def _keeping(
        self, stream: HttpStream, asked: "hishel.Request", url: str, key: str
    ) -> AsyncIterator["HttpStream"]:
        import hishel  # noqa: PLC0415 - loaded by now

        head = stream.head
        state = hishel.CacheMiss(options={"shared": False}, request=asked).next(_answer(head))
        is_wanted = isinstance(state, hishel.StoreAndUse) and 200 <= head.status < 300
        if not is_wanted or head.redirects or not _is_useful(head):
            yield TakenStream(stream, None)
            return
        await self._scope.ready()
        taken = TakenStream(stream, self._store.begin(url, key))
        try:
            yield taken
        except BaseException:
            await taken.end(is_whole=False)
            raise
        await taken.end()

    def _place(self, request: HttpRequest) -> tuple[str, str]:
        scope = self._scope
        url = _plain(request.url)
        tls = [request.tls.verify, request.tls.authorities]
        headers = sorted((name.lower(), value) for name, value in request.headers)
        key = _digest(scope.workflow, url, scope.credential, codec.encode([tls, headers]).decode())
        return _digest(scope.workflow, url), key


class TakenStream:
    """An answer of the inner gate; its body is kept while it is read, if it may be."""

    def __init__(self, inner: HttpStream, keeping: Keeping | None) -> None:
        self._inner, self._keeping = inner, keeping
        self._is_whole = False

    @property
    def head(self) -> HttpResponse:
        """The answer without its body."""
        return self._inner.head._replace(cache="miss")

    async def chunks(self) -> AsyncIterator[bytes]:
        """The body in pieces."""
        async for piece in self._inner.chunks():
            if self._keeping is not None:
                await self._keeping.append(piece)
            yield piece
        self._is_whole = True

    async def read(self) -> HttpResponse:
        """The whole body."""
        response = await self._inner.read()
        if self._keeping is not None:
            await self._keeping.append(response.body)
        self._is_whole = True
        return response._replace(cache="miss")

    async def end(self, *, is_whole: bool = True) -> None:
        """Keep what came, if it is all."""
        if self._keeping is None:
            return
        if not (is_whole and self._is_whole):
            await self._keeping.discard()
            return
        head = self._inner.head
        kept = {"status": head.status, "status_text": head.status_text, "url": head.final_url}
        await self._keeping.commit({**kept, **_fields(head.headers)})


class KeptStream:
    """An answer that was kept."""

    def __init__(
        self,
        head: HttpResponse,
        pieces: AsyncIterator[bytes],
        size: int,
        request: HttpRequest,
        budget: Budget | None,
    ) -> None:
        self.head = head
        self._pieces, self._size, self._request, self._budget = pieces, size, request, budget

    async def chunks(self) -> AsyncIterator[bytes]:
        """The body in pieces."""
        if self._size > self._request.max_response:
            raise HttpError(
                "the answer that was kept is larger than the request's limit",
                HttpErrorType.RESPONSE_TOO_LARGE,
            )
        async for piece in self._pieces:
            yield piece

    async def read(self) -> HttpResponse:
        """The whole body."""
        if self._budget is not None:
            self._budget.charge(self._size, "a response (or stream it to a file)")
        try:
            body = b"".join([piece async for piece in self.chunks()])
        except BaseException:
            if self._budget is not None:
                self._budget.release(self._size)
            raise
        return self.head._replace(body=body)


def _kept(head: Head, answer: HttpResponse | None = None) -> HttpResponse:
    """A kept answer's head; sizes and times are those of the answer that confirmed it."""
    headers = [(name, value) for name, value in head["headers"]]
    status, text, url = head["status"], head["status_text"], head["url"]
    if answer is None:
        return HttpResponse(status, text, headers, b"", url, 0.0, cache="hit")
    return answer._replace(
        status=status, status_text=text, headers=headers, body=b"", cache="revalidated"
    )


def _plain(url: str) -> str:
    return url.strip().partition("#")[0]


def _digest(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def _is_useful(head: HttpResponse) -> bool:
    """Whether it can ever be used again: it stays fresh for a while, or the server can be asked."""
    headers = head.header_map()
    return any(name in headers for name in _USEFUL) or "max-age" in headers.get("cache-control", "")


def _asked(request: HttpRequest) -> "hishel.Request":
    import hishel  # noqa: PLC0415 - loaded by now

    return hishel.Request(
        "GET", _plain(request.url), hishel.Headers(joined_headers(request.headers))
    )


def _answer(head: HttpResponse) -> "hishel.Response":
    import hishel  # noqa: PLC0415 - loaded by now

    return hishel.Response(head.status, hishel.Headers(dict(head.header_map())))


def _entry(request: HttpRequest, head: Head) -> "hishel.Entry":
    """The kept answer, dated by this machine's clock and the age it came with."""
    import hishel  # noqa: PLC0415 - loaded by now

    headers = hishel.Headers({**joined_headers(head["headers"]), "date": head["date"]})
    return hishel.Entry(uuid4(), _asked(request), hishel.Response(head["status"], headers))


def _fields(headers: Sequence[Sequence[str]]) -> Head:
    """What a head has of headers: they, and when the answer was made (RFC 9111, section 4.2.3)."""
    known = joined_headers([(name, value) for name, value in headers])
    now = time.time()
    age = known.get("age", "")
    made = now - int(age) if age.isascii() and age.isdigit() and len(age) < 10 else now
    with suppress(ValueError):
        made = min(made, parsedate_to_datetime(known.get("date", "")).timestamp())
    date = formatdate(made, usegmt=True)
    return {"headers": [list(pair) for pair in headers], "date": date}


def _refreshed(head: Head, answer: HttpResponse) -> Sequence[Sequence[str]]:
    """The kept headers with those of the answer that confirmed them (RFC 9111, section 3.2)."""
    about_body = {"content-encoding", "content-type", "content-range", "content-length"}
    new = [pair for pair in answer.headers if pair[0].lower() not in about_body]
    names = {name.lower() for name, _ in new}
    return [*(pair for pair in head["headers"] if pair[0].lower() not in names), *new]
