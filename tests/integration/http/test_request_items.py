"""Each request knows the item of the node's input that it was sent for, or that it was for none."""

import json

import pytest

from tidegate.engine.observers import SilentObserver
from tidegate.model.workflow import Edge, NodeSettings, PlacedNode, Workflow
from tidegate.notify.log import LogNotifier
from tidegate.sdk.testing import MockHttpService
from tidegate.services import credentials, http_export
from tidegate.services.executions import Start
from tidegate.services.workflows import store_workflow
from tidegate.store import logs
from tidegate.worker.worker import Worker


@pytest.fixture
async def service():
    async with MockHttpService() as made:
        yield made


@pytest.fixture
def product(open_product, service):
    return open_product(service.url())


def workflow(params, count, fields=None, credential=None, **settings):
    """A node `call` with so many items; ``json.n`` counts them."""
    made = {"count": count, "fields": {"n": "{{ index }}", **(fields or {})}}
    nodes = (
        PlacedNode("start", "trigger.manual"),
        PlacedNode("make", "data.generate", params=made),
        PlacedNode(
            "call",
            "http.request",
            params=params,
            credential=credential,
            settings=NodeSettings(**settings),
        ),
    )
    return Workflow("items", nodes, (Edge("start", "make"), Edge("make", "call")))


def places(requests):
    """The end of each URL, and the item that it was for."""
    return sorted((request.url.rpartition("/")[2], request.item) for request in requests)


@pytest.mark.parametrize("concurrency", [1, 3])
async def test_every_request_of_a_node_that_goes_item_by_item(product, service, concurrency):
    for n in range(5):
        service.mock_response(f"/{n}", json={})
    params = {"url": service.url("/{{ json.n }}"), "concurrency": concurrency}
    seen = await product.run_workflow(workflow(params, 5), {})
    assert seen.status == "succeeded", seen.error
    assert places(seen.requests) == [(str(n), n) for n in range(5)]


async def test_items_of_later_batches_are_counted_from_the_first_item(product, service):
    for n in range(4):
        service.mock_response(f"/{n}", json={})
    params = {"url": service.url("/{{ json.n }}")}
    large = {"text": "{{ 'x' * 700_000 }}"}
    seen = await product.run_workflow(workflow(params, 4, large), {})
    assert seen.status == "succeeded", seen.error
    assert places(seen.requests) == [(str(n), n) for n in range(4)]


@pytest.mark.parametrize("concurrency", [1, 3])
async def test_attempts_are_for_the_same_item(product, service, concurrency):
    for n in range(3):
        service.mock_response(f"/{n}", status=503 if n == 1 else 200, json={})
    service.mock_response("/1", json={})
    params = {"url": service.url("/{{ json.n }}"), "concurrency": concurrency}
    retry = {"max_retries": 2, "retry_delay": 10}
    seen = await product.run_workflow(workflow(params, 3, retry=retry), {})
    assert seen.status == "succeeded", seen.error
    assert places(seen.requests) == [("0", 0), ("1", 1), ("1", 1), ("2", 2)]
    lines = await product.app.database.read(lambda c: logs.lines(c, seen.execution.id))
    (retried,) = [entry.line for entry in lines if entry.line.message == "retry"]
    assert "item" not in retried.data, "what is said between the rounds is about no single item"


async def test_pages_and_redirects_are_for_the_item_that_they_began_with(product, service):
    for n in range(2):
        there = {"Location": service.url(f"/list{n}?page=1")}
        service.mock_response(f"/{n}", status=302, headers=there)
        service.mock_response(f"/list{n}?page=1", json={"next": f"/list{n}?page=2", "all": [1]})
        service.mock_response(f"/list{n}?page=2", json={"next": f"/list{n}?page=3", "all": [2]})
    params = {
        "url": service.url("/{{ json.n }}"),
        "pagination": "next_url",
        "next": "{{ response.data.next }}",
        "page_items": "{{ response.data.all }}",
        "max_pages": 2,
        "output": "body",
    }
    seen = await product.run_workflow(workflow(params, 2), {})
    assert seen.status == "succeeded", seen.error
    assert places(seen.requests) == [
        ("0", 0), ("1", 1), ("list0?page=1", 0), ("list0?page=2", 0),
        ("list1?page=1", 1), ("list1?page=2", 1),
    ]  # fmt: skip
    # What the node logs meanwhile names the item in the same way.
    lines = await product.app.database.read(lambda c: logs.lines(c, seen.execution.id))
    ends = [entry.line.data for entry in lines if "max_pages" in entry.line.message]
    assert ends == [{"item": 0, "pages": 2}, {"item": 1, "pages": 2}]


async def test_a_token_is_fetched_for_no_item(product, service):
    token = {"access_token": "a-token-of-some-length", "token_type": "Bearer", "expires_in": 60}
    service.mock_response("/token", method="POST", json=token)
    service.mock_response("/0", json={})
    values = {"token_url": service.url("/token"), "client_id": "me", "client_secret": "secret"}
    host = f"127.0.0.1:{service.port}"
    await credentials.save(
        product.app, "api", "oauth2_client", values, hosts=(host,), allow_plain_http=True
    )
    params = {"url": service.url("/{{ json.n }}")}
    seen = await product.run_workflow(workflow(params, 1, credential="api"), {})
    assert seen.status == "succeeded", seen.error
    assert places(seen.requests) == [("0", 0), ("token", None)]
    har = json.loads(http_export.as_har(seen.requests))
    shown = {entry["request"]["url"]: entry.get("_item") for entry in har["log"]["entries"]}
    assert shown == {service.url("/token"): None, service.url("/0"): 0}


class Watching(SilentObserver):
    """Keeps what is told of requests when they begin and when they end."""

    def __init__(self):
        self.begun, self.ended = [], []

    def http_started(self, request):
        self.begun.append(request)

    def http_request(self, request, id):
        self.ended.append(request)


async def test_who_watches_is_told_when_it_begins_and_when_it_ends(product, service):
    for n in range(3):
        service.mock_response(f"/{n}", json={})
    found = workflow({"url": service.url("/{{ json.n }}"), "concurrency": 3}, 3)
    version, seen = await store_workflow(product.app, found), Watching()
    async with Worker(product.app, LogNotifier()) as worker:
        await worker.run_new(version, Start("start", "test"), seen)
    assert places(seen.begun) == places(seen.ended) == [("0", 0), ("1", 1), ("2", 2)]
