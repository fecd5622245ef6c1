"""Reading names, fields, indexes and slices.

Most expressions are a root and some constant names (``json.user.name``), so such a chain is one
closure that subscripts straight away and looks for what went wrong only afterwards. That is sound
because a subscript by a constant text succeeds on nothing but an object, and by a constant whole
number on nothing but a list or a text.
"""

import ast
from collections.abc import Sequence
from typing import Any, Final

from tidegate.errors import ExpressionError
from tidegate.expressions.compilation import Compilation, Evaluate, Names
from tidegate.expressions.functions import FIELDS, METHODS
from tidegate.expressions.hints import FOREIGN_METHODS, did_you_mean, fields_of, shortened
from tidegate.expressions.scope import Scope
from tidegate.expressions.source import Span, put_place
from tidegate.expressions.values import MissingValueError, kind_name, not_whole

Step = tuple[str | int, bool, Span]
"""A constant name or index, whether it was written as an attribute, and its place."""

NODE_ROOT: Final = "node"
"""The root that is called: ``node("id")``."""


def access(
    compilation: Compilation, node: ast.Name | ast.Attribute | ast.Subscript, names: Names
) -> Evaluate:
    """A name, field, index or slice; a chain of constants becomes one closure."""
    steps: list[Step] = []
    base: ast.expr = node
    while isinstance(base, ast.Attribute | ast.Subscript):
        step = _constant_step(compilation, base)
        if step is None:
            break
        steps.append(step)
        base = base.value
    if not isinstance(base, ast.Name):
        assert not isinstance(node, ast.Name)
        return _computed(compilation, node, names)
    steps.reverse()
    if base.id == NODE_ROOT and base.id not in names and base.id in compilation.known_roots:
        raise compilation.rejected('node is used with an id: node("id")', base)
    compilation.check_name(base, names)
    if base.id not in names:
        compilation.roots.add(base.id)
        if base.id == "item" and (not steps or steps[0][0] not in ("json", "files")):
            compilation.uses_item_index = True
    return _chain(base.id, steps, compilation.span(base))


def _constant_step(compilation: Compilation, node: ast.Attribute | ast.Subscript) -> Step | None:
    if isinstance(node, ast.Attribute):
        return node.attr, True, compilation.span(node)
    sign, key = 1, node.slice
    if isinstance(key, ast.UnaryOp) and isinstance(key.op, ast.USub):
        sign, key = -1, key.operand
    if isinstance(key, ast.Constant):
        if type(key.value) is int:
            return sign * key.value, False, compilation.span(node)
        if type(key.value) is str and sign == 1:
            return key.value, False, compilation.span(node)
    return None


def _computed(
    compilation: Compilation, node: ast.Attribute | ast.Subscript, names: Names
) -> Evaluate:
    base = compilation.compile(node.value, names)
    span = compilation.span(node)
    if isinstance(node, ast.Attribute):
        return _attribute(base, node.attr, span)
    if isinstance(node.slice, ast.Slice):
        parts = (node.slice.lower, node.slice.upper, node.slice.step)
        bounds = [None if part is None else compilation.compile(part, names) for part in parts]
        return _slice(base, bounds, span)
    return _index(base, compilation.compile(node.slice, names), span)


def _chain(root: str, steps: Sequence[Step], span: Span) -> Evaluate:
    """``root.a.b[0]...`` with constant names and indexes only."""

    def explain(scope: Scope) -> Any:
        """Do it step by step: something is missing, or a step is not a plain subscript."""
        value = _read_name(scope, root, span)
        for key, attribute, place in steps:
            value = _read(scope, value, key, place, attribute=attribute)
        return value

    keys = [step[0] for step in steps]
    if not keys:
        return _name(root, explain)
    if len(keys) == 1:
        return _chain_of_one(root, keys[0], explain)
    if len(keys) == 2:
        return _chain_of_two(root, keys[0], keys[1], explain)

    def run(scope: Scope) -> Any:
        try:
            value = scope.values[root]
            for key in keys:
                value = value[key]
        except (KeyError, TypeError, IndexError):
            return explain(scope)
        return value

    return run


def _name(root: str, explain: Evaluate) -> Evaluate:
    def run(scope: Scope) -> Any:
        try:
            return scope.values[root]
        except KeyError:
            return explain(scope)

    return run


def _chain_of_one(root: str, key: str | int, explain: Evaluate) -> Evaluate:
    def run(scope: Scope) -> Any:
        try:
            return scope.values[root][key]
        except (KeyError, TypeError, IndexError):
            return explain(scope)

    return run


def _chain_of_two(root: str, first: str | int, second: str | int, explain: Evaluate) -> Evaluate:
    def run(scope: Scope) -> Any:
        try:
            return scope.values[root][first][second]
        except (KeyError, TypeError, IndexError):
            return explain(scope)

    return run


def _read_name(scope: Scope, name: str, span: Span) -> Any:
    """The value of a root or a loop variable."""
    try:
        return scope.values[name]
    except KeyError:
        error = ExpressionError(f"{name!r} is not available here")
        put_place(error, span)
        raise error from None


def _read(scope: Scope, value: Any, key: Any, span: Span, *, attribute: bool) -> Any:
    """``value.key`` or ``value[key]``.

    Raises:
        ExpressionError: with the place ``span``; MissingValueError if only the key is missing.
    """
    try:
        return _read_attribute(value, key) if attribute else _read_index(scope, value, key)
    except ExpressionError as error:
        put_place(error, span)
        raise


def _read_attribute(value: Any, name: str) -> Any:
    """``value.name``: a field of an object, or one of the fixed fields of dates and nodes."""
    if type(value) is dict:
        try:
            return value[name]
        except KeyError:
            raise _no_field(value, name) from None
    known = FIELDS.get(name, {}).get(type(value))
    if known is not None:
        return known.get(value)
    if type(value) in METHODS.get(name, {}):
        raise ExpressionError(f"{name!r} is a method; call it: .{name}()")
    message = f"{kind_name(value)} has no field {shortened(name)!r}"
    if value is None:
        raise MissingValueError(message)
    fields = [field for field, by_type in FIELDS.items() if type(value) in by_type]
    if fields:
        raise ExpressionError(f"{message}; it has: {', '.join(fields)}")
    methods = [method for method, by_type in METHODS.items() if type(value) in by_type]
    raise ExpressionError(message + did_you_mean(name, methods, FOREIGN_METHODS))


def _read_index(scope: Scope, value: Any, key: Any) -> Any:
    """``value[key]``: a field of an object by its name, or an element or character by position."""
    kind = type(value)
    if kind is dict:
        if type(key) is not str:
            raise ExpressionError(f"the fields of an object have names, not {kind_name(key)}")
        try:
            return value[key]
        except KeyError:
            raise _no_field(value, key) from None
    if kind is list or kind is str:
        if type(key) is not int:
            raise ExpressionError(f"an index must be a whole number, not {not_whole(key)}")
        try:
            found = value[key]
        except IndexError:
            raise MissingValueError(
                f"there is no index {_shown(key)}; the {'list' if kind is list else 'text'} has "
                f"{len(value)} {'elements' if kind is list else 'characters'}"
            ) from None
        if kind is str:
            scope.charge(64)
        return found
    if value is None:
        raise MissingValueError("null has no fields or elements")
    raise ExpressionError(f"{kind_name(value)} has no elements")


def _attribute(base: Evaluate, name: str, span: Span) -> Evaluate:
    """``base.name`` of something that is computed."""

    def run(scope: Scope) -> Any:
        try:
            return _read_attribute(base(scope), name)
        except ExpressionError as error:
            put_place(error, span)
            raise

    return run


def _index(base: Evaluate, key: Evaluate, span: Span) -> Evaluate:
    """``base[key]`` where either is computed."""

    def run(scope: Scope) -> Any:
        try:
            return _read_index(scope, base(scope), key(scope))
        except ExpressionError as error:
            put_place(error, span)
            raise

    return run


def _slice(base: Evaluate, bounds: Sequence[Evaluate | None], span: Span) -> Evaluate:
    """``base[start:stop:step]`` of a list or text."""

    def run(scope: Scope) -> Any:
        try:
            value = base(scope)
            parts = [None if bound is None else bound(scope) for bound in bounds]
            return _sliced(scope, value, parts)
        except ExpressionError as error:
            put_place(error, span)
            raise

    return run


def _sliced(scope: Scope, value: Any, parts: list[Any]) -> Any:
    kind = type(value)
    if kind is not list and kind is not str:
        raise ExpressionError(f"{kind_name(value)} can't be cut with [start:stop]")
    for part in parts:
        if part is not None and type(part) is not int:
            raise ExpressionError(
                f"the bounds of [start:stop] are whole numbers, not {not_whole(part)}"
            )
    if parts[2] == 0:
        raise ExpressionError("the step of [start:stop:step] must not be 0")
    cut = slice(*parts)
    length = len(range(*cut.indices(len(value))))
    scope.step(1 + (length >> 8))
    if kind is list:
        scope.charge_list(length)
    else:
        scope.charge_text(length, ascii_only=value.isascii())
    return value[cut]


def _no_field(fields: dict[str, Any], name: str) -> MissingValueError:
    return MissingValueError(f"no field {shortened(name)!r}; {fields_of(fields)}")


def _shown(key: int) -> str:
    return str(key) if abs(key) < 1 << 63 else "as large as this"
