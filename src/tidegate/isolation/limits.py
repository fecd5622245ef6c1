"""What one piece of work in a process may use."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ProcessLimits:
    """The bounds of one run.

    Attributes:
        memory: bytes that it may allocate beyond what the fresh process holds.
        wall: seconds until the process is killed.
        cpu: seconds of CPU; None where only ``wall`` counts.
        output: bytes of the value, and again as many of all its messages' text and prints.
    """

    memory: int
    wall: float
    cpu: float | None
    output: int
