"""The end of an evaluation: only JSON-like values of a bounded size come out."""

from typing import Any, Final

from tidegate.errors import ExpressionLimit
from tidegate.expressions.scope import MAX_OUTPUT, Scope
from tidegate.expressions.values import (
    CONTAINERS,
    DATES,
    SCALARS,
    SMALL,
    measure,
    not_a_value,
    plain_date,
)

TOO_LARGE: Final = f"the result is larger than {MAX_OUTPUT >> 20} MB"


def finish(scope: Scope, value: Any, given: int, *, shared: bool) -> Any:
    """``value`` as the result of an evaluation that had ``given`` bytes to use.

    Args:
        scope: keeps the result's size charged.
        value: what the expression gave.
        given: what :meth:`Scope.begin` returned.
        shared: whether the value is a part of the scope's values, which were bounded before.

    Raises:
        ExpressionError: it is a node or a function.
        ExpressionLimit: it is larger than 16 MB as JSON, or nested too deeply.
    """
    kind = type(value)
    if kind in CONTAINERS:
        if shared:
            return value
        measured = measure(scope, value, at_most=MAX_OUTPUT)
        if measured.length > MAX_OUTPUT:
            raise ExpressionLimit(TOO_LARGE)
        size = measured.memory
        if not measured.plain:
            value = _without_dates(scope, value)
    elif kind is str:
        if len(value) > MAX_OUTPUT and not shared:
            raise ExpressionLimit(TOO_LARGE)
        size = 56 + (len(value) if value.isascii() else 4 * len(value))
    elif kind in SCALARS:
        size = 32 if kind is not int or -SMALL < value < SMALL else value.bit_length() >> 3
    elif kind in DATES:
        return plain_date(value)
    else:
        raise not_a_value(value)
    used = given - scope.alloc
    if used:
        # What the evaluation charged bounds what it made; what it did not make is not its own.
        scope.hold(min(size, used), used)
    return value


def _without_dates(scope: Scope, value: Any) -> Any:
    """A copy in which dates and durations are plain; what is shared stays shared."""
    done: dict[int, Any] = {}

    def plain(part: Any) -> Any:
        kind = type(part)
        if kind in SCALARS:
            return part
        if kind in DATES:
            scope.charge(96)
            return plain_date(part)
        if id(part) not in done:
            scope.step(1 + len(part))
            scope.charge(64 + (128 if kind is dict else 8) * len(part))
            done[id(part)] = (
                {key: plain(child) for key, child in part.items()}
                if kind is dict
                else [plain(child) for child in part]
            )
        return done[id(part)]

    return plain(value)
