"""Starts executions at the times of schedules. Any number of processes may do so at once."""

import asyncio
from contextlib import suppress
from functools import partial
from typing import Final, Self

from tidegate import codec
from tidegate.app import App
from tidegate.errors import OperationalError, TidegateError
from tidegate.log import get_logger
from tidegate.model.execution import now_us
from tidegate.notify.log import LogNotifier
from tidegate.services import schedules
from tidegate.store import schedules as store
from tidegate.triggers.failures import Failures
from tidegate.triggers.poller import Poller
from tidegate.triggers.watcher import Watcher

LOOK_SECONDS: Final = 1.0
"""How long a change that another process made may stay unnoticed."""


class Scheduler:
    """Follows the schedules of published workflows. Use it as an async context manager."""

    def __init__(self, app: App, notifier: LogNotifier | None = None) -> None:
        self._app = app
        self._failures = Failures(app, notifier or LogNotifier())
        self._poller = Poller(app, self._failures)
        self._woken = asyncio.Event()
        self._watcher = Watcher(app, self._woken.set)
        self._task: asyncio.Task[None] | None = None
        self._seen: dict[str, str] = {}

    async def __aenter__(self) -> Self:
        self._task = asyncio.create_task(self._run(), name="schedules")
        return self

    async def __aexit__(self, *_exception: object) -> None:
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task
        await self._watcher.close()
        await self._poller.close()

    async def _run(self) -> None:
        while True:
            try:
                await schedules.sync(self._app, self._seen)
                polling = await self._app.database.read(store.polling)
                self._watcher.follow(polling)
                self._app.metrics.triggers_fail(sum(row.failures > 0 for row in polling))
                await self._fire_due()
                await self._poller.begin_due()
                following = await self._app.database.read(store.next_time)
            except OperationalError as error:
                get_logger().warning("database_unavailable", reason=error.code)
                following = None
            wait = LOOK_SECONDS
            if following is not None and not self._poller.is_full:
                wait = (following - now_us()) / 1_000_000
            await self._pause(min(max(wait, 0.0), LOOK_SECONDS))

    async def _pause(self, seconds: float) -> None:
        """For so long, or until a trigger is to poll at once."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._woken.wait()
        self._woken.clear()

    async def _fire_due(self) -> None:
        for row in await self._app.database.read(store.due):
            try:
                await schedules.fire(self._app, row)
            except OperationalError:
                raise
            except TidegateError as error:
                # This schedule can't be followed any more: the others go on.
                get_logger().error(
                    "schedule_broken", workflow=row.workflow_id, reason=error.message
                )
                said = self._app.redact.error(error.as_json())
                text = codec.encode(said).decode()
                break_off = partial(store.break_off, schedule=row, error=text)
                if await self._app.database.write(break_off):
                    await self._failures.schedule_broke(row, said)
