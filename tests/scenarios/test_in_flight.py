"""Nodes with side effects that were at work when the process died: rerun, fail, or ask."""

from typing import Any

import pytest

from tidegate.engine.journaled import InFlightUndecided, Journaled
from tidegate.engine.testing import Ran, run_workflow
from tidegate.model.document import load_document
from tidegate.model.execution import NodeRow
from tidegate.model.status import AttemptStatus, ExecutionStatus, NodeStatus
from tidegate.model.workflow import Workflow
from tidegate.registry import Registry


def workflow(in_flight: str, node_type: str = "test.call_write", **settings: Any) -> Workflow:
    write = {"type": node_type, "settings": {"in_flight": in_flight, **settings}}
    nodes = {
        "start": {"type": "test.start", "params": {"items": [{"n": 1}, {"n": 2, "fail": 1}]}},
        "write": write,
        "after": {"type": "test.call"},
    }
    document = {"tidegate": 1, "name": "In flight", "nodes": nodes}
    edges = ["start -> write", "write -> after"]
    return load_document(str({**document, "edges": edges}), "in_flight.yaml").workflow


class Crash:
    """Runs a workflow, keeps its journal up to a row, and goes on from there."""

    def __init__(self, registry: Registry) -> None:
        self.registry = registry
        self.left: list[NodeRow] = []
        self.ran: Ran | None = None

    async def after(self, given: Workflow, status: str) -> None:
        """The process died after the first row of the node ``write`` with this status."""
        self.ran = await run_workflow(given, self.registry.node_class)
        rows = self.ran.rows
        last = next(i for i, r in enumerate(rows) if r.node_id == "write" and r.status == status)
        self.left = rows[: last + 1]

    async def go_on(self, given: Workflow, decision: Any = None) -> Ran:
        assert self.ran is not None
        journaled = Journaled.of(self.left, self.ran.spill, decision)
        return await run_workflow(
            given, self.registry.node_class, journaled=journaled, spill=self.ran.spill
        )


@pytest.fixture
def crash(registry: Registry) -> Crash:
    return Crash(registry)


async def test_a_start_is_in_the_journal_before_the_work(crash: Crash) -> None:
    await crash.after(workflow("ask"), "running")
    assert [(row.kind, row.attempt_status.value) for row in crash.left[1:]] == [
        ("started", "started")
    ]


async def test_rerun_repeats_it_as_the_next_attempt(crash: Crash) -> None:
    given = workflow("rerun")
    await crash.after(given, "running")
    ran = await crash.go_on(given)
    assert ran.end.status is ExecutionStatus.SUCCEEDED
    writes = [row for row in ran.rows if row.node_id == "write"]
    assert [(row.kind, row.attempt) for row in writes] == [("started", 2), ("finished", 2)]


async def test_fail_ends_the_execution_without_doing_it_again(crash: Crash) -> None:
    given = workflow("fail")
    await crash.after(given, "running")
    ran = await crash.go_on(given)
    assert ran.end.status is ExecutionStatus.FAILED
    assert ran.end.error is not None
    assert (ran.end.error["code"], ran.end.error["node"]) == ("IN_FLIGHT", "write")
    (row,) = ran.rows
    assert (row.status, row.attempt_status, row.attempt) == (
        NodeStatus.FAILED,
        AttemptStatus.CRASHED,
        1,
    )
    assert not [line for line in ran.lines if line.message == "called"]


async def test_fail_is_a_failure_as_every_other_and_may_be_handled(crash: Crash) -> None:
    given = workflow("fail", on_error="continue")
    await crash.after(given, "running")
    ran = await crash.go_on(given)
    assert (ran.end.status, ran.end.errors_handled) == (ExecutionStatus.SUCCEEDED, 1)
    called = [line.node_id for line in ran.lines if line.message == "called"]
    assert called == ["after"]


async def test_ask_starts_nothing_before_somebody_decides(crash: Crash) -> None:
    given = workflow("ask")
    await crash.after(given, "running")
    with pytest.raises(InFlightUndecided) as undecided:
        await crash.go_on(given)
    assert "'write'" in undecided.value.message
    assert "--in-flight rerun" in undecided.value.message
    assert undecided.value.details == {"nodes": ["write"]}


@pytest.mark.parametrize(
    ("decision", "status"),
    [("rerun", ExecutionStatus.SUCCEEDED), ("fail", ExecutionStatus.FAILED)],
)
async def test_a_decision_answers_for_what_asks(
    crash: Crash, decision: str, status: ExecutionStatus
) -> None:
    given = workflow("ask")
    await crash.after(given, "running")
    assert (await crash.go_on(given, decision)).end.status is status


async def test_a_decision_does_not_change_a_setting(crash: Crash) -> None:
    given = workflow("fail")
    await crash.after(given, "running")
    assert (await crash.go_on(given, "rerun")).end.status is ExecutionStatus.FAILED


async def test_between_the_rounds_of_items_some_of_them_are_done(crash: Crash) -> None:
    given = workflow("ask", "test.each_write", retry={"max_retries": 1, "retry_delay": 1})
    await crash.after(given, "retrying")
    with pytest.raises(InFlightUndecided):
        await crash.go_on(given)


async def test_the_second_round_of_items_is_in_the_journal_before_it_starts(crash: Crash) -> None:
    given = workflow("ask", "test.each_write", retry={"max_retries": 1, "retry_delay": 1})
    await crash.after(given, "succeeded")
    kinds = [(row.kind, row.status.value, row.attempt) for row in crash.left if row.path == ()]
    assert kinds[1:] == [
        ("started", "running", 1),
        ("finished", "retrying", 1),
        ("started", "running", 2),
        ("finished", "succeeded", 2),
    ]


async def test_between_the_attempts_of_a_whole_node_nothing_is_under_way(crash: Crash) -> None:
    retry = {"max_retries": 1, "retry_delay": 1, "retry_all_errors": True}
    given = workflow("ask", "test.write_fails_once", retry=retry)
    await crash.after(given, "retrying")
    ran = await crash.go_on(given)
    assert ran.end.status is ExecutionStatus.SUCCEEDED


async def test_a_cancelled_write_may_be_done_in_part(crash: Crash) -> None:
    given = workflow("ask")
    await crash.after(given, "running")
    cancelled = crash.left[-1]
    cancelled.kind, cancelled.status = "finished", NodeStatus.CANCELLED
    with pytest.raises(InFlightUndecided):
        await crash.go_on(given)


@pytest.mark.parametrize("node_type", ["test.call", "test.each", "test.stream"])
async def test_what_changes_nothing_is_repeated_without_asking(
    crash: Crash, registry: Registry, node_type: str
) -> None:
    retry = {"max_retries": 1, "retry_delay": 1}
    given = workflow("ask", node_type, retry=retry)
    crash.ran = await run_workflow(given, registry.node_class)
    crash.left = crash.ran.rows[:1]
    assert (await crash.go_on(given)).end.status is ExecutionStatus.SUCCEEDED


async def test_a_failure_that_is_in_the_journal_ends_the_execution_at_once(
    crash: Crash, registry: Registry
) -> None:
    given = workflow("rerun", "test.write_fails_once")
    crash.ran = await run_workflow(given, registry.node_class)
    assert crash.ran.end.status is ExecutionStatus.FAILED
    crash.left = crash.ran.rows
    ran = await crash.go_on(given)
    assert ran.end.status is ExecutionStatus.FAILED
    assert ran.end.error == crash.ran.end.error
    assert ran.rows == []
