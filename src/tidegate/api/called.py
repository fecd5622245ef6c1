"""What is called from outside, over HTTP: find it, let the caller in, answer whatever happens.

Plain ASGI: what every request of a workflow passes must be short.
"""

import traceback
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import ClassVar, Final

from starlette.types import Receive, Scope, Send

from tidegate.api.incoming import Gone
from tidegate.api.replying import Respond
from tidegate.app import App
from tidegate.errors import NodeError, OperationalError, TidegateError
from tidegate.ids import new_id
from tidegate.log import get_logger
from tidegate.services.webhooks import Kind, Webhook
from tidegate.triggers.admission import Refusal, SignatureCheck
from tidegate.triggers.listeners import Listeners
from tidegate.triggers.routing import Match, params_of
from tidegate.triggers.webhooks import Called, Webhooks

NOT_LISTENING: Final = (
    "no draft listens at this address now; let its workflow listen, then call it again"
)


class CalledApp(ABC):
    """Answers below two prefixes: of published workflows, and of drafts that listen."""

    kind: ClassVar[Kind]
    prefix: ClassVar[str]
    test_prefix: ClassVar[str]
    unknown: ClassVar[str]
    """What is said where nothing has the address."""

    def __init__(self, app: App, webhooks: Webhooks, listeners: Listeners) -> None:
        self.app, self.webhooks, self.listeners = app, webhooks, listeners
        settings = app.settings.server
        self.max_body = settings.max_body << 20
        self.max_upload = max(settings.max_upload, settings.max_body) << 20

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request; whatever happens, it is answered."""
        respond = Respond(send, is_head=scope["method"] == "HEAD")
        try:
            await self._handle(scope, receive, respond)
        except Gone:
            await respond.problem(408, "TOO_SLOW", "the request took too long to arrive")
        except TidegateError as error:
            await self._fail(error, respond)
        except Exception as error:  # noqa: BLE001 - a mistake of ours must not end the server
            bug = new_id()
            text = "".join(traceback.format_exception(error))
            get_logger().error("bug", bug=bug, traceback=self.app.redact(text))
            detail = f"Tidegate made a mistake; the log has the details under {bug}"
            await respond.problem(500, "BUG", detail, bug=bug)

    async def _fail(self, error: TidegateError, respond: Respond) -> None:
        if isinstance(error, OperationalError):
            get_logger().warning("webhook_failed", reason=error.code, message=error.message)
            await respond.problem(
                503, error.code, "this can't be taken now; try again", {"retry-after": "1"}
            )
        elif isinstance(error, NodeError):  # the disk does not take a file
            get_logger().error("webhook_failed", reason=error.code, message=error.message)
            await respond.problem(507, error.code, "a file can't be kept now")
        else:
            status = error.http_status
            close = {"connection": "close"} if status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE else {}
            await respond.problem(status, error.code, error.message, close)

    async def _handle(self, scope: Scope, receive: Receive, respond: Respond) -> None:
        raw = scope.get("raw_path") or scope["path"].encode()
        path = raw.decode("latin-1")
        is_test = path.startswith(self.test_prefix)
        path = path[len(self.test_prefix if is_test else self.prefix) :]
        found_in = self.listeners if is_test else self.webhooks
        match = found_in.find(self.kind, path)
        if match is None:
            code, text = (
                ("NOT_LISTENING", NOT_LISTENING) if is_test else ("NOT_FOUND", self.unknown)
            )
            await respond.problem(404, code, text)
            return
        headers = headers_of(scope["headers"])
        method = scope["method"]
        found = self.lookup(match, method)
        respond.allow(next(iter(match.methods.values())) if found is None else found, headers)
        if found is None:
            await _other_method(method, match, headers, respond)
            return
        address = address_of(scope)
        called = (
            self.listeners.called(found, params_of(found, path))
            if is_test
            else Called(found, params_of(found, path) if match.params else {})
        )
        admitted = await self._admit(called, headers, address)
        refusal = admitted if isinstance(admitted, Refusal) else None
        if not isinstance(admitted, Refusal):
            refusal = await self.serve(
                scope, receive, respond, called=called, headers=headers, signature=admitted
            )
        if refusal is not None:
            await self.webhooks.note(found, refusal, address)
            await respond.problem(refusal.status, refusal.code, refusal.detail, refusal.headers)

    async def _admit(
        self, called: Called, headers: dict[str, str], address: str
    ) -> Refusal | SignatureCheck | None:
        """Let the caller in (with what checks the signature of the body, where there is one)."""
        refusal = self.webhooks.check_caller(called.webhook, address, headers)
        if refusal is not None or called.webhook.params.authentication == "none":
            return refusal
        return await self.webhooks.check_secret(called.webhook, headers)

    def lookup(self, match: Match, method: str) -> Webhook | None:
        """What answers this method at an address."""
        return match.methods.get(method)

    @abstractmethod
    async def serve(
        self,
        scope: Scope,
        receive: Receive,
        respond: Respond,
        *,
        called: Called,
        headers: dict[str, str],
        signature: SignatureCheck | None,
    ) -> Refusal | None:
        """Answer a caller who was let in; or say why not."""


async def _other_method(
    method: str, match: Match, headers: Mapping[str, str], respond: Respond
) -> None:
    """HEAD, OPTIONS, and methods that the address does not have."""
    allowed = [*match.methods, *(["HEAD"] if "GET" in match.methods else []), "OPTIONS"]
    allow = {"allow": ", ".join(allowed)}
    if method == "OPTIONS":
        wanted = headers.get("access-control-request-method", "").upper()
        if wanted and respond.is_allowed_origin:
            webhook = match.methods.get(wanted)
            if webhook is not None:
                respond.allow(webhook, headers)
            allow |= {
                "access-control-allow-methods": ", ".join(match.methods),
                "access-control-max-age": "600",
            }
            asked = headers.get("access-control-request-headers")
            if asked is not None and asked.isprintable():
                allow["access-control-allow-headers"] = asked[:1000]
        await respond.whole(204, allow, b"")
    elif method == "HEAD" and "GET" in match.methods:
        await respond.whole(200, allow, b"")
    else:
        text = f"this webhook takes {', '.join(match.methods)}, not {method[:20]}"
        await respond.problem(405, "METHOD_NOT_ALLOWED", text, allow)


def address_of(scope: Scope) -> str:
    """The address of whoever calls."""
    client = scope.get("client")
    return "" if client is None else str(client[0])


def headers_of(raw: Sequence[tuple[bytes, bytes]]) -> dict[str, str]:
    """Headers by their names in small letters; repeats joined (RFC 9110, section 5.3)."""
    headers: dict[str, str] = {}
    for name, value in raw:
        key, text = name.decode("latin-1"), value.decode("latin-1")
        headers[key] = f"{headers[key]}, {text}" if key in headers else text
    return headers


def length_of(headers: Mapping[str, str]) -> int | None:
    """The length of the body, as far as the headers say it; a body without one is in pieces."""
    if "transfer-encoding" in headers:
        return None
    text = headers.get("content-length", "0")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 16 else None
