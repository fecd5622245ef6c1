"""What the code nodes share: variables in, values out, lineage between them."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Final, Literal

from pydantic import AfterValidator

from tidegate.errors import CodeError
from tidegate.sdk import Context, Item, Json, JsonObject
from tidegate.sdk.code import RESULT, CodeValue, EngineName

Mode = Literal["items", "item"]
ITEMS: Final = "items"
ITEM: Final = "item"
_TAKEN: Final = frozenset({ITEMS, ITEM, RESULT, "print", "console"})


def _check_names(values: dict[str, Any]) -> dict[str, Any]:
    for name in values:
        if not name.isidentifier() or not name.isascii() or name.startswith("_"):
            raise ValueError(f"'{name}' is no name of a variable: letters, digits and _ only")
        if name in _TAKEN:
            raise ValueError(f"'{name}' has a meaning in the code already; take another name")
    return values


Variables = Annotated[dict[str, Json], AfterValidator(_check_names)]


async def run_for_all(
    ctx: Context,
    source: str,
    engine: EngineName,
    variables: Mapping[str, Any],
    items: Sequence[Item],
) -> list[Item]:
    """Run code once; ``items`` are the objects of all items.

    Raises:
        NodeError: it failed, or a limit ended it.
    """
    call: JsonObject = {**variables, ITEMS: [item.json for item in items]}
    (made,) = await ctx.code.run(source, engine, [call], trace=ITEMS)
    made = _set(made)
    if isinstance(made, CodeError):
        raise made
    sources = made.sources or ()
    results = []
    for index, json in enumerate(_objects(made.value)):
        source_index = sources[index] if index < len(sources) else None
        if source_index is None or not 0 <= source_index < len(items):
            results.append(Item(json))
        else:
            results.append(items[source_index].derive(json))
    return results


async def run_for_each(
    ctx: Context,
    source: str,
    engine: EngineName,
    variables: Sequence[Mapping[str, Any]],
    items: Sequence[Item],
) -> list[list[Item] | CodeError]:
    """Run code for each item; what each became, or how its call failed.

    Raises:
        NodeError: a limit ended all of it.
    """
    calls = [{**given, ITEM: item.json} for given, item in zip(variables, items, strict=True)]
    made = await ctx.code.run(source, engine, calls)
    return [
        [item.derive(json) for json in _objects(found.value)]
        if isinstance(found, CodeValue)
        else found
        for item, found in zip(items, map(_set, made), strict=True)
    ]


def _set(made: CodeValue | CodeError) -> CodeValue | CodeError:
    """A call that forgot ``result`` failed: its items would be lost without a word."""
    if isinstance(made, CodeValue) and made.unset:
        return CodeError("the code sets no variable 'result'; put its value there")
    return made


def _objects(value: Any) -> list[JsonObject]:
    """A value as the objects of items: one for each element of a list, none for null."""
    if value is None:
        return []
    parts = value if type(value) is list else [value]
    return [part if type(part) is dict else {RESULT: part} for part in parts]
