"""What an item's work passed on, as rows of the journal: written, and put out again later."""

from collections.abc import Mapping, Sequence
from typing import Final

from tidegate import codec
from tidegate.engine.attempt import Attempt
from tidegate.engine.batches import Source, restore
from tidegate.engine.emitting import Emitter
from tidegate.model.execution import NodeRow, now_us
from tidegate.model.item import Item, JsonObject
from tidegate.model.status import AttemptStatus, NodeStatus

CHECKPOINT: Final = "checkpoint"
"""The kind of such a row, and the name of the output in it that holds where to go on."""


async def restored_emitter(attempt: Attempt, rows: Sequence[NodeRow]) -> Emitter:
    """Put out again what was passed on before the process died; knows where to go on."""
    emitter = Emitter()
    for row in rows:
        for name, output in restore(row.output, attempt.environment.spill).items():
            for batch in output.batches:
                items, sources = await batch.load_async()
                if name == CHECKPOINT:
                    emitter.resumes[items[0].json["item"]] = items[0].json["resume"]
                else:
                    await attempt.put(name, items, sources)
    return emitter


async def write_checkpoint(
    attempt: Attempt,
    index: int,
    made: Mapping[str, Sequence[Item]],
    resume: JsonObject,
) -> None:
    """Give the journal what an item's work passed on, and where it goes on.

    Where ``resume`` holds a secret nothing is kept: after a crash the work begins anew.
    """
    environment, node = attempt.environment, attempt.node
    if environment.redact.finds(codec.encode(resume)):
        return
    writer = environment.writer()
    for name, items in made.items():
        sources: list[Source] = [index] * len(items)
        await writer.add(name, items, sources)
    await writer.add(CHECKPOINT, [Item({"item": index, "resume": resume})], None)
    _, stored = await writer.finish()
    await environment.keep_checkpoint(
        NodeRow(
            environment.info.id,
            node.id,
            node.type,
            attempt.path,
            attempt.context.attempt,
            "checkpoint",
            NodeStatus.RUNNING,
            AttemptStatus.STARTED,
            now_us(),
            items_out=stored.items - 1,
            output=stored,
        )
    )
