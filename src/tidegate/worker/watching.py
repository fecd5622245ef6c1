"""What operators see of an execution: counts, and lines in the server's log."""

from tidegate.log import get_logger, is_logged
from tidegate.metrics import Metrics
from tidegate.model.execution import (
    Execution,
    ExecutionEnd,
    HttpRequestLog,
    HttpStart,
    LogLine,
    NodeRow,
    Path,
    SecurityEvent,
    milliseconds,
)
from tidegate.model.status import ENDED


class ExecutionWatch:
    """An observer that counts, and logs the beginning and the end (info) and each node (debug)."""

    __slots__ = ("_execution", "_metrics")

    def __init__(self, metrics: Metrics, execution: Execution) -> None:
        self._metrics, self._execution = metrics, execution

    def execution_started(self, execution: Execution) -> None:
        """This process runs the execution from now on."""
        self._execution = execution
        if is_logged("info"):
            get_logger().info(
                "execution_started",
                workflow=execution.workflow_id,
                version=execution.version_hash[:12],
                trigger=execution.trigger,
                source=execution.source,
                number=execution.number,
            )

    def execution_ended(self, end: ExecutionEnd) -> None:
        """It has ended, or waits."""
        ms = milliseconds(self._execution.started_at, end.at)
        if end.status in ENDED:
            seconds = None if ms is None else ms / 1000
            self._metrics.execution_ended(end.status.value, self._execution.source, seconds)
        if is_logged("info"):
            error = {} if end.error is None else {"code": end.error.get("code")}
            get_logger().info("execution_ended", status=end.status.value, ms=ms, **error)

    def node_started(self, node_id: str, path: Path, items_in: int) -> None:
        """An attempt begins; its end says enough."""

    def node_progress(self, node_id: str, path: Path, items_done: int) -> None:
        """Some items are done; the end says how many."""

    def node_finished(self, row: NodeRow) -> None:
        """An attempt ended."""
        if row.kind != "finished":
            return
        ms = row.duration_ms or 0.0
        self._metrics.attempt_ended(row.node_type, row.status.value, ms / 1000, row.items_out)
        if is_logged("debug"):
            error = {} if row.error is None else {"code": row.error.get("code")}
            get_logger().debug(
                "node_ended",
                node=row.node_id,
                type=row.node_type,
                status=row.status.value,
                attempt=row.attempt,
                ms=ms,
                items=row.items_out,
                **error,
            )

    def log_line(self, line: LogLine) -> None:
        """A node logged something: it is in the execution's log."""

    def http_started(self, request: HttpStart) -> None:
        """A node's request begins; its end is what counts."""

    def http_request(self, request: HttpRequestLog, id: str) -> None:
        """A node's request ended."""
        ms = request.response_time
        self._metrics.request_ended(
            request.response_status,
            None if ms is None else ms / 1000,
            request.bytes_in,
            request.bytes_out,
        )

    def security_event(self, event: SecurityEvent) -> None:
        """The gate or a limit refused something."""
        self._metrics.security_event(event.event_type, event.severity)
