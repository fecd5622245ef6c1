"""Let the draft of a workflow listen for calls, to try its webhooks."""

from fastapi import APIRouter
from pydantic import BaseModel, Field

from tidegate.api.bodies import Body, Id, iso
from tidegate.api.caller import CallerDep
from tidegate.api.dependencies import TriggersDep, UrlDep
from tidegate.api.problems import documented
from tidegate.model.execution import now_us
from tidegate.triggers.listeners import MAX_SECONDS

router = APIRouter(tags=["workflows"])


class ListenWanted(Body):
    """How long the draft listens; ``once``: it stops at the first call that it takes."""

    seconds: int = Field(120, ge=1, le=MAX_SECONDS)
    once: bool = True


class TestAddress(BaseModel):
    """Where one webhook of the draft can be called."""

    trigger: str
    methods: list[str]
    url: str


class Listening(BaseModel):
    """The addresses at which the draft listens, and until when."""

    webhooks: list[TestAddress]
    until: str | None


@router.post("/workflows/{workflow_id}/listen", responses=documented(404, 409))
async def listen(
    workflow_id: Id, body: ListenWanted, triggers: TriggersDep, caller: CallerDep, url: UrlDep
) -> Listening:
    """Let the draft listen: what is called at these addresses runs it, and is shown live."""
    webhooks = await triggers.listeners.listen(
        caller, workflow_id, seconds=body.seconds, once=body.once
    )
    return Listening(
        webhooks=[
            TestAddress(
                trigger=webhook.trigger,
                methods=list(webhook.params.methods),
                url=f"{url}/{webhook.kind}-test/{webhook.params.path}",
            )
            for webhook in webhooks
        ],
        until=iso(now_us() + body.seconds * 1_000_000),
    )


@router.delete("/workflows/{workflow_id}/listen", status_code=204, responses=documented(404))
async def stop_listening(workflow_id: Id, triggers: TriggersDep, caller: CallerDep) -> None:
    """Let the draft listen no more."""
    await triggers.listeners.stop(caller, workflow_id)
