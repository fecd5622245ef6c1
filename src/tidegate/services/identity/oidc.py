"""Sign in by an OpenID Connect provider: authorization code with PKCE, state and nonce.

Everything that is asked of the provider goes through the gate. What the answer must match lies in a
sealed cookie of the browser that began; nothing is kept here meanwhile.
"""

import asyncio
import secrets
import time
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

from tidegate import codec
from tidegate.app import App
from tidegate.credentials.token_endpoint import Client, token_request
from tidegate.errors import Conflict, InvalidInput, NodeError, OperationalError, VaultError
from tidegate.sdk.http import HttpRequest
from tidegate.services.identity import people_by_oidc
from tidegate.services.identity.sign_in import Unauthorized
from tidegate.store import accounts

if TYPE_CHECKING:
    from joserfc.jwk import KeySet

CALLBACK: Final = "/api/v1/oidc/callback"
PENDING_SECONDS: Final = 600
_PURPOSE: Final = "oidc sign-in"
_KEEP_SECONDS: Final = 3600.0
_MIN_SECONDS: Final = 30.0
_MAX_ANSWER: Final = 1 << 20
_REQUEST_SECONDS: Final = 15.0


@dataclass(frozen=True, slots=True)
class Provider:
    """What a provider says of itself; ``fetched_at`` is monotonic seconds."""

    authorization_endpoint: str
    token_endpoint: str
    keys: "KeySet"
    fetched_at: float


@dataclass(frozen=True, slots=True)
class Begun:
    """The address to send the browser to, and what its cookie must keep."""

    url: str
    cookie: str


class OidcSignIn:
    """Signs people in by the provider of the settings."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._settings = app.settings.oidc
        self._provider: Provider | None = None

    @property
    def is_offered(self) -> bool:
        """Whether the settings name a provider."""
        return bool(self._settings.issuer and self._settings.client_id)

    async def begin(self, url: str) -> Begun:
        """Begin to sign in; ``url`` is the address of this server.

        Raises:
            Conflict: no provider is set, or the owner's account is not made yet.
            OperationalError: the provider can't be asked.
        """
        if not self.is_offered:
            raise Conflict("no provider is set; see the settings oidc.issuer and oidc.client_id")
        if not await self._app.database.read(accounts.has_users):
            raise Conflict("the owner's account comes first: follow the link of the server's start")
        from tidegate.services.identity.id_token import challenge  # noqa: PLC0415 - slow to load

        provider = await self._known()
        state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
        kept = codec.encode([state, nonce, verifier, int(time.time()) + PENDING_SECONDS])
        sealed = await asyncio.to_thread(self._app.vault.seal_data, kept, _PURPOSE)
        asked = {
            "response_type": "code",
            "client_id": self._settings.client_id or "",
            "redirect_uri": url + CALLBACK,
            "scope": " ".join(self._settings.scopes),
            "state": state,
            "nonce": nonce,
            "code_challenge": challenge(verifier),
            "code_challenge_method": "S256",
        }
        mark = "&" if "?" in provider.authorization_endpoint else "?"
        address = f"{provider.authorization_endpoint}{mark}{urlencode(asked)}"
        return Begun(address, urlsafe_b64encode(sealed).decode())

    async def finish(
        self, url: str, answer: Mapping[str, str], cookie: str | None, network: str
    ) -> str:
        """The token of a new session, for what the browser came back with.

        Raises:
            Unauthorized: it does not belong to what was begun, or the person is not let in.
            OperationalError: the provider can't be asked.
        """
        nonce, verifier = await self._pending(answer.get("state", ""), cookie)
        if answer.get("iss", self._settings.issuer) != self._settings.issuer:
            raise Unauthorized("this answer is another provider's; begin again")
        if "error" in answer or not answer.get("code"):
            raise Unauthorized("the provider did not let you in; begin again")
        claims = await self._claims(url, answer["code"], verifier, nonce)
        return await people_by_oidc.let_in(self._app, claims, network)

    async def _pending(self, state: str, cookie: str | None) -> tuple[str, str]:
        try:
            sealed = urlsafe_b64decode((cookie or "").encode("ascii", "replace"))
            kept = await asyncio.to_thread(self._app.vault.open_data, sealed, _PURPOSE)
            known, nonce, verifier, until = codec.decode(kept)
        except (ValueError, VaultError, InvalidInput):
            raise Unauthorized("this was not begun in this browser; begin again") from None
        if not secrets.compare_digest(known.encode(), state.encode("utf-8", "replace")):
            raise Unauthorized("this was not begun in this browser; begin again")
        if time.time() > until:
            raise Unauthorized("that took too long; begin again")
        return nonce, verifier

    async def _claims(self, url: str, code: str, verifier: str, nonce: str) -> Mapping[str, Any]:
        provider = await self._known()
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": url + CALLBACK,
            "code_verifier": verifier,
        }
        client = await self._client()
        answer = await self._asked(token_request(provider.token_endpoint, client, form))
        token = answer.get("id_token")
        if not isinstance(token, str):
            raise Unauthorized("the provider did not take the answer; begin again")
        return await self._checked(token, provider, nonce)

    async def _checked(self, token: str, provider: Provider, nonce: str) -> Mapping[str, Any]:
        from tidegate.services.identity import id_token  # noqa: PLC0415 - slow to load

        wanted = {
            "issuer": self._settings.issuer or "",
            "client_id": self._settings.client_id or "",
            "nonce": nonce,
        }
        try:
            try:
                return id_token.claims_of(token, provider.keys, **wanted)
            except id_token.SignedByOthers:
                # The provider may have changed its keys since they were fetched.
                provider = await self._known(_MIN_SECONDS)
                return id_token.claims_of(token, provider.keys, **wanted)
        except id_token.InvalidToken as error:
            raise Unauthorized(
                f"the provider's token is not valid ({error}); begin again"
            ) from None

    async def _client(self) -> Client:
        client_id = self._settings.client_id or ""
        file = self._settings.client_secret_file
        if file is None:
            return Client(client_id, None, "none")
        try:
            secret = (await asyncio.to_thread(file.read_text, "utf-8")).strip()
        except (OSError, ValueError):
            raise OperationalError(
                f"the file {file} of oidc.client_secret_file can't be read"
            ) from None
        self._app.redact.add([secret])
        return Client(client_id, secret)

    async def _known(self, at_most: float = _KEEP_SECONDS) -> Provider:
        """The provider, asked again where what is known of it is older than ``at_most`` seconds."""
        known = self._provider
        if known is not None and time.monotonic() - known.fetched_at < at_most:
            return known
        issuer = self._settings.issuer or ""
        place = f"{issuer.rstrip('/')}/.well-known/openid-configuration"
        found = await self._asked(HttpRequest("GET", place))
        if found.get("issuer") != issuer:
            raise OperationalError("the provider calls itself by another name than oidc.issuer")
        names = ("authorization_endpoint", "token_endpoint", "jwks_uri")
        if not all(isinstance(found.get(name), str) for name in names):
            raise OperationalError("the provider does not say where its endpoints are")
        keys = await self._asked(HttpRequest("GET", found["jwks_uri"]))
        from tidegate.services.identity.id_token import (  # noqa: PLC0415 - slow to load
            InvalidToken,
            read_keys,
        )

        try:
            key_set = read_keys(keys)
        except InvalidToken:
            raise OperationalError("the provider's keys can't be read") from None
        self._provider = Provider(
            found["authorization_endpoint"], found["token_endpoint"], key_set, time.monotonic()
        )
        return self._provider

    async def _asked(self, request: HttpRequest) -> dict[str, Any]:
        request.timeout, request.max_response = _REQUEST_SECONDS, _MAX_ANSWER
        request.follow_redirects = False
        try:
            response = await self._app.gate.bound().request(request)
            found = codec.decode(response.body)
        except InvalidInput:
            found = None
        except NodeError as error:
            raise OperationalError(
                f"the provider can't be asked: {self._app.redact(error.message)}"
            ) from None
        return found if isinstance(found, dict) else {}
