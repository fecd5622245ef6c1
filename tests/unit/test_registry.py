import ast
import subprocess
import sys
from importlib.metadata import EntryPoint
from pathlib import Path
from types import SimpleNamespace

import pytest
from jsonschema import Draft202012Validator
from msgspec import convert

from tidegate import registry as module
from tidegate.errors import WorkflowInvalid
from tidegate.registry import (
    BUILTIN_NODES,
    NodeEntry,
    Registry,
    describe,
    load_registry,
    params_schema,
)
from tidegate.sdk import Example, Node
from tidegate.services.check_node import check_node_class
from tidegate.services.node_catalogue import NodeTypeDetails

SOURCE = Path(module.__file__).parent / "nodes"
METASCHEMA = "https://json-schema.org/draft/2020-12/schema"
# Every schema within a schema is held against this one, by the anchor that the standard's has, too.
ONLY_KNOWN_KEYWORDS = Draft202012Validator(
    {
        "$schema": METASCHEMA,
        "$id": "urn:tidegate:only-known-keywords",
        "$dynamicAnchor": "meta",
        "$ref": METASCHEMA,
        "patternProperties": {"^x-": True},
        "unevaluatedProperties": False,
    }
)


def node_files():
    """Node type -> ``module:Class``, found in the source itself."""
    found = {}
    for file in sorted(SOURCE.rglob("*.py")):
        for statement in ast.parse(file.read_text()).body:
            if not isinstance(statement, ast.ClassDef):
                continue
            constants = {
                target.id: assignment.value.value
                for assignment in statement.body
                if isinstance(assignment, ast.Assign) and isinstance(assignment.value, ast.Constant)
                for target in assignment.targets
            }
            if "name" in constants and "label" in constants:
                version = constants.get("version", 1)
                key = constants["name"] if version == 1 else f"{constants['name']}@{version}"
                parts = file.relative_to(SOURCE.parent.parent).with_suffix("").parts
                found[key] = f"{'.'.join(parts)}:{statement.name}"
    return found


def test_the_table_of_built_in_nodes_is_complete():
    assert dict(BUILTIN_NODES) == node_files()
    assert list(BUILTIN_NODES) == sorted(BUILTIN_NODES)


def test_every_built_in_node_has_the_shape_of_a_node():
    registry = load_registry()
    found = [problem for key in registry for problem in check_node_class(registry[key])]
    assert found == []


def test_the_schema_of_every_built_in_node_has_keywords_of_json_schema_alone():
    unknown = {"properties": {"days": {"items": {"ge": 0, "x-ui": {}}}}}
    assert not ONLY_KNOWN_KEYWORDS.is_valid(unknown)
    found = {
        key: [error.message for error in ONLY_KNOWN_KEYWORDS.iter_errors(params_schema(node_class))]
        for key, node_class in load_registry().items()
    }
    assert {key: problems for key, problems in found.items() if problems} == {}


def test_the_bounds_of_a_wait_are_in_its_schema():
    wait = params_schema(load_registry().latest("flow.wait"))["properties"]
    assert wait["amount"]["minimum"] == 0
    assert (wait["days"]["exclusiveMinimum"], wait["days"]["maximum"]) == (0, 365)


def test_every_built_in_node_can_be_described():
    registry = load_registry()
    for name in registry.names:
        described = describe(registry.latest(name))
        assert described["name"] == name
        assert described["description"]
        assert described["params"]["type"] == "object"
        whole = {**described, "icon": "box"}
        assert convert(whole, NodeTypeDetails, strict=True).keys() == whole.keys()


def test_finding_node_types_imports_none_of_them():
    code = (
        "import sys; from tidegate.registry import load_registry; r = load_registry(); r.names; "
        "print([m for m in sys.modules if m.startswith('tidegate.nodes') "
        "or m in ('lxml', 'aiohttp', 'sqlalchemy')])"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"


class One(Node):
    """First."""

    name = "acme.shout"
    label = "Shout"
    examples = (Example({}, output=[{}]),)


class Two(One):
    """Second."""

    version = 2


class Other(One):
    """Another one."""

    name = "acme.show"


def test_versions_stand_beside_each_other():
    registry = Registry.of(One, Two, Other)
    assert registry.versions("acme.shout") == (1, 2)
    assert registry.node_class("acme.shout", 1) is One
    assert registry.latest("acme.shout") is Two
    assert registry.names == ("acme.shout", "acme.show")
    assert len(registry) == 3


@pytest.mark.parametrize(
    ("name", "near"),
    [
        ("acme.shuot", "acme.shout"),
        ("ACME.SHOW", "acme.show"),
        ("shout", "acme.shout"),
        ("zz", None),
    ],
)
def test_the_nearest_name(name, near):
    assert Registry.of(One, Other).nearest(name) == near


def test_an_unknown_type_or_version_is_a_problem_with_a_hint():
    registry = Registry.of(One, Two)
    for name, version, code in [
        ("acme.shuot", 1, "UNKNOWN_NODE_TYPE"),
        ("acme.shout", 3, "UNKNOWN_NODE_VERSION"),
    ]:
        with pytest.raises(WorkflowInvalid) as raised:
            registry.node_class(name, version)
        (problem,) = raised.value.problems
        assert problem.code == code
        assert problem.hint
    with pytest.raises(WorkflowInvalid):
        registry.latest("no.such")


def test_packages_add_types_and_replace_none(monkeypatch):
    def point(name, target, package):
        found = EntryPoint(name, target, "tidegate.nodes")
        return SimpleNamespace(
            name=found.name, value=found.value, dist=SimpleNamespace(name=package)
        )

    points = [
        point("data.limit", "evil:Limit", "evil"),
        point("acme.shout", f"{__name__}:One", "acme-b"),
        point("acme.shout@2", f"{__name__}:Two", "acme-b"),
        point("acme.shout", "other:Shout", "acme-c"),
    ]
    monkeypatch.setattr("importlib.metadata.entry_points", lambda group: points)
    registry = load_registry()
    assert registry.package("data.limit", 1) == "tidegate"
    assert registry.package("acme.shout", 1) == "acme-b"
    assert registry.versions("acme.shout") == (1, 2)
    assert [p.code for p in registry.problems] == ["NODE_TYPE_CLASH", "NODE_TYPE_CLASH"]
    assert "'evil' offers node type 'data.limit'" in registry.problems[1].message


@pytest.mark.parametrize(
    ("target", "words"),
    [
        ("no_such_module_at_all:X", "ModuleNotFoundError"),
        ("json:nothing", "AttributeError"),
        ("json:dumps", "is no subclass of tidegate.sdk.Node"),
        ("tidegate.nodes.data.limit:Limit", "calls itself data.limit, version 1"),
    ],
)
def test_a_broken_package_is_named(target, words):
    registry = Registry([NodeEntry("acme.shout", 1, target, "acme-nodes")])
    with pytest.raises(WorkflowInvalid) as raised:
        registry.node_class("acme.shout", 1)
    assert raised.value.problems[0].code == "BROKEN_NODE_TYPE"
    assert words in raised.value.message
    assert "'acme-nodes'" in raised.value.message
