"""The values inside expressions: JSON-like ones, dates, durations and node views, by exact type."""

import json
import re
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any, Final, NamedTuple

from tidegate import codec
from tidegate.errors import ExpressionError, ExpressionLimit
from tidegate.expressions.scope import MAX_INT_BITS, NodeView, Scope

SCALARS: Final = frozenset({str, int, float, bool, type(None)})
NUMBERS: Final = frozenset({int, float, bool})
CONTAINERS: Final = frozenset({list, dict})
DATES: Final = frozenset({datetime, date, timedelta})

MAX_NESTING: Final = codec.MAX_DEPTH
MAX_FLOAT: Final = 1.7976931348623157e308
SMALL: Final = 1 << 63
"""Whole numbers below it take no more memory than is counted for any scalar."""

TEXT_STEP_SHIFT: Final = 9
"""Comparing or copying 512 characters counts as one step."""

_LONG_ESCAPES: Final = re.compile(r"[\x00-\x07\x0b\x0e-\x1f]")
"""Characters that take six in JSON text; quotes and line breaks take two."""

_KIND_NAMES: Final[dict[type, str]] = {
    dict: "an object",
    list: "a list",
    str: "text",
    int: "a number",
    float: "a number",
    bool: "a boolean",
    type(None): "null",
    datetime: "a date and time",
    date: "a date",
    timedelta: "a duration",
    NodeView: "a node",
}


class MissingValueError(ExpressionError):
    """A field or index that is not there; ``default()`` and its kin take another value instead."""


def kind_name(value: Any) -> str:
    """What people call the type of ``value``: ``a list``, ``text``, ``null``."""
    return _KIND_NAMES.get(type(value), "a function")


def is_number(value: Any) -> bool:
    """Whether ``value`` counts as a number (true and false do, as in Python)."""
    return type(value) in NUMBERS


def need_text(value: Any, what: str = "the argument") -> str:
    """``value``, which must be text."""
    if type(value) is not str:
        raise ExpressionError(f"{what} must be text, not {kind_name(value)}")
    return value


def need_whole(value: Any, what: str = "the argument") -> int:
    """``value``, which must be a whole number (and not true or false)."""
    if type(value) is not int:
        raise ExpressionError(f"{what} must be a whole number, not {not_whole(value)}")
    return value


def not_whole(value: Any) -> str:
    """What stands where a whole number is needed."""
    return str(value) if type(value) is float else kind_name(value)


def need_number(value: Any, what: str = "the argument") -> int | float:
    """``value``, which must be a number."""
    if type(value) not in NUMBERS:
        raise ExpressionError(f"{what} must be a number, not {kind_name(value)}")
    number: int | float = value
    return number


def need_list(value: Any, what: str = "the argument") -> list[Any]:
    """``value``, which must be a list."""
    if type(value) is not list:
        raise ExpressionError(f"{what} must be a list, not {kind_name(value)}")
    return value


def need_object(value: Any, what: str = "the argument") -> dict[str, Any]:
    """``value``, which must be an object."""
    if type(value) is not dict:
        raise ExpressionError(f"{what} must be an object, not {kind_name(value)}")
    return value


def elements(scope: Scope, value: Any) -> list[Any]:
    """What a loop over ``value`` gives: list elements, object keys, or characters."""
    kind = type(value)
    if kind is list:
        found: list[Any] = value
        return found
    if kind is dict:
        scope.charge_list(len(value))
        return list(value)
    if kind is str:
        # Characters outside of Latin-1 are objects of their own.
        scope.charge(64 + (8 if value.isascii() else 88) * len(value))
        return list(value)
    raise ExpressionError(f"cannot loop over {kind_name(value)}")


def checked_number(scope: Scope, result: float) -> Any:
    """``result`` of arithmetic, unless it is too large to go on with.

    Raises:
        ExpressionError: it is infinite or not a number at all.
        ExpressionLimit: it is a whole number of more than 4096 bits.
    """
    if -SMALL < result < SMALL:
        return result
    if type(result) is int:
        bits = result.bit_length()
        if bits > MAX_INT_BITS:
            raise ExpressionLimit("this number becomes too large")
        scope.charge(32 + (bits >> 3))
        return result
    if -MAX_FLOAT <= result <= MAX_FLOAT:
        return result
    raise ExpressionError("the result is not a number that JSON can hold (too large or undefined)")


class Size(NamedTuple):
    """How large a value is; see :func:`measure`."""

    length: int
    """Characters of its JSON text: an estimate, or a bound where escapes were counted."""
    memory: int
    """A bound of the bytes that it takes."""
    wide: bool
    """Whether a text in it has other characters than ASCII."""
    plain: bool
    """Whether it consists of JSON types only (no dates)."""


def measure(  # noqa: C901, PLR0912 - one hot loop over the kinds of values
    scope: Scope, value: Any, *, at_most: int = 1 << 62, escaped: bool = False
) -> Size:
    """Walk ``value`` and take steps for it, so that what comes next is bounded.

    Shared references are walked each time they occur, because writing or comparing the value
    will do so too.

    Args:
        scope: pays the steps.
        value: any value of an expression.
        at_most: the length at which to stop; the result may be a little longer.
        escaped: whether the length must hold for the worst case of JSON escapes.

    Raises:
        ExpressionError: a node or a function is inside.
        ExpressionLimit: it has too many parts or is nested too deeply.
    """
    length = memory = 0
    wide = False
    plain = True
    kind = type(value)
    if kind is not list and kind is not dict:
        value = [value]
    stack: list[tuple[list[Any] | dict[str, Any], int]] = [(value, 0)]
    while stack and length <= at_most:
        current, depth = stack.pop()
        count = len(current)
        scope.step(1 + count)
        if depth > MAX_NESTING:
            raise ExpressionLimit("this value is nested too deeply")
        length += 2 + 4 * count
        memory += 64 + 8 * count
        children: Iterable[Any] = current
        if type(current) is dict:
            length += 4 * count
            memory += 72 * count
            for key in current:
                size = len(key)
                length += size if size < 512 and not escaped else _length(scope, key, escaped)
                wide = wide or not key.isascii()
            children = current.values()
        for child in children:
            kind = type(child)
            if kind is str:
                size = len(child)
                length += size if size < 512 and not escaped else _length(scope, child, escaped)
                if child.isascii():
                    memory += 56 + size
                else:
                    memory += 56 + 4 * size
                    wide = True
            elif kind is dict or kind is list:
                stack.append((child, depth + 1))
            elif kind is int:
                size = 20 if -SMALL < child < SMALL else child.bit_length() // 3
                length += size
                memory += 32 + size
            elif kind in SCALARS:
                length += 24
                memory += 32
            elif kind in DATES:
                length += 40
                memory += 96
                plain = False
            else:
                raise not_a_value(child)
    return Size(length, memory, wide, plain)


def _length(scope: Scope, text: str, escaped: bool) -> int:  # noqa: FBT001 - hot
    """The characters that ``text`` takes in JSON, without its quotes."""
    scope.step(len(text) >> TEXT_STEP_SHIFT)
    if escaped:
        return (6 if _LONG_ESCAPES.search(text) else 2) * len(text)
    return len(text)


def not_a_value(value: Any) -> ExpressionError:
    """The error of a node or function where a value is needed."""
    if type(value) is NodeView:
        return ExpressionError(
            f'node("{value.node_id}") is not a value by itself; take .json, .item, .items, '
            '.first, .last or .output("name") of it'
        )
    return ExpressionError("a function is not a value")


def json_text(scope: Scope, value: Any, *, sort_keys: bool = False) -> str:
    """``value`` as JSON text; dates become ISO text, durations seconds."""
    size = measure(scope, value, at_most=scope.alloc, escaped=True)
    scope.charge(56 + (8 if size.wide else 2) * size.length)
    # The standard module rather than the codec: this text is for people and has their spacing.
    default = None if size.plain else plain_date
    return json.dumps(value, ensure_ascii=False, default=default, sort_keys=sort_keys)


def plain_date(value: Any) -> str | float:
    """A date or a time as ISO text, a duration as seconds."""
    if type(value) is timedelta:
        return value.total_seconds()
    if type(value) is datetime or type(value) is date:
        return value.isoformat()
    raise not_a_value(value)


def to_text(scope: Scope, value: Any) -> str:
    """``value`` as it stands inside a text: null is empty, containers are JSON.

    Booleans are ``true`` and ``false``, dates ISO text, durations ``1 day, 2:00:00``.
    """
    kind = type(value)
    if kind is str:
        text: str = value
        return text
    if value is None:
        return ""
    if kind is bool:
        return "true" if value else "false"
    if kind is int or kind is float:
        scope.charge(80 if -SMALL < value < SMALL else 80 + int(value).bit_length() // 3)
        return str(value)
    if kind is datetime or kind is date:
        scope.charge(96)
        iso: str = value.isoformat()
        return iso
    if kind is timedelta:
        scope.charge(96)
        return str(value)
    return json_text(scope, value)
