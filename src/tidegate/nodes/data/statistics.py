"""The figures of data.summarize: each takes values one by one and gives a result at the end."""

import math
from collections.abc import Callable
from typing import Any, Literal, Protocol

from tidegate.sdk import Budget, NodeFailed
from tidegate.sdk.values import Order, as_text, finite, identity, order, shown, size_of, type_name

Operation = Literal[
    "count",
    "count_unique",
    "sum",
    "average",
    "min",
    "max",
    "first",
    "last",
    "concatenate",
    "append",
]
_UNIQUE_SIZE = 130
_POINTER = 8


class Statistic(Protocol):
    """One figure of one group."""

    def add(self, value: Any, index: int) -> None:
        """Take one value (never null); ``index`` is the item's position, for errors."""
        ...

    def result(self) -> Any:
        """The figure, a JSON value."""
        ...


class Count:
    """How many values there are."""

    def __init__(self, budget: Budget, field: str, separator: str) -> None:
        self._count = 0

    def add(self, value: Any, index: int) -> None:
        """Count it."""
        self._count += 1

    def result(self) -> int:
        """The count."""
        return self._count


class CountUnique:
    """How many different values there are."""

    def __init__(self, budget: Budget, field: str, separator: str) -> None:
        self._budget = budget
        self._seen: set[bytes] = set()

    def add(self, value: Any, index: int) -> None:
        """Remember it."""
        mark = identity(value)
        if mark not in self._seen:
            self._budget.charge(_UNIQUE_SIZE, "counting unique values")
            self._seen.add(mark)

    def result(self) -> int:
        """The count."""
        return len(self._seen)


class Sum:
    """The sum: exact for whole numbers of any size, compensated for others (Neumaier)."""

    def __init__(self, budget: Budget, field: str, separator: str) -> None:
        self._field = field
        self._whole = 0
        self._float = 0.0
        self._lost = 0.0
        self._has_float = False
        self._count = 0

    def add(self, value: Any, index: int) -> None:
        """Add it."""
        self._count += 1
        if type(value) is int:
            self._whole += value
        elif type(value) is float:
            self._has_float = True
            total = self._float + value
            if abs(self._float) >= abs(value):
                self._lost += (self._float - total) + value
            else:
                self._lost += (value - total) + self._float
            self._float = total
        else:
            raise NodeFailed(
                f"field {self._field!r} of item {index} is {type_name(value)} ({shown(value)}), "
                "which can't be added up; convert it to a number first"
            )

    def result(self) -> int | float:
        """The sum."""
        if not self._has_float:
            return self._whole
        what = f"the sum of {self._field!r}"
        total = finite(self._float, what) + self._lost
        try:
            return finite(total + self._whole, what)
        except OverflowError:
            return finite(math.inf, what)


class Average(Sum):
    """The arithmetic mean; null without values."""

    def result(self) -> Any:
        """The mean."""
        if not self._count:
            return None
        try:
            mean = super().result() / self._count
        except OverflowError:
            mean = math.inf
        return finite(mean, f"the average of {self._field!r}")


class Min:
    """The first value in the order that data.sort uses."""

    def __init__(self, budget: Budget, field: str, separator: str) -> None:
        self._best: Any = None
        self._rank: Order | None = None

    def add(self, value: Any, index: int) -> None:
        """Compare it."""
        rank = order(value)
        if self._rank is None or self.is_better(rank, self._rank):
            self._best, self._rank = value, rank

    def is_better(self, rank: Order, best: Order) -> bool:
        """Whether ``rank`` takes the place of ``best``."""
        return rank < best

    def result(self) -> Any:
        """The value."""
        return self._best


class Max(Min):
    """The last value in the order that data.sort uses."""

    def is_better(self, rank: Order, best: Order) -> bool:
        """Whether ``rank`` takes the place of ``best``."""
        return rank > best


class Last:
    """The last value that came."""

    def __init__(self, budget: Budget, field: str, separator: str) -> None:
        self._value: Any = None

    def add(self, value: Any, index: int) -> None:
        """Keep it."""
        self._value = value

    def result(self) -> Any:
        """The value."""
        return self._value


class First(Last):
    """The first value that came."""

    def add(self, value: Any, index: int) -> None:
        """Keep it if it is the first one."""
        if self._value is None:
            self._value = value


class Append:
    """All values in a list."""

    def __init__(self, budget: Budget, field: str, separator: str) -> None:
        self._budget = budget
        self._separator = separator
        self._values: list[Any] = []

    def add(self, value: Any, index: int) -> None:
        """Put it at the end."""
        self._budget.charge(size_of(value) + _POINTER, "the values of the groups")
        self._values.append(value)

    def result(self) -> Any:
        """The list."""
        return self._values


class Concatenate(Append):
    """All values as one text; what is not text is written as JSON."""

    def add(self, value: Any, index: int) -> None:
        """Put it at the end."""
        super().add(as_text(value), index)

    def result(self) -> str:
        """The text."""
        size = sum(map(len, self._values)) + len(self._separator) * len(self._values)
        self._budget.charge(4 * size, "the joined text")
        return self._separator.join(self._values)


OPERATIONS: dict[Operation, Callable[[Budget, str, str], Statistic]] = {
    "count": Count,
    "count_unique": CountUnique,
    "sum": Sum,
    "average": Average,
    "min": Min,
    "max": Max,
    "first": First,
    "last": Last,
    "concatenate": Concatenate,
    "append": Append,
}
