"""The budget of one node execution: what it may still compute, hold, and put out.

Everything that can grow is charged here *before* it grows, by expressions, the gate, parsers and
nodes alike. The founding design's defaults: 128 MB and 30 s.
"""

import time
from typing import Final

from tidegate.errors import ExpressionLimit, SecurityError, SecurityErrorType

MEGABYTE: Final = 1 << 20


class Budget:
    """Counts down steps and bytes; ``deadline`` is a :func:`time.monotonic` value.

    Plain attributes, because expressions decrement them millions of times a second.
    ``alloc`` is what may still be allocated at once, ``high_water`` the most that was in use.
    """

    __slots__ = (
        "alloc",
        "deadline",
        "low_water",
        "memory_limit",
        "process_cpu",
        "process_memory",
        "steps",
    )

    def __init__(
        self,
        *,
        memory: int = 128 * MEGABYTE,
        steps: int = 50_000_000,
        seconds: float = 30.0,
    ) -> None:
        self.memory_limit = memory
        self.alloc = memory
        self.low_water = memory
        self.steps = steps
        self.deadline = time.monotonic() + seconds
        self.process_cpu = 0.0
        self.process_memory = 0

    def charge(self, size: int, what: str = "data") -> None:
        """Take ``size`` bytes of memory.

        Raises:
            SecurityError: RESOURCE_LIMIT_EXCEEDED, when they are not there.
        """
        left = self.alloc - size
        if left < 0:
            raise SecurityError(
                f"this node would need more than its {self.memory_limit >> 20} MB of memory for "
                f"{what}; work in smaller batches (a loop), stream to a file, or raise the node's "
                "memory limit",
                SecurityErrorType.RESOURCE_LIMIT_EXCEEDED,
                rule="limits.memory",
                blocked=what,
            )
        self.alloc = left
        self.low_water = min(self.low_water, left)

    def release(self, size: int) -> None:
        """Give ``size`` bytes back that were charged and are no longer held."""
        self.alloc = min(self.alloc + size, self.memory_limit)

    def used_process(self, *, peak_memory: int, cpu: float) -> None:
        """Count what a process used that worked for the node: bytes at most, seconds of CPU."""
        self.process_memory = max(self.process_memory, peak_memory)
        self.process_cpu += cpu

    @property
    def high_water(self) -> int:
        """The most bytes that were charged at one time, or that a process of the node held."""
        return max(self.memory_limit - min(self.low_water, self.alloc), self.process_memory)

    def step(self, count: int = 1) -> None:
        """Take ``count`` steps of computation.

        Raises:
            ExpressionLimit: no steps are left, or the deadline passed.
        """
        self.steps -= count
        if self.steps < 0:
            raise ExpressionLimit("this took too many steps of computation")
        if (count > 64 or not self.steps & 0xFF) and time.monotonic() > self.deadline:
            raise ExpressionLimit("this took too long to compute")
