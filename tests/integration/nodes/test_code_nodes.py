"""The code nodes in workflows: lineage, failures of single items, limits, usage, the log."""

import sys
from itertools import pairwise
from pathlib import Path

import pytest
from code_ports import code_ports

from tidegate import codec
from tidegate.app import App
from tidegate.config import LimitSettings, Settings
from tidegate.engine.journaled import Journaled
from tidegate.engine.testing import run_workflow
from tidegate.errors import WorkflowInvalid
from tidegate.model.document import load_document
from tidegate.registry import load_registry
from tidegate.services import workflows
from tidegate.services.check import check_workflow
from tidegate.services.code import with_chosen_engines

registry = load_registry()
linux = pytest.mark.skipif(sys.platform != "linux", reason="the locked processes need Linux")


def workflow_of(nodes):
    """A workflow of ``trigger.manual`` and the nodes, one after another."""
    ids = ["start", *nodes]
    document = {
        "tidegate": 1,
        "name": "code",
        "nodes": {"start": {"type": "trigger.manual"}, **nodes},
        "edges": [f"{a} -> {b}" for a, b in pairwise(ids)],
    }
    return load_document(_text(document), "code.json")


def _text(document):
    return codec.encode(document)


def python(code, *, settings=None, **params):
    return {
        "type": "code.python",
        "params": {"code": code, **params},
        "settings": settings or {},
    }


MAKE = {"type": "data.generate", "params": {"count": 3, "fields": {"v": "{{ index }}"}}}


async def ran(nodes, **limits):
    workflow = with_chosen_engines(workflow_of(nodes).workflow, registry)
    async with code_ports() as make_ports:
        return await run_workflow(
            workflow,
            registry.node_class,
            make_ports=make_ports,
            limits=LimitSettings(**limits) if limits else None,
        )


def items_of(result, node_id):
    row = next(row for row in reversed(result.rows) if row.node_id == node_id)
    outputs = Journaled.of([row], result.spill).outputs(row)
    return {
        name: [item.json for batch in output.batches for item in batch.load()[0]]
        for name, output in outputs.items()
    }


async def test_items_keep_their_history():
    result = await ran(
        {
            "make": MAKE,
            "all": python("items[2]['seen'] = True\nresult = [items[2], items[0]]", engine="monty"),
            "each": python("result = {'w': item['v'] * 10}", mode="item"),
            "look": {
                "type": "data.set",
                "params": {"fields": {"made": "{{ node('make').item.json.v }}"}},
            },
        }
    )
    assert items_of(result, "look") == {"main": [{"w": 20, "made": 2}, {"w": 0, "made": 0}]}


@pytest.mark.parametrize(
    ("value", "items"),
    [
        ("None", []),
        ("{'a': 1}", [{"a": 1}]),
        ("[{'a': 1}, 2, [3]]", [{"a": 1}, {"result": 2}, {"result": [3]}]),
        ("'text'", [{"result": "text"}]),
    ],
)
async def test_values_become_items(value, items):
    result = await ran({"code": python(f"result = {value}")})
    assert items_of(result, "code").get("main", []) == items


async def test_one_item_fails_and_the_others_go_on():
    result = await ran(
        {
            "make": MAKE,
            "code": python(
                "result = {'w': 6 / item['v']}",
                mode="item",
                settings={"on_error": "error_output"},
            ),
        }
    )
    found = items_of(result, "code")
    assert found["main"] == [{"w": 6.0}, {"w": 3.0}]
    (failed,) = found["error"]
    assert failed["error"]["line"] == 1
    assert failed["error"]["text"] == "result = {'w': 6 / item['v']}"
    assert failed["error"]["pretty"].endswith("|                ^^^^^^^^^^^^^")


async def test_prints_and_usage_are_kept():
    result = await ran({"make": MAKE, "code": python("print('a\\nb', len(items))\nresult = 1")})
    assert [(line.node_id, line.message) for line in result.lines] == [
        ("code", "a"),
        ("code", "b 3"),
    ]
    flood = "for i in range(5000):\n    print(i)\nresult = 1"
    result = await ran({"code": python(flood)})
    assert len(result.lines) == 1001
    assert "left out" in result.lines[-1].message


@linux
@pytest.mark.parametrize("engine", ["monty", "cpython"])
async def test_limits_end_in_the_errors_of_every_node(engine):
    hungry = "x = []\nwhile True:\n    x.append('a' * 1000000 + str(len(x)))"
    result = await ran({"code": python(hungry, engine=engine)}, memory=64)
    assert result.end.error["type"] == "RESOURCE_LIMIT_EXCEEDED"
    row = result.rows[-1]
    assert row.usage.memory_used > 30 << 20
    assert row.usage.cpu_time > 0
    result = await ran({"code": python("while True: pass", engine=engine)}, timeout=1.0)
    assert result.end.error["code"] == "NODE_TIMEOUT"
    big = "result = 'a' * 12000000"
    result = await ran({"code": python(big, engine=engine)}, memory=512, max_memory=1024)
    assert result.end.error["code"] == "OUTPUT_TOO_LARGE"


@linux
async def test_a_process_that_ends_itself_is_a_failed_node():
    result = await ran({"code": python("import os\nos._exit(3)")})
    assert result.end.error["type"] == "RESOURCE_LIMIT_EXCEEDED"
    assert result.end.error["security_rule"] == "isolation.process"


async def test_code_without_result_and_bad_variables_are_said():
    result = await ran({"code": python("x = 1")})
    assert "'result'" in result.end.error["message"]
    for name in ("items", "result", "a b", "_x"):
        found = check_workflow(
            workflow_of({"code": python("result = 1", variables={name: 1})}), registry
        )
        assert [problem.parameter for problem in found] == ["variables"]
    result = await ran({"make": MAKE, "code": python("result = n", variables={"n": "{{ 1 + 1 }}"})})
    assert items_of(result, "code") == {"main": [{"result": 2}]}


def test_check_finds_what_code_lacks(monkeypatch):
    def codes(code, **params):
        found = check_workflow(workflow_of({"code": python(code, **params)}), registry)
        return [(problem.code, problem.node) for problem in found]

    assert codes("result = 1") == []
    assert codes("result = (") == [("CODE_SYNTAX", "code")]
    assert codes("import hmac", engine="monty") == [("CODE_NOT_SUPPORTED", "code")]
    monkeypatch.setattr(sys, "platform", "darwin")
    assert codes("result = 1") == []
    assert codes("import hmac") == [("ENGINE_MISSING", "code")]
    assert codes("result = 1", engine="cpython") == [("ENGINE_MISSING", "code")]


@linux
async def test_the_engine_is_stored_and_never_replaced(tmp_path: Path, monkeypatch):
    file = tmp_path / "code.json"
    document = {
        "tidegate": 1,
        "name": "code",
        "nodes": {
            "start": {"type": "trigger.manual"},
            "small": python("result = 1"),
            "large": python("import hmac\nresult = 1"),
        },
        "edges": ["start -> small", "small -> large"],
    }
    file.write_bytes(_text(document))
    app = App.open(Settings(data_dir=tmp_path / "data"))
    try:
        stored = await workflows.store_file(app, file)
        version = await workflows.stored_version(app, stored.workflow_id, stored.hash)
        chosen = {node.id: node.params.get("chosen_engine") for node in version.workflow.nodes}
        assert chosen == {"start": None, "small": "monty", "large": "cpython"}
        workflows.plan_of(app, version)
        app.plans.clear()
        monkeypatch.setattr(sys, "platform", "win32")
        with pytest.raises(WorkflowInvalid) as caught:
            workflows.plan_of(app, version)
        (problem,) = caught.value.problems
        assert (problem.code, problem.node) == ("ENGINE_MISSING", "large")
        assert "needs Linux" in problem.message
    finally:
        await app.close()
