"""Follows which versions are published, and tells those who act upon their triggers."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from typing import Final, Protocol, Self

from tidegate.app import App
from tidegate.errors import OperationalError, TidegateError
from tidegate.log import get_logger
from tidegate.services.workflows import Version, plan_of, runnable_version
from tidegate.store import schedules, workflows

LOOK_SECONDS: Final = 0.5
"""How long a version that another process published may stay unnoticed."""


class Follower(Protocol):
    """Acts upon the triggers of published versions."""

    async def published(self, version: Version, project_id: str) -> None:
        """This version starts executions from now on, in the place of an earlier one."""
        ...

    async def withdrawn(self, workflow_id: str) -> None:
        """Nothing starts this workflow any more."""
        ...


class Published:
    """Keeps followers up to date. Use it as an async context manager."""

    def __init__(self, app: App, *followers: Follower) -> None:
        self._app = app
        self._followers: Sequence[Follower] = followers
        self._known: dict[str, str] = {}
        self._looking = asyncio.Lock()
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        with suppress(OperationalError):  # the first look of the task says what is wrong
            await self.look()
        self._app.when_published = self._look_now
        self._task = asyncio.create_task(self._run(), name="published")
        return self

    async def __aexit__(self, *_exception: object) -> None:
        self._app.when_published = None
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task

    async def look(self) -> None:
        """Tell of what has changed since the last look.

        Raises:
            OperationalError: the database does not work.
        """
        async with self._looking:
            await self._look()

    async def _look_now(self) -> None:
        with suppress(OperationalError):  # the next look comes by itself
            await self.look()

    async def _look(self) -> None:
        wanted = await self._app.database.read(schedules.published)
        for workflow_id in self._known.keys() - wanted.keys():
            del self._known[workflow_id]
            for follower in self._followers:
                await follower.withdrawn(workflow_id)
        for workflow_id, version_hash in wanted.items():
            if self._known.get(workflow_id) != version_hash:
                await self._tell(workflow_id, version_hash)
                self._known[workflow_id] = version_hash

    async def _tell(self, workflow_id: str, version_hash: str) -> None:
        try:
            version = await runnable_version(self._app, workflow_id, version_hash)
            plan_of(self._app, version)
            stored = await self._app.database.read(
                lambda connection: workflows.get(connection, workflow_id)
            )
            for follower in self._followers:
                await follower.published(version, stored.project_id)
        except OperationalError:
            raise
        except TidegateError as error:
            # Its node types may be gone. Nothing starts it; the others go on.
            get_logger().error("version_broken", workflow=workflow_id, reason=error.message)
            for follower in self._followers:
                await follower.withdrawn(workflow_id)

    async def _run(self) -> None:
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            try:
                await self.look()
            except OperationalError as error:
                get_logger().warning("database_unavailable", reason=error.code)
