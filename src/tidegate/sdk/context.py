"""What a node may reach: ``ctx``, and nothing else."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Protocol

from tidegate.model.execution import path_text
from tidegate.model.item import Item, JsonObject
from tidegate.sdk.budget import Budget
from tidegate.sdk.code import CodeRunner
from tidegate.sdk.files import FileAccess
from tidegate.sdk.http import HttpGate
from tidegate.sdk.mail import MailAccess
from tidegate.sdk.reply import Replier
from tidegate.sdk.sql import SqlAccess
from tidegate.sdk.state import StateAccess


@dataclass(frozen=True, slots=True)
class ExecutionInfo:
    """The execution that the node runs in.

    ``source`` says what asked for it (``cli``, ``api``, ``webhook``, ``schedule``,
    ``sub_workflow``); ``custom_data`` is what the caller gave to the trigger; ``resume_urls`` are
    the links that end the waits of nodes, by their ids.
    """

    id: str
    workflow_id: str
    workflow_name: str
    trigger: str
    source: str
    user: str
    started_at: datetime
    custom_data: Any = None
    has_custom_data: bool = False
    variables: Mapping[str, Any] | None = None
    resume_urls: Mapping[str, str] | None = None


class NodeLog(Protocol):
    """``ctx.log``: lines of the execution's log; ``data`` must be JSON-like and is redacted."""

    def debug(self, message: str, **data: Any) -> None:
        """For the author of the workflow."""
        ...

    def info(self, message: str, **data: Any) -> None:
        """Something worth knowing."""
        ...

    def warning(self, message: str, **data: Any) -> None:
        """Something went wrong and was handled."""
        ...

    def error(self, message: str, **data: Any) -> None:
        """Something went wrong."""
        ...


class WorkflowCaller(Protocol):
    """``ctx.workflows``: run another workflow and wait for it."""

    async def call(self, workflow: str, items: Sequence[Item], *, call_key: str) -> Sequence[Item]:
        """Run ``workflow`` (an id, a name, or a path relative to this workflow's file).

        ``call_key`` tells several calls of one node execution apart; the same key after a crash
        goes on with the same execution instead of making a second one.
        """
        ...


class NodePorts(Protocol):
    """The reach of one attempt; see the properties of :class:`Context`."""

    @property
    def http(self) -> HttpGate: ...  # noqa: D102 - see Context
    @property
    def files(self) -> FileAccess: ...  # noqa: D102 - see Context
    @property
    def sql(self) -> SqlAccess: ...  # noqa: D102 - see Context
    @property
    def mail(self) -> MailAccess: ...  # noqa: D102 - see Context
    @property
    def workflows(self) -> WorkflowCaller: ...  # noqa: D102 - see Context
    @property
    def state(self) -> StateAccess: ...  # noqa: D102 - see Context
    @property
    def credentials(self) -> Mapping[str, JsonObject]: ...  # noqa: D102 - see Context
    @property
    def code(self) -> CodeRunner: ...  # noqa: D102 - see Context
    @property
    def reply(self) -> Replier: ...  # noqa: D102 - see Context


class Reach(Protocol):
    """Makes the parts of a :class:`Context` that most nodes never ask for."""

    def make_log(self) -> NodeLog:
        """``ctx.log``."""
        ...

    def make_ports(self) -> NodePorts:
        """What the attempt may reach."""
        ...


class Context:
    """Handed to a node for one attempt.

    Attributes:
        execution: the execution that the node runs in.
        node_id: the node's id in the workflow.
        attempt: counts from 1.
        iteration: the numbers of the loops around it, outermost first, each from 0.
        inputs: the items of every input by name (for nodes with several inputs).
        budget: what the attempt may still compute and hold.
    """

    __slots__ = (
        "_log",
        "_ports",
        "_reach",
        "_shared",
        "attempt",
        "budget",
        "execution",
        "inputs",
        "iteration",
        "node_id",
    )

    def __init__(
        self,
        *,
        execution: ExecutionInfo,
        node_id: str,
        attempt: int,
        iteration: tuple[int, ...],
        inputs: Mapping[str, Sequence[Item]],
        budget: Budget,
        reach: Reach,
    ) -> None:
        self.execution = execution
        self.node_id = node_id
        self.attempt = attempt
        self.iteration = iteration
        self.inputs = inputs
        self.budget = budget
        self._reach = reach
        self._log: NodeLog | None = None
        self._ports: NodePorts | None = None
        self._shared: dict[str, Any] | None = None

    @property
    def idempotency_key(self) -> str:
        """The same over attempts and resumes of this node execution."""
        return f"{self.execution.id}/{self.node_id}/{path_text(self.iteration)}"

    @property
    def log(self) -> NodeLog:
        """Lines for the execution's log."""
        if self._log is None:
            self._log = self._reach.make_log()
        return self._log

    @property
    def ports(self) -> NodePorts:
        """The reach of this attempt, made when it is first used: most nodes use none of it."""
        if self._ports is None:
            self._ports = self._reach.make_ports()
        return self._ports

    @property
    def used_ports(self) -> NodePorts | None:
        """The reach of this attempt, if it was used."""
        return self._ports

    @property
    def http(self) -> HttpGate:
        """The gate: the only way out for HTTP."""
        return self.ports.http

    @property
    def files(self) -> FileAccess:
        """Files under the operator's roots, and items' own files."""
        return self.ports.files

    @property
    def sql(self) -> SqlAccess:
        """SQL databases."""
        return self.ports.sql

    @property
    def mail(self) -> MailAccess:
        """The mailbox of the node's credential."""
        return self.ports.mail

    @property
    def workflows(self) -> WorkflowCaller:
        """Other workflows."""
        return self.ports.workflows

    @property
    def state(self) -> StateAccess:
        """What the node keeps between executions; ``state.workflow`` is its workflow's."""
        return self.ports.state

    @property
    def credentials(self) -> Mapping[str, JsonObject]:
        """The secrets of the node's credentials, by the parameter that names them."""
        return self.ports.credentials

    @property
    def shared(self) -> dict[str, Any]:
        """What the items of a per-item node share while the attempt lasts, by names of its own."""
        if self._shared is None:
            self._shared = {}
        return self._shared

    @property
    def resume(self) -> JsonObject | None:
        """Where the work on the item goes on, as :meth:`emit` was told; None at its start."""
        return None

    async def emit(self, items: Sequence[Item], resume: JsonObject) -> None:
        """Pass items on now, before ``run_item`` returns: pages, or the events of a stream.

        They go out in the order of the input items, are held in memory no longer, and are stored
        with ``resume``. Where the item's work is repeated, after a failure or a crash, what was
        passed on stays, and :attr:`resume` is the last that was given.
        """
        raise TypeError("emit belongs to run_item of a node that reaches the outside")

    @property
    def code(self) -> CodeRunner:
        """Engines that run users' code in isolation."""
        return self.ports.code

    @property
    def reply(self) -> Replier:
        """Whoever called the workflow by HTTP, and may wait for an answer."""
        return self.ports.reply

    def now(self) -> datetime:
        """The time in UTC."""
        return datetime.now(UTC)


class EarlyOutput(Protocol):
    """Takes what the work on one item passes on before it ends."""

    async def emit(self, index: int, items: Sequence[Item], resume: JsonObject) -> None:
        """Items of the input item at a global index, and where its work goes on."""
        ...


class ItemContext(Context):
    """The context of one item: what ``run_item`` is given by nodes that reach the outside."""

    __slots__ = ("_early", "_index", "_resume", "_whole")

    def __init__(
        self, whole: Context, index: int, early: EarlyOutput, resume: JsonObject | None
    ) -> None:
        self.execution = whole.execution
        self.node_id = whole.node_id
        self.attempt = whole.attempt
        self.iteration = whole.iteration
        self.inputs = whole.inputs
        self.budget = whole.budget
        self._whole = whole
        self._index = index
        self._early = early
        self._resume = resume

    @property
    def idempotency_key(self) -> str:
        """The same over attempts and resumes, and different for each item."""
        return f"{self._whole.idempotency_key}/{self._index}"

    @property
    def log(self) -> NodeLog:
        """Lines for the execution's log."""
        return self._whole.log

    @property
    def ports(self) -> NodePorts:
        """The reach of the attempt, shared by its items."""
        return self._whole.ports

    @property
    def shared(self) -> dict[str, Any]:
        """What the items of the attempt share."""
        return self._whole.shared

    @property
    def resume(self) -> JsonObject | None:
        """Where the work goes on."""
        return self._resume

    async def emit(self, items: Sequence[Item], resume: JsonObject) -> None:
        """Pass items on now."""
        self._resume = resume
        await self._early.emit(self._index, items, resume)
