"""Triggers that poll, followed by a worker and a scheduler of this process."""

import asyncio
from contextlib import asynccontextmanager

from tidegate.notify.log import LogNotifier
from tidegate.store import schedules
from tidegate.triggers.scheduler import Scheduler
from tidegate.worker.service import WorkerService


async def until(condition, seconds=60):
    """What ``condition`` gives once it gives something."""
    async with asyncio.timeout(seconds):
        while not (found := await condition()):
            await asyncio.sleep(0.05)
    return found


async def looked(app, times=1):
    """Until the only trigger has looked so many times more, beginning from now."""
    for _ in range(times):
        rows = await app.database.read(schedules.every)
        last = rows[0].last_at or 0 if rows else 0

        async def again(last=last):
            found = await app.database.read(schedules.every)
            assert not found or found[0].error is None, found[0].error
            return found and (found[0].last_at or 0) > last

        await until(again)


@asynccontextmanager
async def watching(app):
    """It has looked once, and goes on looking."""
    async with WorkerService(app, LogNotifier()), Scheduler(app):
        await looked(app)
        yield
