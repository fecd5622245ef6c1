"""files.move: move or rename a file."""

from tidegate.nodes.files.places import as_json
from tidegate.sdk import Context, Example, Field, Item, Node, NodeParams


class MoveFile(Node):
    """Move or rename a file for each item.

    Folders on the way to the target are made. A target that ends with `/` is the folder to move
    the file into, under its own name.
    """

    name = "files.move"
    label = "Move file"
    category = "files"
    effects = "write"

    class Params(NodeParams):
        """From where to where."""

        source: str = Field(label="From", placeholder="inbox/{{ json.name }}", min_length=1)
        target: str = Field(label="To", placeholder="done/", min_length=1)
        overwrite: bool = Field(
            False,
            label="Overwrite",
            description="Replace a file that the target names. Otherwise that is an error.",
        )

    examples = (
        Example(
            {"source": "inbox/{{ json.name }}", "target": "done/"},
            items=[{"name": "may.csv"}],
            output=[
                {
                    "path": "done/may.csv",
                    "name": "may.csv",
                    "size": 1200,
                    "modified_at": "2024-06-01T07:00:00.000Z",
                    "moved_from": "inbox/may.csv",
                }
            ],
            title="Put a file away",
            runnable=False,
        ),
    )

    async def run_item(self, ctx: Context, params: Params, item: Item) -> Item:
        """Where the file is now."""
        info = await ctx.files.move(params.source, params.target, overwrite=params.overwrite)
        return item.derive({**as_json(info, info.path), "moved_from": params.source})
