"""Random histories of one execution against the table of allowed transitions.

Two owners claim, renew, write, cancel and end in any order. A model predicts each outcome from
:data:`~tidegate.model.status.EXECUTION_TRANSITIONS`, and every change of status that the database
shows must be in that table.
"""

import asyncio
import os

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from hypothesis.stateful import run_state_machine_as_test as run_machine

from tidegate.errors import Conflict, LeaseLost
from tidegate.ids import new_id
from tidegate.model.execution import Execution, ExecutionEnd, NodeRow, now_us
from tidegate.model.status import (
    ENDED,
    EXECUTION_TRANSITIONS,
    AttemptStatus,
    ExecutionStatus,
    NodeStatus,
)
from tidegate.store import executions, node_executions, workflows
from tidegate.store.database import Database
from tidegate.store.journal import ExecutionJournal

E = ExecutionStatus
LONG = os.environ.get("TIDEGATE_TEST_LONG") == "1"
OWNERS = st.sampled_from(["a", "b"])
ENDS = st.sampled_from([E.WAITING, E.SUCCEEDED, E.FAILED, E.CANCELLED, E.CRASHED])


class Histories(RuleBasedStateMachine):
    """What happens to one execution; ``loop`` and ``database`` are set by the test."""

    loop: asyncio.AbstractEventLoop
    database: Database
    workflow_id: str

    def __init__(self) -> None:
        super().__init__()
        self.id = new_id()
        self.status = E.QUEUED
        self.due = self.expired = self.flagged = False
        self.token = self.crashes = 0
        self.rows = 0
        self.journals: dict[str, tuple[int, ExecutionJournal]] = {}
        execution = Execution(
            self.id, 0, self.workflow_id, "0" * 64, E.QUEUED, "t", "test", now_us()
        )
        self.write(lambda c: executions.insert(c, execution))

    def run(self, awaitable):
        async def wait():
            return await awaitable

        return self.loop.run_until_complete(wait())

    def write(self, fn):
        async def write():
            return await self.database.write(fn)

        return self.loop.run_until_complete(write())

    def stored(self) -> Execution:
        return self.run(self.database.read(lambda c: executions.get(c, self.id)))

    def becomes(self, status: ExecutionStatus) -> None:
        assert status in EXECUTION_TRANSITIONS[self.status]
        self.status = status

    def holds(self, owner: str) -> bool:
        held = self.journals.get(owner)
        return held is not None and held[0] == self.token and self.status is E.RUNNING

    @rule(owner=OWNERS, early=st.booleans())
    def claim(self, owner: str, early: bool) -> None:
        ready = (
            self.status is E.QUEUED
            or (self.status is E.WAITING and (self.due or early))
            or (self.status is E.RUNNING and self.expired)
            or (self.status is E.CRASHED and early)
        )
        claimed = self.write(
            lambda c: executions.claim(c, self.id, owner=owner, lease=60, early=early)
        )
        assert (claimed is not None) == ready
        if claimed is None:
            return
        self.crashes += self.status is E.RUNNING
        self.becomes(E.RUNNING)
        self.token += 1
        self.expired = False
        assert (claimed.token, claimed.crashes) == (self.token, self.crashes)
        journal = ExecutionJournal(self.database, self.id, claimed.token)
        self.journals[owner] = (claimed.token, journal)

    @precondition(lambda self: self.journals)
    @rule(owner=OWNERS, expires=st.booleans())
    def renew(self, owner: str, expires: bool) -> None:
        token, _ = self.journals.get(owner, (0, None))
        kept = self.write(
            lambda c: executions.renew_leases(c, [(self.id, token)], -1 if expires else 60)
        )
        assert (self.id in kept) == self.holds(owner)
        if kept:
            self.expired = expires

    @rule()
    def cancel(self) -> None:
        if self.status in (E.QUEUED, E.WAITING, E.RUNNING):
            status = self.write(lambda c: executions.request_cancel(c, self.id))
            self.flagged = True
            if self.status is not E.RUNNING:
                self.becomes(E.CANCELLED)
            assert status is self.status
        else:
            with pytest.raises(Conflict):
                self.write(lambda c: executions.request_cancel(c, self.id))

    @precondition(lambda self: self.journals)
    @rule(owner=OWNERS, count=st.integers(1, 3))
    def record(self, owner: str, count: int) -> None:
        _, journal = self.journals.get(owner, (0, None))
        if journal is None:
            return

        async def write() -> None:
            for index in range(count):
                journal.record(
                    NodeRow(
                        self.id, f"n{index}", "t", (), 1, "finished", NodeStatus.SUCCEEDED,
                        AttemptStatus.SUCCEEDED, self.token,
                    )
                )  # fmt: skip
            await journal.barrier()

        if self.holds(owner):
            self.run(write())
            self.rows += count
        else:
            with pytest.raises(LeaseLost):
                self.run(write())

    @precondition(lambda self: self.journals)
    @rule(owner=OWNERS, status=ENDS, due=st.booleans())
    def end(self, owner: str, status: ExecutionStatus, due: bool) -> None:
        _, journal = self.journals.get(owner, (0, None))
        if journal is None:
            return
        wake_at = None
        if status is E.WAITING:
            wake_at = now_us() + (-1 if due else 3_600_000_000)
        end = ExecutionEnd(self.id, status, now_us(), wake_at=wake_at)

        async def write() -> None:
            await journal.end(end)

        if self.holds(owner):
            self.run(write())
            self.becomes(status)
            self.due, self.expired = due, False
        else:
            with pytest.raises(LeaseLost):
                self.run(write())

    @invariant()
    def the_database_agrees(self) -> None:
        stored = self.stored()
        assert stored.status is self.status
        assert (stored.token, stored.crashes) == (self.token, self.crashes)
        assert stored.cancel_requested == self.flagged
        assert (stored.finished_at is not None) == (self.status in ENDED)
        assert (stored.wake_at is not None) == (self.status is E.WAITING)
        rows = self.run(self.database.read(lambda c: node_executions.rows(c, self.id)))
        assert len(rows) == self.rows


def test_every_history_follows_the_table(database_url, tmp_path) -> None:
    loop = asyncio.new_event_loop()
    database = Database.open(database_url, data_dir=tmp_path)

    async def store() -> str:
        return await database.write(
            lambda c: workflows.store_version(c, name="w", version_hash="0" * 64, document=b"{}")
        )

    Histories.loop, Histories.database = loop, database
    Histories.workflow_id = loop.run_until_complete(store())
    try:
        run_machine(
            Histories,
            settings=settings(
                max_examples=500 if LONG else 25,
                stateful_step_count=30,
                deadline=None,
                suppress_health_check=list(HealthCheck),
            ),
        )
    finally:
        loop.run_until_complete(database.close())
        loop.close()
