"""OAuth 2: the client's own access (client credentials), and access that a person grants."""

from collections.abc import Iterator
from typing import Annotated, ClassVar, Final, Literal, Self
from urllib.parse import urlencode, urlsplit

from pydantic import AfterValidator, Field, field_validator, model_validator

from tidegate.credentials.base import HIDDEN, CredentialType, Kept, Secret, Text, with_headers
from tidegate.credentials.token_endpoint import Authentication, Client, checked_url, token_request
from tidegate.sdk.http import HttpRequest

Endpoint = Annotated[Text, AfterValidator(checked_url)]

GRANTED_BY: Final = ("authorization_url", "token_url", "client_id", "scope", "issuer", "parameters")
"""The fields that decide what was granted; a change of the others leaves the tokens good."""
RESERVED: Final = frozenset(
    {
        *("response_type", "client_id", "redirect_uri", "scope", "state"),
        *("code_challenge", "code_challenge_method"),
    }
)


class _TokenCredential(CredentialType):
    """What both have: a client, and a token in each request."""

    needs_token: ClassVar[bool] = True

    token_url: Endpoint
    client_id: Text

    @property
    def client(self) -> Client:
        """How it speaks to the token server."""
        raise NotImplementedError

    def secret_values(self) -> Iterator[str]:
        """The client's secret, and what the header is made of."""
        if self.client.secret is not None:
            yield self.client.secret
            yield self.client.pair

    def sign(self, request: HttpRequest, kept: Kept) -> HttpRequest:
        """With the token in the Authorization header."""
        return with_headers(request, {"Authorization": f"Bearer {kept.token}"})


class OAuth2ClientCredential(_TokenCredential):
    """A client's id and secret, for which token_url gives access tokens (OAuth 2)."""

    name: ClassVar[str] = "oauth2_client"

    client_secret: Secret
    scope: str = ""
    authentication: Literal["header", "body"] = "header"

    @property
    def client(self) -> Client:
        """How it speaks to the token server."""
        return Client(self.client_id, self.client_secret, self.authentication)

    def token_request(self) -> HttpRequest:
        """The request for a token (RFC 6749, section 4.4)."""
        form = {"grant_type": "client_credentials"}
        if self.scope:
            form["scope"] = self.scope
        return token_request(self.token_url, self.client, form)


class OAuth2Credential(_TokenCredential):
    """Access that a person grants in a browser (OAuth 2 with authorization code and PKCE)."""

    name: ClassVar[str] = "oauth2"
    is_granted: ClassVar[bool] = True
    can_be_typed: ClassVar[bool] = False

    authorization_url: Endpoint
    client_secret: Secret | None = Field(None, json_schema_extra=HIDDEN)
    scope: str = ""
    authentication: Authentication = "header"
    issuer: str = ""
    redirect_url: Endpoint = "http://127.0.0.1:8765/callback"
    parameters: dict[str, str] = Field(default_factory=dict)

    @field_validator("authorization_url", "redirect_url")
    @classmethod
    def _is_safe(cls, value: str) -> str:
        place = urlsplit(value)
        if place.scheme != "https" and place.hostname not in {"127.0.0.1", "::1", "localhost"}:
            raise ValueError("it needs https")
        return value

    @field_validator("parameters")
    @classmethod
    def _leaves_ours_alone(cls, value: dict[str, str]) -> dict[str, str]:
        if taken := sorted(RESERVED & value.keys()):
            raise ValueError(f"{', '.join(taken)}: Tidegate sets this itself")
        return value

    @model_validator(mode="after")
    def _has_its_secret(self) -> Self:
        if (self.client_secret is None) != (self.authentication == "none"):
            raise ValueError("it needs client_secret, or authentication none")
        return self

    @property
    def client(self) -> Client:
        """How it speaks to the token server."""
        return Client(self.client_id, self.client_secret, self.authentication)

    def authorization_address(self, redirect_url: str, state: str, code_challenge: str) -> str:
        """Where the person grants access (RFC 6749, section 4.1.1, with PKCE: RFC 7636)."""
        query = {
            **self.parameters,
            "response_type": "code",
            "client_id": self.client_id,
            "redirect_uri": redirect_url,
            "state": state,
            "code_challenge": code_challenge,
            "code_challenge_method": "S256",
        }
        if self.scope:
            query["scope"] = self.scope
        base = self.authorization_url.partition("#")[0]
        return f"{base}{'&' if '?' in base else '?'}{urlencode(query)}"

    def code_request(self, code: str, redirect_url: str, verifier: str) -> HttpRequest:
        """The request that turns a code into tokens."""
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": redirect_url,
            "code_verifier": verifier,
        }
        return token_request(self.token_url, self.client, form)

    def refresh_request(self, refresh_token: str) -> HttpRequest:
        """The request for the next token (RFC 6749, section 6)."""
        form = {"grant_type": "refresh_token", "refresh_token": refresh_token}
        return token_request(self.token_url, self.client, form)
