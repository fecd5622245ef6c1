"""The gate of a node that has a credential: every request of it is signed, or refused."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, replace
from typing import Final

from tidegate.credentials.opened import OpenCredential
from tidegate.credentials.tokens import Tokens
from tidegate.egress.records import Recorder
from tidegate.egress.url import DEFAULT_PORTS, parse_url
from tidegate.egress.verdict import Refused
from tidegate.errors import CredentialError
from tidegate.sdk.http import HttpGate, HttpRequest, HttpResponse, HttpStream

UNAUTHORIZED: Final = 401


@dataclass(frozen=True, slots=True)
class CredentialGate:
    """Implements ``HttpGate``. ``inner`` sends; ``token_gate`` sends without recording bodies.

    A request to another host than the credential's is refused, not sent without it: an answer for
    nobody in particular is not what the author of the workflow wanted.
    """

    inner: HttpGate
    token_gate: HttpGate
    credential: OpenCredential
    tokens: Tokens
    recorder: Recorder | None = None

    async def request(self, request: HttpRequest) -> HttpResponse:
        """Send it with the credential and read the whole body.

        Raises:
            CredentialError: the credential can't sign requests, or no token could be had.
            HttpError: the network or the server failed.
            SecurityError: the gate refused, or the host is not the credential's.
        """
        signed, token = await self._signed(request)
        response = await self.inner.request(signed)
        if response.status == UNAUTHORIZED and token:
            self.tokens.reject(self.credential, token)
            signed, _ = await self._signed(request)
            response = await self.inner.request(signed)
        return response

    def stream(self, request: HttpRequest) -> AbstractAsyncContextManager[HttpStream]:
        """Send it with the credential and read the body piece by piece.

        Raises:
            CredentialError, HttpError, SecurityError: as :meth:`request`.
        """
        return self._stream(request)

    @asynccontextmanager
    async def _stream(self, request: HttpRequest) -> AsyncIterator[HttpStream]:
        signed, token = await self._signed(request)
        async with self.inner.stream(signed) as stream:
            if stream.head.status != UNAUTHORIZED or not token:
                yield stream
                return
        # A token may be withdrawn before its time: one request more, with a fresh one.
        self.tokens.reject(self.credential, token)
        signed, _ = await self._signed(request)
        async with self.inner.stream(signed) as stream:
            yield stream

    async def _signed(self, request: HttpRequest) -> tuple[HttpRequest, str]:
        """The request with the credential, and the token in it, if it is one from before."""
        credential = self.credential
        values = credential.values
        if not values.is_for_http:
            raise CredentialError(
                f"the credential '{credential.name}' is of type {values.name}, which can't sign "
                "an HTTP request"
            )
        try:
            url = parse_url(request.url)
        except Refused:
            return request, ""  # the gate says what is wrong with it
        credential.check_host(url.host, url.port, DEFAULT_PORTS[url.scheme], self.recorder)
        if values.needs_tls and url.scheme != "https":
            raise CredentialError(
                f"the credential '{credential.name}' is of type {values.name}, which needs https"
            )
        kept, is_old = await self.tokens.kept(credential, self.token_gate)
        signed = values.sign(request, kept)
        signed = replace(signed, allow_plain_http=credential.allow_plain_http)
        return signed, kept.token if is_old else ""
