"""What goes back to whoever called a workflow: headers of ours, CORS, answers, streams."""

import asyncio
from collections.abc import Mapping
from functools import partial
from http import HTTPStatus
from typing import Any, Final

from starlette.types import Send

from tidegate import codec
from tidegate.app import App
from tidegate.events.replies import ReplyChannel
from tidegate.files.resource import in_thread, opened
from tidegate.model.item import FileRef
from tidegate.model.status import ExecutionStatus
from tidegate.sdk.reply import Reply
from tidegate.services import executions, outputs
from tidegate.services.webhooks import Webhook
from tidegate.services.workflows import plan_of
from tidegate.triggers.webhooks import Started

_HEADERS: Final = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-frame-options", b"DENY"),
    # What a workflow answers is no page of ours: it may not act with a person's session.
    (b"content-security-policy", b"sandbox allow-forms allow-popups allow-scripts"),
)
_NO_STORE: Final = (b"cache-control", b"no-store")
_JSON: Final = (b"content-type", b"application/json")
_PROBLEM: Final = (b"content-type", b"application/problem+json")


class Respond:
    """Answers one request."""

    __slots__ = ("_cors", "_is_head", "_send", "has_begun", "is_allowed_origin")

    def __init__(self, send: Send, *, is_head: bool) -> None:
        self._send, self._is_head = send, is_head
        self._cors: tuple[tuple[bytes, bytes], ...] = ()
        self.is_allowed_origin = False
        self.has_begun = False

    def allow(self, webhook: Webhook, headers: Mapping[str, str]) -> None:
        """Let pages of the origins that the webhook allows read the answer."""
        allowed = webhook.params.allowed_origins
        if not allowed:
            return
        origin = headers.get("origin")
        self._cors = ((b"vary", b"Origin"),)
        self.is_allowed_origin = origin is not None and (
            "*" in allowed or origin.lower() in allowed
        )
        if origin is not None and self.is_allowed_origin:
            shown = "*" if "*" in allowed else origin
            self._cors += (
                (b"access-control-allow-origin", shown.encode("latin-1")),
                (b"cross-origin-resource-policy", b"cross-origin"),
            )

    async def json(self, status: int, body: bytes) -> None:
        """JSON."""
        await self._start(status, [_JSON, _NO_STORE], len(body))
        await self._end(body)

    async def whole(self, status: int, headers: Mapping[str, str], body: bytes) -> None:
        """Anything that is at hand."""
        await self._start(status, _encoded(headers), len(body))
        await self._end(body)

    async def file(self, app: App, reply: Reply, ref: FileRef, status: int) -> None:
        """A file, in parts."""
        async with opened(partial(app.binaries.open, ref)) as file:
            await self._start(status, _encoded(reply.headers), ref.size)
            while not self._is_head and (part := await in_thread(file.read)):
                await self._send({"type": "http.response.body", "body": part, "more_body": True})
        await self._end(b"")

    async def begin_stream(self, status: int, headers: Mapping[str, str]) -> None:
        """The head of an answer whose parts follow."""
        await self._start(status, _encoded(headers), None)

    async def part(self, data: bytes) -> None:
        """A part of a stream."""
        await self._send({"type": "http.response.body", "body": data, "more_body": True})

    async def end_stream(self) -> None:
        """The end of a stream."""
        await self._end(b"")

    async def problem(
        self,
        status: int,
        code: str,
        detail: str,
        headers: Mapping[str, str] | None = None,
        **details: Any,
    ) -> None:
        """A problem (RFC 9457); nothing where the answer has begun."""
        if self.has_begun:
            return
        body = codec.encode(
            {
                "type": "about:blank",
                "title": HTTPStatus(status).phrase,
                "status": status,
                "detail": detail,
                "code": code,
                **details,
            }
        )
        more = [
            (name.encode("latin-1"), value.encode("latin-1"))
            for name, value in (headers or {}).items()
        ]
        await self._start(status, [_PROBLEM, _NO_STORE, *more], len(body))
        await self._end(body)

    async def _start(
        self, status: int, headers: list[tuple[bytes, bytes]], length: int | None
    ) -> None:
        self.has_begun = True
        if length is not None and status not in (204, 304):
            headers.append((b"content-length", b"%d" % length))
        given = {name for name, _ in headers}
        headers.extend(pair for pair in _HEADERS if pair[0] not in given)
        headers.extend(self._cors)
        await self._send({"type": "http.response.start", "status": status, "headers": headers})

    async def _end(self, body: bytes) -> None:
        await self._send({"type": "http.response.body", "body": b"" if self._is_head else body})


def _encoded(headers: Mapping[str, str]) -> list[tuple[bytes, bytes]]:
    made = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()]
    if not any(name == b"cache-control" for name, _ in made):
        made.append(_NO_STORE)
    return made


async def answer(app: App, webhook: Webhook, started: Started, respond: Respond) -> None:
    """Wait for what the execution says, and answer with it.

    Raises:
        TidegateError: it could not begin, or its results can't be read.
    """
    channel = started.channel
    assert channel is not None
    try:
        async with asyncio.timeout(webhook.params.timeout):
            if webhook.params.respond == "stream":
                await _stream(app, webhook, started, respond)
                return
            reply = await channel.next()
    except TimeoutError:
        await respond.problem(
            504,
            "STILL_RUNNING",
            f"the execution has not answered within {webhook.params.timeout} s; it goes on",
            execution_id=started.execution_id,
        )
        return
    if reply is not None:
        await _whole(app, webhook, reply, respond)
    elif not await _failed(channel, started, respond):
        if webhook.params.respond == "last_node":
            await _results(app, webhook, channel, started, respond)
        else:
            text = "the workflow ended and did not answer; it needs a flow.respond on every way"
            await respond.problem(500, "NO_ANSWER", text, execution_id=started.execution_id)


async def _failed(channel: ReplyChannel, started: Started, respond: Respond) -> bool:
    """Say how the execution ended, unless it succeeded. What went wrong is not the caller's."""
    status = ExecutionStatus.SUCCEEDED if channel.end is None else channel.end.status
    if status is ExecutionStatus.SUCCEEDED:
        return False
    await respond.problem(
        500,
        f"EXECUTION_{status.value.upper()}",
        f"the execution of the workflow {status.value}"
        if status is not ExecutionStatus.CANCELLED
        else "the execution of the workflow was cancelled",
        execution_id=started.execution_id,
    )
    return True


async def _results(
    app: App, webhook: Webhook, channel: ReplyChannel, started: Started, respond: Respond
) -> None:
    """What the workflow put out."""
    params = webhook.params
    if params.respond_with == "nothing":
        await respond.whole(204 if params.status == HTTPStatus.OK else params.status, {}, b"")
        return
    first = params.respond_with == "first_item"
    if channel.rows is None:
        execution = await executions.find(app, started.execution_id)
        items = list(await outputs.final_items(app, execution))
    else:
        plan = plan_of(app, webhook.version)
        items = await outputs.items_of_rows(app, plan, channel.rows, first=first)
    value = (items[0].json if items else None) if first else [item.json for item in items]
    await respond.json(params.status, codec.encode(value))


async def _whole(app: App, webhook: Webhook, reply: Reply, respond: Respond) -> None:
    status = reply.status or webhook.params.status
    if isinstance(reply.body, FileRef):
        await respond.file(app, reply, reply.body, status)
    else:
        await respond.whole(status, reply.headers, reply.body)


async def _stream(app: App, webhook: Webhook, started: Started, respond: Respond) -> None:
    """Send on what comes; the first reply decides status and headers.

    Where the execution fails on the way, the answer has no end: the caller sees that it is not
    whole.
    """
    channel = started.channel
    assert channel is not None
    while (reply := await channel.next()) is not None:
        if not respond.has_begun:
            own = {"content-type": webhook.params.stream_type}
            await respond.begin_stream(
                reply.status or webhook.params.status, dict(reply.headers) | own
            )
        if isinstance(reply.body, FileRef):
            async with opened(partial(app.binaries.open, reply.body)) as file:
                while part := await in_thread(file.read):
                    await respond.part(part)
        elif reply.body:
            await respond.part(reply.body)
    if await _failed(channel, started, respond):
        return
    if not respond.has_begun:
        own = {"content-type": webhook.params.stream_type}
        await respond.begin_stream(webhook.params.status, own)
    await respond.end_stream()
