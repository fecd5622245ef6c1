"""The filter of system calls: a process may compute, talk on descriptors it has, and end.

Everything that is not named is refused with EPERM: sockets, exec, fork, ptrace, kill, memfd,
io_uring, keyctl, userfaultfd, bpf, mounts, namespaces, and whatever a later kernel adds.
A call in another machine's convention ends the process.
"""

import ctypes
import errno
import platform
import struct
from collections.abc import Sequence
from typing import Final, NamedTuple

from tidegate.isolation.lock.libc import filter_system_calls
from tidegate.isolation.lock.numbers import AUDIT_ARCH, NUMBERS

_ALLOW: Final = 0x7FFF0000
_KILL: Final = 0x80000000
_ERRNO: Final = 0x00050000
_REFUSE: Final = _ERRNO | errno.EPERM

_LOAD: Final = 0x20
_AND: Final = 0x54
_EQUAL: Final = 0x15
_AT_LEAST: Final = 0x35
_HAS_BITS: Final = 0x45
_RETURN: Final = 0x06
_NUMBER: Final = 0
_ARCH: Final = 4
_X32: Final = 0x40000000

BASE: Final = (
    *("read", "write", "readv", "writev", "close", "lseek", "fstat"),
    *("munmap", "mremap", "brk", "madvise", "futex", "set_robust_list", "rseq"),
    *("rt_sigaction", "rt_sigprocmask", "rt_sigreturn", "sigaltstack", "restart_syscall"),
    *("sched_yield", "sched_getaffinity", "nanosleep", "clock_nanosleep", "clock_gettime"),
    *("clock_getres", "times", "getrusage", "getrandom", "uname", "sysinfo", "exit", "exit_group"),
    *("getpid", "gettid", "getppid", "getuid", "getgid", "geteuid", "getegid"),
)
READING: Final = (
    *("stat", "lstat", "newfstatat", "statx", "access", "faccessat", "faccessat2"),
    *("getdents64", "readlink", "readlinkat", "getcwd", "pread64"),
)
EVENTS: Final = (
    *(
        "epoll_create1",
        "epoll_ctl",
        "epoll_wait",
        "epoll_pwait",
        "epoll_pwait2",
        "poll",
        "ppoll",
        "select",
    ),
    *("pselect6", "eventfd2", "pipe", "pipe2", "dup", "dup2", "dup3", "recvfrom"),
)

PROGRAM: Final = ("execve", "arch_prctl", "set_tid_address")

Instruction = tuple[int, int, int, int]
"""``(code, jump if true, jump if false, k)`` of a BPF program."""

_PROT_WRITE: Final = 2
_PROT_EXEC: Final = 4
_MAP_SHARED: Final = 1
_MAP_ANONYMOUS: Final = 0x20
_NOT_READ_ONLY: Final = 0o1 | 0o2 | 0o100 | 0o1000 | 0o20000000
"""O_WRONLY, O_RDWR, O_CREAT, O_TRUNC, O_TMPFILE."""
_CLONE_THREAD: Final = 0x10000
_CLONE_OTHERS: Final = 0x7E020000 | 0x2000 | 0x4000
"""New namespaces, CLONE_PTRACE, CLONE_VFORK."""
_FCNTL: Final = (0, 1, 2, 3, 4, 1030)
"""F_DUPFD, F_GETFD, F_SETFD, F_GETFL, F_SETFL, F_DUPFD_CLOEXEC: none sends signals."""
_IOCTL: Final = (0x5401, 0x5421, 0x5450, 0x5451)
"""TCGETS, FIONBIO, FIONCLEX, FIOCLEX."""


class Allowance(NamedTuple):
    """What a process may do beyond computing; see ``entries.Profile``."""

    reading: bool = False
    events: bool = False
    threads: bool = False
    libraries: bool = False
    program: bool = False
    """Becoming another program, which Landlock says; it is filtered as well."""


def _argument(index: int, *, high: bool = False) -> Instruction:
    """Load half of an argument; both machines are little-endian."""
    return (_LOAD, 0, 0, 16 + 8 * index + (4 if high else 0))


def _answer(value: int) -> Instruction:
    return (_RETURN, 0, 0, value)


def _without_bits(index: int, bits: int) -> list[Instruction]:
    """Allow where an argument has none of the bits."""
    return [_argument(index), (_HAS_BITS, 0, 1, bits), _answer(_REFUSE), _answer(_ALLOW)]


def _one_of(index: int, values: Sequence[int]) -> list[Instruction]:
    """Allow where an argument is one of the values."""
    tests = [(_EQUAL, len(values) - at, 0, value) for at, value in enumerate(values)]
    return [_argument(index), *tests, _answer(_REFUSE), _answer(_ALLOW)]


def _is_null(index: int) -> list[Instruction]:
    """Allow where an argument is a null pointer."""
    return [
        *(_argument(index), (_EQUAL, 0, 2, 0)),
        *(_argument(index, high=True), (_EQUAL, 1, 0, 0)),
        *(_answer(_REFUSE), _answer(_ALLOW)),
    ]


def _mmap(*, libraries: bool) -> list[Instruction]:
    """Private memory that is not executable; parts of files may be, where libraries are loaded."""
    private = [_argument(3), (_HAS_BITS, 0, 1, _MAP_SHARED), _answer(_REFUSE)]
    if not libraries:
        return [*private, *_without_bits(2, _PROT_EXEC)]
    return [
        *private,
        *(_argument(2), (_HAS_BITS, 1, 0, _PROT_EXEC), _answer(_ALLOW)),
        *((_HAS_BITS, 0, 1, _PROT_WRITE), _answer(_REFUSE)),
        *_without_bits(3, _MAP_ANONYMOUS),
    ]


def _socketpair() -> list[Instruction]:
    """Unnamed pairs of UNIX streams: asyncio wakes itself with one."""
    return [
        *(_argument(0), (_EQUAL, 0, 3, 1)),
        *(_argument(1), (_AND, 0, 0, 0xF), (_EQUAL, 1, 0, 1)),
        *(_answer(_REFUSE), _answer(_ALLOW)),
    ]


def _clone() -> list[Instruction]:
    """Threads, and nothing else."""
    return [
        *(_argument(0), (_AND, 0, 0, _CLONE_THREAD | _CLONE_OTHERS)),
        *((_EQUAL, 1, 0, _CLONE_THREAD), _answer(_REFUSE), _answer(_ALLOW)),
    ]


def program(machine: str, allowance: Allowance) -> bytes:
    """The filter's instructions for a machine (``platform.machine()``).

    Raises:
        OSError: there is no table for this machine.
    """
    numbers = NUMBERS.get(machine)
    if numbers is None:
        raise OSError(errno.ENOSYS, f"no table of system calls for {machine}")
    plain = [*BASE, *(READING if allowance.reading else ())]
    plain += EVENTS if allowance.events else ()
    plain += PROGRAM if allowance.program else ()
    checked: dict[str, list[Instruction]] = {
        "mmap": _mmap(libraries=allowance.libraries),
        "mprotect": _without_bits(2, _PROT_EXEC),
        "fcntl": _one_of(1, _FCNTL),
        "ioctl": _one_of(1, _IOCTL),
        "prlimit64": _is_null(2),
        # The C library then falls back to clone, whose flags can be seen.
        "clone3": [_answer(_ERRNO | errno.ENOSYS)],
    }
    if allowance.reading:
        checked["openat"] = _without_bits(2, _NOT_READ_ONLY)
    if allowance.events:
        checked["sendto"] = _is_null(4)
        checked["socketpair"] = _socketpair()
    if allowance.threads:
        checked["clone"] = _clone()
    made: list[Instruction] = [
        *((_LOAD, 0, 0, _ARCH), (_EQUAL, 1, 0, AUDIT_ARCH[machine]), _answer(_KILL)),
        (_LOAD, 0, 0, _NUMBER),
    ]
    if machine == "x86_64":
        made += [(_AT_LEAST, 0, 1, _X32), _answer(_KILL)]
    for name in plain:
        if name in numbers:
            made += [(_EQUAL, 0, 1, numbers[name]), _answer(_ALLOW)]
    for name, block in checked.items():
        made += [(_EQUAL, 0, len(block), numbers[name]), *block]
    made.append(_answer(_REFUSE))
    return b"".join(struct.pack("=HBBI", *instruction) for instruction in made)


class _Program(ctypes.Structure):
    """``struct sock_fprog``."""

    _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.c_void_p))


class Filter:
    """A filter, made ready for this machine before processes are forked that put it on.

    Raises:
        OSError: there is no table for this machine.
    """

    def __init__(self, allowance: Allowance) -> None:
        instructions = program(platform.machine(), allowance)
        self._buffer = ctypes.create_string_buffer(instructions, len(instructions))
        wanted = _Program(len(instructions) // 8, ctypes.addressof(self._buffer))
        self._wanted = ctypes.pointer(wanted)

    def put_on(self) -> None:
        """Filter this process and its threads to come; it can't be taken off.

        Raises:
            OSError: the kernel has no seccomp filters, or refuses.
        """
        filter_system_calls(self._wanted)
