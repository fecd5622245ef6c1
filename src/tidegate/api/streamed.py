"""Answers that go on while something happens: server-sent events."""

from collections.abc import AsyncIterator, Iterable, Iterator, Mapping
from typing import Final

from fastapi.responses import StreamingResponse

from tidegate import codec
from tidegate.events.shapes import Frame

PING_SECONDS: Final = 15.0


class StreamedAnswer(StreamingResponse):
    """An event stream; who repeats the request with its Idempotency-Key gets ``again`` instead."""

    def __init__(
        self, lines: AsyncIterator[bytes], again: bytes, headers: Mapping[str, str]
    ) -> None:
        super().__init__(lines, 200, headers, "text/event-stream")
        self.again = again


def event_lines(frames: Iterable[Frame], epoch: str) -> Iterator[bytes]:
    """Frames as events with the place at which a follower can go on; or a sign of life."""
    found = list(frames)
    if not found:
        yield b": still here\n\n"
    for frame in found:
        number = f"id: {epoch}:{frame['seq']}\n".encode()
        yield number + b"data: " + codec.encode(frame) + b"\n\n"
