"""When a workflow starts by itself, and what is wrong where it does not."""

from typing import Any

from fastapi import APIRouter
from pydantic import BaseModel, Field

from tidegate import codec
from tidegate.api.bodies import Id, iso
from tidegate.api.caller import CallerDep
from tidegate.api.dependencies import AppDep
from tidegate.api.problems import documented
from tidegate.services import schedule_views

router = APIRouter(tags=["workflows"])


class Schedule(BaseModel):
    """A trigger that starts executions at times, or looks then whether there is something new."""

    trigger: str
    polls: bool
    planned_at: str | None = Field(description="The time that comes next.")
    next_at: str | None = Field(
        description="When that is acted upon; while it looks, when that is given up."
    )
    last_at: str | None
    upcoming: list[str] = Field(description="The next ten times.")
    failures: int = Field(description="How often it failed in a row; it waits longer each time.")
    error: dict[str, Any] | None


@router.get("/workflows/{workflow_id}/schedules", responses=documented(404))
async def list_schedules(workflow_id: Id, app: AppDep, caller: CallerDep) -> list[Schedule]:
    """List when the published version of a workflow starts by itself."""
    found = await schedule_views.of_workflow(app, caller, workflow_id)
    return [
        Schedule(
            trigger=one.row.trigger,
            polls=one.row.polls,
            planned_at=iso(one.row.planned_at),
            next_at=iso(one.row.next_at),
            last_at=iso(one.row.last_at),
            upcoming=list(one.upcoming),
            failures=one.row.failures,
            error=None if one.row.error is None else codec.decode(one.row.error),
        )
        for one in found
    ]
