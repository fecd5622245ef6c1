"""The types for mailboxes: the server, and who signs in there."""

from collections.abc import Mapping
from typing import Any, ClassVar, Final, Literal

from pydantic import Field, field_validator

from tidegate.credentials.base import CredentialType, Secret, Text
from tidegate.credentials.oauth2 import OAuth2Credential

Security = Literal["tls", "starttls", "plain"]


class ImapCredential(CredentialType):
    """A mailbox (IMAP): its server, user and password; `trigger.email` uses it.

    `security` is `tls` (at once, by default), `starttls`, or `plain`, which sends the password in
    clear text and is for a server on your own machine. Without a port it is 993, or 143 where TLS
    does not begin at once.
    """

    name: ClassVar[str] = "imap"
    is_for_http: ClassVar[bool] = False
    needs_hosts: ClassVar[bool] = False
    host: Text
    port: int | None = Field(None, ge=1, le=65535)
    security: Security = "tls"
    user: Text
    password: Secret

    @field_validator("host", "user", "password")
    @classmethod
    def _is_one_line(cls, value: str) -> str:
        return _one_line(value)

    def as_values(self) -> Mapping[str, Any]:
        """All of it, with the port."""
        return {**_place(self), "password": self.password}


class ImapOAuth2Credential(OAuth2Credential):
    """A mailbox (IMAP) whose person grants access in a browser (OAuth 2, XOAUTH2).

    `trigger.email` uses it. Its token goes to this server alone, and to no HTTP request.
    """

    name: ClassVar[str] = "imap_oauth2"
    is_for_http: ClassVar[bool] = False
    needs_hosts: ClassVar[bool] = False
    host: Text
    port: int | None = Field(None, ge=1, le=65535)
    security: Security = "tls"
    user: Text

    @field_validator("host", "user")
    @classmethod
    def _is_one_line(cls, value: str) -> str:
        return _one_line(value)

    def as_values(self) -> Mapping[str, Any]:
        """The server and the user; the token is fetched for each conversation."""
        return _place(self)


MAILBOXES: Final = (ImapCredential, ImapOAuth2Credential)


def _one_line(value: str) -> str:
    if any(ord(character) < 32 or ord(character) == 127 for character in value):
        raise ValueError("it may hold no line breaks or control characters")
    return value


def _place(mailbox: ImapCredential | ImapOAuth2Credential) -> dict[str, Any]:
    usual = 993 if mailbox.security == "tls" else 143
    return {
        "host": mailbox.host,
        "port": mailbox.port or usual,
        "security": mailbox.security,
        "user": mailbox.user,
    }
