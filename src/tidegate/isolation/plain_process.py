"""The program of a process that no fork server makes; see ``isolation/plain_server.py``."""

import importlib
import os
from collections.abc import Mapping
from typing import Any

from tidegate.isolation.channel import Channel
from tidegate.isolation.serving import serve


def main(given: Mapping[str, Any]) -> None:
    """Serve one parent over what were standard input and output.

    Args:
        given: ``cpu``, seconds or None, and the fields of the ``Profile``.
    """
    incoming, outgoing = os.dup(0), os.dup(1)
    null = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(null, standard)
    for name in given["preload"]:
        importlib.import_module(name)
    if os.name != "nt":
        _limit(given["cpu"])
    serve(Channel(incoming, outgoing), once=given["uses"] == 1)


def _limit(cpu: float | None) -> None:
    import resource  # noqa: PLC0415 - not on Windows

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    if cpu is not None:
        seconds = max(1, -int(-cpu // 1))
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
