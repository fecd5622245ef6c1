"""When credentials end: what a certificate or a grant says of it, or what a person wrote down."""

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Final

from tidegate.app import App
from tidegate.errors import CredentialError
from tidegate.store.credentials import StoredCredential

if TYPE_CHECKING:
    from tidegate.credentials.opened import Content

CERTIFICATE: Final = "certificate"
GRANT: Final = "grant"
PERSON: Final = "person"


def with_expiry(
    app: App, row: StoredCredential, content: "Content", given: int | None
) -> StoredCredential:
    """The row with what is known of its end; ``given`` is a person's date. Blocks.

    What the credential says itself counts more than what somebody wrote down.
    """
    for at, source in (
        (of_certificate(app, row, content), CERTIFICATE),
        (of_grant(content), GRANT),
        (given, PERSON),
    ):
        if at is not None:
            return replace(row, expires_at=at, expires_from=source)
    return row


def of_grant(content: "Content") -> int | None:
    """When the token that a person granted ends; None where it is renewed by itself."""
    grant = content.grant
    if grant is None or not grant.access_token or grant.refresh_token is not None:
        return None
    return int(grant.renew_at * 1_000_000)


def of_certificate(app: App, row: StoredCredential, content: "Content") -> int | None:
    """When a certificate ends; None for what has none, or can't be read here. Blocks."""
    from tidegate.credentials.base import CredentialType  # noqa: PLC0415 - slow to import
    from tidegate.credentials.types import type_named  # noqa: PLC0415 - as above

    if type_named(content.type).expires_at is CredentialType.expires_at:
        return None
    try:
        opened = content.open(row.id, row.name, row.updated_at, app.references)
    except CredentialError:
        return None
    app.redact.add(opened.secret_values())
    at = opened.values.expires_at
    return None if at is None else microseconds_of(at)


def microseconds_of(at: datetime) -> int:
    """A time as it is stored."""
    return round(at.timestamp() * 1_000_000)
