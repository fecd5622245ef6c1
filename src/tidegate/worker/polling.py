"""One poll of a trigger: the engine runs the trigger alone, in memory, and what it found is kept.

The trigger's ``ctx.state`` reads what is stored and holds what it writes, until that is stored with
the execution that begins with the trigger's result.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from tidegate import codec
from tidegate.app import App
from tidegate.engine.environment import Environment
from tidegate.engine.executor import Executor
from tidegate.engine.fallback import Handling
from tidegate.engine.observers import SilentObserver
from tidegate.engine.plan import Plan, PlannedNode, make_plan
from tidegate.engine.ports import BoundPorts
from tidegate.errors import NodeFailed
from tidegate.model.execution import (
    Execution,
    ExecutionEnd,
    HttpRequestLog,
    LogLine,
    NodeRow,
    Path,
    SecurityEvent,
    us_to_datetime,
)
from tidegate.model.item import Item, JsonObject
from tidegate.model.status import NodeStatus
from tidegate.model.workflow import RetryPolicy
from tidegate.sdk.budget import Budget
from tidegate.sdk.context import ExecutionInfo, NodeLog
from tidegate.sdk.node import Node
from tidegate.sdk.poll import (
    HEARD,
    OVER,
    POLL_AGAIN,
    POLL_NEWS,
    POLL_STATE,
    POLLING,
    WATCHING,
    PollTrigger,
)
from tidegate.sdk.state import StateAccess, StateEntry
from tidegate.services import access, credentials, sealing
from tidegate.services.workflows import Version
from tidegate.store.polls import Found
from tidegate.worker.ports import ExecutionPorts
from tidegate.worker.state import MAX_BYTES, NodeState, state_text

WATCH_SECONDS: Final = 30 * 60.0
MAX_STATE_BYTES: Final = 4 << 20
"""The state of a trigger may be larger than other values: it may list what it has seen."""


@dataclass(slots=True)
class PollJournal:
    """Keeps what is recorded of a poll."""

    rows: list[NodeRow] = field(default_factory=list)
    lines: list[LogLine] = field(default_factory=list)
    requests: list[HttpRequestLog] = field(default_factory=list)
    events: list[SecurityEvent] = field(default_factory=list)

    def record(self, row: NodeRow) -> None:
        """Keep a row."""
        self.rows.append(row)

    def log(self, line: LogLine) -> None:
        """Keep a line."""
        self.lines.append(line)

    def http_request(self, request: HttpRequestLog) -> None:
        """Keep a request."""
        self.requests.append(request)

    def security_event(self, event: SecurityEvent) -> None:
        """Keep an event."""
        self.events.append(event)

    async def barrier(self) -> None:
        """Nothing is promised before the end."""

    async def end(self, end: ExecutionEnd) -> None:
        """Nothing to write."""


class HeldState(NodeState):
    """The state of a trigger while it polls: what it writes is held."""

    def __init__(self, app: App, workflow_id: str, node_id: str) -> None:
        super().__init__(app, workflow_id, node_id)
        self.held: dict[str, bytes | None] = {}

    async def read(self, key: str) -> StateEntry:
        """The value of a key: the held one, or the stored one."""
        entry = await super().read(key)
        if key not in self.held:
            return entry
        text = self.held[key]
        return StateEntry(None, 0) if text is None else StateEntry(codec.decode(text), -1)

    async def put(self, key: str, value: Any) -> None:
        """Hold a value."""
        self.held[key] = state_text(key, value, MAX_STATE_BYTES if key == POLL_STATE else MAX_BYTES)

    async def compare_and_set(self, key: str, value: Any, *, version: int) -> bool:
        """Hold a value: nobody else writes while the trigger polls."""
        if (await self.read(key)).version != version:
            return False
        await self.put(key, value)
        return True

    async def delete(self, key: str) -> None:
        """Hold that a key goes."""
        self.held[key] = None

    async def keys(self) -> list[str]:
        """All keys, sorted."""
        stored = {key for key in await super().keys() if key not in self.held}
        return sorted(stored | {key for key, text in self.held.items() if text is not None})


class WatchState(NodeState):
    """The state of a trigger that watches: it reads what is stored, and says that it heard."""

    def __init__(self, app: App, workflow_id: str, node_id: str, heard: Callable[[], None]) -> None:
        super().__init__(app, workflow_id, node_id)
        self._heard = heard
        self.is_over = False

    async def put(self, key: str, value: Any) -> None:
        """Take what the trigger says.

        Raises:
            NodeFailed: it is something else.
        """
        if key != POLL_NEWS:
            raise NodeFailed("a trigger keeps nothing while it watches, only when it polls")
        self.is_over = value == OVER
        if value == HEARD:
            self._heard()


@dataclass(frozen=True, slots=True)
class WatchResult:
    """How watching ended: ``error`` (JSON); ``is_over``: nothing can be heard of any more."""

    error: JsonObject | None
    is_over: bool


@dataclass(frozen=True, slots=True)
class PollResult:
    """How a poll went: ``error`` (JSON), or what it found; ``items`` is how many.

    ``again_after`` is seconds; ``events`` are security events, stored in any case.
    """

    error: JsonObject | None
    items: int
    found: Found
    again_after: float | None
    events: list[SecurityEvent]


async def poll(app: App, version: Version, execution: Execution, *, audits: bool) -> PollResult:
    """Let the trigger of an execution that is not stored yet look for something new.

    ``audits``: that its credential is read goes into the audit log.

    Raises:
        OperationalError: the database or the disk does not work.
    """
    journal, state = PollJournal(), HeldState(app, execution.workflow_id, execution.trigger)
    alone = _Alone(app, version, execution, _info(execution, version, POLLING))
    error = await alone.run(_plan(app, version, execution.trigger), journal, state, audits=audits)
    again = state.held.pop(POLL_AGAIN, None)
    if error is not None:
        return PollResult(error, 0, Found(), None, journal.events)
    last = journal.rows[-1]
    sensitive = execution.trigger in sealing.sensitive_nodes(version.workflow)
    rows, lines, requests = [last], journal.lines, journal.requests
    if sensitive and last.items_out:
        await sealing.ready(app)
        rows = [sealing.seal_row(app.vault, row) for row in rows]
        lines = [sealing.seal_line(app.vault, line) for line in lines]
        requests = [sealing.seal_request(app.vault, request) for request in requests]
    found = Found(dict(state.held), rows, lines, requests)
    return PollResult(None, last.items_out, found, _seconds(again), journal.events)


async def watch(
    app: App, version: Version, execution: Execution, heard: Callable[[], None]
) -> WatchResult:
    """Let a trigger say when there may be something new; ``heard`` is called each time.

    It returns after half an hour at most.

    Raises:
        OperationalError: the database or the disk does not work.
    """
    plan = _plan(app, version, execution.trigger)
    # None of what a user set for polls: neither its time nor what follows a failure.
    node = replace(
        plan.nodes[execution.trigger],
        timeout=WATCH_SECONDS,
        retry=RetryPolicy(),
        handling=Handling.STOP,
    )
    state = WatchState(app, execution.workflow_id, execution.trigger, heard)
    alone = _Alone(app, version, execution, _info(execution, version, WATCHING))
    only = replace(plan, nodes={node.id: node})
    error = await alone.run(only, PollJournal(), state, audits=False)
    return WatchResult(error, state.is_over)


def watches(node: Node) -> bool:
    """Whether a trigger can say between its polls that there may be something new."""
    return isinstance(node, PollTrigger) and type(node).news is not PollTrigger.news


def _plan(app: App, version: Version, trigger: str) -> Plan:
    """Of a version's trigger alone."""
    placed = next(node for node in version.workflow.nodes if node.id == trigger)
    alone = replace(version.workflow, nodes=(placed,), edges=())
    return make_plan(alone, app.registry.node_class, app.settings.limits)


@dataclass(frozen=True, slots=True)
class _Alone:
    """Runs the trigger of an execution that is not stored."""

    app: App
    version: Version
    execution: Execution
    info: ExecutionInfo

    async def run(
        self, plan: Plan, journal: PollJournal, state: StateAccess, *, audits: bool
    ) -> JsonObject | None:
        """The error, where it fails."""
        app, execution = self.app, self.execution
        credential = plan.nodes[execution.trigger].credential
        opened = await credentials.open_all(app, {credential} if credential else ())
        if opened and audits:
            journal.events += await access.credentials_read(app, execution, opened)
        ports = ExecutionPorts(app, execution, journal, opened, SilentObserver(), state=state)
        is_sensitive = execution.trigger in sealing.sensitive_nodes(self.version.workflow)
        environment = Environment(
            self.info,
            plan,
            journal,
            app.spill if is_sensitive else app.plain_spill,
            SilentObserver(),
            NobodyToTell(),
            app.redact,
            _make_ports(ports),
            app.settings.storage.spill_threshold,
        )
        ended = await Executor(environment, execution.trigger, None).run()
        last = journal.rows[-1]
        if last.status is NodeStatus.SUCCEEDED:
            return None
        return last.error or ended.error or {"code": "NODE_FAILED", "message": "it failed"}


def _seconds(text: bytes | None) -> float | None:
    value = None if text is None else codec.decode(text)
    if not isinstance(value, int | float) or isinstance(value, bool):
        return None
    return max(0.0, float(value))


class NobodyToTell:
    """A poll that fails is shown with its schedule: there is no execution to tell of."""

    def execution_failed(self, execution_id: str, workflow: str, error: JsonObject) -> None:
        """Nothing."""

    def security_event(self, event: SecurityEvent) -> None:
        """Nothing: the journal has it."""


class NoWorkflows:
    """``ctx.workflows`` of a trigger that polls."""

    async def call(self, workflow: str, items: Sequence[Item], *, call_key: str) -> Sequence[Item]:
        """Refuse.

        Raises:
            NodeFailed: always.
        """
        del workflow, items, call_key
        raise NodeFailed("a trigger calls no workflow while it polls; let a node after it do that")


def _info(execution: Execution, version: Version, source: str) -> ExecutionInfo:
    return ExecutionInfo(
        id=execution.id,
        workflow_id=execution.workflow_id,
        workflow_name=version.workflow.name,
        trigger=execution.trigger,
        source=source,
        user=execution.user,
        started_at=us_to_datetime(execution.created_at),
        variables=execution.variables,
    )


def _make_ports(ports: ExecutionPorts) -> Callable[..., BoundPorts]:
    def make(
        *, node: PlannedNode, path: Path, attempt: int, retries: int, budget: Budget, log: NodeLog
    ) -> BoundPorts:
        del retries
        return ports.of_attempt(node, (path, attempt), budget, NoWorkflows(), log)

    return make
