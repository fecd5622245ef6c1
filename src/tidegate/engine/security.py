"""The security event of a failure: what a limit ended, and what was refused outside of the gate."""

from collections.abc import Iterable
from typing import Final

from tidegate.engine.environment import Environment
from tidegate.errors import (
    ExpressionLimit,
    HttpError,
    HttpErrorType,
    NodeError,
    NodeTimeout,
    OutputTooLarge,
    RiskLevel,
    SecurityError,
    SecurityErrorType,
)
from tidegate.model.execution import Path, SecurityEvent, now_us, path_text

LIMIT: Final = SecurityErrorType.RESOURCE_LIMIT_EXCEEDED.value
_RULES: Final[dict[type[NodeError], str]] = {
    NodeTimeout: "limits.timeout",
    ExpressionLimit: "limits.expression",
    OutputTooLarge: "limits.output",
}


def report(environment: Environment, node_id: str, path: Path, errors: Iterable[NodeError]) -> None:
    """Put the security events of an attempt's failures into the journal, each kind once.

    What the gate refused, it has reported itself, with more than a node may see.
    """
    seen: set[tuple[str, str]] = set()
    for error in errors:
        found = _classified(error)
        if found is None or found[:2] in seen:
            continue
        event_type, rule, severity = found
        seen.add((event_type, rule))
        details = {"rule": rule, "code": error.code, "workflow": environment.info.workflow_id}
        if isinstance(error, SecurityError):
            error.is_recorded = True
            details["blocked"] = error.blocked
        if path:
            details["iteration"] = path_text(path)
        event = SecurityEvent(
            event_type,
            severity,
            str(environment.redact(error.message)),
            now_us(),
            environment.info.id,
            node_id,
            environment.redact(details),
        )
        environment.journal.security_event(event)
        environment.observer.security_event(event)


def _classified(error: NodeError) -> tuple[str, str, RiskLevel] | None:
    """Type, rule and severity of the event; None where the failure has none of its own."""
    if isinstance(error, SecurityError):
        return None if error.is_recorded else (error.type.value, error.rule, error.risk)
    if isinstance(error, HttpError):
        is_limit = error.type is HttpErrorType.RESPONSE_TOO_LARGE
        return (LIMIT, "limits.response", "medium") if is_limit else None
    for kind, rule in _RULES.items():
        if isinstance(error, kind):
            return LIMIT, rule, "medium"
    return None
