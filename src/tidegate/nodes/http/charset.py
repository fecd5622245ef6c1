"""Bytes as text: which encoding they are in."""

import asyncio
import codecs
import re
from email.message import Message
from functools import lru_cache
from typing import Final

from tidegate.sdk import HttpResponse

# Codecs of Python that are no character encodings of the web, some of them slow on purpose-made
# input.
_NO_ENCODINGS: Final = frozenset(
    {
        "idna",
        "mbcs",
        "oem",
        "punycode",
        "raw-unicode-escape",
        "undefined",
        "unicode-escape",
        "utf-7",
    }
)
MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_MARKED: Final = tuple(mark for mark, _ in MARKS)
_DECLARED: Final = re.compile(
    rb"""<\?xml[^>]{0,200}?\bencoding\s{0,9}=\s{0,9}["']([A-Za-z0-9._:-]{1,40})"""
    rb"""|<meta[^>]{0,200}?\bcharset\s{0,9}=\s{0,9}["']?\s{0,9}([A-Za-z0-9._:-]{1,40})""",
    re.IGNORECASE,
)
_DECLARED_WITHIN: Final = 2048
_SAMPLE: Final = 8192


def decode_text(body: bytes, response: HttpResponse) -> str:
    """The body as text by what is said of it, without guessing; what can't be read is replaced.

    Its byte order mark decides, then the header, then the document (``<?xml encoding>``,
    ``<meta charset>``), else it is UTF-8.
    """
    return _decoded(body, _named(body, response) or "utf-8")


async def detect_text(body: bytes, response: HttpResponse) -> str:
    """As :func:`decode_text`, but where nothing is said and it is no UTF-8 the bytes are looked at.

    Guessing takes some milliseconds, so a sample is looked at in a thread.
    """
    named = _named(body, response)
    if named is not None:
        return _decoded(body, named)
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as error:
        start = max(error.start - _SAMPLE // 2, 0)
        guessed = await asyncio.to_thread(_guess, body[start : start + _SAMPLE])
        return _decoded(body, guessed)


def is_utf8(body: bytes, response: HttpResponse) -> bool:
    """Whether the body is UTF-8 without a mark, as far as that is said."""
    return (_named(body, response) or "utf-8") == "utf-8" and not body.startswith(codecs.BOM_UTF8)


def _decoded(body: bytes, encoding: str) -> str:
    for mark, marked in MARKS:
        if marked == encoding and body.startswith(mark):
            return body[len(mark) :].decode(encoding, "replace")
    return body.decode(encoding, "replace")


def _named(body: bytes, response: HttpResponse) -> str | None:
    if body.startswith(_MARKED):
        return next(encoding for mark, encoding in MARKS if body.startswith(mark))
    content_type = response.header("content-type") or ""
    if content_type == "application/json":
        return None
    named = _usable(_header_charset(content_type)) if "=" in content_type else None
    if named is None:
        found = _DECLARED.search(body[:_DECLARED_WITHIN])
        if found is not None:
            named = _usable((found[1] or found[2]).decode("ascii"))
    return named


@lru_cache(maxsize=256)
def _header_charset(content_type: str) -> str | None:
    header = Message()
    header["Content-Type"] = content_type
    return header.get_content_charset()


def _usable(name: str | None) -> str | None:
    try:
        found = codecs.lookup(name or "").name
        b" ".decode(found)  # fails for codecs that are not for text
    except (LookupError, ValueError):
        return None
    return None if found.replace("_", "-") in _NO_ENCODINGS else found


def _guess(sample: bytes) -> str:
    from charset_normalizer import from_bytes  # noqa: PLC0415 - seldom needed, and not small

    best = from_bytes(sample).best()
    return (_usable(best.encoding) if best is not None else None) or "utf-8"
