"""From an open answer to data or a file."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

from tidegate.nodes.http.charset import decode_text, detect_text
from tidegate.nodes.http.content import (
    Kind,
    Wanted,
    decode_json,
    decode_xml,
    file_name,
    guess,
    kind_of,
    media_type,
)
from tidegate.nodes.http.streaming import events, json_lines
from tidegate.sdk import Context, FileRef, HttpError, HttpResponse, NodeError
from tidegate.sdk.formats.xml_text import xml_size
from tidegate.sdk.http import HttpStream
from tidegate.sdk.values import decoded_size, size_of

OCTETS = "application/octet-stream"
FIRST_FAILURE = 400
WITHOUT_BODY = frozenset({204, 304})


@dataclass(slots=True)  # not frozen: one is made for every item
class Content:
    """A response's body: ``data`` as JSON-like value; for a file, what is known of it.

    ``charged`` is what it took of the budget's memory.
    """

    data: Any
    file: FileRef | None = None
    charged: int = 0


def kind_wanted(head: HttpResponse, wanted: Wanted) -> Kind:
    """What to make of an answer.

    One with an error status need not be what was wanted: servers answer with pages of text then.
    """
    is_failure = head.status >= FIRST_FAILURE
    return kind_of(head) if wanted == "auto" or is_failure else wanted


async def receive(ctx: Context, stream: HttpStream, method: str, wanted: Wanted) -> Content:
    """Read the body; only what becomes JSON or text is ever held in memory.

    Raises:
        HttpError: the network failed, or it is not the JSON that was wanted.
        SecurityError: it is larger than the node may hold.
    """
    status = stream.head.status
    is_failure = status >= FIRST_FAILURE
    kind = kind_wanted(stream.head, wanted)
    has_body = method != "HEAD" and status not in WITHOUT_BODY
    if kind in ("json_lines", "events"):
        return await _values(ctx, stream, is_lines=kind == "json_lines")
    if kind == "file" and has_body:
        name = file_name(stream.head)
        content_type = media_type(stream.head) or OCTETS
        return _kept(await ctx.files.store(name, content_type, stream.chunks()))
    response = await stream.read()
    if not response.body:
        return Content("" if kind == "text" and has_body else None)
    try:
        return await _decoded(ctx, response, kind, is_lenient=is_failure)
    finally:
        ctx.budget.release(len(response.body))


async def _values(ctx: Context, stream: HttpStream, *, is_lines: bool) -> Content:
    """Every value of a stream at once, where its format was not chosen but found out."""
    found: list[Any] = []
    charged = 0
    chunks = stream.chunks()
    try:
        async for values in json_lines(chunks) if is_lines else events(chunks):
            size = size_of(values)
            ctx.budget.charge(size, "a stream's values (choose its format to take them one by one)")
            charged += size
            found += values
    except NodeError:
        ctx.budget.release(charged)
        raise
    return Content(found, charged=charged)


async def _decoded(
    ctx: Context, response: HttpResponse, kind: Kind, *, is_lenient: bool
) -> Content:
    body = response.body
    if kind == "text":
        ctx.budget.charge(2 * len(body), "a response's text")
        return Content(await detect_text(body, response), charged=2 * len(body))
    if kind == "xml":
        return await _xml(ctx, response)
    size = decoded_size(body)
    ctx.budget.charge(size, "a response's JSON (or ask for a file)")
    if kind == "json":
        try:
            return Content(decode_json(body, response), charged=size)
        except HttpError:
            if is_lenient:
                return Content(decode_text(body, response), charged=size)
            ctx.budget.release(size)
            raise
    data = guess(body)
    if data is not None:
        return Content(data, charged=size)
    ctx.budget.release(size)

    async def whole() -> AsyncIterator[bytes]:
        yield body

    return _kept(await ctx.files.store(file_name(response), OCTETS, whole()))


async def _xml(ctx: Context, response: HttpResponse) -> Content:
    body = response.body
    ctx.budget.charge(2 * len(body), "a response's text")
    try:
        text = await detect_text(body, response)
        data = decode_xml(text, body, response, ctx.budget)
    finally:
        ctx.budget.release(2 * len(body))
    return Content(data, charged=xml_size(text.encode()))


def _kept(ref: FileRef) -> Content:
    return Content(
        {
            "name": ref.name,
            "content_type": ref.content_type,
            "size": ref.size,
            "sha256": ref.sha256,
        },
        ref,
    )
