"""What ``tidegate executions`` shows: JSON for programs here, tables for people beside it."""

import base64
from collections.abc import Sequence
from typing import Any

from tidegate.app import App
from tidegate.cli.output import print_json
from tidegate.errors import InvalidInput, NotFound
from tidegate.model.execution import Execution, HttpRequestLog, LogLine, NodeRow, us_to_iso
from tidegate.model.item import JsonObject
from tidegate.model.status import ExecutionStatus
from tidegate.services import executions
from tidegate.services.reports import (
    Report,
    input_items,
    node_json,
    output_items,
    parent_json,
    report,
)
from tidegate.store.execution_filter import ExecutionFilter
from tidegate.store.execution_order import Cursor


async def list_page(
    app: App,
    *,
    statuses: Sequence[str],
    workflow: str | None,
    trigger: str | None,
    after: str | None,
    limit: int,
    as_json: bool,
) -> None:
    """One page of executions."""
    wanted = ExecutionFilter(
        statuses=tuple(ExecutionStatus(status) for status in statuses),
        workflow_id=workflow,
        trigger=trigger,
    )
    page = await executions.page(app, wanted, after=_read_cursor(after), limit=limit)
    following = None if page.next is None else _cursor_text(page.next)
    if as_json:
        print_json({"executions": [_entry(e) for e in page.executions], "next": following})
        return
    from tidegate.cli.execution_tables import print_page

    is_filtered = bool(statuses or workflow or trigger or after)
    print_page(page.executions, following, is_filtered=is_filtered)


async def show_execution(
    app: App, wanted: str, node: str | None, items: int, *, as_json: bool
) -> None:
    """One execution with every node's input, output, error, timing and usage.

    Raises:
        NotFound: there is no such execution, or no such node in it.
    """
    found = await report(app, await executions.find(app, wanted))
    rows = [row for row in found.nodes if node is None or row.node_id == node]
    if node is not None and not rows:
        there_are = ", ".join(dict.fromkeys(row.node_id for row in found.nodes)) or "none"
        raise NotFound(f"node {node!r} did not run in this execution; these did: {there_are}")
    lines = await executions.log_lines(app, found.execution.id)
    if node is not None:
        lines = [line for line in lines if line.node_id == node]
    if as_json:
        summary = found.summary()
        if node is not None:
            made = await executions.http_requests(app, found.execution.id, node)
            summary["requests"] = [_request_entry(request) for request in made]
        summary["nodes"] = [await _node_detail(app, found, row, items) for row in rows]
        summary["log"] = [_log_entry(line) for line in lines]
        print_json(summary)
        return
    from tidegate.cli.execution_tables import print_execution

    await print_execution(app, found, rows if node is not None else (), lines, items)


async def _node_detail(app: App, found: Report, row: NodeRow, items: int) -> JsonObject:
    detail = node_json(row)
    detail["input"] = await input_items(app, found, row, items)
    detail["output"] = await output_items(app, row, items)
    return detail


def _entry(execution: Execution) -> JsonObject:
    return {
        "execution_id": execution.id,
        "number": execution.number,
        "workflow_id": execution.workflow_id,
        "status": execution.status.value,
        "trigger": execution.trigger,
        "source": execution.source,
        "parent": parent_json(execution),
        "created_at": us_to_iso(execution.created_at),
        "started_at": us_to_iso(execution.started_at),
        "finished_at": us_to_iso(execution.finished_at),
        "duration_ms": execution.duration_ms,
        "errors_handled": execution.errors_handled,
        "error": execution.error,
    }


def _log_entry(line: LogLine) -> JsonObject:
    entry: dict[str, Any] = {
        "at": us_to_iso(line.at),
        "level": line.level,
        "node": line.node_id,
        "message": line.message,
        "data": line.data,
    }
    return entry | ({"iteration": list(line.path)} if line.path else {})


def _request_entry(request: HttpRequestLog) -> JsonObject:
    return {
        "at": us_to_iso(request.at),
        "iteration": list(request.path),
        "item": request.item,
        "attempt": request.attempt,
        "method": request.method,
        "url": request.url,
        "request_headers": request.request_headers,
        "request_body": request.request_body,
        "status": request.response_status,
        "response_headers": request.response_headers,
        "response_body": request.response_body,
        "duration_ms": request.response_time,
        "error": request.error_message,
    }


def _cursor_text(cursor: Cursor) -> str:
    text = f"{cursor.key}.{cursor.number}"
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _read_cursor(text: str | None) -> Cursor | None:
    if text is None:
        return None
    try:
        padded = text + "=" * (-len(text) % 4)
        created, _, number = base64.urlsafe_b64decode(padded).decode().partition(".")
        return Cursor(int(created), int(number))
    except ValueError:
        raise InvalidInput(f"{text!r} is no cursor of `executions list`") from None
