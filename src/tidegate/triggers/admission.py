"""Who may call a webhook: addresses, rates, passwords, tokens and signatures."""

import base64
import binascii
import hashlib
import hmac
import ipaddress
import time
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from tidegate.errors import RiskLevel
from tidegate.sdk.form import FormParams
from tidegate.sdk.webhook import Signature, WebhookParams

SECONDS_A_MINUTE: Final = 60.0
MAX_SEEN: Final = 100_000
"""So many signatures are remembered here; the executions that they started are the truth."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a request is not let in. ``risk`` is set where it is a security event."""

    status: int
    code: str
    detail: str
    headers: Mapping[str, str] = field(default_factory=dict)
    risk: RiskLevel | None = None


@dataclass(frozen=True, slots=True)
class Secret:
    """What a caller must know: the values of a credential, by its type."""

    type: str
    values: Mapping[str, str]


class RateLimit:
    """A bucket that fills evenly: ``per_minute`` requests, that many at once at most."""

    __slots__ = ("_at", "_left", "per_minute")

    def __init__(self, per_minute: int) -> None:
        self.per_minute = per_minute
        self._left = float(per_minute)
        self._at = time.monotonic()

    def take(self) -> float:
        """Take one; 0, or the seconds until there is one again."""
        now = time.monotonic()
        rate = self.per_minute / SECONDS_A_MINUTE
        self._left = min(self.per_minute, self._left + (now - self._at) * rate)
        self._at = now
        if self._left < 1:
            return (1 - self._left) / rate
        self._left -= 1
        return 0.0


def check_address(params: WebhookParams | FormParams, address: str) -> Refusal | None:
    """Whether the network address may call."""
    if not params.allowed_addresses:
        return None
    try:
        given = ipaddress.ip_address(address)
    except ValueError:
        given = None
    if isinstance(given, ipaddress.IPv6Address) and given.ipv4_mapped is not None:
        given = given.ipv4_mapped
    if given is not None:
        for network in params.allowed_addresses:
            if given in ipaddress.ip_network(network):
                return None
    return Refusal(
        403, "ADDRESS_NOT_ALLOWED", "this address may not call this webhook", risk="medium"
    )


def check_origin(params: WebhookParams | FormParams, origin: str | None) -> Refusal | None:
    """Whether a page of this origin may call; what names no origin is no page."""
    allowed = params.allowed_origins
    if origin is None or not allowed or "*" in allowed or origin.lower() in allowed:
        return None
    return Refusal(403, "CROSS_ORIGIN", "pages of this origin may not call this webhook")


def check_header(
    params: WebhookParams | FormParams, secret: Secret, headers: Mapping[str, str]
) -> Refusal | None:
    """Whether the headers hold the password, the token or the value that is asked for."""
    if params.authentication == "basic":
        expected = f"{secret.values['user']}:{secret.values['password']}"
        scheme, _, given = headers.get("authorization", "").partition(" ")
        if scheme.lower() == "basic" and _same(_from_base64(given), expected.encode()):
            return None
        challenge = {"www-authenticate": 'Basic realm="webhook", charset="UTF-8"'}
        return _unauthorized("a user and a password (Basic)", challenge, given=bool(scheme))
    if params.authentication == "bearer":
        scheme, _, given = headers.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer" and _same(given.strip(), secret.values["token"]):
            return None
        challenge = {"www-authenticate": 'Bearer realm="webhook"'}
        return _unauthorized("a token (Authorization: Bearer)", challenge, given=bool(scheme))
    name = secret.values["header"]
    found = headers.get(name.lower())
    if found is not None and _same(found, secret.values["value"]):
        return None
    return _unauthorized(f"the header {name}", {}, given=found is not None)


def _unauthorized(what: str, challenge: Mapping[str, str], *, given: bool) -> Refusal:
    detail = f"this webhook needs {what}; what was sent is not right" if given else ""
    return Refusal(
        401,
        "UNAUTHORIZED",
        detail or f"this webhook needs {what}",
        challenge,
        risk="medium" if given else "low",
    )


class SignatureCheck:
    """Checks the signature of one request while its body comes in."""

    def __init__(self, signature: Signature, secret: Secret, headers: Mapping[str, str]) -> None:
        self._signature = signature
        listed = _listed(headers.get(signature.header, ""))
        if signature.key:
            self._given = [value for key, value in listed if key == signature.key]
        else:
            self._given = [headers[signature.header]] if signature.header in headers else []
        self.timestamp = ""
        if signature.timestamp_header is not None:
            self.timestamp = headers.get(signature.timestamp_header, "")
        elif signature.timestamp_key:
            self.timestamp = next((v for k, v in listed if k == signature.timestamp_key), "")
        before, _, self._after = signature.signed.replace("{timestamp}", self.timestamp).partition(
            "{body}"
        )
        self._mac = hmac.new(secret.values["secret"].encode(), digestmod=signature.algorithm)
        self._mac.update(before.encode())

    def add(self, data: bytes) -> None:
        """A part of the body, as it came."""
        self._mac.update(data)

    def refusal(self, now: float) -> Refusal | None:
        """What is wrong, once the whole body was added."""
        signature = self._signature
        if not self._given:
            detail = f"the header {signature.header} must hold a signature"
            return Refusal(401, "SIGNATURE_MISSING", detail, risk="medium")
        if signature.has_timestamp:
            text = self.timestamp
            if not (text.isascii() and text.isdecimal() and len(text) <= 13):
                detail = "the timestamp must be seconds since 1970"
                return Refusal(401, "TIMESTAMP_MISSING", detail, risk="medium")
            if abs(now - int(text)) > signature.tolerance:
                return Refusal(
                    401,
                    "TIMESTAMP_OUTSIDE",
                    f"the timestamp differs from this server's clock by more than "
                    f"{signature.tolerance} s",
                    risk="high",
                )
        self._mac.update(self._after.encode())
        digest = self._mac.digest()
        if signature.encoding == "hex":
            expected = digest.hex()
        else:
            expected = base64.b64encode(digest).decode()
        expected = signature.prefix + expected
        # A sender that rotates its secret sends two.
        if any(_same(_lower_hex(given, signature), expected) for given in self._given[:5]):
            return None
        return Refusal(
            401, "SIGNATURE_WRONG", "the signature does not belong to this body", risk="high"
        )

    @property
    def key(self) -> str:
        """What a request with this signature is remembered by."""
        return hashlib.sha256(self._mac.digest()).hexdigest()


class SeenSignatures:
    """Signatures that were let in, for as long as their timestamps are good."""

    def __init__(self) -> None:
        self._seen: OrderedDict[tuple[str, str], float] = OrderedDict()

    def is_new(self, webhook: str, key: str, now: float, seconds: float) -> bool:
        """Remember a signature; False where it is remembered already."""
        while self._seen and (len(self._seen) >= MAX_SEEN or next(iter(self._seen.values())) < now):
            self._seen.popitem(last=False)
        if (webhook, key) in self._seen:
            return False
        # A timestamp may lie ahead by as much as behind.
        self._seen[webhook, key] = now + 2 * seconds
        return True


def replayed() -> Refusal:
    """The refusal of what came before."""
    return Refusal(409, "REPLAYED", "this very request was taken before", risk="high")


def _listed(text: str) -> list[tuple[str, str]]:
    parts = (part.partition("=") for part in text.split(",")[:20])
    return [(key.strip(), value.strip()) for key, _, value in parts]


def _lower_hex(given: str, signature: Signature) -> str:
    text = given.strip()
    if signature.encoding != "hex" or not text.startswith(signature.prefix):
        return text
    return signature.prefix + text.removeprefix(signature.prefix).lower()


def _from_base64(text: str) -> bytes:
    try:
        return base64.b64decode(text.strip(), validate=True)
    except (binascii.Error, ValueError):
        return b""


def _same(given: str | bytes, expected: str | bytes) -> bool:
    """Whether they are equal; the time that it takes says nothing."""
    first = given.encode() if isinstance(given, str) else given
    second = expected.encode() if isinstance(expected, str) else expected
    return hmac.compare_digest(first, second)
