"""What a person probably meant."""

from collections.abc import Iterable
from itertools import islice
from typing import Any, Final

MAX_SHOWN: Final = 8
MAX_NAME: Final = 40

FOREIGN_METHODS: Final = {
    "append": "list + [value]",
    "concat": "a + b",
    "encode": "base64_encode(text) or url_encode(text)",
    "filter": "[x for x in list if ...]",
    "format": "an f-string: f'{json.name}'",
    "format_map": "an f-string: f'{json.name}'",
    "has": "'name' in object",
    "includes": "value in list",
    "indexOf": "find(part) of a text, index(value) of a list",
    "length": "len(value)",
    "map": "[... for x in list]",
    "push": "list + [value]",
    "reverse": "reversed(list) or text[::-1]",
    "size": "len(value)",
    "slice": "value[start:end]",
    "sort": "sorted(list)",
    "substring": "text[start:end]",
    "toFixed": "round(number, digits) or f'{number:.2f}'",
    "toISOString": "isoformat()",
    "toLowerCase": "lower()",
    "toString": "str(value)",
    "toUpperCase": "upper()",
    "trim": "strip()",
    "trimEnd": "rstrip()",
    "trimStart": "lstrip()",
}
"""Methods of other languages and of Python that don't exist here, and what to write."""

FOREIGN_NAMES: Final = {
    "false": "False",
    "input": "json",
    "null": "None",
    "this": "json",
    "true": "True",
    "undefined": "None",
}


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The known name that is most like ``name``, if one is."""
    import difflib  # noqa: PLC0415 - only needed after a mistake

    by_small = {candidate.lower(): candidate for candidate in known}
    found = difflib.get_close_matches(name[:60].lower(), by_small, n=1, cutoff=0.7)
    return by_small[found[0]] if found else None


def shortened(name: str) -> str:
    """A name as it stands in messages."""
    return name if len(name) <= MAX_NAME else name[: MAX_NAME - 1] + "…"


def fields_of(fields: dict[str, Any]) -> str:
    """What an object has, for the message about what it has not."""
    if not fields:
        return "this object is empty"
    first = islice(fields, MAX_SHOWN)
    names = [shortened(name) for name in first]
    more = f" and {len(fields) - MAX_SHOWN} more" if len(fields) > MAX_SHOWN else ""
    return f"this object has: {', '.join(names)}{more}"


def did_you_mean(name: str, known: Iterable[str], foreign: dict[str, str]) -> str:
    """The end of a message about an unknown name; empty if nothing comes near."""
    if name in foreign:
        return f"; write {foreign[name]}"
    near = nearest(name, known)
    return f"; did you mean {near}?" if near else ""
