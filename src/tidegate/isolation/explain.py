"""Why a value is not JSON.

CPython's process calls :func:`explain`; Monty is given the text of this file, so nothing here needs
what Monty has not.
"""

from typing import Any


def explain(value: Any, place: str, inside: list[int]) -> str | None:
    """What is wrong with the first part of a value that JSON can't hold; None if nothing is.

    ``place`` is how the code names the value; ``inside`` the ids of the values around it.
    """
    kind = type(value)
    if kind is not dict and kind is not list and kind is not tuple:
        return explain_plain(value, place)
    if id(value) in inside:
        return f"{place} holds itself, so it has no end"
    if len(inside) > 200:
        return "result is nested more than 200 levels deep"
    for key, part in value.items() if kind is dict else enumerate(value):
        found = explain_key(key, place) if kind is dict else None
        found = found or explain(part, f"{place}[{key!r}]", [*inside, id(value)])
        if found:
            return found
    return None


def explain_key(key: Any, place: str) -> str | None:
    """What is wrong with a key of an object."""
    if type(key) in (str, int, float, bool, type(None)):
        return explain_plain(key, f"a key of {place}")
    name = str(type(key)).split("'")[1]
    return f"a key of {place} is of type {name}; keys are text"


def explain_plain(value: Any, place: str) -> str | None:
    """What is wrong with a value that is no list and no object."""
    kind = type(value)
    if kind is str:
        try:
            value.encode()
        except UnicodeEncodeError:
            return f"{place} holds half a surrogate pair, which is no text"
    if value is None or kind is bool or kind is str:
        return None
    if kind is int:
        return f"{place} has more than 4,300 digits" if abs(value) >= 10**4300 else None
    if kind is float:
        return None if value - value == 0 else f"{place} is {value}, which is not JSON; use None"
    name = str(kind).split("'")[1].split(".")[-1]
    hint = "; write float(...) or str(...)" if name == "Decimal" else ""
    if name in ("datetime", "date", "time"):
        hint = "; write .isoformat()"
    elif name in ("set", "frozenset"):
        hint = "; write list(...)"
    return f"{place} is of type {name}, which is not JSON{hint}"
