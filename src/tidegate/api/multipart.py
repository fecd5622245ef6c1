"""multipart/form-data (RFC 7578), read as it comes: fields in memory, files to the file store."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from functools import partial
from typing import Any, Final

from python_multipart.exceptions import MultipartParseError
from python_multipart.multipart import MultipartParser, parse_options_header

from tidegate.errors import InvalidInput
from tidegate.files.binary import BinaryStore, NewBinary
from tidegate.files.resource import in_thread, opened
from tidegate.model.item import JsonObject

MAX_PARTS: Final = 1000
MAX_FIELD_BYTES: Final = 1 << 20
"""All fields together; files have their own limit."""


class FormReader:
    """Reads one form. ``fields`` and ``files`` are what it holds (files as JSON references)."""

    def __init__(self, content_type: str, store: BinaryStore) -> None:
        _, options = parse_options_header(content_type)
        boundary = options.get(b"boundary", b"")
        if not boundary or len(boundary) > 200:
            raise InvalidInput("the content type of a form must name its boundary")
        self.fields: JsonObject = {}
        self.files: JsonObject = {}
        self._store = store
        self._parser = MultipartParser(
            boundary,
            {
                "on_part_begin": self._begin,
                "on_header_field": self._header_name,
                "on_header_value": self._header_value,
                "on_header_end": self._header_end,
                "on_headers_finished": self._headers_finished,
                "on_part_data": self._data,
                "on_part_end": self._end,
                "on_end": self._whole,
            },
        )
        self._events: list[tuple[str, Any]] = []
        self._name = self._value = b""
        self._headers: dict[bytes, bytes] = {}
        self._parts = self._size = 0
        self._is_whole = False

    async def read(self, chunks: AsyncIterator[bytes]) -> None:
        """Read the form to its end.

        Raises:
            InvalidInput: it is not one, or has too many fields.
            NodeFailed: the disk does not take a file.
        """
        async with AsyncExitStack() as stack:
            part: _Part | None = None
            async for chunk in chunks:
                try:
                    self._parser.write(chunk)
                except MultipartParseError as error:
                    raise InvalidInput(f"the form can't be read: {error}") from None
                for kind, value in self._events:
                    if kind == "part":
                        part = await _Part.begin(stack, value, self._store)
                    elif part is not None and kind == "data":
                        await part.add(value)
                    elif part is not None:
                        await self._keep(part)
                        part = None
                self._events.clear()
        if not self._is_whole:
            raise InvalidInput("the form ends too early")

    async def _keep(self, part: "_Part") -> None:
        if part.file is None:
            text = _text(b"".join(part.data), f"the field {part.name!r}")
            known = self.fields.get(part.name)
            if known is None:
                self.fields[part.name] = text
            else:
                self.fields[part.name] = [*(known if isinstance(known, list) else [known]), text]
            return
        ref = await in_thread(partial(part.file.commit, part.file_name, part.content_type))
        part.file.let_go()
        if not (part.file_name or ref.size):
            return  # a file field of a page that was left empty
        name, number = part.name, 2
        while name in self.files:
            name, number = f"{part.name}_{number}", number + 1
        self.files[name] = ref.as_json()

    # What follows is called by the parser.

    def _begin(self) -> None:
        self._headers, self._name, self._value = {}, b"", b""
        self._parts += 1
        if self._parts > MAX_PARTS:
            raise InvalidInput(f"a form has at most {MAX_PARTS} parts")

    def _header_name(self, data: bytes, start: int, end: int) -> None:
        self._name += data[start:end]

    def _header_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def _header_end(self) -> None:
        self._headers[self._name.lower()] = self._value
        self._name = self._value = b""

    def _headers_finished(self) -> None:
        self._events.append(("part", self._headers))

    def _data(self, data: bytes, start: int, end: int) -> None:
        if b"filename" not in self._headers.get(b"content-disposition", b""):
            self._size += end - start
            if self._size > MAX_FIELD_BYTES:
                raise InvalidInput(
                    f"the fields of a form have at most {MAX_FIELD_BYTES >> 20} MB; send more as "
                    "a file"
                )
        self._events.append(("data", data[start:end]))

    def _end(self) -> None:
        self._events.append(("end", None))

    def _whole(self) -> None:
        self._is_whole = True


class _Part:
    """A field, or a file that is being kept."""

    def __init__(
        self, name: str, file: NewBinary | None, file_name: str, content_type: str
    ) -> None:
        self.name, self.file = name, file
        self.file_name, self.content_type = file_name, content_type
        self.data: list[bytes] = []

    @classmethod
    async def begin(
        cls, stack: AsyncExitStack, headers: dict[bytes, bytes], store: BinaryStore
    ) -> "_Part":
        _, options = parse_options_header(headers.get(b"content-disposition"))
        name = _text(options.get(b"name", b""), "the name of a field")
        if not name or len(name) > 200:
            raise InvalidInput("each part of a form has a name of at most 200 characters")
        if b"filename" not in options:
            return cls(name, None, "", "")
        file = await stack.enter_async_context(opened(store.create))
        file_name = _text(options[b"filename"], "the name of a file")
        file_name = file_name.replace("\\", "/").rpartition("/")[2][:255]
        content_type = headers.get(b"content-type", b"").decode("latin-1")[:200]
        return cls(name, file, file_name, content_type or "application/octet-stream")

    async def add(self, data: bytes) -> None:
        if self.file is None:
            self.data.append(data)
        else:
            await in_thread(partial(self.file.write, data))


def _text(data: bytes, what: str) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError:
        raise InvalidInput(f"{what} is not UTF-8 text") from None
