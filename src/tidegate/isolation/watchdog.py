"""Kills a process that holds too much memory, whatever way it found to get it."""

import asyncio
from typing import Final

from tidegate.isolation.child import ChildProcess
from tidegate.isolation.limits import ProcessLimits
from tidegate.isolation.measure import memory_of

INTERVAL: Final = 0.05
SLACK: Final = 32 << 20
"""Bytes above the limit that are the interpreter's own: stacks, libraries, what it shares."""


class Watchdog:
    """Looks at one process's memory twenty times a second while it runs; see ``tripped``."""

    def __init__(self, child: ChildProcess, limits: ProcessLimits) -> None:
        self._child = child
        self._bound = limits.memory + SLACK
        self._timer: asyncio.TimerHandle | None = None
        self.tripped = False
        self.peak = 0

    def start(self) -> None:
        """Begin to look."""
        self._timer = asyncio.get_running_loop().call_later(INTERVAL, self._look)

    def stop(self) -> None:
        """Look no more."""
        if self._timer is not None:
            self._timer.cancel()

    def _look(self) -> None:
        if self._child.started.done() and not self._child.started.cancelled():
            held = memory_of(self._child.started.result())
            self.peak = max(self.peak, held)
            if held > self._bound:
                self.tripped = True
                self._child.kill()
                return
        self.start()
