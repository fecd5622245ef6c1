"""How people name an execution: by its number, its id, or the beginning of its id."""

import re
from typing import Final

from sqlalchemy import ColumnElement, Connection, select

from tidegate.errors import Conflict, NotFound
from tidegate.model.execution import Execution
from tidegate.store import executions
from tidegate.store.tables import executions as table

_ID: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_LOWEST_ID: Final = "00000000-0000-0000-0000-000000000000"
_HIGHEST_ID: Final = _LOWEST_ID.replace("0", "f")
_MAX_DIGITS: Final = 18
LEAST_OF_ID: Final = 8
"""Lists want so much of an id: fewer characters are those of all the ids of a day."""


def named(connection: Connection, name: str) -> Execution:
    """The execution that a person means; digits are a number first.

    Raises:
        NotFound: there is none.
        Conflict: several ids begin so.
    """
    try:
        if name.isascii() and name.isdecimal() and len(name) <= _MAX_DIGITS:
            return executions.get(connection, int(name))
    except NotFound:
        pass
    ends = _ends(name)
    found = [] if ends is None else _ids_between(connection, *ends)
    if not found:
        raise NotFound(
            f"there is no execution {name!r}; name it by its number, its id, or the beginning of "
            "its id"
        )
    if len(found) > 1:
        raise Conflict(
            f"the ids of several executions begin with {name!r}, such as {found[0]} and "
            f"{found[1]}; write more of it"
        )
    return executions.get(connection, found[0])


def places_of(name: str) -> list[ColumnElement[bool]]:
    """Conditions, each of which an index answers, of all executions that a person can mean."""
    places: list[ColumnElement[bool]] = []
    text = name.removeprefix("#")
    if text.isascii() and text.isdecimal() and len(text) <= _MAX_DIGITS:
        places.append(table.c.number == int(text))
    ends = _ends(name) if len(name) >= LEAST_OF_ID else None
    if ends is not None:
        places.append(table.c.id.between(*ends))
    return places


def _ends(name: str) -> tuple[str, str] | None:
    """The lowest and the highest id that begin so; None where none can."""
    text = name.lower()
    first, last = text + _LOWEST_ID[len(text) :], text + _HIGHEST_ID[len(text) :]
    return (first, last) if text and _ID.fullmatch(first) else None


def _ids_between(connection: Connection, first: str, last: str) -> list[str]:
    """Two ids at most; whole ids compare the same under any collation."""
    column = table.c.id
    statement = select(column).where(column.between(first, last)).order_by(column).limit(2)
    return list(connection.scalars(statement))
