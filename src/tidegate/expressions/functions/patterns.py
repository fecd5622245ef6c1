"""Regular expressions, by RE2 only: its time is linear in the text, whatever the pattern."""

import re
from collections.abc import Iterator
from functools import cache
from typing import Any, Final, NamedTuple

from tidegate.errors import ExpressionError, ExpressionLimit
from tidegate.expressions.library import Topic
from tidegate.expressions.scope import Scope
from tidegate.expressions.values import need_text, need_whole

TOPIC: Final = Topic("Patterns (regular expressions)")

MAX_PATTERN: Final = 1_000
MAX_PROGRAM_BYTES: Final = 1 << 20
MAX_COMPILED: Final = 32
"""So many compiled patterns are kept; with the limit above that is at most 32 MB."""


class _Pattern(NamedTuple):
    compiled: Any
    groups: int
    size: int


_compiled: Final[dict[str, _Pattern]] = {}
_GROUP: Final = re.compile(r"\\(?:([0-9])|g<([0-9]{1,2})>|(.))", re.DOTALL)


@TOPIC.function("matches('a@b.co', r'^[^@]+@[^@]+$')", value=True)
def matches(scope: Scope, text: Any, pattern: Any) -> bool:
    """Whether the pattern matches somewhere in the text (`^` and `$` tie it to the ends)."""
    return _first(scope, text, pattern) is not None


@TOPIC.function("extract('order 4711 of today', r'order (\\d+)')", "4711")
def extract(scope: Scope, text: Any, pattern: Any) -> Any:
    """The first match: its text, its group, or a list of its groups; null without a match."""
    match = _first(scope, text, pattern)
    if match is None:
        return None
    groups = match.groups(default=b"")
    if not groups:
        return match.group().decode()
    return groups[0].decode() if len(groups) == 1 else [group.decode() for group in groups]


@TOPIC.function("find_all('a1b22', r'\\d+')", ["1", "22"])
def find_all(scope: Scope, text: Any, pattern: Any) -> list[Any]:
    """Every match: its text, its group, or a list of its groups."""
    return [_groups(match) for match in _search(scope, text, pattern)]


@TOPIC.function("replace_pattern('a1b22', r'(\\d+)', r'<\\1>')", "a<1>b<22>")
def replace_pattern(scope: Scope, text: Any, pattern: Any, replacement: Any, limit: int = 0) -> str:
    r"""With the replacement (`\1` is group 1) in the place of every match, or of `limit`."""
    template = _template(need_text(replacement, "the replacement"))
    parts: list[str] = []
    end = 0
    need_whole(limit, "limit")
    for match in _search(scope, text, pattern):
        start, stop = match.span()
        parts.append(text[end:start])
        for piece in template:
            part = piece if isinstance(piece, str) else _group(match, piece)
            scope.charge_text(8 + len(part), ascii_only=part.isascii())
            parts.append(part)
        scope.step(len(template))
        end = stop
        limit -= 1
        if limit == 0:
            break
    parts.append(text[end:])
    scope.charge_text(sum(map(len, parts)), ascii_only=all(map(str.isascii, parts)))
    return "".join(parts)


@TOPIC.function("split_pattern('a, b;c', r'[,;]\\s*')", ["a", "b", "c"])
def split_pattern(scope: Scope, text: Any, pattern: Any) -> list[str]:
    """The parts of the text between the matches."""
    parts: list[str] = []
    end = 0
    for match in _search(scope, text, pattern):
        start, stop = match.span()
        parts.append(text[end:start])
        end = stop
    parts.append(text[end:])
    return parts


@TOPIC.function("escape_pattern('1.5')", "1\\.5")
def escape_pattern(scope: Scope, text: Any) -> str:
    """The text as a pattern that matches only itself."""
    scope.charge_text(2 * len(need_text(text, "the text")), ascii_only=text.isascii())
    return str(_re2().escape(text))


@cache
def _re2() -> Any:
    import re2  # noqa: PLC0415 - a shared library that most expressions don't need

    return re2


def _compile(scope: Scope, pattern: Any) -> _Pattern:
    found = _compiled.get(need_text(pattern, "the pattern"))
    if found is not None:
        return found
    if len(pattern) > MAX_PATTERN:
        raise ExpressionLimit(f"a pattern has at most {MAX_PATTERN:,} characters")
    scope.step(100 + 2 * len(pattern))
    re2 = _re2()
    options = re2.Options()
    options.max_mem = MAX_PROGRAM_BYTES
    options.log_errors = False
    if len(_compiled) >= MAX_COMPILED:
        _compiled.clear()
        re2.purge()
    try:
        compiled = re2.compile(pattern, options)
    except re2.error as error:
        raise ExpressionError(f"the pattern is wrong: {_reason(error)}") from None
    found = _Pattern(compiled, compiled.groups, compiled.programsize)
    _compiled[pattern] = found
    return found


def _reason(error: Exception) -> str:
    reason = error.args[0] if error.args else ""
    return (reason.decode(errors="replace") if isinstance(reason, bytes) else str(reason))[:120]


def _pay(scope: Scope, text: str, pattern: _Pattern) -> None:
    """Take the steps and bytes of one search.

    The worst case is the text's length times the size of the compiled pattern, and more with
    groups. Mostly it is far less, but nobody can stop a search that has begun.
    """
    length = len(need_text(text, "the text"))
    scope.step(2 + ((length * pattern.size * (2 + pattern.groups)) >> 8))
    scope.charge(2 * length if text.isascii() else 8 * length)


def _first(scope: Scope, text: Any, pattern: Any) -> Any:
    """The first match in the text's UTF-8 bytes, which is faster than in text."""
    found = _compile(scope, pattern)
    _pay(scope, text, found)
    return found.compiled.search(text.encode())


def _search(scope: Scope, text: Any, pattern: Any) -> Iterator[Any]:
    """All matches, each paid for before it is given out."""
    found = _compile(scope, pattern)
    _pay(scope, text, found)
    groups = 1 + found.groups
    for match in found.compiled.finditer(text):
        scope.step(1 + groups)
        scope.charge(72 * groups + 4 * (match.end() - match.start()) * groups)
        yield match
        # One search may read the whole rest of the text, and the next one again.
        scope.look()


def _groups(match: Any) -> Any:
    groups = match.groups(default="")
    if not groups:
        return match.group()
    return groups[0] if len(groups) == 1 else list(groups)


def _group(match: Any, number: int) -> str:
    try:
        return match.group(number) or ""
    except IndexError:
        raise ExpressionError(f"the pattern has no group {number}") from None


def _template(replacement: str) -> list[str | int]:
    """The replacement as texts and group numbers."""
    if len(replacement) > MAX_PATTERN * 10:
        raise ExpressionLimit(f"a replacement has at most {MAX_PATTERN * 10:,} characters")
    pieces: list[str | int] = []
    end = 0
    for match in _GROUP.finditer(replacement):
        pieces.append(replacement[end : match.start()])
        digit, number, other = match.groups()
        if other is not None and other != "\\":
            raise ExpressionError(f"\\{other} means nothing in a replacement; write \\\\")
        pieces.append(other if other is not None else int(digit or number))
        end = match.end()
    return [*pieces, replacement[end:]]
