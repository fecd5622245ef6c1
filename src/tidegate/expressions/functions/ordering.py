"""Sums, and what needs an order of values."""

import operator
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final

from tidegate.errors import ExpressionError
from tidegate.expressions.library import Key, Topic, need_key
from tidegate.expressions.operators import add
from tidegate.expressions.scope import Scope
from tidegate.expressions.values import (
    NUMBERS,
    TEXT_STEP_SHIFT,
    checked_number,
    elements,
    is_number,
    kind_name,
    need_list,
    need_number,
)

TOPIC: Final = Topic("Sums and order")

MAX_KEY_PARTS: Final = 20

_SORTABLE: Final = frozenset({str, datetime, date, timedelta})


@TOPIC.function("sum([1, 2.5])", 3.5, name="sum")
def total(scope: Scope, values: Any, start: Any = 0) -> Any:
    """All numbers of a list together, and `start` (which may be a duration)."""
    values = need_list(values, "what is summed")
    scope.step(1 + len(values) // 4)
    if is_number(start) and all(type(value) in NUMBERS for value in values):
        return checked_number(scope, sum(values, start))
    if type(start) not in NUMBERS and type(start) is not timedelta:
        raise ExpressionError(f"cannot sum up to {kind_name(start)}")
    result = start
    for value in values:
        scope.step()
        result = add(scope, result, value)
    return result


@TOPIC.function("mean([1, 2, 6])", 3.0)
def mean(scope: Scope, values: Any) -> Any:
    """The arithmetic mean of the numbers."""
    numbers = _numbers(scope, values)
    return checked_number(scope, total(scope, numbers) / len(numbers))


@TOPIC.function("median([5, 1, 2])", 2)
def median(scope: Scope, values: Any) -> Any:
    """The middle one of the numbers, or the mean of the middle two."""
    ordered = in_order(scope, _numbers(scope, values))
    middle = len(ordered) // 2
    if len(ordered) % 2:
        return ordered[middle]
    return checked_number(scope, (ordered[middle - 1] + ordered[middle]) / 2)


@TOPIC.function("sorted([3, 1, 2], reverse=True)", [3, 2, 1], name="sorted")
def in_order(
    scope: Scope, values: Any, *, key: Key | None = None, reverse: bool = False
) -> list[Any]:
    """In order of the values or of `key=lambda x: ...`, which may give a list of values."""
    values = elements(scope, values)
    keys = _sort_keys(scope, values, key)
    scope.charge(64 + 40 * len(values))
    order = sorted(range(len(keys)), key=keys.__getitem__, reverse=bool(reverse))
    return [values[position] for position in order]


@TOPIC.function("reversed([1, 2, 3])", [3, 2, 1], name="reversed")
def backwards(scope: Scope, values: Any) -> list[Any]:
    """The elements from last to first."""
    found = elements(scope, values)
    scope.step(1 + len(found) // 8)
    scope.charge_list(len(found))
    return found[::-1]


@TOPIC.function("min(4, 2, 8)", 2, name="min")
def smallest(scope: Scope, *values: Any, key: Key | None = None) -> Any:
    """The smallest of a list or of the arguments, by value or by `key=lambda x: ...`."""
    return _extreme(scope, values, key, operator.lt, "min")


@TOPIC.function("max(['a', 'bbb', 'cc'], key=lambda x: len(x))", "bbb", name="max")
def largest(scope: Scope, *values: Any, key: Key | None = None) -> Any:
    """The largest of a list or of the arguments, by value or by `key=lambda x: ...`."""
    return _extreme(scope, values, key, operator.gt, "max")


def _numbers(scope: Scope, values: Any) -> list[Any]:
    found = need_list(values, "the argument")
    if not found:
        raise ExpressionError("the list is empty")
    scope.step(1 + len(found) // 4)
    for value in found:
        need_number(value, "every element")
    return found


def _extreme(
    scope: Scope,
    values: Sequence[Any],
    key: Key | None,
    better: Callable[[Any, Any], bool],
    name: str,
) -> Any:
    found = elements(scope, values[0]) if len(values) == 1 else list(values)
    if not found:
        raise ExpressionError(f"{name}() of nothing")
    keys = _sort_keys(scope, found, key)
    best = 0
    for position in range(1, len(keys)):
        if better(keys[position], keys[best]):
            best = position
    return found[best]


def _sort_keys(scope: Scope, values: list[Any], key: Key | None) -> list[Any]:
    """What the values are ordered by, after checking that it can be, and at what cost."""
    count = len(values)
    scope.charge_list(5 * count)
    if key is None:
        keys = values
    else:
        function = need_key(key)
        keys = []
        for value in values:
            scope.step(2)
            keys.append(function(value))
    size = count
    kinds = set()
    for sort_key in keys:
        kinds.add(_sort_kind(sort_key))
        size += _sort_size(sort_key)
    scope.step(1 + size * (1 + count.bit_length()) // 4)
    if len(kinds) > 1 or None in kinds:
        names = sorted({kind_name(sort_key) for sort_key in keys})
        raise ExpressionError(
            f"cannot order {' and '.join(names)}; use key=lambda x: ... that gives numbers, "
            "texts or dates only"
        )
    return keys


def _sort_kind(value: Any) -> Any:
    kind = type(value)
    if kind in NUMBERS:
        return float
    if kind is list and len(value) <= MAX_KEY_PARTS:
        inner = tuple(None if type(part) is list else _sort_kind(part) for part in value)
        return None if None in inner else inner
    return kind if kind in _SORTABLE else None


def _sort_size(value: Any) -> int:
    if type(value) is str:
        return len(value) >> TEXT_STEP_SHIFT
    if type(value) is list:
        return sum(1 + _sort_size(part) for part in value)
    return 0
