"""Links that end the wait of a node: whoever has one may answer, once."""

import asyncio
import hmac
from collections.abc import Mapping
from typing import Final

from tidegate.app import App
from tidegate.engine.plan import Plan
from tidegate.sdk.node import AnsweredBy
from tidegate.services import audit
from tidegate.services.keys import make_key

PURPOSE: Final = "resume links"
PREFIX: Final = "/resume/"
_SIGNATURE: Final = 40
"""Characters of the signature in a link: 160 bits."""


def answered_nodes(plan: Plan) -> Mapping[str, AnsweredBy]:
    """The nodes whose waits a link may end, and how."""
    found = {
        placed.id: plan.nodes[placed.id].node.answered_by(placed.params)
        for placed in plan.workflow.nodes
    }
    return {id: how for id, how in found.items() if how is not None}


async def for_execution(app: App, plan: Plan, execution_id: str) -> Mapping[str, str] | None:
    """The links of an execution by node; None where no node waits for an answer.

    Raises:
        VaultError: the vault's key, which signs them, is missing.
    """
    nodes = answered_nodes(plan)
    if not nodes:
        return None
    if await make_key(app):
        await audit.write(app, [audit.key_created(app)])
    base = _base(app)
    signatures = await asyncio.to_thread(
        lambda: {node: _signature(app, execution_id, node) for node in nodes}
    )
    return {
        node: f"{base}{PREFIX}{execution_id}/{node}/{signature}"
        for node, signature in signatures.items()
    }


async def is_genuine(app: App, execution_id: str, node: str, signature: str) -> bool:
    """Whether a link is one of ours, signed with this key of the vault or an older one."""
    if not await asyncio.to_thread(lambda: app.vault.exists):
        return False
    return await asyncio.to_thread(_matches, app, execution_id, node, signature)


def _matches(app: App, execution_id: str, node: str, signature: str) -> bool:
    return any(
        hmac.compare_digest(
            _signature(app, execution_id, node, key_id).encode(), signature.encode()
        )
        for key_id in app.vault.key_ids
    )


def _signature(app: App, execution_id: str, node: str, key_id: str | None = None) -> str:
    _, key = app.vault.derived(PURPOSE, key_id)
    return hmac.digest(key, f"{execution_id}/{node}".encode(), "sha256").hex()[:_SIGNATURE]


def _base(app: App) -> str:
    """The address of the server: of this process, or the one that the settings say."""
    settings = app.settings.server
    if settings.public_urls:
        return settings.public_urls[0].rstrip("/")
    return app.address or f"http://{settings.host}:{settings.port}"
