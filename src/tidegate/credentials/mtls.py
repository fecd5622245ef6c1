"""A client certificate (mutual TLS, RFC 8446 section 4.3.2): the connection itself signs in."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, ClassVar, Final, Self

from pydantic import Field, model_validator

from tidegate.credentials.base import HIDDEN, CredentialType, Kept, Secret
from tidegate.sdk.http import ClientIdentity, HttpRequest

if TYPE_CHECKING:
    from cryptography.x509 import Certificate

MAX_PEM: Final = 256 * 1024
MIN_LINE: Final = 16
"""Shorter lines of a key say nothing about it."""

Pem = Annotated[str, Field(min_length=1, max_length=MAX_PEM)]


class MtlsCredential(CredentialType):
    """A client certificate and its key, as PEM; authorities are trusted besides the system's."""

    name: ClassVar[str] = "mtls"
    needs_tls: ClassVar[bool] = True
    can_be_typed: ClassVar[bool] = False

    certificate: Pem
    key: Annotated[Secret, Field(max_length=MAX_PEM)] = Field(json_schema_extra=HIDDEN)
    passphrase: Secret | None = Field(None, json_schema_extra=HIDDEN)
    authorities: Annotated[str, Field(max_length=MAX_PEM)] = ""

    @model_validator(mode="after")
    def _belongs_together(self) -> Self:
        from cryptography.hazmat.primitives import serialization  # noqa: PLC0415 - slow to import

        chain = _certificates("certificate", self.certificate)
        if self.authorities:
            _certificates("authorities", self.authorities)
        password = None if self.passphrase is None else self.passphrase.encode()
        try:
            key = serialization.load_pem_private_key(self.key.encode(), password)
        except TypeError:
            needed = "needs a passphrase" if password is None else "has no passphrase"
            raise ValueError(f"key: it {needed}") from None
        except Exception:  # noqa: BLE001 - of many kinds, and their words may quote the key
            raise ValueError(
                "key: it can't be read as a private key in PEM with this passphrase"
            ) from None
        form = (
            serialization.Encoding.DER,
            serialization.PublicFormat.SubjectPublicKeyInfo,
        )
        if key.public_key().public_bytes(*form) != chain[0].public_key().public_bytes(*form):
            raise ValueError("key: it does not belong to the first certificate")
        return self

    def secret_values(self) -> Iterator[str]:
        """The key and its passphrase, and each line of the key."""
        yield from super().secret_values()
        lines = [line.strip() for line in self.key.splitlines()]
        yield from (line for line in lines if len(line) >= MIN_LINE and line[0] != "-")

    @property
    def expires_at(self) -> datetime:
        """When the first of its certificates ends, in UTC."""
        chain = _certificates("certificate", self.certificate)
        return min(one.not_valid_after_utc for one in chain).astimezone(UTC)

    def sign(self, request: HttpRequest, kept: Kept) -> HttpRequest:
        """Over connections of its own, on which the certificate is shown."""
        own = ClientIdentity(self.certificate, self.key, self.passphrase or "")
        tls = request.tls
        if self.authorities:
            tls = replace(tls, authorities=f"{tls.authorities}\n{self.authorities}".strip())
        return replace(request, identity=own, tls=tls)


def _certificates(field: str, text: str) -> "list[Certificate]":
    from cryptography import x509  # noqa: PLC0415 - slow to import

    try:
        return x509.load_pem_x509_certificates(text.encode())
    except ValueError:
        raise ValueError(f"{field}: it holds no certificate in PEM") from None
