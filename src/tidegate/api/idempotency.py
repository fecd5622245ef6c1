"""A POST with an Idempotency-Key is done once: who repeats it gets the first answer again."""

import hashlib
from collections.abc import Callable, Coroutine
from typing import Any, Final

from fastapi import Request, Response

from tidegate import codec
from tidegate.api.bodies import StrictRequest, StrictRoute
from tidegate.api.caller import COOKIE
from tidegate.api.streamed import StreamedAnswer
from tidegate.app import App
from tidegate.errors import Conflict, InvalidInput
from tidegate.store import idempotency as store

HEADER: Final = "idempotency-key"
MAX_KEY: Final = 200
KEPT: Final = ("content-type", "etag", "location")


class KeyReused(InvalidInput):
    """The key stands for another request."""

    code = "IDEMPOTENCY_KEY_REUSED"


class IdempotentRoute(StrictRoute):
    """A route whose POST obeys the header; routes that show secrets once are none of these."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The handler of this route."""
        handle = super().get_route_handler()

        async def once(request: Request) -> Response:
            key = request.headers.get(HEADER)
            if key is None or request.method != "POST":
                return await handle(request)
            return await _once(StrictRequest.of(request), key, handle)

        return once


async def _once(
    request: Request, key: str, handle: Callable[[Request], Coroutine[Any, Any, Response]]
) -> Response:
    if not 0 < len(key) <= MAX_KEY:
        raise InvalidInput(f"an Idempotency-Key has 1 to {MAX_KEY} characters")
    app: App = request.app.state.tidegate
    # Whoever has another key or session has other idempotency keys; nobody reads another's answer.
    who = request.headers.get("authorization") or request.cookies.get(COOKIE) or ""
    key_hash = _hash(who, request.method, request.url.path, key)
    request_hash = hashlib.sha256(await request.body()).hexdigest()
    known = await app.database.write(
        lambda connection: store.begin(connection, key_hash, request_hash)
    )
    if known is not None:
        return _again(known, request_hash)
    try:
        response = await handle(request)
    except BaseException:
        await app.database.write(lambda connection: store.forget(connection, key_hash))
        raise
    headers = {name: response.headers[name] for name in KEPT if name in response.headers}
    status, body = response.status_code, b""
    if isinstance(response, StreamedAnswer):
        status, body = 202, response.again
        headers["content-type"] = "application/json"
    else:
        body = bytes(response.body)
    answer = store.Answer(request_hash, status, codec.encode(headers).decode(), body)
    await app.database.write(lambda connection: store.keep(connection, key_hash, answer))
    return response


def _again(known: store.Answer, request_hash: str) -> Response:
    if known.request_hash != request_hash:
        raise KeyReused("this Idempotency-Key was sent with another body; choose a new one")
    if known.status is None:
        raise Conflict("the first request with this Idempotency-Key is still under way")
    headers = {**codec.decode(known.headers or "{}"), "idempotency-replayed": "true"}
    return Response(known.body, known.status, headers=headers)


def _hash(*parts: str) -> str:
    return hashlib.sha256(codec.encode(list(parts))).hexdigest()
