"""Webhooks at work: find one for an address, let a caller in, start the execution."""

import time
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final

from tidegate.app import App
from tidegate.errors import Conflict, CredentialError, OperationalError
from tidegate.events.replies import ReplyChannel
from tidegate.ids import child_id, new_id
from tidegate.log import get_logger
from tidegate.model.execution import NodeRow
from tidegate.model.item import JsonObject
from tidegate.sdk.form import FormParams
from tidegate.sdk.webhook import WebhookParams
from tidegate.services import access, starting, variables
from tidegate.services.executions import Start
from tidegate.services.short_memory import ShortMemory
from tidegate.services.webhook_secrets import WebhookSecrets
from tidegate.services.webhooks import Kind, Webhook, webhooks_of
from tidegate.services.workflows import Version
from tidegate.triggers.admission import (
    RateLimit,
    Refusal,
    Secret,
    SeenSignatures,
    SignatureCheck,
    check_address,
    check_header,
    check_origin,
    replayed,
)
from tidegate.triggers.routing import Match, Routes
from tidegate.worker.service import WorkerService

VARIABLES_SECONDS: Final = 0.5
"""How long the variables of a project are taken from memory."""
MAX_EVENTS_A_MINUTE: Final = 10
"""So many refusals of one webhook are put on record; the others are counted."""
MAX_LIMITS: Final = 10_000


@dataclass(frozen=True, slots=True)
class Called:
    """A webhook that somebody calls. ``rows`` are results that its execution begins with."""

    webhook: Webhook
    params: dict[str, str]
    is_test: bool = False
    rows: tuple[NodeRow, ...] = ()
    user: str = ""


@dataclass(slots=True)
class Started:
    """An execution that was started, and what comes back from it (None: nothing is waited for)."""

    execution_id: str
    channel: ReplyChannel | None


@dataclass(slots=True)
class _Noted:
    """How much of the refusals of one webhook was put on record."""

    limit: RateLimit = field(default_factory=lambda: RateLimit(MAX_EVENTS_A_MINUTE))
    more: int = 0


class Webhooks:
    """The webhooks of published workflows; follows what is published."""

    def __init__(self, app: App, worker: WorkerService) -> None:
        self._app, self._worker = app, worker
        self._routes: Mapping[Kind, Routes] = {"webhook": Routes(), "form": Routes()}
        self._secrets = WebhookSecrets(app)
        self._seen = SeenSignatures()
        self._limits: OrderedDict[tuple[str, str], RateLimit] = OrderedDict()
        self._noted: OrderedDict[str, _Noted] = OrderedDict()
        self._variables: ShortMemory[Mapping[str, Any]] = ShortMemory(VARIABLES_SECONDS)

    async def published(self, version: Version, project_id: str) -> None:
        """Answer at the addresses of this version."""
        found = webhooks_of(self._app, version, project_id)
        for kind, routes in self._routes.items():
            routes.replace(version.workflow_id, [one for one in found if one.kind == kind])

    async def withdrawn(self, workflow_id: str) -> None:
        """Answer at its addresses no more."""
        for routes in self._routes.values():
            routes.replace(workflow_id, ())

    def find(self, kind: Kind, path: str) -> Match | None:
        """The webhooks, or the forms, of an address."""
        return self._routes[kind].find(path)

    def check_caller(
        self, webhook: Webhook, address: str, headers: Mapping[str, str]
    ) -> Refusal | None:
        """What needs no secret: the address, the origin, the rate."""
        params = webhook.params
        found = check_address(params, address) or check_origin(params, headers.get("origin"))
        if found is None and params.rate_limit:
            seconds = self._limit(webhook).take()
            if seconds:
                text = f"this webhook takes {params.rate_limit} requests a minute"
                return Refusal(429, "TOO_MANY_REQUESTS", text, {"retry-after": f"{seconds:.0f}"})
        return found

    async def check_secret(
        self, webhook: Webhook, headers: Mapping[str, str]
    ) -> Refusal | SignatureCheck | None:
        """What needs one; a signature is checked when the body has come.

        Raises:
            OperationalError: the database does not work.
        """
        params = webhook.params
        if params.authentication == "none":
            return None
        try:
            secret = await self._secret(webhook, params)
        except CredentialError as error:
            get_logger().error("webhook_broken", workflow=webhook.workflow_id, reason=error.message)
            return Refusal(
                500, "WEBHOOK_BROKEN", "the credential of this webhook can't be used; its owner "
                "finds the reason in the log",
            )  # fmt: skip
        if params.authentication == "hmac":
            return SignatureCheck(params.signature, secret, headers)
        return check_header(params, secret, headers)

    async def _secret(self, webhook: Webhook, params: WebhookParams | FormParams) -> Secret:
        found = await self._secrets.get(webhook.credential or "", webhook.workflow_id)
        if found.name != params.authentication:
            raise CredentialError(
                f"the credential '{webhook.credential}' is of type {found.name}; this webhook "
                f"needs one of type {params.authentication}"
            )
        return Secret(found.name, found.model_dump())

    async def note(self, webhook: Webhook, refusal: Refusal, address: str) -> None:
        """Put a refusal on record, up to a number a minute."""
        if refusal.risk is None:
            return
        noted = self._noted.setdefault(webhook.workflow_id, _Noted())
        while len(self._noted) > MAX_LIMITS:
            self._noted.popitem(last=False)
        if noted.limit.take():
            noted.more += 1
            return
        details = {"rule": f"webhook.{refusal.code.lower()}", "node": webhook.trigger}
        details |= {"address": address, "path": webhook.params.path}
        if noted.more:
            details["not_on_record"] = str(noted.more)
            noted.more = 0
        text = f"a call of /{webhook.kind}/{webhook.params.path} was refused: {refusal.detail}"
        try:
            await access.call_refused(self._app, webhook.workflow_id, text, refusal.risk, details)
        except OperationalError as error:
            get_logger().warning("database_unavailable", reason=error.code)

    async def start(
        self, called: Called, request: JsonObject, signature: SignatureCheck | None
    ) -> Started | Refusal:
        """Start the execution of a request.

        Raises:
            OperationalError: the database does not work.
        """
        webhook = called.webhook
        params, version = webhook.params, webhook.version
        once = signature is not None and params.signature.has_timestamp
        id = new_id()
        if signature is not None and once:
            key, seconds = signature.key, params.signature.tolerance
            if not self._seen.is_new(webhook.workflow_id, key, time.time(), seconds):
                return replayed()
            id = child_id("webhook", webhook.workflow_id, webhook.trigger, key)
        start = Start(
            trigger=webhook.trigger,
            source="webhook",
            user=called.user,
            custom_data=request,
            has_custom_data=True,
            variables=await self._variables.get(
                webhook.project_id, partial(variables.values, self._app, webhook.project_id)
            ),
            id=id,
        )
        if self._app.replies.known(id) is not None:
            return replayed()
        channel = self._channel(webhook, id)
        try:
            # An answer that needs only the commit of the request comes from the queue.
            in_turn = version.workflow.settings.concurrency is not None
            if in_turn or channel is None or called.rows or once or not self._worker.has_room:
                await starting.start_version(self._app, version, start, called.rows)
            else:
                self._worker.run_now(version, start)
        except Conflict:
            self._app.replies.forget(id)
            return replayed()
        except BaseException:
            self._app.replies.forget(id)
            raise
        return Started(id, channel)

    def secret_header(self, webhook: Webhook) -> str | None:
        """The header whose value is the secret of a webhook."""
        if webhook.params.authentication != "header":
            return None
        return self._secrets.header(webhook.credential or "")

    def _channel(self, webhook: Webhook, id: str) -> ReplyChannel | None:
        respond = webhook.params.respond
        if respond == "immediately":
            return None
        wanted = webhook.final if respond == "last_node" else ()
        channel = ReplyChannel(is_stream=respond == "stream", wanted=wanted)
        self._app.replies.expect(id, channel)
        return channel

    def _limit(self, webhook: Webhook) -> RateLimit:
        key, wanted = (webhook.workflow_id, webhook.trigger), webhook.params.rate_limit
        limit = self._limits.get(key)
        if limit is None or limit.per_minute != wanted:
            limit = self._limits[key] = RateLimit(wanted)
            while len(self._limits) > MAX_LIMITS:
                self._limits.popitem(last=False)
        return limit
