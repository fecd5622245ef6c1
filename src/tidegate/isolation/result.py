"""What came of one run in a process."""

from dataclasses import dataclass
from typing import Literal

Outcome = Literal["ok", "error", "memory", "timeout", "limit", "killed", "rejected"]
"""``error``: the work raised; ``limit``: too much output; ``killed``: the process died.

``rejected`` is never the pool's: a code engine says so of code that it does not run.
"""


@dataclass(slots=True)
class ProcessResult:
    """The end of one run.

    Attributes:
        outcome: how it ended; only ``ok`` has a value.
        value: the bytes that the entry returned. Untrusted: parse them as hostile input.
        message: why it did not end well, for people; ``error`` begins with the exception's name.
        peak_memory: the most bytes that the process held, what it shares with others included.
        cpu: seconds of CPU.
        wall: seconds from the request to the answer.
    """

    outcome: Outcome
    value: bytes = b""
    message: str = ""
    peak_memory: int = 0
    cpu: float = 0.0
    wall: float = 0.0
