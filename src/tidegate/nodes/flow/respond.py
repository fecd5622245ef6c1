"""flow.respond: answer whoever called the workflow."""

from collections.abc import Sequence
from typing import Any, Literal

from tidegate import codec
from tidegate.sdk import Context, Example, Field, Item, Json, Lazy, Node, NodeFailed, NodeParams
from tidegate.sdk.reply import FORBIDDEN_HEADERS, Reply
from tidegate.sdk.values import type_name

_NO_BODY = frozenset({204, 205, 304})


class Respond(Node):
    """Answer the request that started the execution, and go on.

    The answer leaves when it is stored; what follows runs on without the caller. Its webhook must
    wait for it (`respond: respond_node` or `stream`); where nobody waits, for example after a
    start by hand, the items just pass. Parameters are computed for the first item; in a stream, for
    each.
    """

    name = "flow.respond"
    label = "Respond"
    category = "flow"

    class Params(NodeParams):
        """What is answered."""

        respond_with: Literal["item", "items", "json", "text", "file", "redirect", "nothing"] = (
            Field(
                "item",
                label="Answer with",
                expressions=False,
                description="`item`: the JSON of the first item. `items`: of all of them.",
            )
        )
        body: Lazy[Json] = Field(
            None, label="JSON", widget="json", show_when={"respond_with": "json"}
        )
        text: Lazy[str] = Field(
            "", label="Text", widget="multiline", show_when={"respond_with": "text"}
        )
        content_type: Lazy[str] = Field(
            "text/plain; charset=utf-8", label="Content type", show_when={"respond_with": "text"}
        )
        file: Lazy[str] = Field(
            "data", label="File of the item", widget="file", show_when={"respond_with": "file"}
        )
        url: Lazy[str] = Field("", label="To the address", show_when={"respond_with": "redirect"})
        status: Lazy[int] = Field(
            0, label="Status", description="0: the webhook's own, or 302 for a redirect."
        )
        headers: Lazy[dict[str, str]] = Field({}, label="Headers", widget="key_value")

    examples = (
        Example({}, items=[{"n": 1}], output=[{"n": 1}], title="The first item, as JSON"),
        Example(
            {"respond_with": "json", "status": 201, "body": {"id": "{{ json.id }}"}},
            items=[{"id": 7, "secret": "x"}],
            output=[{"id": 7, "secret": "x"}],
            title="Some fields, with another status",
        ),
    )

    async def run(self, ctx: Context, params: Params, items: Sequence[Item]) -> Sequence[Item]:
        """Answer, and pass the items on."""
        reply = ctx.reply
        if not reply.is_awaited:
            return items
        for item in items if reply.is_stream and params.respond_with != "items" else items[:1]:
            if not reply.give(_reply(ctx, params, item, items, in_stream=reply.is_stream)):
                ctx.log.warning("the caller had been answered already; this answer is lost")
                break
        return items


def _reply(
    ctx: Context, params: Respond.Params, item: Item, items: Sequence[Item], *, in_stream: bool
) -> Reply:
    """The answer for an item.

    Raises:
        NodeFailed: a status, a header or a file is not one.
    """
    status = params.status(item)
    if type(status) is not int or (status and not 200 <= status <= 599):
        raise NodeFailed(f"the status of an answer is a number from 200 to 599, not {status!r}")
    headers = {name.lower(): _header(name, text) for name, text in params.headers(item).items()}
    kind = params.respond_with
    if kind == "redirect":
        url = _text("url", params.url(item))
        return Reply(status or 302, headers | {"location": _header("location", url)})
    if kind == "nothing" or status in _NO_BODY:
        return Reply(status or 204, headers)
    if kind == "file":
        name = _text("file", params.file(item))
        found = item.files.get(name)
        if found is None:
            there = ", ".join(item.files) or "none"
            raise NodeFailed(f"the item has no file {name!r}; its files: {there}")
        return Reply(status, {"content-type": found.content_type, **headers}, found)
    if kind == "text":
        content_type = _header("content-type", _text("content_type", params.content_type(item)))
        body = _text("text", params.text(item)).encode()
    else:
        content_type = "application/json"
        value: Any = {"item": item.json, "items": [each.json for each in items]}.get(kind)
        body = codec.encode(params.body(item) if kind == "json" else value)
        body += b"\n" if in_stream else b""
    ctx.budget.charge(len(body), "the answer")
    return Reply(status, {"content-type": content_type, **headers}, body)


def _text(name: str, value: Any) -> str:
    if type(value) is not str:
        raise NodeFailed(f"'{name}' must be text, not {type_name(value)}")
    return value


def _header(name: str, value: Any) -> str:
    """A header's value.

    Raises:
        NodeFailed: it can't be sent, or this header is not a workflow's to set.
    """
    if name.lower() in FORBIDDEN_HEADERS:
        raise NodeFailed(f"an answer can't set the header {name!r}")
    if not name.isascii() or any(not (char.isalnum() or char in "-_") for char in name):
        raise NodeFailed(f"{name[:50]!r} is no name of a header")
    text = _text(f"headers.{name}", value)
    if not (text.isascii() and text.isprintable()):
        raise NodeFailed(f"the header {name!r} may hold only printable ASCII characters")
    return text
