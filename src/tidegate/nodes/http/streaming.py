"""Bodies that are a sequence of values: JSON lines and server-sent events."""

import codecs
from collections.abc import AsyncIterator
from typing import Any, Final

from tidegate import codec
from tidegate.errors import InvalidInput
from tidegate.sdk import HttpError, HttpErrorType

MAX_LINE: Final = 4 << 20
"""Bytes of one line or event; a stream without line ends must not fill the memory."""


async def json_lines(chunks: AsyncIterator[bytes]) -> AsyncIterator[list[Any]]:
    """The values of a text with one JSON value on each line, as they arrive.

    Raises:
        HttpError: INVALID_RESPONSE, with the line that is no JSON.
    """
    number = 0
    async for lines in _lines(chunks):
        values = []
        for line in lines:
            number += 1
            if not line.strip():
                continue
            try:
                values.append(codec.decode(line))
            except InvalidInput as error:
                raise HttpError(
                    f"line {number} of the response can't be read: {error.message}",
                    HttpErrorType.INVALID_RESPONSE,
                    line=number,
                ) from None
        if values:
            yield values


async def events(chunks: AsyncIterator[bytes]) -> AsyncIterator[list[dict[str, Any]]]:
    """Server-sent events (HTML Standard, section 9.2), each ``{"event", "id", "data"}``.

    ``data`` is the JSON value where it is an object or a list, else text. An event that was not
    ended by an empty line does not count, as the standard says.
    """
    fields: dict[str, str] = {}
    data: list[str] = []
    size, last_id = 0, ""
    async for lines in _lines(chunks):
        found: list[dict[str, Any]] = []
        for line in lines:
            if not line:
                if data:
                    last_id = fields.get("id", last_id)
                    found.append(_event(fields.get("event", "message"), last_id, data))
                fields, data, size = {}, [], 0
                continue
            name, _, value = line.partition(":")
            value = value.removeprefix(" ")
            size += len(line)
            if size > MAX_LINE:
                raise _too_long()
            if name == "data":
                data.append(value)
            elif name in ("event", "id") and "\0" not in value:
                fields[name] = value
        if found:
            yield found


def _event(name: str, id: str, data: list[str]) -> dict[str, Any]:
    text = "\n".join(data)
    value: Any = text
    if text[:1] in ("{", "["):
        try:
            value = codec.decode(text)
        except InvalidInput:
            value = text
    return {"event": name, "id": id, "data": value}


async def _lines(chunks: AsyncIterator[bytes]) -> AsyncIterator[list[str]]:
    """The lines of each piece of a UTF-8 text; they end with CR, LF or both."""
    decoder = codecs.getincrementaldecoder("utf-8-sig")("replace")
    rest = ""
    async for chunk in chunks:
        text = rest + decoder.decode(chunk)
        # A CR at the end may be half of a CRLF.
        held = "\r" if text.endswith("\r") else ""
        lines = text[: len(text) - len(held)].replace("\r\n", "\n").replace("\r", "\n").split("\n")
        rest = lines.pop() + held
        if len(rest) > MAX_LINE:
            raise _too_long()
        if lines:
            yield lines
    rest = (rest + decoder.decode(b"", final=True)).removesuffix("\r")
    if rest:
        yield [rest]


def _too_long() -> HttpError:
    return HttpError(
        f"a line of the response is longer than {MAX_LINE >> 20} MB; take it as a file instead",
        HttpErrorType.RESPONSE_TOO_LARGE,
    )
