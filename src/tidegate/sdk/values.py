"""JSON values: what a person calls them, when two are equal, which comes first, how big they are.

One place, so that sort, compare, merge, summarize and remove duplicates agree: ``1`` equals
``1.0``, ``true`` is not ``1``, and an object's keys have no order.
"""

import hashlib
import math
from sys import getsizeof
from typing import Any, Final

from tidegate import codec
from tidegate.errors import InvalidInput, NodeFailed
from tidegate.model.item import Item

_NAMES: Final = {
    str: "text",
    bool: "true or false",
    int: "a number",
    float: "a number",
    list: "a list",
    dict: "an object",
    type(None): "null",
}
_LONGEST_KEY = 32
_SHOWN = 40
_ITEM_SIZE = 120
"""An Item with its slots, the tuple of its parents and its place in a list, in bytes."""


def type_name(value: Any) -> str:
    """What people call the value's type: ``text``, ``a number``, ``null``, ..."""
    return _NAMES.get(type(value), type(value).__name__)


def shown(value: Any) -> str:
    """The value as JSON, cut to a length that fits in an error."""
    try:
        text = codec.encode(value).decode()
    except InvalidInput:
        return type_name(value)
    return text if len(text) <= _SHOWN else text[:_SHOWN] + "..."


def as_text(value: Any) -> str:
    """Text as it is, anything else as compact JSON."""
    return value if type(value) is str else codec.encode(value).decode()


def identity(value: Any) -> bytes:
    """Bytes that are the same for equal values only; never more than 32 of them.

    Raises:
        NodeFailed: the value is nested too deeply.
    """
    try:
        data = codec.canonical(_exact(value))
    except RecursionError:
        raise NodeFailed("this value is nested too deeply to compare") from None
    # A digest has 16 bytes and a short value is kept as it is. No digest can pass for a value:
    # the marker in front of it is not a byte of UTF-8.
    if len(data) <= _LONGEST_KEY:
        return data
    return b"\xff" + hashlib.blake2b(data, digest_size=16).digest()


def _exact(value: Any) -> Any:
    """The value with whole floats as integers, which makes 1 and 1.0 the same text."""
    kind = type(value)
    if kind is float:
        return int(value) if value.is_integer() else value
    if kind is dict:
        return {key: _exact(child) for key, child in value.items()}
    if kind is list:
        return [_exact(child) for child in value]
    return value


Order = tuple[int, Any]
NULL_RANK: Final = 9


def order(value: Any) -> Order:
    """A key that sorts any JSON values: numbers, texts, false, true, lists, objects, null.

    Texts compare by code point, lists element by element.
    """
    kind = type(value)
    if kind is int or kind is float:
        return (0, value)
    if kind is str:
        return (1, value)
    if kind is bool:
        return (2, value)
    if kind is list:
        return (3, tuple(order(child) for child in value))
    if kind is dict:
        return (4, codec.canonical(_exact(value)))
    return (NULL_RANK, 0)


def size_of(value: Any) -> int:
    """About how many bytes a decoded JSON value takes in memory (never far too few).

    Short keys are not counted: the decoder shares them between objects.
    """
    total = 0
    stack = [value]
    while stack:
        current = stack.pop()
        kind = type(current)
        if kind is str:
            total += getsizeof(current)
        elif kind is dict:
            total += getsizeof(current)
            stack.extend(current.values())
            total += sum(getsizeof(key) for key in current if len(key) > _LONGEST_KEY)
        elif kind is list:
            total += getsizeof(current)
            stack.extend(current)
        elif current is not None and kind is not bool:
            total += getsizeof(current)
    return total


def size_of_item(item: Item) -> int:
    """About how many bytes an item takes in memory, without its files' data."""
    return _ITEM_SIZE + size_of(item.json)


def finite(value: float, what: str) -> float:
    """The number, if JSON can carry it.

    Raises:
        NodeFailed: it is infinite or not a number.
    """
    if isinstance(value, float) and not math.isfinite(value):
        raise NodeFailed(f"{what} is too large for a number (more than 1.8e308)")
    return value


def truth(value: Any, index: int, what: str = "condition") -> bool:
    """The outcome of a condition for the item at ``index``.

    Raises:
        NodeFailed: it is neither true nor false. Text such as ``"false"`` would otherwise count as
            true.
    """
    if value is True or value is False:
        return bool(value)
    raise NodeFailed(
        f"the {what} gave {type_name(value)} ({shown(value)}) for item {index}; it must give true "
        "or false: compare the value with something, for example {{ json.price > 10 }}"
    )


def decoded_size(data: str | bytes) -> int:
    """The most bytes of memory that a JSON text can take once it is decoded.

    Counted from its brackets, commas and quotes, which is quick, so that it can be charged first.
    """
    text = data if isinstance(data, bytes) else data.encode()
    objects, lists = text.count(b"{"), text.count(b"[")
    values = text.count(b",") + objects + lists + 1
    return 232 * objects + 64 * lists + 72 * values + len(text)
