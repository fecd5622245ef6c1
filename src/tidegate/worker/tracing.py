"""Traces for OpenTelemetry: a span for each execution, each node of it, and each request of those.

Needs the extra ``tidegate[tracing]``. Spans are sent by a thread of the library, in batches; where
they can't be, they are dropped.
"""

from typing import Any, Final
from urllib.parse import urlsplit

from tidegate import __version__
from tidegate.errors import InvalidInput
from tidegate.log import take_over
from tidegate.model.execution import (
    Execution,
    ExecutionEnd,
    HttpRequestLog,
    HttpStart,
    LogLine,
    NodeRow,
    Path,
    SecurityEvent,
    now_us,
    path_text,
)
from tidegate.model.status import ExecutionStatus, NodeStatus
from tidegate.server_settings import TracingSettings

try:
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter
    from opentelemetry.sdk.trace.sampling import ParentBased, TraceIdRatioBased
    from opentelemetry.trace import (
        INVALID_SPAN,
        Span,
        SpanKind,
        Status,
        StatusCode,
        Tracer,
        set_span_in_context,
    )
except ImportError as missing:
    raise InvalidInput(
        "tracing.endpoint is set, and the extra for it is missing: pip install 'tidegate[tracing]'"
    ) from missing

_EXPORT_SECONDS: Final = 10
_FAILED: Final = frozenset({ExecutionStatus.FAILED, ExecutionStatus.CRASHED})


class Tracing:
    """Where spans go. ``exporter`` stands in for the one of the settings."""

    def __init__(self, settings: TracingSettings, exporter: SpanExporter | None = None) -> None:
        resource = Resource.create(
            {"service.name": settings.service, "service.version": __version__}
        )
        sampler = ParentBased(TraceIdRatioBased(min(1.0, settings.sample)))
        self._provider = TracerProvider(resource=resource, sampler=sampler)
        if exporter is None:
            address = f"{(settings.endpoint or '').rstrip('/')}/v1/traces"
            exporter = OTLPSpanExporter(endpoint=address, timeout=_EXPORT_SECONDS)
        self._provider.add_span_processor(BatchSpanProcessor(exporter))
        self._tracer = self._provider.get_tracer("tidegate", __version__)
        take_over("opentelemetry")

    def observe(self, execution: Execution) -> "ExecutionSpans":
        """The observer of an execution."""
        return ExecutionSpans(self._tracer, execution)

    def close(self) -> None:
        """Send what is left. Blocks, for some seconds at most."""
        self._provider.shutdown()


class ExecutionSpans:
    """Turns what the engine shows of one execution into spans (an engine observer)."""

    def __init__(self, tracer: Tracer, execution: Execution) -> None:
        self._tracer, self._execution = tracer, execution
        self._root: Span | None = None
        self._nodes: dict[tuple[str, Path], Span] = {}

    def execution_started(self, execution: Execution) -> None:
        """This process runs the execution from now on."""
        attributes: dict[str, Any] = {
            "tidegate.execution.id": execution.id,
            "tidegate.execution.number": execution.number,
            "tidegate.execution.trigger": execution.trigger,
            "tidegate.execution.source": execution.source,
            "tidegate.workflow.id": execution.workflow_id,
            "tidegate.workflow.version": execution.version_hash,
        }
        if execution.parent_id is not None:
            attributes["tidegate.execution.parent_id"] = execution.parent_id
        self._root = self._tracer.start_span(
            "execution",
            context=set_span_in_context(INVALID_SPAN),
            attributes=attributes,
            start_time=_ns(now_us()),
        )

    def execution_ended(self, end: ExecutionEnd) -> None:
        """It has ended, or waits: the rest of it will be a trace of its own."""
        for span in self._nodes.values():
            span.end(_ns(end.at))
        self._nodes.clear()
        if self._root is not None:
            self._root.set_attribute("tidegate.execution.status", end.status.value)
            if end.status in _FAILED:
                self._root.set_status(Status(StatusCode.ERROR, _code(end.error)))
            self._root.end(_ns(end.at))

    def node_started(self, node_id: str, path: Path, items_in: int) -> None:
        """A node execution begins."""
        if self._root is None:
            return
        attributes: dict[str, Any] = {
            "tidegate.execution.id": self._execution.id,
            "tidegate.node.id": node_id,
            "tidegate.node.items_in": items_in,
        }
        if path:
            attributes["tidegate.node.path"] = path_text(path)
        self._nodes[node_id, path] = self._tracer.start_span(
            f"node {node_id}",
            context=set_span_in_context(self._root),
            attributes=attributes,
            start_time=_ns(now_us()),
        )

    def node_progress(self, node_id: str, path: Path, items_done: int) -> None:
        """Some of its items are done."""

    def node_finished(self, row: NodeRow) -> None:
        """An attempt ended: the node execution did, or it waits, or it is tried again."""
        span = self._nodes.get((row.node_id, row.path))
        if span is None or row.kind != "finished":
            return
        if row.status is NodeStatus.RETRYING:
            span.add_event("retry", {"attempt": row.attempt, "code": _code(row.error)})
            return
        del self._nodes[row.node_id, row.path]
        span.set_attributes(
            {
                "tidegate.node.type": row.node_type,
                "tidegate.node.status": row.status.value,
                "tidegate.node.attempt": row.attempt,
                "tidegate.node.items_out": row.items_out,
            }
        )
        if row.status is NodeStatus.FAILED:
            span.set_status(Status(StatusCode.ERROR, _code(row.error)))
        span.end(_ns(row.finished_at or now_us()))

    def log_line(self, line: LogLine) -> None:
        """A node logged something: it is in the execution's log."""

    def http_started(self, request: HttpStart) -> None:
        """A request begins; its end says when."""

    def http_request(self, request: HttpRequestLog, id: str) -> None:
        """A request ended."""
        parent = self._nodes.get((request.node_id, request.path)) or self._root
        if parent is None:
            return
        place = urlsplit(request.url)
        attributes: dict[str, Any] = {
            "http.request.method": request.method,
            "server.address": place.hostname or "",
            "url.scheme": place.scheme,
            "tidegate.bytes_in": request.bytes_in,
            "tidegate.bytes_out": request.bytes_out,
        }
        if request.response_status is not None:
            attributes["http.response.status_code"] = request.response_status
        span = self._tracer.start_span(
            request.method,
            context=set_span_in_context(parent),
            kind=SpanKind.CLIENT,
            attributes=attributes,
            start_time=_ns(request.at),
        )
        if request.error_message is not None or (request.response_status or 0) >= 400:
            span.set_status(Status(StatusCode.ERROR))
        span.end(_ns(request.at + round((request.response_time or 0) * 1000)))

    def security_event(self, event: SecurityEvent) -> None:
        """The gate or a limit refused something."""
        span = self._root
        if event.node_id is not None:
            found = (span for (id, _), span in self._nodes.items() if id == event.node_id)
            span = next(found, self._root)
        if span is not None:
            span.add_event(
                "security", {"type": event.event_type, "severity": event.severity}, _ns(event.at)
            )


def _code(error: Any) -> str:
    return "" if error is None else str(error.get("code", ""))


def _ns(us: int) -> int:
    return us * 1000
