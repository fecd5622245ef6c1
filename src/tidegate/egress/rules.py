"""Allow rules: the operator's exceptions, each a name or a network with a port."""

import ipaddress
import re
from dataclasses import dataclass

from tidegate.egress.addresses import Address
from tidegate.egress.hosts import matches, read_host
from tidegate.egress.verdict import Refused
from tidegate.errors import InvalidInput

# What a rule can open. A network opens what it names; a name opens only private networks, because
# whoever runs its DNS decides where it leads. Nothing opens the rest.
NEVER_OPEN = frozenset({"metadata", "multicast", "broadcast", "unspecified", "this_network"})
_BY_NAME = frozenset({"private", "shared", "unique_local"})
_FORM = re.compile(
    r"(?P<target>\[[^\]\s]+\]|[^\s:\[\]]+):(?P<port>[0-9]{1,5})(?:\s+workflow=(?P<workflow>\S+))?",
    re.ASCII,
)


@dataclass(frozen=True, slots=True)
class AllowRule:
    """Opens one port of a name (``*.`` stands for any sub-domain) or of a network.

    ``workflow`` limits the rule to the workflow with that id.
    """

    text: str
    port: int
    name: str | None = None
    network: ipaddress.IPv4Network | ipaddress.IPv6Network | None = None
    workflow: str | None = None

    @classmethod
    def parse(cls, text: str) -> "AllowRule":
        """Read ``10.1.0.0/16:443``, ``[fd00::/8]:80`` or ``*.corp.example:443 workflow=<id>``.

        Raises:
            InvalidInput: with what a rule looks like.
        """
        match = _FORM.fullmatch(text.strip())
        if match is None or not 1 <= int(match["port"]) <= 65535:
            raise _invalid(text)
        target, port = match["target"], int(match["port"])
        shown = f"{target}:{port}"
        try:
            network = ipaddress.ip_network(target.strip("[]"))
        except ValueError:
            return cls(shown, port, name=_name(target, text), workflow=match["workflow"])
        if network.version == 6 and not target.startswith("["):
            raise _invalid(text)
        return cls(shown, port, network=network, workflow=match["workflow"])

    def opens_name(self, host: str, port: int) -> bool:
        """Whether the rule lifts the refusal of an internal name or of a port."""
        return self.name is not None and self.port == port and matches(self.name, host)

    def opens_address(self, address: Address, port: int, host: str, block: str) -> bool:
        """Whether the rule lifts the refusal of an address that is in ``block``."""
        if self.port != port or block in NEVER_OPEN:
            return False
        if self.name is not None:
            return block in _BY_NAME and matches(self.name, host)
        return self.contains(address)

    def contains(self, address: Address) -> bool:
        """Whether the rule's network holds the address."""
        network = self.network
        return (
            network is not None
            and network.version == address.version
            and int.from_bytes(address.packed, "big") & int(network.netmask)
            == int(network.network_address)
        )


def _name(target: str, text: str) -> str:
    star = "*." if target.startswith("*.") else ""
    try:
        host = read_host(target.removeprefix("*.")).name
    except Refused:
        raise _invalid(text) from None
    return star + host


def _invalid(text: str) -> InvalidInput:
    return InvalidInput(
        f"{text[:100]!r} is not an egress rule; write a name or a network and one port, such as "
        "127.0.0.1:8099, 10.1.0.0/16:443, [fd00::1]:80 or *.example.com:443"
    )
