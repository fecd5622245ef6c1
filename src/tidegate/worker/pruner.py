"""Looks now and then for what is kept no longer, beside the executions of a server."""

import asyncio
import time
from typing import Final, Self

from tidegate.app import App
from tidegate.errors import OperationalError
from tidegate.log import get_logger
from tidegate.services import retention

SIZE_EVERY: Final = 600.0
"""Seconds between two looks at sizes: that reads a table and walks through folders."""
SWEEP_EVERY: Final = 6 * 3600.0


class Pruner:
    """Removes what retention says, in the current event loop; an async context manager."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._task: asyncio.Task[None] | None = None
        interval = app.settings.retention.interval
        self._size_every, self._sweep_every = max(interval, SIZE_EVERY), max(interval, SWEEP_EVERY)
        self._sized_at = self._swept_at = float("-inf")

    async def __aenter__(self) -> Self:
        wanted = self._app.settings.retention
        if wanted.days or wanted.executions or wanted.size:
            self._task = asyncio.create_task(self._look(), name="prune")
        return self

    async def __aexit__(self, *_exception: object) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _look(self) -> None:
        while True:
            await asyncio.sleep(self._app.settings.retention.interval)
            try:
                await self.once()
            except OperationalError as error:
                get_logger().warning("prune_later", reason=error.code)

    async def once(self) -> None:
        """Look once.

        Raises:
            OperationalError: the database does not work.
        """
        removed = await retention.prune(self._app)
        now = time.monotonic()
        if now - self._sized_at >= self._size_every:
            self._sized_at = now
            removed += await retention.prune_size(self._app)
        if now - self._swept_at >= self._sweep_every:
            self._swept_at = now
            await retention.sweep_files(self._app)
            await retention.sweep_outputs(self._app)
        if removed:
            self._app.metrics.pruned(removed)
            get_logger().info("pruned", executions=removed)
