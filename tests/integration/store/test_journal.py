"""The journal of one execution: order, durability, fencing, and values of every kind."""

import asyncio

import pytest

from tidegate.errors import Bug, LeaseLost
from tidegate.ids import new_id
from tidegate.model.execution import (
    BatchRef,
    ExecutionEnd,
    HttpRequestLog,
    LogLine,
    SecurityEvent,
    StoredOutput,
    now_us,
)
from tidegate.model.status import AttemptStatus, ExecutionStatus, NodeStatus
from tidegate.store import (
    executions,
    http_requests,
    logs,
    node_executions,
    security_events,
)
from tidegate.store.journal import ExecutionJournal
from tidegate.store.windows import window
from tidegate.store.writer import LINGER


async def stored_rows(database, execution_id, **options):
    return await database.read(lambda c: node_executions.rows(c, execution_id, **options))


async def stored(database, execution_id):
    return await database.read(lambda c: executions.get(c, execution_id))


async def test_what_was_recorded_reads_back_the_same(database, start, make_row) -> None:
    execution, journal = start(custom_data={"x": [1, None]}, has_custom_data=True)
    rows = [
        make_row(execution.id, "first", kind="started", output=None, finished_at=None, usage=None),
        make_row(execution.id, "first", path=(3, 0), attempt=2, items_in=7, errors_handled=2),
        make_row(
            execution.id,
            "second",
            status=NodeStatus.FAILED,
            attempt_status=AttemptStatus.FAILED,
            output=None,
            error={"code": "X", "message": "é\u0000"},
        ),
        make_row(execution.id, "third", output=StoredOutput((BatchRef("a", 0, 9, 1),), None, "k")),
        make_row(execution.id, "fourth", status=NodeStatus.WAITING, wake_at=now_us()),
    ]
    for row in rows:
        journal.record(row)
    end = ExecutionEnd(
        execution.id,
        ExecutionStatus.FAILED,
        now_us(),
        error={"code": "X", "message": "m"},
        errors_handled=3,
        usage={"memory_used": 5},
    )
    await journal.end(end)

    assert [entry.row for entry in await stored_rows(database, execution.id)] == rows
    read = await stored(database, execution.id)
    assert (read.status, read.finished_at, read.error) == (end.status, end.at, end.error)
    assert (read.errors_handled, read.usage) == (3, {"memory_used": 5})
    assert (read.custom_data, read.has_custom_data) == ({"x": [1, None]}, True)
    assert read.number > 0


@pytest.mark.parametrize(
    "data",
    [
        None,
        "NUL \u0000 inside",
        "\\u0000 as text",
        10**400,
        -(2**63) - 1,
        1.7976931348623157e308,
        {"\u0000": {"\u0000\u0001": "\U0001f600"}},
        [[[[]]]],
    ],
)
async def test_custom_data_of_every_kind_reads_back_the_same(database, start, data) -> None:
    execution, journal = start(custom_data=data, has_custom_data=True)
    await journal.barrier()
    read = await stored(database, execution.id)
    assert (read.custom_data, read.has_custom_data) == (data, True)


async def test_no_custom_data_is_not_null(database, start) -> None:
    execution, journal = start()
    await journal.barrier()
    assert (await stored(database, execution.id)).has_custom_data is False


async def test_odd_text_in_reports_never_fails_a_write(database, start, make_row) -> None:
    odd = "nul \u0000 surrogate \ud800 end"
    execution, journal = start(source=odd, user=odd)
    journal.log(LogLine(execution.id, 1, "warning", odd, "n", (1,), {odd: [odd, 10**5000]}))
    journal.http_request(
        HttpRequestLog(
            execution.id, "n", (), 1, "GET", odd, 2, {odd: odd}, [odd], error_message=odd
        )
    )
    journal.security_event(SecurityEvent("blocked", "high", odd, 3, execution.id, "n", {odd: odd}))
    output = b'{"items":[{"a":"\\u0000\\\\u0000"}]}'
    journal.record(
        make_row(
            execution.id,
            error={"message": odd, "nan": float("nan")},
            output=StoredOutput((BatchRef("main", 0, len(output), 1),), output),
        )
    )
    await journal.end(ExecutionEnd(execution.id, ExecutionStatus.FAILED, 4, error={"m": odd}))

    (line,) = await database.read(lambda c: logs.lines(c, execution.id))
    assert line.line.message.startswith("nul \ufffd surrogate ")
    assert line.line.path == (1,)
    (request,) = await database.read(lambda c: http_requests.requests(c, execution.id))
    assert request.request.url == line.line.message
    wanted = security_events.EventFilter(execution_id=execution.id)
    (event,) = await database.read(lambda c: security_events.page(c, wanted))
    assert event.event.description == line.line.message
    (row,) = await stored_rows(database, execution.id)
    assert row.row.output.data == output


async def test_requests_and_events_show_in_the_row_of_their_attempt(
    database, start, make_row
) -> None:
    execution, journal = start()

    def request(attempt: int, error: str | None = None) -> HttpRequestLog:
        return HttpRequestLog(
            execution.id, "n", (), attempt, "GET", "http://a", 1,
            response_time=1.5, error_message=error, bytes_in=10, bytes_out=5,
        )  # fmt: skip

    journal.http_request(request(1))
    journal.http_request(request(1, "reset"))
    journal.record(make_row(execution.id, "n", attempt=1))
    journal.http_request(request(2))
    journal.security_event(SecurityEvent("blocked", "low", "d", 7, execution.id, "n"))
    journal.record(make_row(execution.id, "n", attempt=2))
    journal.record(make_row(execution.id, "n", attempt=3))
    await journal.barrier()

    first, second, third = await stored_rows(database, execution.id)
    assert first.network_metrics == {
        "requests": 2, "failed": 1, "bytes_in": 20, "bytes_out": 10, "response_time": 3.0,
    }  # fmt: skip
    assert first.security_events is None
    assert second.network_metrics["requests"] == 1
    assert second.security_events == [
        {"event_type": "blocked", "severity": "low", "description": "d", "at": 7}
    ]
    assert (third.network_metrics, third.security_events) == (None, None)


async def test_a_barrier_with_nothing_pending_resolves_without_a_commit(
    database, start, make_row
) -> None:
    execution, journal = start()
    journal.record(make_row(execution.id))
    await journal.barrier()
    # A coroutine that never waits ends at its first step.
    waiting = journal.barrier()
    with pytest.raises(StopIteration):
        waiting.send(None)


async def test_rows_that_nobody_waits_for_are_committed_soon(database, start, make_row) -> None:
    execution, journal = start()
    await journal.barrier()
    # The writer has gone to sleep by then.
    await asyncio.sleep(10 * LINGER)
    journal.record(make_row(execution.id))
    async with asyncio.timeout(100 * LINGER):
        while not await stored_rows(database, execution.id):
            await asyncio.sleep(LINGER)


async def test_many_executions_share_commits_and_keep_their_order(
    database, start, make_row
) -> None:
    async def one(number: int) -> str:
        execution, journal = start()
        for index in range(number % 7):
            journal.record(make_row(execution.id, f"n{index}", items_in=index))
            if index % 3 == 2:
                await journal.barrier()
        await journal.end(ExecutionEnd(execution.id, ExecutionStatus.SUCCEEDED, now_us()))
        return execution.id

    ids = await asyncio.gather(*(one(number) for number in range(200)))
    for number, execution_id in enumerate(ids):
        rows = await stored_rows(database, execution_id)
        assert [entry.row.items_in for entry in rows] == list(range(number % 7))
    found = await database.read(lambda c: executions.find(c, ids))
    assert {execution.status for execution in found.values()} == {ExecutionStatus.SUCCEEDED}
    assert len({execution.number for execution in found.values()}) == 200


async def test_a_stale_token_writes_nothing_and_hears_of_it(
    database, start, make_row, claim
) -> None:
    execution, old = start()
    await old.barrier()
    other = await claim(execution.id, "b", dead_owner="a")
    assert other is not None
    assert (other.token, other.owner, other.crashes) == (2, "b", 1)

    new = ExecutionJournal(database, execution.id, other.token)
    old.record(make_row(execution.id, "old"))
    old.log(LogLine(execution.id, 1, "info", "old"))
    new.record(make_row(execution.id, "new"))
    results = await asyncio.gather(
        old.end(ExecutionEnd(execution.id, ExecutionStatus.SUCCEEDED, 1)),
        new.barrier(),
        return_exceptions=True,
    )
    assert isinstance(results[0], LeaseLost)
    assert results[1] is None
    with pytest.raises(LeaseLost):
        await old.barrier()

    assert [entry.row.node_id for entry in await stored_rows(database, execution.id)] == ["new"]
    assert await database.read(lambda c: logs.lines(c, execution.id)) == []
    assert (await stored(database, execution.id)).status is ExecutionStatus.RUNNING


async def test_nothing_is_written_after_the_end(database, start, make_row) -> None:
    execution, journal = start()
    await journal.end(ExecutionEnd(execution.id, ExecutionStatus.CANCELLED, 1))
    journal.record(make_row(execution.id))
    with pytest.raises(LeaseLost):
        await journal.barrier()
    assert await stored_rows(database, execution.id) == []


async def test_an_execution_that_waits_is_claimed_and_goes_on(
    database, start, make_row, claim
) -> None:
    execution, journal = start()
    wake_at = now_us() - 1
    await journal.end(
        ExecutionEnd(execution.id, ExecutionStatus.WAITING, now_us(), wake_at=wake_at)
    )
    waiting = await stored(database, execution.id)
    assert (waiting.status, waiting.wake_at) == (ExecutionStatus.WAITING, wake_at)
    assert waiting.finished_at is None

    assert await database.read(executions.due) == [execution.id]
    again = await claim(execution.id)
    assert (again.token, again.crashes, again.wake_at) == (2, 0, None)
    assert again.started_at == execution.started_at
    resumed = ExecutionJournal(database, execution.id, again.token)
    resumed.record(make_row(execution.id))
    await resumed.end(ExecutionEnd(execution.id, ExecutionStatus.SUCCEEDED, now_us()))
    assert len(await stored_rows(database, execution.id)) == 1


async def test_an_execution_that_exists_already_is_not_ours(database, start, make_running) -> None:
    execution, journal = start()
    await journal.barrier()
    twin = ExecutionJournal(database, execution.id, 1)
    twin.insert_claimed(make_running(id=execution.id), 15.0)
    other, healthy = start()
    results = await asyncio.gather(twin.barrier(), healthy.barrier(), return_exceptions=True)
    assert isinstance(results[0], LeaseLost)
    assert results[1] is None
    assert (await stored(database, other.id)).status is ExecutionStatus.RUNNING


async def test_one_journal_that_fails_does_not_harm_the_others(database, start, make_row) -> None:
    _, broken = start(workflow_id=new_id())
    pairs = [start() for _ in range(3)]
    for execution, journal in pairs:
        journal.record(make_row(execution.id))
    results = await asyncio.gather(
        broken.barrier(), *(journal.barrier() for _, journal in pairs), return_exceptions=True
    )
    assert isinstance(results[0], Bug)
    assert results[1:] == [None, None, None]
    for execution, _ in pairs:
        assert len(await stored_rows(database, execution.id)) == 1


async def test_a_row_that_cannot_be_encoded_is_a_bug_of_its_journal(
    database, start, make_row
) -> None:
    execution, journal = start()
    journal.record(make_row(execution.id, status="no status"))
    _, healthy = start()
    results = await asyncio.gather(journal.barrier(), healthy.barrier(), return_exceptions=True)
    assert isinstance(results[0], Bug)
    assert results[1] is None


async def test_large_outputs_and_many_rows_in_one_group(database, start, make_row) -> None:
    execution, journal = start()
    data = b'{"items":["' + b"x" * 200_000 + b'"]}'
    for index in range(100):
        output = StoredOutput((BatchRef("main", 0, len(data), 1),), data)
        journal.record(make_row(execution.id, f"n{index}", output=output))
    for index in range(3000):
        journal.log(LogLine(execution.id, index, "debug", f"line {index}"))
    await journal.end(ExecutionEnd(execution.id, ExecutionStatus.SUCCEEDED, now_us()))
    rows = await stored_rows(database, execution.id, with_output=False)
    assert [entry.row.node_id for entry in rows] == [f"n{index}" for index in range(100)]
    assert rows[0].row.output.data is None
    part = await database.read(lambda c: node_executions.inline_bytes(c, rows[9].seq, 9, 5))
    assert part == data[9:14]
    lines = await database.read(lambda c: logs.lines(c, execution.id, after=0, limit=5000))
    assert [entry.line.at for entry in lines] == list(range(3000))


async def test_a_window_of_an_output_reads_only_its_batches(database, start, make_row) -> None:
    execution, journal = start()
    texts = [b'{"items":[%d,%d]}' % (index, index + 1) for index in range(0, 10, 2)]
    refs = [
        BatchRef("main", sum(map(len, texts[:index])), len(text), 2)
        for index, text in enumerate(texts)
    ]
    journal.record(make_row(execution.id, "n", attempt=1, output=None))
    journal.record(make_row(execution.id, "n", output=StoredOutput(refs, b"".join(texts))))
    journal.record(make_row(execution.id, "n", path=(1,)))
    await journal.barrier()

    def read(connection) -> list[bytes]:
        newest = node_executions.newest_with_output(connection, execution.id, "n")
        assert newest.row.output.data is None
        slices = window(newest.row.output.batches, "main", 3, 4)
        assert [(piece.skip, piece.take) for piece in slices] == [(1, 1), (0, 2), (0, 1)]
        return [
            node_executions.inline_bytes(
                connection, newest.seq, piece.batch.offset, piece.batch.length
            )
            for piece in slices
        ]

    assert await database.read(read) == texts[1:4]
    none = await database.read(
        lambda c: node_executions.newest_with_output(c, execution.id, "other")
    )
    assert none is None
