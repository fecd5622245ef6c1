"""Whole processes: `tidegate --help`, and `tidegate run` of three nodes on an existing database.

Beside each stand the same moment's figures of an empty Python and of the libraries alone, because
on a shared machine only ratios compare. CPU time is user and system time of the process.
"""

import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from executions import chain

ROUNDS = 9
TIDEGATE = str(Path(sys.executable).with_name("tidegate"))


def measure(command: list[str], environment: dict[str, str]) -> tuple[float, float]:
    """Milliseconds of wall time and of CPU time."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    started = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True, env=environment)
    wall = time.perf_counter() - started
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return wall * 1000, cpu * 1000


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        workflow = Path(folder, "three.yaml")
        workflow.write_text(chain(2))
        # Compiled modules are kept, as in an installation.
        environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
        environment |= {"TIDEGATE_DATA_DIR": folder, "PYTHONPYCACHEPREFIX": f"{folder}/bytecode"}
        libraries = "import sqlalchemy, pydantic, click, yaml"
        commands = {
            "python -c pass": [sys.executable, "-c", "pass"],
            f'python -c "{libraries}"': [sys.executable, "-c", libraries],
            "tidegate --help": [TIDEGATE, "--help"],
            "tidegate run, three nodes": [TIDEGATE, "run", str(workflow)],
            "tidegate run --json, three nodes": [TIDEGATE, "run", str(workflow), "--json"],
        }
        for command in commands.values():  # makes the database and warms the caches
            measure(command, environment)
        figures: dict[str, list[tuple[float, float]]] = {name: [] for name in commands}
        for _ in range(ROUNDS):
            for name, command in commands.items():
                figures[name].append(measure(command, environment))
    for name, found in figures.items():
        wall, cpu = min(wall for wall, _ in found), min(cpu for _, cpu in found)
        print(f"{name}: {wall:.0f} ms, CPU {cpu:.0f} ms")


if __name__ == "__main__":
    main()
