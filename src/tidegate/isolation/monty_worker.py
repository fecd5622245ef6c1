"""Monty's worker processes, seen from outside: how they are started, what they use, their end."""

import contextlib
import os
import signal
import sys
from pathlib import Path
from typing import Final

from pydantic_monty._binary import find_monty_binary

MAX_SHEBANG: Final = 100
"""Bytes of the interpreter's path that the first line of a script surely may have."""

RESET_BYTES: Final = 64 << 20
"""A worker whose high-water mark is above this gets a new mark for its next session."""
SHORT_SECONDS: Final = 0.002
"""In less than this a session holds little more than the worker did before: no look at it."""


def write_launcher(folder: Path) -> Path | None:
    """A script in ``folder`` that starts a worker, locked as far as the system can.

    None where there is nothing to lock with: workers are then started by the library itself.
    """
    python = sys.executable
    if sys.platform != "linux" or not python or " " in python or len(python) > MAX_SHEBANG:
        return None
    source = Path(__file__).parents[2]
    script = folder / "monty-worker"
    script.write_text(
        f"#!{python} -IS\n"
        "import sys\n"
        f"sys.path.insert(0, {str(source)!r})\n"
        f"sys.argv.insert(1, {str(find_monty_binary())!r})\n"
        "from tidegate.isolation.monty_launch import main\n"
        "main()\n"
    )
    script.chmod(0o700)
    return script


class WorkerProcess:
    """One worker while it serves one session. What it uses is known on Linux only."""

    def __init__(self, pid: int | None) -> None:
        self._pid = pid

    def kill(self) -> None:
        """End it at once."""
        if self._pid is not None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self._pid, getattr(signal, "SIGKILL", signal.SIGTERM))

    def peak_memory(self) -> int:
        """The most bytes that it held; zero where that is not known."""
        folder = Path(f"/proc/{self._pid}")
        with contextlib.suppress(OSError, IndexError):
            mark = (folder / "status").read_text().partition("VmHWM:")[2]
            peak = int(mark.split(maxsplit=1)[0]) << 10
            if peak > RESET_BYTES:
                (folder / "clear_refs").write_text("5")
            return peak
        return 0
