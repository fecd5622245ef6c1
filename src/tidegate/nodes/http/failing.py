"""Answers that count as failures, and which failures may be repeated."""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, Final

from tidegate.nodes.http.content import EXCERPT, excerpt
from tidegate.nodes.http.sending import has_idempotency_key
from tidegate.sdk import HttpError, HttpErrorType, HttpRequest, HttpResponse
from tidegate.sdk.values import as_text

_STATUS_HINTS: Final = {
    400: "the server did not understand the request",
    401: "the server wants a valid credential",
    403: "the credential may not do this",
    404: "there is nothing at this URL",
    405: "the method is not allowed there",
    408: "the server waited too long for the request",
    409: "it conflicts with the state on the server",
    413: "the request is too large for the server",
    415: "the server does not take this content type",
    422: "the server refused the content",
    429: "too many requests; set a rate or a smaller concurrency",
    500: "the server made a mistake",
    502: "a server behind it does not work",
    503: "the server is not available now",
    504: "a server behind it took too long",
}
_IDEMPOTENT: Final = frozenset({"GET", "HEAD", "OPTIONS", "PUT", "DELETE"})
_BEFORE_SENDING: Final = frozenset(
    {
        HttpErrorType.CIRCUIT_OPEN,
        HttpErrorType.CONNECTION_REFUSED,
        HttpErrorType.DNS_RESOLUTION,
        HttpErrorType.NETWORK_UNREACHABLE,
        HttpErrorType.SSL_ERROR,
    }
)
_SECRET_HEADERS: Final = frozenset({"set-cookie", "set-cookie2"})
_EARLY_PHASES: Final = frozenset({"queue", "dns", "connect", "tls"})


def status_error(method: str, response: HttpResponse, body: bytes) -> HttpError:
    """The error for an answer whose status is a failure (RFC 9110, section 15)."""
    said = f"{response.status} {response.status_text}".strip()
    hint = _STATUS_HINTS.get(response.status)
    headers = response.header_map()
    return HttpError(
        f"the server answered {said}" + (f": {hint}" if hint else ""),
        HttpErrorType.HTTP_STATUS,
        retry_after=retry_after(response),
        category="http_status",
        status_code=response.status,
        response_headers={k: v for k, v in headers.items() if k not in _SECRET_HEADERS},
        response_body=excerpt(body, response),
        request_method=method,
        request_url=response.final_url,
    )


def is_safe_to_repeat(request: HttpRequest, error: HttpError) -> bool:
    """Whether sending the same request again can't do the same thing twice.

    The method allows it, a key tells the server, or the request never left.
    """
    if request.method in _IDEMPOTENT or has_idempotency_key(request):
        return True
    never_left = error.type in _BEFORE_SENDING or error.details.get("phase") in _EARLY_PHASES
    return never_left and not error.details.get("redirects")


def retry_after(response: HttpResponse) -> float | None:
    """The seconds that the server asks to wait (RFC 9110, section 10.2.3)."""
    text = (response.header("retry-after") or "").strip()
    if text.isascii() and text.isdigit() and len(text) < 10:
        return float(text)
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, (moment - datetime.now(UTC)).total_seconds())


def condition_error(response: HttpResponse, data: Any) -> HttpError:
    """The error for an answer that does not meet the node's own condition."""
    is_bad = response.status >= 400
    return HttpError(
        "the response does not meet the condition of the parameter success_condition "
        f"(status {response.status}); look at both",
        HttpErrorType.HTTP_STATUS if is_bad else HttpErrorType.INVALID_RESPONSE,
        retry_after=retry_after(response),
        category="success_condition",
        response_body=as_text(data)[:EXCERPT],
    )
