"""files.delete: delete a file."""

from typing import Literal

from tidegate.nodes.files.places import as_json
from tidegate.sdk import Context, Example, Field, Item, Node, NodeParams


class DeleteFile(Node):
    """Delete a file for each item. Folders are never deleted."""

    name = "files.delete"
    label = "Delete file"
    category = "files"
    effects = "write"

    class Params(NodeParams):
        """Which file."""

        path: str = Field(label="Path", placeholder="inbox/{{ json.name }}", min_length=1)
        if_missing: Literal["fail", "ignore"] = Field("fail", label="If there is none")

    examples = (
        Example(
            {"path": "inbox/{{ json.name }}"},
            items=[{"name": "may.csv"}],
            output=[
                {
                    "path": "inbox/may.csv",
                    "name": "may.csv",
                    "size": 1200,
                    "modified_at": "2024-06-01T07:00:00.000Z",
                    "deleted": True,
                }
            ],
            title="Delete a file",
            runnable=False,
        ),
    )

    async def run_item(self, ctx: Context, params: Params, item: Item) -> Item:
        """What was deleted."""
        if params.if_missing == "ignore" and await ctx.files.info(params.path) is None:
            return item.derive({"path": params.path, "deleted": False})
        info = await ctx.files.delete(params.path)
        return item.derive({**as_json(info, params.path), "deleted": True})
