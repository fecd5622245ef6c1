"""From text to a syntax tree whose size, depth and literals are bounded."""

import ast
import math
import re
import threading
import warnings
from typing import Final

from tidegate.errors import ExpressionRejected
from tidegate.expressions.scope import MAX_INT_BITS
from tidegate.expressions.source import MAX_SOURCE, TOO_LONG, SpanFinder, rejected_at, scan

MAX_NODES: Final = 1_000
MAX_DEPTH: Final = 100

_parsing = threading.Lock()
"""Warnings can only be silenced for the whole process, so one thread at a time."""

_FOREIGN: Final = (
    (re.compile(r"\$"), "names have no '$' here: write json.name"),
    (re.compile(r"&&"), "write 'and' instead of '&&'"),
    (re.compile(r"\|\|"), "write 'or' instead of '||'"),
    (re.compile(r"[!=]=="), "write '==' or '!='"),
    (re.compile(r"=>"), "write lambda x: ... or a comprehension [... for x in ...]"),
    (re.compile(r"\?"), "write 'a if condition else b', or default(a, b)"),
    (re.compile(r"(?<![=!<>])=(?!=)"), "an expression can't assign; '==' compares"),
)
"""What people write who know other languages, and what to write here."""


def parse(source: str) -> tuple[ast.expr, SpanFinder]:
    """The syntax tree of one expression, and how to find places in it.

    Raises:
        ExpressionRejected: the source is not an expression, or too long, large or deep.
    """
    if len(source) > MAX_SOURCE:
        raise rejected_at(source, 0, TOO_LONG)
    if not source.strip():
        raise rejected_at(source, 0, "there is no expression")
    if "\0" in source:
        raise rejected_at(source, source.index("\0"), "an expression can't hold a NUL character")
    if source.lstrip().startswith("{{"):
        raise rejected_at(source, source.index("{{"), "write the expression without {{ }}", 2)
    scan(source)
    tree = _parse(source)
    finder = SpanFinder(source, shift=1)
    _bound(tree, source, finder)
    if type(tree) is ast.GeneratorExp and (tree.lineno, tree.col_offset) == (1, 0):
        raise rejected_at(source, 0, "put the loop in square brackets: [... for x in ...]")
    return tree, finder


def _parse(source: str) -> ast.expr:
    try:
        with _parsing, warnings.catch_warnings():
            warnings.simplefilter("ignore")
            # The brackets let an expression go over several lines.
            return ast.parse(f"({source}\n)", mode="eval").body
    except SyntaxError as error:
        raise _syntax_error(source, error) from None
    except UnicodeError:
        raise rejected_at(source, 0, "the expression holds half a surrogate pair") from None
    except (RecursionError, MemoryError, ValueError, OverflowError):
        raise rejected_at(source, 0, "this expression is too complex") from None


def _syntax_error(source: str, error: SyntaxError) -> ExpressionRejected:
    lines = source.split("\n")
    line = error.lineno or 1
    column = error.offset or 1
    if line > len(lines):
        line, column = len(lines), len(lines[-1]) + 1
    elif line == 1:
        column -= 1
    column = max(1, min(column, len(lines[line - 1]) + 1))
    end = column + 1
    if error.end_lineno == error.lineno and error.end_offset:
        end = max(end, min(error.end_offset - (line == 1), len(lines[line - 1]) + 1))
    message = f"this is not an expression: {error.msg}"
    around = lines[line - 1][max(0, column - 3) : end + 3]
    if "integer string conversion" in str(error.msg):
        message = "this number is too large"
    for pattern, advice in _FOREIGN:
        if pattern.search(around):
            message = f"this is not an expression: {advice}"
            break
    return ExpressionRejected(message, source=source, line=line, column=column, end_column=end)


def _bound(tree: ast.expr, source: str, finder: SpanFinder) -> None:
    """Refuse trees that are too large or deep, and literals that JSON can't hold."""
    count = 0
    stack: list[tuple[ast.AST, int]] = [(tree, 0)]
    while stack:
        node, depth = stack.pop()
        count += 1
        if count > MAX_NODES:
            raise rejected_at(source, 0, f"an expression has at most {MAX_NODES:,} parts")
        if depth > MAX_DEPTH:
            raise rejected_at(source, 0, "this expression is nested too deeply")
        if type(node) is ast.Constant:
            problem = _literal_problem(node.value)
            if problem:
                line, column, end = finder.span(node)
                raise ExpressionRejected(
                    problem, source=source, line=line, column=column, end_column=end
                )
        stack.extend((child, depth + 1) for child in ast.iter_child_nodes(node))


def _literal_problem(value: object) -> str | None:
    kind = type(value)
    if kind is str:
        assert isinstance(value, str)
        try:
            value.encode()
        except UnicodeEncodeError:
            return "this text holds half a surrogate pair"
    elif kind is int:
        assert isinstance(value, int)
        if value.bit_length() > MAX_INT_BITS:
            return "this number is too large"
    elif kind is float:
        assert isinstance(value, float)
        if not math.isfinite(value):
            return "this number is too large"
    elif value is not None and kind is not bool:
        return f"a literal of type {kind.__name__} is not allowed"
    return None
