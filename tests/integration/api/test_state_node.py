"""Values that workflows keep from one execution to the next."""

from api_people import document
from server_process import wait_until

NODES = {
    "start": {"type": "trigger.manual"},
    "count": {
        "type": "data.state",
        "params": {"operation": "add", "key": "n", "value": 1, "scope": "workflow", "into": "n"},
    },
    "read": {"type": "data.state", "params": {"key": "n", "default": "none", "into": "own"}},
}


def test_executions_at_the_same_time_count_on(owner) -> None:
    wanted = document("counter") | {"nodes": NODES, "edges": ["start -> count", "count -> read"]}
    made = owner.post("/api/v1/workflows", json={"document": wanted}).json()
    url = f"/api/v1/workflows/{made['id']}/executions"
    ids = [owner.post(url, json={"version": "draft"}).json()["id"] for _ in range(8)]
    numbers = []
    for id in ids:
        found = f"/api/v1/executions/{id}"
        wait_until(lambda found=found: owner.get(found).json()["status"] == "succeeded")
        (item,) = owner.get(f"{found}/nodes/read/items").json()["items"]
        numbers.append(item["json"]["n"])
        assert item["json"]["own"] == "none", "the other node's own key has no value"
    assert sorted(numbers) == list(range(1, 9))
