"""YAML text to plain values with their places.

The scanner is PyYAML's (libyaml where it is there). What plain text means follows the core schema
of YAML 1.2: ``on``, ``yes``, dates and ``12:30`` stay text. Anchors, aliases and tags are refused:
a workflow says what it means where it stands, and an alias can blow a small file up.
"""

import math
import re
from typing import Any, Final

import yaml

from tidegate.model.document_tree import MAX_DEPTH, Position, Tree, child_path

_LOADER: Final[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_WORDS: Final[dict[str, Any]] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_INTEGER: Final = re.compile(r"[-+]?[0-9]+\Z")
_BASED: Final = {"0o": (re.compile(r"0o[0-7]+\Z"), 8), "0x": (re.compile(r"0x[0-9a-fA-F]+\Z"), 16)}
_FLOAT: Final = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?\Z")
_NOT_FINITE: Final = re.compile(r"([-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN))\Z")
_LEADING_ZERO: Final = re.compile(r"[-+]?0[0-9]+\Z")
_NUMBER_START: Final = frozenset("0123456789+-.")
_EXPRESSION_HINT: Final = 'quote a value that starts with an expression: "{{ json.name }}"'
FORBIDDEN: Final = re.compile(
    "[^\t\n\r\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"
)
"""Characters that must be escaped in YAML: what can't be printed, and U+0085, U+2028 and U+2029,
which YAML 1.1 folds as line breaks and 1.2 does not."""


class NotANumber(ValueError):
    """Plain text that looks like a number and can't be one here; its text is the reason."""


def resolve_plain(text: str) -> Any:
    """The value of an unquoted scalar by the core schema of YAML 1.2.

    Raises:
        NotANumber: it is NaN, infinite, too long, or has leading zeros (which YAML 1.1 reads as
            octal, 1.2 as decimal, and people as text).
    """
    if text in _WORDS:
        return _WORDS[text]
    if text[0] not in _NUMBER_START:
        return text
    if _INTEGER.match(text):
        if _LEADING_ZERO.match(text):
            raise NotANumber(f"{text[:40]} has leading zeros: quote it if it is text")
        return _to_int(text, 10)
    pattern, base = _BASED.get(text[:2], (None, 0))
    if pattern is not None and pattern.match(text):
        return _to_int(text, base)
    if _FLOAT.match(text):
        value = float(text)
        if not math.isfinite(value):
            raise NotANumber(f"the number {text[:40]} is too large")
        return value
    if _NOT_FINITE.match(text):
        raise NotANumber(f"{text} is not a JSON value: use null, or quote it if it is text")
    return text


def _to_int(text: str, base: int) -> int:
    try:
        return int(text, base)
    except ValueError:  # Python's guard against quadratic conversion
        raise NotANumber(f"a number of {len(text)} digits is too long") from None


class _Frame:
    """A mapping or list that is still open."""

    __slots__ = ("key", "path", "value")

    def __init__(self, value: dict[str, Any] | list[Any], path: str) -> None:
        self.value = value
        self.path = path
        self.key: str | None = None


class _Composer:
    """Turns the parser's events into values; no recursion, so nesting is bounded by a number."""

    def __init__(self) -> None:
        self.tree = Tree()
        self.stack: list[_Frame] = []
        self.documents = 0

    def take(self, event: Any) -> None:
        """Handle one event."""
        if isinstance(event, yaml.ScalarEvent):
            self._check_properties(event)
            self._scalar(event)
        elif isinstance(event, yaml.CollectionStartEvent):
            self._check_properties(event)
            self._open(event)
        elif isinstance(event, yaml.CollectionEndEvent):
            self.stack.pop()
        elif isinstance(event, yaml.AliasEvent):
            self.tree.add(
                "YAML_FEATURE",
                f"aliases (*{event.anchor}) are not allowed in a workflow file",
                _position(event.start_mark),
                path=self._path(),
                hint="write the value out, or put it into 'variables' and use {{ vars.name }}",
            )
            self._place(None, event)
        elif isinstance(event, yaml.DocumentStartEvent):
            self.documents += 1
            if self.documents > 1:
                raise self.tree.stop(
                    "SYNTAX",
                    "a second YAML document starts here; a file holds one workflow",
                    _position(event.start_mark),
                )

    def _check_properties(self, event: Any) -> None:
        if event.anchor is None and event.tag is None:
            return
        position, path = _position(event.start_mark), self._path()
        if event.anchor is not None:
            self.tree.add(
                "YAML_FEATURE",
                f"anchors (&{event.anchor}) are not allowed in a workflow file",
                position,
                path=path,
                hint="write the value where it is used",
            )
        if event.tag is not None:
            self.tree.add(
                "YAML_FEATURE",
                f"tags ({event.tag[:60]}) are not allowed in a workflow file",
                position,
                path=path,
                hint="remove the tag; quote a value that is to be text",
            )

    def _path(self) -> str:
        """The path of what comes next."""
        if not self.stack:
            return ""
        frame = self.stack[-1]
        last = len(frame.value) if isinstance(frame.value, list) else frame.key
        return frame.path if last is None else child_path(frame.path, last)

    def _scalar(self, event: Any) -> None:
        frame = self.stack[-1] if self.stack else None
        if frame is not None and frame.key is None and isinstance(frame.value, dict):
            self._key(frame, frame.value, event)
            return
        value: Any = event.value
        if event.style is None or event.style == "":
            try:
                value = resolve_plain(value)
            except NotANumber as error:
                position = _position(event.start_mark)
                self.tree.add("INVALID_NUMBER", str(error), position, path=self._path())
                value = None
        self._place(value, event)

    def _key(self, frame: _Frame, mapping: dict[str, Any], event: Any) -> None:
        """Take a key as the text that is written: ``on:``, ``1:`` and ``null:`` are text too."""
        frame.key = event.value
        path = child_path(frame.path, event.value)
        if event.value in mapping:
            self.tree.add_duplicate(path, event.value, _position(event.start_mark))
        else:
            self.tree.positions.setdefault(path, _position(event.start_mark))

    def _place(self, value: Any, event: Any) -> str:
        """Put a value where it belongs; returns its path."""
        if not self.stack:
            self.tree.value = value
            return ""
        frame = self.stack[-1]
        if isinstance(frame.value, list):
            path = child_path(frame.path, len(frame.value))
            self.tree.positions.setdefault(path, _position(event.start_mark))
            frame.value.append(value)
            return path
        if frame.key is None:
            raise self.tree.stop(
                "SYNTAX",
                "a key must be text, not a mapping, list or alias",
                _position(event.start_mark),
                _EXPRESSION_HINT if isinstance(event, yaml.MappingStartEvent) else None,
            )
        path = child_path(frame.path, frame.key)
        frame.value.setdefault(frame.key, value)
        frame.key = None
        return path

    def _open(self, event: Any) -> None:
        value: Any = {} if isinstance(event, yaml.MappingStartEvent) else []
        path = self._place(value, event)
        if len(self.stack) >= MAX_DEPTH:
            raise self.tree.stop(
                "TOO_DEEP",
                f"nested more than {MAX_DEPTH} levels deep",
                _position(event.start_mark),
            )
        self.stack.append(_Frame(value, path))


def _position(mark: Any) -> Position:
    return mark.line + 1, mark.column + 1


def read_yaml(text: str) -> Tree:
    """The value of a YAML text with its places.

    Raises:
        WorkflowInvalid: the text can't be read to its end; the last problem is the reason.
    """
    composer = _Composer()
    odd = FORBIDDEN.search(text)
    if odd:
        raise composer.tree.stop(
            "INVALID_CHARACTER",
            f"the character U+{ord(odd[0]):04X} may not stand in a YAML file as it is",
            (text.count("\n", 0, odd.start()) + 1, odd.start() - text.rfind("\n", 0, odd.start())),
            f'write it as "\\u{ord(odd[0]):04x}" between double quotes' if ord(odd[0]) else None,
        )
    try:
        for event in yaml.parse(text, Loader=_LOADER):
            composer.take(event)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        what = ": ".join(part for part in (error.context, error.problem) if part)
        raise composer.tree.stop(
            "SYNTAX",
            f"this is not valid YAML: {what}",
            _position(mark) if mark else None,
            _hint(what, text, mark),
        ) from None
    return composer.tree


def _hint(what: str, text: str, mark: Any) -> str | None:
    """What people usually did wrong."""
    lines = text.splitlines()
    line = lines[mark.line] if mark and mark.line < len(lines) else ""
    if "\t" in line[: len(line) - len(line.lstrip())] or "'\\t'" in what:
        return "indent with spaces, not with tabs"
    if "{{" in line:
        return _EXPRESSION_HINT
    if "mapping values are not allowed" in what:
        return "quote a value that contains ': ', and check the indentation"
    return None
