"""What gives the pool its processes."""

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final, Protocol

from tidegate.isolation.child import ChildProcess
from tidegate.isolation.limits import ProcessLimits

_SOURCE: Final = str(Path(__file__).resolve().parents[2])


class Server(Protocol):
    """Makes processes of one profile.

    Attributes:
        missing: layers of the lock that this system does not have, each with the reason.
        lost: it makes none any more.
    """

    @property
    def missing(self) -> Mapping[str, str]:  # noqa: D102 - see above
        ...

    @property
    def lost(self) -> bool:  # noqa: D102 - see above
        ...

    async def spawn(self, limits: ProcessLimits, readable: Sequence[str] = ()) -> ChildProcess:
        """A new process, locked and waiting for a request; it can read ``readable`` alone.

        A lost server gives one that has ended.
        """
        ...

    async def close(self) -> None:
        """End it and all its processes, at once."""
        ...


def import_path() -> list[str]:
    """Where a process finds modules: Tidegate's own code first, then where the parent does."""
    return [_SOURCE, *(entry for entry in sys.path if entry)]
