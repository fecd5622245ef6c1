"""What a process keeps of credentials between requests: access tokens, and digest challenges."""

import asyncio
import time
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from tidegate.errors import CredentialError, NodeError, NodeRetryable
from tidegate.redact import Redactor
from tidegate.sdk.http import HttpGate

if TYPE_CHECKING:
    from tidegate.credentials.base import Kept
    from tidegate.credentials.opened import OpenCredential
    from tidegate.credentials.token_endpoint import Token


@dataclass(slots=True)
class _Entry:
    """What is kept of one credential; ``expires`` is on the monotonic clock."""

    version: int
    kept: "Kept"
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    refused: str = ""
    previous: str = ""
    expires: float = 0.0

    def is_good(self) -> bool:
        return bool(self.kept.token) and time.monotonic() < self.expires


class Tokens:
    """Of one process. Each token becomes known to ``redact`` before it is used."""

    def __init__(self, redact: Redactor) -> None:
        self._redact = redact
        self._entries: dict[str, _Entry] = {}

    async def kept(self, credential: "OpenCredential", gate: HttpGate) -> "tuple[Kept, bool]":
        """What is kept, with a token that is valid now, and whether that is one from before.

        Of several who need a token, one fetches it.

        Raises:
            CredentialError: the server refused, or a person must grant access.
            NodeError: it could not be reached.
        """
        entry = self._entry(credential)
        if not credential.values.needs_token:
            return entry.kept, False
        async with entry.lock:
            is_old = entry.is_good()
            if not is_old:
                await self._fetch(entry, credential, gate)
            return entry.kept, is_old

    def reject(self, credential: "OpenCredential", token: str) -> None:
        """The server refused this token: the next request gets another one."""
        entry = self._entries.get(credential.id)
        if entry is not None and entry.kept.token == token:
            entry.refused, entry.expires = token, 0.0

    def _entry(self, credential: "OpenCredential") -> _Entry:
        entry = self._entries.get(credential.id)
        if entry is None or entry.version != credential.version:
            from tidegate.credentials.base import Kept  # noqa: PLC0415 - loads pydantic

            entry = _Entry(credential.version, Kept(redact=self._redact))
            self._entries[credential.id] = entry
        return entry

    async def _fetch(self, entry: _Entry, credential: "OpenCredential", gate: HttpGate) -> None:
        try:
            token = await _token(credential, gate, entry.refused)
        except (CredentialError, NodeRetryable) as error:
            raise _named(error, credential.name) from None
        self._redact.add([token.value])
        kept = entry.kept
        if token.value != kept.token:
            # The one before may still stand in an answer that is under way; older ones expired.
            if entry.previous != token.value:
                self._redact.discard([entry.previous])
            entry.previous, kept.token = kept.token, token.value
        entry.expires = time.monotonic() + token.seconds


@dataclass(frozen=True, slots=True)
class TokensOf:
    """Those of one credential; ``gate`` fetches them, and its bodies are recorded nowhere."""

    tokens: Tokens
    credential: "OpenCredential"
    gate: HttpGate

    async def token(self) -> tuple[str, bool]:
        """One that is valid now, and whether it is one from before.

        Raises:
            NodeError: see :meth:`Tokens.kept`.
        """
        kept, is_old = await self.tokens.kept(self.credential, self.gate)
        return kept.token, is_old

    def reject(self, token: str) -> None:
        """The server refused this one."""
        self.tokens.reject(self.credential, token)


async def _token(credential: "OpenCredential", gate: HttpGate, refused: str) -> "Token":
    if credential.keeper is not None:
        return await credential.keeper.token(gate, refused)
    from tidegate.credentials.oauth2 import OAuth2ClientCredential  # noqa: PLC0415 - as above
    from tidegate.credentials.token_endpoint import read_token  # noqa: PLC0415 - as above

    values = credential.values
    assert isinstance(values, OAuth2ClientCredential)
    request = replace(values.token_request(), allow_plain_http=credential.allow_plain_http)
    return read_token(await gate.request(request))


def _named(error: NodeError, name: str) -> NodeError:
    """The same error with the credential's name in it."""
    text = f"credential '{name}': {error.message}"
    if isinstance(error, NodeRetryable):
        return NodeRetryable(text, error.retry_after, **error.details)
    return CredentialError(text, **error.details)
