"""Functions and methods of objects, and those for any value."""

from collections.abc import Callable
from typing import Any, Final

from tidegate.errors import ExpressionError, ExpressionLimit
from tidegate.expressions.library import Topic
from tidegate.expressions.scope import Scope
from tidegate.expressions.values import (
    MissingValueError,
    kind_name,
    need_list,
    need_object,
    need_text,
)

TOPIC: Final = Topic("Objects and any values")

Lazy = Callable[[Scope], Any]

MAX_MERGE_DEPTH: Final = 50


@TOPIC.function("default(json.nickname, 'none')", "none", lazy=True)
def default(scope: Scope, value: Lazy, fallback: Lazy) -> Any:
    """The value, or the fallback where it is missing, null or empty (text, list or object)."""
    found = _or_none(scope, value)
    if found is None or (type(found) in (str, list, dict) and not found):
        return fallback(scope)
    return found


@TOPIC.function("coalesce(json.nickname, json.name, '?')", "Ada", lazy=True)
def coalesce(scope: Scope, *values: Lazy) -> Any:
    """The first value that is there and not null; null if there is none."""
    for value in values:
        found = _or_none(scope, value)
        if found is not None:
            return found
    return None


@TOPIC.function("exists(json.address.city)", value=False, lazy=True)
def exists(scope: Scope, value: Lazy) -> bool:
    """Whether the field (or index) is there, even if it is null."""
    try:
        value(scope)
    except MissingValueError:
        return False
    return True


@TOPIC.function("type_of([1])", "list")
def type_of(scope: Scope, value: Any) -> str:
    """What the value is: `text`, `number`, `boolean`, `null`, `list`, `object`, `duration`, ..."""
    return kind_name(value).removeprefix("an ").removeprefix("a ")


@TOPIC.function("keys({'a': 1, 'b': 2})", ["a", "b"])
def keys(scope: Scope, value: Any) -> list[str]:
    """The names of the fields."""
    fields = need_object(value)
    _copied(scope, len(fields), 8)
    return list(fields)


@TOPIC.function("values({'a': 1, 'b': 2})", [1, 2])
def values(scope: Scope, value: Any) -> list[Any]:
    """The values of the fields."""
    fields = need_object(value)
    _copied(scope, len(fields), 8)
    return list(fields.values())


@TOPIC.function("dict([['a', 1], ['b', 2]])", {"a": 1, "b": 2}, name="dict")
def from_pairs(scope: Scope, pairs: Any) -> dict[str, Any]:
    """An object made of pairs of a name and a value, or a copy of an object."""
    if type(pairs) is dict:
        _copied(scope, len(pairs), 128)
        return dict(pairs)
    made: dict[str, Any] = {}
    for pair in need_list(pairs, "the argument"):
        scope.step()
        scope.charge(128)
        if type(pair) is not list or len(pair) != 2:
            raise ExpressionError("dict() needs pairs: [[name, value], ...]")
        made[need_text(pair[0], "a field's name")] = pair[1]
    return made


@TOPIC.function("pick({'a': 1, 'b': 2, 'c': 3}, 'a', 'c')", {"a": 1, "c": 3})
def pick(scope: Scope, value: Any, *names: Any) -> dict[str, Any]:
    """Only the named fields (names, or a list of them) that are there."""
    fields = need_object(value, "the first argument")
    wanted = _names(scope, names)
    _copied(scope, len(wanted), 128)
    return {name: fields[name] for name in wanted if name in fields}


@TOPIC.function("omit({'a': 1, 'b': 2}, 'b')", {"a": 1})
def omit(scope: Scope, value: Any, *names: Any) -> dict[str, Any]:
    """All fields but the named ones (names, or a list of them)."""
    fields = need_object(value, "the first argument")
    unwanted = set(_names(scope, names))
    _copied(scope, len(fields), 128)
    return {name: part for name, part in fields.items() if name not in unwanted}


@TOPIC.function("rename({'a': 1, 'b': 2}, {'a': 'x'})", {"x": 1, "b": 2})
def rename(scope: Scope, value: Any, names: Any) -> dict[str, Any]:
    """With fields renamed, as the object of old and new names says."""
    fields = need_object(value, "the first argument")
    new_names = need_object(names, "the second argument")
    _copied(scope, len(fields), 128)
    return {
        need_text(new_names.get(name, name), "a new name"): part for name, part in fields.items()
    }


@TOPIC.function("merge({'a': 1, 'b': 1}, {'b': 2})", {"a": 1, "b": 2})
def merge(scope: Scope, *objects: Any, deep: bool = False) -> dict[str, Any]:
    """The fields of all objects, the last one's where several have it; `deep=True` also inside."""
    merged: dict[str, Any] = {}
    for fields in objects:
        _merge_into(scope, merged, need_object(fields), deep=bool(deep), depth=0)
    return merged


@TOPIC.method(dict, "{'a': 1}.get('b', 0)", 0)
def get(scope: Scope, fields: dict[str, Any], name: Any, default: Any = None) -> Any:
    """The field of that name; `default` if it is missing."""
    return fields.get(need_text(name, "a field's name"), default)


@TOPIC.method(dict, "{'a': 1}.keys()", ["a"], name="keys")
def keys_method(scope: Scope, fields: dict[str, Any]) -> list[str]:
    """The names of the fields."""
    return keys(scope, fields)


@TOPIC.method(dict, "{'a': 1}.values()", [1], name="values")
def values_method(scope: Scope, fields: dict[str, Any]) -> list[Any]:
    """The values of the fields."""
    return values(scope, fields)


@TOPIC.method(dict, "{'a': 1}.items()", [["a", 1]])
def items(scope: Scope, fields: dict[str, Any]) -> list[list[Any]]:
    """Pairs of a name and a value."""
    _copied(scope, len(fields), 88)
    return [[name, value] for name, value in fields.items()]


def _or_none(scope: Scope, value: Lazy) -> Any:
    try:
        return value(scope)
    except MissingValueError:
        return None


def _copied(scope: Scope, count: int, size: int) -> None:
    """Pay for ``count`` fields of ``size`` bytes each."""
    scope.step(1 + count // 4)
    scope.charge(64 + count * size)


def _names(scope: Scope, names: tuple[Any, ...]) -> list[str]:
    found: list[str] = []
    for name in names:
        several = name if type(name) is list else [name]
        _copied(scope, len(several), 16)
        found.extend(need_text(one, "a field's name") for one in several)
    return found


def _merge_into(
    scope: Scope, merged: dict[str, Any], fields: dict[str, Any], *, deep: bool, depth: int
) -> None:
    if depth > MAX_MERGE_DEPTH:
        raise ExpressionLimit("these objects are nested too deeply to be merged")
    _copied(scope, len(fields), 128)
    for name, value in fields.items():
        before = merged.get(name)
        if deep and type(before) is dict and type(value) is dict:
            scope.step()
            both: dict[str, Any] = {}
            _merge_into(scope, both, before, deep=False, depth=0)
            _merge_into(scope, both, value, deep=True, depth=depth + 1)
            merged[name] = both
        else:
            merged[name] = value
