"""Whether the server lives, and whether it works."""

from fastapi import APIRouter, Response
from pydantic import BaseModel

from tidegate.api.dependencies import WorkerDep
from tidegate.api.problems import documented, problem_response

router = APIRouter(tags=["health"])


class Liveness(BaseModel):
    """The process answers."""

    status: str = "ok"


class Readiness(BaseModel):
    """The database took a write, and the worker takes executions from the queue."""

    status: str = "ok"
    queued: int
    running: int


@router.get("/healthz")
async def healthz() -> Liveness:
    """Say that the process answers; nothing else is looked at."""
    return Liveness()


@router.get("/readyz", response_model=Readiness, responses=documented(503))
async def readyz(worker: WorkerDep) -> Readiness | Response:
    """Write to the database, look at the queue and the worker, and say what does not work."""
    health = await worker.health()
    if health.problems:
        detail = "; ".join(f"{part}: {reason}" for part, reason in health.problems.items())
        return problem_response(503, "NOT_READY", detail, {"parts": health.problems})
    stats = worker.queue.stats()
    return Readiness(queued=stats.ready + stats.later, running=stats.running)
