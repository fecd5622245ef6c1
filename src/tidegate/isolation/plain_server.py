"""Processes where the fork server and the lock don't exist (macOS, Windows): a program for each.

They have an empty environment and no inherited descriptors, and the pool's deadline and watchdog.
Nothing else holds them: see ``SECURITY.md``.
"""

import asyncio
import json
import os
import signal
import sys
from collections.abc import Sequence
from dataclasses import asdict
from functools import partial
from types import MappingProxyType
from typing import Final

from tidegate.isolation.child import ChildProcess, Ended
from tidegate.isolation.entries import Profile
from tidegate.isolation.limits import ProcessLimits
from tidegate.isolation.measure import usage_of
from tidegate.isolation.server import import_path

START: Final = (
    "import sys, json; given = json.loads(sys.argv[1]); sys.path[:0] = given['path']; "
    "from tidegate.isolation.plain_process import main; main(given)"
)
WHY: Final = "only on Linux"
"""Why a layer is missing."""


class PlainServer:
    """Starts a program for each process."""

    def __init__(self, profile: Profile) -> None:
        layers = ("capabilities", "no_new_privileges", "landlock", "seccomp", "cgroup")
        self.missing = MappingProxyType(dict.fromkeys(layers, WHY))
        self.lost = False
        self._profile = profile
        self._waiting: dict[asyncio.Task[None], ChildProcess] = {}

    async def spawn(self, limits: ProcessLimits, readable: Sequence[str] = ()) -> ChildProcess:
        """A new process that waits for a request; ``readable`` can't be enforced here."""
        del readable
        loop = asyncio.get_running_loop()
        given = {
            "path": import_path(),
            "cpu": limits.cpu,
            **asdict(self._profile),
        }
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-I", "-S", "-X", "utf8", "-c", START, json.dumps(given)),
            env=_environment(),
            cwd=os.sep,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            start_new_session=True,
        )
        assert process.stdin is not None
        assert process.stdout is not None
        child = ChildProcess(partial(_kill, process), loop.create_future(), loop.create_future())
        child.started.set_result(process.pid)
        child.writer, child.reader = process.stdin, process.stdout
        task = asyncio.create_task(_wait(process, child))
        self._waiting[task] = child
        task.add_done_callback(self._waiting.pop)
        return child

    async def close(self) -> None:
        """End all its processes."""
        self.lost = True
        for child in list(self._waiting.values()):
            child.kill()
        await asyncio.gather(*self._waiting)


async def _wait(process: asyncio.subprocess.Process, child: ChildProcess) -> None:
    code = await process.wait()
    used = usage_of(process.pid)
    child.ended.set_result(Ended(max(0, -code), max(0, code), used.peak_memory, used.cpu))


def _kill(process: asyncio.subprocess.Process) -> None:
    try:
        if os.name == "nt":
            process.kill()
        else:
            os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass  # it has ended


def _environment() -> dict[str, str]:
    """Nothing; Windows can't start a program without the folder of its libraries."""
    if os.name != "nt":
        return {}
    return {"SYSTEMROOT": os.path.expandvars("%SYSTEMROOT%")}
