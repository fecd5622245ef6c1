"""What the stored documents of workflows say: read once, and again only of those that changed."""

import asyncio
from collections.abc import Callable, Collection, Mapping, Sequence
from functools import partial
from typing import Final, TypeVar

from tidegate.app import App
from tidegate.store import workflows
from tidegate.store.workflows import WorkflowState

_Fact = TypeVar("_Fact")

BATCH: Final = 200
"""Of so many workflows the documents are read at once."""


async def facts(
    app: App,
    kept: dict[WorkflowState, _Fact],
    projects: Collection[str] | None,
    find: Callable[[Sequence[bytes]], _Fact],
) -> Mapping[WorkflowState, _Fact]:
    """What ``find`` says of each workflow of projects (None: of all), by name.

    It is given the documents that may run, the draft first, if there is one. ``kept`` is what this
    process knew before, and is brought up to date.
    """
    states = await app.database.read(partial(workflows.states, projects=projects))
    new = [state for state in states if state not in kept]
    found = {state: kept[state] for state in states if state in kept}
    for begin in range(0, len(new), BATCH):
        some = new[begin : begin + BATCH]
        ids = [state.id for state in some]
        texts = await app.database.read(partial(workflows.texts, workflow_ids=ids))
        said = await asyncio.to_thread(_each, [texts.get(id, ()) for id in ids], find)
        found |= zip(some, said, strict=True)
    for old in list(kept):
        if projects is None or old.project_id in projects:
            del kept[old]
    kept.update(found)
    return {state: found[state] for state in states}


def _each(
    documents: Sequence[Sequence[bytes]], find: Callable[[Sequence[bytes]], _Fact]
) -> list[_Fact]:
    return [find(each) for each in documents]
