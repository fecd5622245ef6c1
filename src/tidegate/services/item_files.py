"""The files that items carry, for people who look at an execution."""

from collections.abc import AsyncGenerator
from functools import partial

from tidegate.app import App
from tidegate.errors import NotFound
from tidegate.files.resource import in_thread, opened
from tidegate.model.execution import Path
from tidegate.model.item import FileRef
from tidegate.services import item_windows
from tidegate.services.execution_views import visible
from tidegate.services.identity.permissions import Action, Caller


async def find(
    app: App,
    caller: Caller,
    execution_id: str,
    node: tuple[str, Path],
    *,
    output: str,
    index: int,
    field: str,
) -> FileRef:
    """The file ``field`` of the item at ``index`` of an output.

    Raises:
        NotFound: there is no such item or file, or its data is gone.
        Conflict: the node is sensitive.
    """
    await visible(app, caller, execution_id, Action.EXECUTIONS_READ)
    found, total = await item_windows.read(
        app, execution_id, node, output=output, limit=1, offset=index
    )
    if not found:
        raise NotFound(f"the output '{output}' has {total} items; there is none at {index}")
    file = found[0].files.get(field)
    if file is None:
        raise NotFound(f"the item at {index} has no file '{field}'")
    if not await in_thread(app.binaries.path(file.key).is_file):
        raise NotFound(f"the data of the item's file '{field}' is not kept any more")
    return file


async def read(app: App, file: FileRef) -> AsyncGenerator[bytes, None]:
    """The bytes of a file in pieces."""
    async with opened(partial(app.binaries.open, file)) as stream:
        while piece := await in_thread(stream.read):
            yield piece
