"""The operators: arithmetic, comparison and membership on exact types, each bounded before it runs.

Every operation takes the scope, which pays for it, and both operands.
"""

import ast
import operator
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any, Final

from tidegate.errors import ExpressionError, ExpressionLimit
from tidegate.expressions.scope import MAX_INT_BITS, Scope
from tidegate.expressions.values import (
    CONTAINERS,
    DATES,
    NUMBERS,
    TEXT_STEP_SHIFT,
    checked_number,
    is_number,
    kind_name,
    measure,
)

Operation = Callable[[Scope, Any, Any], Any]

_MOMENTS: Final = frozenset({datetime, date})
_ORDERED: Final = frozenset({str, datetime, date, timedelta})


def add(scope: Scope, left: Any, right: Any) -> Any:
    """Numbers, two texts, two lists, or a date and a duration."""
    left_kind, right_kind = type(left), type(right)
    if left_kind in NUMBERS and right_kind in NUMBERS:
        return checked_number(scope, left + right)
    if left_kind is str and right_kind is str:
        scope.charge_text(len(left) + len(right), ascii_only=left.isascii() and right.isascii())
        return left + right
    if left_kind is list and right_kind is list:
        scope.charge_list(len(left) + len(right))
        return left + right
    if right_kind is timedelta and left_kind in DATES:
        return left + right
    if left_kind is timedelta and right_kind in _MOMENTS:
        return left + right
    hint = "; use str() or an f-string" if str in (left_kind, right_kind) else ""
    raise ExpressionError(f"cannot add {kind_name(left)} and {kind_name(right)}{hint}")


def subtract(scope: Scope, left: Any, right: Any) -> Any:
    """Numbers, two moments (which gives a duration), or a date and a duration."""
    left_kind, right_kind = type(left), type(right)
    if left_kind in NUMBERS and right_kind in NUMBERS:
        return checked_number(scope, left - right)
    if left_kind in DATES and (right_kind is timedelta or right_kind is left_kind):
        return left - right
    raise ExpressionError(f"cannot subtract {kind_name(right)} from {kind_name(left)}")


def multiply(scope: Scope, left: Any, right: Any) -> Any:
    """Numbers, a text or a list by a whole number, or a duration by a number."""
    left_kind, right_kind = type(left), type(right)
    if left_kind in NUMBERS and right_kind in NUMBERS:
        if (
            left_kind is int
            and right_kind is int
            and left.bit_length() + right.bit_length() > MAX_INT_BITS
        ):
            raise ExpressionLimit("this number becomes too large")
        return checked_number(scope, left * right)
    if left_kind is int and right_kind is not int:
        left, right, left_kind, right_kind = right, left, right_kind, left_kind
    if right_kind is int and left_kind is str:
        times = max(right, 0)
        scope.charge_text(len(left) * times, ascii_only=left.isascii())
        return left * times
    if right_kind is int and left_kind is list:
        times = max(right, 0)
        scope.charge_list(len(left) * times)
        return left * times
    if left_kind is timedelta and right_kind in NUMBERS:
        return left * right
    if right_kind is timedelta and left_kind in NUMBERS:
        return right * left
    raise ExpressionError(f"cannot multiply {kind_name(left)} by {kind_name(right)}")


def _division(operation: Callable[[Any, Any], Any]) -> Operation:
    def divide(scope: Scope, left: Any, right: Any) -> Any:
        left_kind, right_kind = type(left), type(right)
        if left_kind in NUMBERS and right_kind in NUMBERS:
            if (left_kind is int and left.bit_length() > MAX_INT_BITS) or (
                right_kind is int and right.bit_length() > MAX_INT_BITS
            ):
                raise ExpressionLimit("this number is too large to divide")
            return checked_number(scope, operation(left, right))
        if left_kind is timedelta and (
            right_kind is timedelta or (right_kind in NUMBERS and operation is not operator.mod)
        ):
            return operation(left, right)
        hint = "; use an f-string to build text" if left_kind is str else ""
        raise ExpressionError(f"cannot divide {kind_name(left)} by {kind_name(right)}{hint}")

    return divide


def power(scope: Scope, left: Any, right: Any) -> Any:
    """``left ** right`` of numbers; the result must be a real number of at most 4096 bits."""
    if not (is_number(left) and is_number(right)):
        raise ExpressionError(f"cannot raise {kind_name(left)} to {kind_name(right)}")
    if (
        type(left) is not float
        and type(right) is not float
        and (left.bit_length() - 1) * right > MAX_INT_BITS
    ):
        raise ExpressionLimit("this number becomes too large")
    result = left**right
    if type(result) is complex:
        raise ExpressionError("the result is not a real number")
    return checked_number(scope, result)


def _ordering(operation: Callable[[Any, Any], bool]) -> Operation:
    def compare(scope: Scope, left: Any, right: Any) -> bool:
        left_kind, right_kind = type(left), type(right)
        if left_kind in NUMBERS and right_kind in NUMBERS:
            return operation(left, right)
        if left_kind is right_kind and left_kind in _ORDERED:
            if left_kind is str:
                _compare_cost(scope, left, 1)
            return operation(left, right)
        raise ExpressionError(f"cannot compare {kind_name(left)} with {kind_name(right)}")

    return compare


def equal(scope: Scope, left: Any, right: Any) -> bool:
    """Python's ``==``; values of different kinds are not equal."""
    _compare_cost(scope, left, 1)
    return bool(left == right)


def contains(scope: Scope, left: Any, right: Any) -> bool:
    """Whether ``left`` is an element of a list, a key of an object, or a part of a text."""
    kind = type(right)
    if kind is dict:
        return type(left) is str and left in right
    if kind is list:
        scope.step(1 + len(right) // 8)
        _compare_cost(scope, left, len(right))
        return left in right
    if kind is str:
        if type(left) is not str:
            raise ExpressionError(f"cannot look for {kind_name(left)} in text")
        scope.step(1 + (len(right) >> 6))
        return left in right
    raise ExpressionError(f"cannot look into {kind_name(right)} with 'in'")


def _compare_cost(scope: Scope, value: Any, times: int) -> None:
    """Take the steps of comparing ``value`` so many times with something as large."""
    kind = type(value)
    if kind is str:
        if len(value) > 512:
            scope.step((len(value) >> TEXT_STEP_SHIFT) * times)
    elif kind in CONTAINERS:
        before = scope.budget.steps
        measure(scope, value)
        if times > 1:
            scope.step((before - scope.budget.steps) * (times - 1))


def search_cost(scope: Scope, value: Any, times: int) -> None:
    """Take the steps of looking for ``value`` in a list of ``times`` elements."""
    scope.step(1 + times // 8)
    _compare_cost(scope, value, times)


def negate(scope: Scope, value: Any) -> Any:
    """``-value`` of a number or a duration."""
    if type(value) in NUMBERS:
        return checked_number(scope, -value)
    if type(value) is timedelta:
        return -value
    raise ExpressionError(f"cannot negate {kind_name(value)}")


def positive(scope: Scope, value: Any) -> Any:
    """``+value`` of a number or a duration."""
    if type(value) in NUMBERS or type(value) is timedelta:
        return +value
    raise ExpressionError(f"'+' needs a number, not {kind_name(value)}")


BINARY: Final[dict[type[ast.operator], Operation]] = {
    ast.Add: add,
    ast.Sub: subtract,
    ast.Mult: multiply,
    ast.Div: _division(operator.truediv),
    ast.FloorDiv: _division(operator.floordiv),
    ast.Mod: _division(operator.mod),
    ast.Pow: power,
}

UNARY: Final[dict[type[ast.unaryop], Callable[[Scope, Any], Any]]] = {
    ast.USub: negate,
    ast.UAdd: positive,
    ast.Not: lambda _scope, value: not value,
}

COMPARISONS: Final[dict[type[ast.cmpop], Operation]] = {
    ast.Lt: _ordering(operator.lt),
    ast.LtE: _ordering(operator.le),
    ast.Gt: _ordering(operator.gt),
    ast.GtE: _ordering(operator.ge),
    ast.Eq: equal,
    ast.NotEq: lambda scope, left, right: not equal(scope, left, right),
    ast.In: contains,
    ast.NotIn: lambda scope, left, right: not contains(scope, left, right),
    ast.Is: lambda _scope, left, right: left is right,
    ast.IsNot: lambda _scope, left, right: left is not right,
}

SYMBOLS: Final[dict[type[ast.AST], str]] = {
    ast.MatMult: "@",
    ast.LShift: "<<",
    ast.RShift: ">>",
    ast.BitOr: "|",
    ast.BitXor: "^",
    ast.BitAnd: "&",
    ast.Invert: "~",
}
"""Operators that Python has and expressions don't, as people write them."""
