"""The layers of the lock by name, and what each does; for people on every platform."""

from collections.abc import Mapping
from typing import Final

LAYERS: Final[Mapping[str, str]] = {
    "process_group": "a group of its own, killed as a whole",
    "resource_limits": "limits of memory, descriptors, files, processes and CPU",
    "capabilities": "no capabilities, even under root",
    "no_new_privileges": "no program can give it more rights",
    "landlock": "no files but those it may read, no TCP, no signals to others",
    "seccomp": "only system calls that compute: no sockets, programs, or processes",
    "cgroup": "a memory limit that the kernel holds for all it does",
}
"""In the order in which they are put on."""
