"""One process as its parent sees it."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Ended:
    """How a process ended: by which signal (0: none) or exit code, and what it used in all."""

    signal: int = 0
    code: int = 0
    peak_memory: int = 0
    cpu: float = 0.0


@dataclass(slots=True, eq=False)
class ChildProcess:
    """The line to a process, and futures for its number and its end.

    Attributes:
        kill: sends SIGKILL to the process and all that it started; works at any time.
        started: the process's number.
        ended: set once it is gone for good.
        uses: runs that it has served.
    """

    kill: Callable[[], None]
    started: "asyncio.Future[int]"
    ended: "asyncio.Future[Ended]"
    reader: asyncio.StreamReader = field(init=False)
    writer: asyncio.StreamWriter = field(init=False)
    uses: int = 0
