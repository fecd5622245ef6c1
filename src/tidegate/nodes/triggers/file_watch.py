"""trigger.file_watch: start when files come, change or go."""

from collections.abc import AsyncGenerator, Iterator, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any, Literal

from tidegate.sdk import Context, Example, Field, FileInfo, Item, NodeFailed
from tidegate.sdk.poll import Polled, PollParams, PollTrigger

Mark = list[Any]
"""The size of a file and when it was changed: what tells that it is another one."""

Event = Literal["created", "changed", "deleted"]


class FileWatch(PollTrigger):
    """Start when files in a folder are created, changed or deleted, once the workflow is published.

    One execution has an item for each file: `event`, `path`, `name`, `size`, `modified_at`. What
    happened while no server ran is found at its start. A file counts when it has stayed as it is
    for `settle` seconds, so that none is taken while it is still being written. Only folders that
    the operator opened can be watched; links and names that begin with a dot are left out.

    The operating system says at once that something changed. It does not say what other machines
    change on a network file system: that is found at the times at which the trigger looks anyway.
    """

    name = "trigger.file_watch"
    label = "File watch"

    class Params(PollParams):
        """Which files, and which events."""

        folder: str = Field(label="Folder", placeholder="incoming", min_length=1)
        patterns: list[str] = Field(
            ["*"],
            label="Patterns",
            min_length=1,
            description="Such as *.csv; one with a / is matched with the path below the folder.",
        )
        recursive: bool = Field(False, label="Folders below it too")
        events: list[Event] = Field(
            ["created", "changed", "deleted"], label="Events", min_length=1, expressions=False
        )
        settle: float = Field(
            2.0,
            ge=0,
            le=3600,
            label="Settle",
            description="So many seconds a file must stay as it is before it counts.",
        )
        existing: Literal["leave", "take"] = Field(
            "leave",
            label="Files that are there at first",
            description="Whether those count as created that are there when it is published.",
        )

    examples = (
        Example(
            {"folder": "incoming", "patterns": ["*.csv"], "events": ["created"]},
            title="Every new CSV file",
            runnable=False,
        ),
    )

    async def news(self, ctx: Context, params: Params) -> AsyncGenerator[None, None]:
        """Something in the folder changed."""
        async with aclosing(ctx.files.changes(params.folder, recursive=params.recursive)) as found:
            async for change in found:
                yield change

    async def poll(self, ctx: Context, params: Params, state: Any) -> Polled:
        """What is not as it was at the last look, and has settled."""
        root = await ctx.files.info(params.folder)
        if root is None or not root.is_directory:
            raise NodeFailed(f"there is no folder {params.folder}; make it, or name another one")
        listed = await ctx.files.list(params.folder, recursive=params.recursive)
        files = {
            info.path: info
            for info in listed
            if not info.is_directory and _fits(info, root.path, params.patterns)
        }
        marks: dict[str, Mark] = {path: [f.size, f.modified_at] for path, f in files.items()}
        if state is None and params.existing == "leave":
            return Polled([], {"known": marks, "unsettled": {}})
        look = _Look(state or {"known": {}, "unsettled": {}}, marks, ctx.now().timestamp())
        found = list(look.events(params.settle))
        items = [
            Item(_shown(event, path, files.get(path)))
            for event, path in found
            if event in params.events
        ]
        again = params.settle if look.unsettled else None
        return Polled(items, {"known": look.known, "unsettled": look.unsettled}, again)


@dataclass(slots=True)
class _Look:
    """One look: the state of the last one, and what is there now; ``now`` is seconds."""

    state: Mapping[str, Any]
    marks: Mapping[str, Mark]
    now: float
    known: dict[str, Mark] = field(default_factory=dict)
    unsettled: dict[str, Any] = field(default_factory=dict)

    def events(self, settle: float) -> Iterator[tuple[Event, str]]:
        """What happened, by path; fills what the next look starts from."""
        before: Mapping[str, Mark] = self.state["known"]
        for path in sorted(before.keys() | self.marks.keys()):
            mark = self.marks.get(path)
            if mark is None:
                yield "deleted", path
            elif mark == before.get(path):
                self.known[path] = mark
            elif self._has_settled(path, mark, settle):
                self.known[path] = mark
                yield ("changed" if path in before else "created"), path
            elif path in before:
                self.known[path] = before[path]

    def _has_settled(self, path: str, mark: Mark, settle: float) -> bool:
        """Whether a file has been like this for long enough; otherwise it is noted since when."""
        seen = self.state["unsettled"].get(path)
        since = seen[1] if seen is not None and seen[0] == mark else self.now
        if self.now - since >= settle:
            return True
        self.unsettled[path] = [mark, since]
        return False


def _fits(info: FileInfo, root: str, patterns: Sequence[str]) -> bool:
    below = info.path if root == "." else info.path.removeprefix(f"{root.rstrip('/')}/")
    return any(fnmatchcase(below if "/" in pattern else info.name, pattern) for pattern in patterns)


def _shown(event: Event, path: str, info: FileInfo | None) -> dict[str, Any]:
    return {
        "event": event,
        "path": path,
        "name": path.rpartition("/")[2],
        "size": None if info is None else info.size,
        "modified_at": None if info is None else info.modified_at,
    }
