"""How flow.merge makes one item of several, and finds the items that belong together."""

from collections.abc import Mapping, Sequence
from typing import Literal, Protocol

from tidegate.sdk import Budget, Field, Item, JsonObject, NodeParams
from tidegate.sdk.paths import (
    MISSING,
    FieldName,
    FieldPath,
    UnknownFields,
    check_fields,
    parse_path,
)
from tidegate.sdk.values import identity

Join = Literal["inner", "left", "outer", "anti"]
Clash = Literal["last", "first", "both"]

_ENTRY_SIZE = 260
"""What one item takes in the index by key, in bytes."""
_PAIR_SIZE = 400
"""What one pair takes beside the values that it shares with its items."""


class KeyPair(NodeParams):
    """A field of the input main and the field of input_2 that it must equal."""

    main: FieldName = Field(label="Field in main")
    second: FieldName | None = Field(
        None, label="Field in input_2", description="Empty: the same field."
    )


class JoinParams(Protocol):
    """The parameters of flow.merge that a join needs."""

    @property
    def keys(self) -> list[KeyPair]: ...  # noqa: D102 - see flow.merge
    @property
    def join(self) -> Join: ...  # noqa: D102 - see flow.merge
    @property
    def matches(self) -> Literal["all", "first"]: ...  # noqa: D102 - see flow.merge
    @property
    def clash(self) -> Clash: ...  # noqa: D102 - see flow.merge
    @property
    def unknown_fields(self) -> UnknownFields: ...  # noqa: D102 - see flow.merge


def join_by_key(
    budget: Budget, params: JoinParams, main: Sequence[Item], second: Sequence[Item]
) -> list[Item]:
    """The items of a join, in the order of main, then what is left of the second input.

    Raises:
        NodeFailed: no item of an input has one of its key fields.
        SecurityError: there are more pairs than the budget has memory for.
    """
    main_keys = [parse_path(key.main) for key in params.keys]
    second_keys = [parse_path(key.second or key.main) for key in params.keys]
    check_fields(main, main_keys, params.unknown_fields, "of input main, no item")
    check_fields(second, second_keys, params.unknown_fields, "of input_2, no item")
    budget.charge(_ENTRY_SIZE * len(second), "the items to match")
    places: dict[bytes, list[int]] = {}
    for place, item in enumerate(second):
        mark = _mark(item.json, second_keys)
        if mark is not None:
            places.setdefault(mark, []).append(place)
    used = bytearray(len(second))
    result: list[Item] = []
    for item in main:
        mark = _mark(item.json, main_keys)
        partners = places.get(mark, []) if mark is not None else []
        if params.join == "anti":
            if not partners:
                result.append(item)
            continue
        if not partners and params.join != "inner":
            result.append(item)
        for place in partners[: 1 if params.matches == "first" else None]:
            used[place] = True
            budget.charge(_PAIR_SIZE, "the pairs of items")
            result.append(merged([item, second[place]], params.clash))
    if params.join == "outer":
        result += [item for item, was_used in zip(second, used, strict=True) if not was_used]
    return result


def _mark(json: JsonObject, keys: Sequence[FieldPath]) -> bytes | None:
    values = [key.get(json) for key in keys]
    if any(value is MISSING or value is None for value in values):
        return None
    return identity(values)


def merged(parts: Sequence[Item], clash: Clash) -> Item:
    """One item with the fields and files of all parts; a single part stays as it is."""
    if len(parts) == 1:
        return parts[0]
    json = dict(parts[0].json)
    files = dict(parts[0].files)
    for number, part in enumerate(parts[1:], 2):
        for name, value in part.json.items():
            if name not in json or clash == "last":
                json[name] = value
            elif clash == "both":
                json[_free_name(name, number, json, part.json)] = value
        for name, ref in part.files.items():
            files[name if name not in files else _free_name(name, number, files, part.files)] = ref
    return Item(json, files or parts[0].files, parts)


def _free_name(name: str, number: int, *taken: Mapping[str, object]) -> str:
    """``name_2``, or the next number that neither of the two sides has."""
    while any(f"{name}_{number}" in names for names in taken):
        number += 1
    return f"{name}_{number}"
