"""check, schema, nodes and node."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

SOURCE = Path(__file__).resolve().parents[3] / "src"


def test_check_reports_everything_at_once(tidegate, files):
    ran = tidegate("check", "good.yaml", "bad.yaml", "gone.yaml")
    assert ran.code == 1
    lines = ran.out.splitlines()
    assert lines[0] == "good.yaml: ok"
    assert lines[1] == (
        "bad.yaml:7:14: must be a whole number, not text (node keep, parameter max_items)"
    )
    assert lines[2].startswith("bad.yaml:7:31: ")
    assert lines[2].endswith("(node keep, parameter keep)")
    assert lines[3].strip() == "{{ json.x + }}"
    assert set(lines[4].strip()) == {"^"}
    assert lines[5:] == [
        "bad.yaml:8:3: warning: no trigger leads to 'lost', so it never runs (node lost)",
        "bad.yaml:10:5: 'keep' (data.limit) has no input 'left' (node keep)",
        "    there are: main",
        "gone.yaml: this file can't be read: No such file or directory",
    ]


def test_check_as_json(tidegate, files):
    ran = tidegate("check", "bad.yaml", "--json")
    found = ran.json()
    assert (ran.code, ran.err, found["valid"]) == (1, "", False)
    assert [problem["code"] for problem in found["problems"]] == [
        "WRONG_PARAMETER",
        "EXPRESSION_SYNTAX",
        "UNKNOWN_INPUT",
    ]
    assert found["problems"][0] == {
        "message": "must be a whole number, not text",
        "code": "WRONG_PARAMETER",
        "file": "bad.yaml",
        "line": 7,
        "column": 14,
        "node": "keep",
        "parameter": "max_items",
    }
    assert [warning["code"] for warning in found["warnings"]] == ["UNREACHABLE"]
    assert tidegate("check", "good.yaml", "--json").json() == {
        "valid": True,
        "problems": [],
        "warnings": [],
    }


def test_warnings_alone_are_no_failure(tidegate, files):
    (files / "lost.yaml").write_text(
        (files / "good.yaml").read_text() + "  a: {type: data.limit}\n"
    )
    ran = tidegate("check", "lost.yaml")
    assert ran.code == 0
    assert ran.out.splitlines()[1:] == ["lost.yaml: ok"]


def test_schema_prints_the_schema(tidegate):
    schema = tidegate("schema").json()
    assert schema["title"] == "Tidegate workflow"
    assert "data.limit.v1" in schema["$defs"]


def test_nodes_lists_types_by_category(tidegate):
    out = tidegate("nodes").out
    assert out.index("data:\n") < out.index("flow:\n")
    assert "  data.limit " in out
    listed = tidegate("nodes", "--json").json()
    (limit,) = [node for node in listed if node["name"] == "data.limit"]
    assert limit == {
        "name": "data.limit",
        "label": "Limit",
        "version": 1,
        "category": "data",
        "summary": "Keep only the first or the last items.",
        "package": "tidegate",
    }


def test_nodes_explains_what_is_inside_of_a_parameter(tidegate):
    rows = [line.split() for line in tidegate("nodes", "data.sort").out.splitlines()]
    assert ["keys", "list", "of", "mapping", "required"] in [row[:5] for row in rows]
    assert ["keys[].order", "ascending", "|", "descending"] in [row[:4] for row in rows]
    assert "csv_options.delimiter" in tidegate("nodes", "files.write").out


def test_nodes_explains_one(tidegate):
    out = tidegate("nodes", "data.limit").out
    assert out.startswith("data.limit, version 1: Limit\n")
    assert "max_items  whole number  default 1" in out
    assert "first | last" in out
    assert "    max_items: 1" in out
    described = tidegate("nodes", "data.limit", "--json").json()
    assert described["params"]["properties"]["max_items"]["default"] == 1
    assert described["examples"][0]["output"] == [{"n": 1}]


def test_every_node_type_can_be_explained(tidegate):
    for node in tidegate("nodes", "--json").json():
        assert tidegate("nodes", node["name"]).out.startswith(node["name"])


def test_an_unknown_node_type_is_answered_with_the_nearest(tidegate):
    ran = tidegate("nodes", "data.limti")
    assert ran.code == 2
    assert "there is no node type 'data.limti'" in ran.err
    assert "did you mean 'data.limit'?" in ran.err


def test_a_new_node_passes_its_check_and_its_own_tests(tidegate, elsewhere):
    made = tidegate("node", "new", "acme.loud_greeting", "--path", "packages", "--json").json()
    folder = elsewhere / made["folder"]
    assert folder.name == "tidegate-acme-loud-greeting"
    node = folder / "src" / "tidegate_acme_loud_greeting" / "loud_greeting.py"
    assert str(node.relative_to(elsewhere)) in made["files"]
    assert 20 <= len(node.read_text().splitlines()) <= 30
    ran = tidegate("node", "check", str(node))
    assert (ran.code, ran.out) == (0, "acme.loud_greeting: ok\n")
    tests = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(folder)],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(folder / "src"), str(SOURCE)])},
        capture_output=True,
        text=True,
        check=False,
    )
    assert tests.returncode == 0, tests.stdout
    assert "2 passed" in tests.stdout


def test_the_new_package_offers_its_node_to_tidegate(tidegate, elsewhere):
    import tomllib

    tidegate("node", "new", "acme.shout")
    project = tomllib.loads((elsewhere / "tidegate-acme-shout" / "pyproject.toml").read_text())
    assert project["project"]["entry-points"]["tidegate.nodes"] == {
        "acme.shout": "tidegate_acme_shout.shout:Shout"
    }


def test_nothing_is_overwritten(tidegate, elsewhere):
    tidegate("node", "new", "acme.shout")
    file = elsewhere / "tidegate-acme-shout" / "README.md"
    file.write_text("mine")
    ran = tidegate("node", "new", "acme.shout")
    assert ran.code == 2
    assert "exists already" in ran.err
    assert file.read_text() == "mine"


@pytest.mark.parametrize(
    "name",
    ["shout", "Acme.shout", "acme.", "a.b.c", "../x.y", "data.shout", "acme.class", "acme.shout\n"],
)
def test_names_that_no_node_can_have(tidegate, elsewhere, name):
    ran = tidegate("node", "new", name)
    assert ran.code == 2
    assert not list(elsewhere.glob("tidegate-*"))


BROKEN = '''
from tidegate.sdk import Example, Node, NodeParams

class Broken(Node):
    name = "Broken"
    label = ""
    effects = "all"
    outputs = ["main", "main"]
    class Params(NodeParams):
        """None."""
        count: int
    examples = (Example({"cuont": 1}), Example({"count": "{{ json. }}"}, output=[{}], outputs={"left": []}))
    def run(self, ctx, params, items):
        return items
    async def run_item(self, ctx, params, item):
        return item
'''

WRONG_EXAMPLE = '''
from tidegate.sdk import Example, Node, NodeParams

class Twice(Node):
    """Doubles."""
    name = "acme.twice"
    label = "Twice"
    class Params(NodeParams):
        """None."""
    examples = (Example({}, items=[{"n": 1}], output=[{"n": 2}]), Example({}, output=[{}]))
    async def run_item(self, ctx, params, item):
        return item
'''


def test_node_check_lists_everything_that_is_wrong(tidegate, elsewhere):
    (elsewhere / "broken.py").write_text(BROKEN)
    ran = tidegate("node", "check", "broken.py", "--json")
    assert ran.code == 1
    (checked,) = ran.json()["nodes"]
    assert [(p["code"], p["parameter"]) for p in checked["problems"]] == [
        ("NODE_SHAPE", "name"),
        ("NODE_SHAPE", "label"),
        ("NODE_SHAPE", "__doc__"),
        ("NODE_SHAPE", "effects"),
        ("NODE_SHAPE", "run"),
        ("NODE_SHAPE", "outputs"),
        ("MISSING_PARAMETER", "examples.0.params.count"),
        ("UNKNOWN_PARAMETER", "examples.0.params.cuont"),
        ("NODE_SHAPE", "examples.0"),
        ("EXPRESSION_SYNTAX", "examples.1.params.count"),
        ("NODE_SHAPE", "examples.1.outputs"),
    ]


def test_node_check_runs_the_examples(tidegate, elsewhere):
    (elsewhere / "twice.py").write_text(WRONG_EXAMPLE)
    ran = tidegate("node", "check", "twice.py")
    assert ran.code == 1
    assert ran.out == (
        "this example gives [{\"n\":1}] at output 'main' "
        "(node acme.twice, parameter examples.0.output)\n"
    )


@pytest.mark.parametrize(
    ("target", "words"),
    [
        ("gone.py", "FileNotFoundError"),
        ("syntax.py", "SyntaxError"),
        ("empty.py", "no subclass of tidegate.sdk.Node"),
        ("no_such_module_at_all:Node", "ModuleNotFoundError"),
        ("json:nothing", "AttributeError"),
        ("acme.nothing", "there is no node type 'acme.nothing'"),
    ],
)
def test_node_check_of_what_can_not_be_loaded(tidegate, elsewhere, target, words):
    (elsewhere / "syntax.py").write_text("def (")
    (elsewhere / "empty.py").write_text("")
    ran = tidegate("node", "check", target)
    assert ran.code == 2
    assert words in ran.err


def test_node_check_of_something_else_is_a_problem(tidegate):
    ran = tidegate("node", "check", "json:dumps", "--json")
    assert ran.code == 1
    assert "no subclass" in json.dumps(ran.json())


def test_node_check_takes_installed_types_and_classes(tidegate):
    ran = tidegate("node", "check", "data.limit", "tidegate.nodes.data.limit:Limit")
    assert (ran.code, ran.out) == (0, "data.limit: ok\ndata.limit: ok\n")
