"""Text and JSON as both databases can keep them."""

import re
from typing import Any, Final

from tidegate import codec
from tidegate.errors import InvalidInput

_REPLACEMENT: Final = "\ufffd"
_ESCAPED_NUL: Final = re.compile(rb"(?<!\\)((?:\\\\)*)\\u0000")


def clean_text(value: str) -> str:
    """``value`` without NUL (PostgreSQL has none) and lone surrogates (not valid text)."""
    if value.isascii() and "\0" not in value:
        return value
    value = value.replace("\0", _REPLACEMENT)
    return value.encode("utf-8", "surrogatepass").decode("utf-8", "replace")


def exact_json(value: Any) -> str:
    """``value`` as JSON text that reads back the same; what JSON can't carry is replaced.

    For what Tidegate reports itself (errors, usage): a report must not fail for its content.
    """
    try:
        return codec.encode(value).decode()
    except InvalidInput:
        return codec.encode(_plain(value)).decode()


def searchable_json(value: Any) -> str:
    """As :func:`exact_json`, and fit for JSONB: NUL inside of text is replaced."""
    text = exact_json(value)
    return without_nul(text.encode()).decode() if "\\u0000" in text else text


def without_nul(data: bytes) -> bytes:
    r"""JSON text in which each ``\u0000`` (a NUL inside of text) became the replacement sign."""
    return _ESCAPED_NUL.sub(rb"\1\\ufffd", data) if b"\\u0000" in data else data


def _plain(value: Any, depth: int = 0) -> Any:
    """The nearest value that JSON can carry."""
    if isinstance(value, str):
        return clean_text(value)
    if depth >= codec.MAX_DEPTH:
        return "..."
    if isinstance(value, dict):
        return {clean_text(str(key)): _plain(child, depth + 1) for key, child in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(child, depth + 1) for child in value]
    try:
        codec.encode(value)
    except InvalidInput:
        # Python refuses to write an integer of very many digits in decimal.
        return hex(value) if isinstance(value, int) else clean_text(repr(value)[:200])
    return value
