"""A process that writes into a database until that fails; started by tests. Prints a JSON report.

Argument: the database's URL.
"""

import asyncio
import json
import sys
from pathlib import Path

from tidegate.errors import TidegateError
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
from tidegate.store import executions, node_executions, workflows
from tidegate.store.database import Database
from tidegate.store.journal import ExecutionJournal

OUTPUT = b'{"items":["' + b"x" * 50_000 + b'"]}'


async def write_until_it_fails(database: Database) -> dict[str, object]:
    report: dict[str, object] = {"promised": 0}
    try:
        workflow_id = await database.write(
            lambda c: workflows.store_version(c, name="w", version_hash="0" * 64, document=b"{}")
        )
        execution = Execution(
            new_id(), 0, workflow_id, "0" * 64, ExecutionStatus.RUNNING, "manual", "child",
            now_us(), token=1, owner="child",
        )  # fmt: skip
        journal = ExecutionJournal(database, execution.id, 1)
        journal.insert_claimed(execution, 15.0)
        output = StoredOutput((BatchRef("main", 0, len(OUTPUT), 1),), OUTPUT)
        for index in range(200):
            journal.record(
                NodeRow(
                    execution.id, f"n{index}", "data.set", (), 1, "finished",
                    NodeStatus.SUCCEEDED, AttemptStatus.SUCCEEDED, 1, 2, 1, 1, output,
                )
            )  # fmt: skip
            await journal.barrier()
            report["promised"] = index + 1
    except TidegateError as error:
        report["failure"] = error.as_json()
    else:
        return report
    if report["promised"]:
        rows = await database.read(lambda c: node_executions.rows(c, execution.id))
        report["readable"] = sum(entry.row.output.data == OUTPUT for entry in rows)
        report["again"] = await end_again(database, journal, execution.id)
    return report


async def end_again(database: Database, journal: ExecutionJournal, execution_id: str) -> str:
    """A failed journal stays failed; a new one may tell the end when there is room again."""
    try:
        await journal.end(ExecutionEnd(execution_id, ExecutionStatus.FAILED, now_us()))
    except TidegateError as error:
        stored = await database.read(lambda c: executions.get(c, execution_id))
        return f"{error.code} {stored.status.value}"
    return "ended"


async def main() -> None:
    try:
        database = Database.open(sys.argv[1], data_dir=Path())
    except TidegateError as error:
        print(json.dumps({"open": error.as_json()}))
        return
    report = await write_until_it_fails(database)
    print(json.dumps(report))
    await database.close()


if __name__ == "__main__":
    asyncio.run(main())
