"""Locks a process and turns it into a worker of Monty: defence behind Monty's own walls.

Run by a script that :mod:`tidegate.isolation.monty_worker` writes; Linux only. What the system does
not have is left out: Monty itself lets no code out.
"""

import os
import sys
from contextlib import suppress
from typing import Final

from tidegate.isolation.lock import landlock, layers, seccomp

MEMORY: Final = 2 << 30
"""Bytes of data; Monty holds each session to its own limit below this."""
MAX_DESCRIPTORS: Final = 65536
LIBRARIES: Final = ("/lib", "/lib64", "/usr/lib", "/usr/lib64", "/etc/ld.so.cache")
ZONES: Final = "/usr/share/zoneinfo"


def main() -> None:
    """Lock, then become the program that the command line names; never returns."""
    program, arguments = os.path.realpath(sys.argv[1]), sys.argv[2:]
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    os.closerange(3, MAX_DESCRIPTORS)
    # Files are Landlock's to refuse; the filter of system calls only knows that some may be read.
    lock = layers.Lock(MEMORY, None, 0, threads=True, libraries=True, events=True, readable=("/",))
    allowance = lock.allowance._replace(program=True)
    for layer in (layers.resource_limits, layers.capabilities, layers.no_new_privileges):
        with suppress(OSError, ValueError):
            layer(lock)
    with suppress(OSError):
        landlock.restrict([ZONES], landlock.version(), executable=[program, *LIBRARIES])
    with suppress(OSError):
        seccomp.Filter(allowance).put_on()
    os.execve(program, [program, *arguments], {})  # noqa: S606 - no shell; the program is Monty's own
