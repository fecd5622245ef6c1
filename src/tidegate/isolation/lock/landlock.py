"""Landlock: a process gives up files, TCP, and signals to others. Source: ``landlock(7)``."""

import ctypes
import os
import stat
import struct
from collections.abc import Iterable
from typing import Final

from tidegate.isolation.lock.libc import system_call
from tidegate.isolation.lock.numbers import (
    LANDLOCK_ADD_RULE,
    LANDLOCK_CREATE_RULESET,
    LANDLOCK_RESTRICT_SELF,
)

_VERSION: Final = 1
_PATH_BENEATH: Final = 1
_EXECUTE: Final = 1 << 0
_READ_FILE: Final = 1 << 2
_READ_DIR: Final = 1 << 3
_FIRST_RIGHTS: Final = (1 << 13) - 1
_LATER_RIGHTS: Final = {2: 1 << 13, 3: 1 << 14, 5: 1 << 15}
"""REFER, TRUNCATE and IOCTL_DEV, by the version that brought them."""
_NETWORK: Final = 0b11
"""Bind and connect TCP, from version 4 on."""
_SCOPES: Final = 0b11
"""Abstract UNIX sockets and signals, from version 6 on."""


def version() -> int:
    """The kernel's version of Landlock.

    Raises:
        OSError: it has none, or it is switched off.
    """
    return system_call(LANDLOCK_CREATE_RULESET, None, ctypes.c_size_t(0), _VERSION)


def restrict(readable: Iterable[str], known: int, executable: Iterable[str] = ()) -> None:
    """Give up everything that Landlock knows but reading these files and folders.

    Args:
        readable: paths; one that does not exist is left out.
        known: the kernel's version of Landlock.
        executable: paths of programs and libraries that may be read and executed.

    Raises:
        OSError: it refuses; ``no_new_privs`` must be set.
    """
    rights = _FIRST_RIGHTS | sum(bit for since, bit in _LATER_RIGHTS.items() if known >= since)
    attributes = struct.pack(
        "=QQQ", rights, _NETWORK if known >= 4 else 0, _SCOPES if known >= 6 else 0
    )
    size = 24 if known >= 6 else 16 if known >= 4 else 8
    ruleset = system_call(LANDLOCK_CREATE_RULESET, attributes, ctypes.c_size_t(size), 0)
    try:
        for path in readable:
            _allow(ruleset, path, _READ_FILE, _READ_DIR)
        for path in executable:
            _allow(ruleset, path, _READ_FILE | _EXECUTE, _READ_DIR)
        system_call(LANDLOCK_RESTRICT_SELF, ruleset, 0)
    finally:
        os.close(ruleset)


def _allow(ruleset: int, path: str, of_files: int, of_folders: int) -> None:
    try:
        found = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except FileNotFoundError:
        return
    try:
        is_folder = stat.S_ISDIR(os.fstat(found).st_mode)
        rights = of_files | of_folders if is_folder else of_files
        rule = struct.pack("=Qi", rights, found)
        system_call(LANDLOCK_ADD_RULE, ruleset, _PATH_BENEATH, rule, 0)
    finally:
        os.close(found)
