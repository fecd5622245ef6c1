"""The body of a request from outside, as part of an item: JSON, text, or files of the item."""

import asyncio
import re
import time
from collections.abc import AsyncIterator, Callable
from functools import partial
from typing import Any, Final, Literal
from urllib.parse import parse_qsl

from starlette.types import Receive

from tidegate import codec
from tidegate.api.multipart import MAX_PARTS, FormReader
from tidegate.app import App
from tidegate.errors import InvalidInput, UserError
from tidegate.files.resource import in_thread, opened
from tidegate.model.item import JsonObject

WHOLE_SECONDS: Final = 30.0
UPLOAD_SECONDS: Final = 900.0
IN_THREAD: Final = 256 * 1024
"""JSON of more bytes is decoded beside the event loop."""

_JSON: Final = re.compile(r"application/(?:[a-z0-9.+-]+\+)?json")
_CHARSET: Final = re.compile(r"charset=\"?([A-Za-z0-9_-]{1,30})", re.IGNORECASE)

BodyMode = Literal["auto", "text", "file"]


class BodyTooLarge(UserError):
    """The body of a request is larger than allowed."""

    code = "BODY_TOO_LARGE"
    http_status = 413


class Gone(Exception):
    """Whoever called is gone, or too slow: nobody needs an answer."""


class IncomingBody:
    """Reads the body of one request. ``see`` is given every part as it came."""

    def __init__(
        self,
        receive: Receive,
        content_type: str,
        length: int | None,
        see: Callable[[bytes], None] | None = None,
    ) -> None:
        self._receive, self._see = receive, see
        self._length = length
        self._whole_type = content_type
        self.content_type = content_type.partition(";")[0].strip().lower()
        self.limit = 0

    async def read(
        self, app: App, mode: BodyMode, *, limit: int, upload_limit: int
    ) -> tuple[Any, JsonObject]:
        """The body and the files, as JSON.

        Args:
            app: the app, whose file store takes files.
            mode: see ``WebhookParams.body``.
            limit: bytes of a body that is decoded.
            upload_limit: bytes of one whose content becomes files.

        Raises:
            InvalidInput: it is not what it says to be.
            BodyTooLarge: it is too large.
            NodeFailed: the disk does not take a file.
            Gone: nobody waits for an answer any more.
        """
        if self._length == 0:
            self.limit = limit
            return None, {}
        kind = self.content_type
        if mode == "auto" and kind == "multipart/form-data":
            self.limit = upload_limit
            form = FormReader(self._whole_type, app.binaries)
            await form.read(self._chunks(UPLOAD_SECONDS))
            return form.fields, form.files
        if mode == "file" or (mode == "auto" and not _is_text(kind)):
            self.limit = upload_limit
            return None, await self._file(app)
        self.limit = limit
        data = await self._data()
        if not data:
            return None, {}
        if mode == "text":
            return _decoded(data, "utf-8"), {}
        return await self._value(kind, data), {}

    async def _value(self, kind: str, data: bytes) -> Any:
        if _JSON.fullmatch(kind):
            if len(data) > IN_THREAD:
                return await asyncio.to_thread(codec.decode, data)
            return codec.decode(data)
        if kind == "application/x-www-form-urlencoded":
            return fields_of(_decoded(data, "utf-8"))
        charset = _CHARSET.search(self._whole_type)
        return _decoded(data, charset[1] if charset else "utf-8")

    async def _file(self, app: App) -> JsonObject:
        async with opened(app.binaries.create) as file:
            size = 0
            async for chunk in self._chunks(UPLOAD_SECONDS):
                size += len(chunk)
                await in_thread(partial(file.write, chunk))
            if not size:
                return {}
            content_type = self._whole_type[:200] or "application/octet-stream"
            ref = await in_thread(partial(file.commit, "body", content_type))
            return {"body": ref.as_json()}

    async def _data(self) -> bytes:
        chunks = [chunk async for chunk in self._chunks(WHOLE_SECONDS)]
        return chunks[0] if len(chunks) == 1 else b"".join(chunks)

    async def _chunks(self, seconds: float) -> AsyncIterator[bytes]:
        if self._length is not None and self._length > self.limit:
            raise self._too_large()
        ends_at = time.monotonic() + seconds
        size = 0
        while True:
            # A connection on which nothing comes is ended below: see patience.
            received = await self._receive()
            if received["type"] != "http.request" or time.monotonic() > ends_at:
                raise Gone
            data = received.get("body", b"")
            size += len(data)
            if size > self.limit:
                raise self._too_large()
            if data:
                if self._see is not None:
                    self._see(data)
                yield data
            if not received.get("more_body", False):
                return

    def _too_large(self) -> BodyTooLarge:
        return BodyTooLarge(f"the body may have at most {self.limit >> 20} MB")


def fields_of(text: str) -> JsonObject:
    """The fields of a query or of a form; what is given several times is a list.

    Raises:
        InvalidInput: there are too many.
    """
    if not text:
        return {}
    try:
        pairs = parse_qsl(text, keep_blank_values=True, max_num_fields=MAX_PARTS, errors="replace")
    except ValueError:
        raise InvalidInput(f"there may be at most {MAX_PARTS} fields") from None
    fields: JsonObject = {}
    for name, value in pairs:
        if name not in fields:
            fields[name] = value
        else:
            known = fields[name]
            fields[name] = [*(known if isinstance(known, list) else [known]), value]
    return fields


def _is_text(kind: str) -> bool:
    return (
        not kind
        or bool(_JSON.fullmatch(kind))
        or kind.startswith("text/")
        or kind in ("application/x-www-form-urlencoded", "application/xml")
        or kind.endswith("+xml")
    )


def _decoded(data: bytes, charset: str) -> str:
    try:
        return data.decode(charset)
    except (UnicodeDecodeError, LookupError):
        raise InvalidInput(f"the body is not text in {charset}") from None
