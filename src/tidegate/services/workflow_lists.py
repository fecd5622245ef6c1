"""What a list of workflows shows beside the workflows: their last executions, folders, tags."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tidegate import codec
from tidegate.app import App
from tidegate.model.execution import Execution
from tidegate.services.identity.permissions import Action, Caller
from tidegate.store import drafts, execution_lists, schedules
from tidegate.store.workflows import StoredWorkflow


@dataclass(frozen=True, slots=True)
class Beside:
    """The newest executions of workflows, and when they start by themselves next."""

    recent: Mapping[str, Sequence[Execution]] = field(default_factory=dict)
    next_at: Mapping[str, int] = field(default_factory=dict)


async def beside(app: App, caller: Caller, found: Sequence[StoredWorkflow], recent: int) -> Beside:
    """The newest ``recent`` executions of each workflow, and its next start."""
    seen = [w.id for w in found if recent and caller.may(Action.EXECUTIONS_READ, w.project_id)]
    ids = [stored.id for stored in found]
    latest, next_at = await app.database.read(
        lambda connection: (
            {id: execution_lists.latest(connection, id, recent) for id in seen},
            schedules.next_of(connection, ids),
        )
    )
    return Beside(latest, next_at)


async def groups(app: App, caller: Caller) -> dict[str, list[dict[str, Any]]]:
    """The folders and tags of the workflows that the caller may see, with how many are in each."""
    caller.require(Action.WORKFLOWS_READ)
    allowed = caller.projects(Action.WORKFLOWS_READ)
    rows = await app.database.read(lambda connection: drafts.folders_and_tags(connection, allowed))
    folders = Counter(folder for folder, _ in rows)
    tags = Counter(tag for _, text in rows for tag in codec.decode(text))
    return {
        "folders": [{"name": name, "workflows": folders[name]} for name in sorted(folders)],
        "tags": [{"name": name, "workflows": tags[name]} for name in sorted(tags)],
    }
