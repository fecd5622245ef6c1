"""The fork server: loads once what processes need, then forks a locked process for each request.

Started by ``isolation/fork_server.py`` with an empty environment. It listens on one socket to its
parent, runs no user's code, and ends when the parent does; its processes end with it.
"""

import contextlib
import gc
import importlib
import json
import os
import resource
import select
import signal
import socket
from collections.abc import Mapping
from dataclasses import replace
from os import environ
from pathlib import Path
from typing import Any, NoReturn

from tidegate.isolation.channel import Channel
from tidegate.isolation.frames import (
    DIED,
    FORK_FAILED,
    LOCK_FAILED,
    NO_MEMORY_LEFT,
    PACKET,
)
from tidegate.isolation.lock import cgroups, layers
from tidegate.isolation.lock.cgroups import Cgroups
from tidegate.isolation.lock.layers import Lock
from tidegate.isolation.serving import serve


def main(given: Mapping[str, Any]) -> None:
    """Serve until the parent goes.

    Args:
        given: ``socket``, the number of its descriptor, and the fields of the ``Profile``.
    """
    environ.clear()  # it was started without any, but Python itself sets LC_CTYPE
    control = socket.socket(fileno=given["socket"])
    for name in given["preload"]:
        importlib.import_module(name)
    gc.collect()
    gc.freeze()
    gc.disable()
    ForkServer(control, given).run()


class ForkServer:
    """Forks on request, kills on request, and reports how processes ended."""

    def __init__(self, control: socket.socket, profile: Mapping[str, Any]) -> None:
        self._control = control
        self._once = profile["uses"] == 1
        self._base = Lock(
            memory=0,
            cpu=None,
            base=_data_size(),
            threads=profile["threads"],
            libraries=profile["libraries"],
            events=profile["event_loop"],
        )
        self._numbers: dict[int, int] = {}
        self._wake, write = os.pipe()
        for end in (self._wake, write):
            os.set_blocking(end, False)
        signal.set_wakeup_fd(write, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        for readable in ((), ("/",)):
            layers.prepare(replace(self._base, readable=readable))
        missing = _missing_layers(self._base)
        self._without = frozenset(missing)
        self._cgroups: Cgroups | None = None
        self._groups: dict[int, Path] = {}
        try:
            self._cgroups = Cgroups(cgroups.delegated())
        except OSError as error:
            missing["cgroup"] = str(error)
        self._tell({"ready": os.getpid(), "missing": missing})

    def run(self) -> None:
        """Work until the parent closes the socket."""
        poll = select.poll()
        poll.register(self._control, select.POLLIN)
        poll.register(self._wake, select.POLLIN)
        while True:
            ready = {fd for fd, _ in poll.poll()}
            if self._wake in ready:
                with contextlib.suppress(BlockingIOError):
                    os.read(self._wake, 4096)
                self._reap()
            if self._control.fileno() in ready and not self._obey():
                break
        if self._cgroups is not None:
            self._cgroups.close()

    def _obey(self) -> bool:
        packet, descriptors, _, _ = socket.recv_fds(self._control, PACKET, 1)
        if not packet:
            return False
        asked = json.loads(packet)
        if "kill" in asked:
            self._kill(asked["kill"])
        else:
            self._spawn(asked, descriptors[0])
        return True

    def _spawn(self, asked: Mapping[str, Any], line: int) -> None:
        parent = os.getpid()
        group: Path | None = None
        try:
            if self._cgroups is not None:
                group = self._cgroups.take(asked["memory"], threads=self._base.threads)
            pid = os.fork()
        except OSError:
            if self._cgroups is not None and group is not None:
                self._cgroups.give(group)
            os.close(line)
            self._tell({"started": asked["spawn"], "pid": 0})
            self._tell({"ended": asked["spawn"], "code": FORK_FAILED})
            return
        if pid == 0:
            self._become_process(asked, line, parent, group)
        os.close(line)
        if group is not None:
            self._groups[pid] = group
        self._numbers[pid] = asked["spawn"]
        self._tell({"started": asked["spawn"], "pid": pid})

    def _become_process(
        self, asked: Mapping[str, Any], line: int, parent: int, group: Path | None
    ) -> NoReturn:
        code = LOCK_FAILED
        try:
            layers.die_with(parent)
            if group is not None:
                cgroups.enter(group)
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            gc.enable()
            _keep_only(line)
            lock = replace(
                self._base,
                memory=asked["memory"],
                cpu=asked["cpu"],
                readable=tuple(asked["readable"]),
            )
            layers.put_on(lock, self._without)
            code = DIED
            serve(Channel(line, line), once=self._once)
            code = 0
        except MemoryError:
            code = NO_MEMORY_LEFT if code == DIED else code
        finally:
            os._exit(code)

    def _kill(self, number: int) -> None:
        """SIGKILL to a process and all that it started; it is not reaped, so the number holds."""
        for pid, known in self._numbers.items():
            if known == number:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(pid, signal.SIGKILL)
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)

    def _reap(self) -> None:
        while self._numbers:
            pid, status, usage = os.wait4(-1, os.WNOHANG)
            if pid == 0:
                return
            number = self._numbers.pop(pid, None)
            if number is None:
                continue
            ended = os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0
            code = os.WEXITSTATUS(status) if os.WIFEXITED(status) else 0
            if self._leave_group(pid) and ended == signal.SIGKILL:
                ended, code = 0, NO_MEMORY_LEFT
            self._tell(
                {
                    "ended": number,
                    "signal": ended,
                    "code": code,
                    "peak_memory": usage.ru_maxrss * 1024,
                    "cpu": usage.ru_utime + usage.ru_stime,
                }
            )

    def _leave_group(self, pid: int) -> bool:
        """Free the group of a process that is gone; whether the kernel ended it for its memory."""
        group = self._groups.pop(pid, None)
        if self._cgroups is None or group is None:
            return False
        return self._cgroups.give(group)

    def _tell(self, message: Mapping[str, Any]) -> None:
        self._control.send(json.dumps(message).encode())


def _keep_only(line: int) -> None:
    """Close every other descriptor; the standard ones lead nowhere."""
    null = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(null, standard)
    os.closerange(3, line)
    os.closerange(line + 1, resource.getrlimit(resource.RLIMIT_NOFILE)[0])


def _missing_layers(lock: Lock) -> dict[str, str]:
    """Which layers this system does not have, and why: a process tries them."""
    read, write = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            os.write(write, json.dumps(layers.try_out(lock)).encode())
        finally:
            os._exit(0)
    os.close(write)
    missing: dict[str, str] = json.loads(os.read(read, PACKET))
    os.close(read)
    os.waitpid(pid, 0)
    return missing


def _data_size() -> int:
    """Bytes of data segments of this process, which its children begin with."""
    return int(Path("/proc/self/statm").read_text().split()[5]) * resource.getpagesize()
