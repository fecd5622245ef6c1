"""Comprehensions and ``key=lambda x: ...``: the only places where something is repeated."""

import ast
from collections.abc import Callable, Sequence
from typing import Any, Final, NamedTuple

from tidegate.errors import ExpressionError
from tidegate.expressions.compilation import Compilation, Evaluate, Names
from tidegate.expressions.library import Key
from tidegate.expressions.scope import Scope
from tidegate.expressions.source import Span, put_place
from tidegate.expressions.values import elements, kind_name, need_text

MAX_LOOPS: Final = 3
"""So many ``for`` in one comprehension."""

ELEMENT_BYTES: Final = 48
"""A place in a list and a number."""

FIELD_BYTES: Final = 160
"""A place in an object, its name and a number."""

_MISSING: Final = object()


class Loop(NamedTuple):
    """``for names in iterable if conditions``; ``unpack`` is for ``for a, b in ...``."""

    names: tuple[str, ...]
    unpack: bool
    iterable: Evaluate
    conditions: tuple[Evaluate, ...]


def comprehension(
    compilation: Compilation, node: ast.ListComp | ast.GeneratorExp | ast.DictComp, names: Names
) -> Evaluate:
    """``[... for x in ...]`` or ``{...: ... for x in ...}``."""
    if len(node.generators) > MAX_LOOPS:
        raise compilation.rejected(f"a comprehension has at most {MAX_LOOPS} 'for'", node)
    found = []
    for generator in node.generators:
        if generator.is_async:
            raise compilation.rejected("'async' is not supported", node)
        iterable = compilation.compile(generator.iter, names)
        targets, unpack = _loop_names(compilation, generator.target)
        names = names.union(targets)
        conditions = tuple(compilation.compile(test, names) for test in generator.ifs)
        found.append(Loop(targets, unpack, iterable, conditions))
    span = compilation.span(node)
    if isinstance(node, ast.DictComp):
        name = compilation.compile(node.key, names)
        return _object_of(found, name, compilation.compile(node.value, names), span)
    return _list_of(found, compilation.compile(node.elt, names), span)


def _loop_names(compilation: Compilation, target: ast.expr) -> tuple[tuple[str, ...], bool]:
    several = isinstance(target, ast.Tuple | ast.List)
    found = []
    for element in target.elts if isinstance(target, ast.Tuple | ast.List) else [target]:
        if not isinstance(element, ast.Name):
            raise compilation.rejected("a loop variable is a name, or names with commas", element)
        compilation.check_new_name(element.id, element)
        found.append(element.id)
    return tuple(found), several


def key_function(compilation: Compilation, node: ast.Lambda, names: Names) -> Evaluate:
    """``key=lambda x: ...``: a value that only the function with the key gets to see."""
    given = node.args
    if len(given.args) != 1 or any(
        (given.posonlyargs, given.vararg, given.kwonlyargs, given.kwarg, given.defaults)
    ):
        raise compilation.rejected("a key takes exactly one value: lambda x: ...", node)
    name = given.args[0].arg
    compilation.check_new_name(name, node)
    return _key(name, compilation.compile(node.body, names | {name}))


def _list_of(loops: Sequence[Loop], element: Evaluate, span: Span) -> Evaluate:
    """``[element for ...]``."""
    if len(loops) == 1 and not loops[0].unpack:
        return _simple_list_of(loops[0], element, span)

    def run(scope: Scope) -> list[Any]:
        found: list[Any] = []

        def collect() -> None:
            scope.charge(ELEMENT_BYTES)
            found.append(element(scope))

        scope.charge(64)
        _repeat(scope, loops, collect, span)
        return found

    return run


def _object_of(loops: Sequence[Loop], name: Evaluate, value: Evaluate, span: Span) -> Evaluate:
    """``{name: value for ...}``."""

    def run(scope: Scope) -> dict[str, Any]:
        found: dict[str, Any] = {}

        def collect() -> None:
            scope.charge(FIELD_BYTES)
            found[need_text(name(scope), "a field's name")] = value(scope)

        scope.charge(64)
        _repeat(scope, loops, collect, span)
        return found

    return run


def _simple_list_of(loop: Loop, element: Evaluate, span: Span) -> Evaluate:
    """The usual case, one loop with one name, without a function call per element."""
    name = loop.names[0]
    iterable, conditions = loop.iterable, loop.conditions

    def run(scope: Scope) -> list[Any]:
        values, budget = scope.values, scope.budget
        before = values.get(name, _MISSING)
        found: list[Any] = []
        try:
            scope.charge(64)
            for value in elements(scope, iterable(scope)):
                # Scope.step and Scope.charge, written out: this is the hottest loop of all.
                budget.steps = left = budget.steps - 1
                if left < scope.check_at:
                    scope.look()
                values[name] = value
                for condition in conditions:
                    if not condition(scope):
                        break
                else:
                    if scope.alloc < ELEMENT_BYTES:
                        scope.charge(ELEMENT_BYTES)
                    scope.alloc -= ELEMENT_BYTES
                    found.append(element(scope))
        except ExpressionError as error:
            put_place(error, span)
            raise
        finally:
            _restore(values, name, before)
        return found

    return run


def _repeat(scope: Scope, loops: Sequence[Loop], collect: Callable[[], None], span: Span) -> None:
    values = scope.values
    names = {name for loop in loops for name in loop.names}
    before = {name: values.get(name, _MISSING) for name in names}

    def nest(depth: int) -> None:
        if depth == len(loops):
            collect()
            return
        loop = loops[depth]
        for value in elements(scope, loop.iterable(scope)):
            scope.step()
            if loop.unpack:
                _unpack(values, loop.names, value)
            else:
                values[loop.names[0]] = value
            if all(condition(scope) for condition in loop.conditions):
                nest(depth + 1)

    try:
        nest(0)
    except ExpressionError as error:
        put_place(error, span)
        raise
    finally:
        for name, value in before.items():
            _restore(values, name, value)


def _unpack(values: dict[str, Any], names: tuple[str, ...], value: Any) -> None:
    if type(value) is not list:
        raise ExpressionError(f"cannot take {kind_name(value)} apart into {len(names)} names")
    if len(value) != len(names):
        raise ExpressionError(f"cannot take a list of {len(value)} apart into {len(names)} names")
    values.update(zip(names, value, strict=True))


def _restore(values: dict[str, Any], name: str, before: Any) -> None:
    if before is _MISSING:
        values.pop(name, None)
    else:
        values[name] = before


def _key(name: str, body: Evaluate) -> Evaluate:
    def make(scope: Scope) -> Key:
        values = scope.values

        def key(value: Any) -> Any:
            before = values.get(name, _MISSING)
            values[name] = value
            try:
                return body(scope)
            finally:
                _restore(values, name, before)

        return key

    return make
