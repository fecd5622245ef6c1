"""Whether an address is this machine's own, which must not be reached even where it is public."""

import socket
from functools import lru_cache

from tidegate.egress.addresses import Address


def is_own_address(address: Address) -> bool:
    """Ask the kernel: only a local address can be bound (nothing is sent)."""
    return _can_bind(address) and not _binds_anything(address.version)


def _can_bind(address: Address) -> bool:
    family = socket.AF_INET if address.version == 4 else socket.AF_INET6
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as probe:
            probe.bind((address.text, 0))
    except OSError:
        return False
    return True


@lru_cache(maxsize=2)
def _binds_anything(version: int) -> bool:
    """Whether the kernel lets any address be bound (Linux: ``ip_nonlocal_bind``)."""
    text = "192.0.2.1" if version == 4 else "2001:db8::1"
    family = socket.AF_INET if version == 4 else socket.AF_INET6
    return _can_bind(Address(text, socket.inet_pton(family, text)))
