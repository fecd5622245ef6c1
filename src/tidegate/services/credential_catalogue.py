"""Credential types for those who fill them in: their fields as JSON Schema, and their docs."""

import inspect
from collections.abc import Sequence

from tidegate.credentials.base import CredentialType
from tidegate.credentials.types import TYPES
from tidegate.errors import NotFound
from tidegate.model.item import JsonObject
from tidegate.services.identity.permissions import Action, Caller


def types(caller: Caller) -> Sequence[JsonObject]:
    """Every credential type."""
    caller.require(Action.CREDENTIALS_READ)
    return [_description(kind) for kind in TYPES.values()]


def details(caller: Caller, name: str) -> JsonObject:
    """One credential type.

    Raises:
        NotFound: there is none with this name.
    """
    caller.require(Action.CREDENTIALS_READ)
    if name not in TYPES:
        raise NotFound(f"there is no credential type '{name}'")
    return _description(TYPES[name])


def _description(kind: type[CredentialType]) -> JsonObject:
    schema = kind.model_json_schema()
    for key in ("title", "description"):
        schema.pop(key, None)
    documentation = inspect.cleandoc(kind.__doc__ or "")
    return {
        "name": kind.name,
        "summary": documentation.partition("\n")[0],
        "description": documentation,
        "values": schema,
        "is_for_http": kind.is_for_http,
        "needs_hosts": kind.needs_hosts,
        "needs_tls": kind.needs_tls,
        "is_granted": kind.is_granted,
    }
