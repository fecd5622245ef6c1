"""Where the next page is: in the header Link, in the body, or one number further."""

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urljoin, urlsplit

from tidegate.nodes.http.sending import Change
from tidegate.sdk import Item, JsonObject, NodeFailed, SecurityError, SecurityErrorType
from tidegate.sdk.values import type_name

if TYPE_CHECKING:
    from tidegate.nodes.http.fetching import Fetched
    from tidegate.nodes.http.params import HttpParams

# RFC 8288, section 3: <target>; name=value; name="value", <target> ...
_LINK: Final = re.compile(r"<(?P<target>[^<>]*)>(?P<rest>[^<]*)")
_RELATION: Final = re.compile(
    r""";\s*rel\s*=\s*(?:"(?P<quoted>[^"]*)"|(?P<bare>[^\s",;]+))""", re.IGNORECASE
)
_NAMES: Final = {"cursor": "cursor", "page_number": "page", "offset": "offset"}
_PARTS: Final = frozenset({"url", "query", "headers", "body"})
_MAX_LINK: Final = 65_536


def first_change(params: "HttpParams") -> JsonObject:
    """What the first page's request has besides the node's own parameters."""
    if params.pagination in ("page_number", "offset"):
        return _numbered(params, _start(params))
    return {}


def as_change(state: Mapping[str, Any]) -> Change:
    """A page's difference, as it is kept between pages, as the request's."""
    return Change(
        state.get("url"),
        state.get("query", {}),
        state.get("headers", {}),
        state.get("body", {}),
        state.get("whole_body"),
    )


def next_change(
    params: "HttpParams", item: Item, fetched: "Fetched", *, number: int, count: int, seen: int
) -> JsonObject | None:
    """What the next page's request differs in; None where this page is the last.

    Args:
        params: the node's parameters.
        item: the input item.
        fetched: this page.
        number: this page's, from 0.
        count: how many items it has.
        seen: how many items there were before it.

    Raises:
        NodeFailed: the parameter ``next`` gave something that is no page.
        SecurityError: the next page is on another origin.
    """
    match params.pagination:
        case "link_header":
            return _to_url(fetched, _link(fetched.head.header_map().get("link", "")))
        case "page_number" | "offset":
            if count == 0 or (params.page_size is not None and count < params.page_size):
                return None
            further = number + 1 if params.pagination == "page_number" else seen + count
            return _numbered(params, _start(params) + further)
        case _:
            page = {"number": number, "items": count, "items_before": seen}
            value: Any = params.next(item, response=fetched.view(), page=page)
            return None if value in (None, False, "") else _computed(params, fetched, value)


def _computed(params: "HttpParams", fetched: "Fetched", value: Any) -> JsonObject:
    if params.pagination == "cursor":
        if type(value) in (dict, list, bool):
            raise NodeFailed(f"next gave {type_name(value)}; a cursor is text or a number")
        return _numbered(params, value)
    if type(value) is str:
        return _to_url(fetched, value) or {}
    if params.pagination == "expression" and type(value) is dict:
        return _from_object(fetched, value)
    raise NodeFailed(
        f"next gave {type_name(value)}; it must give the next page's URL"
        + (" or an object" if params.pagination == "expression" else "")
        + ", or null where there is none"
    )


def _from_object(fetched: "Fetched", value: Mapping[str, Any]) -> JsonObject:
    unknown = sorted(set(value) - _PARTS)
    if unknown:
        raise NodeFailed(
            f"next gave an object with {', '.join(unknown)[:100]}; it may have url, query, headers "
            "and body"
        )
    change: JsonObject = {}
    if value.get("url"):
        change |= _to_url(fetched, str(value["url"])) or {}
    for part in ("query", "headers"):
        if value.get(part) is not None:
            if type(value[part]) is not dict:
                raise NodeFailed(f"next gave {type_name(value[part])} as {part}; give an object")
            change[part] = value[part]
    if "body" in value:
        change["whole_body"] = value["body"]
    return change


def _numbered(params: "HttpParams", value: Any) -> JsonObject:
    name = params.page_parameter or _NAMES[params.pagination]
    return {params.page_in: {name: value}}


def _start(params: "HttpParams") -> int:
    if params.first_page is not None:
        return params.first_page
    return 1 if params.pagination == "page_number" else 0


def _to_url(fetched: "Fetched", target: str | None) -> JsonObject | None:
    """The next page's URL, which may be relative to this one's.

    Headers and credentials of the request go there too, so it must be the same origin.
    """
    if not target:
        return None
    here = fetched.head.final_url
    url = urljoin(here, target)
    if _origin(url) != _origin(here):
        raise SecurityError(
            "the next page is on another origin than this one; the request's headers are not sent "
            "there. Call it with a node of its own if you trust it",
            SecurityErrorType.BLOCKED_URL,
            rule="http.page_origin",
            blocked=str(urlsplit(url).hostname or "")[:200],
            category="page_origin",
        )
    return {"url": url}


def _origin(url: str) -> tuple[str, str | None, int | None]:
    try:
        parts = urlsplit(url)
        port = parts.port or {"http": 80, "https": 443}.get(parts.scheme)
    except ValueError:
        raise NodeFailed(f"the next page's URL can't be read: {url[:200]!r}") from None
    return parts.scheme, parts.hostname, port


def _link(header: str) -> str | None:
    """The target of ``rel=next`` (RFC 8288)."""
    for found in _LINK.finditer(header[:_MAX_LINK]):
        relation = _RELATION.search(found["rest"])
        if relation is not None:
            names = (relation["quoted"] or relation["bare"] or "").lower().split()
            if "next" in names:
                return found["target"].strip()
    return None
