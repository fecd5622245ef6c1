"""aiohttp's and the system's exceptions, sorted into the gate's reasons by type, never by text.

Imported only after something failed, when aiohttp is loaded already.
"""

import ssl
from collections.abc import Iterator
from typing import Final

import aiohttp
from aiohttp import http_exceptions

from tidegate.egress.errors import RESETS, Reason, failure
from tidegate.egress.hop import Hop
from tidegate.egress.resolver import NameNotFound
from tidegate.egress.tls_errors import tls_sentence
from tidegate.egress.tunnel import ProxyFailed
from tidegate.errors import NodeError

_HUGE_HEAD: Final = (
    "the response's headers are larger than allowed (16 KB each, 200 of them); ask the server for "
    "less, such as fewer cookies"
)


def fault(error: Exception, hop: Hop | None) -> NodeError | None:
    """The failure that an exception stands for; None where it is a mistake of our own."""
    phase = "queue" if hop is None else hop.phase
    causes = list(_causes(error))
    reason = _reason(error, causes, phase, hop)
    if reason is None:
        return None
    return failure(reason, _sentence(reason, causes, phase), phase=phase)


def _reason(
    error: Exception, causes: list[BaseException], phase: str, hop: Hop | None
) -> Reason | None:
    if any(isinstance(cause, ProxyFailed) for cause in causes):
        return Reason.UNREACHABLE
    if any(isinstance(cause, NameNotFound) for cause in causes):
        return Reason.DNS
    if phase == "tls" or any(isinstance(cause, ssl.SSLError) for cause in causes):
        return Reason.TLS
    if isinstance(error, aiohttp.ClientConnectorError):
        return _system_reason(error.os_error)
    if isinstance(error, aiohttp.ClientPayloadError):
        return _payload_reason(hop)
    if isinstance(error, aiohttp.ServerDisconnectedError | aiohttp.ClientOSError):
        return Reason.RESET
    if isinstance(error, aiohttp.ClientResponseError):
        is_other = any(isinstance(cause, http_exceptions.BadStatusLine) for cause in causes)
        return Reason.NOT_HTTP if is_other else Reason.FRAMING
    if isinstance(error, OSError):
        return _system_reason(error)
    return Reason.RESET if isinstance(error, aiohttp.ClientError) else None


def _system_reason(error: OSError) -> Reason:
    if isinstance(error, ConnectionRefusedError):
        return Reason.REFUSED
    if isinstance(error, ConnectionError):
        return Reason.RESET
    return Reason.TIMEOUT if isinstance(error, TimeoutError) else Reason.UNREACHABLE


def _payload_reason(hop: Hop | None) -> Reason:
    """Why a body ended too early: it is malformed, the network broke, or the server ended it."""
    if hop is None:
        return Reason.INCOMPLETE
    if isinstance(hop.ended_by, http_exceptions.HttpProcessingError):
        return Reason.FRAMING
    return Reason.RESET if hop.is_broken else Reason.INCOMPLETE


def _sentence(reason: Reason, causes: list[BaseException], phase: str) -> str:
    """What is known beyond the reason; empty where its own sentence says it all."""
    for cause in causes:
        if isinstance(cause, ProxyFailed):
            return str(cause)
    if reason is Reason.TLS:
        return tls_sentence(causes)
    if reason is Reason.RESET and phase in RESETS:
        return f"the server closed the connection {RESETS[phase]}"
    if any(isinstance(cause, http_exceptions.LineTooLong) for cause in causes):
        return _HUGE_HEAD
    return ""


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        if isinstance(error, aiohttp.ClientConnectorError):
            yield error.os_error
        error = error.__cause__ or error.__context__
