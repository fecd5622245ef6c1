"""Addresses: read them strictly, and say which are the public internet.

The rule: IPv4 outside every special-purpose block; IPv6 inside 2000::/3 and outside its special
blocks. An IPv6 address that carries an IPv4 address by a rule that the network follows (mapped,
NAT64's well-known prefix, ISATAP) is judged by the IPv4 address.
"""

import re
import socket
from bisect import bisect_right
from typing import Final, NamedTuple

from tidegate.egress.address_table import IPV4_RANGES, IPV6_RANGES

_OCTET = "(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])"
_IPV4: Final = re.compile(rf"{_OCTET}(?:\.{_OCTET}){{3}}", re.ASCII)
_FIRSTS: Final = {
    4: [first for first, _, _, _ in IPV4_RANGES],
    6: [first for first, _, _, _ in IPV6_RANGES],
}

# Addresses at which a cloud or a host hands out its own secrets. No allow rule opens them.
METADATA: Final = frozenset(
    socket.inet_pton(socket.AF_INET6 if ":" in text else socket.AF_INET, text)
    for text in (
        "168.63.129.16",  # Azure
        "169.254.169.254",  # AWS, GCP, Azure, OpenStack, Oracle, DigitalOcean, Hetzner
        "169.254.170.2",  # AWS container credentials
        "169.254.170.23",  # AWS pod identity
        "169.254.169.250",  # Rancher
        "169.254.0.23",  # Tencent
        "100.100.100.200",  # Alibaba
        "192.0.0.192",  # Oracle classic
        "fd00:ec2::254",  # AWS
        "fd00:ec2::23",  # AWS pod identity
        "fd20:ce::254",  # GCP
        "fe80::a9fe:a9fe",  # OpenStack
    )
)


class Address(NamedTuple):
    """An address as the network sees it: mapped IPv4 is IPv4. ``text`` is canonical."""

    text: str
    packed: bytes

    @property
    def version(self) -> int:
        """4 or 6."""
        return 4 if len(self.packed) == 4 else 6


class Block(NamedTuple):
    """A range that is not public; ``rule`` is its short name, such as ``loopback``."""

    rule: str
    name: str


_METADATA_BLOCK: Final = Block("metadata", "Cloud metadata service")
_OUTSIDE: Final = Block("outside_2000", "Outside the global unicast range 2000::/3")
UNREADABLE: Final = Block("unreadable", "Not a plain address")
"""What a resolver's answer is that :func:`parse_address` can't read."""


def parse_address(text: str) -> Address | None:
    """Read a canonical dotted quad or an IPv6 address; None for anything else.

    Short, octal, hexadecimal and zoned forms are not addresses here.
    """
    if _IPV4.fullmatch(text):
        return Address(text, socket.inet_pton(socket.AF_INET, text))
    if ":" not in text or "%" in text:
        return None
    try:
        packed = socket.inet_pton(socket.AF_INET6, text)
    except (OSError, ValueError):
        return None
    if packed[:12] == b"\0" * 10 + b"\xff\xff":
        return Address(socket.inet_ntop(socket.AF_INET, packed[12:]), packed[12:])
    return Address(socket.inet_ntop(socket.AF_INET6, packed), packed)


def special_block(address: Address) -> Block | None:
    """The block that makes an address not public, or None of a public one."""
    packed = address.packed
    if packed in METADATA:
        return _METADATA_BLOCK
    if len(packed) == 4:
        return _look_up(4, packed)
    block = _look_up(6, packed)
    if block is not None:
        return _carried(packed[12:]) if block.rule == "nat64" else block
    if packed[0] >> 5 != 1:
        return _OUTSIDE
    if packed[8:12] in {b"\x00\x00\x5e\xfe", b"\x02\x00\x5e\xfe"}:  # ISATAP, RFC 5214
        return _carried(packed[12:])
    return None


def _carried(packed: bytes) -> Block | None:
    return _METADATA_BLOCK if packed in METADATA else _look_up(4, packed)


def _look_up(version: int, packed: bytes) -> Block | None:
    value = int.from_bytes(packed, "big")
    index = bisect_right(_FIRSTS[version], value) - 1
    if index < 0:
        return None
    _, last, rule, name = (IPV4_RANGES if version == 4 else IPV6_RANGES)[index]
    return Block(rule, name) if value <= last else None
