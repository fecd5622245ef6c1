"""What stands before every route: hosts, sizes of bodies, security headers."""

import secrets
import time
from collections.abc import Mapping
from typing import Final
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tidegate.api.problems import problem_response
from tidegate.config import ServerSettings
from tidegate.log import get_logger, is_logged
from tidegate.metrics import Metrics

PREFIX: Final = "/api/v1"
LOOPBACK: Final = frozenset({"127.0.0.1", "localhost", "::1"})
EVERYWHERE: Final = frozenset({"0.0.0.0", "::", ""})  # noqa: S104 - compared with, not listened to

METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})

HEADERS: Final[Mapping[str, str]] = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}


def content_security_policy(nonce: str) -> str:
    """Only our own scripts; styles of ours and those that carry this response's nonce."""
    return (
        "default-src 'none'; script-src 'self'; "
        f"style-src 'self' 'nonce-{nonce}'; img-src 'self' data:; media-src 'self'; "
        "font-src 'self'; connect-src 'self'; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    )


class Guard:
    """The outermost layer of the server. It never lets an exception reach the web server."""

    def __init__(self, app: ASGIApp, settings: ServerSettings, metrics: Metrics) -> None:
        self._app, self._metrics = app, metrics
        self._max_body = settings.max_body << 20
        self._hosts = allowed_hosts(settings)
        self._mount = mount_path(settings)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if self._mount and "path" in scope:
            scope = _below(scope, self._mount)
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        nonce = secrets.token_urlsafe(16)
        scope.setdefault("state", {})["nonce"] = nonce
        headers = Headers(scope=scope)
        answer = _Answer(send, nonce)
        begun = time.perf_counter()
        try:
            await self._handle(scope, receive, answer, headers)
        finally:
            self._note(scope, answer, begun)

    async def _handle(
        self, scope: Scope, receive: Receive, answer: "_Answer", headers: Headers
    ) -> None:
        if self._hosts is not None and host_name(headers.get("host", "")) not in self._hosts:
            response = problem_response(
                421,
                "UNKNOWN_HOST",
                "this server is not known by this name; add its address to the setting "
                "server.public_urls",
            )
            await response(scope, receive, answer.send)
            return
        body = _Body(receive, self._max_body)
        if body.is_too_large(headers.get("content-length", "")):
            await self._too_large(scope, receive, answer)
            return

        async def send(message: Message) -> None:
            # What the application makes of a body that was cut off is not the answer.
            if answer.has_begun or not body.is_refused:
                await answer.send(message)

        try:
            await self._app(scope, body.receive, send)
        except Exception:
            # The application has answered and logged it; a refused body was not its mistake.
            if not answer.has_begun and not body.is_refused:
                raise
        if body.is_refused and not answer.has_begun:
            await self._too_large(scope, receive, answer)

    def _note(self, scope: Scope, answer: "_Answer", begun: float) -> None:
        """Count a request that was answered, or whose caller went before it was."""
        template = _template(scope)
        seconds = (answer.begun_at or time.perf_counter()) - begun
        self._metrics.answered(_method(scope), template, answer.status, seconds)
        if is_logged("info"):
            get_logger().info(
                "request",
                method=scope["method"],
                path=scope["path"],
                status=answer.status,
                ms=round(seconds * 1000, 3),
                network=(scope.get("client") or ("unknown",))[0],
            )

    async def _too_large(self, scope: Scope, receive: Receive, answer: "_Answer") -> None:
        text = f"the body of a request may have at most {self._max_body >> 20} MB"
        response = problem_response(
            413,
            "BODY_TOO_LARGE",
            f"{text} (setting server.max_body)",
            None,
            {"connection": "close"},
        )
        await response(scope, receive, answer.send)


class _Answer:
    """Adds our headers to a response."""

    def __init__(self, send: Send, nonce: str) -> None:
        self._send, self._nonce = send, nonce
        self.status, self.begun_at = 499, 0.0  # as long as nothing is answered

    @property
    def has_begun(self) -> bool:
        """Whether a part of the response was sent."""
        return self.begun_at > 0

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status, self.begun_at = message["status"], time.perf_counter()
            headers = MutableHeaders(scope=message)
            for name, value in HEADERS.items():
                headers.setdefault(name, value)
            headers.setdefault("content-security-policy", content_security_policy(self._nonce))
            headers.setdefault("cache-control", "no-store")
        await self._send(message)


class _Body:
    """The body of a request, up to a size."""

    def __init__(self, receive: Receive, limit: int) -> None:
        self._receive, self._limit = receive, limit
        self._size = 0
        self._is_whole = False
        self.is_refused = False

    def is_too_large(self, length: str) -> bool:
        """Whether the body says itself that it is too large."""
        return length.isascii() and length.isdecimal() and int(length[:20]) > self._limit

    async def receive(self) -> Message:
        if self._is_whole:
            return await self._receive()
        message = await self._receive()
        if message["type"] == "http.request":
            self._size += len(message.get("body", b""))
            self._is_whole = not message.get("more_body", False)
            if self._size > self._limit:
                self.is_refused = True
                return {"type": "http.disconnect"}
        return message


def _template(scope: Scope) -> str:
    """The template of the route that answered; FastAPI leaves out what the router is put under."""
    found = getattr(scope.get("route"), "path", None)
    if found is None:
        return "none"
    is_api = scope["path"].startswith(f"{PREFIX}/") and not found.startswith(PREFIX)
    return f"{PREFIX}{found}" if is_api else str(found)


def _method(scope: Scope) -> str:
    """A method as a label: whoever makes methods up makes no new series."""
    method = str(scope["method"])
    return method if method in METHODS else "other"


def host_name(host: str) -> str:
    """The name in a Host header or a URL's authority, without the port."""
    if host.startswith("["):
        return host[1:].partition("]")[0].lower()
    return host.partition(":")[0].lower()


def allowed_hosts(settings: ServerSettings) -> frozenset[str] | None:
    """The names by which the server may be called; None: it is not known by which.

    A page of another site whose name was pointed at this machine carries that name.
    """
    public = {host_name(urlsplit(url).netloc) for url in settings.public_urls}
    if settings.host in EVERYWHERE and not public:
        return None
    return frozenset(public | LOOPBACK | {settings.host.lower()})


def allowed_origins(settings: ServerSettings, host: str, scheme: str) -> frozenset[str]:
    """The origins whose pages may change something here: the address that was called, and ours."""
    public = {origin_of(url) for url in settings.public_urls}
    return frozenset(public | {f"{scheme}://{host}".lower()})


def origin_of(url: str) -> str:
    """The part of a URL that browsers call its origin."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}".lower()


def mount_path(settings: ServerSettings) -> str:
    """The path of the first public URL, such as ``/tidegate``; empty at the root of a host."""
    return urlsplit(settings.public_urls[0]).path.rstrip("/") if settings.public_urls else ""


def public_url(settings: ServerSettings) -> str | None:
    """The address by which others reach the server, where it was told; without a last slash."""
    return settings.public_urls[0].rstrip("/") if settings.public_urls else None


def _below(scope: Scope, mount: str) -> Scope:
    """The request without the path that the server is mounted at; proxies may have cut it off."""
    path = scope["path"]
    if path != mount and not path.startswith(f"{mount}/"):
        return scope
    rest = path[len(mount) :] or "/"
    return {**scope, "path": rest, "raw_path": rest.encode()}
