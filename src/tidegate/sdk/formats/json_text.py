"""JSON: one value, or a value on each line."""

from collections.abc import AsyncIterator, Sequence
from typing import Any, Literal

from tidegate import codec
from tidegate.errors import InvalidInput
from tidegate.sdk import Budget, Field, Item, JsonObject, NodeFailed, NodeParams
from tidegate.sdk.formats.text_source import TextSource
from tidegate.sdk.paths import MISSING, FieldName, describe_fields, parse_path
from tidegate.sdk.values import decoded_size, type_name


class JsonOptions(NodeParams):
    """How the JSON is written down."""

    layout: Literal["array", "lines"] = Field(
        "array",
        label="Layout",
        description="array: one JSON value; a list gives an item for each element. lines: a JSON "
        "value on each line (JSON lines).",
    )
    rows: FieldName | None = Field(
        None,
        label="List of items",
        placeholder="data.orders",
        description="Reading: where in the value the list is. Empty: the value itself.",
    )


async def read_json(
    source: TextSource, options: JsonOptions, budget: Budget
) -> AsyncIterator[JsonObject]:
    """A JSON object for each value; what is not an object is put in the field ``value``."""
    if options.layout == "array":
        for value in _rows(_decoded(await source.whole(), budget, "the text"), options):
            yield _object(value)
        return
    number = 0
    async for line in split_lines(source, budget):
        number += 1
        if line.strip():
            for value in _rows(_decoded(line, budget, f"line {number} of the text"), options):
                yield _object(value)
            budget.release(decoded_size(line))


async def split_lines(source: TextSource, budget: Budget) -> AsyncIterator[str]:
    """The lines without their ends; the last one is empty where the text ends with a line."""
    parts: list[str] = []
    held = 0
    async for piece in source.pieces():
        *lines, last = piece.split("\n")
        for line in lines:
            yield "".join([*parts, line])
            budget.release(held)
            parts, held = [], 0
        budget.charge(2 * len(last), "a line of JSON")
        held += 2 * len(last)
        parts.append(last)
    yield "".join(parts)


def _decoded(text: str, budget: Budget, what: str) -> Any:
    budget.charge(decoded_size(text), "the values of the JSON")
    try:
        return codec.decode(text)
    except InvalidInput as error:
        raise NodeFailed(f"{what}: {error.message}") from None


def _rows(value: Any, options: JsonOptions) -> Sequence[Any]:
    if options.rows:
        found = parse_path(options.rows).get(value)
        if found is MISSING:
            has = describe_fields(value) if type(value) is dict else f"it is {type_name(value)}"
            raise NodeFailed(f"the JSON has no field {options.rows!r}; {has}")
        value = found
    return value if type(value) is list else [value]


def _object(value: Any) -> JsonObject:
    return value if type(value) is dict else {"value": value}


async def write_json(
    batches: AsyncIterator[Sequence[Item]], options: JsonOptions
) -> AsyncIterator[str]:
    """The JSON piece by piece."""
    as_lines = options.layout == "lines"
    separator = "" if as_lines else "["
    async for batch in batches:
        parts: list[str] = []
        for item in batch:
            parts += (separator, codec.encode(item.json).decode(), "\n" if as_lines else "")
            separator = "" if as_lines else ","
        yield "".join(parts)
    if not as_lines:
        yield "[]" if separator == "[" else "]"
