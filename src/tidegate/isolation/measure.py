"""How much memory and CPU another process uses."""

import os
import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

LINUX: Final = sys.platform == "linux"
_PAGE: Final = os.sysconf("SC_PAGESIZE") if LINUX else 4096
_RESET_PEAK: Final = "5"
"""What ``/proc/*/clear_refs`` takes for "begin the peak anew"; see ``proc(5)``."""


@dataclass(frozen=True, slots=True)
class Usage:
    """Bytes at most, and seconds of CPU so far."""

    peak_memory: int = 0
    cpu: float = 0.0


def memory_of(pid: int) -> int:
    """Bytes of memory that a process holds now; 0 once it is gone."""
    try:
        if LINUX:
            return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * _PAGE
        return _psutil_memory(pid)
    except (OSError, ValueError, IndexError):
        return 0


def begin(pid: int) -> Usage:
    """What a process has used before a run; its peak begins anew where the system can do that."""
    if LINUX:
        with suppress(OSError):
            Path(f"/proc/{pid}/clear_refs").write_text(_RESET_PEAK)
    return usage_of(pid)


def usage_of(pid: int) -> Usage:
    """What a process has used so far; nothing once it is gone."""
    if not LINUX:
        return Usage(memory_of(pid))
    try:
        status = Path(f"/proc/{pid}/status").read_text()
        peak = next(line for line in status.splitlines() if line.startswith("VmHWM:"))
        tasks = Path(f"/proc/{pid}/task").glob("*/schedstat")
        cpu = sum(int(task.read_text().split()[0]) for task in tasks)
        return Usage(int(peak.split()[1]) * 1024, cpu / 1e9)
    except (OSError, ValueError, IndexError, StopIteration):
        return Usage()


def _psutil_memory(pid: int) -> int:
    import psutil  # noqa: PLC0415 - only where the system has no /proc

    try:
        return int(psutil.Process(pid).memory_info().rss)
    except psutil.Error:
        return 0
