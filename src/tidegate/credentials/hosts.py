"""The hosts that a credential may be sent to."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from tidegate.egress.hosts import matches, read_host
from tidegate.egress.verdict import Refused
from tidegate.errors import InvalidInput

_FORM: Final = re.compile(
    r"(?P<star>\*\.)?(?P<host>\[[^\]\s]+\]|[^\s:/@?#*\[\]]+)(?::(?P<port>[0-9]{1,5}))?"
)


@dataclass(frozen=True, slots=True)
class AllowedHosts:
    """Patterns with their ports; without a port, the protocol's own is meant."""

    patterns: tuple[tuple[str, int | None], ...] = ()

    @classmethod
    def parse(cls, texts: Sequence[str]) -> "AllowedHosts":
        """Read ``api.example.org``, ``*.example.org`` or ``db.example.org:5433``.

        Raises:
            InvalidInput: one of them is something else.
        """
        return cls(tuple(_parse(text.strip()) for text in texts))

    def allows(self, host: str, port: int, usual_port: int) -> bool:
        """Whether the credential may go to a host, which must be in its normal form."""
        return any(
            port == (usual_port if own_port is None else own_port) and matches(pattern, host)
            for pattern, own_port in self.patterns
        )

    def __str__(self) -> str:
        shown = [(f"[{name}]" if ":" in name else name, port) for name, port in self.patterns]
        return ", ".join(name if port is None else f"{name}:{port}" for name, port in shown)


def _parse(text: str) -> tuple[str, int | None]:
    match = _FORM.fullmatch(text)
    if match is None:
        raise _invalid(text)
    port = None if match["port"] is None else int(match["port"])
    try:
        host = read_host(match["host"])
    except Refused:
        raise _invalid(text) from None
    is_star_odd = bool(match["star"]) and (host.is_literal or "." not in host.name)
    if is_star_odd or (port is not None and not 1 <= port <= 65535):
        raise _invalid(text)
    return (match["star"] or "") + host.name, port


def _invalid(text: str) -> InvalidInput:
    return InvalidInput(
        f"{text[:100]!r} is not a host; write a name such as api.example.org, with a port where "
        "it is not the usual one (api.example.org:8443), or *.example.org for all of its "
        "sub-domains"
    )
