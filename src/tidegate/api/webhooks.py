"""Webhooks over HTTP."""

import time
from collections.abc import Mapping
from typing import Any, Final

from starlette.types import Receive, Scope

from tidegate import codec
from tidegate.api.called import CalledApp, address_of, length_of
from tidegate.api.incoming import IncomingBody, fields_of
from tidegate.api.replying import Respond, answer
from tidegate.model.item import JsonObject
from tidegate.triggers.admission import Refusal, SignatureCheck
from tidegate.triggers.webhooks import Called, Started

PREFIX: Final = "/webhook/"
TEST_PREFIX: Final = "/webhook-test/"

_UNSEEN: Final = frozenset({"authorization", "proxy-authorization", "cookie", "connection"})
"""Headers that a workflow is never shown."""


class WebhookApp(CalledApp):
    """Answers below ``/webhook/`` and ``/webhook-test/``."""

    kind = "webhook"
    prefix, test_prefix = PREFIX, TEST_PREFIX
    unknown = (
        "no published workflow has a webhook at this address; publish the workflow, or try its "
        "draft at /webhook-test/"
    )

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
        """Start the execution, answer; or say why not."""
        webhook = called.webhook
        body, files = await self._read(receive, called, headers, signature)
        if signature is not None and (refusal := signature.refusal(time.time())) is not None:
            return refusal
        request: JsonObject = {
            "method": scope["method"],
            "path": scope["path"],
            "params": called.params,
            "query": fields_of(scope["query_string"].decode("latin-1")),
            "headers": self._shown(headers, called),
            "body": body,
            "address": address_of(scope),
        }
        if files:
            request["files"] = files
        started = await self.webhooks.start(called, request, signature)
        if isinstance(started, Refusal):
            return started
        if called.is_test:
            self.listeners.came(webhook, started.execution_id)
        await self._answer(called, started, respond)
        return None

    async def _answer(self, called: Called, started: Started, respond: Respond) -> None:
        if started.channel is None:
            made = {"execution_id": started.execution_id}
            await respond.json(called.webhook.params.status, codec.encode(made))
            return
        try:
            await answer(self.app, called.webhook, started, respond)
        finally:
            self.app.replies.forget(started.execution_id)

    async def _read(
        self,
        receive: Receive,
        called: Called,
        headers: Mapping[str, str],
        signature: SignatureCheck | None,
    ) -> tuple[Any, JsonObject]:
        length = length_of(headers)
        if length == 0:
            return None, {}
        params = called.webhook.params
        own = params.max_body << 20
        body = IncomingBody(
            receive,
            headers.get("content-type", ""),
            length,
            None if signature is None else signature.add,
        )
        return await body.read(
            self.app,
            params.body,
            limit=min(own, self.max_body),
            upload_limit=min(own, self.max_upload),
        )

    def _shown(self, headers: dict[str, str], called: Called) -> dict[str, str]:
        """Headers without those that are secrets."""
        hidden = self.webhooks.secret_header(called.webhook)
        return {
            name: value for name, value in headers.items() if name not in _UNSEEN and name != hidden
        }
