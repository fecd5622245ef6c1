"""A digest challenge: read from a server's answer, and answered (RFC 7616).

MD5, SHA-256 and SHA-512-256, each with and without sessions; qop auth, auth-int and none.
"""

import hashlib
import re
import secrets
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import quote

from tidegate.errors import CredentialError
from tidegate.sdk.http import BodyStream, HttpResponse

ALGORITHMS: Final = {"SHA-512-256": "sha512_256", "SHA-256": "sha256", "MD5": "md5"}
"""Names of RFC 7616 and of hashlib, the strongest first."""
MAX_HEADER: Final = 8192
_SESSION: Final = "-sess"
_SIGN: Final = "[A-Za-z0-9!#$%&'*+.^_`|~-]"  # of a token (RFC 9110, section 5.6.2)
# A scheme stands before its first parameter. The look behind keeps a long word from being tried at
# each of its letters.
_PARAMETER: Final = re.compile(
    rf"(?<!{_SIGN})(?:(?P<scheme>{_SIGN}+)[ \t]+)?(?P<name>{_SIGN}+)[ \t]*=[ \t]*"
    rf'(?:"(?P<quoted>(?:[^"\\]|\\.)*+)"|(?P<plain>{_SIGN}+))'
)


@dataclass(frozen=True, slots=True)
class Identity:
    """Who answers."""

    user: str
    password: str = field(repr=False)


@dataclass(slots=True)
class Challenge:
    """What a server asked, and how often it was answered.

    ``hashed`` is the name of the hash in hashlib. ``client_nonce`` stays the same for one server
    nonce; the count makes each answer another one.
    """

    realm: str
    nonce: str
    hashed: str
    algorithm: str | None = None
    opaque: str | None = None
    qop: str | None = None
    hides_user: bool = False
    is_stale: bool = False
    client_nonce: str = field(default_factory=lambda: secrets.token_hex(16))
    count: int = 0

    def answer(
        self, who: Identity, method: str, target: str, body: bytes | BodyStream | None
    ) -> str:
        """The Authorization header for one request; ``target`` is its path and query.

        Raises:
            CredentialError: the body would have to be hashed before it is sent.
        """
        self.count += 1
        count = f"{self.count:08x}"
        second = f"{method}:{target}"
        if self.qop == "auth-int":
            if isinstance(body, BodyStream):
                raise CredentialError(
                    "the server wants each body signed (qop=auth-int), which a body that is "
                    "streamed can't be"
                )
            second += f":{self._hash(body or b'')}"
        key, second = self.key(who), self._hash(second.encode())
        middle = [count, self.client_nonce, self.qop] if self.qop else []
        response = self._hash(":".join([key, self.nonce, *middle, second]).encode())
        parts = [*self._user(who.user), f'realm="{_escaped(self.realm)}"']
        parts += [f'nonce="{_escaped(self.nonce)}"', f'uri="{target}"', f'response="{response}"']
        if self.algorithm is not None:
            parts.append(f"algorithm={self.algorithm}")
        if self.opaque is not None:
            parts.append(f'opaque="{_escaped(self.opaque)}"')
        if self.qop:
            parts += [f"qop={self.qop}", f"nc={count}", f'cnonce="{self.client_nonce}"']
        if self.hides_user:
            parts.append("userhash=true")
        return f"Digest {', '.join(parts)}"

    def key(self, who: Identity) -> str:
        """What stands for the password in answers: H(A1)."""
        user, password = (unicodedata.normalize("NFC", text) for text in (who.user, who.password))
        key = self._hash(f"{user}:{self.realm}:{password}".encode())
        if self.is_session:
            key = self._hash(f"{key}:{self.nonce}:{self.client_nonce}".encode())
        return key

    @property
    def is_session(self) -> bool:
        """Whether its key holds for its nonce only."""
        return self.algorithm is not None and self.algorithm.lower().endswith(_SESSION)

    def _user(self, user: str) -> list[str]:
        if self.hides_user:
            return [f'username="{self._hash(f"{user}:{self.realm}".encode())}"']
        if user.isascii() and user.isprintable():
            return [f'username="{_escaped(user)}"']
        text = quote(unicodedata.normalize("NFC", user), safe="")
        return [f"username*=UTF-8''{text}"]

    def _hash(self, data: bytes) -> str:
        return hashlib.new(self.hashed, data, usedforsecurity=False).hexdigest()


def challenge_in(answer: HttpResponse) -> Challenge | None:
    """The strongest challenge of an answer that can be met; None where there is none."""
    found = [
        challenge
        for name, value in answer.headers
        if name.lower() == "www-authenticate"
        for scheme, parameters in _schemes(value[:MAX_HEADER])
        if scheme == "digest" and (challenge := _challenge(parameters)) is not None
    ]
    order = list(ALGORITHMS.values())
    return min(found, key=lambda challenge: order.index(challenge.hashed), default=None)


def next_nonce(answer: HttpResponse) -> str | None:
    """The nonce that a server wants for the next request, if it said so."""
    value = answer.header("authentication-info")
    if value is None:
        return None
    for _, parameters in _schemes(f"Info {value[:MAX_HEADER]}"):
        nonce = parameters.get("nextnonce", "")
        return nonce if _is_usable(nonce) else None
    return None


def _schemes(value: str) -> Iterator[tuple[str, Mapping[str, str]]]:
    """The schemes of a WWW-Authenticate header, in lower case, with their parameters."""
    scheme, parameters = "", dict[str, str]()
    for match in _PARAMETER.finditer(value):
        if match["scheme"] is not None:
            if scheme:
                yield scheme, parameters
            scheme, parameters = match["scheme"].lower(), {}
        quoted = match["quoted"]
        text = match["plain"] if quoted is None else re.sub(r"\\(.)", r"\1", quoted)
        parameters.setdefault(match["name"].lower(), text)
    if scheme:
        yield scheme, parameters


def _challenge(parameters: Mapping[str, str]) -> Challenge | None:
    realm, nonce = parameters.get("realm"), parameters.get("nonce")
    algorithm, opaque = parameters.get("algorithm"), parameters.get("opaque")
    if realm is None or nonce is None or not _is_usable(nonce):
        return None
    if not _is_usable(realm or "-") or not _is_usable(opaque or "-"):
        return None
    hashed = ALGORITHMS.get((algorithm or "MD5").upper().removesuffix(_SESSION.upper()), "")
    qop = parameters.get("qop")
    offered = None if qop is None else {part.strip().lower() for part in qop.split(",")}
    known = [] if offered is None else [one for one in ("auth", "auth-int") if one in offered]
    if hashed not in hashlib.algorithms_available or (offered is not None and not known):
        return None
    return Challenge(
        realm,
        nonce,
        hashed,
        algorithm,
        opaque,
        known[0] if known else None,
        hides_user=parameters.get("userhash", "").lower() == "true",
        is_stale=parameters.get("stale", "").lower() == "true",
    )


def _is_usable(text: str) -> bool:
    """Whether it can stand in a header that goes out."""
    return bool(text) and text.isascii() and text.isprintable()


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')
