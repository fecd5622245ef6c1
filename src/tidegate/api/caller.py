"""Who calls: an API key, or the cookie of somebody who signed in on a page of ours."""

from typing import Annotated, Final

from fastapi import Depends, Request, Response, WebSocket
from starlette.requests import HTTPConnection

from tidegate.api.dependencies import AppDep
from tidegate.api.guard import allowed_origins
from tidegate.app import App
from tidegate.errors import Forbidden
from tidegate.services.identity import sign_in
from tidegate.services.identity.permissions import Caller
from tidegate.services.identity.sign_in import SESSION_SECONDS, Unauthorized

COOKIE: Final = "tidegate_session"
SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})


class CrossOrigin(Forbidden):
    """A page of another site sent this request."""

    code = "CROSS_ORIGIN"


async def current_caller(request: Request, app: AppDep) -> Caller:
    """Who calls.

    Raises:
        Unauthorized: nobody that is known.
        CrossOrigin: the request changes something, and a page of another site sent it.
    """
    caller, has_cookie = await _known(request, app)
    if has_cookie and request.method not in SAFE_METHODS:
        check_origin(request, app)
    return caller


async def caller_of_socket(socket: WebSocket, app: App) -> Caller:
    """Who opens a WebSocket; browsers send cookies with those of pages of any site.

    Raises:
        Unauthorized, CrossOrigin: as :func:`current_caller`.
    """
    caller, has_cookie = await _known(socket, app)
    if has_cookie:
        check_origin(socket, app)
    return caller


async def _known(request: HTTPConnection, app: App) -> tuple[Caller, bool]:
    """Who calls, and whether a cookie says so."""
    authorization = request.headers.get("authorization")
    if authorization is not None:
        scheme, _, key = authorization.partition(" ")
        caller = (
            await sign_in.caller_of_key(app, key.strip()) if scheme.lower() == "bearer" else None
        )
        if caller is None:
            raise Unauthorized("this API key does not work: it is wrong, deleted, or has expired")
        return caller, False
    token = request.cookies.get(COOKIE)
    caller = await sign_in.caller_of_session(app, token) if token else None
    if caller is None:
        raise Unauthorized("sign in, or send an API key: Authorization: Bearer tg_...")
    return caller, True


CallerDep = Annotated[Caller, Depends(current_caller)]


def check_origin(request: HTTPConnection, app: App) -> None:
    """Refuse a request that a page of another site made a browser send.

    Browsers name the page's origin in requests that change something; other programs use API keys.

    Raises:
        CrossOrigin: it came from elsewhere, or does not say from where.
    """
    host = request.headers.get("host", "")
    scheme = {"ws": "http", "wss": "https"}.get(request.url.scheme, request.url.scheme)
    allowed = allowed_origins(app.settings.server, host, scheme)
    origin = request.headers.get("origin")
    if origin is None:
        if request.headers.get("sec-fetch-site") == "same-origin":
            return
        raise CrossOrigin("a request with a session's cookie must name its Origin; use an API key")
    if origin.lower() not in allowed:
        raise CrossOrigin(
            "pages of this origin may not change anything here; if it is yours, add it to the "
            "setting server.public_urls",
            origin=origin[:200],
            allowed=sorted(allowed),
        )


def give_cookie(response: Response, app: App, token: str) -> None:
    """Let the browser keep a session; no script can read it."""
    response.set_cookie(
        COOKIE, token, max_age=SESSION_SECONDS, httponly=True, samesite="lax", secure=is_tls(app)
    )


def take_cookie(response: Response, app: App) -> None:
    """Let the browser forget a session."""
    response.delete_cookie(COOKIE, httponly=True, samesite="lax", secure=is_tls(app))


def network_of(request: Request) -> str:
    """The network address of whoever calls."""
    return request.client.host if request.client is not None else "unknown"


def is_tls(app: App) -> bool:
    """Whether browsers reach the server by https alone."""
    urls = app.settings.server.public_urls
    return bool(urls) and all(url.startswith("https:") for url in urls)
