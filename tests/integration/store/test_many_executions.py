"""Lists of very many executions: every filter reads about one page, through an index."""

import os
import random

import pytest
from sqlalchemy import event, text

from tidegate.ids import new_id
from tidegate.model.status import ExecutionStatus
from tidegate.store import execution_lists, executions, journal_rows, workflows
from tidegate.store.execution_filter import ExecutionFilter
from tidegate.store.execution_order import Cursor, Sort

COUNT = 1_000_000 if os.environ.get("TIDEGATE_TEST_LONG") == "1" else 20_000
ROWS_OF_A_PAGE = 2_500
"""A page of 51 from each of seven statuses, each found row once more, and some to spare."""
E = ExecutionStatus


def status_of(index: int) -> str:
    if index % 20:
        return "succeeded"
    return "failed" if index % 40 else "waiting"


def duration_of(index: int) -> int:
    """In no order; the same for some executions."""
    return index * 7919 % 15_013


@pytest.fixture
async def rare_workflow_id(database, workflow_id, make_execution) -> str:
    """Fills the table; one execution in a hundred belongs to the workflow returned."""
    rare = await database.write(
        lambda c: workflows.store_version(c, name="rare", version_hash="0" * 64, document=b"{}")
    )
    template = journal_rows.execution_row(make_execution(), None)
    place = {name: index for index, name in enumerate(journal_rows.EXECUTIONS.columns)}

    def row(index: int) -> tuple[object, ...]:
        values = list(template)
        values[place["id"]] = new_id()
        values[place["workflow_id"]] = workflow_id if index % 100 else rare
        values[place["status"]] = status_of(index)
        values[place["trigger"]] = "manual" if index % 3 else "hook"
        values[place["created_at"]] = index
        if status_of(index) != "waiting":
            values[place["started_at"]] = index
            values[place["finished_at"]] = index + duration_of(index)
        values[place["wake_at"]] = 10**15 if status_of(index) == "waiting" else None
        return tuple(values)

    def fill(connection) -> None:
        session = connection.connection.driver_connection
        for start in range(0, COUNT, 10_000):
            rows = [row(index) for index in range(start, start + 10_000)]
            journal_rows.EXECUTIONS.run(session, rows)

    await database.write(fill)
    await database.write(lambda c: c.execute(text("ANALYZE")))
    return rare


def rows_read(
    connection, wanted: ExecutionFilter, after: Cursor | None, sort: Sort = Sort.NEWEST
) -> int:
    """About how many rows the database looks at for one page, by its own account."""
    if connection.dialect.name == "sqlite":
        steps = 0

        def count() -> None:
            nonlocal steps
            steps += 100

        session = connection.connection.driver_connection
        session.set_progress_handler(count, 100)
        execution_lists.page(connection, wanted, after=after, sort=sort)
        session.set_progress_handler(None, 0)
        # Reading and skipping a row are five steps of SQLite's machine, or more.
        return steps // 5

    statements = []

    def note(conn, cursor, statement, parameters, context, executemany) -> None:
        statements.append((statement, parameters))

    event.listen(connection, "before_cursor_execute", note)
    execution_lists.page(connection, wanted, after=after)
    event.remove(connection, "before_cursor_execute", note)
    ((statement, parameters),) = statements
    explain = f"EXPLAIN (ANALYZE, FORMAT JSON) {statement}"
    return sum_rows(connection.exec_driver_sql(explain, parameters).scalar()[0]["Plan"])


def sum_rows(plan: dict) -> int:
    scanned = 0
    if "Scan" in plan["Node Type"] and plan.get("Relation Name") == "executions":
        removed = plan.get("Rows Removed by Filter", 0)
        scanned = (plan["Actual Rows"] + removed) * plan["Actual Loops"]
    return scanned + sum(sum_rows(inner) for inner in plan.get("Plans", ()))


async def test_every_filter_reads_about_one_page(database, workflow_id, rare_workflow_id) -> None:
    middle = COUNT // 2
    filters = [
        ExecutionFilter(),
        ExecutionFilter([E.SUCCEEDED]),
        ExecutionFilter([E.RUNNING, E.QUEUED]),
        ExecutionFilter([E.FAILED, E.WAITING]),
        ExecutionFilter(workflow_id=workflow_id),
        ExecutionFilter(workflow_id=rare_workflow_id),
        ExecutionFilter([E.CRASHED], workflow_id=workflow_id),
        ExecutionFilter([E.FAILED], workflow_id=rare_workflow_id),
        ExecutionFilter(workflow_id=workflow_id, trigger="hook"),
        ExecutionFilter([E.CANCELLED], workflow_id=workflow_id, trigger="hook"),
        ExecutionFilter(created_from=middle, created_before=middle + 1000),
        ExecutionFilter([E.FAILED], created_from=middle, created_before=middle + 1000),
        ExecutionFilter(created_from=0, created_before=COUNT),
        ExecutionFilter([E.SUCCEEDED], workflow_id, None, 0, COUNT),
        ExecutionFilter(named=str(middle)),
    ]
    for wanted in filters:
        for after in (None, Cursor(middle, middle)):
            read = await database.read(lambda c, w=wanted, a=after: rows_read(c, w, a))
            assert read <= ROWS_OF_A_PAGE, (wanted, after)


async def test_pages_agree_with_a_plain_filter(database, workflow_id, rare_workflow_id) -> None:
    random_ = random.Random(7)
    for _ in range(10):
        statuses = random_.sample([E.SUCCEEDED, E.FAILED, E.WAITING], random_.randint(0, 2))
        workflow = random_.choice([None, rare_workflow_id])
        trigger = random_.choice([None, "hook"])
        start = random_.randrange(COUNT)
        wanted = ExecutionFilter(statuses, workflow, trigger, None, start)
        page = await database.read(lambda c, w=wanted: execution_lists.page(c, w, limit=20))
        expected = [
            index
            for index in range(start - 1, max(-1, start - 20_000), -1)
            if (not statuses or status_of(index) in statuses)
            and (workflow is None or index % 100 == 0)
            and (trigger is None or index % 3 == 0)
        ]
        assert [execution.created_at for execution in page.executions] == expected[:20]


def all_pages(connection, wanted: ExecutionFilter, sort: Sort) -> tuple[list[int], int]:
    """The times (the indexes) of all executions of a list, and how many pages it has."""
    found, after, pages = [], None, 0
    while pages == 0 or after is not None:
        page = execution_lists.page(connection, wanted, after=after, limit=200, sort=sort)
        found += [execution.created_at for execution in page.executions]
        after, pages = page.next, pages + 1
    return found, pages


@pytest.mark.parametrize("sort", Sort)
async def test_every_order_has_each_execution_once(database, rare_workflow_id, sort) -> None:
    shown = min(COUNT, 20_000)

    def key(index: int) -> tuple[int, int]:
        # The number, which decides between equals, grows with the index.
        return (duration_of(index) if sort.is_by_duration else index, index)

    def fits(index: int, wanted: ExecutionFilter) -> bool:
        return (
            (not wanted.statuses or status_of(index) in wanted.statuses)
            and (wanted.workflow_id is None or index % 100 == 0)
            and (wanted.max_ms is None or duration_of(index) <= wanted.max_ms * 1000)
            and not (sort.is_by_duration and status_of(index) == "waiting")
            and index < shown
        )

    for wanted in (
        ExecutionFilter(created_before=shown),
        ExecutionFilter([E.FAILED, E.WAITING], created_before=shown),
        ExecutionFilter(workflow_id=rare_workflow_id, created_before=shown),
        ExecutionFilter([E.SUCCEEDED], max_ms=1, created_before=shown),
    ):
        found, pages = await database.read(lambda c, w=wanted: all_pages(c, w, sort))
        expected = [index for index in range(shown) if fits(index, wanted)]
        assert found == sorted(expected, key=key, reverse=sort.is_descending), wanted
        assert pages <= len(found) // 200 + COUNT // 2_000 + 2, wanted


async def test_durations_and_times_are_read_in_the_order_of_an_index(
    database, rare_workflow_id
) -> None:
    """What a page looks at, whatever the filter: not every execution of the table."""
    if database.name.startswith("sqlite"):
        read = await database.read(
            lambda c: rows_read(c, ExecutionFilter(), None, sort=Sort.OLDEST)
        )
        assert read <= ROWS_OF_A_PAGE
        for after in (None, Cursor(5000, 5000)):
            read = await database.read(
                lambda c, a=after: rows_read(c, ExecutionFilter(), a, sort=Sort.LONGEST)
            )
            # One page, and the look whether the table is small.
            assert read <= ROWS_OF_A_PAGE + execution_lists.LOOKED


async def test_the_next_wake_is_read_from_its_own_index(database, rare_workflow_id) -> None:
    def plan(connection) -> str:
        statement = (
            "SELECT wake_at FROM executions WHERE wake_at IS NOT NULL ORDER BY wake_at LIMIT 1"
        )
        prefix = "EXPLAIN QUERY PLAN " if connection.dialect.name == "sqlite" else "EXPLAIN "
        return str(connection.exec_driver_sql(prefix + statement).all())

    assert "ix_executions_wake_at" in await database.read(plan)
    assert await database.read(executions.next_wake) == 10**15
