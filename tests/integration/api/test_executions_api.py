"""Executions over the API: start, wait for, look into, cancel, repeat."""

import time

import pytest
from api_people import document
from server_process import wait_until

ENDED = {"succeeded", "failed", "cancelled", "crashed"}


@pytest.fixture(scope="module")
def make(owner):
    """Makes a workflow, published; gives its address."""

    def make_(workflow, publish=True):
        made = owner.post("/api/v1/workflows", json={"document": workflow})
        assert made.status_code == 201, made.text
        url = f"/api/v1/workflows/{made.json()['id']}"
        if publish:
            answer = owner.post(f"{url}/publish", json={}, headers={"if-match": "*"})
            assert answer.status_code == 200, answer.text
        return url

    return make_


def nodes(**placed):
    return {"start": {"type": "trigger.manual"}, **placed}


def ended(owner, answer):
    """The execution of an answer, when it has ended."""
    assert answer.status_code == 202, answer.text
    url = f"/api/v1/executions/{answer.json()['id']}"

    def look():
        found = owner.get(url).json()
        return found if found["status"] in ENDED else None

    return wait_until(look)


def cached(owner, execution):
    """Where the results of nodes are from, as somebody sees who follows the execution."""
    topic = {"topic": f"exec:{execution['id']}", "wait": 5}
    (frame,) = owner.get("/api/v1/stream/poll", params=topic).json()["frames"]
    return {id: node.get("cached") for id, node in frame["state"].items() if id != "exec"}


def test_an_execution_is_started_and_ends(owner, make) -> None:
    url = make(document("start me"))
    answer = owner.post(f"{url}/executions", json={"data": {"a": 1}})
    assert answer.headers["location"].endswith(answer.json()["id"])
    assert answer.json()["status"] == "queued"
    found = ended(owner, answer)
    assert found["status"] == "succeeded"
    assert [node["id"] for node in found["nodes"]] == ["start", "set"]
    assert found["user"] == "owner@example.org"


def test_sync_mode_answers_with_the_items(owner, make) -> None:
    url = make(document("wait for me"))
    answer = owner.post(f"{url}/executions", json={"mode": "sync", "data": {"a": 1}})
    assert answer.status_code == 200, answer.text
    assert answer.json()["status"] == "succeeded"
    assert answer.json()["items"][0]["n"] == 21


def test_sync_mode_answers_202_when_its_time_is_over(owner, make) -> None:
    url = make(
        document(
            "slow",
            nodes=nodes(wait={"type": "flow.wait", "params": {"amount": 30}}),
            edges=["start -> wait"],
        )
    )
    answer = owner.post(f"{url}/executions", json={"mode": "sync", "timeout": 0.2})
    assert answer.status_code == 202
    execution = f"/api/v1/executions/{answer.json()['id']}"
    cancelled = owner.post(f"{execution}/cancel")
    assert cancelled.status_code == 202
    wait_until(lambda: owner.get(execution).json()["status"] == "cancelled")
    assert owner.post(f"{execution}/cancel").status_code == 409


def test_a_wait_is_woken(owner, make) -> None:
    url = make(
        document(
            "short wait",
            nodes=nodes(wait={"type": "flow.wait", "params": {"amount": 2.5}}),
            edges=["start -> wait"],
        )
    )
    found = ended(owner, owner.post(f"{url}/executions", json={}))
    assert found["status"] == "succeeded"
    assert found["duration_ms"] >= 2400


def test_a_draft_runs_with_its_pinned_data_and_a_published_version_does_not(owner, make) -> None:
    workflow = document(
        "pinned",
        nodes=nodes(
            make={"type": "data.set", "params": {"fields": {"x": 1}}},
            double={"type": "data.set", "params": {"fields": {"y": "{{ json.x * 2 }}"}}},
        ),
        edges=["start -> make", "make -> double"],
    )
    url = make(workflow)
    pins = {"pinned_data": {"make": [{"x": 100}, {"x": 200}]}}
    assert owner.patch(url, json=pins, headers={"if-match": "*"}).status_code == 200
    draft = owner.post(f"{url}/executions", json={"mode": "sync", "version": "draft"}).json()
    assert [item["y"] for item in draft["items"]] == [200, 400]
    published = owner.post(f"{url}/executions", json={"mode": "sync"}).json()
    assert [item["y"] for item in published["items"]] == [2]
    own = {"start": None, "make": None, "double": None}
    assert cached(owner, draft) == own | {"make": "pinned"}
    assert cached(owner, published) == own


def test_an_execution_is_retried_from_the_node_that_failed(owner, make) -> None:
    workflow = document(
        "fails",
        nodes=nodes(
            first={"type": "data.set", "params": {"fields": {"at": "{{ now() }}"}}},
            second={"type": "data.set", "params": {"fields": {"z": "{{ 1 / vars.divisor }}"}}},
        ),
        edges=["start -> first", "first -> second"],
        variables={"divisor": 0},
    )
    url = make(workflow)
    failed = ended(owner, owner.post(f"{url}/executions", json={}))
    assert failed["status"] == "failed"
    assert failed["nodes"][-1]["id"] == "second"
    workflow["variables"] = {"divisor": 4}
    assert owner.patch(url, json={"document": workflow}, headers={"if-match": "*"}).is_success
    repeat = f"/api/v1/executions/{failed['id']}/repeat"
    again = ended(owner, owner.post(repeat, json={"mode": "retry", "version": "draft"}))
    assert again["status"] == "succeeded"
    assert again["based_on_id"] == failed["id"]
    kept = f"/api/v1/executions/{again['id']}/nodes/first/items"
    before = f"/api/v1/executions/{failed['id']}/nodes/first/items"
    assert owner.get(kept).json()["items"] == owner.get(before).json()["items"]
    whole = ended(owner, owner.post(repeat, json={"mode": "again", "version": "draft"}))
    fresh = f"/api/v1/executions/{whole['id']}/nodes/first/items"
    assert owner.get(fresh).json()["items"] != owner.get(before).json()["items"]


def test_an_execution_is_run_from_a_node_with_other_items(owner, make) -> None:
    workflow = document(
        "fork",
        nodes=nodes(
            make={"type": "data.set", "params": {"fields": {"x": 1}}},
            double={"type": "data.set", "params": {"fields": {"y": "{{ json.x * 2 }}"}}},
        ),
        edges=["start -> make", "make -> double"],
    )
    done = ended(owner, owner.post(f"{make(workflow)}/executions", json={}))
    repeat = f"/api/v1/executions/{done['id']}/repeat"
    body = {"mode": "from_node", "node": "double", "items": [{"x": 5}]}
    forked = ended(owner, owner.post(repeat, json=body))
    items = owner.get(f"/api/v1/executions/{forked['id']}/nodes/double/items").json()["items"]
    assert [item["json"]["y"] for item in items] == [10]
    assert cached(owner, forked) == {"start": "execution", "make": "execution", "double": None}
    assert set(cached(owner, done).values()) == {None}
    for wrong in ({"mode": "from_node", "node": "nobody"}, {"mode": "from_node"}):
        assert owner.post(repeat, json=wrong).status_code == 422


def test_items_are_read_in_windows_searched_and_sorted(owner, make) -> None:
    workflow = document(
        "many items",
        nodes=nodes(
            make={
                "type": "data.generate",
                "params": {"count": 2500, "fields": {"n": "{{ index }}"}},
            },
        ),
        edges=["start -> make"],
    )
    done = ended(owner, owner.post(f"{make(workflow)}/executions", json={}))
    assert done["status"] == "succeeded", done
    url = f"/api/v1/executions/{done['id']}/nodes/make/items"
    window = owner.get(url, params={"offset": 990, "limit": 20}).json()
    assert (window["total"], len(window["items"])) == (2500, 20)
    assert [entry["index"] for entry in window["items"]] == list(range(990, 1010))
    key = next(iter(window["items"][0]["json"]))
    last = owner.get(url, params={"sort": f"-{key}", "limit": 1, "columns": key}).json()
    assert last["items"][0]["index"] == 2499
    searched = owner.get(url, params={"q": "2345"}).json()
    assert searched["found"] >= 1
    past = owner.get(url, params={"offset": 10**6}).json()
    assert past["items"] == []
    assert owner.get(url, params={"output": "nothing"}).json()["total"] == 0
    assert owner.get(url.replace("/make/", "/nobody/")).status_code == 404


def test_executions_are_listed_and_filtered(owner, make) -> None:
    url = make(document("listed"))
    workflow_id = url.rpartition("/")[2]
    ids = [ended(owner, owner.post(f"{url}/executions", json={}))["id"] for _ in range(3)]
    page = owner.get("/api/v1/executions", params={"workflow_id": workflow_id, "limit": 2}).json()
    rest = owner.get(
        "/api/v1/executions", params={"workflow_id": workflow_id, "cursor": page["next"]}
    ).json()
    listed = [entry["id"] for entry in page["executions"] + rest["executions"]]
    assert listed == ids[::-1]

    def count(**params):
        found = owner.get("/api/v1/executions", params={"workflow_id": workflow_id, **params})
        assert found.status_code == 200, found.text
        return len(found.json()["executions"])

    assert count(status="succeeded", trigger="start") == 3
    assert count(status=["failed", "queued"]) == 0
    assert count(min_ms=3_600_000) == 0
    assert count(max_ms=3_600_000) == 3
    assert count(error="anything") == 0
    assert count(created_from=int((time.time() + 60) * 1e6)) == 0
    failed = owner.get("/api/v1/executions", params={"error": "DIVISION"}).json()["executions"]
    assert all("division" in str(entry["error"]).lower() for entry in failed)


def test_logs_and_requests_and_the_end_of_an_execution(owner, make) -> None:
    done = ended(owner, owner.post(f"{make(document('to delete'))}/executions", json={}))
    url = f"/api/v1/executions/{done['id']}"
    assert owner.get(f"{url}/logs").json() == {"entries": [], "next": None, "total": 0}
    assert owner.get(f"{url}/http_requests").json() == {"entries": [], "next": None}
    assert owner.delete(url).status_code == 204
    assert owner.get(url).status_code == 404


def test_a_start_can_wait_for_its_time(owner, make) -> None:
    url = make(document("later"))
    at = int((time.time() + 1.5) * 1e6)
    answer = owner.post(f"{url}/executions", json={"run_at": at})
    found = ended(owner, answer)
    assert found["started_at"] > answer.json()["created_at"]
    assert found["status"] == "succeeded"


def test_executions_are_exported_with_all_that_is_stored_but_items(owner, make) -> None:
    url = make(
        {
            **document("taken away"),
            "nodes": nodes(
                many={
                    "type": "data.generate",
                    "params": {"count": 3, "fields": {"n": "{{ index }}"}},
                },
                stop={"type": "flow.stop", "params": {"message": 'no "order"'}},
            ),
            "edges": ["start -> many", "many -> stop"],
        }
    )
    ran = [owner.post(f"{url}/executions", json={"mode": "sync"}).json() for _ in range(2)]
    ids = [execution["id"] for execution in ran]
    answer = owner.get("/api/v1/executions/export", params={"id": [*ids, ids[0]]})
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-disposition"] == 'attachment; filename="executions.json"'
    assert answer.headers["content-type"] == "application/json"
    found = answer.json()
    assert [entry["id"] for entry in found] == ids
    for entry in found:
        shown = owner.get(f"/api/v1/executions/{entry['id']}").json()
        assert {
            name: entry[name] for name in ("number", "status", "error", "usage", "items_out")
        } == {name: shown[name] for name in ("number", "status", "error", "usage", "items_out")}
        assert entry["workflow_name"] == "taken away"
        logs = owner.get(f"/api/v1/executions/{entry['id']}/logs").json()["entries"]
        assert entry["logs"] == logs
        assert entry["http_requests"] == []
        (many,) = (node for node in entry["nodes"] if node["id"] == "many")
        items = owner.get(many["items"]["main"]).json()["items"]
        assert [item["json"] for item in items] == [{"n": 0}, {"n": 1}, {"n": 2}]
    missing = ids[0][:-4] + "ffff"
    assert owner.get("/api/v1/executions/export", params={"id": [missing]}).status_code == 404
    assert owner.get("/api/v1/executions/export").status_code == 422
    too_many = {"id": [f"{ids[0][:-3]}{place:03x}" for place in range(101)]}
    assert owner.get("/api/v1/executions/export", params=too_many).status_code == 422


def test_an_execution_says_how_many_items_it_put_out_and_what_is_usual(owner, make) -> None:
    generated = {"type": "data.generate", "params": {"count": 7, "fields": {"n": "{{ index }}"}}}
    url = make({**document("counted"), "nodes": nodes(many=generated), "edges": ["start -> many"]})
    ran = [owner.post(f"{url}/executions", json={"mode": "sync"}).json() for _ in range(3)]
    assert [execution["items_out"] for execution in ran] == [7, 7, 7]
    ids = {"workflow_id": [ran[0]["workflow_id"], ran[0]["id"]]}
    (usual,) = owner.get("/api/v1/executions/durations", params=ids).json()
    assert (usual["workflow_id"], usual["executions"]) == (ran[0]["workflow_id"], 3)
    times = sorted(execution["duration_ms"] for execution in ran)
    assert (usual["p50_ms"], usual["p95_ms"]) == (times[1], times[2])
