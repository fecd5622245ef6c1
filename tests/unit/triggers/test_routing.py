"""Which webhook an address belongs to, whatever is asked for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from tidegate.model.workflow import Workflow
from tidegate.sdk.webhook import WebhookParams
from tidegate.services.webhooks import Webhook
from tidegate.services.workflows import Version
from tidegate.triggers.routing import Routes, params_of


def webhook(workflow, path, methods=("POST",)):
    params = WebhookParams.model_validate({"path": path, "methods": list(methods)})
    version = Version(workflow, "hash", Workflow(workflow, ()))
    return Webhook("project", version, "hook", "trigger.webhook", params, None, ())


@pytest.fixture
def routes():
    routes = Routes()
    routes.replace("a", [webhook("a", "orders/{id}"), webhook("a", "orders/new")])
    routes.replace("b", [webhook("b", "orders/{number}", ["GET"]), webhook("b", "{x}/{y}")])
    return routes


@pytest.mark.parametrize(
    ("path", "method", "workflow", "params"),
    [
        ("orders/new", "POST", "a", {}),
        ("orders/new/", "POST", "a", {}),
        ("orders/ne%77", "POST", "a", {}),
        ("orders/7", "POST", "a", {"id": "7"}),
        ("orders/7", "GET", "b", {"number": "7"}),
        ("orders/%2e%2e", "POST", "a", {"id": ".."}),
        ("orders/a%2Fb", "POST", "a", {"id": "a/b"}),
        ("other/7", "POST", "b", {"x": "other", "y": "7"}),
    ],
)
def test_find(routes, path, method, workflow, params):
    match = routes.find(path)
    found = match.methods[method]
    assert (found.workflow_id, params_of(found, path) if match.params else {}) == (workflow, params)


def test_what_is_withdrawn_is_found_no_more(routes):
    routes.replace("a", [])
    assert routes.find("orders/new").methods.keys() == {"GET"}
    routes.replace("b", [])
    assert routes.find("orders/new") is None
    assert routes.all() == []


def test_of_two_with_one_address_the_first_answers(routes):
    routes.replace("c", [webhook("c", "orders/new"), webhook("c", "own")])
    assert routes.find("orders/new").methods["POST"].workflow_id == "a"
    assert routes.find("own").methods["POST"].workflow_id == "c"


@given(st.text(max_size=40))
def test_any_path_is_found_or_not(path):
    routes = Routes()
    routes.replace("a", [webhook("a", "a/{b}/c"), webhook("a", "{all}")])
    match = routes.find(path)
    assert match is None or match.methods["POST"].workflow_id == "a"


@pytest.mark.parametrize(
    "path", ["", "/", "a//b", "a b", "a/../b", "a/{b}/{b}", "a/{b}c", "a?b", "{1}", "a/%41", "é"]
)
def test_paths_that_are_none(path):
    with pytest.raises(ValidationError):
        WebhookParams(path=path)
