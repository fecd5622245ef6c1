"""Runs a workflow twice in this process, first small and then big, and says how memory grew."""

import json
import os
import sys
from pathlib import Path


def resident(field: str) -> int:
    """Bytes of ``VmRSS`` (now) or ``VmHWM`` (the most so far) of this process."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(field + ":"):
            return int(line.split()[1]) << 10
    raise AssertionError(field)


def run_twice(folder: str, settings: dict[str, str]) -> None:
    """``small`` and ``big`` in ``folder`` are the arguments of two commands."""
    from tidegate.cli.main import run

    os.chdir(folder)
    os.environ.update(settings)
    output = os.open("output.txt", os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.dup2(output, 1)
    os.dup2(output, 2)
    sys.stdout = os.fdopen(1, "w", errors="backslashreplace")
    sys.stderr = os.fdopen(2, "w", errors="backslashreplace", buffering=1)
    found = {}
    for name in ("small", "big"):
        # The most so far begins anew (Linux: proc_pid_clear_refs).
        Path("/proc/self/clear_refs").write_text("5")
        before = resident("VmRSS")
        found[name] = {"code": run(json.loads(Path(f"{name}.json").read_text()))}
        found[name]["growth"] = resident("VmHWM") - before
    sys.stdout.flush()
    Path("found.json").write_text(json.dumps(found))
    os._exit(0)
