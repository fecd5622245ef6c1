"""Schedules for those who look at a workflow."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from tidegate.app import App
from tidegate.services import editing, schedules
from tidegate.services.identity.permissions import Action, Caller
from tidegate.services.workflows import plan_of, runnable_version
from tidegate.store import schedules as store
from tidegate.store.schedules import StoredSchedule

UPCOMING: Final = 10


@dataclass(frozen=True, slots=True)
class ScheduleView:
    """A schedule and its next times, as ISO 8601 text in UTC."""

    row: StoredSchedule
    upcoming: Sequence[str]


async def of_workflow(app: App, caller: Caller, workflow_id: str) -> Sequence[ScheduleView]:
    """The schedules of the published version, by trigger.

    Raises:
        NotFound: there is no such workflow, or the caller may not see it.
    """
    await editing.visible(app, caller, workflow_id, Action.WORKFLOWS_READ)
    rows = await app.database.read(lambda connection: store.of_workflow(connection, workflow_id))
    if not rows:
        return []
    version = await runnable_version(app, workflow_id, rows[0].version_hash)
    times = schedules.next_times(plan_of(app, version), UPCOMING)
    found = sorted(rows, key=lambda row: row.trigger)
    return [ScheduleView(row, times.get(row.trigger, ())) for row in found]
