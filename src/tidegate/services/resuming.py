"""Answer an execution that waits for somebody: its node goes on with what was said."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from msgspec import structs

from tidegate.app import App
from tidegate.engine.batches import decode_batch, encode_batch
from tidegate.errors import NotFound, UserError
from tidegate.files.resource import in_thread
from tidegate.model.execution import BatchRef, NodeRow, StoredOutput, now_us
from tidegate.model.item import FileRef, JsonObject
from tidegate.model.status import AttemptStatus, NodeStatus
from tidegate.sdk.node import AnsweredBy
from tidegate.services import executions, sealing
from tidegate.services.resume_links import answered_nodes
from tidegate.services.workflows import plan_of, stored_version
from tidegate.store import resuming as store

QUESTION: Final = "approval"
"""The field of items that wait for a person: what is asked, and then what was said."""


class LinkUsed(UserError):
    """The link was used, or its time is over."""

    code = "LINK_USED"
    http_status = 410


class StillRunning(UserError):
    """The execution does not wait yet."""

    code = "STILL_RUNNING"
    http_status = 409


@dataclass(frozen=True, slots=True)
class Waiting:
    """A node that waits for an answer."""

    row: NodeRow
    how: AnsweredBy
    title: str
    is_sensitive: bool
    items: Sequence[JsonObject]

    @property
    def question(self) -> str:
        """What a person is asked."""
        first = self.items[0].get(QUESTION) if self.items else None
        return str(first.get("question", "")) if isinstance(first, dict) else ""


async def waiting(app: App, execution_id: str, node: str) -> Waiting:
    """What a genuine link leads to.

    Raises:
        LinkUsed: it was answered, its time is over, or the execution has ended.
        StillRunning: it does not wait yet, or other branches of it run.
    """
    try:
        execution = await executions.find(app, execution_id)
    except NotFound:
        raise _used() from None
    version = await stored_version(app, execution.workflow_id, execution.version_hash)
    plan = plan_of(app, version)
    how = answered_nodes(plan).get(node)
    rows = [
        row
        for row in await executions.node_rows(app, execution_id)
        if row.node_id == node and not row.path and row.kind == "finished"
    ]
    if how is None or execution.finished_at is not None:
        raise _used()
    if not rows:
        raise StillRunning("this is not waited for yet; try again later")
    row = rows[-1]
    if row.status is not NodeStatus.WAITING or (row.wake_at or 0) <= now_us():
        raise _used()
    is_sensitive = node in sealing.sensitive_nodes(version.workflow)
    title = version.workflow.node(node).label or version.workflow.name
    items = [item for _, batch in await _batches(app, row) for item in batch]
    return Waiting(row, how, title, is_sensitive, items)


def _used() -> LinkUsed:
    return LinkUsed("this link was used already, or its time is over")


async def answer(
    app: App, found: Waiting, output: str, said: JsonObject, files: JsonObject | None = None
) -> None:
    """Let the node go on by an output, with what was said in each of its items. Only once.

    Raises:
        LinkUsed: somebody was quicker.
        StillRunning: other branches of the execution run; nothing was done.
    """
    row = found.row
    now = now_us()
    made = structs.replace(
        row,
        status=NodeStatus.WAITING,
        attempt_status=AttemptStatus.SUCCEEDED,
        output=await _with_answer(app, row, output, said, files or {}),
        finished_at=now,
        wake_at=now,
    )
    if found.is_sensitive:
        made = sealing.seal_row(app.vault, made)
    outcome = await app.database.write(lambda connection: store.answer(connection, made))
    if outcome == "used":
        raise _used()
    if outcome == "running":
        raise StillRunning("other branches of this execution run; try again in a moment")
    app.queue.enqueue(None, row.execution_id)


async def _with_answer(
    app: App, row: NodeRow, output: str, said: JsonObject, files: JsonObject
) -> StoredOutput | None:
    """The items that wait, with the answer, under another output; their sources stay."""
    if row.output is None:
        return None
    parts: list[bytes] = []
    refs: list[BatchRef] = []
    offset = start = 0
    added = {name: FileRef(**ref) for name, ref in files.items()}
    for (items, sources), count in await _decoded(app, row):
        changed = [item.derive(_merged(item.json, said), {**item.files, **added}) for item in items]
        data = encode_batch(changed, sources, start)
        refs.append(BatchRef(output, offset, len(data), count))
        parts.append(data)
        offset, start = offset + len(data), start + count
    return StoredOutput(tuple(refs), b"".join(parts))


def _merged(json: JsonObject, said: JsonObject) -> JsonObject:
    merged = dict(json)
    for key, value in said.items():
        known = merged.get(key)
        both = isinstance(known, dict) and isinstance(value, dict)
        merged[key] = {**known, **value} if both else value  # type: ignore[dict-item]  # both are
    return merged


async def _decoded(app: App, row: NodeRow) -> list[tuple[Any, int]]:
    output = row.output
    assert output is not None
    found: list[tuple[Any, int]] = []
    start = 0
    for ref in output.batches:
        if output.data is not None:
            data = output.data[ref.offset : ref.offset + ref.length]
        else:
            key, place = output.file or "", (ref.offset, ref.length)
            data = await in_thread(lambda key=key, place=place: app.spill.read(key, *place))  # type: ignore[misc]  # bound early
        found.append((decode_batch(data, start), ref.count))
        start += ref.count
    return found


async def _batches(app: App, row: NodeRow) -> list[tuple[int, list[JsonObject]]]:
    if row.output is None:
        return []
    return [
        (count, [item.json for item in items]) for (items, _), count in await _decoded(app, row)
    ]
