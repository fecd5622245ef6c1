"""Host names: one normal form, and the names that belong to internal networks."""

import re
from typing import Final, NamedTuple

from tidegate.egress.addresses import parse_address
from tidegate.egress.errors import Reason
from tidegate.egress.verdict import Refused, refusal

MAX_HOST: Final = 253
_MAX_TEXT: Final = 1024  # before mapping

_LABEL = "[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?"
_NAME: Final = re.compile(rf"{_LABEL}(?:\.{_LABEL})*", re.ASCII)
_NUMERIC: Final = re.compile(r"[0-9]+|0x[0-9a-f]*", re.ASCII)

# Top-level names that only mean something inside a network (RFC 6761, 6762, 8375, 9476, ICANN's
# list of colliding names, hosts files, container platforms).
_INTERNAL_SUFFIXES: Final = frozenset(
    {
        "alt",
        "corp",
        "home",
        "home.arpa",
        "internal",
        "intranet",
        "invalid",
        "lan",
        "local",
        "localdomain",
        "localdomain4",
        "localdomain6",
        "localhost",
        "mail",
        "onion",
        "private",
        "svc",
    }
)


class Host(NamedTuple):
    """A host in its normal form: lower case ASCII without brackets and root dot."""

    name: str
    is_literal: bool


def read_host(text: str) -> Host:
    """The host as DNS would be asked for it, or an address.

    A name in other scripts becomes its A-labels (UTS 46, non-transitional, IDNA 2008).

    Raises:
        Refused: the host is neither a plain DNS name nor a canonical address.
    """
    if len(text) > _MAX_TEXT:
        raise _refused("host.syntax", text)
    if text.startswith("["):
        return Host(_bracketed(text), is_literal=True)
    name = text.lower() if text.isascii() else _to_ascii(text)
    name = name.removesuffix(".")
    if len(name) > MAX_HOST or not _NAME.fullmatch(name):
        raise _refused("host.syntax", text)
    if _NUMERIC.fullmatch(name[name.rfind(".") + 1 :]):
        # Some readers take 127.1, 0x7f000001 and 017700000001 for addresses: only the one
        # spelling that all agree on may pass.
        if parse_address(name) is None:
            raise _refused("host.not_canonical_address", text)
        return Host(name, is_literal=True)
    if "xn--" in name and any(label.startswith("xn--") for label in name.split(".")):
        _check_a_labels(name, text)
    return Host(name, is_literal=False)


def is_internal_name(host: str) -> bool:
    """Whether a normalised name only means something inside a network, as ``db.local`` does."""
    head, _, last = host.rpartition(".")
    if not head:
        return True
    if last in _INTERNAL_SUFFIXES:
        return True
    return host.endswith(".home.arpa") or host == "home.arpa"


def matches(pattern: str, host: str) -> bool:
    """Whether a name equals a pattern, or ends with what follows ``*`` in ``*.example.com``."""
    if pattern.startswith("*."):
        return host.endswith(pattern[1:])
    return host == pattern


def _bracketed(text: str) -> str:
    inner = text[1:-1]
    address = parse_address(inner) if text.endswith("]") and ":" in inner else None
    if address is None:
        raise _refused("host.ipv6_syntax", text)
    # A mapped address is connected to as the IPv4 address that it carries.
    return address.text


def _to_ascii(text: str) -> str:
    import idna  # noqa: PLC0415 - 15 ms that most workflows never need

    try:
        if any(not idna.uts46_remap(char) for char in text if not char.isascii()):
            raise _refused("host.invisible_character", text)
        mapped = idna.uts46_remap(text)
        if mapped.isascii():
            # "①②⑦.⓪.⓪.①" is the address 127.0.0.1 to some readers and a name to none.
            return mapped
        return idna.encode(mapped).decode("ascii")
    except (UnicodeError, ValueError):
        raise _refused("host.international_name", text) from None


def _check_a_labels(name: str, text: str) -> None:
    import idna  # noqa: PLC0415 - as above

    try:
        if idna.encode(idna.decode(name)).decode("ascii") != name:
            raise _refused("host.punycode", text)
    except (UnicodeError, ValueError):
        raise _refused("host.punycode", text) from None


def _refused(rule: str, host: str) -> Refused:
    return Refused(refusal(Reason.HOST, rule, blocked=host[:100]))
