"""Run a command with what Docker leaves a container: no capabilities, and its default filter.

The filter has the effect of Docker's default seccomp profile (moby, ``profiles/seccomp``) for a
container without capabilities on x86-64: what the profile does not name is refused with EPERM,
``clone3`` is unknown, ``clone`` makes no namespaces, and there are no virtual-machine sockets. Here
the refused calls are the ones that are listed, since all others are allowed without a condition.
"""

import ctypes
import errno
import os
import struct
import sys
from typing import Final

REFUSED: Final = (
    *(103, 134, 136, 139, 153, 155, 156, 161, 163, 164),  # syslog uselib ... chroot settimeofday
    *range(165, 186),  # mount swapon reboot sethostname iopl modules quotactl, and unused ones
    *(212, 227, 236, 237, 238, 239, 246, 248, 249, 250, 256),  # clock_settime ... keyctl
    *(272, 279, 298, 300, 304, 308, 312, 313, 320, 321, 323),  # unshare setns bpf userfaultfd ...
    *(425, 426, 427),  # io_uring, which newer profiles refuse
    *range(428, 434),  # open_tree ... fspick
    *(438, 440, 442, 443, 450),  # pidfd_getfd process_madvise mount_setattr ...
)
_SOCKET, _CLONE, _PERSONALITY, _CLONE3, _FIRST_UNKNOWN = 41, 56, 135, 435, 451
_NAMESPACES: Final = 0x7E020000
_VSOCK: Final = 40
_ALLOW, _EPERM, _ENOSYS = 0x7FFF0000, 0x50000 | errno.EPERM, 0x50000 | errno.ENOSYS
_LOAD, _EQUAL, _AT_LEAST, _HAS_BITS, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_NUMBER, _ARGUMENT = 0, 16
_DROP_BOUNDING, _NO_NEW_PRIVS, _SECCOMP, _FILTER = 24, 38, 22, 2
_LAST_CAPABILITY: Final = 40


def program() -> bytes:
    """The filter for x86-64."""
    made = [(_LOAD, 0, 0, _NUMBER)]
    for number in REFUSED:
        made += [(_EQUAL, 0, 1, number), (_RETURN, 0, 0, _EPERM)]
    made += [(_EQUAL, 0, 1, _CLONE3), (_RETURN, 0, 0, _ENOSYS)]
    made += [(_AT_LEAST, 0, 1, _FIRST_UNKNOWN), (_RETURN, 0, 0, _EPERM)]
    first = (_LOAD, 0, 0, _ARGUMENT)
    made += [(_EQUAL, 0, 3, _CLONE), first, (_HAS_BITS, 0, 1, _NAMESPACES)]
    made += [(_RETURN, 0, 0, _EPERM), (_LOAD, 0, 0, _NUMBER)]
    made += [(_EQUAL, 0, 3, _SOCKET), first, (_EQUAL, 0, 1, _VSOCK)]
    made += [(_RETURN, 0, 0, _EPERM), (_LOAD, 0, 0, _NUMBER)]
    made += [(_EQUAL, 0, 3, _PERSONALITY), first, (_EQUAL, 1, 0, 0)]
    made += [(_RETURN, 0, 0, _EPERM), (_RETURN, 0, 0, _ALLOW)]
    return b"".join(struct.pack("=HBBI", *one) for one in made)


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.c_void_p))


def put_on() -> None:
    """Give up what a container does not have, for good."""
    libc = ctypes.CDLL(None, use_errno=True)
    if os.geteuid() == 0:
        for capability in range(_LAST_CAPABILITY + 1):
            libc.prctl(_DROP_BOUNDING, capability, 0, 0, 0)
    instructions = program()
    buffer = ctypes.create_string_buffer(instructions, len(instructions))
    wanted = _Program(len(instructions) // 8, ctypes.addressof(buffer))
    for step in ((_NO_NEW_PRIVS, 1, 0, 0, 0), (_SECCOMP, _FILTER, ctypes.byref(wanted), 0, 0)):
        if libc.prctl(*step) < 0:
            raise OSError(ctypes.get_errno(), "prctl")


if __name__ == "__main__":
    put_on()
    os.execv(sys.argv[1], sys.argv[1:])
