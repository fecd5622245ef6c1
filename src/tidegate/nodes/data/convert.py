"""data.convert: between items and CSV, JSON, XML or HTML."""

from collections.abc import AsyncIterator, Sequence
from typing import Literal

from tidegate.nodes.data.html_text import HtmlOptions, read_html
from tidegate.sdk import (
    Context,
    Example,
    Field,
    Item,
    Json,
    JsonObject,
    Lazy,
    Node,
    NodeFailed,
    NodeParams,
)
from tidegate.sdk.formats.csv_text import CsvOptions, read_csv, write_csv
from tidegate.sdk.formats.item_files import open_file
from tidegate.sdk.formats.json_text import JsonOptions, read_json, write_json
from tidegate.sdk.formats.text_source import Encoding, TextSource
from tidegate.sdk.formats.text_target import TextTarget
from tidegate.sdk.formats.xml_text import XmlOptions, read_xml, write_xml
from tidegate.sdk.paths import FieldName, parse_path
from tidegate.sdk.values import shown, type_name

Operation = Literal[
    "csv_to_items",
    "json_to_items",
    "xml_to_items",
    "html_to_items",
    "items_to_csv",
    "items_to_json",
    "items_to_xml",
]
_READING: list[Operation] = ["csv_to_items", "json_to_items", "xml_to_items", "html_to_items"]
_WRITING: list[Operation] = ["items_to_csv", "items_to_json", "items_to_xml"]
_TYPES = {"csv": "text/csv", "json": "application/json", "xml": "application/xml"}
_BATCH = 1000


class Convert(Node):
    """Read items out of CSV, JSON, XML or HTML, or write all items as one of them.

    Reading takes a text or an item's file and gives an item for each line, element or match.
    Writing makes one item, with the text in a field or as its file; CSV and JSON lines are written
    while the items come in, so that a file may be far larger than the memory.

    XML elements become fields, `@name` is an attribute, `#text` the text beside them; documents
    that define entities are refused. In HTML, values are found by CSS selectors.
    """

    name = "data.convert"
    label = "Convert"
    category = "data"

    class Params(NodeParams):
        """What to convert, from where, and how it is written down."""

        operation: Operation = Field(label="Operation")
        source: Literal["text", "file"] = Field(
            "text", label="Source", show_when={"operation": _READING}
        )
        text: Lazy[Json] = Field(
            None,
            label="Text",
            placeholder="{{ json.body }}",
            show_when={"operation": _READING, "source": "text"},
        )
        target: Literal["text", "file"] = Field(
            "text", label="Target", show_when={"operation": _WRITING}
        )
        into: FieldName = Field("text", label="Into field", show_when={"target": "text"})
        file: str = Field("data", min_length=1, label="File", description="Its name in the item.")
        file_name: str = Field(
            "", label="File name", placeholder="orders.csv", show_when={"target": "file"}
        )
        encoding: Encoding = Field("utf-8", label="Encoding", show_when={"source": "file"})
        keep: Literal["none", "all"] = Field(
            "none",
            label="Keep other fields",
            description="Whether the fields of the source item go into each new item, too.",
            show_when={"operation": _READING},
        )
        csv_options: CsvOptions = Field(
            {}, label="CSV", show_when={"operation": ["csv_to_items", "items_to_csv"]}
        )
        json_options: JsonOptions = Field(
            {}, label="JSON", show_when={"operation": ["json_to_items", "items_to_json"]}
        )
        xml_options: XmlOptions = Field(
            {}, label="XML", show_when={"operation": ["xml_to_items", "items_to_xml"]}
        )
        html_options: HtmlOptions = Field(
            {}, label="HTML", show_when={"operation": "html_to_items"}
        )

    examples = (
        Example(
            {
                "operation": "csv_to_items",
                "text": "{{ json.body }}",
                "csv_options": {"delimiter": ";", "detect_types": True},
            },
            items=[{"body": "name;age\nAda;36\nBob;\n"}],
            output=[{"name": "Ada", "age": 36}, {"name": "Bob", "age": None}],
            title="Read CSV",
        ),
        Example(
            {"operation": "items_to_csv", "into": "csv"},
            items=[{"name": "Ada", "note": "=1+1"}, {"name": 'B "Bo"', "age": 41}],
            output=[{"csv": 'name,note,age\r\nAda,\'=1+1,\r\n"B ""Bo""",,41\r\n'}],
            title="Write CSV, safe to open in a spreadsheet",
        ),
        Example(
            {
                "operation": "json_to_items",
                "text": "{{ json.body }}",
                "keep": "all",
                "json_options": {"rows": "data"},
            },
            items=[{"body": '{"data": [{"id": 1}, {"id": 2}]}'}],
            output=[
                {"body": '{"data": [{"id": 1}, {"id": 2}]}', "id": 1},
                {"body": '{"data": [{"id": 1}, {"id": 2}]}', "id": 2},
            ],
            title="Read JSON",
        ),
        Example(
            {
                "operation": "xml_to_items",
                "text": "{{ json.feed }}",
                "xml_options": {"rows": "entry"},
            },
            items=[{"feed": '<feed><entry id="1"><t>A</t></entry><entry id="2"/></feed>'}],
            output=[{"@id": "1", "t": "A"}, {"@id": "2"}],
            title="Read XML",
        ),
        Example(
            {
                "operation": "html_to_items",
                "text": "{{ json.page }}",
                "html_options": {
                    "rows": "li",
                    "values": [
                        {"field": "title", "selector": "a"},
                        {
                            "field": "link",
                            "selector": "a",
                            "take": "attribute",
                            "attribute": "href",
                        },
                    ],
                },
            },
            items=[{"page": "<ul><li><a href='/1'>One</a><li><a href='/2'>Two</a></ul>"}],
            output=[{"title": "One", "link": "/1"}, {"title": "Two", "link": "/2"}],
            title="Take values out of a page",
        ),
    )

    async def run_batches(
        self, ctx: Context, params: Params, batches: AsyncIterator[Sequence[Item]]
    ) -> AsyncIterator[Sequence[Item]]:
        """The items that were read, or one item with what was written."""
        if params.operation in _WRITING:
            yield [await _write(ctx, params, batches)]
            return
        out: list[Item] = []
        index = 0
        async for batch in batches:
            for item in batch:
                async for made in _read(ctx, params, item, index):
                    out.append(made)
                    if len(out) >= _BATCH:
                        yield out
                        out = []
                index += 1
            if out:
                yield out
                out = []


async def _read(
    ctx: Context, params: Convert.Params, item: Item, index: int
) -> AsyncIterator[Item]:
    """The items that one item's text or file gives."""
    try:
        async for json in _objects(ctx, params, _source(ctx, params, item)):
            yield item.derive({**item.json, **json} if params.keep == "all" else json)
    except NodeFailed as error:
        raise NodeFailed(f"item {index}: {error.message}", **error.details) from None


def _source(ctx: Context, params: Convert.Params, item: Item) -> TextSource:
    if params.source == "file":
        return TextSource(None, open_file(ctx, item, params.file), params.encoding, ctx.budget)
    text = params.text(item)
    if type(text) is not str:
        raise NodeFailed(f"there is no text to read: 'text' is {type_name(text)} ({shown(text)})")
    return TextSource(text, None, params.encoding, ctx.budget)


def _objects(ctx: Context, params: Convert.Params, source: TextSource) -> AsyncIterator[JsonObject]:
    if params.operation == "csv_to_items":
        return read_csv(source, params.csv_options, ctx.budget)
    if params.operation == "json_to_items":
        return read_json(source, params.json_options, ctx.budget)
    if params.operation == "xml_to_items":
        return read_xml(source, params.xml_options, ctx.budget)
    return read_html(source, params.html_options, ctx.budget)


async def _write(
    ctx: Context, params: Convert.Params, batches: AsyncIterator[Sequence[Item]]
) -> Item:
    """One item with all items as text."""
    target = TextTarget(batches)
    if params.operation == "items_to_csv":
        suffix, pieces = "csv", write_csv(target.batches(), params.csv_options, ctx.budget)
    elif params.operation == "items_to_json":
        suffix, pieces = "json", write_json(target.batches(), params.json_options)
    else:
        suffix, pieces = "xml", write_xml(target.batches(), params.xml_options)
    if params.target == "text":
        json: JsonObject = {}
        parse_path(params.into).assign(json, await target.joined(pieces, ctx.budget))
        return Item(json, parents=target.first)
    name = params.file_name or f"{params.file}.{suffix}"
    ref = await ctx.files.store(name, _TYPES[suffix], target.encoded(pieces))
    json = {"file_name": ref.name, "size": ref.size, "items": target.count}
    return Item(json, {params.file: ref}, target.first)
