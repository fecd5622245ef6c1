"""What the test processes run: one command line of Tidegate, in a process made by fork.

A fork server imports everything once, so that fifty killed processes cost seconds, not minutes.
"""

import ctypes
import multiprocessing
import os
import resource
import sys
from collections.abc import Callable
from pathlib import Path

CONTEXT = multiprocessing.get_context("forkserver")
CONTEXT.set_forkserver_preload(
    [
        "tidegate.cli.main",
        "tidegate.cli.run_workflow",
        "tidegate.cli.execution_tables",
        "tidegate.cli.report_json",
        "tidegate.cli.executions",
        "sqlite3",
    ]
)


def run_command(
    arguments: list[str],
    data_dir: str,
    outputs: tuple[str, str],
    settings: dict[str, str],
    before: Callable[[], None] | None,
) -> None:
    """Run ``tidegate ARGUMENTS`` with its own output files, then exit with its code."""
    from tidegate.cli.main import run

    os.environ["TIDEGATE_DATA_DIR"] = data_dir
    os.environ.update(settings)
    for name in ("COLUMNS", "LINES"):  # readline sets them in the process that runs the tests
        os.environ.pop(name, None)
    for number, output in enumerate(outputs, 1):
        descriptor = os.open(output, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOCTTY)
        os.dup2(descriptor, number)
    sys.stdout = os.fdopen(1, "w", errors="backslashreplace")
    sys.stderr = os.fdopen(2, "w", errors="backslashreplace", buffering=1)
    if before is not None:
        before()
    code = run(arguments)
    sys.stdout.flush()
    os._exit(code)


class Command:
    """A running ``tidegate`` command.

    ``terminal`` is the path of a terminal (or of anything else to write to) instead of files;
    ``before`` runs in the process before the command.
    """

    def __init__(
        self,
        data_dir: Path,
        *arguments: str,
        terminal: str | None = None,
        before: Callable[[], None] | None = None,
        **settings: str,
    ) -> None:
        name = f"{data_dir.name}-{os.urandom(4).hex()}"
        self._stdout = data_dir.parent / f"{name}.out"
        self._stderr = data_dir.parent / f"{name}.err"
        outputs = (terminal or str(self._stdout), terminal or str(self._stderr))
        self.process = CONTEXT.Process(
            target=run_command,
            args=(list(arguments), str(data_dir), outputs, settings, before),
        )
        self.process.start()

    def wait(self, timeout: float = 60) -> int:
        """The exit code; negative for a signal."""
        self.process.join(timeout)
        assert self.process.exitcode is not None, f"still running: {self.text()}"
        return self.process.exitcode

    def kill(self) -> None:
        """SIGKILL: no chance to clean up."""
        self.process.kill()
        self.process.join(10)

    def stdout(self) -> str:
        """What it printed so far."""
        return self._stdout.read_text() if self._stdout.exists() else ""

    def stderr(self) -> str:
        """What it said on standard error so far."""
        return self._stderr.read_text() if self._stderr.exists() else ""

    def text(self) -> str:
        """Everything that it printed so far."""
        return self.stdout() + self.stderr()


class _CapabilityHeader(ctypes.Structure):
    _fields_ = [("version", ctypes.c_uint32), ("pid", ctypes.c_int)]


class _CapabilityData(ctypes.Structure):
    _fields_ = [(name, ctypes.c_uint32) for name in ("effective", "permitted", "inheritable")]


def obey_permissions() -> None:
    """Let root obey the permissions of files, as everyone else does (Linux capabilities)."""
    if os.geteuid() != 0:
        return
    libc = ctypes.CDLL(None, use_errno=True)
    header = _CapabilityHeader(0x20080522, 0)
    data = (_CapabilityData * 2)()
    assert libc.capget(ctypes.byref(header), data) == 0
    cap_dac_override, cap_dac_read_search = 1 << 1, 1 << 2
    for name in ("effective", "permitted", "inheritable"):
        kept = getattr(data[0], name) & ~(cap_dac_override | cap_dac_read_search)
        setattr(data[0], name, kept)
    assert libc.capset(ctypes.byref(header), data) == 0


def limit_files(size: int) -> None:
    """Let no file grow beyond ``size`` bytes, as if the disk were full."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
