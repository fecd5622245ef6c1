"""What all node executions of one execution share."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from tidegate.egress.deadlines import Deadlines
from tidegate.engine.batches import OutputWriter, Resident
from tidegate.engine.current_item import CURRENT_ITEM
from tidegate.engine.plan import Plan, PlannedNode
from tidegate.engine.ports import (
    BoundPorts,
    Journal,
    NodePortsFactory,
    Notifier,
    Observer,
    Redact,
    Spill,
)
from tidegate.model.execution import LogLine, NodeRow, Path, now_us, us_to_iso
from tidegate.sdk.budget import Budget
from tidegate.sdk.context import ExecutionInfo

MAX_UNCOMMITTED: Final = 16 << 20
"""Bytes of outputs after which the engine waits for the journal's commit."""


@dataclass(slots=True)
class Environment:
    """One execution's surroundings: its plan, its ports, and the roots of its expressions.

    ``spill_threshold`` is bytes; an output above it goes to a file.
    """

    info: ExecutionInfo
    plan: Plan
    journal: Journal
    spill: Spill
    observer: Observer
    notifier: Notifier
    redact: Redact
    make_ports: NodePortsFactory
    spill_threshold: int = 256 * 1024
    resident: Resident = field(default_factory=Resident)
    deadlines: Deadlines = field(default_factory=Deadlines)
    roots: dict[str, Any] = field(init=False)
    _recorded: int = 0

    def __post_init__(self) -> None:
        info = self.info
        self.roots = {
            "vars": {**self.plan.workflow.variables, **(info.variables or {})},
            "workflow": {"id": info.workflow_id, "name": info.workflow_name},
            "execution": {
                "id": info.id,
                "trigger": info.trigger,
                "source": info.source,
                "user": info.user,
                "started_at": us_to_iso(int(info.started_at.timestamp() * 1_000_000)),
                **({} if info.resume_urls is None else {"resume_urls": dict(info.resume_urls)}),
            },
        }

    def record(self, row: NodeRow) -> None:
        """Give a finished attempt to the journal, and show it."""
        self.journal.record(row)
        self.observer.node_finished(row)
        if row.output is not None and row.output.data is not None:
            self._recorded += len(row.output.data)

    async def keep_checkpoint(self, row: NodeRow) -> None:
        """Give a part of an attempt to the journal; waits where the journal lags."""
        self.journal.record(row)
        if row.output is not None and row.output.data is not None:
            self._recorded += len(row.output.data)
        if self.is_ahead:
            await self.keep_up()

    @property
    def is_ahead(self) -> bool:
        """Whether much was recorded that may not be committed yet, and is held in memory."""
        return self._recorded > MAX_UNCOMMITTED

    async def keep_up(self) -> None:
        """Wait for the journal."""
        self._recorded = 0
        await self.journal.barrier()

    def writer(self) -> OutputWriter:
        """A writer for the outputs of one attempt."""
        return OutputWriter(
            self.spill,
            self.info.id,
            threshold=self.spill_threshold,
            resident=self.resident,
            redact=self.redact,
        )

    def log(
        self,
        level: Any,
        message: str,
        node_id: str | None = None,
        path: Path = (),
        data: Mapping[str, Any] | None = None,
    ) -> None:
        """A line for the execution's log, without secrets."""
        line = LogLine(
            self.info.id,
            now_us(),
            level,
            str(self.redact(message)),
            node_id,
            path,
            self.redact(dict(data)) if data else None,
        )
        self.journal.log(line)
        self.observer.log_line(line)


class NodeReach:
    """Makes what one attempt of a node logs to and reaches, when the node first asks for it."""

    __slots__ = ("_attempt", "_budget", "_environment", "_node", "_path", "_retries")

    def __init__(
        self,
        environment: Environment,
        node: PlannedNode,
        path: Path,
        budget: Budget,
        *,
        attempt: int,
        retries: int,
    ) -> None:
        self._environment = environment
        self._node = node
        self._path = path
        self._attempt = attempt
        self._retries = retries
        self._budget = budget

    def make_log(self) -> "NodeLogger":
        """``ctx.log``."""
        return NodeLogger(self._environment, self._node, self._path)

    def make_ports(self) -> BoundPorts:
        """The ports of the attempt."""
        return self._environment.make_ports(
            node=self._node,
            path=self._path,
            attempt=self._attempt,
            retries=self._retries,
            budget=self._budget,
            log=self.make_log(),
        )


class NodeLogger:
    """``ctx.log`` of one node execution; a line names the item that the node works on."""

    __slots__ = ("_environment", "_node", "_path")

    def __init__(self, environment: Environment, node: PlannedNode, path: Path) -> None:
        self._environment, self._node, self._path = environment, node, path

    def _log(self, level: str, message: str, data: Mapping[str, Any]) -> None:
        item = CURRENT_ITEM.get()
        if item is not None:
            data = {"item": item, **data}
        self._environment.log(level, message, self._node.id, self._path, data)

    def debug(self, message: str, **data: Any) -> None:
        """For the author of the workflow."""
        self._log("debug", message, data)

    def info(self, message: str, **data: Any) -> None:
        """Something worth knowing."""
        self._log("info", message, data)

    def warning(self, message: str, **data: Any) -> None:
        """Something went wrong and was handled."""
        self._log("warning", message, data)

    def error(self, message: str, **data: Any) -> None:
        """Something went wrong."""
        self._log("error", message, data)
