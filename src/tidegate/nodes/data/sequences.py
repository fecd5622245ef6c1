"""The sequences of data.generate: endless, and the same for the same seed."""

import random
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any, Literal
from uuid import UUID

from tidegate.sdk import Field, Json, NodeFailed, NodeParams
from tidegate.sdk.dates import iso_text, parse_date
from tidegate.sdk.paths import FieldName
from tidegate.sdk.values import finite, shown

Kind = Literal["counter", "cycle", "choice", "integer", "number", "boolean", "uuid", "time"]


class SequenceField(NodeParams):
    """A field whose values follow a rule."""

    field: FieldName = Field(label="Field")
    kind: Kind = Field(
        label="Kind",
        description="counter: start, start + step, ... cycle: the values in turn. choice: one of "
        "the values by chance. integer, number: by chance from min to max. boolean, uuid: by "
        "chance. time: from a date on, with a step in seconds.",
    )
    start: int | float | str = Field(
        1, label="Start", show_when={"kind": ["counter", "time"]}, union_mode="left_to_right"
    )
    step: int | float = Field(1, label="Step", show_when={"kind": ["counter", "time"]})
    values: list[Json] = Field([], label="Values", show_when={"kind": ["cycle", "choice"]})
    min: int | float = Field(0, label="Min", show_when={"kind": ["integer", "number"]})
    max: int | float = Field(100, label="Max", show_when={"kind": ["integer", "number"]})


def make_sequence(sequence: SequenceField, seed: int) -> Iterator[Any]:
    """The values of the field, without end.

    Raises:
        NodeFailed: the settings do not fit the kind.
    """
    # Seeding by text is the same on every machine and gives each field values of its own.
    chance = random.Random(f"{seed}:{sequence.field}")  # noqa: S311 - test data, not secrets
    return _KINDS[sequence.kind](sequence, chance)


def _fail(sequence: SequenceField, reason: str) -> NodeFailed:
    return NodeFailed(f"the sequence {sequence.field!r} ({sequence.kind}) {reason}")


def _counter(sequence: SequenceField, chance: random.Random) -> Iterator[Any]:
    start, step = sequence.start, sequence.step
    if isinstance(start, str):
        raise _fail(sequence, f"needs a number to start with, not {shown(start)}")
    return (finite(start + i * step, f"{sequence.field!r}") for i in count())


def _values(sequence: SequenceField) -> list[Any]:
    if not sequence.values:
        raise _fail(sequence, "needs at least one value")
    return sequence.values


def _cycle(sequence: SequenceField, chance: random.Random) -> Iterator[Any]:
    values = _values(sequence)
    return (values[i % len(values)] for i in count())


def _choice(sequence: SequenceField, chance: random.Random) -> Iterator[Any]:
    values = _values(sequence)
    return (values[int(chance.random() * len(values))] for _ in count())


def _range(sequence: SequenceField) -> tuple[float, float]:
    if sequence.min > sequence.max:
        raise _fail(sequence, f"has a min of {sequence.min}, more than its max of {sequence.max}")
    return sequence.min, sequence.max


def _integer(sequence: SequenceField, chance: random.Random) -> Iterator[Any]:
    low, high = _range(sequence)
    if not isinstance(low, int) or not isinstance(high, int):
        raise _fail(sequence, "needs whole numbers as min and max")
    return (chance.randint(low, high) for _ in count())


def _number(sequence: SequenceField, chance: random.Random) -> Iterator[Any]:
    low, high = _range(sequence)
    width = finite(float(high) - float(low), "the range")
    return (low + width * chance.random() for _ in count())


def _boolean(sequence: SequenceField, chance: random.Random) -> Iterator[Any]:
    return (chance.random() < 0.5 for _ in count())


def _uuid(sequence: SequenceField, chance: random.Random) -> Iterator[Any]:
    return (str(UUID(int=chance.getrandbits(128), version=4)) for _ in count())


def _time(sequence: SequenceField, chance: random.Random) -> Iterator[Any]:
    start = parse_date(sequence.start, "auto", UTC)
    return (_time_at(sequence, start, i) for i in count())


def _time_at(sequence: SequenceField, start: datetime, index: int) -> str:
    try:
        return iso_text(start + timedelta(seconds=sequence.step * index))
    except (OverflowError, ValueError):
        raise _fail(sequence, "runs past the year 9999") from None


_KINDS: dict[Kind, Callable[[SequenceField, random.Random], Iterator[Any]]] = {
    "counter": _counter,
    "cycle": _cycle,
    "choice": _choice,
    "integer": _integer,
    "number": _number,
    "boolean": _boolean,
    "uuid": _uuid,
    "time": _time,
}
