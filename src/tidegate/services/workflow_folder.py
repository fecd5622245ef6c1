"""A folder whose workflow files are what a server runs: it stores and publishes them as they are.

In the browser they are read-only: they are changed where they come from.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from tidegate.app import App
from tidegate.errors import TidegateError
from tidegate.log import get_logger
from tidegate.services.workflows import store_file
from tidegate.store import workflow_files as store

SUFFIXES: Final = (".yaml", ".yml", ".json")

Stamp = tuple[int, int]
"""When a file was changed (nanoseconds), and its size."""


@dataclass(slots=True)
class WorkflowFolder:
    """What is known of the files of a folder. ``problems`` has those that are wrong, by path."""

    app: App
    folder: Path
    problems: dict[str, str] = field(default_factory=dict)
    _known: Mapping[Path, Stamp] = field(default_factory=dict)

    async def sync(self) -> None:
        """Store and publish what was added or changed; let go what is gone.

        A file that is wrong leaves the version that ran before, and is told of in the log.
        """
        found = await asyncio.to_thread(_stamps, self.folder)
        for path, stamp in found.items():
            if self._known.get(path) != stamp:
                await self._take(path)
        kept = [str(path) for path in found]
        root = str(self.folder)
        await self.app.database.write(lambda connection: store.keep(connection, root, kept))
        self.problems = {path: said for path, said in self.problems.items() if path in kept}
        self._known = found

    async def _take(self, path: Path) -> None:
        try:
            version = await store_file(self.app, path)
        except TidegateError as error:
            reasons = [problem.message for problem in getattr(error, "problems", ())]
            self.problems[str(path)] = "; ".join(reasons) or error.message
            get_logger().error(
                "workflow_file_wrong", path=str(path), reason=self.problems[str(path)]
            )
            return
        self.problems.pop(str(path), None)
        relative = path.parent.relative_to(self.folder).as_posix()
        folder = "" if relative == "." else relative
        await self.app.database.write(
            lambda connection: store.publish(connection, version.workflow_id, version.hash, folder)
        )


def _stamps(folder: Path) -> dict[Path, Stamp]:
    found: dict[Path, Stamp] = {}
    for path in sorted(folder.rglob("*")):
        parts = path.relative_to(folder).parts
        if path.suffix not in SUFFIXES or any(part.startswith(".") for part in parts):
            continue
        if parts[0] == "environments" or not path.is_file():
            continue
        stat = path.stat()
        found[path] = (stat.st_mtime_ns, stat.st_size)
    return found
