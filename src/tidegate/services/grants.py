"""Tokens that a person granted: kept sealed with their credential, and refreshed once for all.

A refresh token may be good for a single use, and a server may take its second use for theft. So one
process at a time refreshes. It claims the credential by sealing a lease into it, which succeeds for
one only: a row is replaced only as long as it is the one that was read.
"""

import asyncio
import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, cast

from tidegate.app import App
from tidegate.credentials.grant import Grant
from tidegate.credentials.token_endpoint import REQUEST_SECONDS, GrantRefused, Token, read_token
from tidegate.errors import CredentialError, NodeRetryable
from tidegate.sdk.http import HttpGate
from tidegate.services.sealed import change, read, write

if TYPE_CHECKING:
    from tidegate.credentials.oauth2 import OAuth2Credential
    from tidegate.credentials.opened import Content, OpenCredential

LEASE_SECONDS: Final = REQUEST_SECONDS + 20
"""Longer than a refresh may take; after that its process is taken for dead."""
WAIT_SECONDS: Final = 0.1


@dataclass(frozen=True, slots=True)
class StoredGrant:
    """Implements ``Keeper`` for one credential of the database."""

    app: App
    credential: "OpenCredential"

    async def token(self, gate: HttpGate, refused: str) -> Token:
        """A token that is valid now and not the one that was refused.

        Raises:
            CredentialError: a person must grant access first, or again.
            NodeError: the token server could not be asked.
        """
        # Once a refresh token is sent, its successor must be stored, whatever becomes of the node.
        work = asyncio.ensure_future(self._token(gate, refused))
        work.add_done_callback(_look)
        return await asyncio.shield(work)

    async def _token(self, gate: HttpGate, refused: str) -> Token:
        while True:
            row, content = await read(self.app, self.credential.name, self.credential.id)
            grant = content.grant
            if grant is None or not (grant.access_token or grant.is_refused):
                raise CredentialError(f"nobody has authorized it yet; {self._what_to_do}")
            self.app.redact.add(grant.secret_values())
            if _is_good(grant, refused):
                return grant.token()
            if grant.is_refused or grant.refresh_token is None:
                raise CredentialError(f"its authorization has ended; {self._what_to_do}")
            if time.time() < grant.lease_until:
                await asyncio.sleep(WAIT_SECONDS)
                continue
            claimed = replace(
                grant, lease_owner=self.app.owner, lease_until=time.time() + LEASE_SECONDS
            )
            if await write(self.app, row, replace(content, grant=claimed)):
                return await self._refresh(gate, claimed)

    async def _refresh(self, gate: HttpGate, claimed: Grant) -> Token:
        values = cast("OAuth2Credential", self.credential.values)
        assert claimed.refresh_token is not None
        request = replace(
            values.refresh_request(claimed.refresh_token),
            allow_plain_http=self.credential.allow_plain_http,
        )
        ended = replace(claimed, lease_owner="", lease_until=0.0)
        try:
            token = read_token(await gate.request(request))
        except GrantRefused as error:
            ended = replace(ended, access_token="", refresh_token=None, is_refused=True)
            raise CredentialError(
                f"its authorization can't be renewed ({error.message}); {self._what_to_do}"
            ) from None
        except NodeRetryable:
            raise
        except CredentialError as error:
            raise CredentialError(
                f"its token could not be renewed ({error.message}); if that does not pass, "
                f"{self._what_to_do}"
            ) from None
        else:
            ended = Grant.of(token, claimed.refresh_token)
            self.app.redact.add(ended.secret_values())
            return token
        finally:
            await self._settle(claimed, ended)

    async def _settle(self, claimed: Grant, ended: Grant) -> None:
        """Store how the refresh ended, if the credential is still the one that it was for."""

        def settled(content: "Content") -> "Content | None":
            grant = content.grant
            is_ours = grant is not None and (grant.lease_owner, grant.lease_until) == (
                claimed.lease_owner,
                claimed.lease_until,
            )
            return replace(content, grant=ended) if is_ours else None

        await change(self.app, self.credential.name, self.credential.id, settled)

    @property
    def _what_to_do(self) -> str:
        return f"grant access with: tidegate credentials authorize {self.credential.name}"


def _look(work: "asyncio.Future[Token]") -> None:
    """Take the failure of one that nobody waits for any more, or asyncio warns of it."""
    if not work.cancelled():
        work.exception()


def _is_good(grant: Grant, refused: str) -> bool:
    return grant.access_token not in {"", refused} and time.time() < grant.renew_at
