"""A process that runs executions until it is killed or told to stop; started by tests.

Arguments: database URL, workflow id, number of executions (0: without end), rows of each. Each
execution's id is printed when its end is committed.
"""

import asyncio
import sys
from pathlib import Path

from tidegate.ids import new_id
from tidegate.model.execution import (
    BatchRef,
    Execution,
    ExecutionEnd,
    NodeRow,
    StoredOutput,
    now_us,
)
from tidegate.model.status import AttemptStatus, ExecutionStatus, NodeStatus
from tidegate.store.database import Database
from tidegate.store.journal import ExecutionJournal


async def execute(database: Database, workflow_id: str, rows: int) -> str:
    now = now_us()
    execution = Execution(
        new_id(), 0, workflow_id, "0" * 64, ExecutionStatus.RUNNING, "manual", "child", now,
        started_at=now, token=1, owner="child",
    )  # fmt: skip
    journal = ExecutionJournal(database, execution.id, 1)
    journal.insert_claimed(execution, 15.0)
    for index in range(rows):
        data = b'{"items":[%d]}' % index
        output = StoredOutput((BatchRef("main", 0, len(data), 1),), data)
        journal.record(
            NodeRow(
                execution.id, f"n{index}", "data.set", (), 1, "finished", NodeStatus.SUCCEEDED,
                AttemptStatus.SUCCEEDED, now, now, items_in=index, items_out=1, output=output,
            )
        )  # fmt: skip
        if index % 2:
            await journal.barrier()
    await journal.end(ExecutionEnd(execution.id, ExecutionStatus.SUCCEEDED, now_us()))
    print(execution.id, flush=True)
    return execution.id


async def main() -> None:
    url, workflow_id, count, rows = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
    database = Database.open(url, data_dir=Path())
    started = 0

    async def client() -> None:
        nonlocal started
        while not count or started < count:
            started += 1
            await execute(database, workflow_id, rows)

    await asyncio.gather(*(client() for _ in range(8)))
    await database.close()


if __name__ == "__main__":
    asyncio.run(main())
