"""What the history, the trace and the numbers ask for, on both databases."""

import pytest

from tidegate.model.execution import ExecutionEnd, HttpRequestLog, LogLine, NodeRow, Turn, now_us
from tidegate.model.status import AttemptStatus, ExecutionStatus, NodeStatus
from tidegate.store import (
    analytics,
    execution_lists,
    executions,
    http_requests,
    limits,
    logs,
    moments,
    queued,
    sizes,
    spans,
)
from tidegate.store.analytics import Range
from tidegate.store.execution_filter import ExecutionFilter
from tidegate.store.http_requests import RequestFilter
from tidegate.store.journal import ExecutionJournal
from tidegate.store.limits import TooManyExecutions

ERROR = {"code": "HTTP_STATUS", "message": "status 502", "node": "get"}


@pytest.fixture
async def failed(database, make_execution):
    """An execution whose only node failed after one request."""
    begun = now_us() - 2_000_000
    given = make_execution(created_at=begun, started_at=begun, trigger="hook", source="webhook")
    journal = ExecutionJournal(database, given.id, given.token)
    journal.insert_claimed(given, 15)
    journal.http_request(
        HttpRequestLog(
            given.id,
            "get",
            (),
            1,
            "GET",
            "https://api.example.org/x?y=1",
            begun + 10,
            response_status=502,
            response_time=3.5,
            error_message="bad gateway",
            item=2,
        )
    )
    journal.record(
        NodeRow(
            given.id,
            "get",
            "http.request",
            (),
            1,
            "finished",
            NodeStatus.FAILED,
            AttemptStatus.FAILED,
            begun,
            begun + 1_000_000,
            error=ERROR,
        )
    )
    await journal.end(ExecutionEnd(given.id, ExecutionStatus.FAILED, begun + 1_500_000, ERROR))
    return await database.read(lambda c: executions.get(c, given.id))


async def test_spans_are_attempts_and_requests(database, failed) -> None:
    found, total = await database.read(lambda c: spans.spans(c, failed.id))
    assert [(span.kind, span.status) for span in found] == [
        ("attempt", "failed"),
        ("request", "failed"),
    ]
    assert found[1].details["item"] == 2
    assert total == 2
    window, total = await database.read(lambda c: spans.spans(c, failed.id, offset=1, limit=1))
    assert window == found[1:] and total == 2
    attempt, request = found
    for which, expected in (
        (spans.SpanFilter(kind="request"), [request]),
        (spans.SpanFilter(kind="attempt", seq=attempt.seq), [attempt]),
        (spans.SpanFilter(failed=True), [attempt, request]),
        (spans.SpanFilter(min_ms=3), [attempt, request]),
        (spans.SpanFilter(min_ms=500), [attempt]),
        (spans.SpanFilter(min_ms=1_000), []),
        (spans.SpanFilter(node="other", failed=True), []),
        (spans.SpanFilter(node="get", path="", kind="attempt"), [attempt]),
        (spans.SpanFilter(path="3"), []),
    ):
        looked = await database.read(lambda c, which=which: spans.spans(c, failed.id, which))
        assert looked == (expected, len(expected)), which


async def test_log_lines_are_found_by_their_text_node_and_iteration(
    database, make_execution
) -> None:
    given = make_execution()
    journal = ExecutionJournal(database, given.id, given.token)
    journal.insert_claimed(given, 15)
    for number in range(20):
        level = "error" if number == 3 else "info"
        text = f"line {number}%"
        journal.log(LogLine(given.id, now_us(), level, text, f"node{number % 2}", (number % 3,)))
    await journal.end(ExecutionEnd(given.id, ExecutionStatus.SUCCEEDED, now_us()))

    async def numbers(which, **window):
        found = await database.read(lambda c: logs.lines(c, given.id, which, **window))
        total = await database.read(lambda c: logs.count(c, given.id, which))
        return [int(entry.line.message[5:-1]) for entry in found], total

    assert await numbers(logs.LogFilter(), offset=18, limit=10) == ([18, 19], 20)
    assert await numbers(logs.LogFilter(q="LINE 1"), limit=2) == ([1, 10], 11)
    assert await numbers(logs.LogFilter(q="3%")) == ([3, 13], 2)
    assert (await numbers(logs.LogFilter(q="NODE1")))[1] == 10
    assert await numbers(logs.LogFilter(node_id="node1", path="0")) == ([3, 9, 15], 3)
    assert await numbers(logs.LogFilter(levels=["error"])) == ([3], 1)


async def test_moments_are_what_changed_around_one(database, make_execution) -> None:
    begun = now_us() - 2_000_000
    given = make_execution(created_at=begun, started_at=begun)
    journal = ExecutionJournal(database, given.id, given.token)
    journal.insert_claimed(given, 15)
    # One node that takes all the time, and twenty attempts of another, one after the other.
    places = [("long", 0, 2_100)] + [("step", 100 * n, 100 * n + 50) for n in range(20)]
    for number, (node, start, end) in enumerate(places):
        journal.record(
            NodeRow(
                *(given.id, node, "flow.no_op", (number,), 1, "finished"),
                *(NodeStatus.SUCCEEDED, AttemptStatus.SUCCEEDED, begun + start, begun + end),
            )
        )
    await journal.end(ExecutionEnd(given.id, ExecutionStatus.SUCCEEDED, begun + 2_100))

    async def around(at: int, limit: int):
        found = await database.read(
            lambda c: moments.moments(c, given.id, at=begun + at, limit=limit)
        )
        times = (found.begin, found.end, found.previous, found.last)
        before = sorted((span.node, span.begin - begun) for span in found.before)
        steps = sorted(span.begin - begun for span in found.around if span.node == "step")
        return before, steps, [None if time is None else time - begun for time in times]

    assert await around(1_020, 4) == (
        # The last change of the long one is its begin; it has not ended then.
        [("long", 0), ("step", 900)],
        [900, 1_000, 1_100],
        [950, 1_100, 900, 2_100],
    )
    whole = [100 * n for n in range(20)]
    assert await around(1_000, 1_000) == ([], whole, [None, None, None, 2_100])
    assert (await around(50_000, 2))[2] == [2_100, None, 1_950, 2_100]
    assert (await around(0, 4))[2] == [0, 100, None, 2_100]


async def test_requests_of_all_executions_are_filtered(database, failed) -> None:
    def page(**wanted):
        return lambda c: http_requests.page(
            c, RequestFilter(**wanted), projects=None, before=None, limit=10
        )

    ((only,), following) = await database.read(page(host="api.example.org", state="failed"))
    assert (only.number, only.request.url, following) == (
        failed.number,
        "https://api.example.org/x?y=1",
        None,
    )
    for wanted in ({"host": "example.org"}, {"state": "succeeded"}, {"text": "nonsense"}):
        assert (await database.read(page(**wanted)))[0] == []


async def test_numbers_are_counted(database, failed) -> None:
    whole = Range(failed.created_at - 10, failed.created_at + 10)
    (sample,) = await database.read(lambda c: analytics.samples(c, whole))
    assert (sample.status, sample.duration) == (ExecutionStatus.FAILED, 1_500_000)
    (failure,) = await database.read(lambda c: analytics.failures(c, whole))
    assert '"node":"get"' in failure.error
    (slow,) = await database.read(lambda c: analytics.slowest(c, whole))
    assert (slow.node_id, slow.attempts, slow.mean, slow.longest) == ("get", 1, 1e6, 1_000_000)
    begin = failed.created_at - 5
    counted, looked_to = await database.read(
        lambda c: execution_lists.counts(
            c, ExecutionFilter(error_text="502"), begin=begin, end=begin + 10, parts=2
        )
    )
    assert [(entry.part, entry.status, entry.count) for entry in counted] == [
        (1, ExecutionStatus.FAILED, 1)
    ]
    assert looked_to is None
    assert await database.read(sizes.database_bytes) > 0


async def test_what_is_looked_for_is_found(database, failed) -> None:
    def ids(**wanted):
        return lambda c: [
            execution.id
            for execution in execution_lists.page(c, ExecutionFilter(**wanted)).executions
        ]

    found = (
        {"text": "BAD"}, {"error_text": "no such"}, {"sources": ["cli"]}, {"min_ms": 2000},
        {"failed_node": "other"}, {"projects": []},
    )  # fmt: skip
    for wanted in found:
        assert await database.read(ids(**wanted)) == [], wanted
    for wanted in (
        {"text": f"#{failed.number}"}, {"text": "502"}, {"error_text": "STATUS"},
        {"sources": ["webhook"]}, {"min_ms": 1000, "max_ms": 1600}, {"failed_node": "get"},
        {"trigger": "hook"},
    ):  # fmt: skip
        assert await database.read(ids(**wanted)) == [failed.id], wanted


async def test_turns_are_taken_and_passed_on(database, make_execution) -> None:
    put: list[str] = []

    def enqueue(_transaction, id, *, priority=0, run_at=None) -> None:
        put.append(id)

    def insert(turn):
        execution = make_execution(status=ExecutionStatus.QUEUED, token=0, turn=turn)
        return database.write(
            lambda c: queued.insert(c, execution, priority=0, not_before=None, enqueue=enqueue)
        )

    first = await insert(Turn("k", 1))
    second = await insert(Turn("k", 1))
    other = await insert(Turn("other", 1))
    assert put == [first.id, other.id]
    assert await database.read(limits.keys) == ["k"]
    with pytest.raises(TooManyExecutions):
        await insert(Turn("k", 1, "refuse"))
    with pytest.raises(TooManyExecutions):
        await insert(Turn("k", 1, "queue", 1))
    claim = {"owner": "a", "lease": 15}
    parked = await database.write(lambda c: queued.claim_queued(c, second.id, **claim))
    assert parked is None, "its turn has not come"
    await database.write(lambda c: executions.request_cancel(c, first.id))
    await database.write(lambda c: queued.next_turns(c, "k", enqueue))
    assert put == [first.id, other.id, second.id]
    newest = await insert(Turn("k", 1, "replace"))
    assert put[-1] == newest.id, "what it replaced was queued, and has ended at once"
