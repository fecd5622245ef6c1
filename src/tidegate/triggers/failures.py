"""Triggers that go on failing: counted, and told of, but seldom."""

from functools import partial
from typing import Final

from tidegate.app import App
from tidegate.errors import TidegateError
from tidegate.model.item import JsonObject
from tidegate.notify.base import TriggerFailure
from tidegate.notify.log import LogNotifier
from tidegate.services.sealing import reduced, sensitive_nodes
from tidegate.services.workflows import runnable_version
from tidegate.store import workflows
from tidegate.store.schedules import StoredSchedule

TELL_AT: Final = 3
"""So many failures in a row are told of: one or two are nothing that anybody must act upon."""
TELL_EVERY: Final = 24
"""Then it fails about once an hour, and is told of once a day."""


class Failures:
    """Of the triggers that this process acts upon."""

    def __init__(self, app: App, notifier: LogNotifier) -> None:
        self._app, self._notifier = app, notifier

    async def polling_failed(self, row: StoredSchedule, error: JsonObject, failures: int) -> None:
        """A trigger failed so often in a row."""
        self._app.metrics.trigger_failed("poll")
        if failures >= TELL_AT and (failures - TELL_AT) % TELL_EVERY == 0:
            await self._tell(row, error, failures)

    async def schedule_broke(self, row: StoredSchedule, error: JsonObject) -> None:
        """A schedule can't be followed any more."""
        self._app.metrics.trigger_failed("schedule")
        await self._tell(row, error, 1)

    async def _tell(self, row: StoredSchedule, error: JsonObject, failures: int) -> None:
        name = row.workflow_id
        try:
            find = partial(workflows.get, workflow_id=row.workflow_id)
            name = (await self._app.database.read(find)).name
            version = await runnable_version(self._app, row.workflow_id, row.version_hash)
            is_sensitive = row.trigger in sensitive_nodes(version.workflow)
        except TidegateError:
            is_sensitive = True  # nobody can say
        said = reduced(error) if is_sensitive else error
        self._notifier.trigger_failed(
            TriggerFailure(row.workflow_id, name, row.trigger, said, failures)
        )
