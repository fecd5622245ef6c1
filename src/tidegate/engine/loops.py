"""A loop node: its input in batches, one frame of the body after another, results collected."""

from dataclasses import dataclass
from typing import Protocol

from tidegate.engine.batches import Output, OutputWriter, Source
from tidegate.engine.gather import Gather
from tidegate.engine.lineage import ancestor
from tidegate.engine.plan import PlannedNode
from tidegate.engine.replacing import pass_through
from tidegate.engine.result import NodeResult
from tidegate.engine.state import ExecutionState, Frame
from tidegate.errors import NodeFailed
from tidegate.model.execution import StoredOutput, now_us
from tidegate.model.graph import LOOP_DONE
from tidegate.model.item import Item
from tidegate.model.status import NodeStatus


class LoopParams(Protocol):
    """What the engine asks of a loop node's parameters."""

    batch_size: int
    max_iterations: int


@dataclass(slots=True)
class Loop:
    """A running loop. ``number`` is the next iteration, from 0; ``result`` what it becomes."""

    frame: Frame
    node: PlannedNode
    gather: Gather
    params: LoopParams
    writer: OutputWriter
    result: NodeResult
    number: int = 0

    @classmethod
    def start(
        cls,
        frame: Frame,
        node: PlannedNode,
        gather: Gather,
        params: LoopParams,
        writer: OutputWriter,
    ) -> "Loop":
        """Begin, unless the input needs more iterations than allowed.

        Raises:
            NodeFailed: naming the number needed and the number allowed.
        """
        needed = -(-gather.total // params.batch_size)
        if needed > params.max_iterations:
            raise NodeFailed(
                f"{gather.total} items in batches of {params.batch_size} need {needed} "
                f"iterations; max_iterations allows {params.max_iterations}"
            )
        result = NodeResult(node.id, frame.path, NodeStatus.RUNNING, gather=gather)
        result.started_at, result.items_in = now_us(), gather.total
        return cls(frame, node, gather, params, writer, result)

    async def next_batch(self) -> Output | None:
        """The items of the next iteration; None when the input is used up."""
        offset = self.number * self.params.batch_size
        items = await self.gather.window(offset, self.params.batch_size)
        if not items:
            return None
        # Fresh items: the body may see the same objects over other edges too.
        fresh = [Item(item.json, item.files) for item in items]
        return Output.of(fresh, range(offset, offset + len(fresh)))

    async def collect(self, state: ExecutionState, frame: Frame) -> None:
        """Take the results of an ended iteration, each traced to the loop's input."""
        loop_id = self.node.id
        results = state.results_of(frame, loop_id)
        gather = Gather(sorted({edge.input for edge, _ in results}), results)
        index = 0
        for _, output in results:
            async for items in output.iterate():
                sources: list[Source] = []
                for _item in items:
                    found = ancestor(loop_id, gather, index, frame.origin)
                    sources.append(None if found is None else self._position(found[1]))
                    index += 1
                fresh = [Item(item.json, item.files) for item in items]
                await self.writer.add(LOOP_DONE, fresh, sources)
        self.number += 1

    def _position(self, in_batch: int) -> int:
        return self.number * self.params.batch_size + in_batch

    async def finish(self, *, collects: bool) -> StoredOutput:
        """Fill in ``result``; returns what the journal keeps.

        Args:
            collects: whether there is an edge into ``results``. Without one, the loop's input goes
                on by ``done``.
        """
        if not collects:
            await pass_through(self.node, self.gather, self.writer)
        if self.node.settings.always_output and self.writer.is_empty:
            await self.writer.add(LOOP_DONE, [Item({})], None)
        self.result.outputs, stored = await self.writer.finish()
        return stored
