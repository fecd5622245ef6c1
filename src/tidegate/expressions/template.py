"""Parameter texts with ``{{ ... }}`` in them."""

from typing import Any, Final

from tidegate.errors import ExpressionError, ExpressionRejected
from tidegate.expressions.expression import Expression, compile_expression
from tidegate.expressions.results import finish
from tidegate.expressions.scope import Scope
from tidegate.expressions.source import place_of, put_place, rejected_at, scan

OPEN: Final = "{{"
CLOSE: Final = "}}"
ESCAPE: Final = "\\"

MAX_EXPRESSIONS: Final = 500
"""So many expressions may one text hold."""


class Template:
    """A compiled text; ``roots`` and ``nodes`` are those of all its expressions."""

    __slots__ = ("_only", "_parts", "expressions", "nodes", "roots", "source")

    def __init__(self, source: str, parts: tuple[str | Expression, ...]) -> None:
        """``parts`` are texts and expressions in turn; line breaks around one don't count."""
        self.source = source
        self.expressions = tuple(part for part in parts if isinstance(part, Expression))
        self.roots = frozenset[str]().union(*(each.roots for each in self.expressions))
        self.nodes = frozenset[str]().union(*(each.nodes for each in self.expressions))
        self._parts = parts
        around = "".join(part for part in parts if isinstance(part, str))
        alone = len(self.expressions) == 1 and not around.strip("\r\n")
        self._only = self.expressions[0] if alone else None

    def __repr__(self) -> str:
        return f"Template({self.source!r})"

    def evaluate(self, scope: Scope) -> Any:
        """The value of an expression that stands alone, or else the text with all values in it.

        Null is nothing in a text, lists and objects are JSON, dates ISO text.

        Raises:
            ExpressionError: an expression can't be evaluated; with its source and the place.
            ExpressionLimit: a limit of one evaluation, or the node execution's budget, ended it.
        """
        only = self._only
        if only is not None:
            return only.evaluate(scope)
        try:
            given = scope.begin()
            text = self._joined(scope)
            return finish(scope, text, given, shared=False)
        except ExpressionError as error:
            # Not of one of the expressions, but of all of them together.
            if error.source is None:
                error.source = self.source
                put_place(error, (1, 1, 2))
            raise

    def _joined(self, scope: Scope) -> str:
        texts = [part if isinstance(part, str) else part.text(scope) for part in self._parts]
        ascii_only = all(text.isascii() for text in texts)
        scope.charge_text(sum(map(len, texts)), ascii_only=ascii_only)
        return "".join(texts)


def compile_template(text: str, *, extra_roots: frozenset[str] = frozenset()) -> Template | None:
    r"""Compile the expressions in a parameter's text.

    ``\{{`` stands for ``{{`` as text.

    Args:
        text: any text.
        extra_roots: further names that the scope will have.

    Returns:
        None if there is no ``{{`` in the text, which then stands for itself.

    Raises:
        ExpressionRejected: with ``text`` as its source and the place in it.
    """
    if OPEN not in text:
        return None
    parts: list[str | Expression] = []
    count = end = 0
    while (start := text.find(OPEN, end)) >= 0:
        if start > end and text[start - 1] == ESCAPE:
            parts.append(text[end : start - 1] + OPEN)
            end = start + len(OPEN)
            continue
        count += 1
        if count > MAX_EXPRESSIONS:
            raise rejected_at(text, start, f"a text holds at most {MAX_EXPRESSIONS} expressions")
        parts.append(text[end:start])
        close = scan(text, start + len(OPEN), template=True)
        parts.append(_compile_part(text, start + len(OPEN), close, extra_roots))
        end = close + len(CLOSE)
    parts.append(text[end:])
    return Template(text, tuple(part for part in parts if part != ""))


def _compile_part(text: str, start: int, end: int, extra_roots: frozenset[str]) -> Expression:
    """The expression at ``text[start:end]``; its errors get their place in the whole text."""
    inner = text[start:end]
    source = inner.strip()
    start += len(inner) - len(inner.lstrip())
    try:
        return compile_expression(source, extra_roots=extra_roots)
    except ExpressionRejected as error:
        line, column = place_of(text, start)
        inner_line, inner_column = error.line or 1, error.column or 1
        shift = column - 1 if inner_line == 1 else 0
        raise ExpressionRejected(
            error.message,
            source=text,
            line=line + inner_line - 1,
            column=inner_column + shift,
            end_column=(error.end_column or inner_column + 1) + shift,
        ) from None
