"""Executions: insert, claim, renew, cancel, orphans, pages."""

import asyncio

import pytest

from tidegate.errors import Conflict, NotFound
from tidegate.model.execution import ExecutionEnd, now_us
from tidegate.model.status import ExecutionStatus
from tidegate.store import execution_lists, executions, node_executions
from tidegate.store.execution_filter import ExecutionFilter
from tidegate.store.execution_order import Cursor
from tidegate.store.journal import ExecutionJournal
from tidegate.store.tables import MAIN_PROJECT

HOUR = 3_600_000_000


async def insert(database, execution):
    return await database.write(lambda c: executions.insert(c, execution))


async def test_an_inserted_execution_reads_back_the_same(database, make_execution) -> None:
    given = make_execution(
        user="u", variables={"a": 1}, custom_data=[], has_custom_data=True, parent_node="p"
    )
    stored = await insert(database, given)
    assert stored.number > 0
    by_id = await database.read(lambda c: executions.get(c, given.id))
    by_number = await database.read(lambda c: executions.get(c, stored.number))
    assert stored == by_id == by_number
    assert (stored.variables, stored.custom_data) == ({"a": 1}, [])
    with pytest.raises(Conflict):
        await insert(database, given)
    with pytest.raises(NotFound):
        await database.read(lambda c: executions.get(c, 10**6))


async def test_of_many_claims_one_succeeds(database, make_execution, claim) -> None:
    execution = await insert(database, make_execution())
    claims = await asyncio.gather(*(claim(execution.id, f"p{index}") for index in range(20)))
    (won,) = [claimed for claimed in claims if claimed is not None]
    assert (won.status, won.token, won.crashes) == (ExecutionStatus.RUNNING, 1, 0)
    assert won.started_at is not None


async def test_an_orphan_is_claimed_when_its_lease_is_over(database, make_execution, claim) -> None:
    execution = await insert(database, make_execution())
    await claim(execution.id, "a", lease=15)
    assert await claim(execution.id, "b") is None
    assert await database.read(executions.orphans) == []

    await database.write(lambda c: executions.renew_leases(c, [(execution.id, 1)], -1))
    (orphan,) = await database.read(executions.orphans)
    assert orphan.owner == "a"
    taken = await claim(execution.id, "b")
    assert (taken.token, taken.owner, taken.crashes) == (2, "b", 1)


async def test_a_dead_owners_lease_is_not_waited_for(database, make_execution, claim) -> None:
    execution = await insert(database, make_execution())
    await claim(execution.id, "a")
    assert await claim(execution.id, "b", dead_owner="x") is None
    assert (await claim(execution.id, "b", dead_owner="a")).token == 2


async def test_waiting_is_claimed_when_due_or_early(
    database, make_execution, claim, open_waiting
) -> None:
    sooner = await open_waiting(now_us() - 5)
    later = await open_waiting(now_us() + HOUR)
    assert await database.read(executions.due) == [sooner]
    assert await database.read(executions.next_wake) < now_us()
    assert await claim(later) is None
    assert (await claim(later, early=True)).wake_at is None
    assert await claim(sooner) is not None
    assert await database.read(executions.next_wake) is None


@pytest.fixture
def open_waiting(database, make_execution, claim):
    async def make(wake_at: int) -> str:
        execution = await insert(database, make_execution())
        claimed = await claim(execution.id)
        journal = ExecutionJournal(database, execution.id, claimed.token)
        await journal.end(
            ExecutionEnd(execution.id, ExecutionStatus.WAITING, now_us(), wake_at=wake_at)
        )
        return execution.id

    return make


async def test_a_crashed_execution_is_claimed_only_by_a_person(
    database, make_execution, claim
) -> None:
    execution = await insert(database, make_execution())
    claimed = await claim(execution.id)
    journal = ExecutionJournal(database, execution.id, claimed.token)
    await journal.end(ExecutionEnd(execution.id, ExecutionStatus.CRASHED, now_us()))
    assert await claim(execution.id) is None
    assert (await claim(execution.id, early=True)).finished_at is None


async def test_renewing_tells_which_leases_are_lost(database, make_execution, claim) -> None:
    ours, lost, ended = [await insert(database, make_execution()) for _ in range(3)]
    for execution in (ours, lost, ended):
        await claim(execution.id)
    await claim(lost.id, "b", dead_owner="a")
    await ExecutionJournal(database, ended.id, 1).end(
        ExecutionEnd(ended.id, ExecutionStatus.SUCCEEDED, now_us())
    )
    claims = [(ours.id, 1), (lost.id, 1), (ended.id, 1)]
    kept = await database.write(lambda c: executions.renew_leases(c, claims, 15))
    assert kept == {ours.id}


async def test_cancel(database, make_execution, claim, open_waiting) -> None:
    def cancel(execution_id):
        return database.write(lambda c: executions.request_cancel(c, execution_id))

    queued = await insert(database, make_execution())
    running = await insert(database, make_execution())
    await claim(running.id)
    waiting = await open_waiting(now_us() + HOUR)

    assert await cancel(queued.id) is ExecutionStatus.CANCELLED
    assert await cancel(waiting) is ExecutionStatus.CANCELLED
    assert await cancel(running.id) is ExecutionStatus.RUNNING
    ids = [queued.id, waiting, running.id]
    assert await database.read(lambda c: executions.cancel_requested(c, ids)) == {running.id}
    stored = await database.read(lambda c: executions.find(c, ids))
    assert stored[queued.id].finished_at is not None
    assert stored[waiting].wake_at is None
    assert stored[running.id].finished_at is None
    assert await claim(queued.id) is None
    with pytest.raises(Conflict, match="cancelled"):
        await cancel(queued.id)
    with pytest.raises(NotFound):
        await cancel("none")


async def test_only_ended_executions_are_deleted_with_all_that_is_theirs(
    database, start, make_row
) -> None:
    execution, journal = start()
    journal.record(make_row(execution.id))
    await journal.barrier()
    with pytest.raises(Conflict):
        await database.write(lambda c: executions.delete(c, execution.id))
    await journal.end(ExecutionEnd(execution.id, ExecutionStatus.SUCCEEDED, 1))
    await database.write(lambda c: executions.delete(c, execution.id))
    assert await database.read(lambda c: node_executions.rows(c, execution.id)) == []
    with pytest.raises(NotFound):
        await database.write(lambda c: executions.delete(c, execution.id))


async def test_numbers_are_never_given_twice(database, start) -> None:
    numbers = []
    for _ in range(3):
        execution, journal = start()
        await journal.end(ExecutionEnd(execution.id, ExecutionStatus.SUCCEEDED, 1))
        stored = await database.read(lambda c, id=execution.id: executions.get(c, id))
        numbers.append(stored.number)
        await database.write(lambda c, id=execution.id: executions.delete(c, id))
    assert numbers == sorted(set(numbers))


async def test_pages_show_each_execution_once_newest_first(database, make_execution) -> None:
    for index in range(25):
        # Several share a time: the number decides.
        await insert(database, make_execution(created_at=index // 3))
    seen, after = [], None
    while True:
        page = await database.read(
            lambda c, after=after: execution_lists.page(c, ExecutionFilter(), after=after, limit=4)
        )
        seen += [(execution.created_at, execution.number) for execution in page.executions]
        after = page.next
        if after is None:
            break
    assert seen == sorted(seen, reverse=True)
    assert len(seen) == 25


async def test_filters(database, make_execution, claim) -> None:
    made = [
        await insert(database, make_execution(created_at=index, trigger=f"t{index % 2}"))
        for index in range(6)
    ]
    await claim(made[0].id)

    async def found(**wanted):
        page = await database.read(lambda c: execution_lists.page(c, ExecutionFilter(**wanted)))
        return [execution.created_at for execution in page.executions]

    assert await found(statuses=[ExecutionStatus.RUNNING]) == [0]
    name = str(made[0].number)
    assert await found(named=name) == await found(named=f"#{name}") == [0]
    assert await found(named=made[3].id.upper()) == await found(named=made[3].id) == [3]
    assert await found(named=made[3].id, projects=[MAIN_PROJECT]) == [3]
    assert await found(named=made[3].id, projects=[]) == []
    assert await found(named=made[3].id, statuses=[ExecutionStatus.RUNNING]) == []
    assert await found(named=made[3].id[:7]) == await found(named="nothing") == []
    assert await found(statuses=[ExecutionStatus.RUNNING, ExecutionStatus.QUEUED]) == [
        5,
        4,
        3,
        2,
        1,
        0,
    ]
    assert await found(trigger="t1") == [5, 3, 1]
    assert await found(workflow_id="none") == []
    assert await found(created_from=2, created_before=4) == [3, 2]
    assert await found(trigger="t0", statuses=[ExecutionStatus.QUEUED], created_from=1) == [4, 2]


async def test_an_exact_page_has_no_next(database, make_execution) -> None:
    for _ in range(3):
        await insert(database, make_execution())
    page = await database.read(lambda c: execution_lists.page(c, ExecutionFilter(), limit=3))
    assert len(page.executions) == 3
    assert page.next is None
    page = await database.read(
        lambda c: execution_lists.page(c, ExecutionFilter(), after=Cursor(0, 0), limit=3)
    )
    assert page.executions == []
