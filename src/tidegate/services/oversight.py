"""What those who watch over an installation see: security events, the audit log, settings."""

from collections.abc import Collection, Sequence
from dataclasses import asdict
from typing import Any, Final

from tidegate import config
from tidegate.app import App
from tidegate.egress.traffic import HostStatus
from tidegate.egress.tunnel import Proxy
from tidegate.model.audit import AuditEntry, AuditEvent
from tidegate.model.execution import now_us
from tidegate.model.item import JsonObject
from tidegate.redact import MASK
from tidegate.services import audit
from tidegate.services.analytics import over_time
from tidegate.services.identity.permissions import Action, Caller
from tidegate.store import security_events as store
from tidegate.store.audit_log import AuditFilter
from tidegate.store.engines import parse_url, shown
from tidegate.store.security_events import Acknowledgement, EventFilter, StoredSecurityEvent

SECRET: Final = frozenset({"remote.key"})


async def security_events(
    app: App, caller: Caller, wanted: EventFilter, before: tuple[int, int] | None, limit: int
) -> Sequence[StoredSecurityEvent]:
    """Security events, the newest first."""
    caller.require(Action.SECURITY_READ)
    return await app.database.read(
        lambda connection: store.page(connection, wanted, before=before, limit=limit)
    )


async def security_histogram(
    app: App, caller: Caller, wanted: EventFilter, *, begin: int, end: int, parts: int
) -> JsonObject:
    """How many security events fit a filter in each part of a time, by severity."""
    caller.require(Action.SECURITY_READ)
    counted = await app.database.read(
        lambda connection: store.counts(connection, wanted, begin=begin, end=end, parts=parts)
    )
    return over_time(counted, begin, end, parts)


async def acknowledge(
    app: App, caller: Caller, seqs: Collection[int], note: str
) -> Sequence[StoredSecurityEvent]:
    """Note that the caller has looked at security events; the first who does so is kept.

    Raises:
        NotFound: one of them does not exist; nothing is noted.
    """
    caller.require(Action.SECURITY_MANAGE)
    looked = Acknowledgement(now_us(), caller.email, note)
    subject = ", ".join(str(seq) for seq in sorted(seqs))
    await audit.write(
        app,
        [AuditEvent("security_event.acknowledge", subject, caller.email, {"note": note})],
        lambda connection: store.acknowledge(connection, seqs, looked),
    )
    return await app.database.read(lambda connection: store.find(connection, seqs))


async def audit_entries(
    app: App, caller: Caller, wanted: AuditFilter, before: int | None, limit: int
) -> Sequence[AuditEntry]:
    """Entries of the audit log, the newest first."""
    caller.require(Action.SECURITY_READ)
    return await audit.page(app, wanted, before=before, limit=limit)


def hosts(app: App, caller: Caller) -> Sequence[HostStatus]:
    """What this process knows of the hosts that its executions ask, those in trouble first."""
    caller.require(Action.SECURITY_READ)
    found = app.gate.traffic.status()
    return sorted(found, key=lambda host: (host.circuit == "closed", -host.waiting, host.host))


def settings(app: App, caller: Caller) -> dict[str, Any]:
    """Every setting by its dotted name; passwords in addresses are masked."""
    caller.require(Action.SETTINGS_READ)
    values = asdict(app.settings)
    found: dict[str, Any] = {}
    for name in config.setting_names():
        group, _, key = name.rpartition(".")
        value = values[group][key] if group else values[key]
        if name == "database_url" and value is not None:
            value = shown(parse_url(value, app.settings.data_dir))
        if name == "egress.proxy" and value is not None:
            value = Proxy.parse(value)
        if name in SECRET and value is not None:
            value = MASK
        found[name] = value if isinstance(value, bool | int | float | None) else _text(value)
    return found


def _text(value: Any) -> str | list[str]:
    return [str(part) for part in value] if isinstance(value, tuple | list) else str(value)
