"""Makers of executions and rows."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from tidegate.ids import new_id
from tidegate.model.execution import (
    BatchRef,
    Execution,
    NodeRow,
    ResourceUsage,
    StoredOutput,
    now_us,
)
from tidegate.model.status import AttemptStatus, ExecutionStatus, NodeStatus
from tidegate.store import executions, workflows
from tidegate.store.database import Database
from tidegate.store.journal import ExecutionJournal

VERSION = "0" * 64


@pytest.fixture
async def workflow_id(database: Database) -> str:
    return await database.write(
        lambda connection: workflows.store_version(
            connection, name="w", version_hash=VERSION, document=b'{"name":"w"}'
        )
    )


@pytest.fixture
def make_execution(workflow_id: str) -> Callable[..., Execution]:
    """A new queued execution; keyword arguments set other fields."""

    def make(**fields: Any) -> Execution:
        values: dict[str, Any] = {
            "id": new_id(),
            "number": 0,
            "workflow_id": workflow_id,
            "version_hash": VERSION,
            "status": ExecutionStatus.QUEUED,
            "trigger": "manual",
            "source": "test",
            "created_at": now_us(),
        }
        return Execution(**values | fields)

    return make


@pytest.fixture
def make_running(make_execution: Callable[..., Execution]) -> Callable[..., Execution]:
    """A new execution as a process makes it that runs it at once."""

    def make(**fields: Any) -> Execution:
        running = {
            "status": ExecutionStatus.RUNNING,
            "token": 1,
            "owner": "a",
            "started_at": now_us(),
        }
        return make_execution(**running | fields)

    return make


@pytest.fixture
def make_row() -> Callable[..., NodeRow]:
    """A finished row of an execution with one item."""

    def make(execution_id: str, node_id: str = "n", **fields: Any) -> NodeRow:
        data = b'{"items":[{"a":1}]}'
        values: dict[str, Any] = {
            "execution_id": execution_id,
            "node_id": node_id,
            "node_type": "data.set",
            "path": (),
            "attempt": 1,
            "kind": "finished",
            "status": NodeStatus.SUCCEEDED,
            "attempt_status": AttemptStatus.SUCCEEDED,
            "started_at": now_us(),
            "finished_at": now_us(),
            "items_in": 1,
            "items_out": 1,
            "output": StoredOutput((BatchRef("main", 0, len(data), 1),), data),
            "usage": ResourceUsage(memory_used=10, execution_time=1.25),
        }
        return NodeRow(**values | fields)

    return make


@pytest.fixture
def start(
    database: Database, make_running: Callable[..., Execution]
) -> Callable[..., ExecutionJournal]:
    """The journal of a new execution that is running here."""

    def start_(**fields: Any) -> tuple[Execution, ExecutionJournal]:
        execution = make_running(**fields)
        journal = ExecutionJournal(database, execution.id, execution.token)
        journal.insert_claimed(execution, lease=15.0)
        return execution, journal

    return start_


@pytest.fixture
def claim(database: Database) -> Callable[..., "asyncio.Future[Execution | None]"]:
    """Claims an execution for an owner."""

    def claim_(execution_id: str, owner: str = "a", lease: float = 15.0, **options: Any):
        return database.write(
            lambda connection: executions.claim(
                connection, execution_id, owner=owner, lease=lease, **options
            )
        )

    return claim_
