"""The OpenAPI document: every response and every problem of every route."""

from typing import Any, Final, get_args

import msgspec
from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from tidegate.api.following import FollowerRequest
from tidegate.api.problems import MEDIA_TYPE
from tidegate.errors import Bug
from tidegate.events import shapes
from tidegate.services.node_catalogue import NodeTypeDetails

_DECLARED: Final = (
    shapes.Snapshot,
    shapes.Delta,
    shapes.Refusal,
    shapes.Ping,
    shapes.Additions,
    shapes.NodeState,
    shapes.ExecutionState,
    shapes.ExecutionEndState,
    shapes.PresenceState,
    shapes.PublishedState,
    shapes.ListeningState,
    shapes.SystemState,
    NodeTypeDetails,
)
"""Types of what is sent as it is, without a model that checks it."""
_OWN_SCHEMAS: Final = ("HTTPValidationError", "ValidationError")


def document(api: FastAPI) -> dict[str, Any]:
    """OpenAPI 3.1 of all routes; problems have their own media type."""
    made = get_openapi(
        title=api.title,
        version=api.version,
        openapi_version="3.1.0",
        description="Workflows, executions and people of a Tidegate server.",
        routes=api.routes,
    )
    for operations in made.get("paths", {}).values():
        for operation in operations.values():
            _describe_problems(operation)
    schemas = made.get("components", {}).get("schemas", {})
    for name in _OWN_SCHEMAS:
        schemas.pop(name, None)
    _declare(schemas)
    return made


def place_of(name: str) -> str:
    """Where the document has the schema of this name."""
    return f"#/components/schemas/{name}"


def _declare(schemas: dict[str, Any]) -> None:
    _, found = msgspec.json.schema_components(_DECLARED, ref_template=place_of("{name}"))
    found["Frame"] = {
        "anyOf": [{"$ref": place_of(each.__name__)} for each in get_args(shapes.Sent)]
    }
    found["FollowerRequest"] = FollowerRequest.model_json_schema()
    for name, schema in found.items():
        known = schemas.setdefault(name, schema)
        if known is not schema and sorted(known.get("enum", ())) != schema.get("enum"):
            raise Bug(f"two types of the API are called {name}")


def install(api: FastAPI) -> None:
    """Let the application describe itself so."""

    def cached() -> dict[str, Any]:
        if api.openapi_schema is None:
            api.openapi_schema = document(api)
        return api.openapi_schema

    api.openapi = cached  # type: ignore[method-assign]  # the way that FastAPI documents


def _describe_problems(operation: dict[str, Any]) -> None:
    reference = {"schema": {"$ref": "#/components/schemas/ProblemDetails"}}
    for status, response in operation.get("responses", {}).items():
        if status.isdigit() and int(status) >= 400:
            response["content"] = {MEDIA_TYPE: reference}
            response.setdefault("description", "")
