"""testResourceExhaustion: a workflow and its servers try to use up what the machine has."""

import sqlite3
import time

from attacked import HostileServer, answer, attack, dripping, endless


def slow(handler) -> None:
    time.sleep(0.2)
    answer(b"{}", content_type="application/json")(handler)


def test_resource_exhaustion(tmp_path):
    server = HostileServer({"/endless": endless, "/dripping": dripping, "/slow": slow})
    url = f"http://{server.address}"

    def request(path: str, **params) -> dict:
        return {"type": "http.request", "params": {"url": url + path, **params}}

    nodes = {
        "endless": request("/endless", format="text"),
        "endless_file": request("/endless", format="file"),
        "dripping": request("/dripping", timeout=1),
        "memory": {"type": "data.set", "params": {"fields": {"a": "{{ 'x' * 10**9 }}"}}},
        "steps": {
            "type": "data.set",
            "params": {"fields": {"a": "{{ len([1 for a in range(9**9) for b in range(9**9)]) }}"}},
        },
        "power": {"type": "data.set", "params": {"fields": {"a": "{{ 9**9**9 }}"}}},
        "many": {"type": "data.generate", "params": {"count": 40}},
        "crowd": {**request("/slow"), "after": "many"},
        "python": {
            "type": "code.python",
            "params": {"code": "while True: pass", "engine": "monty"},
            "settings": {"timeout": 1},
        },
    }
    settings = {"TIDEGATE_LIMITS_TRANSFER": "60", "TIDEGATE_LIMITS_RESPONSE": "20"}
    report = attack(tmp_path, nodes, "--allow", server.address, **settings)
    ends = {id: node["error"] for id, node in report["nodes"].items() if node["status"] == "failed"}
    assert set(ends) == set(nodes) - {"many", "crowd"}
    assert ends["endless"]["type"] in {"RESPONSE_TOO_LARGE", "RESOURCE_LIMIT_EXCEEDED"}
    assert ends["endless_file"]["type"] in {"RESPONSE_TOO_LARGE", "RESOURCE_LIMIT_EXCEEDED"}
    assert ends["dripping"]["type"] == "TIMEOUT"
    assert {ends[id]["code"] for id in ("memory", "steps", "power")} == {"EXPRESSION_LIMIT"}
    assert server.most <= 10 + 3  # ten of one node's items; each node's requests are its own
    with sqlite3.connect(tmp_path / "data" / "tidegate.db") as stored:
        limits = stored.execute("SELECT DISTINCT node_id FROM security_events").fetchall()
    assert ("endless",) in limits or ends["endless"]["type"] == "RESPONSE_TOO_LARGE"
    # The next execution finds everything as it was.
    after = attack(tmp_path, {"slow": request("/slow")}, "--allow", server.address)
    server.shutdown()
    assert after["nodes"]["slow"]["status"] == "succeeded"


def test_the_transfer_of_an_execution_is_bounded(tmp_path):
    server = HostileServer({"/big": answer(b"x" * (2 << 20))})
    nodes = {
        "many": {"type": "data.generate", "params": {"count": 40}},
        "big": {
            "type": "http.request",
            "after": "many",
            "params": {"url": f"http://{server.address}/big", "format": "file"},
        },
    }
    settings = {"TIDEGATE_LIMITS_TRANSFER": "10"}
    report = attack(tmp_path, nodes, "--allow", server.address, **settings)
    server.shutdown()
    assert report["nodes"]["big"]["error"]["type"] == "RESOURCE_LIMIT_EXCEEDED"
    assert len(server.requests) < 40
