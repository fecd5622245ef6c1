"""Compiled expressions."""

from typing import Any, Final

from tidegate.errors import ExpressionError, ExpressionLimit, TidegateError
from tidegate.expressions.compilation import Evaluate
from tidegate.expressions.compiler import compile_tree, is_plain_access
from tidegate.expressions.parser import parse
from tidegate.expressions.results import finish
from tidegate.expressions.scope import Scope
from tidegate.expressions.source import put_place
from tidegate.expressions.values import SCALARS, to_text

ROOTS: Final = frozenset(
    {"json", "item", "items", "node", "trigger", "execution", "workflow", "vars"}
)
"""The names that every expression may use; ``now()`` is a function."""


class Expression:
    """A compiled expression; immutable, and usable with any number of scopes.

    ``roots`` are the roots that it names, ``nodes`` the ids in its ``node("id")``.
    ``uses_item_index`` is true if it may depend on the position of the item (``item.index``, or
    ``item`` as a whole).
    """

    __slots__ = ("_compute", "_shared", "nodes", "roots", "source", "uses_item_index")

    def __init__(
        self,
        source: str,
        compute: Evaluate,
        *,
        roots: frozenset[str],
        nodes: frozenset[str],
        uses_item_index: bool,
        shared: bool,
    ) -> None:
        """``shared`` says that it only takes a part of a root; see :func:`compile_expression`."""
        self.source = source
        self.roots = roots
        self.nodes = nodes
        self.uses_item_index = uses_item_index
        self._compute = compute
        self._shared = shared

    def __repr__(self) -> str:
        return f"Expression({self.source!r})"

    def evaluate(self, scope: Scope) -> Any:
        """The value for ``scope``: JSON-like, of at most 16 MB as JSON.

        What the expression took from the scope is shared with it, not copied.

        Raises:
            ExpressionError: it can't be evaluated; with the place.
            ExpressionLimit: a limit of one evaluation, or the node execution's budget, ended it.
        """
        try:
            given = scope.begin()
            value = self._compute(scope)
            if type(value) in SCALARS and scope.alloc == given:
                return value
            return finish(scope, value, given, shared=self._shared)
        except ExpressionError as error:
            self._complete(error)
            raise
        except TidegateError:
            raise
        except Exception as error:
            raise self._unexpected(error) from error

    def text(self, scope: Scope) -> str:
        """The value as text, within a larger evaluation that has begun and will be finished.

        Raises:
            ExpressionError: as :meth:`evaluate` does.
        """
        try:
            return to_text(scope, self._compute(scope))
        except ExpressionError as error:
            self._complete(error)
            raise
        except TidegateError:
            raise
        except Exception as error:
            raise self._unexpected(error) from error

    def _complete(self, error: ExpressionError) -> None:
        """Give the error its source; its place is the whole expression, if no part of it is."""
        if error.source is None:
            error.source = self.source
            first_line = self.source.partition("\n")[0]
            put_place(error, (1, 1, len(first_line) + 1))

    def _unexpected(self, error: Exception) -> ExpressionError:
        """What people see of an exception that no part of the language foresaw."""
        problem: ExpressionError
        if isinstance(error, RecursionError):
            problem = ExpressionLimit("this value is nested too deeply")
        elif isinstance(error, MemoryError):
            problem = ExpressionLimit("there is not enough memory for this")
        else:
            problem = ExpressionError(f"this can't be evaluated ({type(error).__name__})")
        self._complete(problem)
        return problem


def compile_expression(source: str, *, extra_roots: frozenset[str] = frozenset()) -> Expression:
    """Compile the expression ``source``, written without ``{{ }}``.

    Args:
        source: Python's syntax, as far as expressions have it.
        extra_roots: further names that the scope will have.

    Raises:
        ExpressionRejected: with line and column (from 1) of what is wrong.
    """
    tree, finder = parse(source)
    compute, compilation = compile_tree(tree, source, finder, ROOTS | extra_roots)
    return Expression(
        source,
        compute,
        roots=frozenset(compilation.roots),
        nodes=frozenset(compilation.nodes),
        uses_item_index=compilation.uses_item_index,
        shared=is_plain_access(tree),
    )
