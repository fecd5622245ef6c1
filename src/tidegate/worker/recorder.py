"""What the gate reports of a node's requests: kept in the journal, and shown while it happens."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, Protocol

from tidegate.egress.records import RequestRecord
from tidegate.engine.current_item import CURRENT_ITEM
from tidegate.engine.ports import Observer
from tidegate.errors import RiskLevel
from tidegate.model.execution import HttpRequestLog, HttpStart, Path, SecurityEvent, now_us
from tidegate.redact import CUT, MARGIN, Redactor

Place = tuple[Path, int]
"""The loop iterations around a node, and the attempt."""

MAX_LOGGED_BODY: Final = 16 * 1024


class RequestJournal(Protocol):
    """Takes what the gate reports."""

    def http_request(self, request: HttpRequestLog) -> None:
        """Take a request."""
        ...

    def security_event(self, event: SecurityEvent) -> None:
        """Take a security event."""
        ...


@dataclass(frozen=True, slots=True)
class NodeRecorder:
    """Writes what the gate reports of one attempt into the journal, and shows it."""

    redact: Redactor
    journal: RequestJournal
    observer: Observer
    execution_id: str
    node_id: str
    place: Place
    is_for_credential: bool = False

    def for_credential(self) -> "NodeRecorder":
        """The same, for requests for a token: their bodies are secret, and they are for no item."""
        return replace(self, is_for_credential=True)

    @property
    def _item(self) -> int | None:
        return None if self.is_for_credential else CURRENT_ITEM.get()

    def http_started(self, id: str, method: str, url: str) -> None:
        """A hop begins."""
        shown = self.redact(url)
        self.observer.http_started(
            HttpStart(id, self.execution_id, self.node_id, method, shown, now_us(), self._item)
        )

    def http_request(self, record: RequestRecord) -> None:
        """A hop ended."""
        path, attempt = self.place
        timings = record.timings
        request = HttpRequestLog(
            execution_id=self.execution_id,
            node_id=self.node_id,
            path=path,
            attempt=record.attempt or attempt,
            method=record.method,
            url=self.redact(record.url),
            at=int(record.started * 1_000_000),
            request_headers=self.redact(_joined(record.request_headers)),
            request_body=self._body(record.request_body),
            response_status=record.status,
            response_headers=self.redact(_joined(record.response_headers)),
            response_body=self._body(record.response_body),
            response_time=record.duration,
            error_message=self.redact(str((record.error or {}).get("message", ""))) or None,
            timings=None
            if timings is None
            else {
                "dns": timings.dns,
                "connect": timings.connect,
                "tls": timings.tls,
                "ttfb": timings.ttfb,
                "download": timings.download,
            },
            bytes_in=record.bytes_in,
            bytes_out=record.bytes_out,
            verdict=record.category or record.rule,
            item=self._item,
        )
        self.journal.http_request(request)
        self.observer.http_request(request, record.id)

    def security_event(
        self, type: str, severity: RiskLevel, description: str, details: Mapping[str, Any]
    ) -> None:
        """The gate or a limit refused something."""
        event = SecurityEvent(
            event_type=type,
            severity=severity,
            description=self.redact(description),
            at=now_us(),
            execution_id=self.execution_id,
            node_id=self.node_id,
            details=self.redact(dict(details)),
        )
        self.journal.security_event(event)
        self.observer.security_event(event)

    def _body(self, body: bytes | None) -> str | None:
        """The beginning of a body, as text without secrets."""
        if body is None or self.is_for_credential:
            return None
        # A character has four bytes at most; one more than is needed says that the text goes on.
        window = body[: 4 * (MAX_LOGGED_BODY + MARGIN + 1)]
        text = window.decode("utf-8", "replace").replace("\0", "\N{REPLACEMENT CHARACTER}")
        shown = self.redact.beginning(text, MAX_LOGGED_BODY)
        is_cut = len(text) > MAX_LOGGED_BODY and shown.endswith(CUT)
        return f"{shown} ({len(body)} bytes)" if is_cut else shown


def _joined(headers: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Headers by name, repeats joined with a comma (RFC 9110, section 5.3)."""
    joined: dict[str, str] = {}
    for name, value in headers:
        joined[name] = f"{joined[name]}, {value}" if name in joined else value
    return joined
