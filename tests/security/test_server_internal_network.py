"""testInternalNetworkAccess over HTTP: whoever may write workflows tries to reach inside a server."""

import json
import socket

import pytest
from api_people import People
from attacked import Canary, HostileServer, redirect
from server_process import ServerProcess, wait_until

ENDED = {"succeeded", "failed", "cancelled", "crashed"}
METADATA = "169.254.169.254"


@pytest.fixture
def canaries():
    made = {4: Canary(socket.AF_INET, "127.0.0.1")}
    if socket.has_ipv6:
        made[6] = Canary(socket.AF_INET6, "::1")
    yield made
    for canary in made.values():
        canary.close()


@pytest.fixture
def hostile(canaries):
    running = HostileServer({"/away": redirect(f"http://127.0.0.1:{canaries[4].port}/")})
    yield running
    running.shutdown()
    running.server_close()


@pytest.fixture
def server(tmp_path, hostile):
    process = ServerProcess(tmp_path / "data", TIDEGATE_EGRESS_ALLOW=hostile.address)
    yield process
    process.kill()


def nodes_to(places, hostile):
    """Every kind of node that can name a host, with each place."""
    nodes = {"start": {"type": "trigger.manual"}}
    for number, place in enumerate(places):
        nodes[f"http{number}"] = {"type": "http.request", "params": {"url": f"http://{place}/"}}
        nodes[f"signed{number}"] = {
            "type": "http.request",
            "credential": f"token{number}",
            "params": {"url": f"http://{place}/"},
        }
        url = f"postgresql://u@{place}/d"
        nodes[f"query{number}"] = {
            "type": "sql.query",
            "params": {"url": url, "statement": "SELECT 1 AS a"},
        }
        nodes[f"write{number}"] = {
            "type": "sql.write",
            "params": {"url": url, "action": "statement", "statement": "SELECT 1"},
        }
    nodes["away"] = {"type": "http.request", "params": {"url": f"http://{hostile.address}/away"}}
    nodes["given"] = {"type": "http.request", "params": {"url": "{{ json.custom_data.url }}"}}
    for node in nodes.values():
        node["settings"] = {"retry": {"max_retries": 0}, "on_error": "continue"}
    del nodes["start"]["settings"]
    return nodes


def test_dyn_087_no_way_out_of_the_api_leads_inside(server, canaries, hostile):
    owner = People(server).owner.client
    places = [f"127.0.0.1:{canaries[4].port}", f"[::ffff:127.0.0.1]:{canaries[4].port}"]
    if 6 in canaries:
        places.append(f"[::1]:{canaries[6].port}")
    # Credentials whose own server, or whose token server, is inside.
    for number, place in enumerate(places):
        tokens = {
            "client_id": "a",
            "client_secret": "a-secret",
            "token_url": f"http://{place}/token",
        }
        body = {
            "type": "oauth2_client",
            "values": tokens,
            "hosts": [place],
            "allow_plain_http": True,
        }
        answer = owner.put(f"/api/v1/credentials/token{number}", json=body)
        assert answer.status_code == 200, answer.text
        tried = owner.post(f"/api/v1/credentials/token{number}/test").json()
        assert tried.get("works") is not True, tried
        body = {"type": "basic", "values": {"user": "a", "password": "a-secret"}, "hosts": [place]}
        assert owner.put(f"/api/v1/credentials/basic{number}", json=body).status_code == 200
        tried = owner.post(f"/api/v1/credentials/basic{number}/test").json()
        assert tried.get("works") is not True, tried

    nodes = nodes_to([*places, f"{METADATA}:80"], hostile)
    body = {"type": "bearer", "values": {"token": "a-secret"}, "hosts": [METADATA]}
    assert owner.put(f"/api/v1/credentials/token{len(places)}", json=body).status_code == 200
    document = {
        "tidegate": 1,
        "name": "inside",
        "nodes": nodes,
        "edges": [f"start -> {id}" for id in nodes if id != "start"],
    }
    # An author can't open the gate for himself.
    for more in (
        {"egress": {"allow": places}},
        {"settings": {"egress": {"allow": places}}},
        {"settings": {"allow": places}},
    ):
        answer = owner.post("/api/v1/workflows/validate", json={"document": {**document, **more}})
        assert answer.status_code == 422 or answer.json()["problems"], answer.text
    made = owner.post("/api/v1/workflows", json={"document": document})
    assert made.status_code == 201, made.text
    url = f"/api/v1/workflows/{made.json()['id']}"
    answer = owner.post(f"{url}/publish", json={}, headers={"if-match": "*"})
    assert answer.status_code == 200, answer.text
    given = {"url": f"http://{places[0]}/"}
    headers = {"x-forwarded-host": places[0], "forwarded": f"host={places[0]}"}
    answer = owner.post(f"{url}/executions", json={"data": given}, headers=headers)
    id = answer.json()["id"]

    def ended():
        found = owner.get(f"/api/v1/executions/{id}").json()
        return found if found["status"] in ENDED else None

    found = wait_until(ended, 120)
    assert {number: canary.seen for number, canary in canaries.items()} == dict.fromkeys(
        canaries, 0
    )
    for node in found["nodes"]:
        if node["id"] != "start":
            assert node["status"] == "failed", node
            assert node["error"]["code"] in {"SECURITY_ERROR", "CREDENTIAL_ERROR"}, node
            assert "169.254" not in node["error"]["message"]
    events = owner.get("/api/v1/security_events", params={"limit": 200}).json()["entries"]
    assert {event["node_id"] for event in events} >= {"away", "given", "http0", "query0", "write0"}
    refused = [event for event in events if METADATA in json.dumps(event["details"])]
    assert "critical" in {event["severity"] for event in refused}
    entries = owner.get("/api/v1/audit", params={"limit": 200}).json()["entries"]
    tried = {entry["actor"] for entry in entries if entry["action"] == "credential.test"}
    assert tried == {"owner@example.org"}
