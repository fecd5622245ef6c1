"""The OpenAPI document: every response and every problem of every route."""

from typing import Any, Final

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from tidegate.api.problems import MEDIA_TYPE

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
    return made


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
