"""http.request: call an HTTP API."""

from collections.abc import Mapping
from typing import Any, Final

from tidegate.nodes.http.fetching import fetch
from tidegate.nodes.http.following import Follower
from tidegate.nodes.http.output import make_items
from tidegate.nodes.http.paging import Pages
from tidegate.nodes.http.params import HttpParams
from tidegate.nodes.http.sending import build_request
from tidegate.sdk import Context, Example, Item, Node
from tidegate.sdk.node import Effects

SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})
STREAMS: Final = ("json_lines", "events")


class HttpRequestNode(Node):
    """Send an HTTP request for each item and give its response.

    Every request passes the egress gate: addresses that are not public are refused unless the
    operator allows them. The response's `data` is read by its content type; what is neither JSON
    nor text becomes the item's file `data`, which is written to disk piece by piece.

    A status other than 2xx is a failure, unless `success` says otherwise. Failures are repeated by
    the node's retry policy, by default three times for the statuses 408, 429, 500, 502, 503 and
    504, timeouts and lost networks, and a server's Retry-After is honoured. POST and PATCH are
    repeated only where the request never reached the server or carries an idempotency key, because
    doing it twice may not be the same as doing it once.

    With `pagination` and with the formats `json_lines` and `events` the items go on as they come,
    and a repeated or resumed attempt continues where the last one ended.
    """

    name = "http.request"
    label = "HTTP request"
    category = "http"
    effects = "write"
    uses_http = True
    is_long = True  # each request has its own timeout; pages and turns take as long as they take
    retry_defaults = {"max_retries": 3}  # noqa: RUF012 - the base class says ClassVar

    class Params(HttpParams):
        """What to send, and what to make of the answer."""

    examples = (
        Example(
            {"url": "https://api.example.org/users", "query": {"page": "{{ json.page }}"}},
            items=[{"page": 2}],
            output=[
                {
                    "status": 200,
                    "status_text": "OK",
                    "headers": {"content-type": "application/json"},
                    "data": [{"name": "Ada"}],
                    "response_time": 34.1,
                    "final_url": "https://api.example.org/users?page=2",
                }
            ],
            title="Get JSON",
            runnable=False,
        ),
        Example(
            {
                "method": "POST",
                "url": "https://api.example.org/orders",
                "headers": {"X-Source": "tidegate"},
                "body": {"customer": "{{ json.customer }}", "total": "{{ json.total }}"},
                "output": "body",
            },
            items=[{"customer": "Ada", "total": 12.5}],
            output=[{"id": 17}],
            title="Send JSON, keep only the answer's body",
            runnable=False,
        ),
        Example(
            {
                "url": "https://api.example.org/orders",
                "pagination": "cursor",
                "next": "{{ response.data.next_cursor }}",
                "page_items": "{{ response.data.orders }}",
                "output": "body",
                "rate": 5,
            },
            output=[{"id": 1}, {"id": 2}, {"id": 3}],
            title="Every page of a list, five requests a second",
            runnable=False,
        ),
    )

    @classmethod
    def effects_for(cls, params: Mapping[str, Any]) -> Effects:
        """Reading is safe to repeat (RFC 9110, 9.2.1); a computed method may be anything."""
        return "read" if params.get("method", "GET") in SAFE_METHODS else cls.effects

    @classmethod
    def concurrency_for(cls, params: Mapping[str, Any]) -> int:
        """As many as the author says; streams stay open long and go one after another."""
        chosen = params.get("concurrency", 10)
        is_number = isinstance(chosen, int) and chosen > 0
        return 1 if params.get("format") in STREAMS or not is_number else chosen

    async def run_item(self, ctx: Context, params: Params, item: Item) -> list[Item]:
        """Send the requests of one item."""
        if params.pagination != "off":
            await Pages(ctx, params, item).run()
            return []
        request = build_request(ctx, params, item)
        if params.format in STREAMS:
            await Follower(ctx, params, item).run(request)
            return []
        return make_items(ctx, params, item, await fetch(ctx, params, request, item))
