"""Forms over HTTP: the page, and what people send with it."""

import secrets
from collections.abc import Mapping
from html import escape
from typing import Any, Final

from starlette.types import Receive, Scope

from tidegate.api.called import CalledApp, address_of, length_of
from tidegate.api.form_page import form_page, page
from tidegate.api.guard import allowed_origins
from tidegate.api.incoming import IncomingBody
from tidegate.api.replying import Respond, answer
from tidegate.errors import InvalidInput
from tidegate.model.item import JsonObject
from tidegate.sdk.form import FormParams, field_problems, fields_of, read_values
from tidegate.services.webhooks import Webhook
from tidegate.triggers.admission import Refusal, SignatureCheck
from tidegate.triggers.routing import Match
from tidegate.triggers.webhooks import Called

PREFIX: Final = "/form/"
TEST_PREFIX: Final = "/form-test/"
_FORMS: Final = ("application/x-www-form-urlencoded", "multipart/form-data")


def page_headers(nonce: str) -> dict[str, str]:
    """The headers of a page of ours: styles with this nonce, and nothing else."""
    return {
        "content-type": "text/html; charset=utf-8",
        "content-security-policy": f"default-src 'none'; style-src 'nonce-{nonce}'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
        "cross-origin-opener-policy": "same-origin",
        # Without a referrer browsers would not name the origin of the page either.
        "referrer-policy": "same-origin",
    }


class FormApp(CalledApp):
    """Answers below ``/form/`` and ``/form-test/``."""

    kind = "form"
    prefix, test_prefix = PREFIX, TEST_PREFIX
    unknown = "no published workflow has a form at this address"

    def lookup(self, match: Match, method: str) -> Webhook | None:
        """The page and what is sent with it are of one trigger."""
        return match.methods.get("POST") if method in ("GET", "HEAD", "POST") else None

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
        """Show the form, or take what was sent with it."""
        del signature  # forms are not signed
        params = called.webhook.params
        assert isinstance(params, FormParams)
        if scope["method"] != "POST":
            fields, nonce = fields_of(params.form_schema), secrets.token_urlsafe(16)
            defaults = {field.name: field.schema.get("default") for field in fields}
            shown = form_page(params, fields, nonce, values=defaults, problems={})
            await respond.whole(200, page_headers(nonce), shown)
            return None
        return await self._take(scope, receive, respond, called=called, headers=headers)

    async def _take(
        self,
        scope: Scope,
        receive: Receive,
        respond: Respond,
        *,
        called: Called,
        headers: dict[str, str],
    ) -> Refusal | None:
        """Take what was sent with the page; what is not right yet is shown on it."""
        webhook, params = called.webhook, called.webhook.params
        assert isinstance(params, FormParams)
        if not self._is_from_our_page(scope, headers):
            text = "a form is sent from its own page"
            return Refusal(403, "CROSS_ORIGIN", text, risk="medium")
        fields, nonce = fields_of(params.form_schema), secrets.token_urlsafe(16)
        given, files = await self._sent(receive, headers, params)
        values = read_values(fields, given, files)
        problems = field_problems(values, params.form_schema)
        if problems:
            shown = form_page(params, fields, nonce, values=given, problems=problems)
            await respond.whole(422, page_headers(nonce), shown)
            return None
        request: JsonObject = {"body": values, "params": called.params}
        request |= {"address": address_of(scope), "files": files}
        started = await self.webhooks.start(called, request, None)
        if isinstance(started, Refusal):
            return started
        if called.is_test:
            self.listeners.came(webhook, started.execution_id)
        if started.channel is not None:
            try:
                await answer(self.app, webhook, started, respond)
            finally:
                self.app.replies.forget(started.execution_id)
        else:
            said = f'<p role="status">{escape(params.done_text)}</p>'
            await respond.whole(200, page_headers(nonce), page(params.title, said, nonce))
        return None

    async def _sent(
        self, receive: Receive, headers: Mapping[str, str], params: FormParams
    ) -> tuple[dict[str, Any], JsonObject]:
        length = length_of(headers)
        body = IncomingBody(receive, headers.get("content-type", ""), length)
        if length and body.content_type not in _FORMS:
            raise InvalidInput(f"a form is sent as {' or '.join(_FORMS)}")
        own = params.max_body << 20
        given, files = await body.read(
            self.app,
            "auto",
            limit=min(own, self.max_body),
            upload_limit=min(own, self.max_upload),
        )
        return given or {}, files

    def _is_from_our_page(self, scope: Scope, headers: Mapping[str, str]) -> bool:
        """Browsers name the origin of the page that sends a form."""
        origin = headers.get("origin")
        if origin is None:
            return headers.get("sec-fetch-site") == "same-origin"
        settings = self.app.settings.server
        allowed = allowed_origins(settings, headers.get("host", ""), scope.get("scheme", "http"))
        return origin.lower() in allowed
