"""Which engines this machine has, each made when it is first needed."""

import asyncio
import sys
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tidegate.errors import CodeError
from tidegate.isolation.code_engine import CodeEngine
from tidegate.isolation.packages import CodePackages
from tidegate.sdk.code import EngineName

if TYPE_CHECKING:
    from tidegate.isolation.pool import ProcessPool

ENGINES: Final[tuple[EngineName, ...]] = ("monty", "cpython", "quickjs")
_TITLES: Final = {"monty": "Monty", "cpython": "full CPython", "quickjs": "JavaScript (QuickJS)"}


class CodeEngines:
    """The engines of one app, each made when it is first needed."""

    def __init__(
        self, processes: Callable[[], "ProcessPool"], packages: CodePackages | None = None
    ) -> None:
        self._processes = processes
        self.packages = packages or CodePackages(None, Path())
        self._made: dict[EngineName, CodeEngine] = {}
        self._making = asyncio.Lock()

    async def engine(self, name: EngineName) -> CodeEngine:
        """An engine by its name.

        Raises:
            CodeError: this machine has it not.
        """
        found = self._made.get(name)
        if found is not None:
            return found
        reason = self.missing(name)
        if reason is not None:
            raise CodeError(reason)
        async with self._making:
            if name not in self._made:
                # The imports take long enough to hold up the event loop.
                self._made[name] = await asyncio.to_thread(self._make, name)
        return self._made[name]

    def missing(self, name: EngineName) -> str | None:
        """Why this installation has not the engine; None where it has."""
        reason = missing(name)
        return self.packages.lacking() if reason is None and name == "cpython" else reason

    def _make(self, name: EngineName) -> CodeEngine:
        if name == "monty":
            from tidegate.isolation.monty import MontyEngine  # noqa: PLC0415 - slow to import

            return MontyEngine()
        from tidegate.isolation.process_engine import ProcessEngine  # noqa: PLC0415 - as above

        has_packages = name == "cpython" and self.packages.place is not None
        return ProcessEngine(name, self._processes(), self.packages if has_packages else None)

    async def close(self) -> None:
        """End every engine."""
        made, self._made = self._made, {}
        for engine in made.values():
            await engine.close()


def missing(name: EngineName) -> str | None:
    """Why this machine has not the engine; None where it has."""
    title = _TITLES[name]
    if name == "monty":
        if find_spec("pydantic_monty") is None:
            return f"the engine {title} is not installed: install pydantic-monty"
        return None
    if sys.platform != "linux":
        return (
            f"the engine {title} needs Linux, where a process can be locked; "
            f"this machine is {sys.platform}"
        )
    if name == "quickjs" and find_spec("quickjs") is None:
        return f"the engine {title} is not installed: install quickjs-ng"
    return None
