"""Places in the text of an expression, and finding where an expression ends.

Python's own parser does the parsing; what stands here only skips texts and counts brackets, to
find the ``}}`` of a template and to refuse what would be hard on the parser.
"""

import ast
import re
from collections.abc import Iterator
from typing import Final

from tidegate.errors import ExpressionError, ExpressionRejected

Span = tuple[int, int, int]
"""Line, column and end column of a part of an expression; all count from 1."""

MAX_SOURCE: Final = 10_000
TOO_LONG: Final = f"an expression has at most {MAX_SOURCE:,} characters"
MAX_NESTING: Final = 50
"""So many brackets inside of each other, or signs before a value."""

_TOKEN: Final = re.compile(
    r"(?P<space>\s+)|(?P<word>\w+)|(?P<quote>'''|\"\"\"|'|\")|(?P<other>.)", re.DOTALL
)
_TEXT_END: Final = {
    "'": re.compile(r"[^'\\\n]*(?:\\.[^'\\\n]*)*'", re.DOTALL),
    '"': re.compile(r'[^"\\\n]*(?:\\.[^"\\\n]*)*"', re.DOTALL),
    "'''": re.compile(r"[^'\\]*(?:(?:\\.|'(?!''))[^'\\]*)*'''", re.DOTALL),
    '"""': re.compile(r'[^"\\]*(?:(?:\\.|"(?!""))[^"\\]*)*"""', re.DOTALL),
}
_CLOSING: Final = {"(": ")", "[": "]", "{": "}"}
_PREFIXES: Final = frozenset({"not", "-", "+", "~"})


def place_of(text: str, position: int) -> tuple[int, int]:
    """Line and column (from 1) of a position (from 0) in ``text``."""
    line_start = text.rfind("\n", 0, position) + 1
    return text.count("\n", 0, line_start) + 1, position - line_start + 1


def rejected_at(text: str, position: int, message: str, width: int = 1) -> ExpressionRejected:
    """The refusal of ``text`` because of what stands at ``position``."""
    line, column = place_of(text, position)
    return ExpressionRejected(
        message, source=text, line=line, column=column, end_column=column + width
    )


def put_place(error: ExpressionError, span: Span) -> None:
    """Give ``error`` its place, unless a smaller part of the expression gave it one already."""
    if error.column is None:
        error.line, error.column, error.end_column = span


class SpanFinder:
    """Turns the positions of Python's parser (UTF-8 bytes, from 0) into characters from 1."""

    __slots__ = ("_ascii", "_lines", "_shift")

    def __init__(self, source: str, shift: int) -> None:
        """``shift`` is what stood before the source on its first line when it was parsed."""
        self._ascii = source.isascii()
        self._lines = source.split("\n")
        self._shift = shift

    def span(self, node: ast.expr) -> Span:
        """The place of ``node``; what reaches over several lines ends with its first."""
        line = min(node.lineno, len(self._lines))
        text = self._lines[line - 1]
        shift = self._shift if line == 1 else 0
        start = self._characters(text, node.col_offset - shift)
        if node.end_lineno == node.lineno and node.end_col_offset is not None:
            end = self._characters(text, node.end_col_offset - shift)
        else:
            end = len(text)
        return line, start + 1, max(end, start + 1) + 1

    def _characters(self, text: str, offset: int) -> int:
        if self._ascii:
            return offset
        return len(text.encode()[:offset].decode(errors="replace"))


def _tokens(text: str, start: int) -> Iterator[tuple[str, int]]:
    """Words and symbols outside of texts, with their positions."""
    position = start
    while position < len(text):
        match = _TOKEN.match(text, position)
        assert match is not None
        token = match[0]
        if match.lastgroup == "quote":
            end = _TEXT_END[token].match(text, match.end(), start + MAX_SOURCE + len(token))
            if end is None:
                raise rejected_at(
                    text, position, f"the text that begins here is never closed with {token}"
                )
            yield token, position
            position = end.end()
            continue
        if match.lastgroup != "space":
            yield token, position
        position = match.end()


def scan(text: str, start: int = 0, *, template: bool = False) -> int:
    """Check the brackets of the expression at ``start``.

    Args:
        text: an expression, or a template.
        start: where the expression begins.
        template: whether it ends before ``}}``, rather than with the text.

    Returns:
        The position of its end.

    Raises:
        ExpressionRejected: brackets or texts don't close, or are nested too deeply.
    """
    brackets: list[tuple[str, int]] = []
    prefixes = 0
    for mark, position in _tokens(text, start):
        if position - start > MAX_SOURCE:
            raise rejected_at(text, start, TOO_LONG)
        if mark in _CLOSING:
            brackets.append((mark, position))
        elif mark in _CLOSING.values():
            if template and not brackets and text.startswith("}}", position):
                return position
            _close(text, position, mark, brackets)
        prefixes = prefixes + 1 if mark in _PREFIXES else 0
        _check_mark(text, position, mark, max(len(brackets), prefixes))
    if brackets:
        mark, position = brackets[-1]
        raise rejected_at(text, position, f"'{mark}' is never closed")
    if template:
        raise rejected_at(text, start - 2, "this '{{' is never closed with '}}'", 2)
    return len(text)


def _close(text: str, position: int, mark: str, brackets: list[tuple[str, int]]) -> None:
    if not brackets:
        raise rejected_at(text, position, f"'{mark}' does not close anything here")
    opened, _ = brackets.pop()
    if _CLOSING[opened] != mark:
        raise rejected_at(text, position, f"'{opened}' must be closed before this '{mark}'")


def _check_mark(text: str, position: int, mark: str, nesting: int) -> None:
    if mark == "#":
        raise rejected_at(text, position, "an expression can't hold a comment")
    if mark == "\\":
        raise rejected_at(text, position, "a backslash only means something in a text")
    if nesting > MAX_NESTING:
        raise rejected_at(text, position, "this expression is nested too deeply")
