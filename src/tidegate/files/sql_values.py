"""SQL values as JSON and back. What JSON has no type for is text in a form that loses nothing."""

import base64
import binascii
import math
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from tidegate.errors import NodeFailed

BYTES_KEY: Final = "$base64"
MAX_DIGITS: Final = 1000


def bytes_to_json(data: bytes) -> dict[str, str]:
    """Bytes as the object that stands for them."""
    return {BYTES_KEY: base64.b64encode(data).decode("ascii")}


def bytes_from_json(value: Any) -> bytes | None:
    """The bytes that an object stands for; None for any other value.

    Raises:
        NodeFailed: it is not base64.
    """
    if type(value) is not dict or len(value) != 1 or BYTES_KEY not in value:
        return None
    try:
        return base64.b64decode(value[BYTES_KEY], validate=True)
    except (TypeError, ValueError, binascii.Error):
        raise NodeFailed(f"the value of {BYTES_KEY} is not base64") from None


def float_to_json(value: float) -> float | str:
    """A number, or the text NaN, Infinity or -Infinity."""
    if math.isfinite(value):
        return value
    return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"


def decimal_to_json(text: str) -> float | int | str:
    """A decimal as a number where the number shows the same value, else as its text."""
    if len(text) <= MAX_DIGITS and text.lstrip("-").isdigit():
        return int(text)
    try:
        value = float(text)
        return value if Decimal(repr(value)) == Decimal(text) and math.isfinite(value) else text
    except (ValueError, InvalidOperation):
        return text


def size_of_cell(value: Any) -> int:
    """About how many bytes a cell takes; exact enough to cut results into batches."""
    if type(value) in (str, bytes):
        return 50 + len(value)
    if type(value) in (dict, list):
        return 200 + sum(map(size_of_cell, value.values() if type(value) is dict else value))
    return 32
