"""A stored credential, opened for use: its values, and where they may go."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tidegate import codec
from tidegate.credentials.base import CredentialType, secret_fields
from tidegate.credentials.grant import Grant, Keeper
from tidegate.credentials.hosts import AllowedHosts
from tidegate.credentials.oauth2 import GRANTED_BY
from tidegate.credentials.references import (
    References,
    reference_of,
    referring_fields,
    with_placeholders,
)
from tidegate.credentials.types import check_known, checked, type_named
from tidegate.egress.records import Recorder
from tidegate.errors import CredentialError, InvalidInput, SecurityError, SecurityErrorType


@dataclass(frozen=True, slots=True)
class Content:
    """What the vault seals of a credential: everything but its name and type.

    ``values`` may hold references; ``allow_plain_http`` lets it travel without TLS; ``grant`` is
    what a person's authorization left behind.
    """

    type: str
    values: dict[str, Any]
    hosts: tuple[str, ...] = ()
    allow_plain_http: bool = False
    grant: Grant | None = None

    @classmethod
    def of(
        cls, type: str, values: Any, hosts: tuple[str, ...], *, allow_plain_http: bool
    ) -> "Content":
        """Check what a person gave.

        Raises:
            InvalidInput: naming every problem, and none of the values.
        """
        kind = type_named(type)
        check_known(kind, with_placeholders(values), referring_fields(values))
        AllowedHosts.parse(hosts)
        if kind.needs_hosts and not hosts:
            raise InvalidInput(
                "say which hosts this credential may be sent to; it goes nowhere else"
            )
        if kind.needs_tls and allow_plain_http:
            raise InvalidInput(f"a credential of type {kind.name} is nothing without TLS")
        return cls(type, dict(values), hosts, allow_plain_http)

    def encode(self) -> bytes:
        """As the vault takes it."""
        document: dict[str, Any] = {
            "values": self.values,
            "hosts": list(self.hosts),
            "allow_plain_http": self.allow_plain_http,
        }
        if self.grant is not None:
            document["grant"] = self.grant.as_json()
        return codec.encode(document)

    @classmethod
    def decode(cls, type: str, data: bytes) -> "Content":
        """The reverse of :meth:`encode`."""
        document = codec.decode(data)
        grant = document.get("grant")
        return cls(
            type,
            document["values"],
            tuple(document["hosts"]),
            document["allow_plain_http"],
            None if grant is None else Grant.decode(grant),
        )

    def grants_the_same(self, other: "Content") -> bool:
        """Whether the tokens that were granted for one are good for the other."""
        return self.type == other.type and all(
            self.values.get(name) == other.values.get(name) for name in GRANTED_BY
        )

    def shown_fields(self) -> dict[str, str]:
        """Each field that has a value, and what may be said of it: where it comes from."""
        secret = secret_fields(type_named(self.type))
        shown = {}
        for name, value in self.values.items():
            found = reference_of(value)
            if found is not None:
                shown[name] = f"{found[0].removeprefix('$')} {found[1]}"
            else:
                shown[name] = "secret" if name in secret else "set"
        return shown

    def open(self, id: str, name: str, version: int, references: References) -> "OpenCredential":
        """The credential with its references looked up. Blocks while they are.

        Raises:
            CredentialError: a reference leads nowhere, or to a value that does not fit.
        """
        try:
            values = checked(type_named(self.type), references.resolved(self.values))
        except CredentialError as error:
            raise CredentialError(f"credential '{name}': {error.message}") from None
        except InvalidInput as error:
            said = [
                f"{found.parameter}: {found.message}" if found.parameter else found.message
                for found in error.problems
            ]
            raise CredentialError(
                f"credential '{name}' has values that can't be used: {'; '.join(said)}"
            ) from None
        hosts = AllowedHosts.parse(self.hosts)
        return OpenCredential(
            id, name, version, values, hosts, self.allow_plain_http, grant=self.grant
        )


@dataclass(frozen=True, slots=True)
class OpenCredential:
    """A credential ready for use. ``version`` changes with each change that a person makes.

    ``keeper`` has the tokens of one that a person granted; ``grant`` is what they were when it was
    opened.
    """

    id: str
    name: str
    version: int
    values: CredentialType
    hosts: AllowedHosts
    allow_plain_http: bool = False
    grant: Grant | None = None
    keeper: Keeper | None = None

    def secret_values(self) -> Iterator[str]:
        """Every value that must never be shown."""
        yield from self.values.secret_values()
        if self.grant is not None:
            yield from self.grant.secret_values()

    def check_host(
        self, host: str, port: int, usual_port: int, recorder: Recorder | None = None
    ) -> None:
        """Refuse to go to a host that is not among the credential's; the recorder is told.

        Raises:
            SecurityError: BLOCKED_URL, under the rule ``credential.hosts``.
        """
        if not self.values.needs_hosts or self.hosts.allows(host, port, usual_port):
            return
        shown = f"[{host}]" if ":" in host else host
        place = shown if port == usual_port else f"{shown}:{port}"
        error = SecurityError(
            f"the credential '{self.name}' may not be sent to {place}; its hosts are: {self.hosts}",
            SecurityErrorType.BLOCKED_URL,
            rule="credential.hosts",
            blocked=place,
            risk="high",
            category="credential_host",
        )
        if recorder is not None:
            details = {"credential": self.name, "blocked": place, "rule": error.rule}
            recorder.security_event(error.type.value, error.risk, error.message, details)
            error.is_recorded = True
        raise error
