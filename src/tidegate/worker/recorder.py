"""What the gate reports of a node's requests: kept in the journal, and shown while it happens."""

from collections.abc import Iterable, Mapping
from copy import copy
from typing import Any, Final, Protocol

from tidegate.app import App
from tidegate.egress.records import RequestRecord
from tidegate.engine.current_item import CURRENT_ITEM
from tidegate.engine.plan import PlannedNode
from tidegate.engine.ports import Observer
from tidegate.errors import RiskLevel
from tidegate.model.execution import HttpRequestLog, HttpStart, Path, SecurityEvent, now_us
from tidegate.redact import CUT, MARGIN

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


class NodeRecorder:
    """Writes what the gate reports of one attempt into the journal, and shows it."""

    def __init__(
        self,
        app: App,
        journal: RequestJournal,
        execution_id: str,
        node: PlannedNode,
        place: Place,
        *,
        observer: Observer,
    ) -> None:
        self._redact, self._journal, self._observer = app.redact, journal, observer
        self._execution_id, self._node = execution_id, node
        self._path, self._attempt = place
        self._is_for_credential = False

    @property
    def node_id(self) -> str:
        """The node whose requests these are."""
        return self._node.id

    def for_credential(self) -> "NodeRecorder":
        """The same, for requests for a token: their bodies are secret, and they are for no item."""
        other = copy(self)
        other._is_for_credential = True  # noqa: SLF001 - a copy of this very class
        return other

    @property
    def _item(self) -> int | None:
        return None if self._is_for_credential else CURRENT_ITEM.get()

    def http_started(self, id: str, method: str, url: str) -> None:
        """A hop begins."""
        shown = self._redact(url)
        self._observer.http_started(
            HttpStart(id, self._execution_id, self._node.id, method, shown, now_us(), self._item)
        )

    def http_request(self, record: RequestRecord) -> None:
        """A hop ended."""
        timings = record.timings
        request = HttpRequestLog(
            execution_id=self._execution_id,
            node_id=self._node.id,
            path=self._path,
            attempt=record.attempt or self._attempt,
            method=record.method,
            url=self._redact(record.url),
            at=int(record.started * 1_000_000),
            request_headers=self._redact(_joined(record.request_headers)),
            request_body=self._body(record.request_body),
            response_status=record.status,
            response_headers=self._redact(_joined(record.response_headers)),
            response_body=self._body(record.response_body),
            response_time=record.duration,
            error_message=self._redact(str((record.error or {}).get("message", ""))) or None,
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
        self._journal.http_request(request)
        self._observer.http_request(request, record.id)

    def security_event(
        self, type: str, severity: RiskLevel, description: str, details: Mapping[str, Any]
    ) -> None:
        """The gate or a limit refused something."""
        event = SecurityEvent(
            event_type=type,
            severity=severity,
            description=self._redact(description),
            at=now_us(),
            execution_id=self._execution_id,
            node_id=self._node.id,
            details=self._redact(dict(details)),
        )
        self._journal.security_event(event)
        self._observer.security_event(event)

    def _body(self, body: bytes | None) -> str | None:
        """The beginning of a body, as text without secrets."""
        if body is None or self._is_for_credential:
            return None
        # A character has four bytes at most; one more than is needed says that the text goes on.
        window = body[: 4 * (MAX_LOGGED_BODY + MARGIN + 1)]
        text = window.decode("utf-8", "replace").replace("\0", "\N{REPLACEMENT CHARACTER}")
        shown = self._redact.beginning(text, MAX_LOGGED_BODY)
        is_cut = len(text) > MAX_LOGGED_BODY and shown.endswith(CUT)
        return f"{shown} ({len(body)} bytes)" if is_cut else shown


def _joined(headers: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Headers by name, repeats joined with a comma (RFC 9110, section 5.3)."""
    joined: dict[str, str] = {}
    for name, value in headers:
        joined[name] = f"{joined[name]}, {value}" if name in joined else value
    return joined
