"""Functions on lists; most also take an object's keys or a text's characters."""

from typing import Any, Final

from tidegate.errors import ExpressionError
from tidegate.expressions.library import Topic
from tidegate.expressions.operators import search_cost
from tidegate.expressions.scope import Scope
from tidegate.expressions.values import (
    elements,
    kind_name,
    need_list,
    need_whole,
)

TOPIC: Final = Topic("Lists")


@TOPIC.function("len([1, 2, 3])", 3, name="len")
def length(scope: Scope, value: Any) -> int:
    """How many elements, fields or characters there are."""
    if type(value) in (list, dict, str):
        return len(value)
    raise ExpressionError(f"{kind_name(value)} has no length")


@TOPIC.function("list('abc')", ["a", "b", "c"], name="list")
def to_list(scope: Scope, value: Any) -> list[Any]:
    """The elements, keys or characters as a new list."""
    found = elements(scope, value)
    scope.step(1 + len(found) // 8)
    scope.charge_list(len(found))
    return list(found)


@TOPIC.function("range(2, 8, 2)", [2, 4, 6], name="range")
def numbers_between(scope: Scope, start: Any, stop: Any = None, step: int = 1) -> list[int]:
    """The whole numbers from `start` (or 0) to below `stop`."""
    if stop is None:
        start, stop = 0, start
    if need_whole(step, "step") == 0:
        raise ExpressionError("step must not be 0")
    span = need_whole(stop, "stop") - need_whole(start, "start")
    count = max(0, -(-span // step))
    largest = max(start.bit_length(), stop.bit_length())
    scope.charge(64 + count * (40 + (largest >> 3)))
    scope.step(1 + count // 8)
    return list(range(start, stop, step))


@TOPIC.function("any([x > 2 for x in [1, 2, 3]])", value=True, name="any")
def any_of(scope: Scope, values: Any) -> bool:
    """Whether at least one element is true."""
    found = elements(scope, values)
    scope.step(1 + len(found) // 8)
    return any(found)


@TOPIC.function("all([x > 2 for x in [1, 2, 3]])", value=False, name="all")
def all_of(scope: Scope, values: Any) -> bool:
    """Whether every element is true (so it is for an empty list)."""
    found = elements(scope, values)
    scope.step(1 + len(found) // 8)
    return all(found)


@TOPIC.function("enumerate(['a', 'b'], start=1)", [[1, "a"], [2, "b"]], name="enumerate")
def numbered(scope: Scope, values: Any, start: int = 0) -> list[Any]:
    """Pairs of a number and an element."""
    found = elements(scope, values)
    scope.step(1 + len(found) // 2)
    scope.charge(64 + (120 + (need_whole(start, "start").bit_length() >> 3)) * len(found))
    return [[number, value] for number, value in enumerate(found, start)]


@TOPIC.function("zip(['a', 'b'], [1, 2])", [["a", 1], ["b", 2]], name="zip")
def zipped(scope: Scope, *lists: Any) -> list[Any]:
    """Lists of the first elements, of the second ones, and so on; as long as the shortest."""
    found = [elements(scope, values) for values in lists]
    count = min(map(len, found), default=0)
    scope.step(1 + count * (1 + len(found)) // 4)
    scope.charge(64 + count * (72 + 8 * len(found)))
    return [list(row) for row in zip(*found, strict=False)]


@TOPIC.function("flatten([1, [2, [3]]])", [1, 2, [3]])
def flatten(scope: Scope, values: Any, depth: int = 1) -> list[Any]:
    """The elements of lists inside the list, `depth` levels deep."""
    found = need_list(values, "what is flattened")
    for _ in range(min(need_whole(depth, "depth"), 200)):
        if not any(type(value) is list for value in found):
            break
        flat: list[Any] = []
        for value in found:
            parts = value if type(value) is list else [value]
            scope.step(1 + len(parts) // 4)
            scope.charge(16 * len(parts))
            flat.extend(parts)
        found = flat
    return found


@TOPIC.function("chunk([1, 2, 3], 2)", [[1, 2], [3]])
def chunk(scope: Scope, values: Any, size: Any) -> list[list[Any]]:
    """The list cut into lists of `size` elements; the last may be shorter."""
    found = elements(scope, values)
    if need_whole(size, "size") < 1:
        raise ExpressionError("size must be at least 1")
    count = -(-len(found) // size)
    scope.step(1 + count + len(found) // 8)
    scope.charge(64 + 72 * count + 8 * len(found))
    return [found[start : start + size] for start in range(0, len(found), size)]


@TOPIC.function("first([7, 8])", 7)
def first(scope: Scope, values: Any, default: Any = None) -> Any:
    """The first element; `default` if there is none."""
    found = need_list(values, "the argument")
    return found[0] if found else default


@TOPIC.function("last([7, 8])", 8)
def last(scope: Scope, values: Any, default: Any = None) -> Any:
    """The last element; `default` if there is none."""
    found = need_list(values, "the argument")
    return found[-1] if found else default


@TOPIC.function("compact([1, None, '', 0])", [1, 0])
def compact(scope: Scope, values: Any) -> list[Any]:
    """Without null and without empty texts, lists and objects."""
    found = need_list(values, "the argument")
    scope.step(1 + len(found) // 4)
    scope.charge_list(len(found))
    return [x for x in found if x is not None and not (type(x) in (str, list, dict) and not x)]


@TOPIC.method(list, "['a', 'b'].index('b')", 1)
def index(scope: Scope, values: list[Any], value: Any) -> int:
    """Where the value stands first, from 0; an error if nowhere."""
    search_cost(scope, value, len(values))
    if value not in values:
        raise ExpressionError("the value is not in the list")
    return values.index(value)


@TOPIC.method(list, "[1, 2, 1].count(1)", 2)
def count(scope: Scope, values: list[Any], value: Any) -> int:
    """How often the value occurs."""
    search_cost(scope, value, len(values))
    return values.count(value)
