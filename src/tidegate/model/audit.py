"""The audit log's entries as values. Times are microseconds since 1970, UTC."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

EMPTY_HASH: Final = "0" * 64
"""What stands for the entry before the first one."""


@dataclass(frozen=True, slots=True)
class AuditEvent:
    """Something that somebody did, to be put into the audit log.

    ``action`` is what was done (``credential.create``), ``subject`` to what (a name), ``actor`` who
    did it: a person of the system or, later, of the server. ``details`` are without secrets.
    """

    action: str
    subject: str
    actor: str
    details: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One entry of the log. ``seq`` counts from 1 without gaps.

    ``details`` is the exact JSON text; ``hash`` is a keyed MAC of all else, made with what the
    vault derives from the key ``key_id``.
    """

    seq: int
    at: int
    actor: str
    action: str
    subject: str
    details: str
    key_id: str
    previous_hash: str
    hash: str


@dataclass(frozen=True, slots=True)
class AuditHead:
    """Which entry is the last one, with a MAC: it is where a cut tail is noticed."""

    seq: int = 0
    hash: str = EMPTY_HASH
    key_id: str = ""
    mac: str = ""
