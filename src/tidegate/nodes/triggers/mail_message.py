"""A message as it came (RFC 5322, MIME), taken apart: nothing in it is trusted, all is bounded."""

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message as Part
from email.parser import BytesParser
from email.policy import Compat32
from email.utils import getaddresses, parsedate_to_datetime
from typing import Any, Final

MAX_HEADER_BYTES: Final = 256 << 10
MAX_TEXT: Final = 1 << 20
"""The most characters of a text; ``is_cut`` says that there are more."""
_MAX_LINES: Final = 500_000
_MAX_PARTS: Final = 500
_MAX_HEADERS: Final = 5_000
_MAX_VALUE: Final = 32 << 10
_MAX_ADDRESSES: Final = 1_000
_TYPE: Final = re.compile(r"[a-z0-9!#$&^_.+-]{1,100}/[a-z0-9!#$&^_.+-]{1,100}\Z")
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_TOO_MANY_PARTS: Final = "it has too many parts to be read"
_MORE: Final = ("reply-to", "in-reply-to", "references", "list-id", "auto-submitted", "return-path")
# Their decoders take time that grows with the square, or are no character sets of mail.
_NO_CHARSETS: Final = frozenset({"idna", "punycode", "unicode-escape", "raw-unicode-escape"})


class _TooMuch(Exception):
    """It has more parts, headers or lines than any message has that people send."""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A part that is a file; ``name`` is one file name without folders."""

    name: str
    content_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Mail:
    """What an item says of a message, and its attachments."""

    json: dict[str, Any]
    attachments: list[Attachment] = field(default_factory=list)


def read_message(raw: bytes) -> Mail:
    """Take a message apart; of one that is beyond all bounds the headers, and ``problem``."""
    if raw.count(b"\n") > _MAX_LINES:
        return read_headers(raw, _TOO_MANY_PARTS)
    try:
        part = _parser().parsebytes(raw)
        texts, attachments = _split(part)
    except (_TooMuch, RecursionError):
        return read_headers(raw, _TOO_MANY_PARTS)
    return Mail(_described(part, texts, None), attachments)


def read_headers(raw: bytes, problem: str | None) -> Mail:
    """The headers alone; ``problem`` says why."""
    try:
        part = _parser().parsebytes(raw[:MAX_HEADER_BYTES], headersonly=True)
    except _TooMuch:
        part, problem = Part(), "it has too many headers to be read"
    return Mail(_described(part, {}, problem))


def _parser() -> BytesParser:
    """A parser that counts what it finds while it finds it."""
    found = {"parts": 0, "headers": 0}

    class Counted(Part):
        def __init__(self, policy: Any = None) -> None:
            super().__init__(Compat32() if policy is None else policy)
            _count(found, "parts", _MAX_PARTS)

        def set_raw(self, name: str, value: Any) -> None:
            _count(found, "headers", _MAX_HEADERS)
            super().set_raw(name, value)

    return BytesParser(Counted, policy=Compat32())


def _count(found: dict[str, int], name: str, limit: int) -> None:
    found[name] += 1
    if found[name] > limit:
        raise _TooMuch


def _split(message: Part) -> tuple[dict[str, str], list[Attachment]]:
    """The first text of each kind, and everything else that holds something."""
    texts: dict[str, str] = {}
    attachments: list[Attachment] = []
    for part in _leaves(message):
        kind = part.get_content_type()
        if not _TYPE.match(kind):
            kind = "application/octet-stream"
        content = _content(part)
        name = _file_name(part)
        is_text = kind in {"text/plain", "text/html"} and kind not in texts
        if is_text and name is None and part.get_content_disposition() != "attachment":
            texts[kind] = _text(content, part)
        elif content or name is not None:
            default = "message.eml" if kind == "message/rfc822" else "attachment"
            attachments.append(Attachment(name or default, kind, content))
    return texts, attachments


def _leaves(message: Part) -> Iterator[Part]:
    """The parts without parts, in their order; a message within a message is one of them."""
    waiting = [message]
    while waiting:
        part = waiting.pop()
        if part.is_multipart() and part.get_content_maintype() == "multipart":
            children: Any = part.get_payload()
            waiting += reversed(children)
        else:
            yield part


def _content(part: Part) -> bytes:
    if part.is_multipart():  # a message within this one
        inner: Any = part.get_payload()
        try:
            return b"".join(one.as_bytes() for one in inner)
        except (ValueError, LookupError, TypeError, AttributeError):
            return b""  # the library can't write what it could read
    try:
        found = part.get_payload(decode=True)
    except (ValueError, LookupError):  # an encoding that is none
        found = str(part.get_payload()).encode("utf-8", "replace")
    return found if isinstance(found, bytes) else b""


def _file_name(part: Part) -> str | None:
    """One name, whatever folders it says; None where it has none."""
    try:
        found = part.get_filename()
    except (ValueError, LookupError, TypeError):
        return "attachment"
    if found is None:
        return None
    name = re.split(r"[/\\]", _words(str(found)))[-1].strip(". ")
    return name[:200] or "attachment"


def _text(content: bytes, part: Part) -> str:
    try:
        charset = part.get_content_charset() or "utf-8"
        if codecs.lookup(charset).name in _NO_CHARSETS:
            charset = "utf-8"
        text = content.decode(charset, "replace")
    except (LookupError, ValueError, TypeError):
        text = content.decode("utf-8", "replace")
    return _storable(text.replace("\r\n", "\n"))


def _described(part: Part, texts: dict[str, str], problem: str | None) -> dict[str, Any]:
    text, html = texts.get("text/plain"), texts.get("text/html")
    senders = _addresses(part, "from")
    return {
        "message_id": _header(part, "message-id"),
        "from": senders[0] if senders else None,
        "to": _addresses(part, "to"),
        "cc": _addresses(part, "cc"),
        "subject": _header(part, "subject"),
        "date": _date(part),
        "text": None if text is None else text[:MAX_TEXT],
        "html": None if html is None else html[:MAX_TEXT],
        "is_cut": any(len(one) > MAX_TEXT for one in texts.values()),
        "headers": {name: value for name in _MORE if (value := _header(part, name)) is not None},
        "problem": problem,
    }


def _raw_header(part: Part, name: str) -> str | None:
    """The first header of a name as text, unfolded; bytes beyond ASCII are UTF-8."""
    for key, value in part.raw_items():
        if key.lower() == name:
            data = str(value)[:_MAX_VALUE].encode("utf-8", "surrogateescape")
            return data.decode("utf-8", "replace").replace("\r", "").replace("\n", "")
    return None


def _header(part: Part, name: str) -> str | None:
    raw = _raw_header(part, name)
    return None if raw is None else _words(raw)


def _words(raw: str) -> str:
    """A header's text with its encoded words (RFC 2047) decoded, on one line."""
    try:
        pieces = decode_header(raw)
    except (HeaderParseError, ValueError):
        return _clean(raw)
    found = []
    for piece, charset in pieces:
        if isinstance(piece, str):
            found.append(piece)
            continue
        try:
            is_known = codecs.lookup(charset or "latin-1").name not in _NO_CHARSETS
            found.append(piece.decode((charset or "latin-1") if is_known else "utf-8", "replace"))
        except (LookupError, ValueError):
            found.append(piece.decode("utf-8", "replace"))
    return _clean("".join(found))


def _addresses(part: Part, name: str) -> list[dict[str, str]]:
    raw = _raw_header(part, name)
    if raw is None:
        return []
    try:
        found = getaddresses([raw])[:_MAX_ADDRESSES]
    except (RecursionError, ValueError, LookupError):
        return []
    return [
        {"name": _words(shown), "address": _clean(address)} for shown, address in found if address
    ]


def _date(part: Part) -> str | None:
    raw = _raw_header(part, "date")
    try:
        found: datetime = parsedate_to_datetime(raw or "")
        found = found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except (ValueError, TypeError, LookupError, OverflowError):
        return None
    return found.isoformat().replace("+00:00", "Z")


def _clean(text: str) -> str:
    return _CONTROL.sub(" ", _storable(text)).strip()


def _storable(text: str) -> str:
    """Text that every store takes: no lone surrogates, and no NUL."""
    return text.encode("utf-8", "replace").decode().replace("\0", "\N{REPLACEMENT CHARACTER}")
