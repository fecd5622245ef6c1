"""The parent's end of the line to a process: request out, messages answered, value back."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

from tidegate.isolation.child import ChildProcess
from tidegate.isolation.frames import (
    ANSWER,
    ERROR,
    HEADER,
    MESSAGE,
    NO_MEMORY,
    OUTPUT,
    REQUEST,
    VALUE,
    frame,
)
from tidegate.isolation.limits import ProcessLimits

MAX_ERROR: Final = 64 * 1024
MAX_UNDER_WAY: Final = 32
"""Messages that one process may have unanswered."""

OnMessage = Callable[[bytes], Awaitable[bytes]]
OnOutput = Callable[[str], None]


class OutputTooMuch(Exception):
    """The process said more than it may."""


class Conversation:
    """One run's exchange with a process. Everything that comes from it may be hostile."""

    def __init__(
        self,
        child: ChildProcess,
        limits: ProcessLimits,
        on_message: OnMessage | None,
        on_output: OnOutput | None,
    ) -> None:
        self.child = child
        self._limits = limits
        self._on_message, self._on_output = on_message, on_output
        self._said = 0
        self._room = asyncio.Semaphore(MAX_UNDER_WAY)
        self._answering: set[asyncio.Task[None]] = set()
        self._failure: Exception | None = None

    async def run(self, entry: str, request: bytes) -> tuple[bytes, bytes]:
        """Send the request; the kind and data of the frame that ends it.

        Raises:
            OutputTooMuch: the process said more than its limits allow, or spoke wrongly.
            EOFError, ConnectionError: it ended without a value.
            Exception: what ``on_message`` raised.
        """
        try:
            return await self._talk(entry, request)
        except (EOFError, ConnectionError):
            if self._failure is not None:
                raise self._failure from None
            raise
        finally:
            for task in self._answering:
                task.cancel()
            await asyncio.gather(*self._answering, return_exceptions=True)

    async def _talk(self, entry: str, request: bytes) -> tuple[bytes, bytes]:
        self._send(REQUEST, 0, entry.encode() + b"\n" + request)
        while True:
            kind, number, data = await self._receive()
            if kind in (VALUE, ERROR, NO_MEMORY):
                await asyncio.sleep(0)  # what was told just before is taken: a line of the log
                return kind, data
            self._said += len(data)
            if self._said > self._limits.output:
                raise OutputTooMuch(too_much(self._limits))
            if kind == OUTPUT and self._on_output is not None:
                self._on_output(data.decode("utf-8", "replace"))
            elif kind == MESSAGE and self._on_message is not None:
                await self._room.acquire()
                task = asyncio.create_task(self._answer(self._on_message, number, data))
                self._answering.add(task)

    async def _receive(self) -> tuple[bytes, int, bytes]:
        header = await self.child.reader.readexactly(HEADER.size)
        size, kind, number = HEADER.unpack(header)
        if size > (MAX_ERROR if kind == ERROR else self._limits.output):
            raise OutputTooMuch(too_much(self._limits))
        return kind, number, await self.child.reader.readexactly(size)

    async def _answer(self, on_message: OnMessage, number: int, data: bytes) -> None:
        try:
            answer = await on_message(data)
            self._send(ANSWER, number, answer)
            await self.child.writer.drain()
        except ConnectionError:
            pass  # the process died; the conversation notices
        except Exception as error:  # noqa: BLE001 - raised again by run()
            self._failure = error
            self.child.writer.transport.abort()
        finally:
            self._room.release()
            task = asyncio.current_task()
            assert task is not None
            self._answering.discard(task)

    def _send(self, kind: bytes, number: int, data: bytes) -> None:
        self.child.writer.write(frame(kind, number, data))


def too_much(limits: ProcessLimits) -> str:
    """What people read when a process said too much."""
    return f"this puts out more than {limits.output / (1 << 20):g} MB"
