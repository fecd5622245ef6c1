"""How fast the journal takes executions while the event loop is busy.

Each execution is inserted, gets three rows and ends; ``--work`` is the time, in microseconds,
that the event loop burns for each row, as an engine would. Example::

    .venv/bin/python benchmarks/journal.py --executions 20000 --concurrency 64 --work 50
"""

import argparse
import asyncio
import tempfile
import time
from pathlib import Path

from tidegate.ids import new_id
from tidegate.model.execution import (
    BatchRef,
    Execution,
    ExecutionEnd,
    NodeRow,
    ResourceUsage,
    StoredOutput,
    now_us,
)
from tidegate.model.status import AttemptStatus, ExecutionStatus, NodeStatus
from tidegate.store import workflows
from tidegate.store.database import Database
from tidegate.store.journal import ExecutionJournal

NODES = ("manual", "set", "set")
VERSION = "0" * 64


def burn(microseconds: float) -> None:
    """Work that holds the interpreter lock, as Python code does."""
    end = time.thread_time() + microseconds / 1e6
    while time.thread_time() < end:
        pass


async def execute(database: Database, workflow_id: str, options: argparse.Namespace) -> None:
    now = now_us()
    execution = Execution(
        new_id(), 0, workflow_id, VERSION, ExecutionStatus.RUNNING, "manual", "benchmark", now,
        started_at=now, token=1, owner="benchmark",
    )  # fmt: skip
    journal = ExecutionJournal(database, execution.id, 1)
    journal.insert_claimed(execution, 15.0)
    for index, node_type in enumerate(NODES):
        burn(options.work)
        data = b'{"items":[{"value":"%s"}]}' % (b"x" * options.bytes)
        journal.record(
            NodeRow(
                execution.id, f"node_{index}", node_type, (), 1, "finished",
                NodeStatus.SUCCEEDED, AttemptStatus.SUCCEEDED, now, now_us(), 1, 1,
                StoredOutput((BatchRef("main", 0, len(data), 1),), data), usage=ResourceUsage(),
            )
        )  # fmt: skip
        if options.barriers:
            await journal.barrier()
    await journal.end(ExecutionEnd(execution.id, ExecutionStatus.SUCCEEDED, now_us()))


async def measure(options: argparse.Namespace, data_dir: Path) -> None:
    database = Database.open(options.db, data_dir=data_dir, output_index=options.index)
    workflow_id = await database.write(
        lambda connection: workflows.store_version(
            connection, name="benchmark", version_hash=VERSION, document=b"{}"
        )
    )
    left = options.executions

    async def client() -> None:
        nonlocal left
        while left > 0:
            left -= 1
            await execute(database, workflow_id, options)

    wall, cpu, loop_cpu = time.perf_counter(), time.process_time(), time.thread_time()
    await asyncio.gather(*(client() for _ in range(options.concurrency)))
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    loop_cpu = time.thread_time() - loop_cpu
    await database.close()
    count = options.executions
    print(
        f"{count / wall:,.0f} executions/s, {count * len(NODES) / wall:,.0f} rows/s; an execution "
        f"costs {cpu / count * 1e6:.0f} us CPU, {loop_cpu / count * 1e6:.0f} of them the loop's"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--db", help="a database URL; default a new SQLite file")
    parser.add_argument("--executions", type=int, default=20_000)
    parser.add_argument("--concurrency", type=int, default=64)
    parser.add_argument("--work", type=float, default=0, help="microseconds of the loop per row")
    parser.add_argument("--bytes", type=int, default=100, help="size of each output")
    parser.add_argument("--barriers", action="store_true", help="wait for each row's commit")
    parser.add_argument("--index", action="store_true", help="PostgreSQL: keep the output index")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(measure(options, Path(folder)))


if __name__ == "__main__":
    main()
