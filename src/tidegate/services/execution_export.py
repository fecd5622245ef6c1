"""Executions as a file to take away: what is stored of each, and where its items are."""

from collections.abc import AsyncIterator, Callable, Sequence
from typing import Final
from urllib.parse import quote, urlencode

from tidegate import codec
from tidegate.app import App
from tidegate.model.execution import Execution, path_text
from tidegate.model.item import JsonObject
from tidegate.services import execution_views as views
from tidegate.services.identity.permissions import Action, Caller
from tidegate.store import workflows
from tidegate.store.logs import LogFilter

WINDOW: Final = 500
"""So many log lines or requests are in memory at once."""

Shown = Callable[[Execution], JsonObject]


async def check(app: App, caller: Caller, ids: Sequence[str]) -> None:
    """See that all of them may be read, before the first byte of a file is sent.

    Raises:
        NotFound: one of them is not there, or the caller may not see it.
    """
    for execution_id in ids:
        await views.visible(app, caller, execution_id, Action.EXECUTIONS_READ)


async def parts(app: App, caller: Caller, ids: Sequence[str], shown: Shown) -> AsyncIterator[bytes]:
    """A JSON list, one execution after the other; ``shown`` makes JSON of one."""
    yield b"[\n"
    for place, execution_id in enumerate(ids):
        yield b"" if place == 0 else b",\n"
        async for part in _execution(app, caller, execution_id, shown):
            yield part
    yield b"\n]\n"


async def _execution(
    app: App, caller: Caller, execution_id: str, shown: Shown
) -> AsyncIterator[bytes]:
    found = await views.details(app, caller, execution_id)
    execution = found.execution
    workflow = await app.database.read(
        lambda connection: workflows.get(connection, execution.workflow_id)
    )
    base = f"/api/v1/executions/{execution_id}"
    head = {
        **shown(execution),
        "workflow_name": workflow.name,
        "usage": execution.usage,
        "nodes": [{**node, "items": _links(base, node)} for node in found.nodes],
    }
    yield codec.encode(head)[:-1]
    yield b',"logs":'
    async for part in _list(_lines(app, caller, execution_id)):
        yield part
    yield b',"http_requests":'
    async for part in _list(_requests(app, caller, execution_id)):
        yield part
    yield b"}"


def _links(base: str, node: JsonObject) -> dict[str, str]:
    """Where the items of each output of a node execution are asked for."""
    path = path_text(tuple(node.get("iteration", ())))
    return {
        output: f"{base}/nodes/{quote(node['id'])}/items?"
        + urlencode({"output": output, **({"path": path} if path else {})})
        for output in node["outputs"]
    }


async def _list(entries: AsyncIterator[Sequence[JsonObject]]) -> AsyncIterator[bytes]:
    """Windows of entries as one JSON list."""
    begin = b"["
    async for window in entries:
        yield begin + codec.encode(window)[1:-1]
        begin = b","
    yield b"[]" if begin == b"[" else b"]"


async def _lines(
    app: App, caller: Caller, execution_id: str
) -> AsyncIterator[Sequence[JsonObject]]:
    after: int | None = 0
    while after is not None:
        found, _ = await views.log_lines(
            app, caller, execution_id, LogFilter(), after=after, offset=0, limit=WINDOW
        )
        if found:
            yield found
        after = int(found[-1]["seq"]) if len(found) == WINDOW else None


async def _requests(
    app: App, caller: Caller, execution_id: str
) -> AsyncIterator[Sequence[JsonObject]]:
    after: int | None = 0
    while after is not None:
        found = await views.http_requests(
            app, caller, execution_id, node=None, after=after, limit=WINDOW
        )
        if found:
            yield found
        after = int(found[-1]["seq"]) if len(found) == WINDOW else None
