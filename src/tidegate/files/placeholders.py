"""Parameters in SQL: ``$1`` for a list, ``:name`` for an object, the same on every database.

A statement is only searched for placeholders and never changed with a value: values travel beside
it, to the driver.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final, Literal

from tidegate.errors import NodeFailed
from tidegate.sdk.sql import SqlParams

Dialect = Literal["sqlite", "postgresql"]

_PLACEHOLDERS: Final = r"::|\$(?P<number>[1-9]\d{0,4})(?![\w$])|:(?P<name>[A-Za-z_]\w*)"
_QUOTED: Final = r"'(?:[^']|'')*'|" r'"(?:[^"]|"")*"|--[^\n]*'
# What comes first wins, so that quoted text and comments hide what looks like a placeholder.
_TOKENS: Final[dict[Dialect, re.Pattern[str]]] = {
    "sqlite": re.compile(rf"{_QUOTED}|`[^`]*`|\[[^\]]*\]|/\*.*?\*/|{_PLACEHOLDERS}", re.DOTALL),
    "postgresql": re.compile(
        rf"[eE]'(?:[^'\\]|\\.|'')*'|{_QUOTED}|(?P<comment>/\*)|(?<![\w$])(?P<tag>\$(?:[^\W\d]\w*)?\$)"
        rf"|{_PLACEHOLDERS}",
        re.DOTALL,
    ),
}
_COMMENT_EDGE: Final = re.compile(r"/\*|\*/")
_NATIVE: Final[dict[Dialect, str]] = {"sqlite": "?", "postgresql": "$"}


class Statement:
    """A statement with its placeholders in the driver's form.

    ``text`` has numbered placeholders; :meth:`values` gives what belongs to them, in order.
    """

    def __init__(self, statement: str, dialect: Dialect, *, is_named: bool) -> None:
        """Find the placeholders; ``is_named`` tells which of the two kinds the values are for."""
        self._is_named = is_named
        self._names: list[str] = []
        self._highest = 0
        self.text = "".join(self._pieces(statement, dialect))

    def values(self, params: SqlParams) -> list[Any]:
        """The values in the order of the placeholders.

        Raises:
            NodeFailed: the statement uses a parameter that is not there.
        """
        if isinstance(params, Mapping) != self._is_named:
            raise NodeFailed("parameters must be lists for all items, or objects for all items")
        if isinstance(params, Mapping):
            missing = [name for name in self._names if name not in params]
            if missing:
                has = ", ".join(map(str, params)) or "none"
                raise NodeFailed(
                    f"the statement uses :{missing[0]}, which is not among the parameters: {has}"
                )
            return [params[name] for name in self._names]
        if self._highest > len(params):
            raise NodeFailed(
                f"the statement uses ${self._highest}, but there are {len(params)} parameters"
            )
        return list(params)

    def _pieces(self, statement: str, dialect: Dialect) -> Sequence[str]:
        pieces: list[str] = []
        position = 0
        while match := _TOKENS[dialect].search(statement, position):
            pieces.append(statement[position : match.start()])
            position = match.end()
            kind = match.lastgroup
            if kind == "name" and self._is_named:
                pieces.append(_NATIVE[dialect] + str(self._number_of(match["name"])))
                continue
            if kind == "number" and not self._is_named:
                self._highest = max(self._highest, int(match["number"]))
                pieces.append(_NATIVE[dialect] + match["number"])
                continue
            if kind == "comment":
                position = _end_of_comment(statement, position)
            elif kind == "tag":
                end = statement.find(match["tag"], position)
                position = len(statement) if end < 0 else end + len(match["tag"])
            pieces.append(statement[match.start() : position])
        pieces.append(statement[position:])
        return pieces

    def _number_of(self, name: str) -> int:
        if name not in self._names:
            self._names.append(name)
        return self._names.index(name) + 1


def _end_of_comment(statement: str, position: int) -> int:
    """Where a comment ends that began just before ``position``; PostgreSQL nests them."""
    depth = 1
    for edge in _COMMENT_EDGE.finditer(statement, position):
        depth += 1 if edge[0] == "/*" else -1
        if not depth:
            return edge.end()
    return len(statement)
