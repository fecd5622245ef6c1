"""JSON text to plain values with their places: RFC 8259, no more and no less."""

import bisect
import json
import math
import re
from typing import Any, Final

from tidegate.model.document_tree import MAX_DEPTH, Position, Tree, child_path

_SPACE: Final = re.compile(r"[ \t\n\r]*")
_NUMBER: Final = re.compile(r"-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?")
_WORD: Final = re.compile(r"[-+A-Za-z0-9_.]+")
_SURROGATE: Final = re.compile("[\ud800-\udfff]")
_WORDS: Final[dict[str, Any]] = {"true": True, "false": False, "null": None}
_strings: Final = json.JSONDecoder()


class _Reader:
    """Reads one text; recursion is bounded by ``MAX_DEPTH``."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.tree = Tree()
        self.newlines = [match.start() for match in re.finditer("\n", text)]

    def read(self) -> Tree:
        self.tree.value = self._value("", 0)
        self._skip()
        if self.at < len(self.text):
            raise self._stop("nothing may follow the end of the document")
        return self.tree

    def _position(self, at: int) -> Position:
        line = bisect.bisect_left(self.newlines, at)
        start = self.newlines[line - 1] + 1 if line else 0
        return line + 1, at - start + 1

    def _stop(self, message: str, hint: str | None = None) -> Exception:
        return self.tree.stop(
            "SYNTAX", f"this is not valid JSON: {message}", self._position(self.at), hint
        )

    def _skip(self) -> str:
        """Move over white space; the next character, or ``""`` at the end."""
        match = _SPACE.match(self.text, self.at)
        assert match
        self.at = match.end()
        return self.text[self.at : self.at + 1]

    def _value(self, path: str, depth: int) -> Any:
        char = self._skip()
        if char == '"':
            return self._string(path)
        if char in ("{", "["):
            if depth >= MAX_DEPTH:
                raise self.tree.stop(
                    "TOO_DEEP",
                    f"nested more than {MAX_DEPTH} levels deep",
                    self._position(self.at),
                )
            self.at += 1
            return self._object(path, depth) if char == "{" else self._array(path, depth)
        return self._word(char, path)

    def _object(self, path: str, depth: int) -> dict[str, Any]:
        found: dict[str, Any] = {}
        if self._skip() == "}":
            self.at += 1
            return found
        while True:
            if self._skip() != '"':
                raise self._stop('a key in "double quotes" must stand here', self._trailing())
            position = self._position(self.at)
            key = self._string(path)
            inner = child_path(path, key)
            again = key in found
            if again:
                self.tree.add_duplicate(inner, key, position)
            else:
                self.tree.positions.setdefault(inner, position)
            if self._skip() != ":":
                raise self._stop("a ':' must follow the key")
            self.at += 1
            value = self._value(inner, depth + 1)
            if not again:
                found[key] = value
            if self._ends("}"):
                return found

    def _array(self, path: str, depth: int) -> list[Any]:
        found: list[Any] = []
        if self._skip() == "]":
            self.at += 1
            return found
        while True:
            if self._skip() == "]":
                raise self._stop("a value must stand here", self._trailing())
            inner = child_path(path, len(found))
            self.tree.positions.setdefault(inner, self._position(self.at))
            found.append(self._value(inner, depth + 1))
            if self._ends("]"):
                return found

    def _ends(self, closing: str) -> bool:
        char = self._skip()
        if char not in (",", closing):
            raise self._stop(f"a ',' or '{closing}' must stand here")
        self.at += 1
        return char == closing

    def _trailing(self) -> str | None:
        return "remove the comma before it" if self.text[: self.at].rstrip()[-1:] == "," else None

    def _string(self, path: str) -> str:
        start = self.at
        try:
            value, self.at = _strings.raw_decode(self.text, start)
        except json.JSONDecodeError as error:
            self.at = error.pos
            raise self._stop(f"a text that starts here or before is broken ({error.msg})") from None
        assert isinstance(value, str)
        if _SURROGATE.search(value):
            self.tree.add(
                "INVALID_CHARACTER",
                "this text holds half of a surrogate pair, which is no character",
                self._position(start),
                path=path,
                hint="write the character itself, or both halves",
            )
            return _SURROGATE.sub("\ufffd", value)
        return value

    def _word(self, char: str, path: str) -> Any:
        """A number or one of the three names."""
        match = _WORD.match(self.text, self.at)
        if not match:
            what = f"not {char!r}" if char else "not the end of the file"
            raise self._stop(
                f"a value must stand here, {what}",
                "text needs double quotes" if char == "'" else None,
            )
        word, start = match[0], self.at
        if word in _WORDS:
            self.at = match.end()
            return _WORDS[word]
        number = _NUMBER.fullmatch(word)
        if not number:
            if word.lstrip("-+").lower() in ("nan", "infinity", "inf"):
                raise self._stop(f"{word} is not a JSON value", "use null, or a text in quotes")
            raise self._stop(f"a value must stand here, not {word[:40]!r}")
        self.at = match.end()
        try:
            value = float(word) if number[1] or number[2] else int(word)
        except ValueError:  # Python's guard against quadratic conversion
            value = math.inf
        if isinstance(value, float) and not math.isfinite(value):
            self.tree.add(
                "INVALID_NUMBER",
                f"the number {word[:40]} is too large",
                self._position(start),
                path=path,
            )
            return None
        return value


def read_json(text: str) -> Tree:
    """The value of a JSON text with its places.

    Raises:
        WorkflowInvalid: the text can't be read to its end; the last problem is the reason.
    """
    return _Reader(text).read()
