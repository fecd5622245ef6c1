"""Literals, operators, conditions, lists and objects."""

import ast
from collections.abc import Sequence
from typing import Any

from tidegate.errors import ExpressionError
from tidegate.expressions import operators
from tidegate.expressions.compilation import (
    Compilation,
    Evaluate,
    Names,
    explained,
    placed,
)
from tidegate.expressions.loops import ELEMENT_BYTES, FIELD_BYTES
from tidegate.expressions.operators import Operation
from tidegate.expressions.scope import Scope
from tidegate.expressions.source import Span
from tidegate.expressions.values import need_text


def constant(_compilation: Compilation, node: ast.Constant, _names: Names) -> Evaluate:
    """A literal."""
    value = node.value
    return lambda _scope: value


def binary_operator(compilation: Compilation, node: ast.BinOp, names: Names) -> Evaluate:
    """``a + b`` and its kin."""
    operation = operators.BINARY.get(type(node.op))
    if operation is None:
        raise compilation.rejected(_unsupported(node.op), node)
    return _operate(compilation, operation, (node.left, node.right), node, names)


def unary_operator(compilation: Compilation, node: ast.UnaryOp, names: Names) -> Evaluate:
    """``-a``, ``+a`` and ``not a``."""
    operation = operators.UNARY.get(type(node.op))
    if operation is None:
        raise compilation.rejected(_unsupported(node.op), node)
    operand = compilation.compile(node.operand, names)
    return placed(lambda scope: operation(scope, operand(scope)), compilation.span(node))


def _unsupported(operator: ast.AST) -> str:
    return f"the operator '{operators.SYMBOLS[type(operator)]}' is not supported"


def _operate(
    compilation: Compilation,
    operation: Operation,
    operands: tuple[ast.expr, ast.expr],
    node: ast.expr,
    names: Names,
) -> Evaluate:
    """``operation`` of both operands; the right one is very often a literal."""
    left, right = (compilation.compile(operand, names) for operand in operands)
    span = compilation.span(node)
    if isinstance(operands[1], ast.Constant):
        literal = operands[1].value

        def run(scope: Scope) -> Any:
            try:
                return operation(scope, left(scope), literal)
            except (ExpressionError, ArithmeticError) as error:
                raise explained(error, span) from error.__cause__

    else:

        def run(scope: Scope) -> Any:
            try:
                return operation(scope, left(scope), right(scope))
            except (ExpressionError, ArithmeticError) as error:
                raise explained(error, span) from error.__cause__

    return run


def boolean_operator(compilation: Compilation, node: ast.BoolOp, names: Names) -> Evaluate:
    """``a and b``, ``a or b``: gives the part that decided, as in Python."""
    *parts, last = [compilation.compile(value, names) for value in node.values]
    if type(node.op) is ast.And:

        def run(scope: Scope) -> Any:
            for part in parts:
                value = part(scope)
                if not value:
                    return value
            return last(scope)

    else:

        def run(scope: Scope) -> Any:
            for part in parts:
                value = part(scope)
                if value:
                    return value
            return last(scope)

    return run


def comparison(compilation: Compilation, node: ast.Compare, names: Names) -> Evaluate:
    """``a < b``, ``a in b``, and chains of them."""
    operands = [node.left, *node.comparators]
    for position, operator in enumerate(node.ops):
        if type(operator) in (ast.Is, ast.IsNot) and not any(
            map(_is_singleton, operands[position : position + 2])
        ):
            raise compilation.rejected("'is' is for None, True and False; use == here", node)
    operations = [operators.COMPARISONS[type(operator)] for operator in node.ops]
    if len(operations) == 1:
        return _operate(compilation, operations[0], (operands[0], operands[1]), node, names)
    first, *others = [compilation.compile(operand, names) for operand in operands]
    return _comparison_chain(operations, first, others, compilation.span(node))


def _is_singleton(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and (
        node.value is None or node.value is True or node.value is False
    )


def _comparison_chain(
    operations: Sequence[Operation], first: Evaluate, others: Sequence[Evaluate], span: Span
) -> Evaluate:
    pairs = tuple(zip(operations, others, strict=True))

    def run(scope: Scope) -> bool:
        left = first(scope)
        for operation, other in pairs:
            right = other(scope)
            if not operation(scope, left, right):
                return False
            left = right
        return True

    return placed(run, span)


def choice(compilation: Compilation, node: ast.IfExp, names: Names) -> Evaluate:
    """``a if condition else b``."""
    test = compilation.compile(node.test, names)
    yes = compilation.compile(node.body, names)
    no = compilation.compile(node.orelse, names)
    return lambda scope: yes(scope) if test(scope) else no(scope)


def list_literal(compilation: Compilation, node: ast.List | ast.Tuple, names: Names) -> Evaluate:
    """``[a, b]``; a tuple is a list too."""
    parts = tuple(compilation.compile(part, names) for part in node.elts)
    size = 64 + ELEMENT_BYTES * len(parts)

    def run(scope: Scope) -> list[Any]:
        scope.charge(size)
        return [part(scope) for part in parts]

    return run


def object_literal(compilation: Compilation, node: ast.Dict, names: Names) -> Evaluate:
    """``{"name": value}``."""
    fields = []
    for key, value in zip(node.keys, node.values, strict=True):
        if key is None:
            raise compilation.rejected("'**' is not supported; use merge(a, b)", value)
        if isinstance(key, ast.Constant) and type(key.value) is not str:
            raise compilation.rejected("the names of an object's fields are texts", key)
        fields.append((compilation.compile(key, names), compilation.compile(value, names)))
    size = 64 + FIELD_BYTES * len(fields)

    def run(scope: Scope) -> dict[str, Any]:
        scope.charge(size)
        return {need_text(name(scope), "a field's name"): value(scope) for name, value in fields}

    return placed(run, compilation.span(node))
