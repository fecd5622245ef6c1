"""Types that sign every request in the same way, and the one for databases."""

from base64 import b64encode
from collections.abc import Iterator, Mapping
from typing import Any, ClassVar, Self

from pydantic import Field, field_validator, model_validator

from tidegate.credentials.base import (
    HIDDEN,
    CredentialType,
    HeaderName,
    HeaderSecret,
    Kept,
    ParameterName,
    Secret,
    Text,
    with_headers,
    with_query,
)
from tidegate.sdk.http import HttpRequest


class NoCredential(CredentialType):
    """Nothing is added: a place for a credential that will follow."""

    name: ClassVar[str] = "none"
    needs_hosts: ClassVar[bool] = False


class BasicCredential(CredentialType):
    """A user and a password in the Authorization header (RFC 7617)."""

    name: ClassVar[str] = "basic"
    user: Text
    password: Secret

    @field_validator("user")
    @classmethod
    def _has_no_colon(cls, value: str) -> str:
        if ":" in value:
            raise ValueError("it may not hold a colon")
        return value

    def secret_values(self) -> Iterator[str]:
        """The password, and what the header is made of."""
        yield self.password
        yield f"{self.user}:{self.password}"

    def sign(self, request: HttpRequest, kept: Kept) -> HttpRequest:
        """With the Authorization header."""
        pair = b64encode(f"{self.user}:{self.password}".encode()).decode()
        return with_headers(request, {"Authorization": f"Basic {pair}"})


class BearerCredential(CredentialType):
    """A token in the Authorization header (RFC 6750)."""

    name: ClassVar[str] = "bearer"
    token: HeaderSecret

    def sign(self, request: HttpRequest, kept: Kept) -> HttpRequest:
        """With the Authorization header."""
        return with_headers(request, {"Authorization": f"Bearer {self.token}"})


class HeaderCredential(CredentialType):
    """A header with a secret value, such as X-Api-Key."""

    name: ClassVar[str] = "header"
    header: HeaderName
    value: HeaderSecret

    def sign(self, request: HttpRequest, kept: Kept) -> HttpRequest:
        """With the header."""
        return with_headers(request, {self.header: self.value})


class QueryCredential(CredentialType):
    """A query parameter with a secret value. Prefer a header: servers log their URLs."""

    name: ClassVar[str] = "query"
    parameter: ParameterName
    value: Secret

    def sign(self, request: HttpRequest, kept: Kept) -> HttpRequest:
        """With the parameter."""
        return with_query(request, {self.parameter: self.value})


class CustomCredential(CredentialType):
    """Any number of headers and query parameters with secret values."""

    name: ClassVar[str] = "custom"
    can_be_typed: ClassVar[bool] = False
    headers: dict[HeaderName, HeaderSecret] = Field({}, json_schema_extra=HIDDEN)
    query: dict[ParameterName, Secret] = Field({}, json_schema_extra=HIDDEN)

    @model_validator(mode="after")
    def _holds_something(self) -> Self:
        if not self.headers and not self.query:
            raise ValueError("it needs headers or query")
        return self

    def sign(self, request: HttpRequest, kept: Kept) -> HttpRequest:
        """With all of them."""
        if self.headers:
            request = with_headers(request, self.headers)
        return with_query(request, self.query) if self.query else request


class DatabaseCredential(CredentialType):
    """A user and a password for a database; the SQL nodes use it."""

    name: ClassVar[str] = "database"
    is_for_http: ClassVar[bool] = False
    user: Text
    password: Secret

    def as_values(self) -> Mapping[str, Any]:
        """The user and the password."""
        return {"user": self.user, "password": self.password}


class HmacCredential(CredentialType):
    """A secret with which callers of a webhook sign what they send; it goes nowhere."""

    name: ClassVar[str] = "hmac"
    is_for_http: ClassVar[bool] = False
    needs_hosts: ClassVar[bool] = False
    secret: Secret
