"""What sensitive nodes leave behind, sealed as it is stored and opened as it is read."""

import base64
import binascii
from dataclasses import replace
from typing import Any, Final

from msgspec import structs

from tidegate import codec
from tidegate.app import App
from tidegate.errors import VaultError
from tidegate.model.execution import (
    Execution,
    HttpRequestLog,
    LogLine,
    NodeRow,
    StoredOutput,
    path_text,
)
from tidegate.model.item import JsonObject
from tidegate.model.workflow import Workflow
from tidegate.services import audit
from tidegate.services.keys import make_key
from tidegate.vault import SEALED_MARK, Vault

SEALED: Final = "tidegate_sealed"
"""The key of the JSON object that stands for a sealed value."""
SEALED_TEXT: Final = "(sealed: this node is sensitive)"
_BODIES: Final = ("request_headers", "request_body", "response_headers", "response_body")


def sensitive_nodes(workflow: Workflow) -> frozenset[str]:
    """The nodes whose traces are sealed."""
    return frozenset(node.id for node in workflow.nodes if node.settings.sensitive)


async def ready(app: App) -> None:
    """Make sure that there is a key to seal with.

    Raises:
        VaultError: a key is missing, or can't be made.
    """
    if await make_key(app):
        await audit.write(app, [audit.key_created(app)])


def seal_row(vault: Vault, row: NodeRow) -> NodeRow:
    """A row of a sensitive node as it is stored: its output and its error are sealed."""
    output = row.output
    if output is not None:
        # Of an output in a file, which is sealed itself, the row seals which file it is.
        plain = (output.data or b"") if output.file is None else output.file.encode()
        sealed = vault.seal_data(plain, *_output_place(row, output))
        output = StoredOutput(output.batches, sealed, output.file)
    error = row.error
    if error is not None:
        shown = {"code": error.get("code"), "message": SEALED_TEXT}
        error = shown | _seal_json(vault, error, *_place(row), "error")
    return structs.replace(row, output=output, error=error)


def open_row(vault: Vault, row: NodeRow) -> NodeRow:
    """A stored row as the engine and people know it; a row that is not sealed is itself.

    Raises:
        VaultError: its key is missing, or somebody changed it.
    """
    output, error = row.output, row.error
    if output is not None and output.data is not None and output.data.startswith(SEALED_MARK):
        plain = vault.open_data(output.data, *_output_place(row, output))
        if output.file is None:
            output = StoredOutput(output.batches, plain)
        elif plain == output.file.encode():
            output = StoredOutput(output.batches, None, output.file)
        else:
            raise VaultError(f"node '{row.node_id}' was given the output of another one")
    if error is not None and SEALED in error:
        error = _open_json(vault, error, *_place(row), "error")
    if output is row.output and error is row.error:
        return row
    return structs.replace(row, output=output, error=error)


def _place(row: NodeRow | LogLine | HttpRequestLog) -> tuple[str, str, str]:
    return row.execution_id, row.node_id or "", path_text(row.path)


def _output_place(row: NodeRow, output: StoredOutput) -> tuple[str, ...]:
    return *_place(row), "output" if output.file is None else "output_file"


def seal_line(vault: Vault, line: LogLine) -> LogLine:
    """A log line of a sensitive node as it is stored."""
    content = {"message": line.message, "data": line.data}
    data = _seal_json(vault, content, *_place(line), "log", str(line.at))
    return structs.replace(line, message=SEALED_TEXT, data=data)


def open_line(vault: Vault, line: LogLine) -> LogLine:
    """A stored log line as it was written."""
    if line.message != SEALED_TEXT or line.data is None or SEALED not in line.data:
        return line
    content = _open_json(vault, line.data, *_place(line), "log", str(line.at))
    return structs.replace(line, message=content["message"], data=content["data"])


def seal_request(vault: Vault, request: HttpRequestLog) -> HttpRequestLog:
    """A request of a sensitive node as it is stored: no query, and headers and bodies sealed."""
    sealed: dict[str, Any] = {
        name: _seal_json(vault, getattr(request, name), *_request_place(request, name))
        for name in _BODIES
        if getattr(request, name) is not None
    }
    return structs.replace(request, url=request.url.partition("?")[0], **sealed)


def open_request(vault: Vault, request: HttpRequestLog) -> HttpRequestLog:
    """A stored request with its headers and bodies."""
    opened: dict[str, Any] = {}
    for name in _BODIES:
        value = getattr(request, name)
        if isinstance(value, dict) and SEALED in value:
            opened[name] = _open_json(vault, value, *_request_place(request, name))
    return structs.replace(request, **opened) if opened else request


def _request_place(request: HttpRequestLog, column: str) -> tuple[str, ...]:
    return *_place(request), column, str(request.at)


def seal_start(vault: Vault, execution: Execution) -> Execution:
    """An execution whose trigger is sensitive, as it is stored: its start data is sealed."""
    if not execution.has_custom_data:
        return execution
    sealed = _seal_json(vault, execution.custom_data, execution.id, "", "", "custom_data")
    return replace(execution, custom_data=sealed)


async def as_stored(app: App, workflow: Workflow, execution: Execution) -> Execution:
    """An execution that waits in the queue, as it is stored.

    Raises:
        VaultError: its trigger is sensitive, and the vault's key is missing.
    """
    if execution.trigger not in sensitive_nodes(workflow):
        return execution
    await ready(app)
    return seal_start(app.vault, execution)


def open_start(vault: Vault, execution: Execution) -> Any:
    """The data that an execution was started with."""
    data = execution.custom_data
    if not isinstance(data, dict) or data.keys() != {SEALED}:
        return data
    return _open_json(vault, data, execution.id, "", "", "custom_data")


def reduced(error: JsonObject) -> JsonObject:
    """What may be said of a sensitive node's failure outside of its own row."""
    kept: dict[str, Any] = {
        name: error[name] for name in ("code", "node", "iteration") if name in error
    }
    text = f"node '{error['node']}' failed; it is sensitive: `tidegate executions show` has more"
    return {**kept, "message": text}


def _seal_json(vault: Vault, value: Any, *place: str) -> JsonObject:
    sealed = vault.seal_data(codec.encode(value), *place)
    return {SEALED: base64.b64encode(sealed).decode()}


def _open_json(vault: Vault, value: JsonObject, *place: str) -> Any:
    try:
        data = base64.b64decode(value[SEALED], validate=True)
    except (binascii.Error, ValueError, TypeError):
        raise VaultError("sealed data of a node was changed") from None
    return codec.decode(vault.open_data(data, *place))
