"""What proves who somebody is to an OpenID Connect provider: its keys, and the tokens it signs.

Loaded at the first sign-in by a provider: the libraries take a tenth of a server's start.
"""

from collections.abc import Mapping
from typing import Any, Final

from authlib.oauth2.rfc7636 import create_s256_code_challenge
from authlib.oidc.core import CodeIDToken
from joserfc import jwk, jwt
from joserfc.errors import JoseError

_LEEWAY_SECONDS: Final = 60
_ALGORITHMS: Final = (
    "RS256",
    "RS384",
    "RS512",
    "PS256",
    "PS384",
    "PS512",
    "ES256",
    "ES384",
    "EdDSA",
)
"""Signatures with public keys alone: a shared secret or no signature is never taken."""


class InvalidToken(Exception):
    """A token that proves nothing, or keys that can't be read; the text says which rule broke."""


class SignedByOthers(InvalidToken):
    """A token whose signature none of the keys explains: the provider may have new ones."""


def challenge(verifier: str) -> str:
    """What PKCE (RFC 7636) shows of a secret before the secret itself is shown."""
    return str(create_s256_code_challenge(verifier))


def read_keys(found: Mapping[str, Any]) -> jwk.KeySet:
    """The public keys of a provider (RFC 7517).

    Raises:
        InvalidToken: they can't be read.
    """
    try:
        return jwk.KeySet.import_key_set(found)  # type: ignore[arg-type]  # checked by it
    except (JoseError, ValueError, KeyError, TypeError) as error:
        raise InvalidToken(type(error).__name__) from None


def claims_of(
    token: str, keys: jwk.KeySet, *, issuer: str, client_id: str, nonce: str
) -> Mapping[str, Any]:
    """What a token says of a person, after every check of OpenID Connect Core, section 3.1.3.7.

    Raises:
        SignedByOthers, InvalidToken: it must not be believed.
    """
    try:
        found = jwt.decode(token, keys, algorithms=list(_ALGORITHMS))
    except (JoseError, ValueError) as error:
        raise SignedByOthers(type(error).__name__) from None
    wanted = {
        "iss": {"essential": True, "value": issuer},
        "aud": {"essential": True, "value": client_id},
    }
    params = {"nonce": nonce, "client_id": client_id}
    claims = CodeIDToken(found.claims, found.header, wanted, params)
    try:
        claims.validate(leeway=_LEEWAY_SECONDS)
    except (JoseError, ValueError, TypeError) as error:
        raise InvalidToken(type(error).__name__) from None
    return dict(claims)
