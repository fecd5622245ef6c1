"""``ctx.code`` of one attempt: engines within its budget, prints in the execution's log."""

import time
from collections.abc import Sequence
from typing import Final, NoReturn

from tidegate.errors import (
    CodeError,
    NodeTimeout,
    OutputTooLarge,
    SecurityError,
    SecurityErrorType,
)
from tidegate.isolation.code_engine import CodeOutcome, CodeRequest, read_answer
from tidegate.isolation.engines import CodeEngines
from tidegate.model.item import JsonObject
from tidegate.sdk.budget import Budget
from tidegate.sdk.code import CodeValue, EngineName
from tidegate.sdk.context import NodeLog

MAX_LINES: Final = 1000
MAX_LINE: Final = 2000
_CHARGE_FACTOR: Final = 6  # values take about so many times the bytes of their JSON
"""What an attempt may print into the log: lines, and characters of each."""


class NodeCode:
    """Runs code for one attempt; ``output`` is bytes."""

    def __init__(self, engines: CodeEngines, budget: Budget, log: NodeLog, output: int) -> None:
        self._engines, self._budget, self._output = engines, budget, output
        self._prints = PrintedLines(log)

    async def run(
        self,
        source: str,
        engine: EngineName,
        calls: Sequence[JsonObject],
        *,
        trace: str | None = None,
    ) -> Sequence[CodeValue | CodeError]:
        """See :class:`tidegate.sdk.code.CodeRunner`."""
        wall = max(0.001, self._budget.deadline - time.monotonic())
        request = CodeRequest(source, calls, self._budget.memory_limit, wall, self._output, trace)
        code_engine = await self._engines.engine(engine)
        outcome = await code_engine.run(request, self._prints.take)
        self._prints.flush()
        self._budget.used_process(peak_memory=outcome.peak_memory, cpu=outcome.cpu)
        if outcome.outcome != "ok":
            raise_for(outcome)
        self._budget.charge(len(outcome.answer) * _CHARGE_FACTOR, "the values of the code")
        return read_answer(outcome.answer, len(calls))


def raise_for(outcome: CodeOutcome) -> NoReturn:
    """The failure that an outcome other than ``ok`` means.

    Raises:
        NodeError: always.
    """
    if outcome.outcome == "timeout":
        raise NodeTimeout(
            f"the code: {outcome.message}; give the node more time (settings: timeout) or less work"
        )
    if outcome.outcome == "limit":
        raise OutputTooLarge(f"{outcome.message} (setting: limits.code_output)")
    if outcome.outcome == "memory":
        raise SecurityError(
            f"the code: {outcome.message}; work in smaller batches, or raise the node's memory "
            "limit",
            SecurityErrorType.RESOURCE_LIMIT_EXCEEDED,
            rule="limits.memory",
            blocked="code",
        )
    if outcome.outcome == "killed":
        raise SecurityError(
            f"the code did not end well: {outcome.message}",
            SecurityErrorType.RESOURCE_LIMIT_EXCEEDED,
            rule="isolation.process",
            blocked="code",
        )
    raise CodeError(outcome.message)


class PrintedLines:
    """What code prints, as lines of the execution's log; bounded."""

    def __init__(self, log: NodeLog) -> None:
        self._log = log
        self._rest = ""
        self._lines = 0

    def take(self, text: str) -> None:
        """Take printed text; whole lines are logged at once."""
        if self._lines > MAX_LINES:
            return
        *lines, rest = (self._rest + text).split("\n")
        self._rest = rest[: MAX_LINE + 1]
        for line in lines:
            self._line(line)

    def flush(self) -> None:
        """Log what was printed without an end of line."""
        rest, self._rest = self._rest, ""
        if rest:
            self._line(rest)

    def _line(self, line: str) -> None:
        self._lines += 1
        if self._lines <= MAX_LINES:
            self._log.info(line if len(line) <= MAX_LINE else f"{line[:MAX_LINE]} ...")
        elif self._lines == MAX_LINES + 1:
            self._log.warning(
                f"the code printed more than {MAX_LINES:,} lines; the rest is left out"
            )
