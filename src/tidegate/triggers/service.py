"""Everything in a server that starts executions by itself."""

from contextlib import AsyncExitStack
from typing import Self

from tidegate.app import App
from tidegate.notify.log import LogNotifier
from tidegate.triggers.listeners import Listeners
from tidegate.triggers.published import Published
from tidegate.triggers.scheduler import Scheduler
from tidegate.triggers.webhooks import Webhooks
from tidegate.worker.service import WorkerService


class Triggers:
    """Schedules, webhooks and drafts that listen. Use it as an async context manager."""

    def __init__(
        self, app: App, worker: WorkerService, notifier: LogNotifier | None = None
    ) -> None:
        self.webhooks = Webhooks(app, worker)
        self.listeners = Listeners(app)
        self._scheduler = Scheduler(app, notifier)
        self.published = Published(app, self.webhooks)
        self._stack = AsyncExitStack()

    async def __aenter__(self) -> Self:
        await self._stack.enter_async_context(self.published)
        await self._stack.enter_async_context(self._scheduler)
        return self

    async def __aexit__(self, *_exception: object) -> None:
        await self._stack.aclose()
