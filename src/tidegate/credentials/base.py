"""What every credential type is: fields, the secret ones among them, and how it signs requests."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any, ClassVar
from urllib.parse import quote, urlencode

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from tidegate.redact import MIN_LENGTH, Redactor
from tidegate.sdk.http import HttpRequest

if TYPE_CHECKING:
    from tidegate.credentials.challenge import Challenge

HIDDEN: dict[str, Any] = {"secret": True}
"""Marks a field whose value is never shown."""


def _visible_ascii(value: str) -> str:
    if not (value.isascii() and value.isprintable() and value == value.strip()):
        raise ValueError("it may hold only visible ASCII characters and inner spaces")
    return value


Secret = Annotated[str, Field(min_length=MIN_LENGTH, json_schema_extra=HIDDEN)]
"""A secret text. A shorter one could not be masked without masking half of every text."""
HeaderSecret = Annotated[Secret, AfterValidator(_visible_ascii)]
"""A secret that stands in a header as it is."""
HeaderName = Annotated[str, Field(pattern=r"\A[A-Za-z0-9!#$%&'*+.^_`|~-]{1,256}\z")]
ParameterName = Annotated[str, Field(pattern=r"\A[A-Za-z0-9_.~-]{1,256}\z")]
Text = Annotated[str, Field(min_length=1, max_length=4096)]


@dataclass(slots=True)
class Kept:
    """What a process keeps of a credential from one request to the next.

    ``challenges`` are those of digest authentication by origin. What is derived from a secret is
    made known to ``redact``.
    """

    token: str = ""
    redact: Redactor = field(default_factory=Redactor)
    challenges: "dict[str, Challenge]" = field(default_factory=dict)


class CredentialType(BaseModel):
    """Base of all types; ``name`` is the type in commands, the docstring its documentation.

    ``needs_hosts``: there is no sensible place for it but the hosts that are named.
    ``needs_token``: it signs with a token that must be fetched first. ``needs_tls``: it is nothing
    without TLS, on loopback neither. ``is_granted``: its token comes from what a person granted.
    ``can_be_typed``: each of its values is one line of text.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    name: ClassVar[str]
    is_for_http: ClassVar[bool] = True
    needs_hosts: ClassVar[bool] = True
    needs_token: ClassVar[bool] = False
    needs_tls: ClassVar[bool] = False
    is_granted: ClassVar[bool] = False
    can_be_typed: ClassVar[bool] = True

    def secret_values(self) -> Iterator[str]:
        """Every value that must never be shown."""
        for name in secret_fields(type(self)):
            value = getattr(self, name)
            if isinstance(value, Mapping):
                yield from value.values()
            elif value is not None:
                yield value

    def sign(self, request: HttpRequest, kept: Kept) -> HttpRequest:
        """The request with the credential in it, marked so that the gate hides it.

        ``kept`` has a token where the type needs one.
        """
        return request

    @property
    def expires_at(self) -> datetime | None:
        """When it ends by itself, in UTC; None where it does not say."""
        return None

    def as_values(self) -> Mapping[str, Any]:
        """The values for nodes that speak another protocol than HTTP; by default none."""
        return {}


def secret_fields(kind: type[CredentialType]) -> tuple[str, ...]:
    """The names of the fields that are never shown."""
    return tuple(
        name for name, field in kind.model_fields.items() if field.json_schema_extra == HIDDEN
    )


def with_headers(request: HttpRequest, headers: Mapping[str, str]) -> HttpRequest:
    """The request with secret headers, in the place of those that it has by the same names."""
    names = {name.lower() for name in headers}
    kept = [pair for pair in request.headers if pair[0].lower() not in names]
    return replace(
        request,
        headers=[*kept, *headers.items()],
        sensitive_headers=request.sensitive_headers | names,
    )


def with_query(request: HttpRequest, query: Mapping[str, str]) -> HttpRequest:
    """The request with secret parameters at the end of its URL."""
    base = request.url.partition("#")[0]
    separator = "" if base.endswith(("?", "&")) else "&" if "?" in base else "?"
    return replace(
        request,
        url=f"{base}{separator}{urlencode(query, quote_via=quote, safe='')}",
        sensitive_query=request.sensitive_query | frozenset(query),
    )
