"""The compilation of one expression: what its parts need to know of each other."""

import ast
from collections.abc import Callable, Mapping
from typing import Any

from tidegate.errors import ExpressionError, ExpressionRejected
from tidegate.expressions.functions import FUNCTIONS
from tidegate.expressions.hints import FOREIGN_NAMES, did_you_mean, shortened
from tidegate.expressions.scope import Scope
from tidegate.expressions.source import Span, SpanFinder, put_place

Evaluate = Callable[[Scope], Any]
"""A compiled part of an expression: a closure from the scope to a value."""

Names = frozenset[str]
"""The loop variables that a part of an expression may use."""

Visitor = Callable[["Compilation", Any, Names], Evaluate]
"""Compiles the syntax nodes of one type."""

_NAMED_CONSTRUCTS: Mapping[type[ast.expr], str] = {
    ast.Set: "sets are not supported; use a list, or unique([...])",
    ast.SetComp: "sets are not supported; use unique([... for x in ...])",
    ast.Lambda: "a lambda is only allowed as key=lambda x: ...",
    ast.Starred: "'*' is not supported here",
    ast.NamedExpr: "an expression can't assign with ':='",
    ast.Await: "'await' is not supported",
    ast.Yield: "'yield' is not supported",
    ast.YieldFrom: "'yield' is not supported",
}


class Compilation:
    """Compiles one expression and notes what it uses.

    ``roots``, ``nodes`` and ``uses_item_index`` are complete when the whole tree is compiled.
    """

    def __init__(
        self,
        source: str,
        finder: SpanFinder,
        known_roots: frozenset[str],
        whitelist: Mapping[type[ast.expr], Visitor],
    ) -> None:
        self.known_roots = known_roots
        self.roots: set[str] = set()
        self.nodes: set[str] = set()
        self.uses_item_index = False
        self.span: Callable[[ast.expr], Span] = finder.span
        self._source = source
        self._whitelist = whitelist

    def compile(self, node: ast.expr, names: Names) -> Evaluate:
        """The closure of ``node``, inside of loops over ``names``.

        Raises:
            ExpressionRejected: something in it is not allowed, or is not known.
        """
        visit = self._whitelist.get(type(node))
        if visit is None:
            unknown = f"{type(node).__name__} is not supported"
            raise self.rejected(_NAMED_CONSTRUCTS.get(type(node), unknown), node)
        return visit(self, node, names)

    def rejected(self, message: str, node: ast.expr) -> ExpressionRejected:
        """The refusal of the expression because of ``node``."""
        line, column, end = self.span(node)
        return ExpressionRejected(
            message, source=self._source, line=line, column=column, end_column=end
        )

    def check_name(self, node: ast.Name, names: Names) -> None:
        """Refuse a name that is neither a root nor a loop variable."""
        name = node.id
        if name in names or name in self.known_roots:
            return
        if name in FUNCTIONS:
            raise self.rejected(f"{name!r} is a function; call it: {name}(...)", node)
        known = [*self.known_roots, *names, *FUNCTIONS]
        hint = did_you_mean(name, known, FOREIGN_NAMES)
        raise self.rejected(f"unknown name {shortened(name)!r}{hint}", node)

    def check_new_name(self, name: str, node: ast.expr) -> None:
        """Refuse a loop variable that would hide a root or a function."""
        if name in self.known_roots or name in FUNCTIONS:
            raise self.rejected(f"{name!r} has a meaning already; take another name", node)


def explained(error: ExpressionError | ArithmeticError, span: Span) -> ExpressionError:
    """``error`` with its place, and as the author of an expression understands it."""
    if isinstance(error, ZeroDivisionError):
        problem = ExpressionError("division by zero")
    elif isinstance(error, ArithmeticError):
        problem = ExpressionError("the result is out of range")
    else:
        problem = error
    put_place(problem, span)
    return problem


def placed(evaluate: Evaluate, span: Span) -> Evaluate:
    """``evaluate`` whose errors are explained and have a place."""

    def run(scope: Scope) -> Any:
        try:
            return evaluate(scope)
        except (ExpressionError, ArithmeticError) as error:
            raise explained(error, span) from error.__cause__

    return run
