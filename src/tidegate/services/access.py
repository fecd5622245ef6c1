"""What must not go unnoticed: credentials that executions open, and people who sign in."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from tidegate.app import App
from tidegate.errors import CredentialError, RiskLevel
from tidegate.model.audit import AuditEvent
from tidegate.model.execution import Execution, SecurityEvent, now_us
from tidegate.services import audit
from tidegate.store import security_events

if TYPE_CHECKING:
    from tidegate.services.credentials import Opened


async def credentials_read(
    app: App, execution: Execution, opened: "Opened"
) -> Sequence[SecurityEvent]:
    """Put the credentials that an execution opened into the audit log; nothing may use them before.

    Returns:
        The same as security events, for the execution's journal.

    Raises:
        VaultError: the vault's key is missing.
    """
    actor = execution.user or audit.local_actor()
    details = {"execution": execution.id, "workflow": execution.workflow_id}
    read = [name for name, found in opened.items() if not isinstance(found, CredentialError)]
    if read:
        await audit.write(
            app, [AuditEvent("credential.read", name, actor, details) for name in sorted(read)]
        )
    return [_read_event(execution, name, opened[name]) for name in sorted(opened)]


def _read_event(execution: Execution, name: str, found: object) -> SecurityEvent:
    details: dict[str, Any] = {"credential": name, "workflow": execution.workflow_id}
    if not isinstance(found, CredentialError):
        text = f"the credential '{name}' was opened"
        return SecurityEvent("CREDENTIAL_READ", "low", text, now_us(), execution.id, None, details)
    # Missing, or its key is gone, or somebody changed the sealed bytes.
    severity: RiskLevel = "high" if found.is_tampering else "medium"
    return SecurityEvent(
        "CREDENTIAL_UNREADABLE", severity, found.message, now_us(), execution.id, None, details
    )


async def signed_in(
    app: App, actor: str, *, succeeded: bool, details: Mapping[str, Any] | None = None
) -> None:
    """Put a sign-in on record, or one that was refused.

    Args:
        app: the app.
        actor: who, as far as it is known.
        succeeded: whether it was let in.
        details: from where, by which way; no secrets.

    Raises:
        VaultError: the vault's key is missing.
    """
    known = dict(details or {})
    event = SecurityEvent(
        "SIGN_IN" if succeeded else "SIGN_IN_REFUSED",
        "low" if succeeded else "medium",
        f"{actor} signed in" if succeeded else f"{actor} was refused",
        now_us(),
        details=known,
    )
    action = "sign_in" if succeeded else "sign_in.refused"
    await audit.write(app, [AuditEvent(action, actor, actor, known)], seen=[event])


async def call_refused(
    app: App,
    workflow_id: str,
    description: str,
    severity: RiskLevel,
    details: Mapping[str, Any],
) -> None:
    """Put a call from outside on record that was not let in.

    Raises:
        OperationalError: the database does not work.
    """
    event = SecurityEvent(
        "CALL_REFUSED",
        severity,
        description,
        now_us(),
        details={"workflow": workflow_id, **details},
    )
    await app.database.write(lambda connection: security_events.insert(connection, event))
    app.events.refused(event)
