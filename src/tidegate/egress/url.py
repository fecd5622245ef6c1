"""URLs: taken apart once, strictly, and put together again from the parts.

A URL on which two readers may disagree about where it leads is refused, never repaired. Only
what comes after the host (which can't change the destination) is percent-encoded where needed.
"""

import re
from functools import lru_cache
from typing import Final, NamedTuple
from urllib.parse import quote

from tidegate.egress.errors import Reason
from tidegate.egress.hosts import Host, read_host
from tidegate.egress.verdict import Refused, Verdict, refusal

MAX_URL: Final = 16_384
_MAX_KEPT: Final = 512
_MAX_AUTHORITY: Final = 1100  # longer ones are refused in any case; bounds what the cache holds
DEFAULT_PORTS: Final = {"http": 80, "https": 443}

# Controls, DEL, C1 controls, the line and paragraph separators, lone surrogates, backslash.
_POISON: Final = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\\\\]")
_SCHEME: Final = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):", re.ASCII)
_SHAPE: Final = re.compile(
    r"(https?)://([^/?#]*)(/[^?#]*)?(\?[^#]*)?(?:#.*)?",
    re.ASCII | re.IGNORECASE | re.DOTALL,
)
_PORT: Final = re.compile(r"[0-9]{1,5}", re.ASCII)
_PLAIN: Final = re.compile(r"(?:[A-Za-z0-9._~!$&'()*+,;=:@/?-]|%[0-9A-Fa-f]{2})*", re.ASCII)
_BARE_PERCENT: Final = re.compile(r"%(?![0-9A-Fa-f]{2})")
_SAFE: Final = "!$%&'()*+,;=:@/?-._~"


class SafeUrl(NamedTuple):
    """A URL in its one normal form. ``host`` has no brackets; ``is_literal`` says it is an address.

    ``path_query`` begins with a slash and is ASCII; a fragment is dropped. ``origin`` is the
    scheme, the host and, if it is not the scheme's own, the port.
    """

    scheme: str
    host: str
    port: int
    is_literal: bool
    path_query: str
    origin: str

    def __str__(self) -> str:
        return self.origin + self.path_query

    def join(self, reference: str) -> "SafeUrl":
        """Where a ``Location`` header leads from here (RFC 3986, section 5.2).

        Raises:
            Refused: the reference, or where it leads, is not a safe URL.
        """
        check_text(reference)
        if not reference:
            raise Refused(refusal(Reason.URL, "url.empty_reference"))
        if _SCHEME.match(reference):
            return parse_url(reference)
        if reference.startswith("//"):
            return parse_url(f"{self.scheme}:{reference}")
        path, mark, query = self.path_query.partition("?")
        if reference.startswith("/"):
            rest = reference
        elif reference.startswith("?"):
            rest = path + reference
        elif reference.startswith("#"):
            rest = path + mark + query
        else:
            rest = path[: path.rfind("/") + 1] + reference
        return parse_url(self.origin + rest)


def parse_url(text: str) -> SafeUrl:
    """Take a URL apart.

    Raises:
        Refused: with a verdict of the category ``url``, ``scheme``, ``userinfo``, ``host`` or
            ``port``.
    """
    return _parse_short(text) if len(text) <= _MAX_KEPT else _parse(text)


def _parse(text: str) -> SafeUrl:
    check_text(text)
    match = _SHAPE.fullmatch(text)
    if match is None:
        raise Refused(_why_no_shape(text))
    scheme, authority, path, query = match.groups()
    place = _read_place(scheme, authority[:_MAX_AUTHORITY])
    path = path or "/"
    if "/." in path:
        path = remove_dot_segments(path)
    rest = encode(path + query if query else path)
    if len(rest) > MAX_URL:
        raise Refused(refusal(Reason.URL, "url.too_long", "this URL is too long"))
    return SafeUrl(*place[:4], rest, place[4])


_parse_short = lru_cache(maxsize=1024)(_parse)
"""Workflows ask for the same URL again and again; refusals are not kept."""


def check_text(text: str) -> None:
    """Refuse characters that have no place in a URL and that readers treat differently.

    Raises:
        Refused: naming the rule.
    """
    if len(text) > MAX_URL:
        raise Refused(refusal(Reason.URL, "url.too_long", "this URL is too long"))
    if _POISON.search(text):
        raise Refused(
            refusal(
                Reason.URL,
                "url.forbidden_character",
                "the URL holds a backslash, a line break or another control character",
            )
        )


def encode(part: str) -> str:
    """Percent-encode what is not allowed in a path or query; what is encoded already stays."""
    if _PLAIN.fullmatch(part):
        return part
    return quote(_BARE_PERCENT.sub("%25", part), safe=_SAFE)


def remove_dot_segments(path: str) -> str:
    """RFC 3986, section 5.2.4, for a path that begins with a slash."""
    kept: list[str] = []
    segments = path.split("/")[1:]
    for segment in segments:
        if segment == "..":
            if kept:
                kept.pop()
        elif segment != ".":
            kept.append(segment)
    if segments[-1] in {".", ".."}:
        kept.append("")
    return "/" + "/".join(kept)


@lru_cache(maxsize=4096)
def _read_place(scheme: str, authority: str) -> tuple[str, str, int, bool, str]:
    """Scheme, host, port, whether the host is an address, and the origin."""
    scheme = scheme.lower()
    default_port = DEFAULT_PORTS[scheme]
    (name, is_literal), port = _split_authority(authority, default_port)
    shown = f"[{name}]" if ":" in name else name
    suffix = "" if port == default_port else f":{port}"
    return scheme, name, port, is_literal, f"{scheme}://{shown}{suffix}"


def _split_authority(authority: str, default_port: int) -> tuple[Host, int]:
    if "@" in authority:
        raise Refused(refusal(Reason.USERINFO, "url.userinfo"))
    if not authority or " " in authority:
        raise Refused(refusal(Reason.HOST, "host.syntax", "the URL has no readable host"))
    if authority.startswith("["):
        end = authority.rfind("]") + 1
        host, colon, port = authority[:end], authority[end : end + 1], authority[end + 1 :]
        if colon not in {"", ":"}:
            host, port = authority, ""
    else:
        host, _, port = authority.partition(":")
    if port and not (_PORT.fullmatch(port) and 1 <= int(port) <= 65535):
        raise Refused(
            refusal(Reason.PORT, "port.syntax", "the URL's port is not a number from 1 to 65535")
        )
    if not host:
        raise Refused(refusal(Reason.HOST, "host.syntax", "the URL has no readable host"))
    return read_host(host), int(port) if port else default_port


def _why_no_shape(text: str) -> Verdict:
    found = _SCHEME.match(text)
    if found is None:
        return refusal(Reason.URL, "url.no_scheme", "a URL begins with http:// or https://")
    scheme = found[1].lower()
    if scheme not in DEFAULT_PORTS:
        return refusal(Reason.SCHEME, "scheme.not_http", blocked=scheme[:30])
    return refusal(Reason.URL, "url.shape", f"two slashes must follow {scheme}:")
