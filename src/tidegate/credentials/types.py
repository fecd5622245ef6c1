"""All credential types by their names, and how their values are checked."""

from collections.abc import Collection, Mapping
from difflib import get_close_matches
from typing import Any, Final

from pydantic import ValidationError

from tidegate.credentials.base import CredentialType
from tidegate.credentials.digest import DigestCredential
from tidegate.credentials.mailbox import ImapCredential, ImapOAuth2Credential
from tidegate.credentials.mtls import MtlsCredential
from tidegate.credentials.oauth1 import OAuth1Credential
from tidegate.credentials.oauth2 import OAuth2ClientCredential, OAuth2Credential
from tidegate.credentials.simple import (
    BasicCredential,
    BearerCredential,
    CustomCredential,
    DatabaseCredential,
    HeaderCredential,
    HmacCredential,
    NoCredential,
    QueryCredential,
)
from tidegate.errors import InvalidInput, Problem

TYPES: Final[Mapping[str, type[CredentialType]]] = {
    kind.name: kind
    for kind in (
        NoCredential,
        BasicCredential,
        BearerCredential,
        HeaderCredential,
        QueryCredential,
        CustomCredential,
        DigestCredential,
        OAuth1Credential,
        OAuth2ClientCredential,
        OAuth2Credential,
        MtlsCredential,
        DatabaseCredential,
        ImapCredential,
        ImapOAuth2Credential,
        HmacCredential,
    )
}


def type_named(name: str) -> type[CredentialType]:
    """The type with this name.

    Raises:
        InvalidInput: there is none; with the nearest name.
    """
    kind = TYPES.get(name)
    if kind is None:
        near = get_close_matches(name, TYPES, n=1)
        hint = f"did you mean '{near[0]}'?" if near else f"the types are: {', '.join(TYPES)}"
        raise InvalidInput(f"there is no credential type {name[:50]!r}; {hint}")
    return kind


def checked(kind: type[CredentialType], values: Any) -> CredentialType:
    """Values as a credential of a type.

    Raises:
        InvalidInput: with every problem, and without any of the values.
    """
    try:
        return kind.model_validate(_object(kind, values))
    except ValidationError as error:
        raise _invalid(kind, _problems(kind, error)) from None


def check_known(kind: type[CredentialType], values: Any, unknown: Collection[str]) -> None:
    """Check values of which some are not at hand: those of the fields ``unknown``.

    What is wrong with these, or with all together, shows when the credential is used.

    Raises:
        InvalidInput: with every other problem.
    """
    try:
        kind.model_validate(_object(kind, values))
    except ValidationError as error:
        problems = [
            found
            for found in _problems(kind, error)
            if not unknown or (found.parameter is not None and found.parameter not in unknown)
        ]
        if problems:
            raise _invalid(kind, problems) from None


def _object(kind: type[CredentialType], values: Any) -> dict[str, Any]:
    if not isinstance(values, Mapping):
        raise InvalidInput(f"the values of a credential are a JSON object: {_fields(kind)}")
    return dict(values)


def _problems(kind: type[CredentialType], error: ValidationError) -> list[Problem]:
    return [
        # A key of an object stands in the place too, and may be a secret in the wrong place.
        Problem(_said(found["msg"]), "INVALID_CREDENTIAL", parameter=_place(kind, found["loc"]))
        for found in error.errors(include_url=False, include_context=False, include_input=False)
    ]


def _invalid(kind: type[CredentialType], problems: list[Problem]) -> InvalidInput:
    return InvalidInput(
        f"these are not the values of a credential of type {kind.name}, which has the fields "
        f"{_fields(kind)}",
        problems,
    )


def _place(kind: type[CredentialType], place: tuple[int | str, ...]) -> str | None:
    return str(place[0]) if place and place[0] in kind.model_fields else None


def _said(message: str) -> str:
    return message.removeprefix("Value error, ")


def _fields(kind: type[CredentialType]) -> str:
    names = [
        name if field.is_required() else f"{name} (optional)"
        for name, field in kind.model_fields.items()
    ]
    return ", ".join(names) or "none"
