"""Finding the same values again: groups, sets and indexes."""

import hashlib
from typing import Any, Final

from tidegate.expressions.library import Key, Topic, need_key
from tidegate.expressions.scope import Scope
from tidegate.expressions.values import TEXT_STEP_SHIFT, elements, json_text, to_text

TOPIC: Final = Topic("Groups and sets")


@TOPIC.function("unique([1, 2, 1])", [1, 2])
def unique(scope: Scope, values: Any, key: Key | None = None) -> list[Any]:
    """Every different value once (or per `key=lambda x: ...`), the first of each."""
    seen: set[tuple[str, str]] = set()
    found = []
    for value in elements(scope, values):
        scope.step()
        identity = _identity(scope, value if key is None else need_key(key)(value))
        if identity not in seen:
            scope.charge(136)
            seen.add(identity)
            found.append(value)
    return found


@TOPIC.function(
    "group_by([{'k': 'a', 'n': 1}, {'k': 'a', 'n': 2}], key=lambda x: x.k)",
    {"a": [{"k": "a", "n": 1}, {"k": "a", "n": 2}]},
)
def group_by(scope: Scope, values: Any, key: Key) -> dict[str, list[Any]]:
    """An object with a list of elements for each `key=lambda x: ...`."""
    groups: dict[str, list[Any]] = {}
    for value in elements(scope, values):
        scope.step(2)
        name = to_text(scope, need_key(key)(value))
        scope.charge(16)
        if name not in groups:
            scope.charge(216)
            groups[name] = []
        groups[name].append(value)
    return groups


@TOPIC.function("index_by([{'id': 7, 'n': 1}], key=lambda x: x.id)", {"7": {"id": 7, "n": 1}})
def index_by(scope: Scope, values: Any, key: Key) -> dict[str, Any]:
    """An object with one element for each `key=lambda x: ...`, the last one."""
    found: dict[str, Any] = {}
    for value in elements(scope, values):
        scope.step(2)
        scope.charge(160)
        found[to_text(scope, need_key(key)(value))] = value
    return found


@TOPIC.function("intersection([1, 2, 3], [3, 1])", [1, 3])
def intersection(scope: Scope, values: Any, others: Any) -> list[Any]:
    """The elements that also occur in the other list."""
    return _chosen(scope, values, others, keep=True)


@TOPIC.function("difference([1, 2, 3], [3])", [1, 2])
def difference(scope: Scope, values: Any, others: Any) -> list[Any]:
    """The elements that don't occur in the other list."""
    return _chosen(scope, values, others, keep=False)


def _chosen(scope: Scope, values: Any, others: Any, *, keep: bool) -> list[Any]:
    known: set[tuple[str, str]] = set()
    for other in elements(scope, others):
        scope.step()
        scope.charge(136)
        known.add(_identity(scope, other))
    found = []
    for value in elements(scope, values):
        scope.step()
        scope.charge(16)
        if (_identity(scope, value) in known) is keep:
            found.append(value)
    return found


def _identity(scope: Scope, value: Any) -> tuple[str, str]:
    """Something that is equal for equal values only.

    Only texts, because their hashes can't be foreseen: numbers made to collide would make a set
    quadratically slow.
    """
    kind = type(value)
    if kind is str:
        scope.step(len(value) >> TEXT_STEP_SHIFT)
        return "text", value
    if kind is float and value.is_integer():
        value = int(value)
    if kind is list or kind is dict:
        before = scope.alloc
        text = json_text(scope, value, sort_keys=True)
        digest = hashlib.blake2b(text.encode(), digest_size=16).hexdigest()
        scope.alloc = before
        return kind.__name__, digest
    return "number" if kind in (int, float) else kind.__name__, to_text(scope, value)
