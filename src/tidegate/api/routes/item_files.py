"""The files of items: to look at and to save."""

from typing import Annotated, Final
from urllib.parse import quote

from fastapi import APIRouter, Query
from fastapi.responses import StreamingResponse

from tidegate.api.bodies import Id, StrictRoute
from tidegate.api.caller import CallerDep
from tidegate.api.dependencies import AppDep
from tidegate.api.execution_filter import NodeId
from tidegate.api.problems import documented
from tidegate.api.routes.execution_data import Offset, OutputName, PathText
from tidegate.model.execution import path_from_text
from tidegate.services import item_files

router = APIRouter(tags=["execution data"], route_class=StrictRoute)

SHOWN: Final = frozenset(
    {"image/png", "image/jpeg", "image/gif", "image/webp"}
    | {"audio/mpeg", "audio/ogg", "audio/wav", "audio/x-wav", "audio/webm"}
    | {"video/mp4", "video/ogg", "video/webm"}
)
"""What a page may show and play; SVG and PDF may hold scripts and are not among them."""

_HEADERS: Final = {
    # A workflow made these bytes. No browser may take them for a page or a script of ours.
    "content-security-policy": "default-src 'none'; sandbox",
}


@router.get(
    "/executions/{execution_id}/nodes/{node}/file",
    response_class=StreamingResponse,
    responses={
        200: {"content": {"application/octet-stream": {"schema": {"type": "string"}}}},
        **documented(404, 409),
    },
)
async def get_item_file(
    execution_id: Id,
    node: NodeId,
    app: AppDep,
    caller: CallerDep,
    index: Offset,
    field: Annotated[str, Query(max_length=200, pattern=r"^[^\x00]*$")],
    output: OutputName = "main",
    path: PathText = "",
) -> StreamingResponse:
    """Get the bytes of a file of an item, as a download.

    Its type is told only of pictures (PNG, JPEG, GIF, WebP), sounds and films; all else is bytes.
    """
    place = (node, path_from_text(path))
    file = await item_files.find(
        app, caller, execution_id, place, output=output, index=index, field=field
    )
    media_type = file.content_type.partition(";")[0].strip().lower()
    return StreamingResponse(
        item_files.read(app, file),
        media_type=media_type if media_type in SHOWN else "application/octet-stream",
        headers={
            **_HEADERS,
            "content-length": str(file.size),
            "content-disposition": f"attachment; filename*=UTF-8''{quote(file.name, safe='')}",
        },
    )
