"""The entry that tests of the pool run: any Python program at all."""

import json
from typing import Any

from tidegate.isolation.channel import Channel
from tidegate.isolation.entries import CODE, ENTRIES, STANDARD_LIBRARY, Profile

PROGRAM = "hostile_programs:run"
THREADS = "hostile_programs:run_with_threads"
MODULES = (*STANDARD_LIBRARY, "mmap", "threading", "socket", "subprocess", "signal", "ctypes")
ALL = {
    **ENTRIES,
    PROGRAM: Profile("programs", (*CODE.preload, *MODULES, "hostile_programs")),
    THREADS: Profile(
        "threads", (*CODE.preload, *MODULES, "hostile_programs"), threads=True, event_loop=True
    ),
}


def run(request: bytes, channel: Channel) -> bytes:
    """Run a program; the value is the JSON of its variable ``result``."""

    def show(*values: object) -> None:
        channel.output(" ".join(map(str, values)))

    names: dict[str, Any] = {"print": show, "channel": channel, "result": None}
    exec(compile(request, "program.py", "exec"), names)
    return json.dumps(names["result"]).encode()


run_with_threads = run
