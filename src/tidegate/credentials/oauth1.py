"""OAuth 1 (RFC 5849): each request is signed with secrets that never travel (but by PLAINTEXT)."""

import hashlib
import hmac
import secrets
import time
from base64 import b64encode
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Final, Literal, Self
from urllib.parse import parse_qsl, quote, urlsplit

from pydantic import Field, model_validator

from tidegate.credentials.base import HIDDEN, CredentialType, Kept, Secret, Text
from tidegate.errors import CredentialError
from tidegate.sdk.http import BodyStream, HttpRequest, HttpResponse

FORM: Final = "application/x-www-form-urlencoded"
MAX_PARAMETERS: Final = 10_000

Method = Literal["HMAC-SHA1", "HMAC-SHA256", "RSA-SHA1", "PLAINTEXT"]


class OAuth1Credential(CredentialType):
    """A consumer and a token whose secrets sign each request (OAuth 1.0a)."""

    name: ClassVar[str] = "oauth1"
    consumer_key: Text
    consumer_secret: Secret | None = Field(None, json_schema_extra=HIDDEN)
    token: Secret | None = Field(None, json_schema_extra=HIDDEN)
    token_secret: Secret | None = Field(None, json_schema_extra=HIDDEN)
    signature_method: Method = "HMAC-SHA1"
    private_key: Secret | None = Field(None, json_schema_extra=HIDDEN)
    realm: str = ""

    @model_validator(mode="after")
    def _can_sign(self) -> Self:
        if self.signature_method == "RSA-SHA1":
            if self.private_key is None:
                raise ValueError("RSA-SHA1 needs private_key")
        elif self.consumer_secret is None:
            raise ValueError(f"{self.signature_method} needs consumer_secret")
        if not (self.realm.isascii() and self.realm.isprintable()):
            raise ValueError("realm may hold only visible ASCII characters and spaces")
        self._try_to_sign()
        return self

    def _try_to_sign(self) -> None:
        """Find a key that is none now, and load what is slow before the event loop waits."""
        try:
            self.signature("GET", "https://example.org/", "", {})
        except Exception:  # noqa: BLE001 - of many kinds, and their words may quote the key
            raise ValueError("private_key: it can't be read as an RSA key in PEM") from None

    @property
    def _signing_key(self) -> str:
        return "&".join(_escaped(part or "") for part in (self.consumer_secret, self.token_secret))

    def secret_values(self) -> Iterator[str]:
        """The secrets, and the key that they make together."""
        yield from super().secret_values()
        if self.consumer_secret is not None:
            yield self._signing_key

    def sign(self, request: HttpRequest, kept: Kept) -> HttpRequest:
        """With a signature of its own on every hop to the same origin."""
        headers = [pair for pair in request.headers if pair[0].lower() != "authorization"]
        kinds = [value for name, value in request.headers if name.lower() == "content-type"]
        is_form = bool(kinds) and kinds[0].partition(";")[0].strip().lower() == FORM
        return replace(request, headers=headers, signer=_Signer(self, is_form=is_form))

    def header(self, method: str, url: str, form: str) -> str:
        """The Authorization header for one request; ``form`` is its body, if that is a form."""
        own = {
            "oauth_consumer_key": self.consumer_key,
            "oauth_nonce": secrets.token_hex(16),
            "oauth_signature_method": self.signature_method,
            "oauth_timestamp": str(int(time.time())),
            "oauth_version": "1.0",
        }
        if self.token is not None:
            own["oauth_token"] = self.token
        own["oauth_signature"] = self.signature(method, url, form, own)
        shown = [f'realm="{_quoted(self.realm)}"'] if self.realm else []
        shown += [f'{name}="{_escaped(value)}"' for name, value in own.items()]
        return f"OAuth {', '.join(shown)}"

    def signature(self, method: str, url: str, form: str, own: Mapping[str, str]) -> str:
        """The signature of a request with the protocol's ``own`` parameters (section 3.4)."""
        if self.signature_method == "PLAINTEXT":
            return self._signing_key
        rfc = _signatures()
        parameters = [*own.items(), *_pairs(urlsplit(url).query), *_pairs(form)]
        parts = (method, rfc.normalize_base_string_uri(url), rfc.normalize_parameters(parameters))
        text = "&".join(_escaped(part) for part in parts)
        if self.signature_method == "RSA-SHA1":
            return str(rfc.rsa_sha1_signature(text, self.private_key))
        if self.signature_method == "HMAC-SHA1":
            return str(rfc.hmac_sha1_signature(text, self.consumer_secret, self.token_secret))
        made = hmac.new(self._signing_key.encode(), text.encode(), hashlib.sha256).digest()
        return b64encode(made).decode()


@dataclass(frozen=True, slots=True)
class _Signer:
    credential: OAuth1Credential
    is_form: bool

    def headers(self, method: str, url: str, body: bytes | BodyStream | None) -> Mapping[str, str]:
        """The signature of this hop. A hop that lost its body lost its parameters too."""
        if self.is_form and isinstance(body, BodyStream):
            raise CredentialError(
                "OAuth 1 signs the fields of a form, which can't be streamed then"
            )
        form = body.decode("utf-8", "replace") if self.is_form and type(body) is bytes else ""
        return {"Authorization": self.credential.header(method, url, form)}

    def answered(self, response: HttpResponse) -> bool:
        """Nothing is learnt from an answer."""
        return False


def _signatures() -> Any:
    """The part of authlib that computes; it takes 130 ms to load."""
    from authlib.oauth1.rfc5849 import signature  # noqa: PLC0415 - slow, and seldom needed

    return signature


def _pairs(text: str) -> list[tuple[str, str]]:
    return parse_qsl(text, keep_blank_values=True, max_num_fields=MAX_PARAMETERS)


def _escaped(text: str) -> str:
    return quote(text, safe="~")


def _quoted(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')
