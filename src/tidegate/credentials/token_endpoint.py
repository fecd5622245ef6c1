"""The token endpoint of OAuth 2 (RFC 6749): how a client speaks to it, and what it answers."""

from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final, Literal
from urllib.parse import quote_plus, urlencode

from tidegate import codec
from tidegate.credentials.base import with_headers
from tidegate.egress.url import parse_url
from tidegate.egress.verdict import Refused
from tidegate.errors import CredentialError, InvalidInput, NodeRetryable
from tidegate.redact import MIN_LENGTH
from tidegate.sdk.http import HttpRequest, HttpResponse

MAX_ANSWER: Final = 1 << 20
REQUEST_SECONDS: Final = 20.0
DEFAULT_SECONDS: Final = 300.0
"""How long a token is used whose server did not say how long it is valid."""
LEEWAY_SECONDS: Final = 60.0
"""A token is renewed so long before it expires, or when a tenth of its time is left."""
_SHOWN: Final = 200
_TOO_MANY_REQUESTS: Final = 429

Authentication = Literal["header", "body", "none"]


class GrantRefused(CredentialError):
    """The token server does not accept the code or the refresh token (``invalid_grant``)."""


@dataclass(frozen=True, slots=True)
class Token:
    """An access token; it is used for ``seconds``. ``refresh`` gets the next one."""

    value: str = field(repr=False)
    seconds: float = DEFAULT_SECONDS
    refresh: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Client:
    """Who asks, and how it says so: in the Authorization header, in the body, or by its id."""

    id: str
    secret: str | None = field(default=None, repr=False)
    authentication: Authentication = "header"

    @property
    def pair(self) -> str:
        """What the Authorization header is made of (RFC 6749, section 2.3.1)."""
        return f"{quote_plus(self.id)}:{quote_plus(self.secret or '')}"


def token_request(url: str, client: Client, form: Mapping[str, str]) -> HttpRequest:
    """A request for a token; a redirect of it is not followed."""
    request = HttpRequest(
        "POST",
        url,
        [
            ("Accept", "application/json"),
            ("Content-Type", "application/x-www-form-urlencoded"),
        ],
        timeout=REQUEST_SECONDS,
        follow_redirects=False,
        max_response=MAX_ANSWER,
        # Marked also where the secrets are in the body, so that the gate insists on https.
        sensitive_query=frozenset({"client_secret"}),
    )
    if client.authentication == "header":
        pair = b64encode(client.pair.encode()).decode()
        request = with_headers(request, {"Authorization": f"Basic {pair}"})
        own = {}
    elif client.authentication == "body":
        own = {"client_id": client.id, "client_secret": client.secret or ""}
    else:
        own = {"client_id": client.id}
    return replace(request, body=urlencode({**form, **own}).encode())


def read_token(response: HttpResponse) -> Token:
    """The token in an answer.

    Raises:
        GrantRefused: the code or the refresh token is not good any more.
        CredentialError: the server refused otherwise, or its answer is no token.
        NodeRetryable: the server can't answer now.
    """
    try:
        answer = codec.decode(response.body)
    except InvalidInput:
        answer = None
    found = answer if isinstance(answer, dict) else {}
    if response.status != 200:
        raise _refusal(response.status, found)
    token, kind = found.get("access_token"), str(found.get("token_type", "bearer")).lower()
    if not isinstance(token, str) or not _is_usable(token) or kind != "bearer":
        raise CredentialError("the token server's answer holds no bearer token")
    refresh = found.get("refresh_token")
    return Token(
        token, _usable_seconds(found.get("expires_in")), refresh if _is_long(refresh) else None
    )


def checked_url(value: str) -> str:
    """An endpoint of a server; a validator.

    Raises:
        ValueError: it is none.
    """
    try:
        parse_url(value)
    except Refused as refused:
        raise ValueError(refused.verdict.error().message) from None
    return value


def _refusal(status: int, answer: Mapping[str, Any]) -> CredentialError | NodeRetryable:
    said = str(answer.get("error_description") or answer.get("error") or "")[:_SHOWN]
    text = f"the token server answered {status}{f': {said}' if said else ''}"
    if status >= 500 or status == _TOO_MANY_REQUESTS:
        return NodeRetryable(text, status=status)
    kind = GrantRefused if answer.get("error") == "invalid_grant" else CredentialError
    return kind(text, status=status)


def _usable_seconds(expires_in: Any) -> float:
    if isinstance(expires_in, str) and expires_in.isdecimal():  # as some servers write it
        expires_in = int(expires_in[:12])
    if not isinstance(expires_in, int | float) or isinstance(expires_in, bool):
        return DEFAULT_SECONDS
    return max(0.0, expires_in * 0.9, expires_in - LEEWAY_SECONDS)


def _is_usable(token: str) -> bool:
    return len(token) >= MIN_LENGTH and token.isascii() and token.isprintable() and " " not in token


def _is_long(token: Any) -> bool:
    return isinstance(token, str) and len(token) >= MIN_LENGTH
