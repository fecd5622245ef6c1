"""Answers to executions that wait. Functions run inside of ``Database.write``."""

from typing import Final, Literal

from sqlalchemy import Connection, select, update

from tidegate.model.execution import NodeRow, now_us, path_text
from tidegate.model.status import ExecutionStatus, NodeStatus
from tidegate.store import journal_rows
from tidegate.store.tables import executions, node_executions

Outcome = Literal["answered", "used", "running"]
_FINISHED: Final = "finished"


def answer(connection: Connection, row: NodeRow) -> Outcome:
    """Put an answer into the journal of an execution that waits, and wake it. Only once.

    ``running``: the execution is under way in some process; nothing was done.
    """
    statement = (
        update(executions)
        .where(
            executions.c.id == row.execution_id,
            executions.c.status == ExecutionStatus.WAITING.value,
        )
        .values(wake_at=row.wake_at)
        .returning(executions.c.id)
    )
    columns = node_executions.c
    last = connection.execute(
        select(columns.status, columns.wake_at)
        .where(
            columns.execution_id == row.execution_id,
            columns.node_id == row.node_id,
            columns.path == path_text(row.path),
            columns.kind == _FINISHED,
        )
        .order_by(columns.seq.desc())
        .limit(1)
    ).one()
    if last.status != NodeStatus.WAITING.value or last.wake_at <= now_us():
        return "used"
    if connection.scalar(statement) is None:
        status = connection.scalar(
            select(executions.c.status).where(executions.c.id == row.execution_id)
        )
        return "running" if status == ExecutionStatus.RUNNING.value else "used"
    session = connection.connection.driver_connection
    values = journal_rows.node_row(row, None, None, output_index=False)
    journal_rows.NODE_EXECUTIONS.run(session, [values])
    return "answered"
