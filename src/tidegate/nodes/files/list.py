"""files.list: what is in a folder."""

from collections.abc import Sequence
from typing import Literal

from tidegate.nodes.files.places import as_json
from tidegate.sdk import Context, Example, Field, Item, Node, NodeParams


class ListFiles(Node):
    """List the files in a folder, with an item for each, sorted by path.

    Links, devices and names that begin with a dot are left out.
    """

    name = "files.list"
    label = "List files"
    category = "files"
    effects = "read"

    class Params(NodeParams):
        """Which folder, and what of it."""

        path: str = Field(
            ".", label="Folder", description="A dot is the first folder that is open to workflows."
        )
        pattern: str = Field(
            "*",
            min_length=1,
            label="Pattern",
            placeholder="*.csv",
            description="Of the name: * stands for anything, ? for one character.",
        )
        recursive: bool = Field(
            False,
            label="Look into folders",
        )
        include: Literal["files", "folders", "all"] = Field("files", label="Include")

    examples = (
        Example(
            {"path": "orders", "pattern": "*.csv"},
            output=[
                {
                    "path": "orders/may.csv",
                    "name": "may.csv",
                    "size": 1200,
                    "modified_at": "2024-06-01T07:00:00.000Z",
                    "is_directory": False,
                }
            ],
            title="CSV files of a folder",
            runnable=False,
        ),
    )

    async def run_item(self, ctx: Context, params: Params, item: Item) -> Sequence[Item]:
        """An item for each file."""
        found = await ctx.files.list(
            params.path, pattern=params.pattern, recursive=params.recursive
        )
        wanted = {"files": (False,), "folders": (True,), "all": (False, True)}[params.include]
        return [
            item.derive({**as_json(info, info.path), "is_directory": info.is_directory})
            for info in found
            if info.is_directory in wanted
        ]
