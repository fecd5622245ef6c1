"""Executions as a file to take away."""

from typing import Annotated, Final

from fastapi import APIRouter, Query
from fastapi.responses import StreamingResponse

from tidegate.api.bodies import IdText, StrictRoute
from tidegate.api.caller import CallerDep
from tidegate.api.dependencies import AppDep
from tidegate.api.problems import documented
from tidegate.api.routes.executions import summary
from tidegate.services import execution_export

router = APIRouter(tags=["execution data"], route_class=StrictRoute)

MOST: Final = 100
"""So many fit into a URL that every proxy lets through."""


@router.get(
    "/executions/export",
    response_class=StreamingResponse,
    responses={
        200: {"content": {"application/json": {"schema": {"type": "array"}}}},
        **documented(404),
    },
)
async def export_executions(
    app: AppDep,
    caller: CallerDep,
    id: Annotated[list[IdText], Query(min_length=1, max_length=MOST)],
) -> StreamingResponse:
    """Get executions as a JSON file: each with its nodes, log lines and HTTP requests.

    Items are not in it: each node says where those of its outputs are asked for. It is written
    while it is read; a file that was cut off is no valid JSON.
    """
    ids = list(dict.fromkeys(id))
    await execution_export.check(app, caller, ids)
    return StreamingResponse(
        execution_export.parts(app, caller, ids, summary),
        media_type="application/json",
        headers={"content-disposition": 'attachment; filename="executions.json"'},
    )
