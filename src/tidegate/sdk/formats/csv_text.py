"""CSV: RFC 4180, read and written as a stream."""

import csv
import io
import re
from collections.abc import AsyncGenerator, AsyncIterator, Iterator, Sequence
from contextlib import aclosing
from typing import Any

from tidegate.sdk import Budget, Field, Item, JsonObject, NodeFailed, NodeParams
from tidegate.sdk.formats.text_source import TextSource
from tidegate.sdk.paths import MISSING, FieldName, parse_path
from tidegate.sdk.values import as_text, size_of_item

_NUMBER = re.compile(r"-?(0|[1-9]\d{0,17})(\.\d{1,300})?([eE][+-]?\d{1,3})?", re.ASCII)
_WORDS: dict[str, Any] = {"": None, "true": True, "false": False}
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
_MAX_COLUMNS = 10_000
_LONGEST_CELL = 10_000_000


class CsvOptions(NodeParams):
    """How the CSV is written down."""

    delimiter: str = Field(
        ",", min_length=1, max_length=1, label="Delimiter", description="A tab is \\t in YAML."
    )
    header: bool = Field(True, label="First line holds the names")
    detect_types: bool = Field(
        False,
        label="Detect types",
        description="Reading: numbers, true, false and empty cells become JSON values. Numbers "
        "with leading zeros or more than 18 digits stay text.",
    )
    ragged: bool = Field(
        False,
        label="Allow lines of other lengths",
        description="Reading: a missing cell becomes null, a further one column_5.",
    )
    columns: list[FieldName] = Field(
        [],
        label="Columns",
        description="Writing: these fields, in this order. Empty: all fields of all items, which "
        "holds the items in memory.",
    )
    guard_formulas: bool = Field(
        True,
        label="Guard against formulas",
        description="Writing: a text that a spreadsheet would run as a formula (=, +, -, @) gets "
        "an apostrophe in front.",
    )


async def read_csv(
    source: TextSource, options: CsvOptions, budget: Budget
) -> AsyncIterator[JsonObject]:
    """A JSON object for each line."""
    names: list[str] | None = None
    async for line, cells in _lines(source, options, budget):
        if len(cells) > _MAX_COLUMNS:
            raise NodeFailed(f"line {line} of the CSV has more than {_MAX_COLUMNS} cells")
        if names is None:
            names = _names(cells) if options.header else _names([""] * len(cells))
            if options.header:
                continue
        if len(cells) != len(names) and not options.ragged:
            raise NodeFailed(
                f"line {line} of the CSV has {len(cells)} cells, but there are {len(names)} "
                "columns; allow lines of other lengths, or choose the right delimiter"
            )
        yield _row(names, cells, options)


async def read_header(
    source: TextSource, options: CsvOptions, budget: Budget
) -> Sequence[str] | None:
    """The cells of the first line; None where there is none."""
    async with aclosing(_lines(source, options, budget)) as lines:
        async for _, cells in lines:
            return cells
    return None


def _names(header: Sequence[str]) -> list[str]:
    """The columns' names: none is empty, none occurs twice."""
    names: list[str] = []
    taken = set(header)
    seen: set[str] = set()
    for number, name in enumerate(header, 1):
        unique = name or f"column_{number}"
        suffix = 2
        while unique in seen or (unique != name and unique in taken):
            unique = f"{name or f'column_{number}'}_{suffix}"
            suffix += 1
        seen.add(unique)
        names.append(unique)
    return names


def _row(names: Sequence[str], cells: Sequence[str], options: CsvOptions) -> JsonObject:
    values: Sequence[Any] = [_typed(cell) for cell in cells] if options.detect_types else cells
    row: JsonObject = dict(zip(names, values, strict=False))
    for name in names[len(cells) :]:
        row[name] = None
    for number in range(len(names), len(cells)):
        row[f"column_{number + 1}"] = values[number]
    return row


def _typed(cell: str) -> Any:
    if cell in _WORDS:
        return _WORDS[cell]
    number = _NUMBER.fullmatch(cell)
    if number is None:
        return cell
    if number[2] is None and number[3] is None:
        return int(cell)
    value = float(cell)
    return cell if value in {float("inf"), float("-inf")} else value


class _Feed:
    """Lines for csv.reader, which remembers that the reader asked for more than there are."""

    def __init__(self, lines: Sequence[str]) -> None:
        self._lines = iter(lines)
        self.ran_dry = False

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        for line in self._lines:
            return line
        self.ran_dry = True
        raise StopIteration


async def _lines(
    source: TextSource, options: CsvOptions, budget: Budget
) -> AsyncGenerator[tuple[int, list[str]], None]:
    """The cells of each line that has any, with the number of the line that it begins on.

    csv.reader can't be suspended, so each piece of text goes to a reader of its own, and lines at
    the end of a piece whose last cell is still open go to the next one.
    """
    open_lines: list[str] = []
    text = ""
    done = enough = held = open_length = 0
    async for piece in source.pieces():
        text += piece
        budget.release(held)
        held = 2 * (len(text) + open_length)
        budget.charge(held, "a line of the CSV")
        if held > 2 * _LONGEST_CELL:
            raise NodeFailed(
                f"a cell of the CSV from line {done + 1} on has more than {_LONGEST_CELL:,} "
                "characters; is a quotation mark missing?"
            )
        # A last line without an end may go on, and a last \r may be half of a \r\n.
        cut = max(text.rfind("\n"), text.rfind("\r", 0, len(text) - 1)) + 1
        open_lines += io.StringIO(text[:cut], newline="")
        open_length += cut
        text = text[cut:]
        # A cell that stays open is read again only once it is twice as long.
        if not cut or open_length < enough:
            continue
        rows, used = _read(open_lines, options, done, is_last=False)
        for row in rows:
            yield row
        open_lines = open_lines[used:]
        done += used
        open_length = sum(map(len, open_lines))
        enough = 2 * open_length
    open_lines += io.StringIO(text, newline="")
    for row in _read(open_lines, options, done, is_last=True)[0]:
        yield row


def _read(
    lines: Sequence[str], options: CsvOptions, done: int, *, is_last: bool
) -> tuple[list[tuple[int, list[str]]], int]:
    """The rows in the lines, and how many lines they take."""
    csv.field_size_limit(2 * _LONGEST_CELL)  # one setting for the whole process
    feed = _Feed(lines)
    reader = csv.reader(feed, delimiter=options.delimiter, strict=True)
    rows: list[tuple[int, list[str]]] = []
    used = 0
    try:
        for cells in reader:
            if cells:
                rows.append((done + used + 1, cells))
            used = reader.line_num
    except csv.Error:
        if not feed.ran_dry:
            raise NodeFailed(
                f"line {done + reader.line_num} of the CSV is malformed: text after the closing "
                "quotation mark of a cell"
            ) from None
        if is_last:
            raise NodeFailed(
                f"the CSV ends inside a cell that begins on line {done + used + 1}; its closing "
                "quotation mark is missing"
            ) from None
    return rows, used


async def write_csv(
    batches: AsyncIterator[Sequence[Item]], options: CsvOptions, budget: Budget
) -> AsyncIterator[str]:
    """The CSV piece by piece."""
    columns = list(options.columns)
    if columns:
        paths = [parse_path(name) for name in columns]
        if options.header:
            yield _written([columns], options)
        async for batch in batches:
            yield _written(
                ([_present(path.get(item.json)) for path in paths] for item in batch), options
            )
        return
    items: list[Item] = []
    names: dict[str, None] = {}
    async for batch in batches:
        for item in batch:
            budget.charge(size_of_item(item), "the items to write as CSV (or list the columns)")
            names.update(dict.fromkeys(item.json))
        items.extend(batch)
    if options.header and names:
        yield _written([list(names)], options)
    for start in range(0, len(items), 1000):
        part = items[start : start + 1000]
        yield _written(([item.json.get(name) for name in names] for item in part), options)


def _present(value: Any) -> Any:
    return None if value is MISSING else value


def _written(rows: Any, options: CsvOptions) -> str:
    target = io.StringIO()
    writer = csv.writer(target, delimiter=options.delimiter, lineterminator="\r\n")
    for row in rows:
        cells = [_cell(value, guard=options.guard_formulas) for value in row]
        # One empty cell must be quoted, or its line would be an empty line, which means nothing.
        if cells == [""]:
            target.write('""\r\n')
        else:
            writer.writerow(cells)
    return target.getvalue()


def _cell(value: Any, *, guard: bool) -> str:
    if value is None:
        return ""
    if guard and type(value) is str and value.startswith(_FORMULA_STARTS):
        return "'" + value
    return as_text(value)
