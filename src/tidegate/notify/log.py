"""The notification channel that is always there: a line in the log."""

from tidegate.log import get_logger
from tidegate.model.execution import SecurityEvent
from tidegate.model.item import JsonObject
from tidegate.notify.base import TriggerFailure


class LogNotifier:
    """Writes each notification as one log line."""

    def execution_failed(self, execution_id: str, workflow: str, error: JsonObject) -> None:
        """An execution failed whose workflow asks for a notification."""
        get_logger().error(
            "execution.failed", execution=execution_id, workflow=workflow, error=error
        )

    def trigger_failed(self, failed: TriggerFailure) -> None:
        """The log has a line of each failure already."""

    def security_event(self, event: SecurityEvent) -> None:
        """It is in the database; a line would say no more."""
