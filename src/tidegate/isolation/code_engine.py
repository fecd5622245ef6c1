"""What every engine for users' code is asked, and what comes of it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from tidegate import codec
from tidegate.errors import CodeError, InvalidInput
from tidegate.isolation.result import Outcome
from tidegate.model.item import JsonObject
from tidegate.sdk.code import CodeValue

OnOutput = Callable[[str], None]
"""Takes printed text, as it comes, in the event loop's thread."""


@dataclass(frozen=True, slots=True)
class CodeRequest:
    """Code and its bounds.

    Attributes:
        source: the code; its value is the variable ``result``.
        calls: the variables of each call; JSON values.
        memory: bytes that it may hold.
        wall: seconds that it may take.
        output: bytes of its values, and again as many of what it prints.
        trace: the variable whose elements are found again in ``result``.
    """

    source: str
    calls: Sequence[JsonObject]
    memory: int
    wall: float
    output: int
    trace: str | None = None


@dataclass(slots=True)
class CodeOutcome:
    """What came of a request; ``answer`` is there for ``ok``, untrusted and not decoded yet.

    ``peak_memory`` is bytes, ``cpu`` and ``wall`` are seconds.
    """

    outcome: Outcome
    answer: bytes = b""
    message: str = ""
    peak_memory: int = 0
    cpu: float = 0.0
    wall: float = 0.0


class CodeEngine(Protocol):
    """One engine."""

    async def run(self, request: CodeRequest, on_output: OnOutput) -> CodeOutcome:
        """Run code; a failure of one call is part of the answer.

        Raises:
            OperationalError: no process can be started.
            asyncio.CancelledError: the code was killed.
        """
        ...

    async def close(self) -> None:
        """End what runs."""
        ...


def read_answer(answer: bytes, count: int) -> list[CodeValue | CodeError]:
    """What each of ``count`` calls gave; ``answer`` may be forged by the code.

    Raises:
        CodeError: it is no answer.
    """
    try:
        results = codec.decode(answer)["results"]
        if answer.count(b"[") + answer.count(b"{") > codec.MAX_DEPTH:
            codec.check_depth(results, what="result")
        if len(results) == count:
            return [_result(result) for result in results]
    except (InvalidInput, TypeError, KeyError, ValueError) as error:
        if isinstance(error, InvalidInput):
            raise CodeError(f"the code gave no JSON: {error.message}") from None
    raise CodeError("the code changed what runs it and gave no usable answer")


def _result(result: Any) -> CodeValue | CodeError:
    if "error" in result:
        return _error(result["error"])
    value, sources = result["value"], _sources(result)
    if type(value) is not list or sources is None or len(sources) != len(value):
        sources = None
    return CodeValue(value, sources, unset=result.get("unset") is True)


def _sources(result: Any) -> list[int | None] | None:
    """Which traced object each element is: as a position, or by the numbers of both sides."""
    made = result.get("made")
    if made:
        places = dict(zip(result["kept"], range(len(result["kept"])), strict=True))
        return list(map(places.get, made))
    sources = result.get("sources")
    return sources and [found if type(found) is int else None for found in sources]


def _error(error: Any) -> CodeError:
    line, column, end = (
        found if type(found := error.get(name)) is int and 0 < found < 1 << 31 else None
        for name in ("line", "column", "end_column")
    )
    return CodeError(
        str(error["message"]),
        text=str(error.get("text", ""))[:1000],
        line=line,
        column=column,
        end_column=end,
    )
