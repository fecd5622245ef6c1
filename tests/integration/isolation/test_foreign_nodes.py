"""Node types of another package: in a process of their own, with the reach that nodes have."""

import asyncio
import json
import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import psutil
import pytest
from processes import processes_of

from tidegate.engine.testing import run_node
from tidegate.errors import NodeFailed, WorkflowInvalid
from tidegate.isolation.pool import ProcessPool
from tidegate.model.workflow import NodeSettings
from tidegate.registry import describe
from tidegate.sdk.node import Node
from tidegate.sdk.testing import MockHttpService

Foreign = Callable[[str], type[Node]]
TIDEGATE = str(Path(sys.executable).with_name("tidegate"))
FOLDER = Path(__file__).parents[2] / "support" / "foreign_nodes"


async def run_file(workflow: Path, **environment: str) -> dict[str, Any]:
    """What the command reports of a workflow's run, with its data beside the file."""
    process = await asyncio.create_subprocess_exec(
        *(TIDEGATE, "run", str(workflow), "--json"),
        env={
            "PYTHONPATH": str(FOLDER),
            "TIDEGATE_DATA_DIR": str(workflow.parent / "data"),
            **environment,
        },
        stdout=asyncio.subprocess.PIPE,
    )
    output, _ = await process.communicate()
    report: dict[str, Any] = json.loads(output)
    return report


async def test_an_item_goes_there_and_back(foreign: Foreign) -> None:
    shout = foreign("Shout")
    made = await run_node(shout, {"text": "{{ json.name }}"}, [{"name": "Ada"}, {"name": "Bob"}])
    assert made == {"main": [{"text": "ADA!"}, {"text": "BOB!"}]}


async def test_it_describes_itself_as_an_imported_class_does(foreign: Foreign) -> None:
    described = describe(foreign("Shout"))
    program = (
        "import json; from tidegate.registry import describe; from tidegate_acme.nodes import Shout;"
        "print(json.dumps(describe(Shout)))"
    )
    imported = subprocess.run(
        [sys.executable, "-c", program],
        env={"PYTHONPATH": str(FOLDER)},
        capture_output=True,
        check=True,
    )
    assert described == json.loads(imported.stdout)


async def test_expressions_are_evaluated_by_the_parent_while_batches_stream(
    foreign: Foreign,
) -> None:
    params = {"keep": "{{ json.n > 1 }}", "rules": [{"when": "{{ json.n < 4 }}"}]}
    made = await run_node(foreign("Pick"), params, [{"n": n} for n in range(6)])
    assert made["kept"] == [{"n": 2}, {"n": 3}]
    assert made["rest"] == [{"n": 0}, {"n": 1}, {"n": 4}, {"n": 5}]


async def test_many_batches_stream(foreign: Foreign) -> None:
    items = [{"n": n} for n in range(5000)]
    made = await run_node(foreign("Pick"), {"keep": True}, items)
    assert made["kept"] == items


@pytest.mark.parametrize(
    ("params", "parameter", "message"),
    [
        ({"text": "a", "marks": 99}, "marks", "must be at most 10"),
        ({"text": "a", "mode": "uper"}, "mode", "must be 'upper' or 'lower', not 'uper'"),
        ({}, "text", "'text' is missing"),
    ],
)
async def test_wrong_parameters_are_found_before_it_runs(
    foreign: Foreign, params: dict[str, object], parameter: str, message: str
) -> None:
    with pytest.raises(WorkflowInvalid) as caught:
        await run_node(foreign("Shout"), params)
    assert (caught.value.problems[0].parameter, caught.value.problems[0].message) == (
        parameter,
        message,
    )


async def test_a_wrong_computed_parameter_fails_the_node(foreign: Foreign) -> None:
    with pytest.raises(NodeFailed, match="text: must be text, not a number"):
        await run_node(foreign("Shout"), {"text": "{{ 1 }}"})


@pytest.mark.parametrize(
    ("what", "code", "text"),
    [
        ("fail", "NODE_FAILED", "this will not work"),
        ("break", "BUG", "broke with KeyError"),
        ("die", "CRASHED", "the process ended by itself"),
        ("memory", "SECURITY_ERROR", "128 MB"),
    ],
)
async def test_a_failure_says_what_happened(
    foreign: Foreign, what: str, code: str, text: str
) -> None:
    with pytest.raises(NodeFailed, match=text) as caught:
        await run_node(foreign("Misbehave"), {"what": what})
    assert caught.value.details["code"] == code


async def test_a_blocking_node_is_stopped_by_its_timeout(foreign: Foreign) -> None:
    settings = NodeSettings(timeout=0.5)
    with pytest.raises(NodeFailed, match=r"timeout of 0\.5 s"):
        await run_node(foreign("Misbehave"), {"what": "sleep"}, settings=settings)


async def test_cancelling_ends_the_process(foreign: Foreign, pool: ProcessPool) -> None:
    task = asyncio.create_task(run_node(foreign("Misbehave"), {"what": "sleep"}))
    while not (running := processes_of(pool)):
        await asyncio.sleep(0.05)
    await asyncio.sleep(0.2)
    task.cancel()
    began = time.monotonic()
    with pytest.raises(asyncio.CancelledError):
        await task
    psutil.wait_procs(running, timeout=5)
    assert time.monotonic() - began < 1.5  # promised: 300 ms
    assert not processes_of(pool)


async def test_nothing_of_the_parent_is_there(
    foreign: Foreign, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("ACME_CANARY", "a secret of the parent")
    secret = tmp_path / "canary.txt"
    secret.write_text("a secret on disk")
    misbehave = foreign("Misbehave")
    seen = await run_node(misbehave, {"what": "environment"})
    assert seen["main"][0]["environment"] == {}
    assert seen["main"][0]["pid"] != os.getpid()
    for path in (str(secret), "/etc/passwd", "/proc/1/environ", f"/proc/{os.getpid()}/environ"):
        with pytest.raises(NodeFailed, match="broke with PermissionError"):
            await run_node(misbehave, {"what": path})


async def test_a_command_runs_it_with_its_reach(tmp_path: Path) -> None:
    async with MockHttpService() as server:
        server.mock_response("/page", body="hello there")
        page = server.url("/page")
        workflow = tmp_path / "workflow.yaml"
        workflow.write_text(
            f"""
tidegate: 1
name: Somebody else's nodes
nodes:
  start: {{type: trigger.manual}}
  fetch: {{type: acme.fetch, params: {{url: {page}}}}}
  stream: {{type: acme.fetch, params: {{url: {page}, stream: true}}}}
  keep: {{type: acme.keep, params: {{path: "{tmp_path}/files/kept.txt", text: "a b c"}}}}
edges:
  - start -> fetch
  - start -> stream
  - stream -> keep
"""
        )
        (tmp_path / "files").mkdir()
        report = await run_file(
            workflow,
            TIDEGATE_EGRESS_ALLOW=server.allow_rule,
            TIDEGATE_FILE_ROOTS=str(tmp_path / "files"),
        )
    assert report["status"] == "succeeded", report
    nodes = {node["id"]: node for node in report["nodes"]}
    assert nodes["keep"]["usage"]["memory_used"] > 10 << 20
    assert (tmp_path / "files" / "kept.txt").read_text() == "abc"


async def test_its_requests_and_lines_name_the_item_that_it_works_on(tmp_path: Path) -> None:
    async with MockHttpService() as server:
        server.mock_response("/page", body="hello")
        page = server.url("/page")
        workflow = tmp_path / "workflow.yaml"
        workflow.write_text(
            f"""
tidegate: 1
name: Items
nodes:
  start: {{type: trigger.manual}}
  make: {{type: data.generate, params: {{count: 2, fields: {{n: "{{{{ index }}}}"}}}}}}
  each: {{type: acme.fetch, params: {{url: "{page}?n={{{{ json.n }}}}"}}}}
  stream: {{type: acme.fetch, params: {{url: "{page}?n={{{{ json.n }}}}", stream: true}}}}
  once: {{type: acme.fetch_once, params: {{url: {page}}}}}
edges: [start -> make, make -> each, make -> stream, make -> once]
"""
        )
        report = await run_file(workflow, TIDEGATE_EGRESS_ALLOW=server.allow_rule)
    assert report["status"] == "succeeded", report
    with closing(sqlite3.connect(tmp_path / "data" / "tidegate.db")) as session:
        requests = session.execute(
            "SELECT node_id, url, item FROM http_request_logs ORDER BY node_id, url"
        ).fetchall()
        lines = session.execute(
            "SELECT data FROM execution_logs WHERE message = 'fetched'"
        ).fetchall()
    assert requests == [
        ("each", f"{page}?n=0", 0),
        ("each", f"{page}?n=1", 1),
        ("once", page, None),
        ("stream", f"{page}?n=0", 0),
        ("stream", f"{page}?n=1", 1),
    ]
    # Items are worked on at the same time: either may be the first.
    assert sorted(json.loads(data)["item"] for (data,) in lines) == [0, 1]


async def test_the_gate_still_refuses(tmp_path: Path) -> None:
    workflow = tmp_path / "workflow.yaml"
    workflow.write_text(
        """
tidegate: 1
name: Inside
nodes:
  start: {type: trigger.manual}
  fetch: {type: acme.fetch, params: {url: "http://127.0.0.1:9/"}}
edges:
  - start -> fetch
"""
    )
    report = await run_file(workflow)
    assert report["error"]["code"] == "SECURITY_ERROR"
    assert report["error"]["type"] == "INTERNAL_NETWORK"


async def test_it_keeps_state_between_executions(tmp_path: Path) -> None:
    workflow = tmp_path / "workflow.yaml"
    workflow.write_text(
        """
tidegate: 1
name: Counts
nodes:
  start: {type: trigger.manual}
  count: {type: acme.count}
edges:
  - start -> count
"""
    )
    for number in (1, 2):
        report = await run_file(workflow)
        assert report["status"] == "succeeded", report
        assert report["output"]["count"]["main"] == [
            {"count": number, "done": [True, False], "keys": [["count"], ["shared"]]}
        ]
