"""files.write: items as a file, or as several."""

from collections.abc import AsyncIterator, Sequence
from typing import Literal

from tidegate.nodes.files.grouping import PathGroups
from tidegate.nodes.files.places import as_json
from tidegate.nodes.files.writing import FileWriter
from tidegate.sdk import Context, Example, Field, Item, Json, Lazy, Node, NodeParams
from tidegate.sdk.formats.csv_text import CsvOptions


class WriteFile(Node):
    """Write items to a file in a folder that is open to workflows.

    All items whose path is the same go into one file, in their order; a path with an expression
    can make several. A file is written whole or not at all: it gets its name when it is complete.
    CSV with its columns listed, JSON, text and files are written while the items come in; CSV
    without holds them in memory first.

    Each file gives one item with its path, size and number of items. Among many items (more than a
    thousand), those of one file should follow each other: a path that comes again later is added
    to, gives another item, and can't be a JSON list.
    """

    name = "files.write"
    label = "Write file"
    category = "files"
    effects = "write"

    class Params(NodeParams):
        """Where, what, and what to do with a file that is there."""

        path: Lazy[str] = Field(label="Path", placeholder="reports/{{ json.month }}.csv")
        format: Literal["csv", "json", "json_lines", "text", "file"] = Field(
            "csv",
            label="Write as",
            description="json: one list of all items. json_lines: an item on each line. text: a "
            "text of each item. file: the bytes of each item's file.",
        )
        mode: Literal["create", "overwrite", "append"] = Field(
            "create",
            label="If the file exists",
            description="create: fail. overwrite: replace it. append: add to its end.",
        )
        text: Lazy[Json] = Field(
            "",
            label="Text",
            widget="multiline",
            placeholder="{{ json.text }}",
            show_when={"format": "text"},
        )
        end_of_line: bool = Field(
            True,
            label="End each text with a line break",
            show_when={"format": "text"},
        )
        file: str = Field(
            "data",
            min_length=1,
            label="File",
            description="Its name in the item.",
            show_when={"format": "file"},
        )
        csv_options: CsvOptions = Field({}, label="CSV", show_when={"format": "csv"})

    examples = (
        Example(
            {
                "path": "reports/{{ json.month }}.csv",
                "csv_options": {"columns": ["name", "total"]},
            },
            items=[
                {"month": "may", "name": "Ada", "total": 3},
                {"month": "may", "name": "Bob", "total": 4},
            ],
            output=[
                {
                    "path": "reports/may.csv",
                    "name": "may.csv",
                    "size": 30,
                    "modified_at": "2024-06-01T07:00:00.000Z",
                    "items": 2,
                }
            ],
            title="A CSV file for each month",
            runnable=False,
        ),
        Example(
            {
                "path": "visits.log",
                "format": "text",
                "mode": "append",
                "text": "{{ json.at }} {{ json.who }}",
            },
            items=[{"at": "12:00", "who": "Ada"}],
            output=[
                {
                    "path": "visits.log",
                    "name": "visits.log",
                    "size": 10,
                    "modified_at": "2024-06-01T07:00:00.000Z",
                    "items": 1,
                }
            ],
            title="Add lines to a log",
            runnable=False,
        ),
    )

    async def run_batches(
        self, ctx: Context, params: Params, batches: AsyncIterator[Sequence[Item]]
    ) -> AsyncIterator[Sequence[Item]]:
        """One item for each file that was written."""
        groups = PathGroups(batches, params.path)
        writer = FileWriter(
            ctx,
            params.format,
            params.mode,
            csv_options=params.csv_options,
            text=params.text,
            end_of_line=params.end_of_line,
            file=params.file,
        )
        async for group in groups:
            info = await writer.write(group)
            yield [Item({**as_json(info, info.path), "items": group.count}, parents=[group.first])]
