"""The types for mailboxes: the server, and who signs in there."""

from collections.abc import Mapping
from typing import Any, ClassVar, Literal

from pydantic import Field, field_validator

from tidegate.credentials.base import CredentialType, Secret, Text
from tidegate.credentials.oauth2 import OAuth2Credential

Security = Literal["tls", "starttls", "plain"]


class MailboxCredential(CredentialType):
    """What every mailbox has: its server, and the user."""

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
        """The server, its port and the user."""
        usual = 993 if self.security == "tls" else 143
        return {
            "host": self.host,
            "port": self.port or usual,
            "security": self.security,
            "user": self.user,
        }


class ImapCredential(MailboxCredential):
    """A mailbox (IMAP): its server, user and password; `trigger.email` uses it.

    `security` is `tls` (at once, by default), `starttls`, or `plain`, which sends the password in
    clear text and is for a server on your own machine. Without a port it is 993, or 143 where TLS
    does not begin at once.
    """

    name: ClassVar[str] = "imap"
    password: Secret

    @field_validator("password")
    @classmethod
    def _is_sent_in_one_line(cls, value: str) -> str:
        return _one_line(value)

    def as_values(self) -> Mapping[str, Any]:
        """The password as well."""
        return {**super().as_values(), "password": self.password}


class ImapOAuth2Credential(MailboxCredential, OAuth2Credential):
    """A mailbox (IMAP) whose person grants access in a browser (OAuth 2, XOAUTH2).

    `trigger.email` uses it. Its token goes to this server alone, and to no HTTP request; it is
    fetched for each conversation.
    """

    name: ClassVar[str] = "imap_oauth2"


def _one_line(value: str) -> str:
    if any(ord(character) < 32 or ord(character) == 127 for character in value):
        raise ValueError("it may hold no line breaks or control characters")
    return value
