"""cgroup v2: the kernel itself bounds what a process and all that belongs to it may hold.

Only where this process may make groups: in a folder that was delegated to it (systemd's
``Delegate=``, a container with its own), with the controllers ``memory`` and ``pids``. A group for
each process that runs at once is made when it is needed, and used again.
"""

import os
from contextlib import suppress
from pathlib import Path
from typing import Final

CONTROLLERS: Final = ("memory", "pids")
SLACK: Final = 32 << 20
"""Bytes above the limit that are the interpreter's own, as the watchdog has it."""
MOST_THREADS: Final = 64
_NAME: Final = "tidegate-"


class Cgroups:
    """The groups of one fork server, below one folder of its own.

    Args:
        folder: a group that this process may change, and that has no processes of its own.

    Raises:
        OSError: this can't be done here, with the reason.
    """

    def __init__(self, folder: Path) -> None:
        _enable(folder)
        _remove_left(folder)
        self._own = folder / f"{_NAME}{os.getpid()}"
        self._own.mkdir()
        try:
            _enable(self._own)
        except OSError:
            self._own.rmdir()
            raise
        self._free: list[Path] = []
        self._count = 0
        self._killed: dict[Path, int] = {}

    def take(self, memory: int, *, threads: bool) -> Path:
        """A group for a process that may hold ``memory`` bytes.

        Raises:
            OSError: it can't be made.
        """
        if self._free:
            group = self._free.pop()
        else:
            self._count += 1
            group = self._own / str(self._count)
            group.mkdir()
            with suppress(OSError):  # kernels without swap have no such file
                (group / "memory.swap.max").write_text("0")
            (group / "memory.oom.group").write_text("1")
        (group / "memory.max").write_text(str(memory + SLACK))
        (group / "pids.max").write_text(str(MOST_THREADS if threads else 1))
        return group

    def give(self, group: Path) -> bool:
        """A group whose process is gone; whether the kernel ended it because of its memory."""
        self._free.append(group)
        before, now = self._killed.get(group, 0), kills(group)
        self._killed[group] = now
        return now > before

    def close(self) -> None:
        """Remove the groups, which are empty."""
        for group in [*self._own.iterdir(), self._own]:
            with suppress(OSError):
                group.rmdir()


def enter(group: Path) -> None:
    """Put this process into a group.

    Raises:
        OSError: it can't be.
    """
    (group / "cgroup.procs").write_text("0")


def kills(group: Path) -> int:
    """How often the kernel ended a process of a group because of its memory."""
    try:
        events = dict(line.split() for line in (group / "memory.events").read_text().splitlines())
        return int(events["oom_kill"])
    except (OSError, ValueError, KeyError):
        return 0


def delegated(proc: Path = Path("/proc/self")) -> Path:
    """The folder in which this process may make groups.

    Raises:
        OSError: there is none, with the reason.
    """
    place = next(
        (line[3:] for line in (proc / "cgroup").read_text().splitlines() if line[:3] == "0::"), ""
    )
    mount = next(
        (
            fields[4]
            for fields in map(str.split, (proc / "mountinfo").read_text().splitlines())
            if "-" in fields and fields[fields.index("-") + 1] == "cgroup2"
        ),
        "",
    )
    if not place or not mount:
        raise OSError("there is no cgroup v2 here")
    own = Path(mount) / place.lstrip("/")
    # A service that systemd put into a group below the delegated one (DelegateSubgroup=).
    return own.parent if _is_delegated(own.parent) else own


def _is_delegated(group: Path) -> bool:
    try:
        return os.getxattr(group, "user.delegate") == b"1"
    except (OSError, AttributeError):
        return False


def _enable(group: Path) -> None:
    """Let the groups below have the controllers."""
    here = (group / "cgroup.controllers").read_text().split()
    lacking = [name for name in CONTROLLERS if name not in here]
    if lacking:
        raise OSError(f"the group of this process has no controller {' and '.join(lacking)}")
    on = (group / "cgroup.subtree_control").read_text().split()
    if set(CONTROLLERS) <= set(on):
        return
    try:
        wanted = " ".join(f"+{name}" for name in CONTROLLERS)
        (group / "cgroup.subtree_control").write_text(wanted)
    except OSError as error:
        raise OSError(
            f"no groups may be made below that of this process ({error.strerror}); systemd gives "
            "one with Delegate=memory pids and DelegateSubgroup="
        ) from None


def _remove_left(folder: Path) -> None:
    """Remove groups of fork servers that were killed."""
    for left in folder.glob(f"{_NAME}*"):
        if not Path(f"/proc/{left.name.removeprefix(_NAME)}").exists():
            for group in [*left.glob("*/"), left]:
                with suppress(OSError):
                    group.rmdir()
