"""Functions on numbers."""

import math
from typing import Any, Final

from tidegate.errors import ExpressionError, ExpressionLimit
from tidegate.expressions.library import Topic
from tidegate.expressions.scope import MAX_INT_BITS, Scope
from tidegate.expressions.values import (
    checked_number,
    is_number,
    kind_name,
    need_number,
    need_text,
    need_whole,
)

TOPIC: Final = Topic("Numbers")

MAX_DIGITS: Final = 1_000


@TOPIC.function("int('42')", 42, name="int")
def to_int(scope: Scope, value: Any, base: int = 10) -> int:
    """A text or a number as a whole number; what follows the point is cut off."""
    if type(value) is str:
        if len(value) > MAX_DIGITS:
            raise ExpressionLimit(f"a number in a text has at most {MAX_DIGITS:,} digits")
        if need_whole(base, "base") != 0 and not 2 <= base <= 36:
            raise ExpressionError("base must be from 2 to 36")
        try:
            return int(checked_number(scope, int(value, base)))
        except ValueError:
            raise ExpressionError(f"{value[:40]!r} is not a whole number") from None
    if is_number(value):
        try:
            return int(checked_number(scope, int(value)))
        except (OverflowError, ValueError):
            raise ExpressionError("this number has no whole part") from None
    raise ExpressionError(f"cannot make a whole number of {kind_name(value)}")


@TOPIC.function("float('2.50')", 2.5, name="float")
def to_float(scope: Scope, value: Any) -> float:
    """A text or a number as a number with a point."""
    if type(value) is str:
        if len(value) > MAX_DIGITS:
            raise ExpressionLimit(f"a number in a text has at most {MAX_DIGITS:,} digits")
        try:
            result = float(value)
        except ValueError:
            raise ExpressionError(f"{value[:40]!r} is not a number") from None
    elif is_number(value):
        result = float(value)
    else:
        raise ExpressionError(f"cannot make a number of {kind_name(value)}")
    return float(checked_number(scope, result))


@TOPIC.function("bool([])", value=False, name="bool")
def to_bool(scope: Scope, value: Any) -> bool:
    """False for null, false, 0, and empty text, lists and objects; else true."""
    return bool(value)


@TOPIC.function("round(3.14159, 2)", 3.14, name="round")
def rounded(scope: Scope, number: Any, digits: int = 0) -> Any:
    """The number rounded to `digits` after the point (half to even, as in Python)."""
    need_number(number, "the number")
    if abs(need_whole(digits, "digits")) > MAX_DIGITS:
        raise ExpressionError(f"digits must be from -{MAX_DIGITS:,} to {MAX_DIGITS:,}")
    _need_bounded(number)
    return checked_number(scope, round(number, digits) if digits else round(number))


@TOPIC.function("floor(-2.5)", -3)
def floor(scope: Scope, number: Any) -> Any:
    """The largest whole number that is not above it."""
    return checked_number(scope, math.floor(need_number(number, "the number")))


@TOPIC.function("ceil(2.1)", 3)
def ceil(scope: Scope, number: Any) -> Any:
    """The smallest whole number that is not below it."""
    return checked_number(scope, math.ceil(need_number(number, "the number")))


@TOPIC.function("abs(-5)", 5, name="abs")
def absolute(scope: Scope, number: Any) -> Any:
    """The number without its sign."""
    return checked_number(scope, abs(need_number(number, "the number")))


@TOPIC.function("sqrt(2.25)", 1.5)
def sqrt(scope: Scope, number: Any) -> float:
    """The square root."""
    if need_number(number, "the number") < 0:
        raise ExpressionError("a negative number has no square root")
    return math.sqrt(number)


@TOPIC.function("log(1000, 10)", 3.0)
def log(scope: Scope, number: Any, base: Any = math.e) -> float:
    """The logarithm, natural or to a base."""
    if need_number(number, "the number") <= 0 or need_number(base, "base") <= 0 or base == 1:
        raise ExpressionError("a logarithm needs a number above 0, and a base that is not 1")
    if base == 10:
        return math.log10(number)
    return math.log2(number) if base == 2 else math.log(number) / math.log(base)


@TOPIC.function("exp(0)", 1.0)
def exp(scope: Scope, number: Any) -> float:
    """*e* to the power of the number."""
    return math.exp(need_number(number, "the number"))


@TOPIC.function("clamp(120, 0, 100)", 100)
def clamp(scope: Scope, number: Any, low: Any, high: Any) -> Any:
    """The number, or the nearest end of the range if it lies outside."""
    need_number(number, "the number")
    if need_number(low, "low") > need_number(high, "high"):
        raise ExpressionError("low must not be above high")
    return max(low, min(number, high))


@TOPIC.function("format_number(1234567.891)", "1,234,567.89")
def format_number(
    scope: Scope, number: Any, decimals: int = 2, thousands: str = ",", point: str = "."
) -> str:
    """The number for people to read."""
    if not 0 <= need_whole(decimals, "decimals") <= 20:
        raise ExpressionError("decimals must be from 0 to 20")
    for mark in (need_text(thousands, "thousands"), need_text(point, "point")):
        if len(mark) > 5:
            raise ExpressionError("thousands and point have at most 5 characters")
    _need_bounded(need_number(number, "the number"))
    scope.charge(8192)
    # A whole number must not go through a float, which would change its last digits.
    whole = type(number) is not float
    digits = f"{number:,d}" if whole else f"{number:,.{decimals}f}"
    if whole and decimals:
        digits += "." + "0" * decimals
    before, _, after = digits.partition(".")
    before = before.replace(",", thousands)
    return before + point + after if decimals else before


def _need_bounded(number: Any) -> None:
    if type(number) is int and number.bit_length() > MAX_INT_BITS:
        raise ExpressionLimit("this number is too large")
