"""f-strings: a small set of format specifications, and widths that can't grow."""

import ast
import re
from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any, Final

from tidegate.errors import ExpressionError
from tidegate.expressions.compilation import Compilation, Evaluate, Names, placed
from tidegate.expressions.functions.date_formats import format_moment
from tidegate.expressions.scope import Scope
from tidegate.expressions.values import CONTAINERS, SCALARS, SMALL, json_text, kind_name, to_text

MAX_SPEC: Final = 24
MAX_FORMATTED: Final = 2_000
"""More than any allowed width, precision and number together make."""

_SPEC: Final = re.compile(
    r"(?:[^{}]?[<>=^])?[+\- ]?z?#?0?[0-9]{0,3}[,_]?(?:\.[0-9]{1,2})?[bdeEfFgGosxX%]?"
)


Part = str | tuple[Evaluate, int, Evaluate | None]
"""Text as it stands, or a value with its conversion and format specification."""


def text(compilation: Compilation, node: ast.JoinedStr, names: Names) -> Evaluate:
    """``f"...{value:spec}..."``."""
    parts: list[Part] = []
    for part in node.values:
        if isinstance(part, ast.Constant):
            parts.append(str(part.value))
            continue
        assert isinstance(part, ast.FormattedValue)
        spec = part.format_spec
        if spec is not None and not isinstance(spec, ast.JoinedStr):
            raise compilation.rejected("this format is not supported", part)
        compiled = None if spec is None else text(compilation, spec, names)
        parts.append((compilation.compile(part.value, names), part.conversion, compiled))
    return placed(_joined(parts), compilation.span(node))


def _format_value(scope: Scope, value: Any, conversion: int, spec: str) -> str:
    """One ``{value!conversion:spec}`` of an f-string.

    Raises:
        ExpressionError: the specification is not supported, or does not fit the value.
    """
    if conversion == ord("s"):
        value = to_text(scope, value)
    elif conversion in (ord("r"), ord("a")):
        value = _quoted(scope, value, ascii if conversion == ord("a") else repr)
    if not spec:
        return to_text(scope, value)
    if type(value) is datetime or type(value) is date:
        scope.charge(4096)
        return format_moment(value, spec)
    if len(spec) > MAX_SPEC or not _SPEC.fullmatch(spec):
        raise ExpressionError(f"the format {spec[:MAX_SPEC]!r} is not supported")
    if value is None or type(value) in CONTAINERS:
        value = to_text(scope, value)
    if type(value) not in SCALARS:
        raise ExpressionError(f"{kind_name(value)} can't be formatted with {spec!r}")
    if type(value) is str:
        scope.charge_text(len(value) + 1000, ascii_only=value.isascii() and spec.isascii())
    else:
        large = type(value) is int and not -SMALL < value < SMALL
        scope.charge(6 * MAX_FORMATTED if large else MAX_FORMATTED)
    try:
        return format(value, spec)
    except ValueError:
        raise ExpressionError(f"the format {spec!r} does not fit {kind_name(value)}") from None


def _quoted(scope: Scope, value: Any, quote: Callable[[Any], str]) -> str:
    if type(value) is str:
        # An unprintable character becomes up to ten: '\\U0001f600'.
        wide = not value.isascii()
        scope.charge((80 if wide else 8) * len(value) + 64)
        return quote(value)
    if type(value) in CONTAINERS:
        return json_text(scope, value)
    return quote(value) if type(value) in SCALARS and value is not None else to_text(scope, value)


def _joined(parts: Sequence[Part]) -> Evaluate:
    """The text of an f-string."""

    def run(scope: Scope) -> str:
        texts = []
        length = 0
        ascii_only = True
        for part in parts:
            if isinstance(part, str):
                shown = part
            else:
                value, conversion, spec = part
                found = value(scope)
                if type(found) is str and conversion == -1 and spec is None:
                    shown = found
                else:
                    shown = _format_value(
                        scope, found, conversion, "" if spec is None else spec(scope)
                    )
            length += len(shown)
            ascii_only = ascii_only and shown.isascii()
            texts.append(shown)
        scope.charge_text(length, ascii_only=ascii_only)
        return "".join(texts)

    return run
