"""The whitelist: every construct of Python that exists in expressions, and what compiles it.

Nothing is generated as Python code, and nothing of Python can be reached but what the closures do.
"""

import ast
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from tidegate.expressions import access, basics, calls, fstrings, loops
from tidegate.expressions.compilation import Compilation, Evaluate, Visitor
from tidegate.expressions.source import SpanFinder

WHITELIST: Final[Mapping[type[ast.expr], Visitor]] = MappingProxyType(
    {
        ast.Constant: basics.constant,
        ast.Name: access.access,
        ast.Attribute: access.access,
        ast.Subscript: access.access,
        ast.BinOp: basics.binary_operator,
        ast.UnaryOp: basics.unary_operator,
        ast.BoolOp: basics.boolean_operator,
        ast.Compare: basics.comparison,
        ast.IfExp: basics.choice,
        ast.List: basics.list_literal,
        ast.Tuple: basics.list_literal,
        ast.Dict: basics.object_literal,
        ast.Call: calls.call,
        ast.ListComp: loops.comprehension,
        ast.GeneratorExp: loops.comprehension,
        ast.DictComp: loops.comprehension,
        ast.JoinedStr: fstrings.text,
    }
)


def compile_tree(
    tree: ast.expr, source: str, finder: SpanFinder, roots: frozenset[str]
) -> tuple[Evaluate, Compilation]:
    """The closure of a whole expression, and what it uses.

    Raises:
        ExpressionRejected: something in it is not allowed, or is not known.
    """
    compilation = Compilation(source, finder, roots, WHITELIST)
    return compilation.compile(tree, frozenset()), compilation


def is_plain_access(tree: ast.expr) -> bool:
    """Whether the expression only takes a part of a root, which is shared and not made anew."""
    node = tree
    while isinstance(node, ast.Attribute | ast.Subscript):
        if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Slice):
            return False
        node = node.value
    return isinstance(node, ast.Name)
