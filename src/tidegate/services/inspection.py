"""What the trace, the data view and the network page ask of executions beyond their lists."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any, Final

from tidegate.app import App
from tidegate.model.execution import Execution, Path, us_to_iso
from tidegate.model.item import Item, JsonObject
from tidegate.services import http_export, item_windows
from tidegate.services.execution_views import visible
from tidegate.services.given import given_by
from tidegate.services.http_export import Format
from tidegate.services.identity.permissions import Action, Caller
from tidegate.services.item_windows import ItemQuery, Window
from tidegate.services.sealing import SEALED
from tidegate.store import http_requests, spans
from tidegate.store import moments as moments_store
from tidegate.store.http_requests import RequestFilter, RequestOfExecution
from tidegate.store.spans import SpanFilter

_Keys = tuple[str | int, ...]

LOOKED: Final = 5000
"""So many items are looked at for a summary of their fields."""
_MAX_FIELDS: Final = 500
_MAX_DEPTH: Final = 5
_MAX_EXAMPLE: Final = 200


async def span_window(
    app: App, caller: Caller, execution_id: str, which: SpanFilter, *, offset: int, limit: int
) -> tuple[list[JsonObject], int]:
    """Spans of an execution in the order of their begin, and how many there are."""
    execution = await visible(app, caller, execution_id, Action.EXECUTIONS_READ)
    found, total = await app.database.read(
        lambda connection: spans.spans(connection, execution.id, which, offset=offset, limit=limit)
    )
    return [_span(span, execution) for span in found], total


async def moments(
    app: App, caller: Caller, execution_id: str, *, at: float, limit: int
) -> JsonObject:
    """What changed around a moment of an execution, ``at`` milliseconds after it was created."""
    execution = await visible(app, caller, execution_id, Action.EXECUTIONS_READ)
    begin = execution.created_at
    found = await app.database.read(
        lambda connection: moments_store.moments(
            connection, execution.id, at=begin + round(at * 1000), limit=limit
        )
    )
    return {
        "before": [_span(span, execution) for span in found.before],
        "spans": [_span(span, execution) for span in found.around],
        "begin_ms": _offset(found.begin, begin),
        "end_ms": _offset(found.end, begin),
        "previous_ms": _offset(found.previous, begin),
        "last_ms": _offset(found.last, begin),
    }


def _offset(at: int | None, begin: int) -> float | None:
    return None if at is None else round((at - begin) / 1000, 3)


def _span(span: spans.Span, execution: Execution) -> JsonObject:
    begin = execution.created_at
    details = dict(span.details)
    if span.kind == "attempt":
        details["cached"] = given_by(execution, str(details["node_status"]), span.end)
    error = details.get("error")
    if isinstance(error, dict) and SEALED in error:
        details["error"] = {key: value for key, value in error.items() if key != SEALED}
    return {
        "kind": span.kind,
        "seq": span.seq,
        "node": span.node,
        "iteration": [int(part) for part in span.path.split(".")] if span.path else [],
        "attempt": span.attempt,
        "status": span.status,
        "at": us_to_iso(span.begin),
        "offset_ms": round((span.begin - begin) / 1000, 3),
        "duration_ms": None if span.end is None else round((span.end - span.begin) / 1000, 3),
        "details": details,
    }


async def items(
    app: App, caller: Caller, execution_id: str, node: tuple[str, Path], query: ItemQuery
) -> Window:
    """A window of the items of one output.

    Raises:
        NotFound: the node has put out nothing there.
        Conflict: the node is sensitive.
        InvalidInput: there are too many items to search or sort.
    """
    await visible(app, caller, execution_id, Action.EXECUTIONS_READ)
    return await item_windows.items(app, execution_id, node, query)


async def item_fields(
    app: App, caller: Caller, execution_id: str, node: tuple[str, Path], output: str
) -> JsonObject:
    """What the items of an output look like: their fields, the types of these, and an example.

    Raises:
        NotFound: the node has put out nothing there.
        Conflict: the node is sensitive.
    """
    await visible(app, caller, execution_id, Action.EXECUTIONS_READ)
    found, total = await item_windows.read(app, execution_id, node, output=output, limit=LOOKED)
    fields = await asyncio.to_thread(summary, found)
    return {"fields": fields, "looked_at": len(found), "total": total}


def summary(items: Sequence[Item]) -> list[JsonObject]:
    """``{"path", "keys", "types", "present", "example"}`` of each field.

    ``[]`` in a path, 0 among the keys, stands for the entries of a list.
    """
    fields: dict[_Keys, JsonObject] = {}
    for item in items:
        _look(item.json, (), fields)
    return list(fields.values())


def _look(value: Mapping[str, Any], place: _Keys, fields: dict[_Keys, JsonObject]) -> None:
    for key, part in value.items():
        _note((*place, key), part, fields)


def _note(keys: _Keys, value: Any, fields: dict[_Keys, JsonObject]) -> None:
    field = fields.get(keys)
    if field is None:
        if len(fields) >= _MAX_FIELDS:
            return
        field = {"path": _path(keys), "keys": list(keys), "types": {}, "present": 0}
        field["example"] = None
        fields[keys] = field
    kind = type_name(value)
    field["types"][kind] = field["types"].get(kind, 0) + 1
    field["present"] += 1
    if field["example"] is None and not isinstance(value, dict | list):
        field["example"] = value[:_MAX_EXAMPLE] if isinstance(value, str) else value
    if len(keys) > _MAX_DEPTH:
        return
    if isinstance(value, dict):
        _look(value, keys, fields)
    elif isinstance(value, list) and value:
        _note((*keys, 0), value[0], fields)


def _path(keys: _Keys) -> str:
    return "".join("[]" if key == 0 else f".{key}" for key in keys).removeprefix(".")


def type_name(value: Any) -> str:
    """The name of a value's type in JSON Schema's words."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int | float):
        return "integer" if isinstance(value, int) else "number"
    if isinstance(value, str):
        return "string"
    return "object" if isinstance(value, dict) else "array"


async def network(
    app: App, caller: Caller, wanted: RequestFilter, before: int | None, limit: int
) -> tuple[list[JsonObject], int | None]:
    """HTTP requests of all executions that the caller may see, the newest first.

    The second value is where the next page starts, None where there is none.
    """
    caller.require(Action.EXECUTIONS_READ)
    allowed = caller.projects(Action.EXECUTIONS_READ)
    found, following = await app.database.read(
        lambda connection: http_requests.page(
            connection, wanted, projects=allowed, before=before, limit=limit
        )
    )
    return [_network_entry(entry) for entry in found], following


def _network_entry(entry: RequestOfExecution) -> JsonObject:
    request = entry.request
    return {
        "seq": entry.seq,
        "execution_id": request.execution_id,
        "number": entry.number,
        "workflow_id": entry.workflow_id,
        "node": request.node_id,
        "iteration": list(request.path),
        "item": request.item,
        "attempt": request.attempt,
        "at": us_to_iso(request.at),
        "method": request.method,
        "url": request.url,
        "status": request.response_status,
        "error": request.error_message,
        "duration_ms": request.response_time,
        "timings": request.timings,
        "bytes_in": request.bytes_in,
        "bytes_out": request.bytes_out,
        "verdict": request.verdict,
    }


async def exported_requests(
    app: App, caller: Caller, execution_id: str, node: str, *, format: Format, seq: int | None
) -> str:
    """The requests of a node (or the one numbered ``seq``) as cURL, httpx code or HAR.

    Raises:
        NotFound: there are none.
    """
    execution = await visible(app, caller, execution_id, Action.EXECUTIONS_READ)
    return await http_export.export(app, execution, node, format, seq)
