"""The live stream: one WebSocket a tab, or long polls with the same frames, or an event stream.

The frames never carry the data of items. A follower that was away says the epoch and the number it
knows, and gets what it missed or a snapshot.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import Annotated, Final

from fastapi import APIRouter, Header, Query, Response, WebSocket, WebSocketDisconnect
from fastapi.responses import StreamingResponse

from tidegate import codec
from tidegate.api.caller import CallerDep, CrossOrigin, caller_of_socket
from tidegate.api.dependencies import AppDep
from tidegate.api.following import FollowerRequest, parse
from tidegate.api.openapi import place_of
from tidegate.api.problems import documented
from tidegate.api.streamed import PING_SECONDS, event_lines
from tidegate.app import App
from tidegate.errors import Conflict, InvalidInput, TidegateError
from tidegate.events.presence import Presence
from tidegate.events.shapes import Ping, Sent
from tidegate.events.stream import Stream
from tidegate.services import live
from tidegate.services.identity.permissions import Caller
from tidegate.services.identity.sign_in import Unauthorized

router = APIRouter(tags=["stream"])
socket = APIRouter(tags=["stream"])

STUCK_SECONDS: Final = 30.0
"""A follower that takes no frame for so long is let go."""
TRY_AGAIN_LATER: Final = 1013
POLICY_VIOLATION: Final = 1008
NOTHING: Final[Ping] = {"t": "ping"}
_FRAMES: Final = {
    "type": "object",
    "description": "Empty where nothing happened.",
    "properties": {"frames": {"type": "array", "items": {"$ref": place_of("Frame")}}},
    "required": ["frames"],
}


@socket.websocket("/stream")
async def stream(follower: WebSocket) -> None:
    """Follow any number of topics (see docs/reference/live-events.md)."""
    app: App = follower.app.state.tidegate
    try:
        caller = await caller_of_socket(follower, app)
    except (Unauthorized, CrossOrigin) as error:
        await follower.close(POLICY_VIOLATION, error.message[:100])
        return
    await follower.accept()
    await _Socket(follower, app, caller).run()


@router.get(
    "/stream/poll",
    response_class=Response,
    responses={
        200: {"content": {"application/json": {"schema": _FRAMES}}},
        **documented(401, 403, 404),
    },
)
async def poll(
    app: AppDep,
    caller: CallerDep,
    topic: Annotated[str, Query(max_length=200)],
    epoch: Annotated[str | None, Query(max_length=64)] = None,
    after: Annotated[int | None, Query(ge=0)] = None,
    wait: Annotated[float, Query(ge=0, le=30)] = 25,
) -> Response:
    """Wait for the next frame of one topic, for those whom no WebSocket reaches."""
    followed = Stream()
    followed.subscribe(0, await live.topic(app, caller, topic), epoch=epoch, after=after)
    try:
        frames = await followed.frames(wait)
    finally:
        followed.close()
    return Response(codec.encode({"frames": frames}), media_type="application/json")


@router.get(
    "/stream/events",
    response_class=StreamingResponse,
    responses={
        200: {"content": {"text/event-stream": {"schema": {"type": "string"}}}},
        **documented(401, 403, 404),
    },
)
async def events(
    app: AppDep,
    caller: CallerDep,
    topic: Annotated[str, Query(max_length=200)],
    last_event_id: Annotated[str, Header(max_length=100)] = "",
) -> Response:
    """Follow one topic as server-sent events: ``curl -N``. Each event's data is one frame."""
    epoch, _, number = last_event_id.partition(":")
    after = int(number) if number.isascii() and number.isdecimal() else None
    followed = Stream()
    found = await live.topic(app, caller, topic)
    followed.subscribe(0, found, epoch=epoch, after=after)
    return StreamingResponse(_lines(followed, found.epoch), media_type="text/event-stream")


async def _lines(followed: Stream, epoch: str) -> AsyncIterator[bytes]:
    try:
        while True:
            for line in event_lines(await followed.frames(PING_SECONDS), epoch):
                yield line
            await followed.pause()
    finally:
        followed.close()


class _Socket:
    """One WebSocket: a task that reads what is asked, and one that writes frames."""

    def __init__(self, socket: WebSocket, app: App, caller: Caller) -> None:
        self._socket, self._app, self._caller = socket, app, caller
        self._stream = Stream()
        self._presence = Presence(caller.email)

    async def run(self) -> None:
        """Until the follower goes, is too slow, or says something wrong."""
        tasks = [asyncio.create_task(work) for work in (self._read(), self._write())]
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        except (WebSocketDisconnect, RuntimeError):
            pass  # it has gone; RuntimeError is what is said of sending to it then
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            self._stream.close()
            self._presence.close()

    async def _read(self) -> None:
        while True:
            message = await self._socket.receive()
            if message["type"] == "websocket.disconnect":
                return
            try:
                request = parse(message.get("text"))
            except InvalidInput as error:
                await self._socket.close(POLICY_VIOLATION, error.message[:100])
                return
            await self._obey(request)

    async def _obey(self, request: FollowerRequest) -> None:
        if request.op == "sub":
            try:
                topic = await live.topic(self._app, self._caller, request.topic)
                self._stream.subscribe(request.id, topic, epoch=request.epoch, after=request.after)
                self._presence.come(request.id, topic)
            except TidegateError as error:
                code = "TOO_MANY_TOPICS" if isinstance(error, Conflict) else error.code
                await self._send(
                    {"id": request.id, "t": "err", "code": code, "message": error.message}
                )
        elif request.op == "unsub":
            self._stream.unsubscribe(request.id)
            self._presence.leave(request.id)
        elif request.op == "here":
            self._presence.move(request.id, request.node)
        elif request.op in ("hello", "hidden"):
            self._stream.is_hidden = request.hidden

    async def _write(self) -> None:
        while True:
            frames = await self._stream.frames(PING_SECONDS)
            if self._stream.is_too_slow:
                await self._socket.close(TRY_AGAIN_LATER, "too slow")
                return
            sent: Sequence[Sent] = frames or (NOTHING,)
            for frame in sent:
                try:
                    async with asyncio.timeout(STUCK_SECONDS):
                        await self._send(frame)
                except TimeoutError:
                    await self._socket.close(TRY_AGAIN_LATER, "too slow")
                    return
            await self._stream.pause()

    async def _send(self, frame: Sent) -> None:
        await self._socket.send_text(codec.encode(frame).decode())
