"""What the node puts out for an answer: the response, everything about it, or only its data."""

from typing import TYPE_CHECKING, Any

from tidegate.sdk import Context, Item, JsonObject

if TYPE_CHECKING:
    from tidegate.nodes.http.fetching import Fetched
    from tidegate.nodes.http.params import HttpParams


def make_items(ctx: Context, params: "HttpParams", item: Item, fetched: "Fetched") -> list[Item]:
    """The items for one answer."""
    content = fetched.content
    files = None if content.file is None else {**item.files, "data": content.file}
    if params.output == "body":
        if type(content.data) is list and params.split_list:
            return [item.derive(as_object(element), files) for element in content.data]
        return [item.derive(as_object(content.data), files)]
    json = fetched.view()
    if params.output == "full":
        json |= _everything(ctx, fetched)
    return [item.derive(json, files)]


def as_object(value: Any) -> JsonObject:
    """The value as an item's JSON: an object as it is, anything else under ``data``."""
    return value if type(value) is dict else {"data": value}


def _everything(ctx: Context, fetched: "Fetched") -> JsonObject:
    head = fetched.head
    timings = head.timings
    return {
        "redirects": list(head.redirects),
        "attempts": ctx.attempt,
        "timings": {
            "dns": timings.dns,
            "connect": timings.connect,
            "tls": timings.tls,
            "ttfb": timings.ttfb,
            "download": timings.download,
        },
        "remote_address": head.remote_address,
        "http_version": head.http_version,
        "bytes_in": head.bytes_in,
        "bytes_out": head.bytes_out,
        "cache": head.cache or "off",
    }
