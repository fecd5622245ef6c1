"""One run: the conversation under its deadline and watchdog, and what came of it."""

import asyncio
import time
from typing import Final

from tidegate.isolation import measure
from tidegate.isolation.child import ChildProcess, Ended
from tidegate.isolation.conversation import Conversation, OutputTooMuch
from tidegate.isolation.frames import (
    FORK_FAILED,
    LOCK_FAILED,
    NO_MEMORY,
    NO_MEMORY_LEFT,
    VALUE,
)
from tidegate.isolation.limits import ProcessLimits
from tidegate.isolation.result import Outcome, ProcessResult
from tidegate.isolation.server import Server
from tidegate.isolation.watchdog import Watchdog

KILL_SECONDS: Final = 2.0
"""So long a killed process may take to be gone; then its server is taken for broken."""
_CPU_SIGNAL: Final = 24

_DEATHS: Final = {
    LOCK_FAILED: "the process could not be locked, and ran nothing",
    FORK_FAILED: "the system has no room for another process",
}


async def converse(
    child: ChildProcess, talk: Conversation, entry: str, request: bytes, limits: ProcessLimits
) -> ProcessResult:
    """Run an entry in a process; how it ended, without what it used."""
    watchdog = Watchdog(child, limits)
    watchdog.start()
    began = time.perf_counter()
    try:
        outcome, value, message = await _outcome(child, talk, entry, request, limits)
    finally:
        watchdog.stop()
    if watchdog.tripped:
        outcome, value, message = "memory", b"", _no_memory(limits)
    return ProcessResult(outcome, value, message, watchdog.peak, wall=time.perf_counter() - began)


async def _outcome(
    child: ChildProcess, talk: Conversation, entry: str, request: bytes, limits: ProcessLimits
) -> tuple[Outcome, bytes, str]:
    try:
        async with asyncio.timeout(limits.wall) as clock:
            kind, data = await talk.run(entry, request)
    except TimeoutError:
        if not clock.expired():
            raise
        return "timeout", b"", f"this took longer than {limits.wall:g} s"
    except OutputTooMuch as error:
        return "limit", b"", str(error)
    except (EOFError, ConnectionError):
        return _death(await asyncio.shield(child.ended), limits)
    if kind == VALUE:
        return "ok", data, ""
    if kind == NO_MEMORY:
        return "memory", b"", _no_memory(limits)
    return "error", b"", data.decode("utf-8", "replace")


def _death(ended: Ended, limits: ProcessLimits) -> tuple[Outcome, bytes, str]:
    if ended.code == NO_MEMORY_LEFT:
        return "memory", b"", _no_memory(limits)
    if ended.signal == _CPU_SIGNAL and limits.cpu is not None:
        return "timeout", b"", f"this took more than {limits.cpu:g} s of CPU"
    if ended.signal:
        return "killed", b"", f"the process was ended by signal {ended.signal}"
    return "killed", b"", _DEATHS.get(ended.code, "the process ended by itself")


def _no_memory(limits: ProcessLimits) -> str:
    return f"this needs more than {limits.memory >> 20} MB of memory"


async def used_so_far(child: ChildProcess) -> measure.Usage:
    """What a process has used, before a further run."""
    return measure.begin(await asyncio.shield(child.started))


async def used_since(child: ChildProcess, before: measure.Usage) -> measure.Usage:
    """What a process has used since then, or in all if it has ended."""
    if child.ended.done():
        ended = child.ended.result()
        return measure.Usage(ended.peak_memory, ended.cpu)
    now = measure.usage_of(await asyncio.shield(child.started))
    return measure.Usage(now.peak_memory, max(0.0, now.cpu - before.cpu))


def retire(child: ChildProcess, server: Server, slots: asyncio.Semaphore) -> None:
    """Kill a process; its slot is free when it is gone."""
    child.kill()
    child.writer.close()
    late = asyncio.get_running_loop().call_later(KILL_SECONDS, _give_up, server)

    def gone(_: object) -> None:
        late.cancel()
        slots.release()

    child.ended.add_done_callback(gone)


def _give_up(server: Server) -> None:
    """A server whose killed process does not go is broken: end it, with all its processes."""
    task = asyncio.ensure_future(server.close())
    _ending.add(task)
    task.add_done_callback(_ending.discard)


_ending: Final[set["asyncio.Future[None]"]] = set()
"""Servers that are being ended; the event loop itself would forget them."""
