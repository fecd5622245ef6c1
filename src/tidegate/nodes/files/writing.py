"""How files.write makes one file of a group of items."""

from collections.abc import AsyncIterator, Sequence
from typing import Literal

from tidegate.nodes.files.grouping import Group
from tidegate.sdk import Context, FileInfo, Item, Json, Lazy, NodeFailed
from tidegate.sdk.formats.csv_text import CsvOptions, read_header, write_csv
from tidegate.sdk.formats.item_files import open_file
from tidegate.sdk.formats.json_text import JsonOptions, write_json
from tidegate.sdk.formats.text_source import TextSource
from tidegate.sdk.paths import join_keys
from tidegate.sdk.values import as_text

Format = Literal["csv", "json", "json_lines", "text", "file"]
Mode = Literal["create", "overwrite", "append"]

_PATH_SIZE = 200


class FileWriter:
    """Writes one group after the other; a path that comes again is added to.

    ``text``, ``end_of_line`` and ``file`` say what of an item is written, for the formats text and
    file.
    """

    def __init__(
        self,
        ctx: Context,
        format: Format,
        mode: Mode,
        *,
        csv_options: CsvOptions,
        text: Lazy[Json],
        end_of_line: bool,
        file: str,
    ) -> None:
        self._ctx, self._format, self._mode, self._csv = ctx, format, mode, csv_options
        self._text, self._end, self._file = text, "\n" if end_of_line else "", file
        self._written: set[str] = set()

    async def write(self, group: Group) -> FileInfo:
        """Write a group's items to their file.

        Raises:
            NodeFailed: the file can't be written, or the items do not fit it.
        """
        mode: Mode = "append" if group.path in self._written else self._mode
        if mode == "append" and self._format == "json":
            raise NodeFailed(
                f"nothing can be added to {group.path!r}, because it is a JSON list; write "
                "json_lines"
                + (", or sort the items by their path" if self._mode != "append" else "")
            )
        if group.path not in self._written:
            self._ctx.budget.charge(_PATH_SIZE + len(group.path), "the paths of written files")
            self._written.add(group.path)
        before = self._ctx.budget.alloc
        if self._format == "file":
            chunks = self._bytes(group)
        else:
            chunks = _encoded(await self._pieces(group, mode))
        info = await self._ctx.files.write(group.path, chunks, mode=mode)
        self._ctx.budget.release(max(before - self._ctx.budget.alloc, 0))
        return info

    async def _pieces(self, group: Group, mode: Mode) -> AsyncIterator[str]:
        if self._format == "csv":
            return await self._csv_pieces(group, mode)
        if self._format == "text":
            return self._texts(group)
        layout: Literal["array", "lines"] = "array" if self._format == "json" else "lines"
        return write_json(group.batches(), JsonOptions(layout=layout))

    async def _csv_pieces(self, group: Group, mode: Mode) -> AsyncIterator[str]:
        """Rows for a new file, or rows that fit under the header that the file has."""
        options, ctx = self._csv, self._ctx
        header = None
        if mode == "append" and options.header:
            header = await self._existing_header(group.path)
        if header is None:
            return write_csv(group.batches(), options, ctx.budget)
        if options.columns and list(options.columns) != list(header):
            raise NodeFailed(
                f"the columns of {group.path!r} are {', '.join(header)}, not those that are listed"
            )
        columns = options.columns or [join_keys([name]) for name in header]
        batches = group.batches() if options.columns else _fitting(group, header)
        under = options.model_copy(update={"columns": columns, "header": False})
        return write_csv(batches, under, ctx.budget)

    async def _existing_header(self, path: str) -> Sequence[str] | None:
        info = await self._ctx.files.info(path)
        if info is None or not info.size:
            return None
        budget = self._ctx.budget
        source = TextSource(None, self._ctx.files.read(path), "utf-8", budget)
        return await read_header(source, self._csv, budget)

    async def _texts(self, group: Group) -> AsyncIterator[str]:
        async for batch in group.batches():
            yield "".join(as_text(self._text(item)) + self._end for item in batch)

    async def _bytes(self, group: Group) -> AsyncIterator[bytes]:
        async for batch in group.batches():
            for item in batch:
                async for piece in open_file(self._ctx, item, self._file):
                    yield piece


async def _encoded(pieces: AsyncIterator[str]) -> AsyncIterator[bytes]:
    async for piece in pieces:
        yield piece.encode()


async def _fitting(group: Group, header: Sequence[str]) -> AsyncIterator[Sequence[Item]]:
    """The group's items; one with a field that has no column would lose it without a word."""
    names = set(header)
    async for batch in group.batches():
        for item in batch:
            if not names.issuperset(item.json):
                extra = next(name for name in item.json if name not in names)
                raise NodeFailed(
                    f"{group.path!r} has no column {extra!r}; it has: {', '.join(header)}"
                )
        yield batch
