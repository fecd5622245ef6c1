"""The reach of a foreign node, in its process: every call is a message to the parent."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from functools import cache
from typing import Any, Literal, NoReturn

from pydantic import TypeAdapter

from tidegate import codec
from tidegate.errors import NodeFailed
from tidegate.isolation.entries.link import Link, pieces
from tidegate.isolation.wire import (
    REQUEST_FIELDS,
    file_from_wire,
    item_from_wire,
    item_to_wire,
)
from tidegate.model.item import FileRef, Item, JsonObject
from tidegate.sdk.context import Context
from tidegate.sdk.files import FileInfo
from tidegate.sdk.http import BodyStream, HttpRequest, HttpResponse
from tidegate.sdk.sql import SqlParams, TableWrite
from tidegate.sdk.state import StateEntry


@cache
def _responses() -> TypeAdapter[HttpResponse]:
    return TypeAdapter(HttpResponse)


class RemoteLog:
    """``ctx.log``."""

    def __init__(self, link: Link) -> None:
        self._link = link

    def _log(self, level: str, message: str, data: Mapping[str, Any]) -> None:
        self._link.tell({"m": "log", "level": level, "message": message, "data": data})

    def debug(self, message: str, **data: Any) -> None:
        """For the author of the workflow."""
        self._log("debug", message, data)

    def info(self, message: str, **data: Any) -> None:
        """Something worth knowing."""
        self._log("info", message, data)

    def warning(self, message: str, **data: Any) -> None:
        """Something went wrong and was handled."""
        self._log("warning", message, data)

    def error(self, message: str, **data: Any) -> None:
        """Something went wrong."""
        self._log("error", message, data)


class RemoteReach:
    """What a context makes its log and its ports with."""

    def __init__(self, link: Link) -> None:
        self._link = link

    def make_log(self) -> RemoteLog:
        """The log."""
        return RemoteLog(self._link)

    def make_ports(self) -> "RemotePorts":
        """The ports."""
        return RemotePorts(self._link)


class RemoteContext(Context):
    """A context whose items go out through the parent before ``run_item`` returns."""

    __slots__ = ("_link", "_resume")

    def __init__(self, link: Link, resume: JsonObject | None, **parts: Any) -> None:
        super().__init__(reach=RemoteReach(link), **parts)
        self._link, self._resume = link, resume

    @property
    def resume(self) -> JsonObject | None:
        """Where the work on the item goes on."""
        return self._resume

    async def emit(self, items: Sequence[Item], resume: JsonObject) -> None:
        """Pass items on now."""
        made = [item_to_wire(item) for item in items]
        await self._link.ask({"m": "emit", "items": made, "resume": resume})
        self._resume = resume


class RemotePorts:
    """The reach of one attempt."""

    def __init__(self, link: Link) -> None:
        self._link = link
        self.http = RemoteHttp(link)
        self.files = RemoteFiles(link)
        self.sql = RemoteSql(link)
        self.workflows = RemoteWorkflows(link)
        self.state = RemoteState(link, "node")

    @property
    def mail(self) -> NoReturn:
        """Mailboxes are for Tidegate's own nodes."""
        raise NodeFailed("a node of another package can't read a mailbox; use trigger.email")

    @property
    def code(self) -> NoReturn:
        """Code engines are for Tidegate's own nodes."""
        raise NodeFailed("a node of another package can't run code in an engine; it is code itself")

    @property
    def reply(self) -> NoReturn:
        """Answers are for Tidegate's own nodes: end the workflow's path in flow.respond."""
        raise NodeFailed("a node of another package can't answer the caller; use flow.respond")

    @property
    def credentials(self) -> Mapping[str, JsonObject]:
        """The secrets of the node's credentials."""
        answer, _ = self._link.ask_now({"m": "credentials"})
        found: Mapping[str, JsonObject] = answer["credentials"]
        return found


class RemoteHttp:
    """``ctx.http``: the parent's gate sends."""

    def __init__(self, link: Link) -> None:
        self._link = link

    async def request(self, request: HttpRequest) -> HttpResponse:
        """Send it and read the whole body."""
        answer, body = await self._link.ask(*await _asked("http", request))
        return _response(answer, body)

    @asynccontextmanager
    async def stream(self, request: HttpRequest) -> AsyncIterator["RemoteStream"]:
        """Send it and read the body piece by piece."""
        answer, _ = await self._link.ask(*await _asked("http_stream", request))
        try:
            yield RemoteStream(self._link, answer)
        finally:
            self._link.tell({"m": "close", "id": answer["id"]})


async def _asked(kind: str, request: HttpRequest) -> tuple[JsonObject, bytes]:
    body = request.body
    if isinstance(body, BodyStream):
        body = b"".join([piece async for piece in body.open()])
    fields = {name: getattr(request, name) for name in REQUEST_FIELDS}
    return {"m": kind, "request": fields, "has_body": body is not None}, body or b""


def _response(answer: JsonObject, body: bytes) -> HttpResponse:
    return _responses().validate_python(answer["response"])._replace(body=body)


class RemoteStream:
    """An answer whose body is still to be read."""

    def __init__(self, link: Link, answer: JsonObject) -> None:
        self._link, self._id = link, answer["id"]
        self.head = _response(answer, b"")

    async def chunks(self) -> AsyncIterator[bytes]:
        """The decoded body."""
        async for piece in pieces(self._link, self._id):
            yield piece
        answer, _ = await self._link.ask({"m": "http_head", "id": self._id})
        self.head = _response(answer, b"")

    async def read(self) -> HttpResponse:
        """The whole body at once."""
        body = b"".join([piece async for piece in self.chunks()])
        return self.head._replace(body=body)


class RemoteFiles:
    """``ctx.files``."""

    def __init__(self, link: Link) -> None:
        self._link = link

    async def _read(self, asked: JsonObject) -> AsyncIterator[bytes]:
        answer, _ = await self._link.ask(asked)
        try:
            async for piece in pieces(self._link, answer["id"]):
                yield piece
        finally:
            self._link.tell({"m": "close", "id": answer["id"]})

    async def _write(self, asked: JsonObject, chunks: AsyncIterator[bytes]) -> JsonObject:
        answer, _ = await self._link.ask(asked)
        number = answer["id"]
        try:
            async for piece in chunks:
                await self._link.ask({"m": "push", "id": number}, bytes(piece))
        except BaseException:
            self._link.tell({"m": "close", "id": number})
            raise
        answer, _ = await self._link.ask({"m": "finish", "id": number})
        made: JsonObject = answer["made"]
        return made

    def read(self, path: str) -> AsyncIterator[bytes]:
        """The bytes of a file."""
        return self._read({"m": "file_read", "path": path})

    def open(self, ref: FileRef) -> AsyncIterator[bytes]:
        """The bytes of an item's file."""
        return self._read({"m": "file_open", "ref": ref.as_json()})

    async def info(self, path: str) -> FileInfo | None:
        """What is known of a file or folder."""
        answer, _ = await self._link.ask({"m": "file_info", "path": path})
        return None if answer["info"] is None else FileInfo(**answer["info"])

    async def write(
        self,
        path: str,
        chunks: AsyncIterator[bytes],
        *,
        mode: Literal["create", "overwrite", "append"],
    ) -> FileInfo:
        """Write a file whole or not at all."""
        asked = {"m": "file_write", "path": path, "mode": mode}
        return FileInfo(**await self._write(asked, chunks))

    async def store(self, name: str, content_type: str, chunks: AsyncIterator[bytes]) -> FileRef:
        """Keep bytes as an item's file."""
        asked = {"m": "file_store", "name": name, "content_type": content_type}
        return file_from_wire(await self._write(asked, chunks))

    async def list(self, path: str, *, pattern: str = "*", recursive: bool) -> Sequence[FileInfo]:
        """The files and folders under a folder."""
        asked = {"m": "file_list", "path": path, "pattern": pattern, "recursive": recursive}
        answer, _ = await self._link.ask(asked)
        return [FileInfo(**info) for info in answer["files"]]

    def changes(self, path: str, *, recursive: bool) -> NoReturn:
        """Watching is for Tidegate's own nodes."""
        raise NodeFailed("a node of another package can't watch a folder; use trigger.file_watch")

    async def move(self, source: str, target: str, *, overwrite: bool) -> FileInfo:
        """Move or rename a file."""
        asked = {"m": "file_move", "source": source, "target": target, "overwrite": overwrite}
        answer, _ = await self._link.ask(asked)
        return FileInfo(**answer["info"])

    async def delete(self, path: str) -> FileInfo:
        """Delete a file."""
        answer, _ = await self._link.ask({"m": "file_delete", "path": path})
        return FileInfo(**answer["info"])


class RemoteSql:
    """``ctx.sql``. The rows of parameters are collected here before they are sent."""

    def __init__(self, link: Link) -> None:
        self._link = link

    async def query(
        self,
        url: str,
        statement: str,
        param_sets: AsyncIterator[SqlParams],
        *,
        credential: Mapping[str, Any] | None = None,
    ) -> AsyncIterator[Sequence[JsonObject]]:
        """Ask a query with each of ``param_sets`` in turn."""
        asked = {
            "m": "sql_query",
            "url": url,
            "statement": statement,
            "params": [params async for params in param_sets],
            "credential": credential,
        }
        answer, _ = await self._link.ask(asked)
        try:
            async for piece in pieces(self._link, answer["id"]):
                yield codec.decode(piece)
        finally:
            self._link.tell({"m": "close", "id": answer["id"]})

    async def execute(
        self,
        url: str,
        statement: str | TableWrite,
        batches: AsyncIterator[Sequence[SqlParams]],
        *,
        credential: Mapping[str, Any] | None = None,
    ) -> int:
        """Run one statement for each row, all in one transaction."""
        asked = {
            "m": "sql_execute",
            "url": url,
            "statement": statement,
            "batches": [list(batch) async for batch in batches],
            "credential": credential,
        }
        answer, _ = await self._link.ask(asked)
        return int(answer["changed"])


class RemoteState:
    """``ctx.state``."""

    def __init__(self, link: Link, whose: str) -> None:
        self._link, self._whose = link, whose

    @property
    def workflow(self) -> "RemoteState":
        """What all nodes of the workflow share."""
        return RemoteState(self._link, "workflow")

    async def get(self, key: str, default: Any = None) -> Any:
        """The value of a key."""
        entry = await self.read(key)
        return entry.value if entry.version else default

    async def read(self, key: str) -> StateEntry:
        """The value of a key with its version."""
        answer = await self._ask("read", key=key)
        return StateEntry(answer["value"], answer["version"])

    async def put(self, key: str, value: Any) -> None:
        """Give a key a value."""
        await self._ask("put", key=key, value=value)

    async def compare_and_set(self, key: str, value: Any, *, version: int) -> bool:
        """Give a key a value if it is still at ``version``."""
        return bool((await self._ask("set", key=key, value=value, version=version))["changed"])

    async def delete(self, key: str) -> None:
        """Let a key go."""
        await self._ask("delete", key=key)

    async def keys(self) -> list[str]:
        """All keys."""
        return list((await self._ask("keys"))["keys"])

    async def _ask(self, what: str, **more: Any) -> JsonObject:
        answer, _ = await self._link.ask({"m": f"state_{what}", "whose": self._whose, **more})
        return answer


class RemoteWorkflows:
    """``ctx.workflows``."""

    def __init__(self, link: Link) -> None:
        self._link = link

    async def call(self, workflow: str, items: Sequence[Item], *, call_key: str) -> Sequence[Item]:
        """Run another workflow."""
        if not isinstance(workflow, str):
            raise NodeFailed("a workflow is named by a text")
        asked = {
            "m": "workflow",
            "workflow": workflow,
            "items": [item_to_wire(item) for item in items],
            "call_key": call_key,
        }
        answer, _ = await self._link.ask(asked)
        return [item_from_wire(item) for item in answer["items"]]
