"""The parent's side of a foreign node's reach: its messages, answered by the attempt's own ports.

The gate, the vault and the limits apply here as they do to every node.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from itertools import count
from typing import Any, Final

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from tidegate import codec
from tidegate.errors import InvalidInput, NodeError, NodeFailed
from tidegate.isolation.foreign.pumps import Pull, Push
from tidegate.isolation.wire import (
    at_place,
    error_to_wire,
    file_from_wire,
    item_from_wire,
    item_to_wire,
    pack,
    unpack,
)
from tidegate.model.item import Item, JsonObject
from tidegate.sdk.context import Context
from tidegate.sdk.http import HttpRequest, HttpResponse, PhaseTimeouts, TlsTrust
from tidegate.sdk.params import Lazy, NodeParams
from tidegate.sdk.sql import SqlParams, TableWrite
from tidegate.sdk.state import StateAccess

Answer = tuple[JsonObject, bytes]

MAX_STREAMS: Final = 16
MAX_LOG_LINES: Final = 1_000
"""So many lines one call of a node may log; a last one says that more were left out."""
_LEVELS: Final = frozenset({"debug", "info", "warning", "error"})


class _WireRequest(BaseModel):
    """What a foreign node may say of a request: ``wire.REQUEST_FIELDS``."""

    model_config = ConfigDict(extra="forbid")

    method: str
    url: str
    headers: list[tuple[str, str]]
    timeout: float
    follow_redirects: bool
    max_redirects: int
    max_response: int
    sensitive_headers: frozenset[str]
    sensitive_query: frozenset[str]
    phases: PhaseTimeouts
    tls: TlsTrust
    cache: bool


class Answering:
    """Answers one call's messages. ``known`` are the items that have a number."""

    def __init__(self, ctx: Context, params: NodeParams, known: dict[int, Item]) -> None:
        self._ctx, self._params, self.known = ctx, params, known
        self._streams: dict[int, Pull[Any] | Push] = {}
        self._numbers = count(1)
        self._lines = 0
        self.handlers: dict[str, Callable[[JsonObject, bytes], Awaitable[Answer]]] = {
            "lazy": self._lazy,
            "log": self._log,
            "credentials": self._credentials,
            "emit": self._emit,
            "http": self._http,
            "http_stream": self._http_stream,
            "http_head": self._http_head,
            "next": self._next,
            "push": self._push,
            "finish": self._finish,
            "close": self._close,
            "file_read": self._file_read,
            "file_open": self._file_open,
            "file_info": self._file_info,
            "file_write": self._file_write,
            "file_store": self._file_store,
            "file_list": self._file_list,
            "file_move": self._file_move,
            "file_delete": self._file_delete,
            "sql_query": self._sql_query,
            "sql_execute": self._sql_execute,
            "workflow": self._workflow,
            "state_read": self._state_read,
            "state_put": self._state_put,
            "state_set": self._state_set,
            "state_delete": self._state_delete,
            "state_keys": self._state_keys,
        }

    async def answer(self, packed: bytes) -> bytes:
        """Answer a message.

        Raises:
            OperationalError, Exception: not the node's failure; the run ends with it.
        """
        try:
            message, data = unpack(packed)
            handler = self.handlers.get(str(message.get("m")))
            if handler is None:
                raise NodeFailed("this is no message that a node can send")
            return pack(*await handler(message, data))
        except NodeError as error:
            return pack({"raised": error_to_wire(error)})
        except InvalidInput as error:
            return pack({"raised": error_to_wire(NodeFailed(error.message))})
        except (KeyError, TypeError, ValueError, LookupError) as error:
            wrong = NodeFailed(f"this message is wrong: {type(error).__name__}")
            return pack({"raised": error_to_wire(wrong)})

    async def close(self) -> None:
        """End what the node left open."""
        streams = list(self._streams.values())
        self._streams.clear()
        await asyncio.gather(*(stream.close() for stream in streams))

    async def _lazy(self, asked: JsonObject, _: bytes) -> Answer:
        lazy = at_place(self._params, tuple(asked["place"]))
        if not isinstance(lazy, Lazy):
            raise NodeFailed("this parameter is not lazy")
        number = asked["number"]
        if number is not None:
            item: Item | None = self.known[number]
        else:
            item = item_from_wire(asked["item"]) if "item" in asked else None
        return {"value": lazy(item, **_texts(asked["roots"]))}, b""

    async def _log(self, asked: JsonObject, _: bytes) -> Answer:
        level, data = asked["level"], asked["data"]
        self._lines += 1
        if self._lines == MAX_LOG_LINES:
            self._ctx.log.warning("the rest is left out", lines=MAX_LOG_LINES)
        elif self._lines < MAX_LOG_LINES and level in _LEVELS:
            write: Callable[..., None] = {
                "debug": self._ctx.log.debug,
                "info": self._ctx.log.info,
                "warning": self._ctx.log.warning,
                "error": self._ctx.log.error,
            }[level]
            write(str(asked["message"]), **_texts(data, reserved=("message",)))
        return {}, b""

    async def _credentials(self, _: JsonObject, __: bytes) -> Answer:
        return {"credentials": dict(self._ctx.credentials)}, b""

    async def _emit(self, asked: JsonObject, _: bytes) -> Answer:
        items = [item_from_wire(item) for item in asked["items"]]
        resume = asked["resume"]
        if not isinstance(resume, dict):
            raise NodeFailed("where the work goes on is a JSON object")
        await self._ctx.emit(items, resume)
        return {}, b""

    async def _http(self, asked: JsonObject, body: bytes) -> Answer:
        response = await self._ctx.http.request(_request(asked, body))
        return {"response": response._replace(body=b"")}, response.body

    async def _http_stream(self, asked: JsonObject, body: bytes) -> Answer:
        request, http = _request(asked, body), self._ctx.http

        @asynccontextmanager
        async def opened() -> AsyncIterator[tuple[_Head, AsyncIterator[bytes]]]:
            async with http.stream(request) as stream:
                yield (lambda: stream.head), stream.chunks()

        number, pull = self._add(Pull(opened()))
        head = await pull.head()
        return {"id": number, "response": head()._replace(body=b"")}, b""

    async def _http_head(self, asked: JsonObject, _: bytes) -> Answer:
        head = await self._pull(asked).head()
        return {"response": head()._replace(body=b"")}, b""

    async def _next(self, asked: JsonObject, _: bytes) -> Answer:
        piece = await self._pull(asked).next()
        return {"done": piece is None}, piece or b""

    async def _push(self, asked: JsonObject, data: bytes) -> Answer:
        await self._push_of(asked).push(data)
        return {}, b""

    async def _finish(self, asked: JsonObject, _: bytes) -> Answer:
        made = await self._push_of(asked).finish()
        self._streams.pop(asked["id"], None)
        return {"made": made}, b""

    async def _close(self, asked: JsonObject, _: bytes) -> Answer:
        stream = self._streams.pop(asked["id"], None)
        if stream is not None:
            await stream.close()
        return {}, b""

    async def _file_read(self, asked: JsonObject, _: bytes) -> Answer:
        return await self._reading(self._ctx.files.read(str(asked["path"])))

    async def _file_open(self, asked: JsonObject, _: bytes) -> Answer:
        return await self._reading(self._ctx.files.open(file_from_wire(asked["ref"])))

    async def _file_info(self, asked: JsonObject, _: bytes) -> Answer:
        return {"info": await self._ctx.files.info(str(asked["path"]))}, b""

    async def _file_write(self, asked: JsonObject, _: bytes) -> Answer:
        path, mode, files = str(asked["path"]), asked["mode"], self._ctx.files
        if mode not in ("create", "overwrite", "append"):
            raise NodeFailed(f"{mode!r} is no way to write a file")
        return self._writing(lambda pieces: files.write(path, pieces, mode=mode))

    async def _file_store(self, asked: JsonObject, _: bytes) -> Answer:
        name, kind, files = str(asked["name"]), str(asked["content_type"]), self._ctx.files

        async def keep(pieces: AsyncIterator[bytes]) -> JsonObject:
            return (await files.store(name, kind, pieces)).as_json()

        return self._writing(keep)

    async def _file_list(self, asked: JsonObject, _: bytes) -> Answer:
        found = await self._ctx.files.list(
            str(asked["path"]), pattern=str(asked["pattern"]), recursive=bool(asked["recursive"])
        )
        return {"files": list(found)}, b""

    async def _file_move(self, asked: JsonObject, _: bytes) -> Answer:
        source, target = str(asked["source"]), str(asked["target"])
        moved = await self._ctx.files.move(source, target, overwrite=bool(asked["overwrite"]))
        return {"info": moved}, b""

    async def _file_delete(self, asked: JsonObject, _: bytes) -> Answer:
        return {"info": await self._ctx.files.delete(str(asked["path"]))}, b""

    async def _sql_query(self, asked: JsonObject, _: bytes) -> Answer:
        rows = self._ctx.sql.query(
            str(asked["url"]),
            str(asked["statement"]),
            _each(asked["params"]),
            credential=asked["credential"],
        )
        return await self._reading(codec.encode(list(batch)) async for batch in rows)

    async def _sql_execute(self, asked: JsonObject, _: bytes) -> Answer:
        statement = asked["statement"]
        if isinstance(statement, dict):
            statement = TypeAdapter(TableWrite).validate_python(statement)
        batches: Sequence[Sequence[SqlParams]] = asked["batches"]
        changed = await self._ctx.sql.execute(
            str(asked["url"]), statement, _each(batches), credential=asked["credential"]
        )
        return {"changed": changed}, b""

    async def _workflow(self, asked: JsonObject, _: bytes) -> Answer:
        items = [item_from_wire(item) for item in asked["items"]]
        found = await self._ctx.workflows.call(
            str(asked["workflow"]), items, call_key=str(asked["call_key"])
        )
        return {"items": [item_to_wire(item) for item in found]}, b""

    def _state(self, asked: JsonObject) -> StateAccess:
        own = self._ctx.state
        return own.workflow if asked["whose"] == "workflow" else own

    async def _state_read(self, asked: JsonObject, _: bytes) -> Answer:
        value, version = await self._state(asked).read(str(asked["key"]))
        return {"value": value, "version": version}, b""

    async def _state_put(self, asked: JsonObject, _: bytes) -> Answer:
        await self._state(asked).put(str(asked["key"]), asked["value"])
        return {}, b""

    async def _state_set(self, asked: JsonObject, _: bytes) -> Answer:
        changed = await self._state(asked).compare_and_set(
            str(asked["key"]), asked["value"], version=int(asked["version"])
        )
        return {"changed": changed}, b""

    async def _state_delete(self, asked: JsonObject, _: bytes) -> Answer:
        await self._state(asked).delete(str(asked["key"]))
        return {}, b""

    async def _state_keys(self, asked: JsonObject, _: bytes) -> Answer:
        return {"keys": await self._state(asked).keys()}, b""

    async def _reading(self, pieces: AsyncIterator[bytes]) -> Answer:
        @asynccontextmanager
        async def opened() -> AsyncIterator[tuple[None, AsyncIterator[bytes]]]:
            yield None, pieces

        number, pull = self._add(Pull(opened()))
        await pull.head()
        return {"id": number}, b""

    def _writing(self, consume: Callable[[AsyncIterator[bytes]], Awaitable[Any]]) -> Answer:
        number, _ = self._add(Push(consume))
        return {"id": number}, b""

    def _add(self, stream: Any) -> tuple[int, Any]:
        if len(self._streams) >= MAX_STREAMS:
            raise NodeFailed(f"a node may have {MAX_STREAMS} streams open at once")
        number = next(self._numbers)
        self._streams[number] = stream
        return number, stream

    def _pull(self, asked: Mapping[str, Any]) -> Pull[Any]:
        stream = self._streams.get(asked["id"])
        if not isinstance(stream, Pull):
            raise NodeFailed("this stream is not open")
        return stream

    def _push_of(self, asked: Mapping[str, Any]) -> Push:
        stream = self._streams.get(asked["id"])
        if not isinstance(stream, Push):
            raise NodeFailed("this stream is not open")
        return stream


_Head = Callable[[], HttpResponse]
"""The head of an answer as it is now: its sizes are final when the body was read."""


def _request(asked: JsonObject, body: bytes) -> HttpRequest:
    try:
        given = _WireRequest.model_validate(asked["request"])
    except ValidationError:
        raise NodeFailed("this is no HTTP request") from None
    return HttpRequest(**dict(given), body=body if asked.get("has_body") else None)


def _texts(values: Any, reserved: Sequence[str] = ()) -> dict[str, Any]:
    """Keyword arguments from JSON."""
    if not isinstance(values, dict):
        raise NodeFailed("this must be a mapping")
    return {str(name): value for name, value in values.items() if name not in reserved}


async def _each(values: Sequence[Any]) -> AsyncIterator[Any]:
    for value in values:
        yield value
