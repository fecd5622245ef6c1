"""JSON in and out: exact integers of any size, no NaN or Infinity, no lone surrogates.

The one place that chooses a codec. Standard: RFC 8259.
"""

import json
import math
from typing import Any

import msgspec

from tidegate.errors import InvalidInput

_encoder = msgspec.json.Encoder()
_canonical_encoder = msgspec.json.Encoder(order="sorted")
_decoder = msgspec.json.Decoder()

MAX_DEPTH = 200
MAX_NESTING = 900
"""So deep may be what others wrote; Python code of ours gives up near a thousand."""
MAX_EXPLAINED = 1 << 20
"""Bytes of wrong JSON that are read a second time to say where it is wrong."""


def encode(value: Any) -> bytes:
    """``value`` as compact UTF-8 JSON.

    The value must already be JSON-like (see :func:`check`).

    Raises:
        InvalidInput: the value holds something that JSON can't carry.
    """
    try:
        return _encoder.encode(value)
    except (TypeError, ValueError, RecursionError, OverflowError) as error:
        raise InvalidInput(f"this value can't be written as JSON: {error}") from None


def canonical(value: Any) -> bytes:
    """As :func:`encode`, with every object's keys in order: equal objects give equal bytes."""
    return _canonical_encoder.encode(value)


def encode_pretty(value: Any) -> str:
    """As :func:`encode`, as text with indentation, for people and git."""
    return msgspec.json.format(encode(value), indent=2).decode()


def decode(data: bytes | str) -> Any:
    """The value of a JSON text.

    Raises:
        InvalidInput: the text is not JSON (with ``line`` and ``column``), is nested too deeply, or
            holds NaN, Infinity, a number that a double can't hold, or a lone surrogate.
    """
    try:
        value = _decoder.decode(data)
    except RecursionError:
        raise InvalidInput("this JSON is nested too deeply") from None
    except (msgspec.DecodeError, UnicodeError, ValueError) as error:
        raise _malformed(data, error) from None
    if type(value) in (dict, list) and _brackets(data) > MAX_NESTING:
        # What Python 3.11 can't decode: later ones can, but what comes after would not end.
        check_depth(value, what="this JSON", max_depth=MAX_NESTING)
    return value


def _brackets(data: bytes | str) -> int:
    if isinstance(data, str):
        return data.count("[") + data.count("{")
    return data.count(b"[") + data.count(b"{")


def _malformed(data: bytes | str, error: Exception) -> InvalidInput:
    """What is wrong, and where; the fast decoder only counts bytes."""
    if len(data) <= MAX_EXPLAINED:
        try:
            json.loads(data)
        except json.JSONDecodeError as found:
            return _at(found)
        except (ValueError, RecursionError):
            pass  # not even text, or another of the reasons above
    return InvalidInput(f"this is not valid JSON: {error}")


def _at(error: json.JSONDecodeError) -> InvalidInput:
    return InvalidInput(
        f"this is not valid JSON: {error.msg} (line {error.lineno}, column {error.colno})",
        line=error.lineno,
        column=error.colno,
    )


def check(value: Any, *, what: str = "value", max_depth: int = MAX_DEPTH) -> None:
    """Refuse what is not exactly JSON: other types, NaN, Infinity, lone surrogates, deep nesting.

    Used where Python code, not a JSON text, made the value.

    Raises:
        InvalidInput: naming the place of the first such value.
    """
    stack: list[tuple[Any, str, int]] = [(value, what, 0)]
    while stack:
        current, place, depth = stack.pop()
        kind = type(current)
        if kind is dict or kind is list:
            if depth >= max_depth:
                raise InvalidInput(f"{what} is nested more than {max_depth} levels deep")
            if kind is list:
                stack.extend((v, f"{place}[{i}]", depth + 1) for i, v in enumerate(current))
                continue
            for key, child in current.items():
                _check_text(key, f"a key of {place}")
                stack.append((child, f"{place}.{key}", depth + 1))
        elif kind is float:
            if not math.isfinite(current):
                raise InvalidInput(f"{place}: NaN and Infinity are not JSON; use null or text")
        elif current is None or kind is bool or kind is int:
            continue
        else:
            _check_text(current, place)


def check_depth(value: Any, *, what: str = "value", max_depth: int = MAX_DEPTH) -> None:
    """Refuse deep nesting as :func:`check` does, in what was decoded and so is JSON for sure.

    It takes a tenth of the time: code that gave back many items would hold up the event loop.

    Raises:
        InvalidInput: there are more levels.
    """
    level = [value] if type(value) is dict or type(value) is list else []
    for _ in range(max_depth):
        level = [
            child
            for container in level
            for child in (container.values() if type(container) is dict else container)
            if type(child) is dict or type(child) is list
        ]
        if not level:
            return
    raise InvalidInput(f"{what} is nested more than {max_depth} levels deep")


def _check_text(value: Any, place: str) -> None:
    if type(value) is not str:
        raise InvalidInput(f"{place}: {type(value).__name__} is not a JSON type")
    try:
        value.encode("utf-8")
    except UnicodeEncodeError:
        raise InvalidInput(f"{place}: holds a lone surrogate, which is not valid text") from None


def decode_strict(text: str | bytes) -> Any:
    """Like :func:`decode`, for text that people wrote: a key that stands twice is refused.

    Raises:
        InvalidInput: as :func:`decode`, and for duplicate keys.
    """
    try:
        value = json.loads(text, object_pairs_hook=_unique, parse_constant=_no_constant)
    except RecursionError:
        raise InvalidInput("this JSON is nested too deeply") from None
    except json.JSONDecodeError as error:
        raise _at(error) from None
    except UnicodeDecodeError as error:
        raise InvalidInput(f"this is not UTF-8 text (byte {error.start + 1})") from None
    except ValueError as error:
        # What Python adds after a semicolon is advice for programmers.
        reason = str(error).partition(";")[0]
        raise InvalidInput(f"this is not valid JSON: {reason}") from None
    check(value)
    return value


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) < len(pairs):
        seen: set[str] = set()
        twice = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]  # add() gives None
        raise InvalidInput(f"this is not valid JSON: the key {twice!r} stands twice in one object")
    return made


def _no_constant(name: str) -> Any:
    raise InvalidInput(f"this is not valid JSON: {name} is not a JSON value; use null or text")
