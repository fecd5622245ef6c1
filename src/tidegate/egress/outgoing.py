"""What leaves: methods, headers and bodies are checked before anything is written."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from tidegate.egress.errors import Reason, failure
from tidegate.egress.records import is_credential_header
from tidegate.egress.url import SafeUrl
from tidegate.sdk.http import (
    SYSTEM_TRUST,
    BodyStream,
    ClientIdentity,
    HopSigner,
    HttpRequest,
    TlsTrust,
)

Headers = tuple[tuple[str, str], ...]

# Methods that are about the connection and not about a resource, or only ever an attack.
REFUSED_METHODS: Final = frozenset({"CONNECT", "PRI", "TRACE", "TRACK"})
MAX_HEADERS: Final = 200
MAX_HEADER_BYTES: Final = 65_536
USER_AGENT: Final = "Tidegate/0.1"

_TOKEN: Final = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,256}", re.ASCII)
_METHOD: Final = re.compile(r"[A-Z][A-Z0-9_-]{0,31}", re.ASCII)  # a token, as aiohttp sends it
_VALUE: Final = re.compile(r"(?:[\x21-\x7e](?:[\x20-\x7e\t]*[\x21-\x7e])?)?", re.ASCII)

# The gate frames messages and names the host itself; a second opinion is request smuggling.
_OURS: Final = frozenset(
    {
        "connection",
        "content-length",
        "expect",
        "host",
        "keep-alive",
        "proxy-connection",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
    }
)
_OF_A_BODY: Final = frozenset(
    {"content-encoding", "content-language", "content-location", "content-type"}
)
_DEFAULTS: Final = (
    ("accept", "Accept", "*/*"),
    ("accept-encoding", "Accept-Encoding", "gzip, deflate, br, zstd"),
    ("user-agent", "User-Agent", USER_AGENT),
)

DEFAULT_HEADERS: Final = tuple((name, value) for _, name, value in _DEFAULTS)
_DEFAULT_SIZE: Final = sum(len(name) + len(value) + 4 for name, value in DEFAULT_HEADERS)


@dataclass(slots=True)  # not frozen: one is made for every request, and freezing costs 2 µs
class Outgoing:
    """One hop's request, checked.

    ``sensitive`` are the lower-case names of secret headers, ``text`` is the URL as text.
    ``identity`` and ``signer`` are the request's, as long as the origin stays the same.
    """

    method: str
    url: SafeUrl
    headers: Headers
    body: bytes | BodyStream | None
    sensitive: frozenset[str] = frozenset()
    tls: TlsTrust = SYSTEM_TRUST
    identity: ClientIdentity | None = None
    signer: HopSigner | None = None
    text: str = ""

    def __post_init__(self) -> None:
        self.text = str(self.url)

    @property
    def carries_credential(self) -> bool:
        """Whether this hop authenticates somebody."""
        if self.signer is not None:
            return True
        return self.headers is not DEFAULT_HEADERS and any(
            self.is_secret(name) for name, _ in self.headers
        )

    def sign(self) -> None:
        """Put the signer's headers in the place of those of the last time.

        Raises:
            SecurityError: one of them is not allowed.
        """
        if self.signer is None:
            return
        signed = tuple(self.signer.headers(self.method, self.text, self.body).items())
        _checked(signed)
        names = {name.lower() for name, _ in signed}
        kept = [pair for pair in self.headers if pair[0].lower() not in names]
        self.headers = (*kept, *signed)

    def is_secret(self, name: str) -> bool:
        """Whether a header's value must be hidden and never reach another origin."""
        return name.lower() in self.sensitive or is_credential_header(name)

    @property
    def size(self) -> int:
        """About how many bytes this is on the wire."""
        headers = self.headers
        size = _DEFAULT_SIZE
        if headers is not DEFAULT_HEADERS:
            size = sum([len(name) + len(value) + 4 for name, value in headers])
        return size + len(self.text) + 34 + (len(self.body) if self.body else 0)


def prepare(request: HttpRequest, url: SafeUrl, max_request: int) -> Outgoing:
    """Check a node's request.

    Raises:
        SecurityError: a method, a header or a size is not allowed.
    """
    if request.method in REFUSED_METHODS or not _METHOD.fullmatch(request.method):
        raise failure(
            Reason.METHOD,
            "the method must be a name in capitals, such as GET, POST or PURGE, and none of "
            f"{', '.join(sorted(REFUSED_METHODS))}",
            blocked=repr(request.method[:30]),
        )
    if type(request.body) is bytes and len(request.body) > max_request:
        raise failure(Reason.LIMIT, f"the request's body is larger than {max_request >> 20} MB")
    return Outgoing(
        request.method,
        url,
        _headers(request),
        request.body,
        request.sensitive_headers,
        request.tls,
        request.identity,
        request.signer,
    )


def redirected(previous: Outgoing, status: int, url: SafeUrl) -> Outgoing:
    """The next hop's request.

    301 and 302 turn a POST into a GET, 303 everything but HEAD; 307 and 308 keep the method and
    the body. A change of origin drops every credential, for good: the next hop starts from here.

    Raises:
        SecurityError: the redirect leads from https to http, or a body to another origin.
    """
    here = previous.url
    if here.scheme == "https" and url.scheme == "http":
        raise failure(Reason.REDIRECT, "the server redirects from https to plain http")
    method, body, headers = previous.method, previous.body, previous.headers
    if (status == 303 and method != "HEAD") or (status in {301, 302} and method == "POST"):
        method, body = "GET", None
        headers = tuple(pair for pair in headers if pair[0].lower() not in _OF_A_BODY)
    tls, identity, signer = previous.tls, previous.identity, previous.signer
    if here.origin != url.origin:
        if identity is not None:
            tls = SYSTEM_TRUST  # what the identity's owner trusts was said for this origin
        identity = signer = None
        if body is not None:
            raise failure(
                Reason.REDIRECT,
                "the server redirects to another origin, and a request's body is not sent there; "
                "request the new address directly if you trust it",
            )
        headers = tuple(pair for pair in headers if not previous.is_secret(pair[0]))
    return Outgoing(method, url, headers, body, previous.sensitive, tls, identity, signer)


def _headers(request: HttpRequest) -> Headers:
    if not request.headers:
        return DEFAULT_HEADERS
    present = _checked(request.headers)
    ours = tuple((name, value) for lower, name, value in _DEFAULTS if lower not in present)
    return (*request.headers, *ours)


def _checked(headers: Sequence[tuple[str, str]]) -> set[str]:
    """The lower-case names of headers that may be sent."""
    if len(headers) > MAX_HEADERS:
        raise failure(Reason.LIMIT, f"a request may have {MAX_HEADERS} headers at most")
    present: set[str] = set()
    size = 0
    for name, value in headers:
        lower = name.lower()
        if not _TOKEN.fullmatch(name):
            raise _bad_header(name, "this is not a header's name")
        if lower in _OURS:
            raise _bad_header(name, "Tidegate sets this header itself")
        if not _VALUE.fullmatch(value):
            raise _bad_header(
                name, "its value may hold only visible ASCII characters and inner spaces"
            )
        present.add(lower)
        size += len(name) + len(value)
    if size > MAX_HEADER_BYTES:
        raise failure(Reason.LIMIT, f"headers may have {MAX_HEADER_BYTES >> 10} KB together")
    return present


def _bad_header(name: str, why: str) -> Exception:
    shown = name[:50].encode("ascii", "backslashreplace").decode()
    return failure(Reason.HEADER, f"header {shown!r}: {why}", blocked=shown)
