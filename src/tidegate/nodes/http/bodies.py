"""The body of a request: JSON, a form, parts with files, a file, or text as it is."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from uuid import uuid4

from tidegate import codec
from tidegate.nodes.http.pairs import spread, url_encoded
from tidegate.sdk import Context, FileRef, Item, NodeFailed
from tidegate.sdk.http import BodyStream
from tidegate.sdk.values import as_text, type_name

if TYPE_CHECKING:
    from tidegate.nodes.http.params import RequestParams

_JSON: Final = "application/json"
_TEXT: Final = "text/plain; charset=utf-8"
_FORM: Final = "application/x-www-form-urlencoded"
_ESCAPES: Final = str.maketrans({'"': "%22", "\r": "%0D", "\n": "%0A", "\0": "%00"})


@dataclass(frozen=True, slots=True)
class Body:
    """What is sent, and its content type; no ``content`` where nothing is sent."""

    content: bytes | BodyStream | None = None
    content_type: str = ""


NO_BODY: Final = Body()


def make_body(ctx: Context, params: "RequestParams", item: Item, value: Any) -> Body:
    """The body for one item; ``value`` is the parameter ``body``, which a page may have changed.

    Raises:
        NodeFailed: the value does not fit the type, or the item has no such file.
    """
    chosen = params.content_type
    match params.body_type:
        case "auto" | "json" if value is None:
            return NO_BODY
        case "auto" if type(value) is str:
            return Body(value.encode(), chosen or _TEXT)
        case "auto" | "json":
            return Body(codec.encode(value), chosen or _JSON)
        case "raw":
            return NO_BODY if value is None else Body(as_text(value).encode(), chosen or _TEXT)
        case "form":
            fields = _fields(value, "form")
            pairs = spread(fields, "form field", params.array_format)
            return Body(url_encoded(pairs).encode(), chosen or _FORM)
        case "file":
            ref = _file(item, params.file)
            stream = BodyStream(ref.size, lambda: ctx.files.open(ref))
            return Body(stream, chosen or ref.content_type)
        case "multipart":
            return _multipart(ctx, _fields(value, "multipart form"), params.files, item)


def _fields(value: Any, what: str) -> Mapping[str, Any]:
    if value is None:
        return {}
    if type(value) is dict:
        return value
    raise NodeFailed(
        f"the body of a {what} is an object with the fields, not {type_name(value)}; text as it is "
        "needs the body type raw"
    )


def _file(item: Item, name: str) -> FileRef:
    ref = item.files.get(name)
    if ref is None:
        has = ", ".join(item.files) or "none"
        raise NodeFailed(f"the item has no file {name!r} to send; it has: {has}")
    return ref


def _multipart(
    ctx: Context, fields: Mapping[str, Any], files: Mapping[str, str | list[str]], item: Item
) -> Body:
    """RFC 7578, with names escaped as browsers do it (HTML Standard, multipart/form-data)."""
    boundary = f"tidegate-{uuid4().hex}"
    segments: list[bytes | FileRef] = []
    for name, value in fields.items():
        for each in value if type(value) is list else [value]:
            if each is not None:
                media = _JSON if type(each) in (dict, list) else ""
                head = _part_head(boundary, name, "", media)
                segments += [head + as_text(each).encode() + b"\r\n"]
    for name, named in files.items():
        for file in [named] if isinstance(named, str) else named:
            ref = _file(item, file)
            segments += [_part_head(boundary, name, ref.name, ref.content_type), ref, b"\r\n"]
    segments.append(f"--{boundary}--\r\n".encode())
    media = f"multipart/form-data; boundary={boundary}"
    if not any(isinstance(segment, FileRef) for segment in segments):
        return Body(b"".join(part for part in segments if isinstance(part, bytes)), media)
    size = sum(s.size if isinstance(s, FileRef) else len(s) for s in segments)
    return Body(BodyStream(size, lambda: _pieces(ctx, segments)), media)


def _part_head(boundary: str, name: str, file_name: str, content_type: str) -> bytes:
    lines = f'--{boundary}\r\nContent-Disposition: form-data; name="{name.translate(_ESCAPES)}"'
    if file_name:
        lines += f'; filename="{file_name.translate(_ESCAPES)}"'
    if content_type:
        lines += f"\r\nContent-Type: {content_type.translate(_ESCAPES)}"
    return f"{lines}\r\n\r\n".encode()


async def _pieces(ctx: Context, segments: Sequence[bytes | FileRef]) -> AsyncIterator[bytes]:
    for segment in segments:
        if isinstance(segment, bytes):
            yield segment
        else:
            async for piece in ctx.files.open(segment):
                yield piece
