"""The JSON Schema agrees with the reader and the check, for documents of every kind."""

from pathlib import Path

import pytest
import yaml
from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from tidegate import codec
from tidegate.model.document_write import document_value
from tidegate.model.workflow import (
    Edge,
    FallbackStrategy,
    NodeSettings,
    PlacedNode,
    Workflow,
    WorkflowSettings,
)
from tidegate.registry import load_registry
from tidegate.services.workflow_schema import workflow_schema

ROOT = Path(__file__).resolve().parents[3]


def validator_of(registry):
    schema = workflow_schema(registry)
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


@pytest.fixture
def accepts(registry):
    validator = validator_of(registry)
    return lambda text: validator.is_valid(yaml.safe_load(text))


@pytest.fixture(scope="module")
def installed():
    return load_registry()


@pytest.fixture(scope="module")
def validator(installed):
    return validator_of(installed)


def test_a_full_document_is_valid(registry):
    workflow = Workflow(
        "x",
        (
            PlacedNode("start", "trigger.manual"),
            PlacedNode(
                "fetch",
                "http.request",
                2,
                "Fetch",
                {"url": "https://a.de"},
                NodeSettings(
                    "error_output",
                    {"max_retries": 1, "retryable_errors": ["TIMEOUT"]},
                    FallbackStrategy(skip_failed_nodes=True),
                    [{"a": 1}],
                    1.5,
                    64,
                    "rerun",
                    notes="n",
                ),
                "cred",
            ),
        ),
        (Edge("start", "fetch"), Edge("fetch", "fetch", "error")),
        "text",
        {"base": [1]},
        WorkflowSettings(FallbackStrategy(notify_on_failure=True), 5, "fail"),
        {"start": (1, 2.5)},
    )
    validator_of(registry).validate(document_value(workflow))


def request(params):
    return f"tidegate: 1\nname: x\nnodes:\n  a: {{type: http.request, params: {params}}}\n"


@pytest.mark.parametrize(
    "text",
    [
        "tidegate: 1\nname: x\nnodes:\nedges:\nsettings:\n".replace("nodes:", "nodes: {}"),
        "tidegate: 1\nname: x\nnodes: {a: {type: trigger.manual, params: , settings: {timeout: }}}",
        request("{url: 'https://a.de', retries: 3, headers: [{name: a}], values: [1]}"),
        request("{url: '{{ json.url }}', retries: '{{ json.n }}', headers: '{{ json.h }}'}"),
        request(
            "{url: '{{ 1 }}', method: '{{ json.m }}', headers: ['{{ json.h }}'], values: ['{{ 1 }}']}"
        ),
        request(
            "{url: 'https://a.de', body: {any: [1, null]}, until: '{{ response.status == 1 }}'}"
        ),
        request("{url: 'https://a.de', until: true}"),
    ],
)
def test_what_the_schema_takes(accepts, text):
    assert accepts(text)


@pytest.mark.parametrize(
    "text",
    [
        "[]",
        "tidegate: 2\nname: x\nnodes: {}",
        "tidegate: 1\nnodes: {}",
        "tidegate: 1\nname: x\nnodes: {}\nunknown: 1",
        "tidegate: 1\nname: x\nnodes: {a b: {type: trigger.manual}}",
        "tidegate: 1\nname: x\nnodes: {a: {type: trigger.manul}}",
        "tidegate: 1\nname: x\nnodes: {a: {type: trigger.manual, settings: {on_error: stopp}}}",
        "tidegate: 1\nname: x\nnodes: {a: {type: http.request}}",
        "tidegate: 1\nname: x\nnodes: {a: {type: http.request, version: 2}}",
        "tidegate: 1\nname: x\nnodes: {}\nedges: [a => b]",
        "tidegate: 1\nname: x\nnodes: {}\nvariables: {a-b: 1}",
        "tidegate: 1\nname: x\nnodes: {}\nlayout: {a: [1]}",
        request("{uri: 'https://a.de'}"),
        request("{url: 'https://a.de', retries: many}"),
        request("{url: 'https://a.de', retries: 9}"),
        request("{url: 'https://a.de', headers: [{nme: a}]}"),
    ],
)
def test_what_the_schema_refuses(accepts, text):
    assert not accepts(text)


def test_a_parameter_without_expressions_takes_none(registry):
    definitions = workflow_schema(registry)["$defs"]
    properties = definitions["http.request.v1"]["properties"]
    assert "anyOf" not in properties["raw"]
    assert {"$ref": "#/$defs/expression"} in properties["retries"]["anyOf"]


def test_every_node_type_has_its_place_and_its_examples_are_valid(installed, validator):
    definitions = validator.schema["$defs"]
    assert set(definitions["NodeSection"]["properties"]["type"]["enum"]) == set(installed.names)
    for name, version in installed:
        assert f"{name}.v{version}" in definitions
        for index, example in enumerate(installed[name, version].examples):
            node = {"type": name, "version": version, "params": dict(example.params)}
            document = {"tidegate": 1, "name": "x", "nodes": {"a": node}}
            try:
                validator.validate(document)
            except ValidationError as error:
                pytest.fail(f"{name} example {index}: {error.json_path}: {error.message}")


def test_every_example_workflow_is_valid(validator):
    for file in sorted((ROOT / "examples").rglob("*.yaml")):
        validator.validate(yaml.safe_load(file.read_text()))


def test_the_schema_is_json(installed):
    schema = workflow_schema(installed)
    codec.check(schema, what="schema")
    assert list(schema)[:1] == ["$schema"]
