"""The OpenAPI document: complete, and true of the server whatever it is sent."""

import gc
import os

import pytest
import schemathesis
from api_people import document
from hypothesis import HealthCheck, Phase, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tidegate.api.app import openapi_document

LONG = os.environ.get("TIDEGATE_TEST_LONG") == "1"
DOCUMENT = openapi_document()
OPERATIONS = [
    (method, path, operation)
    for path, methods in DOCUMENT["paths"].items()
    for method, operation in methods.items()
]
SCHEMA = schemathesis.openapi.from_dict(DOCUMENT)
NOT_FUZZED = ("/api/v1/stream/events", "/api/v1/session", "/api/v1/users/{user_id}")
"""An endless answer; what would sign the test out; what would take its rights away."""
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]


@pytest.fixture(scope="module", autouse=True)
def uncollected():
    """No garbage of earlier tests is found while Hypothesis parses code.

    What is written about such garbage parses code too, and CPython 3.11 then gives up the outer
    parsing with "AST constructor recursion depth mismatch".
    """
    gc.collect()
    gc.disable()
    yield
    gc.enable()


@pytest.mark.parametrize(("method", "path", "operation"), OPERATIONS)
def test_every_operation_is_described_in_full(method, path, operation) -> None:
    assert operation["summary"] and operation["description"], "what it does"
    assert operation["tags"]
    responses = operation["responses"]
    assert any(status.startswith(("2", "3")) for status in responses)
    for status, response in responses.items():
        assert response["description"] is not None
        if status.startswith("2") and status != "204":
            (_, *_) = response["content"], "what it answers"
            for content in response["content"].values():
                assert content["schema"], f"{method} {path} {status}"
        if status.startswith(("4", "5")):
            assert list(response["content"]) == ["application/problem+json"]
    if path.startswith("/api/v1"):
        assert {"422", "500", "503"} <= set(responses)
    if "{" in path and "{name}/validate" not in path:
        assert "404" in responses, "there may be none"


def test_operations_have_names_of_their_own() -> None:
    names = [operation["operationId"] for _, _, operation in OPERATIONS]
    assert len(names) == len(set(names))


@pytest.fixture(scope="module")
def known(owner):
    """Ids that exist, so that more than 404 is found."""
    made = owner.post("/api/v1/workflows", json={"document": document("fuzzed")}).json()
    url = f"/api/v1/workflows/{made['id']}/executions"
    execution = owner.post(url, json={"version": "draft", "mode": "sync"}).json()
    return {"workflow_id": made["id"], "execution_id": execution["id"], "node": "set"}


@SCHEMA.exclude(path=list(NOT_FUZZED)).parametrize()
@settings(
    max_examples=200 if LONG else 3,
    deadline=None,
    derandomize=not LONG,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
def test_nothing_that_is_sent_is_the_server_s_mistake(case, server, people, known) -> None:
    for name, value in known.items():
        if name in (case.path_parameters or {}) and len(str(case.body)) % 3:
            case.path_parameters[name] = value
    if isinstance(case.body, dict) and "timeout" in case.body:
        case.body["timeout"] = 0.2
    if "wait" in (case.query or {}):
        case.query["wait"] = 0
    case.headers = {**(case.headers or {}), "authorization": f"Bearer {people.owner.key}"}
    answer = case.call(base_url=server.url, timeout=30)
    case.validate_response(answer, checks=CHECKS)
