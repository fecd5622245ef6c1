"""What can be written into a workflow: for editors that complete and for forms."""

from typing import Any

from fastapi import APIRouter
from pydantic import BaseModel, Field

from tidegate.api.bodies import StrictRoute
from tidegate.api.caller import CallerDep
from tidegate.services import language

router = APIRouter(tags=["node types"], route_class=StrictRoute)


class ExpressionFunction(BaseModel):
    """A function of expressions, or a method of values of one kind (``receiver``)."""

    name: str
    topic: str
    signature: str
    summary: str
    receiver: str | None
    example: str


class Language(BaseModel):
    """Functions of expressions, and the settings that nodes and workflows have."""

    functions: list[ExpressionFunction]
    node_settings: dict[str, Any] = Field(description="A JSON Schema.")
    workflow_settings: dict[str, Any] = Field(description="A JSON Schema.")


@router.get("/language")
async def describe_language(caller: CallerDep) -> Language:
    """Describe what expressions can call, and what nodes and workflows can be told."""
    return Language.model_validate(language.describe(caller))
