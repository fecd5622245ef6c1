"""What a node says to the gate, and what comes back."""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from typing import Final, NamedTuple, Protocol


@dataclass(frozen=True, slots=True)
class BodyStream:
    """A request's body that is read while it is sent, and never held in memory.

    ``size`` is exactly what it has in bytes. ``open`` begins it anew: a redirect or a repeated
    request sends it again.
    """

    size: int
    open: Callable[[], AsyncIterator[bytes]]

    def __len__(self) -> int:
        return self.size


@dataclass(frozen=True, slots=True)
class PhaseTimeouts:
    """How many seconds each phase of a request may take; None leaves it to the gate's own.

    ``first_byte`` runs from the sent request to the head of the answer, ``idle`` is the longest
    silence in its body.
    """

    dns: float | None = None
    connect: float | None = None
    tls: float | None = None
    first_byte: float | None = None
    idle: float | None = None


@dataclass(frozen=True, slots=True)
class TlsTrust:
    """Whom a request trusts: the system's authorities, those of a PEM text besides, or anybody.

    ``verify`` may be off only where the operator permits it.
    """

    verify: bool = True
    authorities: str = ""


@dataclass(frozen=True, slots=True)
class ClientIdentity:
    """The client's own certificate (with its chain) and key, PEM; ``passphrase`` opens the key."""

    certificate: str
    key: str = field(repr=False)
    passphrase: str = field(default="", repr=False)


class HopSigner(Protocol):
    """Signs each hop of one request anew, as far as its first origin goes."""

    def headers(self, method: str, url: str, body: bytes | BodyStream | None) -> Mapping[str, str]:
        """The headers that sign this hop; they replace others of the same names.

        Raises:
            NodeError: it can't be signed.
        """
        ...

    def answered(self, response: "HttpResponse") -> bool:
        """Look at the answer (without its body); True to send the same hop again."""
        ...


ANY_PHASE: Final = PhaseTimeouts()
SYSTEM_TRUST: Final = TlsTrust()


@dataclass(slots=True)  # not frozen: one is made for every item, and freezing costs 4 µs
class HttpRequest:
    """One request. ``timeout`` is the total deadline in seconds over all redirects.

    ``max_response`` bounds the decoded body in bytes. ``sensitive_headers`` (lower case) are
    redacted wherever the request is recorded and dropped on any change of origin;
    ``sensitive_query`` names query parameters whose values are redacted. A request that carries a
    credential needs https, unless the credential itself allows plain http
    (``allow_plain_http``). ``identity`` and ``signer`` are dropped on any change of origin, too.
    ``attempt`` counts from 1 how often its node sent it and is only recorded; 0 leaves that to the
    recorder. ``cache`` lets an answer that was kept take the place of asking (GET only).
    """

    method: str
    url: str
    headers: Sequence[tuple[str, str]] = ()
    body: bytes | BodyStream | None = None
    timeout: float = 30.0
    follow_redirects: bool = True
    max_redirects: int = 5
    max_response: int = 50 << 20
    sensitive_headers: frozenset[str] = frozenset()
    sensitive_query: frozenset[str] = frozenset()
    allow_plain_http: bool = False
    phases: PhaseTimeouts = ANY_PHASE
    tls: TlsTrust = SYSTEM_TRUST
    attempt: int = 0
    identity: ClientIdentity | None = None
    signer: HopSigner | None = None
    cache: bool = False


class Timings(NamedTuple):
    """Milliseconds of each phase of the last hop; None where the phase did not happen."""

    dns: float | None = None
    connect: float | None = None
    tls: float | None = None
    ttfb: float | None = None
    download: float | None = None


class HttpResponse(NamedTuple):  # a frozen dataclass takes 5 times as long to make
    """The answer. ``headers`` keep their order and repeats; ``response_time`` is milliseconds.

    ``cache`` says what the cache did for a request that asked for it: ``miss``, ``hit``, or
    ``revalidated`` where the server confirmed a kept answer.
    """

    status: int
    status_text: str
    headers: Sequence[tuple[str, str]]
    body: bytes
    final_url: str
    response_time: float
    redirects: Sequence[str] = ()
    timings: Timings = Timings()
    remote_address: str = ""
    http_version: str = "1.1"
    bytes_in: int = 0
    bytes_out: int = 0
    cache: str = ""

    def header(self, name: str) -> str | None:
        """The first value of a header, by its name in any case."""
        wanted = name.lower()
        for key, value in self.headers:
            if key.lower() == wanted:
                return value
        return None

    def header_map(self) -> Mapping[str, str]:
        """Headers by lower-case name, repeats joined with a comma (RFC 9110, section 5.3)."""
        return joined_headers(self.headers)


def joined_headers(headers: Sequence[tuple[str, str]]) -> dict[str, str]:
    """Headers by lower-case name, repeats joined with a comma (RFC 9110, section 5.3)."""
    joined: dict[str, str] = {}
    for key, value in headers:
        name = key.lower()
        joined[name] = f"{joined[name]}, {value}" if name in joined else value
    return joined


class HttpStream(Protocol):
    """An answer whose body is still to be read, in pieces or as a whole."""

    @property
    def head(self) -> HttpResponse:
        """The answer with an empty body; its sizes and times are final once the body was read."""
        ...

    def chunks(self) -> AsyncIterator[bytes]:
        """The decoded body, bounded by the request's ``max_response``."""
        ...

    async def read(self) -> HttpResponse:
        """The whole body at once, charged to the budget like :meth:`HttpGate.request` does."""
        ...


class HttpGate(Protocol):
    """``ctx.http``: the only way out for HTTP."""

    async def request(self, request: HttpRequest) -> HttpResponse:
        """Send it and read the whole body.

        Raises:
            HttpError: the network or the server failed.
            SecurityError: the gate refused.
        """
        ...

    def stream(self, request: HttpRequest) -> AbstractAsyncContextManager[HttpStream]:
        """Send it and read the body piece by piece; leaving the block closes the connection."""
        ...
