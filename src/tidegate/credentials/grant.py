"""What a person's grant left behind: tokens, sealed with the credential they belong to."""

import time
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Protocol

from tidegate.credentials.token_endpoint import Token
from tidegate.sdk.http import HttpGate


@dataclass(frozen=True, slots=True)
class Pending:
    """A grant that a person was sent out for. ``until`` is in seconds since 1970."""

    state: str
    verifier: str = field(repr=False)
    redirect_url: str
    until: float


@dataclass(frozen=True, slots=True)
class Grant:
    """The tokens, and who is getting new ones.

    ``renew_at`` and ``lease_until`` are seconds since 1970. One process at a time refreshes: a
    refresh token may be good for a single use. ``is_refused``: it was used up or withdrawn.
    """

    access_token: str = field(default="", repr=False)
    refresh_token: str | None = field(default=None, repr=False)
    renew_at: float = 0.0
    lease_owner: str = ""
    lease_until: float = 0.0
    is_refused: bool = False
    pending: Pending | None = None

    @classmethod
    def of(cls, token: Token, previous_refresh: str | None = None) -> "Grant":
        """From a server's answer; one without a refresh token leaves the old one good."""
        return cls(token.value, token.refresh or previous_refresh, time.time() + token.seconds)

    @classmethod
    def decode(cls, document: Mapping[str, Any]) -> "Grant":
        """The reverse of :meth:`as_json`."""
        pending = document["pending"]
        found = dict(document) | {"pending": None if pending is None else Pending(**pending)}
        return cls(**found)

    def as_json(self) -> dict[str, Any]:
        """All of it; only the vault gets to see that."""
        return asdict(self)

    def token(self) -> Token:
        """The access token, for as long as it needs no new one."""
        return Token(self.access_token, max(0.0, self.renew_at - time.time()))

    def secret_values(self) -> Iterator[str]:
        """Every value that must never be shown."""
        if self.access_token:
            yield self.access_token
        if self.refresh_token:
            yield self.refresh_token
        if self.pending is not None:
            yield self.pending.verifier


class Keeper(Protocol):
    """Keeps the grant of one credential, for all processes."""

    async def token(self, gate: HttpGate, refused: str) -> Token:
        """A token that is valid now and not the one that was refused.

        Raises:
            CredentialError: a person must grant access first, or again.
            NodeError: the token server could not be asked.
        """
        ...
