"""What a node gives back. Outcomes are values; only failures raise."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from tidegate.model.item import Item, JsonObject

MAIN = "main"
ERROR = "error"


@dataclass(frozen=True, slots=True)
class Outputs:
    """Items for several outputs: ``Outputs({"true": [...], "false": [...]})``."""

    items: Mapping[str, Sequence[Item]]


@dataclass(frozen=True, slots=True)
class Wait:
    """Sleep until ``until`` (UTC), outside memory if it is long; then ``items`` go on.

    Where somebody may answer it (see ``Node.answered_by``), ``items`` are what goes on if nobody
    does.
    """

    until: datetime
    items: Sequence[Item] | Outputs = ()


@dataclass(frozen=True, slots=True)
class Example:
    """A node's parameters with input and expected output: unit test, documentation and editor.

    ``items`` and ``output`` are JSON objects, ``inputs`` the items of further inputs by name,
    ``outputs`` expected items by output name where there is more than ``main``.
    """

    params: JsonObject
    items: Sequence[JsonObject] = ({},)
    output: Sequence[JsonObject] | None = None
    title: str = ""
    inputs: Mapping[str, Sequence[JsonObject]] = field(default_factory=dict)
    outputs: Mapping[str, Sequence[JsonObject]] | None = None
    runnable: bool = True
    """False where it needs a server that the test of examples does not have."""
