"""Lets triggers say between their polls that there may be something new: they poll at once then.

Nothing depends on it: whatever is not heard, or not by this process, is found at the next poll.
"""

import asyncio
from collections.abc import Callable, Sequence
from functools import partial
from typing import Final

from tidegate.app import App
from tidegate.errors import OperationalError, TidegateError
from tidegate.log import get_logger
from tidegate.model.item import JsonObject
from tidegate.services.workflows import Version, plan_of, runnable_version
from tidegate.store import polls
from tidegate.store.schedules import StoredSchedule
from tidegate.triggers.poller import execution_of_poll, reported_bug, wait_after
from tidegate.worker.polling import watch, watches

_QUIET_SECONDS: Final = 1.0
"""What is heard so soon after the last time makes one poll with it."""
_AGAIN_SECONDS: Final = 0.3
_LONG_SECONDS: Final = 300.0


class Watcher:
    """The triggers that watch in this process; ``woken`` is called when one is to poll now."""

    def __init__(self, app: App, woken: Callable[[], None]) -> None:
        self._app, self._woken = app, woken
        self._tasks: dict[tuple[str, str], asyncio.Task[None]] = {}

    def follow(self, rows: Sequence[StoredSchedule]) -> None:
        """Watch for these triggers that poll, and for no others."""
        wanted = {(row.id, row.version_hash): row for row in rows}
        for key in self._tasks.keys() - wanted.keys():
            self._tasks.pop(key).cancel()
        for key in wanted.keys() - self._tasks.keys():
            row = wanted[key]
            self._tasks[key] = asyncio.create_task(self._watch(row), name=f"watch {row.trigger}")

    async def close(self) -> None:
        """Watch no more."""
        tasks = list(self._tasks.values())
        self._tasks.clear()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _watch(self, row: StoredSchedule) -> None:
        """Until it is cancelled, or the trigger can't hear of anything."""
        try:
            version = await runnable_version(self._app, row.workflow_id, row.version_hash)
            if not watches(plan_of(self._app, version).nodes[row.trigger].node):
                return
        except TidegateError:
            return  # it can't poll either, and there it is said
        heard = asyncio.Event()
        waking = asyncio.create_task(self._wake(row, heard), name=f"wake {row.trigger}")
        try:
            await self._go_on(version, row, heard.set)
        finally:
            waking.cancel()

    async def _go_on(
        self, version: Version, row: StoredSchedule, heard: Callable[[], None]
    ) -> None:
        failures = 0
        while True:
            begun = asyncio.get_running_loop().time()
            error: JsonObject | None
            try:
                execution = await execution_of_poll(self._app, version, row)
                result = await watch(self._app, version, execution, heard)
                if result.is_over:
                    return
                error = result.error
            except TidegateError as failure:
                error = self._app.redact.error(failure.as_json())
            except Exception as failure:  # noqa: BLE001 - a mistake of ours: it polls all the same
                error = reported_bug(self._app, failure)
            if error is None or asyncio.get_running_loop().time() - begun > _LONG_SECONDS:
                failures = 0  # servers hang up now and then
                continue
            failures += 1
            wait = wait_after(failures)
            get_logger().warning(
                "watch_failed",
                workflow=row.workflow_id,
                trigger=row.trigger,
                again_in=wait,
                reason=error.get("message"),
            )
            await asyncio.sleep(wait)

    async def _wake(self, row: StoredSchedule, heard: asyncio.Event) -> None:
        """Let the trigger poll whenever something was heard."""
        while True:
            await heard.wait()
            heard.clear()
            try:
                is_woken = await self._app.database.write(partial(polls.wake, schedule_id=row.id))
            except OperationalError as error:
                get_logger().warning("database_unavailable", reason=error.code)
                is_woken = False
            if is_woken:
                self._woken()
                await asyncio.sleep(_QUIET_SECONDS)
            else:
                heard.set()  # it polls right now, from what was there before
                await asyncio.sleep(_AGAIN_SECONDS)
