"""Full CPython and JavaScript: engines whose code runs in a single-use process of the pool."""

from typing import Final

from tidegate import codec
from tidegate.isolation.code_engine import CodeOutcome, CodeRequest, OnOutput
from tidegate.isolation.limits import ProcessLimits
from tidegate.isolation.packages import CodePackages
from tidegate.isolation.pool import ProcessPool
from tidegate.isolation.scan import refused
from tidegate.sdk.code import EngineName

CPYTHON: Final = "tidegate.isolation.entries.cpython:run"
WITH_PACKAGES: Final = f"{CPYTHON}_with_packages"
ENTRY: Final[dict[EngineName, str]] = {
    "cpython": CPYTHON,
    "quickjs": "tidegate.isolation.entries.javascript:run",
}

_NO_LANDLOCK: Final = (
    "packages for code need Landlock, which this system has not: without it code could read every "
    "file. Remove the setting isolation.code_requirements, or use a newer kernel"
)


class ProcessEngine:
    """Runs code in the pool. The pool is its owner's to close.

    ``packages`` are those that code may import, built; None where there are none.
    """

    def __init__(
        self, name: EngineName, processes: ProcessPool, packages: CodePackages | None = None
    ) -> None:
        self._entry = ENTRY[name] if packages is None else WITH_PACKAGES
        self._is_python = name == "cpython"
        self._processes = processes
        self._readable = () if packages is None else packages.readable()
        self._path = () if packages is None else packages.import_path()

    async def run(self, request: CodeRequest, on_output: OnOutput) -> CodeOutcome:
        """See :class:`CodeEngine`."""
        reason = refused(request.source) if self._is_python else None
        if reason is not None:
            return CodeOutcome("rejected", message=reason)
        if self._readable and "landlock" in await self._processes.missing_layers(self._entry):
            return CodeOutcome("rejected", message=_NO_LANDLOCK)
        asked = {
            "source": request.source,
            "calls": request.calls,
            "trace": request.trace,
            "memory": request.memory,
            "packages": self._path,
        }
        ended = await self._processes.run(
            self._entry,
            codec.encode(asked),
            limits=ProcessLimits(request.memory, request.wall, None, request.output),
            on_output=on_output,
            readable=self._readable,
        )
        return CodeOutcome(
            ended.outcome, ended.value, ended.message, ended.peak_memory, ended.cpu, ended.wall
        )

    async def close(self) -> None:
        """Nothing of its own runs."""
