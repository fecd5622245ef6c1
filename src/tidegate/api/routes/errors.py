"""What the codes of errors mean: for those who see one."""

from dataclasses import asdict

from fastapi import APIRouter
from pydantic import BaseModel, Field

from tidegate.api.bodies import StrictRoute
from tidegate.api.caller import CallerDep
from tidegate.services.error_catalogue import Repeated, catalogue

router = APIRouter(tags=["errors"], route_class=StrictRoute)


class ErrorType(BaseModel):
    """A type of errors of one code."""

    type: str
    meaning: str
    advice: str
    repeated: Repeated | None


class ErrorCode(BaseModel):
    """A code that an execution or a request can fail with."""

    code: str
    meaning: str
    advice: str = Field(description="What to try.")
    repeated: Repeated | None = Field(
        description="Whether a failed attempt is tried again, where the node has retries left; "
        "null: it is no failure of a node."
    )
    http_status: int | None = Field(description="The status of answers of the API that have it.")
    types: list[ErrorType]


@router.get("/error_codes")
async def list_error_codes(_caller: CallerDep) -> list[ErrorCode]:
    """List what the codes of errors mean, and what to try."""
    return [ErrorCode.model_validate(asdict(each)) for each in catalogue()]
