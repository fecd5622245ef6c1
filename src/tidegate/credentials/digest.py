"""Digest authentication (RFC 7616): the password never travels, answers to challenges do."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import ClassVar, Final

from pydantic import field_validator

from tidegate.credentials.base import CredentialType, Kept, Secret, Text
from tidegate.credentials.challenge import Challenge, Identity, challenge_in, next_nonce
from tidegate.egress.url import parse_url
from tidegate.sdk.http import BodyStream, HttpRequest, HttpResponse

UNAUTHORIZED: Final = 401
MAX_ORIGINS: Final = 100
"""How many servers a process keeps nonces of, for one credential."""


class DigestCredential(CredentialType):
    """A user and a password for servers that ask by a challenge (RFC 7616)."""

    name: ClassVar[str] = "digest"
    user: Text
    password: Secret

    @field_validator("user")
    @classmethod
    def _has_no_colon(cls, value: str) -> str:
        if ":" in value:
            raise ValueError("it may not hold a colon")
        return value

    def sign(self, request: HttpRequest, kept: Kept) -> HttpRequest:
        """With answers to the server's challenges, on every hop to the same origin."""
        headers = [pair for pair in request.headers if pair[0].lower() != "authorization"]
        signer = _Signer(Identity(self.user, self.password), kept)
        return replace(request, headers=headers, signer=signer)


@dataclass(slots=True)
class _Signer:
    """Signs the hops of one request. ``sent`` is the challenge that the last hop answered.

    A challenge that an earlier request got is answered before it is asked again, which saves a
    round trip. It may have ended meanwhile, even where the server does not call it stale.
    """

    who: Identity
    kept: Kept
    sent: Challenge | None = None
    is_fresh: bool = False

    def headers(self, method: str, url: str, body: bytes | BodyStream | None) -> Mapping[str, str]:
        """The answer to the challenge of this origin, if there is one by now."""
        place = parse_url(url)
        self.sent = self.kept.challenges.get(place.origin)
        if self.sent is None:
            return {}
        return {"Authorization": self.sent.answer(self.who, method, place.path_query, body)}

    def answered(self, response: HttpResponse) -> bool:
        """Keep what the server says of its nonces; True where it asked for another answer."""
        origin, sent = parse_url(response.final_url).origin, self.sent
        if response.status != UNAUTHORIZED:
            nonce = next_nonce(response)
            if sent is not None and nonce is not None:
                self._keep(origin, replace(sent, nonce=nonce, count=0))
            return False
        challenge = challenge_in(response)
        if challenge is None or self._is_final(challenge):
            if self.kept.challenges.get(origin) is sent:
                self.kept.challenges.pop(origin, None)
            return False
        self.is_fresh = True
        self._keep(origin, challenge)
        return True

    def _is_final(self, challenge: Challenge) -> bool:
        """Whether the server refused the user or the password, and not an old answer."""
        is_same = self.sent is not None and self.sent.realm == challenge.realm
        return is_same and self.is_fresh and not challenge.is_stale

    def _keep(self, origin: str, challenge: Challenge) -> None:
        challenges, redact = self.kept.challenges, self.kept.redact
        before = challenges.pop(origin, None)
        redact.add([challenge.key(self.who)])
        if before is not None and before.is_session:
            redact.discard([before.key(self.who)])
        if len(challenges) >= MAX_ORIGINS:
            challenges.clear()
        challenges[origin] = challenge
