"""The journal's values as rows: the columns and the order of each INSERT."""

from collections.abc import Sequence
from typing import Any

from tidegate import codec
from tidegate.model.execution import (
    BatchRef,
    Execution,
    ExecutionEnd,
    HttpRequestLog,
    LogLine,
    NodeRow,
    SecurityEvent,
    path_text,
)
from tidegate.model.item import JsonObject
from tidegate.model.status import ExecutionStatus
from tidegate.store import tables
from tidegate.store.bulk import BulkInsert, Row
from tidegate.store.projections import output_projection
from tidegate.store.text import clean_text, exact_json, searchable_json

EXECUTIONS = BulkInsert(
    tables.executions,
    (
        "id",
        "workflow_id",
        "version_hash",
        "status",
        "trigger",
        "source",
        "user",
        "created_at",
        "started_at",
        "finished_at",
        "wake_at",
        "token",
        "owner",
        "lease_until",
        "errors_handled",
        "error",
        "usage",
        "items_out",
        "custom_data",
        "variables",
        "parent_id",
        "parent_node",
    ),
)

NODE_EXECUTIONS = BulkInsert(
    tables.node_executions,
    (
        "execution_id",
        "node_id",
        "node_type",
        "path",
        "attempt",
        "kind",
        "status",
        "attempt_status",
        "started_at",
        "finished_at",
        "wake_at",
        "items_in",
        "items_out",
        "output",
        "output_file",
        "batches",
        "error",
        "errors_handled",
        "resource_usage",
        "network_metrics",
        "security_events",
        "output_data",
    ),
)

EXECUTION_LOGS = BulkInsert(
    tables.execution_logs,
    ("execution_id", "created_at", "level", "message", "node_id", "path", "data"),
)

HTTP_REQUEST_LOGS = BulkInsert(
    tables.http_request_logs,
    (
        "execution_id",
        "node_id",
        "path",
        "attempt",
        "method",
        "url",
        "request_headers",
        "request_body",
        "response_status",
        "response_headers",
        "response_body",
        "response_time",
        "error_message",
        "timings",
        "bytes_in",
        "bytes_out",
        "verdict",
        "created_at",
        "item",
    ),
)

SECURITY_EVENTS = BulkInsert(
    tables.security_events,
    (
        "execution_id",
        "node_id",
        "event_type",
        "severity",
        "description",
        "details",
        "created_at",
    ),
)


def execution_row(
    execution: Execution, lease_until: int | None, end: ExecutionEnd | None = None
) -> Row:
    """A new execution, as it is or, if it already ended, as it ended."""
    ended = end is not None
    last = end if end is not None else execution
    waits = last.status is ExecutionStatus.WAITING
    return (
        execution.id,
        execution.workflow_id,
        execution.version_hash,
        last.status.value,
        clean_text(execution.trigger),
        clean_text(execution.source),
        clean_text(execution.user),
        execution.created_at,
        execution.started_at,
        None if end is None or waits else end.at,
        last.wake_at if waits else None,
        execution.token,
        execution.owner,
        None if ended else lease_until,
        last.errors_handled,
        optional_json(last.error),
        optional_json(last.usage),
        None if waits else last.items_out,
        codec.encode(execution.custom_data) if execution.has_custom_data else None,
        codec.encode(execution.variables) if execution.variables else None,
        execution.parent_id,
        execution.parent_node,
    )


def node_row(
    row: NodeRow,
    metrics: JsonObject | None,
    events: Sequence[JsonObject] | None,
    *,
    output_index: bool,
) -> Row:
    """One row of the journal; ``metrics`` and ``events`` are what its requests were counted to."""
    output = row.output
    return (
        row.execution_id,
        row.node_id,
        row.node_type,
        path_text(row.path) if row.path else "",
        row.attempt,
        row.kind,
        row.status.value,
        row.attempt_status.value,
        row.started_at,
        row.finished_at,
        row.wake_at,
        row.items_in,
        row.items_out,
        None if output is None else output.data,
        None if output is None else output.file,
        None if output is None else batches_text(output.batches),
        optional_json(row.error),
        row.errors_handled,
        None if row.usage is None else codec.encode(row.usage.as_json()).decode(),
        None if metrics is None else exact_json(metrics),
        None if events is None else searchable_json(events),
        output_projection(output) if output_index else None,
    )


def log_row(line: LogLine) -> Row:
    """A line of the log."""
    return (
        line.execution_id,
        line.at,
        line.level,
        clean_text(line.message),
        line.node_id,
        path_text(line.path),
        optional_json(line.data),
    )


def http_request_row(request: HttpRequestLog) -> Row:
    """A request that a node made."""
    return (
        request.execution_id,
        request.node_id,
        path_text(request.path),
        request.attempt,
        clean_text(request.method),
        clean_text(request.url),
        _optional_searchable(request.request_headers),
        _optional_searchable(request.request_body),
        request.response_status,
        _optional_searchable(request.response_headers),
        _optional_searchable(request.response_body),
        request.response_time,
        None if request.error_message is None else clean_text(request.error_message),
        _optional_searchable(request.timings),
        request.bytes_in,
        request.bytes_out,
        clean_text(request.verdict),
        request.at,
        request.item,
    )


def security_event_row(event: SecurityEvent) -> Row:
    """Something that the gate, a limit or the vault saw."""
    return (
        event.execution_id,
        event.node_id,
        event.event_type,
        event.severity,
        clean_text(event.description),
        _optional_searchable(event.details),
        event.at,
    )


def batches_text(batches: Sequence[BatchRef]) -> str:
    """The index of an output's batches: ``[[output, offset, length, count], ...]``."""
    return codec.encode(batches).decode()


def optional_json(value: Any) -> str | None:
    """Exact JSON text, or None for None."""
    return None if value is None else exact_json(value)


def _optional_searchable(value: Any) -> str | None:
    return None if value is None else searchable_json(value)
