"""What a response's headers say of its body, and its bytes as JSON."""

import re
from email.message import Message
from pathlib import PurePosixPath
from typing import Any, Final, Literal
from urllib.parse import unquote, urlsplit

from tidegate import codec
from tidegate.errors import InvalidInput
from tidegate.nodes.http.charset import decode_text, is_utf8
from tidegate.redact import MARGIN, MAX_SHOWN
from tidegate.sdk import Budget, HttpError, HttpErrorType, HttpResponse, NodeFailed
from tidegate.sdk.formats.xml_text import as_object, parse_xml

Wanted = Literal["auto", "json", "text", "xml", "file", "json_lines", "events"]
Kind = Literal["json", "text", "xml", "file", "json_lines", "events", "unknown"]

_TEXTS: Final = frozenset(
    {
        "application/ecmascript",
        "application/graphql",
        "application/javascript",
        "application/sql",
        "application/toml",
        "application/x-www-form-urlencoded",
        "application/x-yaml",
        "application/xml",
        "application/yaml",
    }
)
_JSON_LINES: Final = frozenset(
    {"application/x-ndjson", "application/ndjson", "application/jsonl", "application/x-jsonlines"}
)
_UNSAFE: Final = re.compile(r'[\x00-\x1f\x7f/\\:*?"<>|]')
_MAX_NAME: Final = 200
EXCERPT: Final = MAX_SHOWN + MARGIN + 1
"""How much of a body an error is given; less is shown, once secrets are out of it."""


def media_type(response: HttpResponse) -> str:
    """The content type in lower case without its parameters; empty where there is none."""
    return (response.header("content-type") or "").partition(";")[0].strip().lower()


def kind_of(response: HttpResponse) -> Kind:
    """What the content type makes of the body."""
    media = media_type(response)
    if media == "application/json":
        return "json"
    if not media:
        return "unknown"
    if media == "text/json" or media.endswith("+json"):
        return "json"
    if media in _JSON_LINES:
        return "json_lines"
    if media == "text/event-stream":
        return "events"
    if media.startswith("text/") or media in _TEXTS or media.endswith("+xml"):
        return "text"
    return "file"


def file_name(response: HttpResponse) -> str:
    """A name for the body as a file: the server's, or the end of the URL's path."""
    header = Message()
    header["Content-Disposition"] = response.header("content-disposition") or ""
    given = header.get_filename() or unquote(urlsplit(response.final_url).path)
    name = _UNSAFE.sub("_", PurePosixPath(given.replace("\\", "/")).name).strip(". ")
    return name[:_MAX_NAME] or "download"


def decode_json(body: bytes, response: HttpResponse) -> Any:
    """The body as JSON.

    Raises:
        HttpError: INVALID_RESPONSE, with the place where it is wrong.
    """
    try:
        return codec.decode(body if is_utf8(body, response) else decode_text(body, response))
    except InvalidInput as error:
        looks = "; it looks like HTML" if body.lstrip()[:1] == b"<" else ""
        raise HttpError(
            f"the response can't be read: {error.message}{looks}; the format text takes it as it "
            "is",
            HttpErrorType.INVALID_RESPONSE,
            category="invalid_json",
            content_type=media_type(response),
            response_body=excerpt(body, response),
            **error.details,
        ) from None


def decode_xml(text: str, body: bytes, response: HttpResponse, budget: Budget) -> Any:
    """The text of a body as XML: an object with the root; what it takes is charged.

    Raises:
        HttpError: INVALID_RESPONSE, with the place where it is wrong.
        SecurityError: it defines entities, or is larger than the node may hold.
    """
    try:
        return as_object(parse_xml(text, budget))
    except NodeFailed as error:
        raise HttpError(
            f"the response can't be read: {error.message}; the format text takes it as it is",
            HttpErrorType.INVALID_RESPONSE,
            category="invalid_xml",
            content_type=media_type(response),
            response_body=excerpt(body, response),
        ) from None


def excerpt(body: bytes, response: HttpResponse) -> str:
    """The beginning of a body, for errors."""
    if kind_of(response) == "file":
        return f"({len(body)} bytes of {media_type(response)})" if body else ""
    return decode_text(body[: 4 * EXCERPT], response)[:EXCERPT]


def guess(body: bytes) -> Any:
    """A body without a content type: JSON, or text; None where it is neither."""
    if body.lstrip()[:1] in (b"{", b"["):
        try:
            return codec.decode(body)
        except InvalidInput:
            pass
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError:
        return None
