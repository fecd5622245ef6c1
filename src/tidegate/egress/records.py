"""What is kept of a request: records without secrets, and who receives them."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final, Protocol

from tidegate.egress.verdict import Verdict
from tidegate.errors import NodeError, RiskLevel, SecurityError
from tidegate.sdk.http import Timings

HIDDEN: Final = "***"

_CREDENTIAL_HEADERS: Final = frozenset(
    {"authorization", "cookie", "cookie2", "proxy-authorization", "set-cookie", "set-cookie2"}
)
_HIDE: Final = "hide"
_ADDRESS: Final = "address"
_ADDRESS_HEADERS: Final = frozenset({"content-location", "link", "location", "referer", "refresh"})
_SECRET_WORD: Final = re.compile(
    r"(?:^|[-_.])(?:auth|authorization|credential|jwt|pass|passwd|password|secret|session|sig"
    r"|signature|token)s?(?:$|[-_.])"
    r"|(?:secret|token|password)s?$"
    r"|(?:access|account|api|auth|functions|license|master|private|secret|session|subscription)"
    r"[-_.]?keys?(?:$|[-_.])|sessionid$",
    re.IGNORECASE | re.ASCII,
)
_SECRET_HINT: Final = re.compile(  # what every match of the above holds somewhere
    "auth|credential|jwt|key|pass|secret|session|sig|token", re.IGNORECASE | re.ASCII
)
_QUERY_PAIR: Final = re.compile(r"(?P<name>[^&=?#;]+)=(?P<value>[^&#;]*)")


@dataclass(slots=True)  # not frozen: one is made for every hop, and freezing costs 4 µs
class RequestRecord:
    """One hop of one request, as far as it came. ``hop`` counts from 0.

    ``id`` is that of its start, empty where it did not come so far. ``attempt`` is the request's
    own count of its attempts; 0 where it has none.
    Headers and URL are redacted. ``category`` and ``error`` are set where the gate refused or the
    hop failed; ``rule`` names the rule that allowed or refused it. Bodies are as sent and received
    (decoded); None where there was none, or where it was streamed. Sizes are bytes on the wire,
    ``duration`` milliseconds, ``started`` seconds since 1970.
    """

    method: str
    url: str
    hop: int
    started: float
    duration: float
    request_headers: Sequence[tuple[str, str]] = ()
    request_body: bytes | None = None
    status: int | None = None
    response_headers: Sequence[tuple[str, str]] = ()
    response_body: bytes | None = None
    remote_address: str = ""
    timings: Timings | None = None
    bytes_in: int = 0
    bytes_out: int = 0
    rule: str = ""
    attempt: int = 0
    id: str = ""
    category: str | None = None
    error: Mapping[str, Any] | None = None


class Recorder(Protocol):
    """Receives what the gate did. Methods must be quick and never raise."""

    def http_started(self, id: str, method: str, url: str) -> None:
        """A hop begins; the record of its end has the same ``id``. The URL is redacted."""
        ...

    def http_request(self, record: RequestRecord) -> None:
        """A hop ended, well or not."""
        ...

    def security_event(
        self, type: str, severity: RiskLevel, description: str, details: Mapping[str, Any]
    ) -> None:
        """The gate refused something. ``details`` are for operators and may name addresses."""
        ...


def report_blocked(
    verdict: Verdict,
    recorder: Recorder | None,
    *,
    addresses: Sequence[str] = (),
    **details: Any,
) -> NodeError:
    """Tell the recorder of a refusal, in full, and give back what the node may see of it."""
    error = verdict.error()
    if recorder is not None and isinstance(error, SecurityError):
        known: dict[str, Any] = {
            "category": verdict.category,
            "rule": verdict.rule,
            "detail": verdict.detail,
        }
        if addresses:
            known["addresses"] = shown_addresses(addresses)
        recorder.security_event(error.type.value, error.risk, error.message, {**details, **known})
        error.is_recorded = True
    return error


def shown_addresses(addresses: Sequence[str]) -> Sequence[str]:
    """As much of what a name led to as a security event holds."""
    return [text[:100] for text in addresses[:20]]


@lru_cache(maxsize=1024)
def is_credential_header(name: str) -> bool:
    """Whether a header authenticates by its name, such as ``Cookie`` or ``X-Api-Key``."""
    return name.lower() in _CREDENTIAL_HEADERS or _SECRET_WORD.search(name) is not None


def redact_headers(
    headers: Sequence[tuple[str, str]], sensitive: frozenset[str] = frozenset()
) -> tuple[tuple[str, str], ...]:
    """The headers with the values of secret ones hidden, also inside of addresses."""
    shown: list[tuple[str, str]] = []
    for pair in headers:
        name = pair[0]
        treatment = _treatment(name)
        if treatment is _HIDE or (sensitive and name.lower() in sensitive):
            shown.append((name, HIDDEN))
        elif treatment is _ADDRESS:
            shown.append((name, redact_url(pair[1])))
        else:
            shown.append(pair)
    return tuple(shown)


@lru_cache(maxsize=1024)
def _treatment(name: str) -> str:
    if is_credential_header(name):
        return _HIDE
    return _ADDRESS if name.lower() in _ADDRESS_HEADERS else ""


def redact_url(url: str, sensitive: frozenset[str] = frozenset()) -> str:
    """The URL with the values of query parameters hidden that look like secrets or are marked."""
    head, mark, query = url.partition("?")
    if "@" in head:
        head = _without_userinfo(head)
    if not mark:
        return head
    if not sensitive and not _SECRET_HINT.search(query):
        return f"{head}?{query}"

    def hide(match: re.Match[str]) -> str:
        name = match["name"]
        secret = name in sensitive or is_credential_header(name)
        return f"{name}={HIDDEN if secret else match['value']}"

    return f"{head}?{_QUERY_PAIR.sub(hide, query)}"


def _without_userinfo(head: str) -> str:
    scheme, mark, rest = head.partition("://")
    authority, slash, path = rest.partition("/")
    if mark and "@" in authority:
        return f"{scheme}://{HIDDEN}@{authority.rpartition('@')[2]}{slash}{path}"
    return head
