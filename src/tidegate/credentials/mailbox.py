"""The type for mailboxes: the server, and who signs in there."""

from collections.abc import Mapping
from typing import Any, ClassVar, Literal

from pydantic import Field, field_validator

from tidegate.credentials.base import CredentialType, Secret, Text


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
    security: Literal["tls", "starttls", "plain"] = "tls"
    user: Text
    password: Secret

    @field_validator("host", "user", "password")
    @classmethod
    def _is_one_line(cls, value: str) -> str:
        if any(ord(character) < 32 or ord(character) == 127 for character in value):
            raise ValueError("it may hold no line breaks or control characters")
        return value

    def as_values(self) -> Mapping[str, Any]:
        """All of it, with the port."""
        usual = 993 if self.security == "tls" else 143
        return {
            "host": self.host,
            "port": self.port or usual,
            "security": self.security,
            "user": self.user,
            "password": self.password,
        }
