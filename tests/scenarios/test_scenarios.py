"""The engine's behaviour as graph shapes in words: every scenario of the YAML files is run.

Each one runs in memory; from the journal cut after each of its rows; and many through the whole
product with a real database. The form of a scenario is in README.md beside this file.
"""

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import yaml

from tidegate.app import App
from tidegate.config import LimitSettings
from tidegate.engine.journaled import Journaled
from tidegate.engine.testing import MemorySpill, Notifications, Ran, SilentObserver, run_workflow
from tidegate.errors import WorkflowInvalid
from tidegate.model.document import load_document
from tidegate.model.execution import ExecutionEnd, LogLine, NodeRow, path_text
from tidegate.model.item import JsonObject
from tidegate.model.status import ExecutionStatus, NodeStatus
from tidegate.model.workflow import Workflow
from tidegate.registry import Registry
from tidegate.services import executions
from tidegate.services.executions import Start
from tidegate.services.outputs import final_items, outputs_of
from tidegate.services.workflows import choose_trigger, plan_of, store_file
from tidegate.worker.worker import Worker

FOLDER = Path(__file__).parent
SETTLED = {NodeStatus.SUCCEEDED, NodeStatus.FAILED, NodeStatus.SKIPPED}
KEYS = {"title", "workflow", "trigger", "data", "variables", "limits", "spill", "files", "expect"}
KEYS |= {"product", "replay"}
EXPECTED = {"status", "handled", "error", "nodes", "items", "files", "calls", "batches", "log"}
EXPECTED |= {"together", "notified", "wakes_in", "refused", "path"}
_SEEN = re.compile(
    r"(?P<status>\w+)"
    r"(?: (?P<items_in>\d+) -> (?P<items_out>\d+))?"
    r"(?:, attempt (?P<attempt>\d+))?"
    r"(?:, handled (?P<handled>\d+))?\Z"
)
_PLACE = re.compile(
    r"(?P<node>[A-Za-z][\w-]*)(?:@(?P<path>\d+(?:\.\d+)*))?(?:\.(?P<output>\w+))?\Z"
)

_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@dataclass(frozen=True)
class Scenario:
    """One shape: ``given`` is the YAML mapping."""

    file: str
    given: Mapping[str, Any]

    @property
    def expect(self) -> Mapping[str, Any]:
        return self.given["expect"]

    def text(self) -> str:
        """The workflow as a document."""
        return json.dumps({"tidegate": 1, "name": self.given["title"], **self.given["workflow"]})

    def workflow(self) -> Workflow:
        return load_document(self.text(), "scenario.json").workflow

    @property
    def limits(self) -> LimitSettings:
        return LimitSettings(**self.given.get("limits", {}))


def load() -> list[Any]:
    found = []
    for path in sorted(FOLDER.glob("*.yaml")):
        for given in yaml.safe_load(path.read_text()):
            unknown = (given.keys() - KEYS) | (given["expect"].keys() - EXPECTED)
            assert not unknown, f"{path.name}: {given['title']}: unknown keys {unknown}"
            scenario = Scenario(path.name, given)
            found.append(pytest.param(scenario, id=f"{path.stem}: {given['title']}"))
    assert len({param.id for param in found}) == len(found), "two scenarios have one title"
    return found


SCENARIOS = load()


def only(**wanted: Any) -> list[Any]:
    """The scenarios that these keys of theirs do not leave out."""
    return [
        param
        for param in SCENARIOS
        if all(param.values[0].given.get(key, True) in values for key, values in wanted.items())
    ]


@dataclass
class Observed:
    """What an execution did, in a form that can be compared."""

    status: str
    handled: int
    error: JsonObject | None
    wake_at: int | None
    ended_at: int
    nodes: dict[str, NodeRow] = field(default_factory=dict)
    items: dict[str, list[Any]] = field(default_factory=dict)
    files: dict[str, list[Any]] = field(default_factory=dict)
    lines: list[LogLine] = field(default_factory=list)
    notified: list[JsonObject] = field(default_factory=list)

    def calls(self) -> dict[str, int]:
        """How often each test node began to work."""
        found: dict[str, int] = {}
        for line in self.lines:
            if line.message == "called" and line.node_id is not None:
                found[line.node_id] = found.get(line.node_id, 0) + 1
        return found

    def together(self) -> int:
        """The most test nodes (or items) that were at work at the same time."""
        at_work = most = 0
        for line in self.lines:
            at_work += {"called": 1, "left": -1}.get(line.message, 0)
            most = max(most, at_work)
        return most


def place(node: str, path: tuple[int, ...], output: str = "main") -> str:
    text = f"{node}@{path_text(path)}" if path else node
    return text if output == "main" else f"{text}.{output}"


def observe(end: ExecutionEnd, rows: Iterable[NodeRow], outputs: Any) -> Observed:
    seen = Observed(end.status.value, end.errors_handled, end.error, end.wake_at, end.at)
    for row in rows:
        seen.nodes[place(row.node_id, row.path)] = row
    for row in seen.nodes.values():
        for name, output in outputs(row).items():
            key = place(row.node_id, row.path, name)
            items = [item for batch in output.batches for item in batch.load()[0]]
            seen.items[key] = [_comparable(item.json) for item in items]
            if any(item.files for item in items):
                seen.files[key] = [sorted(item.files) for item in items]
    return seen


def _comparable(value: JsonObject) -> JsonObject:
    """An item's object without what differs from execution to execution."""
    if value.get("trigger_type") == "manual":
        value = {k: v for k, v in value.items() if k not in ("triggered_at", "metadata")}
    made: JsonObject = json.loads(_ID.sub("<id>", json.dumps(value)))
    return made


def observe_in_memory(ran: Ran, before: Iterable[NodeRow] = ()) -> Observed:
    """What a whole journal says: rows from before a crash, and those of this execution."""
    rows = [*before, *ran.rows]
    seen = observe(ran.end, rows, Journaled.of(rows, ran.spill).outputs)
    seen.lines, seen.notified = ran.lines, ran.notifications
    return seen


async def run_in_memory(
    scenario: Scenario,
    registry: Registry,
    journaled: Journaled | None = None,
    spill: MemorySpill | None = None,
) -> Ran:
    given = scenario.given
    return await run_workflow(
        scenario.workflow(),
        registry.node_class,
        trigger=given.get("trigger"),
        custom_data=given.get("data"),
        has_custom_data="data" in given,
        variables=given.get("variables"),
        limits=scenario.limits,
        journaled=journaled,
        spill=spill,
        spill_threshold=given.get("spill", 256 * 1024),
    )


def check(scenario: Scenario, seen: Observed) -> None:
    """Compare with everything that the scenario expects; what it does not name is not compared."""
    expect = scenario.expect
    assert seen.status == expect["status"], seen.error
    assert seen.handled == expect.get("handled", 0)
    _check_error(expect.get("error"), seen.error)
    _check_nodes(expect.get("nodes"), seen.nodes)
    for key, items in expect.get("items", {}).items():
        assert _PLACE.match(key), key
        assert seen.items.get(key, []) == items, key
    for key, files in expect.get("files", {}).items():
        assert seen.files.get(key) == files, key
    for node, calls in expect.get("calls", {}).items():
        assert seen.calls().get(node, 0) == calls, f"calls of {node}"
    if "batches" in expect:
        sizes = [line.data["size"] for line in seen.lines if line.message == "batch" and line.data]
        assert sizes == expect["batches"]
    if "together" in expect:
        assert seen.together() == expect["together"]
    for wanted in expect.get("log", ()):
        text = json.dumps(
            [[line.node_id, line.level, line.message, line.data] for line in seen.lines]
        )
        assert wanted.removeprefix("not: ") in text or wanted.startswith("not: "), text
        assert not (wanted.startswith("not: ") and wanted[5:] in text), text
    assert len(seen.notified) == expect.get("notified", 0)
    if "wakes_in" in expect:
        assert seen.wake_at is not None
        assert abs((seen.wake_at - seen.ended_at) / 1e6 - expect["wakes_in"]) < 5


def _check_error(expected: Mapping[str, Any] | None, error: JsonObject | None) -> None:
    if expected is None:
        assert error is None
        return
    assert error is not None
    for key, value in expected.items():
        if key == "message":
            assert value in error["message"]
        else:
            assert error.get(key) == value, f"{key} in {error}"


def _check_nodes(expected: Mapping[str, str] | None, nodes: Mapping[str, NodeRow]) -> None:
    if expected is None:
        return
    found = {}
    for key, row in nodes.items():
        text = row.status.value
        if row.items_in or row.items_out or row.status is not NodeStatus.SKIPPED:
            text += f" {row.items_in} -> {row.items_out}"
        if row.attempt > 1:
            text += f", attempt {row.attempt}"
        if row.errors_handled:
            text += f", handled {row.errors_handled}"
        found[key] = text
    for text in expected.values():
        assert _SEEN.match(text), text
    assert found == dict(expected)


@pytest.mark.parametrize("scenario", only(product=(True, False)))
async def test_in_memory(scenario: Scenario, registry: Registry) -> None:
    if "refused" in scenario.expect:
        with pytest.raises(WorkflowInvalid) as refused:
            await run_in_memory(scenario, registry)
        messages = [f"{problem.code}: {problem.message}" for problem in refused.value.problems]
        assert messages == scenario.expect["refused"]
        return
    ran = await run_in_memory(scenario, registry)
    check(scenario, observe_in_memory(ran))


@pytest.mark.parametrize("scenario", only(product=(True, False), replay=(True,)))
async def test_goes_on_from_every_row_of_the_journal(
    scenario: Scenario, registry: Registry
) -> None:
    """Whatever part of the journal a crash left: the same end, and nothing finished runs again."""
    if "refused" in scenario.expect:
        return
    whole = await run_in_memory(scenario, registry)
    expected = observe_in_memory(whole)
    for count in range(len(whole.rows) + 1):
        before = whole.rows[:count]
        journaled = Journaled.of(before, whole.spill)
        resumed = await run_in_memory(scenario, registry, journaled, whole.spill)
        seen = observe_in_memory(resumed, before)
        compare_resumed(expected, seen, f"cut after {count} rows")
        finished = {
            key: row
            for key, row in journaled.rows.items()
            if row.kind == "finished" and row.status in SETTLED
        }
        again = [row for row in resumed.rows if (row.node_id, row.path) in finished]
        assert not again, f"ran again after the cut at {count}"


def compare_resumed(expected: Observed, seen: Observed, where: str) -> None:
    assert seen.status == expected.status, where
    assert seen.handled == expected.handled, where
    assert _code(seen.error) == _code(expected.error), where
    shapes, items = _shape(expected), _sorted(expected.items)
    if expected.status == "failed":
        # How far the other branches came when the failure ended the execution is chance.
        common = {key for key in seen.nodes if key in shapes and shapes[key][0] != "cancelled"}
        common -= {key for key, row in seen.nodes.items() if row.status not in SETTLED}
        shapes = {key: shapes[key] for key in common}
        seen.nodes = {key: seen.nodes[key] for key in common}
        items = {key: found for key, found in items.items() if key.partition(".")[0] in common}
        seen.items = {k: found for k, found in seen.items.items() if k in items}
    assert _shape(seen) == shapes, where
    assert _sorted(seen.items) == items, where
    assert seen.files == expected.files, where


def _shape(seen: Observed) -> dict[str, tuple[str, int, int]]:
    return {key: (row.status.value, row.items_in, row.items_out) for key, row in seen.nodes.items()}


def _sorted(items: Mapping[str, list[Any]]) -> dict[str, list[Any]]:
    return {key: found for key, found in sorted(items.items()) if found}


def _code(error: JsonObject | None) -> Any:
    """An error without the ids in it."""
    if error is None:
        return None
    return error["code"], error.get("node"), _ID.sub("<id>", error["message"])


@pytest.mark.parametrize("scenario", only(product=(True, "only")))
async def test_through_the_whole_product(
    scenario: Scenario, open_app: Callable[..., App], tmp_path: Path
) -> None:
    """With a workflow file, SQLite and the worker; what is compared is read back from the store."""
    given = scenario.given
    app = open_app(scenario.limits, given.get("spill", 256 * 1024))
    for name, document in given.get("files", {}).items():
        header = {"tidegate": 1, "name": name}
        (tmp_path / name).write_text(json.dumps({**header, **document}))
    path = tmp_path / "scenario.json"
    path.write_text(scenario.text())
    if "refused" in scenario.expect:
        with pytest.raises(WorkflowInvalid):  # by the check already, which knows the lines
            await store_file(app, path)
        return
    version = await store_file(app, path)
    start = Start(
        choose_trigger(plan_of(app, version), given.get("trigger")),
        "cli",
        custom_data=given.get("data"),
        has_custom_data="data" in given,
        variables=given.get("variables", {}),
    )
    notifications = Notifications()
    async with Worker(app, notifications) as worker:
        end = await worker.run_new(version, start, SilentObserver())
    stored = await executions.find(app, end.execution_id)
    assert stored.status is end.status
    assert (stored.finished_at is None) is (end.status is ExecutionStatus.WAITING)
    rows = await executions.node_rows(app, stored.id)
    read = ExecutionEnd(
        stored.id,
        stored.status,
        end.at,
        stored.error,
        stored.errors_handled,
        stored.usage,
        stored.wake_at,
        stored.items_out,
    )
    if stored.finished_at is not None:
        assert stored.items_out == len(await final_items(app, stored))
    seen = observe(read, rows, lambda row: outputs_of(app, row))
    seen.lines = list(await executions.log_lines(app, stored.id))
    seen.notified = notifications.sent
    check(scenario, seen)
