"""Drafts that are tried: their webhooks listen for a while, at addresses of their own."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from tidegate.app import App
from tidegate.errors import Conflict, InvalidInput
from tidegate.events.shapes import ListeningState
from tidegate.model.execution import now_us, us_to_iso
from tidegate.services import editing, starting
from tidegate.services.identity.permissions import Action, Caller
from tidegate.services.webhooks import Kind, Webhook, webhooks_of
from tidegate.triggers.routing import Match, Routes
from tidegate.triggers.webhooks import Called

MAX_SECONDS: Final = 3600


@dataclass(slots=True)
class _Listener:
    webhooks: list[Webhook]
    ends_at: float
    once: bool
    user: str
    draft: starting.Draft


class Listeners:
    """The drafts that listen in this process, each workflow at most once."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._routes: Mapping[Kind, Routes] = {"webhook": Routes(), "form": Routes()}
        self._listening: dict[str, _Listener] = {}

    async def listen(
        self, caller: Caller, workflow_id: str, *, seconds: int, once: bool
    ) -> list[Webhook]:
        """Let the draft of a workflow listen, in the place of what listened before.

        Raises:
            NotFound, Forbidden: there is no such workflow for this caller.
            WorkflowInvalid: the draft can't run.
            InvalidInput: it has no webhook.
            Conflict: another draft listens at one of its addresses.
        """
        stored = await editing.visible(self._app, caller, workflow_id, Action.EXECUTIONS_START)
        draft = await starting.draft(self._app, caller, stored)
        webhooks = webhooks_of(self._app, draft.version, stored.project_id)
        if not webhooks:
            raise InvalidInput("this workflow has no webhook to listen at")
        self._drop_old()
        wanted = {(webhook.kind, webhook.shape) for webhook in webhooks}
        for id, other in self._listening.items():
            taken = {(one.kind, one.shape) for one in other.webhooks}
            if id != workflow_id and taken & wanted:
                raise Conflict("the draft of another workflow listens at this address now")
        self._listening[workflow_id] = _Listener(
            webhooks, time.monotonic() + seconds, once, caller.email, draft
        )
        for kind, routes in self._routes.items():
            routes.replace(workflow_id, [one for one in webhooks if one.kind == kind])
        self._show(workflow_id, {"until": us_to_iso(now_us() + seconds * 1_000_000)})
        return webhooks

    async def stop(self, caller: Caller, workflow_id: str) -> None:
        """Let the draft of a workflow listen no more."""
        await editing.visible(self._app, caller, workflow_id, Action.EXECUTIONS_START)
        self._end(workflow_id)

    def find(self, kind: Kind, path: str) -> Match | None:
        """The webhooks, or the forms, that listen at an address."""
        self._drop_old()
        return self._routes[kind].find(path)

    def called(self, webhook: Webhook, params: dict[str, str]) -> Called:
        """A call of a webhook that listens."""
        listener = self._listening[webhook.workflow_id]
        rows = [row for row in listener.draft.rows if row.node_id != webhook.trigger]
        return Called(webhook, params, is_test=True, rows=tuple(rows), user=listener.user)

    def came(self, webhook: Webhook, execution_id: str) -> None:
        """A call was taken, and its execution is stored or runs."""
        listener = self._listening.get(webhook.workflow_id)
        if listener is None:
            return
        self._show(webhook.workflow_id, {"execution_id": execution_id})
        if listener.once:
            self._end(webhook.workflow_id)

    def _drop_old(self) -> None:
        now = time.monotonic()
        for id in [id for id, one in self._listening.items() if one.ends_at <= now]:
            self._end(id)

    def _end(self, workflow_id: str) -> None:
        if self._listening.pop(workflow_id, None) is not None:
            for routes in self._routes.values():
                routes.replace(workflow_id, ())
            self._show(workflow_id, {"until": None})

    def _show(self, workflow_id: str, data: ListeningState) -> None:
        self._app.events.listening(workflow_id, data)
