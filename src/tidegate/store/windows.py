"""A window into one stored output: which batches hold its items."""

from collections.abc import Sequence
from dataclasses import dataclass

from tidegate.model.execution import BatchRef


@dataclass(frozen=True, slots=True)
class BatchSlice:
    """``take`` items of a batch after the first ``skip``."""

    batch: BatchRef
    skip: int
    take: int


def window(
    batches: Sequence[BatchRef], output: str, offset: int, limit: int
) -> Sequence[BatchSlice]:
    """The slices of ``output`` that make items ``offset`` to ``offset + limit``, in order."""
    slices = []
    for batch in batches:
        if batch.output != output or limit <= 0:
            continue
        if offset < batch.count:
            take = min(limit, batch.count - offset)
            slices.append(BatchSlice(batch, offset, take))
            limit -= take
        offset = max(0, offset - batch.count)
    return slices
