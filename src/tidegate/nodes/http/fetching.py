"""One request and its answer: sent in its turn, received, and judged."""

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from tidegate.nodes.http.failing import condition_error, is_safe_to_repeat, status_error
from tidegate.nodes.http.pace import take_turn
from tidegate.nodes.http.receiving import Content, receive
from tidegate.sdk import (
    Context,
    HttpError,
    HttpRequest,
    HttpResponse,
    Item,
    JsonObject,
    NodeError,
    NodeFailed,
    SecurityError,
)
from tidegate.sdk.http import HttpStream
from tidegate.sdk.values import truth

if TYPE_CHECKING:
    from tidegate.nodes.http.params import HttpParams

_RANGE: Final = re.compile(r"(?P<first>[1-5][0-9]{2})(?:-(?P<last>[1-5][0-9]{2}))?")
_CLASS: Final = re.compile(r"(?P<first>[1-5])xx", re.IGNORECASE)


@dataclass(slots=True)  # not frozen: one is made for every item
class Fetched:
    """An answer that succeeded: its head, final in sizes and times, and its body."""

    head: HttpResponse
    content: Content

    def view(self) -> JsonObject:
        """What expressions see as ``response``, and the node's usual output."""
        head = self.head
        return {
            "status": head.status,
            "status_text": head.status_text,
            "headers": dict(head.header_map()),
            "data": self.content.data,
            "response_time": head.response_time,
            "final_url": head.final_url,
        }


async def fetch(ctx: Context, params: "HttpParams", request: HttpRequest, item: Item) -> Fetched:
    """Send one request and receive its answer.

    Raises:
        HttpError: the network, the answer or its status failed.
        SecurityError: the gate refused, or a limit is spent.
    """
    await take_turn(ctx, params)
    try:
        async with ctx.http.stream(request) as stream:
            if not is_success(params, stream.head.status):
                raise await failed_status(ctx, request.method, stream)
            content = await receive(ctx, stream, request.method, params.format)
            fetched = Fetched(stream.head, content)
            if params.success == "expression":
                _check_condition(ctx, params, item, fetched)
    except HttpError as error:
        error.details.setdefault("attempt", ctx.attempt)
        error.safe_to_repeat = is_safe_to_repeat(request, error)
        raise
    except SecurityError as error:
        error.details.setdefault("attempt", ctx.attempt)
        raise
    return fetched


def is_success(params: "HttpParams", status: int) -> bool:
    """Whether a status alone is a success; a condition is looked at later.

    Raises:
        NodeFailed: a chosen status can't be read.
    """
    if 200 <= status < 300 and params.success != "statuses":
        return True
    match params.success:
        case "2xx":
            return 300 <= status < 400  # what was asked for: see the parameter's description
        case "statuses":
            return any(_means(chosen, status) for chosen in params.success_statuses)
        case _:
            return True


async def failed_status(ctx: Context, method: str, stream: HttpStream) -> HttpError:
    """The error of an answer with the beginning of its body; nothing of it stays charged."""
    try:
        body = (await stream.read()).body
    except HttpError:
        body = b""  # the status says more than that its page could not be read
    ctx.budget.release(len(body))
    return status_error(method, stream.head, body)


def _means(chosen: int | str, status: int) -> bool:
    text = str(chosen).strip()
    found = _CLASS.fullmatch(text)
    if found is not None:
        return status // 100 == int(found["first"])
    found = _RANGE.fullmatch(text)
    if found is None:
        raise NodeFailed(
            f"{text[:40]!r} is no status; success_statuses takes numbers (200), ranges (200-204) "
            "and classes (2xx)"
        )
    return int(found["first"]) <= status <= int(found["last"] or found["first"])


def _check_condition(ctx: Context, params: "HttpParams", item: Item, fetched: Fetched) -> None:
    try:
        value: Any = params.success_condition(item, response=fetched.view())
        if not truth(value, 0, "success condition"):
            raise condition_error(fetched.head, fetched.content.data)
    except NodeError:
        ctx.budget.release(fetched.content.charged)
        raise
