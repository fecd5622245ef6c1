"""Field paths: how a parameter names a field inside an item.

``name``, ``address.city``, ``tags[0]`` (or ``tags.0``), ``tags[-1]``, and ``["a.b"].c`` for a key
that holds a dot or a bracket. The same text reads the same place in expressions (``json.tags[0]``).
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from enum import Enum
from functools import lru_cache
from typing import Annotated, Any, Final, Literal

from pydantic import AfterValidator

from tidegate import codec
from tidegate.errors import InvalidInput, NodeFailed
from tidegate.model.item import Item, JsonObject
from tidegate.sdk.values import type_name


class _Missing(Enum):
    """The type of :data:`MISSING`: an enum with one member, which type checkers can narrow."""

    MISSING = "missing"


MISSING: Final = _Missing.MISSING
"""What :meth:`FieldPath.get` gives where there is no such field (``None`` is JSON's null)."""

_SHOWN_NAMES = 12
_MAX_LENGTH = 1000
_PART = re.compile(
    r"""(?P<name>[^.\[\]]+)
      | \[(?P<index>-?\d{1,9})\]
      | \[(?P<quoted>"(?:[^"\\]|\\.)*")\]
      | \['(?P<single>[^']*)'\]""",
    re.VERBOSE,
)


class FieldPath:
    """A parsed path. ``keys`` are names (``str``) and list positions (``int``)."""

    __slots__ = ("keys", "text")

    def __init__(self, text: str, keys: tuple[str | int, ...]) -> None:
        self.text = text
        self.keys = keys

    def __repr__(self) -> str:
        return f"FieldPath({self.text!r})"

    def get(self, json: Any) -> Any:
        """The value at the path, or :data:`MISSING`."""
        value = json
        for key in self.keys:
            if type(value) is dict:
                value = value.get(key, MISSING)
                if value is MISSING:
                    return MISSING
            elif type(value) is list:
                position = _position(key, len(value))
                if position is None or position >= len(value):
                    return MISSING
                value = value[position]
            else:
                return MISSING
        return value

    def assign(self, target: JsonObject, value: Any) -> None:
        """Put ``value`` into ``target``, making objects on the way where there is nothing.

        ``target`` must be a new dict of the caller's own; the containers below it are copied,
        because other items may share them.

        Raises:
            NodeFailed: the path leads through a text, a number or past the end of a list.
        """
        container: Any = target
        for depth, key in enumerate(self.keys[:-1]):
            child = self._child(container, key, depth)
            child = {} if child is MISSING or child is None else child
            if type(child) is not dict and type(child) is not list:
                raise NodeFailed(
                    f"can't set {self.text!r}: {join_keys(self.keys[: depth + 1])!r} is "
                    f"{type_name(child)}, not an object"
                )
            child = child.copy()
            self._put(container, key, child, depth)
            container = child
        self._put(container, self.keys[-1], value, len(self.keys) - 1)

    def delete(self, target: JsonObject) -> bool:
        """Take the field out of ``target`` (the caller's own new dict); whether it was there."""
        if self.get(target) is MISSING:
            return False
        container: Any = target
        for depth, key in enumerate(self.keys[:-1]):
            child = self._child(container, key, depth).copy()
            self._put(container, key, child, depth)
            container = child
        last = self.keys[-1]
        if type(container) is list:
            del container[_position(last, len(container)) or 0]
        else:
            del container[last]
        return True

    def _child(self, container: Any, key: str | int, depth: int) -> Any:
        if type(container) is dict:
            return container.get(key, MISSING)
        position = _position(key, len(container))
        return MISSING if position is None or position >= len(container) else container[position]

    def _put(self, container: Any, key: str | int, value: Any, depth: int) -> None:
        if type(container) is dict:
            if type(key) is int:
                raise NodeFailed(
                    f"can't set {self.text!r}: {join_keys(self.keys[:depth]) or 'the item'!r} is "
                    "not a list"
                )
            container[key] = value
            return
        position = _position(key, len(container))
        if position is None or position > len(container):
            raise NodeFailed(
                f"can't set {self.text!r}: {join_keys(self.keys[:depth])!r} is a list with "
                f"{len(container)} elements; the next free position is [{len(container)}]"
            )
        if position == len(container):
            container.append(value)
        else:
            container[position] = value


def _position(key: str | int, length: int) -> int | None:
    """A key as a position in a list: ``0`` and ``"0"`` are the first, ``-1`` is the last."""
    if type(key) is str:
        return int(key) if key.isdecimal() and key.isascii() and len(key) < 10 else None
    position = int(key)
    if position >= 0:
        return position
    return position + length if position + length >= 0 else None


@lru_cache(maxsize=4096)
def parse_path(text: str) -> FieldPath:
    """The path that ``text`` names.

    Raises:
        NodeFailed: the text is not a path.
    """
    if not text or len(text) > _MAX_LENGTH:
        raise NodeFailed(f"a field's name must have 1 to {_MAX_LENGTH} characters")
    keys: list[str | int] = []
    at = 0
    while at < len(text):
        if keys and text[at] == ".":
            at += 1
            part = _PART.match(text, at)
            part = part if part and part["name"] else None
        else:
            part = _PART.match(text, at)
            part = None if part and keys and part["name"] else part
        if part is None:
            raise NodeFailed(
                f"{text!r} is not a field's path (character {at + 1}); write name, address.city, "
                'tags[0], or ["a.b"] for a key that holds a dot or a bracket'
            )
        keys.append(_key(part, text))
        at = part.end()
    return FieldPath(text, tuple(keys))


def _key(part: re.Match[str], text: str) -> str | int:
    if part["name"] is not None:
        return part["name"]
    if part["index"] is not None:
        return int(part["index"])
    if part["single"] is not None:
        return part["single"]
    try:
        return str(codec.decode(part["quoted"]))
    except InvalidInput:
        raise NodeFailed(
            f"{text!r} is not a field's path: {part['quoted']} is not a text"
        ) from None


def join_keys(keys: Sequence[str | int]) -> str:
    """The text of a path with these keys; the reverse of :func:`parse_path`."""
    text = ""
    for key in keys:
        if isinstance(key, int):
            text += f"[{key}]"
        elif not key or any(mark in key for mark in ".[]"):
            text += f"[{codec.encode(key).decode()}]"
        else:
            text += f".{key}" if text else key
    return text


def describe_fields(json: JsonObject) -> str:
    """``it has: name, qty``: the fields of an object, for an error."""
    if not json:
        return "it has no fields"
    names = [join_keys([name]) for name in list(json)[:_SHOWN_NAMES]]
    more = f" and {len(json) - _SHOWN_NAMES} more" if len(json) > _SHOWN_NAMES else ""
    return f"it has: {', '.join(names)}{more}"


def _checked(text: str) -> str:
    try:
        parse_path(text)
    except NodeFailed as error:
        raise ValueError(error.message) from None
    return text


class FieldSetter:
    """Puts values into objects by their paths, fast where the paths are plain names."""

    __slots__ = ("_nested", "_plain")

    def __init__(self) -> None:
        self._plain: set[str] = set()
        self._nested: dict[str, FieldPath] = {}

    def put(self, target: JsonObject, values: Mapping[str, Any]) -> None:
        """Put all values into ``target``, the caller's own new dict, in their order.

        Raises:
            NodeFailed: a name is no path, or it leads nowhere (:meth:`FieldPath.assign`).
        """
        if self._plain.issuperset(values):
            target.update(values)
            return
        for name, value in values.items():
            if name in self._plain or name.isidentifier():
                target[name] = value
                continue
            path = self._nested.get(name) or parse_path(name)
            if len(path.keys) == 1 and path.keys[0] == name:
                self._plain.add(name)
            else:
                self._nested[name] = path
            path.assign(target, value)


def select(json: JsonObject, paths: Iterable[FieldPath]) -> JsonObject:
    """A new object with only the fields at the paths; one that is missing is left out."""
    selected: JsonObject = {}
    for path in paths:
        value = path.get(json)
        if value is not MISSING:
            path.assign(selected, value)
    return selected


FieldName = Annotated[str, AfterValidator(_checked)]
"""The type of a parameter that names a field; a wrong path is an error of the document."""

UnknownFields = Literal["fail", "ignore"]
"""What happens when no item at all has a field that a parameter names: most often it is a typo."""


class FieldWatch:
    """Notices fields that no item has. Call :meth:`see` for each item, then :meth:`check`."""

    __slots__ = ("_first", "_policy", "pending")

    def __init__(self, paths: Iterable[FieldPath], policy: UnknownFields) -> None:
        self.pending = list(paths) if policy == "fail" else []
        self._first: JsonObject | None = None

    def see(self, json: JsonObject) -> None:
        """Look at one item; free once every field was found."""
        if self.pending:
            self._first = json if self._first is None else self._first
            self.pending = [path for path in self.pending if path.get(json) is MISSING]

    def check(self, where: str = "no item") -> None:
        """Fail when there were items and none of them had one of the fields.

        Raises:
            NodeFailed: naming the field and the fields of the first item.
        """
        if self.pending and self._first is not None:
            raise NodeFailed(
                f"{where} has a field {self.pending[0].text!r}; of the first one, "
                f"{describe_fields(self._first)}"
            )


def check_fields(
    items: Iterable[Item],
    paths: Iterable[FieldPath],
    policy: UnknownFields,
    where: str = "no item",
) -> None:
    """Fail when none of the items has one of the fields; for nodes that hold all items.

    Raises:
        NodeFailed: naming the field and the fields of the first item.
    """
    watch = FieldWatch(paths, policy)
    for item in items:
        watch.see(item.json)
        if not watch.pending:
            return
    watch.check(where)
