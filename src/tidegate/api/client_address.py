"""Who calls, where proxies stand between: their word counts only if the operator trusts them."""

import ipaddress
from collections.abc import Sequence

from starlette.types import Scope

from tidegate.errors import InvalidInput

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


def networks(texts: Sequence[str]) -> tuple[Network, ...]:
    """The networks of a setting.

    Raises:
        InvalidInput: one is not one.
    """
    try:
        return tuple(ipaddress.ip_network(text, strict=False) for text in texts)
    except ValueError as error:
        raise InvalidInput(f"setting server.trusted_proxies: {error}") from None


def with_client(scope: Scope, trusted: Sequence[Network]) -> None:
    """Put the address of the caller into the scope, as the nearest trusted proxies say it."""
    client = scope.get("client")
    if client is None or not _is_in(client[0], trusted):
        return
    forwarded = [
        part.strip()
        for name, value in scope["headers"]
        if name == b"x-forwarded-for"
        for part in value.decode("latin-1").split(",")
    ]
    for address in reversed(forwarded):
        try:
            ipaddress.ip_address(address)
        except ValueError:
            return  # no address: whoever wrote this is not to be believed
        scope["client"] = (address, 0)
        if not _is_in(address, trusted):
            return


def _is_in(address: str, networks: Sequence[Network]) -> bool:
    try:
        given = ipaddress.ip_address(address)
    except ValueError:
        return False
    return any(given in network for network in networks)
