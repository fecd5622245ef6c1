"""trigger.webhook: somebody calls an address."""

from collections.abc import Mapping, Sequence
from typing import Any

from tidegate.sdk import Context, Example, FileRef, Item, Node
from tidegate.sdk.webhook import WebhookParams


class WebhookTrigger(Node):
    """Start when an HTTP request comes, once the workflow is published.

    The item says what was sent: `method`, `path`, `params` (the parts of the path), `query`,
    `headers`, `body` and `address`. Files are files of the item. Cookies and the header that
    authenticates are left out. A GET webhook answers HEAD without an execution.

    While the draft is tried, the same request goes to `/webhook-test/`. Started by hand, the data
    that is given stands for the request.
    """

    name = "trigger.webhook"
    label = "Webhook"
    category = "triggers"
    is_trigger = True
    inputs = ()

    class Params(WebhookParams):
        """Where it is, who may call it, and what it answers."""

    examples = (
        Example(
            {"path": "orders/{id}", "methods": ["PUT"], "respond": "last_node"},
            title="PUT /webhook/orders/7, answered with what the workflow puts out",
            runnable=False,
        ),
        Example(
            {
                "path": "payments",
                "authentication": "hmac",
                "signature": {
                    "header": "X-Signature",
                    "timestamp_header": "X-Timestamp",
                    "signed": "{timestamp}.{body}",
                },
            },
            title="Signed requests, each taken once",
            runnable=False,
        ),
    )

    async def run(self, ctx: Context, params: Params, items: Sequence[Item]) -> Sequence[Item]:
        """The request as an item."""
        given = ctx.execution.custom_data
        if ctx.execution.source != "webhook":
            return [Item(_by_hand(given))]
        json = {key: value for key, value in given.items() if key != "files"}
        files = {name: FileRef(**found) for name, found in given.get("files", {}).items()}
        return [Item(json, files) if files else Item(json)]


def _by_hand(given: Any) -> dict[str, Any]:
    """Data that a person gave, in the place of a request."""
    made: dict[str, Any] = {
        "method": "POST",
        "path": "",
        "params": {},
        "query": {},
        "headers": {},
        "body": None,
        "address": "",
    }
    if isinstance(given, Mapping) and given.keys() & {"body", "params", "query", "headers"}:
        return made | dict(given)
    return made | {"body": given}
