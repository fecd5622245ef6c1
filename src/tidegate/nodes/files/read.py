"""files.read: a file as text, lines, rows, JSON or an item's file."""

import mimetypes
from collections.abc import AsyncIterator, Sequence
from typing import Literal

from tidegate.nodes.files.places import as_json, path_of
from tidegate.sdk import (
    Context,
    Example,
    Field,
    Item,
    JsonObject,
    Lazy,
    Node,
    NodeFailed,
    NodeParams,
)
from tidegate.sdk.formats.csv_text import CsvOptions, read_csv
from tidegate.sdk.formats.json_text import JsonOptions, read_json, split_lines
from tidegate.sdk.formats.text_source import Encoding, TextSource
from tidegate.sdk.paths import FieldName
from tidegate.sdk.values import size_of

_BATCH_ITEMS = 1000
_BATCH_BYTES = 1 << 20
_TEXTS = ["text", "lines", "csv", "json", "json_lines"]


class ReadFile(Node):
    """Read a file for each item.

    The path leads into a folder that the operator opened to workflows; a relative path is looked
    for in each of them. Links, `..` and names that begin with a dot are refused.

    Lines, CSV and JSON lines are read piece by piece and give an item for each line, so that a
    file may be far larger than the memory; a JSON list gives an item for each element.
    """

    name = "files.read"
    label = "Read file"
    category = "files"
    effects = "read"

    class Params(NodeParams):
        """Which file, and what to make of it."""

        path: Lazy[str] = Field(label="Path", placeholder="orders/2024-05.csv")
        format: Literal["text", "lines", "csv", "json", "json_lines", "file"] = Field(
            "text",
            label="Read as",
            description="text: one item with the text. lines: an item for each line. file: the "
            "bytes as the item's file.",
        )
        encoding: Encoding = Field("utf-8", label="Encoding", show_when={"format": _TEXTS})
        rows: FieldName | None = Field(
            None,
            label="List of items",
            placeholder="data.orders",
            description="Where in the JSON the list is. Empty: the value itself.",
            show_when={"format": ["json", "json_lines"]},
        )
        csv_options: CsvOptions = Field({}, label="CSV", show_when={"format": "csv"})
        file: str = Field(
            "data",
            min_length=1,
            label="File",
            description="Its name in the item.",
            show_when={"format": "file"},
        )

    examples = (
        Example(
            {"path": "people.csv", "format": "csv", "csv_options": {"detect_types": True}},
            output=[{"name": "Ada", "age": 36}, {"name": "Bob", "age": 41}],
            title="Rows of a CSV file",
            runnable=False,
        ),
        Example(
            {"path": "letters/{{ json.id }}.txt"},
            items=[{"id": 7}],
            output=[
                {
                    "path": "letters/7.txt",
                    "name": "7.txt",
                    "size": 5,
                    "modified_at": "2024-05-01T12:00:00.000Z",
                    "text": "Dear ",
                }
            ],
            title="A text for each item",
            runnable=False,
        ),
    )

    async def run_batches(
        self, ctx: Context, params: Params, batches: AsyncIterator[Sequence[Item]]
    ) -> AsyncIterator[Sequence[Item]]:
        """The items of every file."""
        async for batch in batches:
            for item in batch:
                path = path_of(params.path(item))
                before = ctx.budget.alloc
                try:
                    if params.format == "file":
                        yield [await _kept(ctx, params, item, path)]
                    else:
                        async for objects in _batched(_read(ctx, params, path)):
                            yield [item.derive(json, {}) for json in objects]
                except NodeFailed as error:
                    raise NodeFailed(f"{path}: {error.message}", **error.details) from None
                ctx.budget.release(before - ctx.budget.alloc)


async def _batched(objects: AsyncIterator[JsonObject]) -> AsyncIterator[Sequence[JsonObject]]:
    batch: list[JsonObject] = []
    size = 0
    async for json in objects:
        batch.append(json)
        size += size_of(json)
        if len(batch) >= _BATCH_ITEMS or size >= _BATCH_BYTES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


async def _read(ctx: Context, params: ReadFile.Params, path: str) -> AsyncIterator[JsonObject]:
    source = TextSource(None, ctx.files.read(path), params.encoding, ctx.budget)
    if params.format == "csv":
        objects = read_csv(source, params.csv_options, ctx.budget)
    elif params.format == "lines":
        objects = _lines(source, ctx)
    elif params.format == "text":
        objects = _text(source, ctx, path)
    else:
        layout: Literal["array", "lines"] = "array" if params.format == "json" else "lines"
        objects = read_json(source, JsonOptions(layout=layout, rows=params.rows), ctx.budget)
    async for json in objects:
        yield json


async def _text(source: TextSource, ctx: Context, path: str) -> AsyncIterator[JsonObject]:
    text = await source.whole()
    yield {**as_json(await ctx.files.info(path), path), "text": text}


async def _lines(source: TextSource, ctx: Context) -> AsyncIterator[JsonObject]:
    number = 0
    last: str | None = None
    async for line in split_lines(source, ctx.budget):
        if last is not None:
            number += 1
            yield {"line": number, "text": last.removesuffix("\r")}
        last = line
    if last:  # what follows the last end of a line is a line only if there is something
        yield {"line": number + 1, "text": last}


async def _kept(ctx: Context, params: ReadFile.Params, item: Item, path: str) -> Item:
    """The item with the file's bytes as its own file."""
    json = as_json(await ctx.files.info(path), path)
    content_type = mimetypes.guess_type(json["name"])[0] or "application/octet-stream"
    ref = await ctx.files.store(json["name"], content_type, ctx.files.read(path))
    json |= {"size": ref.size, "content_type": content_type, "sha256": ref.sha256}
    return item.derive(json, {**item.files, params.file: ref})
