"""The C library, opened once: a forked process then finds it made."""

import ctypes
import os
from typing import Final

LIBC: Final = ctypes.CDLL(None, use_errno=True)

_PDEATHSIG: Final = 1
_SECCOMP: Final = 22
_SECCOMP_FILTER: Final = 2
_NO_NEW_PRIVS: Final = 38


def system_call(number: int, *arguments: object) -> int:
    """A system call that the standard library does not have.

    Raises:
        OSError: it failed.
    """
    return checked(LIBC.syscall(number, *arguments), "system call")


def die_with_parent(signal: int) -> None:
    """Get a signal when the parent ends."""
    checked(LIBC.prctl(_PDEATHSIG, signal, 0, 0, 0), "PR_SET_PDEATHSIG")


def give_up_new_privileges() -> None:
    """No program that is started can have more rights."""
    checked(LIBC.prctl(_NO_NEW_PRIVS, 1, 0, 0, 0), "PR_SET_NO_NEW_PRIVS")


def filter_system_calls(program: object) -> None:
    """Install a ``struct sock_fprog``."""
    checked(LIBC.prctl(_SECCOMP, _SECCOMP_FILTER, program, 0, 0), "PR_SET_SECCOMP")


def set_capabilities(header: bytes, sets: bytes) -> None:
    """``capset(2)`` on this process."""
    checked(LIBC.capset(header, sets), "capset")


def checked(result: int, what: str) -> int:
    """The result of a C function.

    Raises:
        OSError: it is negative.
    """
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")
    return result
