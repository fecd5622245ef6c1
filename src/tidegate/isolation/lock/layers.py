"""The layers of the lock, put on in this order. What one does not stop, another does."""

import os
import resource
import signal
import struct
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cache, partial
from typing import Final

from tidegate.isolation.lock import landlock, libc, seccomp

_NO_CAPABILITIES: Final = struct.pack("=Ii", 0x20080522, 0)
"""The header of ``capset``: version 3, this process."""
_STACK: Final = 8 << 20


@dataclass(frozen=True, slots=True)
class Lock:
    """What a process may still do once it is locked.

    Attributes:
        memory: bytes of data beyond those that it has when it is locked.
        cpu: seconds of CPU, or None.
        base: bytes of data that it has before.
        readable: files and folders that it may read.
        threads, libraries, events: see ``entries.Profile``.
        descriptors: how many it may have open.
    """

    memory: int
    cpu: float | None
    base: int
    readable: tuple[str, ...] = ()
    threads: bool = False
    libraries: bool = False
    events: bool = False
    descriptors: int = 64

    @property
    def allowance(self) -> seccomp.Allowance:
        """What the filter of system calls lets through."""
        return seccomp.Allowance(
            reading=bool(self.readable),
            events=self.events,
            threads=self.threads,
            libraries=self.libraries,
        )


def process_group(_: Lock) -> None:
    """A group of its own, and the first to go when the system has no memory left."""
    os.setpgid(0, 0)
    score = os.open("/proc/self/oom_score_adj", os.O_WRONLY)
    try:
        os.write(score, b"1000")
    finally:
        os.close(score)


def resource_limits(lock: Lock) -> None:
    """Limits of data, descriptors, files, processes, stack and CPU. No core dumps."""
    data = lock.base + lock.memory
    wanted = [
        (resource.RLIMIT_DATA, data),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_MEMLOCK, 0),
        (resource.RLIMIT_MSGQUEUE, 0),
        (resource.RLIMIT_NOFILE, lock.descriptors),
        (resource.RLIMIT_STACK, _STACK),
    ]
    if not lock.threads:
        # The limit counts all threads of the user, so only "none" is a number that fits.
        wanted.append((resource.RLIMIT_NPROC, 0))
    for kind, value in wanted:
        hard = resource.getrlimit(kind)[1]
        bound = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(kind, (bound, bound))
    if lock.cpu is not None:
        seconds = max(1, -int(-lock.cpu // 1))
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))


def capabilities(_: Lock) -> None:
    """No capability, even if the parent is root."""
    libc.set_capabilities(_NO_CAPABILITIES, bytes(24))


def no_new_privileges(_: Lock) -> None:
    """No program can give it more rights; the next two layers need this."""
    libc.give_up_new_privileges()


@cache
def _landlock_version() -> int:
    return landlock.version()


def files_and_network(lock: Lock) -> None:
    """Landlock: no file but those it may read, no TCP, no signals to others."""
    landlock.restrict(lock.readable, _landlock_version())


@cache
def _filter(allowance: seccomp.Allowance) -> seccomp.Filter:
    return seccomp.Filter(allowance)


def system_calls(lock: Lock) -> None:
    """Seccomp: only calls that compute, or use what it has."""
    _filter(lock.allowance).put_on()


def prepare(lock: Lock) -> None:
    """Do before a fork what need not be done after it. What is missing shows in :func:`try_out`."""
    for make in (partial(_filter, lock.allowance), _landlock_version):
        with suppress(OSError):
            make()


LAYERS: Final[Mapping[str, Callable[[Lock], None]]] = {
    "process_group": process_group,
    "resource_limits": resource_limits,
    "capabilities": capabilities,
    "no_new_privileges": no_new_privileges,
    "landlock": files_and_network,
    "seccomp": system_calls,
}


def put_on(lock: Lock, without: frozenset[str] = frozenset()) -> None:
    """Lock this process.

    Args:
        lock: what it may still do.
        without: layers that this system does not have, as :func:`try_out` found.

    Raises:
        OSError: a layer can't be put on.
    """
    for name, layer in LAYERS.items():
        if name not in without:
            layer(lock)


def try_out(lock: Lock) -> dict[str, str]:
    """Lock this process as far as this system can; why each missing layer is missing."""
    missing: dict[str, str] = {}
    for name, layer in LAYERS.items():
        try:
            layer(lock)
        except (OSError, AttributeError, ValueError) as error:
            missing[name] = str(error)
    return missing


def die_with(parent: int) -> None:
    """Get SIGKILL when the parent ends; end now if it already has."""
    libc.die_with_parent(signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)
