"""The policy: what the operator lets workflows reach."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from tidegate.egress.addresses import UNREADABLE, Block, parse_address, special_block
from tidegate.egress.errors import Reason
from tidegate.egress.hosts import is_internal_name, read_host
from tidegate.egress.rules import NEVER_OPEN, AllowRule
from tidegate.egress.url import SafeUrl, parse_url
from tidegate.egress.verdict import Refused, Verdict, refusal
from tidegate.errors import InvalidInput

# The Fetch Standard's bad ports: other protocols' servers that act on lines of HTTP.
BAD_PORTS: Final = frozenset(
    (
        *(0, 1, 7, 9, 11, 13, 15, 17, 19, 20, 21, 22, 23, 25, 37, 42, 43, 53, 69, 77, 79, 87, 95),
        *(101, 102, 103, 104, 109, 110, 111, 113, 115, 117, 119, 123, 135, 137, 139, 143, 161, 179),
        *(389, 427, 465, 512, 513, 514, 515, 526, 530, 531, 532, 540, 548, 554, 556, 563, 587),
        *(601, 636, 989, 990, 993, 995, 1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061),
        *(6000, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 10080),
    )
)


@dataclass(frozen=True, slots=True)
class EgressPolicy:
    """Checks names, ports and addresses without touching the network.

    ``allowed_ports`` replaces the rule that all but :data:`BAD_PORTS` are open. Times are seconds,
    sizes bytes. ``connect_timeout`` covers finding the name, connecting and TLS; ``idle_timeout``
    is the longest silence inside a body.
    """

    allow: tuple[AllowRule, ...] = ()
    blocked_domains: frozenset[str] = frozenset()
    allowed_ports: frozenset[int] | None = None
    https_only_with_credentials: bool = True
    unverified_tls: bool = False
    connect_timeout: float = 10.0
    idle_timeout: float = 30.0
    max_request: int = 50 << 20
    max_connections_per_workflow: int = 100
    # Verdicts are pure; a workflow asks about the same few places again and again.
    _known: dict[tuple[str, int, str], Verdict] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    @classmethod
    def from_rules(
        cls,
        allow: Iterable[str] = (),
        *,
        blocked_domains: Iterable[str] = (),
        blocked_domains_file: str | None = None,
        allowed_ports: Iterable[int] = (),
        https_with_credentials: bool = True,
        unverified_tls: bool = False,
        connect_timeout: float = 10.0,
    ) -> "EgressPolicy":
        """Build the policy from the settings' plain values.

        A blocked domain blocks its sub-domains too; the file has one domain a line, ``#`` begins
        a comment, and lines of a hosts file (``0.0.0.0 name``) are understood. Without
        ``allowed_ports`` all are open but :data:`BAD_PORTS`.

        Raises:
            InvalidInput: a rule, a port, a domain or the file can't be read.
        """
        ports = frozenset(allowed_ports)
        for port in ports:
            if not 1 <= port <= 65535:
                raise InvalidInput(f"{port} is not a port: a port is a number from 1 to 65535")
        domains = {_domain(text) for text in blocked_domains}
        if blocked_domains_file is not None:
            domains |= _read_domains(Path(blocked_domains_file))
        return cls(
            allow=tuple(AllowRule.parse(text) for text in allow),
            blocked_domains=frozenset(domains),
            allowed_ports=ports or None,
            https_only_with_credentials=https_with_credentials,
            unverified_tls=unverified_tls,
            connect_timeout=connect_timeout,
        )

    def for_workflow(self, workflow: str) -> "EgressPolicy":
        """The policy with only the rules that hold for a workflow.

        Connections are pooled by policy, so that no workflow rides on one that another opened.
        """
        kept = tuple(rule for rule in self.allow if rule.workflow in {None, workflow})
        return self if len(kept) == len(self.allow) else replace(self, allow=kept)

    def check_text(self, text: str) -> Verdict:
        """The verdict on a URL as a user wrote it."""
        try:
            url = parse_url(text)
        except Refused as refused:
            return refused.verdict
        return self.check(url)

    def check(self, url: SafeUrl) -> Verdict:
        """The verdict on a URL's name, literal address and port; a name is not looked up."""
        verdict = self.check_place(url.host, url.port, is_literal=url.is_literal)
        return verdict.about(str(url))

    def check_place(self, host: str, port: int, *, is_literal: bool) -> Verdict:
        """The verdict on a normalised host and a port."""
        key = (host, port, "")
        verdict = self._known.get(key)
        if verdict is None:
            verdict = self._keep(key, self._judge_place(host, port, is_literal=is_literal))
        return verdict

    def _judge_place(self, host: str, port: int, *, is_literal: bool) -> Verdict:
        if is_literal and not self._is_blocked(host):
            verdict = self.check_address(host, port, host)
        else:
            verdict = self.check_name(host, port)
        if not verdict.is_valid or self._port_is_open(port) or verdict.rule.startswith("allow "):
            return verdict
        return refusal(
            Reason.PORT,
            "port.bad" if self.allowed_ports is None else "port.not_allowed",
            f"port {port} is not open to workflows",
            blocked=f"{host}:{port}",
        )

    def check_name(self, host: str, port: int) -> Verdict:
        """The verdict on a normalised name."""
        if self._is_blocked(host):
            return refusal(Reason.DOMAIN, "domain.blocked", blocked=host)
        for rule in self.allow:
            if rule.opens_name(host, port):
                return Verdict(is_valid=True, rule=f"allow {rule.text}")
        if is_internal_name(host):
            return refusal(Reason.HOSTNAME, "host.internal_name", blocked=f"{host}:{port}")
        return _PUBLIC_NAME

    def check_address(self, ip: str, port: int, host: str) -> Verdict:
        """The verdict on one address that ``host`` leads to (for a literal, the host itself)."""
        key = (ip, port, host)
        verdict = self._known.get(key)
        if verdict is None:
            verdict = self._keep(key, self._judge_address(ip, port, host))
        return verdict

    def _judge_address(self, ip: str, port: int, host: str) -> Verdict:
        address = parse_address(ip)
        if address is None:
            return self._refuse_address(ip, port, host, UNREADABLE)
        block = special_block(address)
        if block is None:
            return _PUBLIC_ADDRESS
        for rule in self.allow:
            if rule.opens_address(address, port, host, block.rule):
                return Verdict(is_valid=True, rule=f"allow {rule.text}")
        return self._refuse_address(ip, port, host, block)

    def check_own_address(self, ip: str, port: int, host: str) -> Verdict:
        """The verdict on an address of this machine itself that would otherwise be public."""
        address = parse_address(ip)
        if address is not None:
            for rule in self.allow:
                if rule.port == port and rule.contains(address):
                    return Verdict(is_valid=True, rule=f"allow {rule.text}")
        return self._refuse_address(ip, port, host, Block("own", "An address of this machine"))

    def _keep(self, key: tuple[str, int, str], verdict: Verdict) -> Verdict:
        if len(self._known) >= _MAX_KNOWN:
            self._known.clear()
        self._known[key] = verdict
        return verdict

    def _refuse_address(self, ip: str, port: int, host: str, block: Block) -> Verdict:
        return refusal(
            Reason.ADDRESS,
            f"address.{block.rule}",
            _NEVER if block.rule in NEVER_OPEN else "",
            blocked=f"{host}:{port}",
            risk="critical" if block.rule == "metadata" else None,
            detail=f"{ip[:100]} is not public: {block.name}",
        )

    def _port_is_open(self, port: int) -> bool:
        if self.allowed_ports is None:
            return port not in BAD_PORTS
        return port in self.allowed_ports

    def _is_blocked(self, host: str) -> bool:
        if not self.blocked_domains:
            return False
        labels = host.split(".")
        return any(".".join(labels[i:]) in self.blocked_domains for i in range(len(labels)))


_NEVER: Final = "the host leads to an address that no workflow may reach"
_MAX_KNOWN: Final = 4096
_PUBLIC_NAME: Final = Verdict(is_valid=True, rule="public")
_PUBLIC_ADDRESS: Final = Verdict(is_valid=True, rule="public")


def _domain(text: str) -> str:
    try:
        return read_host(text.strip().removeprefix("*.")).name
    except Refused:
        raise InvalidInput(f"{text[:100]!r} is not a domain that can be blocked") from None


def _read_domains(path: Path) -> set[str]:
    try:
        lines = path.read_text("utf-8").splitlines()
    except (OSError, UnicodeError) as error:
        raise InvalidInput(f"the list of blocked domains can't be read: {path}: {error}") from None
    words = (line.partition("#")[0].split() for line in lines)
    return {_domain(found[-1]) for found in words if found}
