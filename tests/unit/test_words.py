"""One thing has one word: the names of classes, tables, columns, JSON fields and commands.

docs/glossary.md says what each word means. A name with another word for the same thing is a
finding, unless it stands below with the reason for which it means something else.
"""

import ast
import inspect
import re
from functools import cache
from pathlib import Path

import click
import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCES = sorted((ROOT / "src" / "tidegate").rglob("*.py"))

INSTEAD = {
    "pipeline": "workflow",
    "dag": "workflow",
    "flow": "workflow",
    "step": "node",
    "task": "node, or node execution",
    "operator": "node",
    "block": "node",
    "connection": "edge, or credential",
    "record": "item",
    "message": "item",
    "run": "execution",
    "job": "execution",
}

ALLOWED = {
    "class tidegate.worker.job:Job": "a job of the queue: go on with execution X",
    "class tidegate.worker.sub_workflow:RunsExecutions": "run is a verb here",
    "class tidegate.egress.records:RequestRecord": "an audit record",
    "class tidegate.egress.resolver:_Job": "a name that waits for a thread of the resolver",
    "class tidegate.egress.addresses:Block": "an address block of the IANA registries",
    "column execution_logs.message": "the message of a log line",
    "column http_request_logs.error_message": "the message of an error",
    "field execution message": "the message of a log line",
    "field error message": "the message of an error",
    "field problem message": "the message of a problem",
    "command tidegate run": "run is a verb here",
    "command tidegate code run": "run is a verb here",
    "node flow": "flow is a group of nodes",
    "param data.generate step": "from one number of a sequence to the next",
    "param flow.stop message": "the message of an error",
}


def parts(name):
    return [part.lower() for part in re.findall(r"[A-Z]?[a-z0-9]+|[A-Z]+(?![a-z])", name)]


def wrong_words(name):
    """The words of a name that stand for something that has another word here."""
    words = parts(name)
    singular = {word.removesuffix("s") for word in words} | set(words)
    return sorted(singular & set(INSTEAD))


def classes():
    for path in SOURCES:
        module = ".".join(path.relative_to(ROOT / "src").with_suffix("").parts)
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ClassDef):
                yield f"class {module}:{node.name}", node.name


def tables_and_columns():
    from tidegate.store import account_tables  # noqa: F401 - puts its tables into the metadata
    from tidegate.store.tables import metadata

    for table in metadata.tables.values():
        yield f"table {table.name}", table.name
        for column in table.columns:
            yield f"column {table.name}.{column.name}", column.name


def nodes_and_params():
    from tidegate.registry import load_registry, params_schema

    registry = load_registry()
    for (name, _), node in registry.items():
        yield f"node {name}", name
        yield f"label {name}", node.label
        for port in (*node.inputs, *node.outputs):
            yield f"port {name} {port}", port
        for field in schema_fields(params_schema(node)):
            yield f"param {name} {field}", field


def document_fields():
    from tidegate.model.document_schema import DocumentSection

    for field in schema_fields(DocumentSection.model_json_schema()):
        yield f"field document {field}", field


def setting_fields():
    from tidegate.config import setting_names

    for name in setting_names():
        for field in name.split("."):
            yield f"field settings {field}", field


def json_fields():
    """The keys of the JSON objects that people and programs read."""
    from tidegate import errors
    from tidegate.cli import execution_views
    from tidegate.model import execution, item
    from tidegate.services import reports

    kinds = (
        errors.TidegateError,
        errors.HttpError,
        errors.SecurityError,
        errors.ExpressionError,
    )
    sources = {
        "error": [kind.as_json for kind in kinds],
        "execution": [reports.Report.summary, reports.node_json, execution_views],
        "usage": [execution.ResourceUsage.as_json],
        "file": [item.FileRef.as_json],
    }
    for kind, functions in sources.items():
        for function in functions:
            for key in re.findall(r'"(\w+)":', inspect.getsource(function)):
                yield f"field {kind} {key}", key
    for field in errors.Problem.__dataclass_fields__:
        yield f"field problem {field}", field


def commands():
    from tidegate.cli.main import cli

    yield from of_command(cli, click.Context(cli, info_name="tidegate"))


def of_command(command, context):
    for parameter in command.params:
        for name in parameter.opts:
            yield f"option {context.command_path} {name}", name
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            inner = command.get_command(context, name)
            inner_context = click.Context(inner, info_name=name, parent=context)
            yield f"command {inner_context.command_path}", name
            yield from of_command(inner, inner_context)


def schema_fields(schema):
    """The names of all properties in a JSON Schema."""
    if isinstance(schema, dict):
        properties = schema.get("properties")
        if isinstance(properties, dict):
            yield from properties
        for part in schema.values():
            yield from schema_fields(part)
    elif isinstance(schema, list):
        for part in schema:
            yield from schema_fields(part)


KINDS = [
    classes,
    tables_and_columns,
    nodes_and_params,
    document_fields,
    setting_fields,
    json_fields,
    commands,
]


def is_allowed(place):
    return any(place == key or place.startswith((f"{key}.", f"{key} ")) for key in ALLOWED)


@cache
def names_of(kind):
    return tuple(kind())


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_names_use_the_words_of_the_glossary(kind):
    found = [
        f"{place}: say {', '.join(INSTEAD[word] for word in wrong_words(name))}"
        for place, name in names_of(kind)
        if wrong_words(name) and not is_allowed(place)
    ]
    assert names_of(kind)
    assert found == []


@pytest.mark.parametrize("kind", KINDS[1:], ids=lambda kind: kind.__name__)
def test_names_are_snake_case(kind):
    """Node types have a dot, options begin with dashes, labels are text for people."""
    pattern = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)?|--[a-z]+(-[a-z]+)*|-h|[a-z]+")
    named = [(place, name) for place, name in names_of(kind) if not place.startswith("label ")]
    assert [place for place, name in named if not pattern.fullmatch(name)] == []


def test_every_exception_is_used():
    places = [p for kind in KINDS for p, name in names_of(kind) if wrong_words(name)]
    unused = [
        key
        for key in ALLOWED
        if not any(p == key or p.startswith((f"{key}.", f"{key} ")) for p in places)
    ]
    assert unused == []


def test_the_glossary_knows_every_status_and_word():
    from tidegate.model.status import AttemptStatus, ExecutionStatus, NodeStatus

    page = (ROOT / "docs" / "glossary.md").read_text()
    terms = ", ".join(re.findall(r"^\*\*([\w ,]+)\*\*", page, re.MULTILINE))
    statuses = page.split("## Statuses", 1)[1]
    for word in ("workflow", "node", "edge", "item", "execution", "attempt", "trigger", "wait"):
        assert re.search(rf"\b{word}\b", terms), word
    for kind in (ExecutionStatus, NodeStatus, AttemptStatus):
        listed = ", ".join(f"`{status}`" for status in kind)
        assert listed in " ".join(statuses.split())


@pytest.mark.parametrize(
    ("name", "words"),
    [("TaskRun", ["run", "task"]), ("node_connections", ["connection"]), ("NodeRow", [])],
)
def test_what_is_wrong_is_noticed(name, words):
    assert wrong_words(name) == words
