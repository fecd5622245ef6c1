"""Looks at a folder of workflow files again and again while a server runs."""

import asyncio
from contextlib import suppress
from pathlib import Path
from typing import Final, Self

from tidegate.app import App
from tidegate.errors import InvalidInput, OperationalError
from tidegate.log import get_logger
from tidegate.services.workflow_folder import WorkflowFolder

LOOK_SECONDS: Final = 2.0


class FolderWatch:
    """Keeps what runs the same as the files. Use it as an async context manager."""

    def __init__(self, app: App, folder: Path) -> None:
        """Prepare.

        Raises:
            InvalidInput: there is no such folder.
        """
        if not folder.is_dir():
            raise InvalidInput(f"{folder} is no folder")
        self._files = WorkflowFolder(app, folder.resolve())
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        await self._files.sync()
        self._task = asyncio.create_task(self._run(), name="workflow files")
        return self

    async def __aexit__(self, *_exception: object) -> None:
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task

    async def _run(self) -> None:
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            try:
                await self._files.sync()
            except OperationalError as error:
                get_logger().warning("database_unavailable", reason=error.code)
            except OSError as error:
                get_logger().warning("workflow_folder_unreadable", reason=str(error.strerror))
