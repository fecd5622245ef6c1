"""Links that end a wait, over HTTP: looking at one changes nothing, sending it does, once."""

import secrets
import time
import traceback
from collections.abc import Mapping
from html import escape
from typing import Any, Final

from starlette.types import Receive, Scope, Send

from tidegate import codec
from tidegate.api.called import headers_of, length_of
from tidegate.api.form_page import page
from tidegate.api.forms import page_headers
from tidegate.api.guard import allowed_origins
from tidegate.api.incoming import Gone, IncomingBody, fields_of
from tidegate.api.replying import Respond
from tidegate.app import App
from tidegate.errors import InvalidInput, OperationalError, TidegateError
from tidegate.ids import new_id
from tidegate.log import get_logger
from tidegate.model.execution import now_us, us_to_iso
from tidegate.model.item import JsonObject
from tidegate.services import access, resume_links, resuming
from tidegate.services.resume_links import PREFIX as RESUME
from tidegate.services.resuming import QUESTION, Waiting
from tidegate.triggers.admission import RateLimit

DECISIONS: Final = {"approved": "You approved this.", "refused": "You refused this."}
_UNSEEN: Final = frozenset({"authorization", "proxy-authorization", "cookie", "connection"})
_FORGED_A_MINUTE: Final = 10


class ResumeApp:
    """Answers below ``/resume/``."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._forged = RateLimit(_FORGED_A_MINUTE)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request; whatever happens, it is answered."""
        respond = Respond(send, is_head=scope["method"] == "HEAD")
        try:
            await self._handle(scope, receive, respond)
        except Gone:
            await respond.problem(408, "TOO_SLOW", "the request took too long to arrive")
        except TidegateError as error:
            if scope["method"] in ("GET", "HEAD"):
                await self._show(respond, error.http_status, "This link", escape(error.message))
            else:
                await respond.problem(error.http_status, error.code, error.message)
        except Exception as error:  # noqa: BLE001 - a mistake of ours must not end the server
            bug = new_id()
            text = "".join(traceback.format_exception(error))
            get_logger().error("bug", bug=bug, traceback=self._app.redact(text))
            await respond.problem(500, "BUG", f"Tidegate made a mistake; the log has {bug}")

    async def _handle(self, scope: Scope, receive: Receive, respond: Respond) -> None:
        parts = scope["path"][len(RESUME) :].split("/")
        headers = headers_of(scope["headers"])
        genuine = len(parts) == 3 and await resume_links.is_genuine(self._app, *parts)
        if not genuine:
            await self._refuse(scope, parts, respond)
            return
        method = scope["method"]
        if method not in ("GET", "HEAD", "POST", "PUT"):
            allow = {"allow": "GET, HEAD, POST, PUT"}
            status = 204 if method == "OPTIONS" else 405
            await respond.whole(status, allow, b"")
            return
        found = await resuming.waiting(self._app, parts[0], parts[1])
        if method in ("GET", "HEAD"):
            await self._ask(respond, found)
        elif not self._is_allowed(scope, headers):
            text = "pages of other sites may not answer for a person"
            await respond.problem(403, "CROSS_ORIGIN", text)
        elif found.how == "approval":
            await self._decide(scope, receive, respond, found, headers)
        else:
            await self._resume(scope, receive, respond, found, headers)

    async def _refuse(self, scope: Scope, parts: list[str], respond: Respond) -> None:
        """A link that is none of ours: on record, up to a number a minute."""
        if not self._forged.take():
            client = scope.get("client")
            details = {"rule": "resume.forged", "address": client[0] if client else ""}
            try:
                await access.call_refused(
                    self._app, "", f"a link of {parts[0][:40]!r} is not genuine", "high", details
                )
            except OperationalError as error:
                get_logger().warning("database_unavailable", reason=error.code)
        await respond.problem(404, "NOT_FOUND", "there is no such link")

    async def _ask(self, respond: Respond, found: Waiting) -> None:
        if found.how == "approval":
            form = (
                f"<p>{escape(found.question)}</p>"
                '<form method="post"><div class="field"><label for="comment">Comment (optional)'
                '</label><textarea id="comment" name="comment" rows="3"></textarea></div>'
                '<button name="decision" value="approved">Approve</button>'
                '<button class="second" name="decision" value="refused">Refuse</button></form>'
            )
        else:
            form = '<form method="post"><button>Continue</button></form>'
        await self._show(respond, 200, found.title, form)

    async def _show(self, respond: Respond, status: int, title: str, body: str) -> None:
        nonce = secrets.token_urlsafe(16)
        await respond.whole(status, page_headers(nonce), page(title, body, nonce))

    def _is_allowed(self, scope: Scope, headers: Mapping[str, str]) -> bool:
        """Programs name no origin; browsers name that of the page, which must be ours."""
        origin = headers.get("origin")
        if origin is None:
            return headers.get("sec-fetch-site", "same-origin") in ("same-origin", "none")
        settings = self._app.settings.server
        allowed = allowed_origins(settings, headers.get("host", ""), scope.get("scheme", "http"))
        return origin.lower() in allowed

    async def _decide(
        self,
        scope: Scope,
        receive: Receive,
        respond: Respond,
        found: Waiting,
        headers: Mapping[str, str],
    ) -> None:
        given, _ = await self._read(receive, headers)
        decision = given.get("decision") if isinstance(given, dict) else None
        comment = given.get("comment", "") if isinstance(given, dict) else ""
        if decision not in DECISIONS or not isinstance(comment, str):
            raise InvalidInput("send decision: approved or refused, and a comment if you like")
        client = scope.get("client")
        said: JsonObject = {
            "decision": decision,
            "comment": comment.strip(),
            "decided_at": us_to_iso(now_us()),
            "address": client[0] if client else "",
        }
        await resuming.answer(self._app, found, str(decision), {QUESTION: said})
        if "json" in headers.get("content-type", ""):
            await respond.json(200, codec.encode({"decision": decision}))
        else:
            told = f'<p role="status">{DECISIONS[decision]}</p>'
            await self._show(respond, 200, found.title, told)

    async def _resume(
        self,
        scope: Scope,
        receive: Receive,
        respond: Respond,
        found: Waiting,
        headers: Mapping[str, str],
    ) -> None:
        body, files = await self._read(receive, headers)
        said: JsonObject = {
            "method": scope["method"],
            "query": fields_of(scope["query_string"].decode("latin-1")),
            "headers": {name: value for name, value in headers.items() if name not in _UNSEEN},
            "body": body,
            "resumed_at": us_to_iso(time.time_ns() // 1000),
        }
        await resuming.answer(self._app, found, "main", {"resume": said}, files)
        await respond.json(200, codec.encode({"execution_id": found.row.execution_id}))

    async def _read(self, receive: Receive, headers: Mapping[str, str]) -> tuple[Any, JsonObject]:
        settings = self._app.settings.server
        body = IncomingBody(receive, headers.get("content-type", ""), length_of(headers))
        limit, upload_limit = settings.max_body << 20, settings.max_upload << 20
        return await body.read(self._app, "auto", limit=limit, upload_limit=upload_limit)
