"""testInternalNetworkAccess: a workflow tries every way that it has into the internal network."""

import json
import socket
import sqlite3

import pytest
from attacked import Canary, HostileServer, attack, redirect
from pydantic import ValidationError

from tidegate.registry import load_registry


@pytest.fixture
def canaries():
    made = {4: Canary(socket.AF_INET, "127.0.0.1")}
    if socket.has_ipv6:
        made[6] = Canary(socket.AF_INET6, "::1")
    yield made
    for canary in made.values():
        canary.close()


def test_internal_network_access(canaries, tmp_path):
    port = canaries[4].port
    port6 = canaries[6].port if 6 in canaries else port
    server = HostileServer(
        {
            "/redirect": redirect(f"http://127.0.0.1:{port}/"),
            "/redirect_name": redirect(f"http://localhost:{port}/"),
            "/redirect_metadata": redirect("http://169.254.169.254/latest/meta-data/"),
            "/redirect_scheme": redirect("file:///etc/passwd"),
        }
    )
    urls = {
        "loopback": f"http://127.0.0.1:{port}/",
        "name": f"http://localhost:{port}/",
        "root_dot": f"http://localhost.:{port}/",
        "ipv6": f"http://[::1]:{port6}/",
        "mapped": f"http://[::ffff:127.0.0.1]:{port}/",
        "nat64": f"http://[64:ff9b::7f00:1]:{port}/",
        "any": f"http://0.0.0.0:{port}/",
        "short": f"http://127.1:{port}/",
        "number": f"http://2130706433:{port}/",
        "octal": f"http://0177.0.0.1:{port}/",
        "wide": f"http://１２７.０.０.１:{port}/",
        "user": f"http://example.com@127.0.0.1:{port}/",
        "backslash": f"http://example.com\\@127.0.0.1:{port}/",
        "metadata": "http://169.254.169.254/latest/meta-data/",
        "private": "http://10.0.0.1/",
        "file": "file:///etc/passwd",
        "gopher": f"gopher://127.0.0.1:{port}/_x",
        **{path[1:]: f"http://{server.address}{path}" for path in server.routes},
    }
    nodes = {id: {"type": "http.request", "params": {"url": url}} for id, url in urls.items()}
    # What an item says is no better than what the author writes.
    nodes["from_data"] = {
        "type": "http.request",
        "params": {"url": "{{ 'http://127.0.0.' + '1:%d' }}".replace("%d", str(port))},
    }
    for id, kind in (("database", "sql.query"), ("database_write", "sql.write")):
        params = {"url": f"postgresql://u@127.0.0.1:{port}/d", "statement": "SELECT 1 AS a"}
        if kind == "sql.write":
            params |= {"action": "statement"}
        nodes[id] = {"type": kind, "params": params}
    report = attack(tmp_path, nodes, "--allow", server.address)
    server.shutdown()
    assert {id: canary.seen for id, canary in canaries.items()} == dict.fromkeys(canaries, 0)
    for id in nodes:
        node = report["nodes"][id]
        assert node["status"] == "failed", id
        assert node["error"]["code"] == "SECURITY_ERROR", (id, node["error"])
    with sqlite3.connect(tmp_path / "data" / "tidegate.db") as stored:
        rows = stored.execute("SELECT node_id, severity, details FROM security_events").fetchall()
    assert {row[0] for row in rows} >= set(nodes)
    severity = {row[0]: row[1] for row in rows}
    assert severity["metadata"] == severity["redirect_metadata"] == "critical"
    assert all(json.loads(row[2]) for row in rows)


def test_dyn_038_a_node_names_no_proxy():
    params = load_registry().latest("http.request").Params
    assert not [name for name in params.model_fields if "proxy" in name]
    with pytest.raises(ValidationError):
        params.model_validate({"url": "https://api.example.org/", "proxy": "http://10.0.0.1:3128"})
