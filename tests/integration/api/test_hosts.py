"""People see which hosts a server leaves alone, and what its settings hide."""

import socket

import pytest
from server_process import ServerProcess

LIMIT = 2


@pytest.fixture(scope="module")
def closed():
    """A port of this machine where nothing listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        yield f"127.0.0.1:{probe.getsockname()[1]}"


@pytest.fixture(scope="module")
def server(tmp_path_factory, closed):
    process = ServerProcess(
        tmp_path_factory.mktemp("server") / "data",
        TIDEGATE_EGRESS_ALLOW=closed,
        TIDEGATE_EGRESS_CIRCUIT_FAILURES=str(LIMIT),
        TIDEGATE_EGRESS_PROXY="http://ada:very-secret@proxy.example.org:3128",
    )
    yield process
    process.kill()


def test_an_open_circuit_is_shown_with_its_host(people, closed):
    client = people.owner.client
    assert client.get("/api/v1/hosts").json() == []
    document = {
        "tidegate": 1,
        "name": "asks",
        "nodes": {
            "start": {"type": "trigger.manual"},
            "ask": {
                "type": "http.request",
                "params": {"url": f"http://{closed}/"},
                "settings": {"retry": {"max_retries": 0}},
            },
        },
        "edges": ["start -> ask"],
    }
    made = client.post("/api/v1/workflows", json={"document": document}).json()
    for _ in range(LIMIT):
        ran = client.post(
            f"/api/v1/workflows/{made['id']}/executions", json={"mode": "sync", "version": "draft"}
        )
        assert ran.json()["status"] == "failed", ran.text
    (host,) = client.get("/api/v1/hosts").json()
    assert (host["host"], host["circuit"], host["failures"]) == (closed, "open", LIMIT)
    assert 0 < host["open_for"] <= 30
    assert (host["in_flight"], host["waiting"]) == (0, 0)


def test_the_password_of_the_proxy_is_masked(people):
    answer = people.owner.client.get("/api/v1/settings")
    assert answer.json()["egress.proxy"] == "http://***@proxy.example.org:3128"
    assert "very-secret" not in answer.text
