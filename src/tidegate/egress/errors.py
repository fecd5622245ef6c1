"""The one table of what the gate can refuse or fail with, and what users are told.

Users see the row's category and a safe sentence. Resolved addresses, the precise rule and a
library's own words go to the audit record only.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from tidegate.errors import (
    HttpError,
    HttpErrorType,
    NodeError,
    RiskLevel,
    SecurityError,
    SecurityErrorType,
)


class Reason(StrEnum):
    """Why a request did not succeed. Several reasons may share one category."""

    URL = "url"
    SCHEME = "scheme"
    USERINFO = "userinfo"
    HOST = "host"
    HOSTNAME = "hostname"
    DOMAIN = "domain"
    PORT = "port"
    ADDRESS = "address"
    PLAIN_HTTP = "plain_http"
    UNVERIFIED = "unverified"
    REDIRECT = "redirect"
    HEADER = "header"
    METHOD = "method"
    LIMIT = "limit"
    CIRCUIT = "circuit"
    DNS = "dns"
    TIMEOUT = "timeout"
    REFUSED = "refused"
    UNREACHABLE = "unreachable"
    TLS = "tls"
    TOO_MANY_REDIRECTS = "too_many_redirects"
    TOO_LARGE = "too_large"
    BOMB = "bomb"
    ENCODING = "encoding"
    RESET = "reset"
    INCOMPLETE = "incomplete"
    NOT_HTTP = "not_http"
    FRAMING = "framing"


@dataclass(frozen=True, slots=True)
class Row:
    """A reason's public category, error type, risk and safe sentence."""

    category: str
    type: HttpErrorType | SecurityErrorType
    risk: RiskLevel
    sentence: str


_H, _S = HttpErrorType, SecurityErrorType

TABLE: Final[dict[Reason, Row]] = {
    Reason.URL: Row("url", _S.BLOCKED_URL, "medium", "this is not a well-formed URL"),
    Reason.SCHEME: Row(
        "scheme", _S.INVALID_PROTOCOL, "medium", "only http and https URLs can be requested"
    ),
    Reason.USERINFO: Row(
        "userinfo",
        _S.BLOCKED_URL,
        "medium",
        "the URL holds a user name or a password; use a credential instead",
    ),
    Reason.HOST: Row(
        "host", _S.BLOCKED_URL, "medium", "the URL's host is not a plain name or address"
    ),
    Reason.HOSTNAME: Row(
        "hostname", _S.INTERNAL_NETWORK, "high", "the host's name belongs to an internal network"
    ),
    Reason.DOMAIN: Row("blocked_domain", _S.BLOCKED_URL, "high", "the operator blocks this domain"),
    Reason.PORT: Row("port", _S.BLOCKED_URL, "medium", "this port is not open to workflows"),
    Reason.ADDRESS: Row(
        "address",
        _S.INTERNAL_NETWORK,
        "high",
        "the host leads to an address that is not public; an operator can open it with an allow "
        "rule (setting egress.allow, or --allow HOST:PORT)",
    ),
    Reason.PLAIN_HTTP: Row(
        "https_required",
        _S.INVALID_PROTOCOL,
        "medium",
        "a request that carries a credential needs https",
    ),
    Reason.UNVERIFIED: Row(
        "unverified_tls",
        _S.INVALID_PROTOCOL,
        "high",
        "TLS without verification is not permitted here; give the server's authority as a custom "
        "one, or ask an operator to permit it (setting egress.unverified_tls)",
    ),
    Reason.REDIRECT: Row(
        "blocked_redirect", _S.BLOCKED_URL, "medium", "the server's redirect is not safe to follow"
    ),
    Reason.HEADER: Row(
        "invalid_header", _S.MALICIOUS_CONTENT, "medium", "a request header is not allowed"
    ),
    Reason.METHOD: Row(
        "invalid_method", _S.INVALID_PROTOCOL, "medium", "this request method is not allowed"
    ),
    Reason.LIMIT: Row(
        "limit_exceeded", _S.RESOURCE_LIMIT_EXCEEDED, "medium", "a limit of the network is spent"
    ),
    Reason.CIRCUIT: Row(
        "circuit_open",
        _H.CIRCUIT_OPEN,
        "low",
        "the server failed again and again; it is not asked until it had some time",
    ),
    Reason.DNS: Row(
        "dns_error",
        _H.DNS_RESOLUTION,
        "low",
        "the host's name could not be found; check how it is spelled, and this machine's DNS",
    ),
    Reason.TIMEOUT: Row("timeout", _H.TIMEOUT, "low", "the request took too long"),
    Reason.REFUSED: Row(
        "connection_refused",
        _H.CONNECTION_REFUSED,
        "low",
        "the connection was refused: nothing listens at this host and port; check both, and that "
        "the server runs",
    ),
    Reason.UNREACHABLE: Row(
        "network_unreachable",
        _H.NETWORK_UNREACHABLE,
        "low",
        "there is no way to the server; check its address and this machine's network",
    ),
    Reason.TLS: Row(
        "tls_error", _H.SSL_ERROR, "medium", "no trustworthy TLS connection could be made"
    ),
    Reason.TOO_MANY_REDIRECTS: Row(
        "too_many_redirects",
        _H.TOO_MANY_REDIRECTS,
        "low",
        "the server redirected too often, perhaps in a circle",
    ),
    Reason.TOO_LARGE: Row(
        "response_too_large", _H.RESPONSE_TOO_LARGE, "low", "the response is larger than allowed"
    ),
    Reason.BOMB: Row(
        "response_too_large",
        _S.MALICIOUS_CONTENT,
        "high",
        "the response unpacks to far more than it is; it looks like a decompression bomb",
    ),
    Reason.ENCODING: Row(
        "unsupported_encoding",
        _H.INVALID_RESPONSE,
        "medium",
        "the response is compressed in a way that was not asked for; leave the header "
        "Accept-Encoding to Tidegate",
    ),
    Reason.RESET: Row(
        "protocol_error", _H.CONNECTION_RESET, "low", "the server closed the connection"
    ),
    Reason.INCOMPLETE: Row(
        "protocol_error",
        _H.INVALID_RESPONSE,
        "low",
        "the server ended its response before it was complete; try again later",
    ),
    Reason.NOT_HTTP: Row(
        "protocol_error",
        _H.INVALID_RESPONSE,
        "medium",
        "what the server sent is not HTTP/1.1; check the port, and http or https",
    ),
    Reason.FRAMING: Row(
        "protocol_error",
        _S.MALICIOUS_CONTENT,
        "medium",
        "the response is malformed: it breaks the rules of HTTP, or has far too many headers; its "
        "server must be mended",
    ),
}

TIMEOUTS: Final[Mapping[str, str]] = {
    "queue": "while it waited for its turn; send fewer requests at once, or raise the timeout",
    "dns": "while the host's name was looked up; check the name, and this machine's DNS",
    "connect": "while connecting: nothing answers at this host and port, or a firewall is between",
    "tls": "during the TLS handshake; check that this port speaks TLS",
    "upload": "while sending the request's body; raise the timeout, or send less at once",
    "response": "while waiting for the response; raise the timeout, or ask for less",
    "body": "while reading the response's body; raise the timeout, or ask for less",
}
"""How the sentence of a timeout goes on, by the phase in which it happened."""

RESETS: Final[Mapping[str, str]] = {
    "connect": "while connecting; check the host and the port",
    "upload": "before it had the whole request; it may be too large for it",
    "response": "before it answered; it may have failed, or not like this request",
    "body": "in the middle of its response; try again later",
}
"""How the sentence of a lost connection goes on, by the phase in which it happened."""


def failure(
    reason: Reason,
    sentence: str = "",
    *,
    blocked: str = "",
    risk: RiskLevel | None = None,
    **details: Any,
) -> NodeError:
    """The error that a node's author sees; ``sentence`` must be safe to show."""
    row = TABLE[reason]
    message = sentence or row.sentence
    details["category"] = row.category
    if isinstance(row.type, SecurityErrorType):
        return SecurityError(
            message,
            row.type,
            rule=f"egress.{reason.value}",
            blocked=blocked,
            risk=risk or row.risk,
            **details,
        )
    return HttpError(message, row.type, **details)
