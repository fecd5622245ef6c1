"""``ctx.code``: users' code, run by an engine outside of this process or in a sandbox of its own.

An engine is given the code and, for each call, the variables that it sees. The code leaves its
value in the variable ``result``.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal, Protocol

from tidegate.errors import CodeError
from tidegate.model.item import JsonObject

Language = Literal["python", "javascript"]
EngineName = Literal["monty", "cpython", "quickjs"]

RESULT: Final = "result"
"""The variable in which code leaves its value."""
CHOSEN_ENGINE: Final = "chosen_engine"
"""The parameter that takes the engine that was chosen when the workflow was stored."""


@dataclass(frozen=True, slots=True)
class PlacedCode:
    """The code of a placed node.

    Attributes:
        language: what it is written in.
        source: its text.
        engine: the engine that the author or the scan chose; None where it is still to be chosen.
        chooses: whether storing the workflow chooses the engine.
        parameter: the parameter that holds the text.
    """

    language: Language
    source: str
    engine: EngineName | None
    chooses: bool
    parameter: str = "code"


@dataclass(frozen=True, slots=True)
class CodeValue:
    """What one call left in ``result``.

    ``sources`` is there where a call was traced and the value is a list: for each element the
    position of the input object that it is, or None for a new one. ``unset``: the code set no
    ``result`` at all.
    """

    value: Any
    sources: Sequence[int | None] | None = None
    unset: bool = False


class CodeRunner(Protocol):
    """Runs code within what is left of the node execution's memory and time."""

    async def run(
        self,
        source: str,
        engine: EngineName,
        calls: Sequence[JsonObject],
        *,
        trace: str | None = None,
    ) -> Sequence[CodeValue | CodeError]:
        """Run ``source`` once for each of ``calls``, which hold its variables; in their order.

        Args:
            source: the code.
            engine: the engine, as it was stored with the workflow.
            calls: the variables of each call, JSON values.
            trace: the variable with the list of input objects; elements of ``result`` that are
                among them are found again.

        Returns:
            The value of each call, or how it failed. The calls share memory, time and output.

        Raises:
            SecurityError: RESOURCE_LIMIT_EXCEEDED.
            NodeTimeout: the time is over.
            OutputTooLarge: it gave back or printed too much.
            CodeError: the code as a whole can't run.
        """
        ...
