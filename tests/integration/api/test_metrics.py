"""What a real server counts is what the documentation and the dashboard say."""

import json
import re
from pathlib import Path

import pytest
from api_people import document
from prometheus_client.parser import text_string_to_metric_families

from tidegate.metrics import METRICS

ROOT = Path(__file__).parents[3]
PARTS = re.compile(r"_(bucket|sum|count)$")


def scrape(client) -> dict[str, dict[tuple, float]]:
    """Sample name -> labels -> value."""
    answer = client.get("/metrics")
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    found: dict[str, dict[tuple, float]] = {}
    for family in text_string_to_metric_families(answer.text):
        found.setdefault(family.name, {})
        for sample in family.samples:
            labels = tuple(sorted(sample.labels.items()))
            found.setdefault(sample.name, {})[labels] = sample.value
    return found


@pytest.fixture(scope="module")
def prometheus(people):
    """A client with a key that may read metrics and nothing else."""
    made = people.owner.client.post(
        "/api/v1/api_keys", json={"name": "prometheus", "scopes": ["metrics:read"]}
    ).json()
    with people.server.client(headers={"authorization": f"Bearer {made['key']}"}) as client:
        yield client


def test_executions_nodes_and_requests_are_counted(owner, prometheus) -> None:
    before = scrape(prometheus)
    made = owner.post("/api/v1/workflows", json={"document": document("counted")}).json()
    url = f"/api/v1/workflows/{made['id']}/executions"
    assert owner.post(url, json={"mode": "sync", "version": "draft"}).is_success
    assert owner.get("/api/v1/workflows/" + "0" * 8).status_code in {404, 422}
    after = scrape(prometheus)

    def grown(name: str, **labels: str) -> float:
        key = tuple(sorted(labels.items()))
        return after[name][key] - before.get(name, {}).get(key, 0)

    assert grown("tidegate_executions_total", status="succeeded", source="api") == 1
    assert grown("tidegate_execution_seconds_count") == 1
    assert grown("tidegate_node_executions_total", node_type="data.set", status="succeeded") == 1
    assert grown("tidegate_node_seconds_bucket", node_type="data.set", le="+Inf") == 1
    route = "/api/v1/workflows/{workflow_id}/executions"
    assert grown("tidegate_api_requests_total", method="POST", route=route, status="200") == 1
    assert grown("tidegate_api_requests_total", method="GET", route="/metrics", status="200") == 1
    assert after["tidegate_queue_executions"][(("state", "running"),)] == 0
    assert after["process_resident_memory_bytes"][()] > 1e6
    assert "counted" not in prometheus.get("/metrics").text, "names of users are no labels"


def test_sign_ins_are_counted(people, client, prometheus) -> None:
    body = {"email": "nobody@example.org", "password": "a wrong password"}
    assert client.post("/api/v1/session", json=body).status_code == 401
    assert scrape(prometheus)["tidegate_sign_ins_total"][(("result", "failed"),)] >= 1


def test_only_who_may_reads_them(people, client, prometheus) -> None:
    assert client.get("/metrics").status_code == 401
    viewer = people.join("viewer", "metrics-viewer@example.org")
    assert viewer.client.get("/metrics").status_code == 403
    assert prometheus.get("/api/v1/workflows").status_code == 403


def test_the_server_shows_exactly_the_documented_metrics(prometheus) -> None:
    text = prometheus.get("/metrics").text
    shown = set(re.findall(r"^# TYPE (tidegate_\w+) (\w+)$", text, re.MULTILINE))
    assert shown == {(metric.name, metric.kind) for metric in METRICS}


def test_the_dashboard_asks_for_metrics_and_labels_that_there_are() -> None:
    dashboard = json.loads((ROOT / "docs" / "reference" / "grafana-dashboard.json").read_text())
    labels = {metric.name: set(metric.labels) for metric in METRICS}
    queries = [target["expr"] for panel in dashboard["panels"] for target in panel["targets"]]
    assert len(queries) > 10
    used = set()
    for query in queries:
        for name, selector in re.findall(r"\b(tidegate_\w+)\{([^}]*)\}", query):
            metric = name if name in labels else PARTS.sub("", name)
            used.add(metric)
            named = {part.partition("=")[0].strip() for part in selector.split(",")} - {"job"}
            assert named <= labels[metric], query
            grouped = {
                label.strip()
                for group in re.findall(r"by \(([^)]*)\)", query)
                for label in group.split(",")
            }
            assert grouped <= labels[metric] | {"le"}, query
    assert used >= set(labels) - {
        *("tidegate_info", "tidegate_pruned_executions_total", "tidegate_node_items_total"),
        "tidegate_http_request_seconds",
    }
