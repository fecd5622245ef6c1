"""Notices that the policy is another one than at the last start, and puts that on record."""

import asyncio
import hashlib
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from tidegate import codec
from tidegate.app import App
from tidegate.config import Settings
from tidegate.model.audit import AuditEvent
from tidegate.model.execution import SecurityEvent, now_us
from tidegate.services import audit
from tidegate.services.audit import local_actor
from tidegate.store import audit_log

SUBJECT: Final = "policy"


async def note_policy(app: App) -> None:
    """Compare what workflows may do here with what is on record; a difference is recorded.

    To be called before a process lets anything out. The defaults need no record.

    Raises:
        VaultError: there is a difference, and the vault's key, which seals the audit log, is
            missing.
    """
    stored = await app.database.read(lambda c: audit_log.newest_details(c, SUBJECT))
    is_default = _relevant(app.settings) == _DEFAULT
    if stored is None and is_default:
        return
    policy = await asyncio.to_thread(_policy, app.settings)
    before: Mapping[str, Any] = _policy(Settings()) if stored is None else codec.decode(stored)
    if before == codec.decode(codec.encode(policy)):
        return
    changed = sorted(
        name for name in before.keys() | policy.keys() if before.get(name) != policy.get(name)
    )
    event = SecurityEvent(
        "POLICY_CHANGE",
        "medium",
        f"the policy is another one than before: {', '.join(changed)}",
        now_us(),
        details={"changed": changed, "policy": policy},
    )
    entry = AuditEvent("policy.change", SUBJECT, local_actor(), policy)
    await audit.write(app, [entry], seen=[event])


def _relevant(settings: Settings) -> tuple[object, ...]:
    return settings.egress, settings.limits, settings.file_roots


_DEFAULT: Final = _relevant(Settings(data_dir=Path()))


def _policy(settings: Settings) -> dict[str, Any]:
    """What workflows may do, by the names of the settings. Blocks to read a file."""
    policy: dict[str, Any] = {"file_roots": list(settings.file_roots)}
    for group in ("egress", "limits"):
        for name, value in asdict(getattr(settings, group)).items():
            policy[f"{group}.{name}"] = list(value) if isinstance(value, tuple) else value
    file = settings.egress.blocked_domains_file
    if file is not None:
        # The gate has read it by now, or refused to start.
        policy["egress.blocked_domains_file sha256"] = _digest(Path(file))
    return policy


def _digest(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
