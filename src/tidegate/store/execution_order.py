"""The orders of lists of executions, and where their pages end."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import and_, or_, tuple_
from sqlalchemy.sql import ColumnElement

from tidegate.model.execution import Execution
from tidegate.store.tables import executions

_columns = executions.c
_duration: ColumnElement[int] = _columns.finished_at - _columns.started_at


class Sort(StrEnum):
    """By what a list is sorted; ``-``: the greatest first. By duration: only what has ended."""

    NEWEST = "-created_at"
    OLDEST = "created_at"
    LONGEST = "-duration_ms"
    SHORTEST = "duration_ms"

    @property
    def is_descending(self) -> bool:
        """Whether the greatest comes first."""
        return self.value.startswith("-")

    @property
    def is_by_duration(self) -> bool:
        """Whether durations are compared, not times."""
        return self in {Sort.LONGEST, Sort.SHORTEST}

    @property
    def key(self) -> ColumnElement[int]:
        """What is compared, in microseconds; executions with the same key are by number."""
        return _duration if self.is_by_duration else _columns.created_at

    @property
    def order(self) -> Sequence[ColumnElement[Any]]:
        """As ORDER BY has it."""
        parts = (self.key, _columns.number)
        return [part.desc() if self.is_descending else part.asc() for part in parts]

    def after(self, place: "Cursor") -> ColumnElement[bool]:
        """What comes after a place."""
        if not self.is_by_duration:
            row = tuple_(_columns.created_at, _columns.number)
            there = (place.key, place.number)
            return row < there if self.is_descending else row > there
        # SQLite finds a pair of values in an index of columns only, not of expressions.
        number = _columns.number
        later = number < place.number if self.is_descending else number > place.number
        return and_(self.up_to(place.key, forwards=True), or_(self.key != place.key, later))

    def up_to(self, key: int, *, forwards: bool = False) -> ColumnElement[bool]:
        """What comes before a key, or has it; ``forwards``: what comes after it, or has it."""
        return self.key >= key if self.is_descending is not forwards else self.key <= key

    def place_of(self, execution: Execution) -> "Cursor":
        """Where a page ends whose last one this is."""
        if not self.is_by_duration:
            return Cursor(execution.created_at, execution.number)
        assert execution.finished_at is not None
        assert execution.started_at is not None
        return Cursor(execution.finished_at - execution.started_at, execution.number)


@dataclass(frozen=True, slots=True)
class Cursor:
    """The last execution of a page; the next page starts after it. ``key``: see :class:`Sort`."""

    key: int
    number: int


@dataclass(frozen=True, slots=True)
class ExecutionPage:
    """Executions in the order of the list, and where the next page starts (None: there is none).

    ``looked_to`` is set where not all that come later were looked into: the key of the last one.
    """

    executions: Sequence[Execution]
    next: Cursor | None
    looked_to: int | None = None
