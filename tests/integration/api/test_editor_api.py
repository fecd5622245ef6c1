"""What the editor and the history ask for beside workflows and executions themselves."""

import pytest
from api_people import document
from server_process import wait_until

ITEMS = [{"name": "Ana", "age": 30, "tags": ["a"]}, {"name": None, "address": {"city": "Bonn"}}]
CODE = {"type": "data.set", "params": {"fields": {"n": "{{ json.name.upper() }}"}}}

ROWS = {"type": "data.split_out", "params": {"field": "custom_data", "keep": "none"}}


@pytest.fixture(scope="module")
def workflow(owner):
    wanted = document("inspected") | {
        "nodes": {"start": {"type": "trigger.manual"}, "rows": ROWS, "shout": CODE},
        "edges": ["start -> rows", "rows -> shout"],
    }
    made = owner.post(
        "/api/v1/workflows", json={"document": wanted, "folder": "sales/eu", "tags": ["daily"]}
    )
    assert made.status_code == 201, made.text
    return f"/api/v1/workflows/{made.json()['id']}"


def run(owner, workflow, data, **more):
    body = {"mode": "sync", "version": "draft", "data": data, **more}
    answer = owner.post(f"{workflow}/executions", json=body)
    assert answer.status_code == 200, answer.text
    return answer.json()


@pytest.fixture(scope="module")
def failed(owner, workflow):
    return run(owner, workflow, ITEMS)


@pytest.fixture(scope="module")
def succeeded(owner, workflow):
    return run(owner, workflow, [ITEMS[0]])


def ids(owner, **filters):
    answer = owner.get("/api/v1/executions", params=filters)
    assert answer.status_code == 200, answer.text
    return [execution["id"] for execution in answer.json()["executions"]]


def test_executions_are_found_by_what_people_remember(owner, workflow, failed, succeeded) -> None:
    both = [succeeded["id"], failed["id"]]
    if succeeded["number"] < failed["number"]:
        both.reverse()
    assert ids(owner, q="INSPECT") == both
    assert ids(owner, q=f"#{failed['number']}") == [failed["id"]]
    assert ids(owner, q="upper") == [failed["id"]]
    assert ids(owner, failed_node="shout") == [failed["id"]]
    assert ids(owner, failed_node="start") == []
    assert ids(owner, failed_node="sho*", q="inspected") == [failed["id"]]
    assert ids(owner, failed_node="hout*") == []
    assert ids(owner, failed_node="sho") == []
    assert ids(owner, error="UPPER", status="failed") == [failed["id"]]
    assert ids(owner, source="schedule") == []
    assert ids(owner, source="api", trigger="start") == both
    assert ids(owner, min_ms=3_600_000) == []
    assert ids(owner, max_ms=3_600_000, q="inspected") == both


def test_executions_are_counted_over_time(owner, workflow, failed, succeeded) -> None:
    answer = owner.get("/api/v1/executions/histogram", params={"q": "inspected", "parts": 24})
    counted = answer.json()
    assert counted["counts"] == {"failed": 1, "succeeded": 1}
    assert counted["total"] == 2 and len(counted["parts"]) == 24
    assert counted["parts"][-1]["counts"] == counted["counts"], "they ran just now"
    wrong = owner.get("/api/v1/executions/histogram", params={"from": 2, "to": 1})
    assert wrong.status_code == 422


def test_analytics_tell_what_fails_and_how_long_things_take(
    owner, workflow, failed, succeeded
) -> None:
    id = workflow.rpartition("/")[2]
    numbers = owner.get("/api/v1/analytics", params={"workflow_id": id}).json()
    assert numbers["totals"]["executions"] == 2
    assert numbers["totals"]["succeeded_share"] == 0.5
    assert numbers["totals"]["p95_ms"] >= numbers["totals"]["p50_ms"] > 0
    assert numbers["totals_before"]["executions"] == 0
    assert sum(part["counts"].get("failed", 0) for part in numbers["series"]) == 1
    assert sum(map(sum, numbers["hours"])) == 2
    (failing,) = numbers["failing_nodes"]
    assert (failing["node"], failing["failures"]) == ("shout", 1)
    assert {slow["node"] for slow in numbers["slow_nodes"]} == {"start", "rows", "shout"}


def test_analytics_tell_the_time_that_executions_save(owner, workflow, failed, succeeded) -> None:
    id = workflow.rpartition("/")[2]
    url = "/api/v1/analytics"

    def saved() -> tuple[float | None, float | None]:
        numbers = owner.get(url, params={"workflow_id": id}).json()
        return numbers["totals"]["minutes_saved"], numbers["totals_before"]["minutes_saved"]

    assert saved() == (None, None), "no workflow says it"
    document = owner.get(workflow).json()["document"]
    for minutes in (2.5, 4):
        changed = {**document, "settings": {"minutes_saved": minutes}}
        answer = owner.patch(workflow, json={"document": changed}, headers={"if-match": "*"})
        assert answer.is_success, answer.text
        # One succeeded, and counts with the value of now; the one that failed saved nothing.
        assert saved() == (minutes, 0)
    # Others that say nothing save nothing; a workflow of another range has none.
    assert owner.get(url).json()["totals"]["minutes_saved"] >= 4
    other = {"workflow_id": "00000000-0000-7000-8000-000000000000"}
    assert owner.get(url, params=other).json()["totals"]["minutes_saved"] is None
    wrong = {**document, "settings": {"minutes_saved": 0}}
    answer = owner.post("/api/v1/workflows/validate", json={"document": wrong})
    assert "minutes_saved" in answer.text
    assert owner.patch(workflow, json={"document": document}, headers={"if-match": "*"}).is_success


def test_the_executions_that_used_most_come_first(owner, failed, succeeded) -> None:
    url = "/api/v1/executions/heaviest"
    for by in ("memory_used", "cpu_time"):
        found = owner.get(url, params={"by": by}).json()
        assert {failed["id"], succeeded["id"]} <= {one["id"] for one in found}
        used = [one["usage"][by] for one in found]
        assert used == sorted(used, reverse=True)
    assert owner.get(url, params={"from": 1, "to": 2}).json() == []


def test_spans_are_the_attempts_in_their_order(owner, failed) -> None:
    url = f"/api/v1/executions/{failed['id']}/spans"
    window = owner.get(url).json()
    assert [span["node"] for span in window["spans"]] == ["start", "rows", "shout"]
    assert window["total"] == 3
    first, _, second = window["spans"]
    assert first["status"] == "succeeded" and second["status"] == "failed"
    assert second["details"]["error"]["code"]
    assert first["details"]["outputs"] == {"main": 1} and second["details"]["outputs"] == {}
    assert 0 <= first["offset_ms"] <= second["offset_ms"]
    assert owner.get(url, params={"offset": 2, "limit": 1}).json()["spans"] == [second]
    assert owner.get(url, params={"node": "start"}).json()["spans"] == [first]
    assert owner.get(url, params={"failed": True}).json()["spans"] == [second]
    assert owner.get(url, params={"kind": "request"}).json()["total"] == 0
    url = f"/api/v1/executions/{failed['id']}/logs"
    assert owner.get(url, params={"q": "SHOUT"}).json()["total"] == 1
    assert owner.get(url, params={"q": "nothing"}).json()["total"] == 0


def test_moments_are_attempts_around_a_time(owner, failed) -> None:
    url = f"/api/v1/executions/{failed['id']}/moments"
    whole = owner.get(url).json()
    assert [span["node"] for span in whole["spans"]] == ["start", "rows", "shout"]
    assert (whole["before"], whole["begin_ms"], whole["end_ms"]) == ([], None, None)
    end = owner.get(url, params={"at": whole["last_ms"], "limit": 2}).json()
    assert [span["node"] for span in end["spans"]] == ["shout"]
    assert end["begin_ms"] == end["last_ms"] == whole["last_ms"]
    # What began before it ended counts as what stood there.
    assert {span["node"] for span in end["before"]} == {"start", "rows", "shout"}
    assert owner.get(url, params={"at": -1}).status_code == 422


def test_fields_say_what_items_look_like(owner, failed) -> None:
    url = f"/api/v1/executions/{failed['id']}/nodes/rows/fields"
    found = owner.get(url).json()
    fields = {field["path"]: field for field in found["fields"]}
    assert (found["looked_at"], found["total"]) == (2, 2)
    assert fields["name"]["types"] == {"string": 1, "null": 1}
    assert fields["age"]["types"] == {"integer": 1}
    assert (fields["age"]["present"], fields["age"]["example"]) == (1, 30)
    assert fields["address.city"]["keys"] == ["address", "city"]
    assert fields["tags[]"]["keys"] == ["tags", 0]
    assert fields["address.city"]["example"] == "Bonn" and fields["tags[]"]["example"] == "a"


def test_two_executions_are_compared(owner, failed, succeeded) -> None:
    url = f"/api/v1/executions/{succeeded['id']}/comparison"
    compared = owner.get(url, params={"other": failed["id"]}).json()
    nodes = {node["node"]: node for node in compared["nodes"]}
    assert {"items_out", "output_hash"} == set(nodes["rows"]["differs_in"])
    assert "status" in nodes["shout"]["differs_in"]
    assert compared["documents"] == []
    same = owner.get(url, params={"other": succeeded["id"]}).json()
    assert all(node["differs_in"] == [] for node in same["nodes"])


def test_the_list_of_workflows_shows_their_last_executions(owner, workflow, failed) -> None:
    listed = owner.get("/api/v1/workflows", params={"q": "inspected", "recent": 5}).json()
    (found,) = listed["workflows"]
    assert found["recent"][-1]["id"] == failed["id"]
    assert found["is_active"] is False and found["next_at"] is None
    groups = owner.get("/api/v1/workflow_groups").json()
    assert {"name": "sales/eu", "workflows": 1} in groups["folders"]
    assert {"name": "daily", "workflows": 1} in groups["tags"]


def test_items_are_pinned_from_an_execution(owner, workflow, succeeded) -> None:
    url = f"{workflow}/pinned_data/rows"
    any_ = {"if-match": "*"}
    body = {"execution_id": succeeded["id"]}
    pinned = owner.put(url, json=body, headers=any_)
    assert pinned.json()["pinned_data"] == {"rows": [ITEMS[0]]}
    stale = owner.put(url, json={"items": []}, headers={"if-match": '"1"'})
    assert stale.status_code == 412 and stale.json()["revision"] == pinned.json()["revision"]
    assert owner.put(url, json={}, headers=any_).status_code == 422
    assert owner.delete(url, headers=any_).json()["pinned_data"] == {}


def test_an_older_version_is_published_again(owner) -> None:
    made = owner.post("/api/v1/workflows", json={"document": document("versions")}).json()
    url, any_ = f"/api/v1/workflows/{made['id']}", {"if-match": "*"}
    first = owner.post(f"{url}/publish", json={}, headers=any_).json()
    changed = document("versions", description="new")
    assert owner.patch(url, json={"document": changed}, headers=any_).status_code == 200
    second = owner.post(f"{url}/publish", json={}, headers=any_).json()
    assert (first["number"], second["number"]) == (1, 2)
    again = owner.post(f"{url}/publish", json={"version": "1"}, headers=any_)
    assert again.json()["hash"] == first["hash"]
    found = owner.get(url)
    assert found.json()["published_hash"] == first["hash"]
    same = owner.get(url, headers={"if-none-match": found.headers["etag"]})
    assert same.status_code == 304 and same.content == b""


def test_node_types_and_credential_types_describe_themselves(owner) -> None:
    whole = owner.get("/api/v1/node_types", params={"whole": True})
    types = {found["name"]: found for found in whole.json()}
    assert types["http.request"]["icon"] == "globe"
    assert types["data.set"]["params"]["properties"] and types["data.set"]["examples"]
    known = {"if-none-match": whole.headers["etag"]}
    assert owner.get("/api/v1/node_types", params={"whole": True}, headers=known).status_code == 304
    assert owner.get("/api/v1/node_types", headers=known).status_code == 200
    kinds = {found["name"]: found for found in owner.get("/api/v1/credential_types").json()}
    assert kinds["bearer"]["values"]["properties"]["token"]["secret"] is True
    assert owner.get("/api/v1/credential_types/basic").json()["name"] == "basic"
    assert owner.get("/api/v1/credential_types/none_such").status_code == 404


def test_requests_are_listed_and_exported(owner, server) -> None:
    refused = {"type": "http.request", "params": {"url": f"{server.url}/healthz"}}
    wanted = document("calls") | {
        "nodes": {"start": {"type": "trigger.manual"}, "get": refused},
        "edges": ["start -> get"],
    }
    made = owner.post("/api/v1/workflows", json={"document": wanted}).json()
    ran = run(owner, f"/api/v1/workflows/{made['id']}", [{}])
    assert ran["status"] == "failed", "the gate lets nobody reach this machine"
    query = {"workflow_id": made["id"], "state": "failed", "host": "127.0.0.1", "q": "healthz"}
    listed = wait_until(lambda: owner.get("/api/v1/http_requests", params=query).json()["requests"])
    for request in listed:
        assert request["node"] == "get" and request["execution_id"] == ran["id"]
        assert request["item"] == 0
        exported = owner.get(
            f"/api/v1/executions/{ran['id']}/http_requests/export",
            params={"node": "get", "seq": request["seq"]},
        )
        assert exported.status_code == 200 and exported.text.count("curl") == 1
        (details,) = owner.get(
            f"/api/v1/executions/{ran['id']}/http_requests",
            params={"after": request["seq"] - 1, "limit": 1},
        ).json()["entries"]
        assert details["item"] == 0


def test_a_workflow_runs_to_a_node_and_from_one(owner, workflow, succeeded) -> None:
    partly = run(owner, workflow, [ITEMS[0]], to_node="rows")
    assert partly["status"] == "succeeded"
    statuses = {node["id"]: node["status"] for node in partly["nodes"]}
    assert statuses == {"start": "succeeded", "rows": "succeeded", "shout": "skipped"}
    wrong = owner.post(f"{workflow}/executions", json={"version": "draft", "to_node": "none_such"})
    assert wrong.status_code == 422
    repeat = f"/api/v1/executions/{succeeded['id']}/repeat"
    body = {"mode": "from_node", "node": "rows", "to_node": "rows", "version": "draft"}
    made = owner.post(repeat, json=body)
    assert made.status_code == 202, made.text
    url = f"/api/v1/executions/{made.json()['id']}"
    done = wait_until(lambda: (found := owner.get(url).json())["finished_at"] and found)
    assert {n["id"]: n["status"] for n in done["nodes"]} == statuses


def test_an_expression_is_previewed_with_the_data_of_an_execution(owner, failed) -> None:
    def preview(expression, **place):
        where = {"execution_id": failed["id"], "node": "shout", **place}
        body = {"expression": expression, "place": where}
        answer = owner.post("/api/v1/expressions/preview", json=body)
        assert answer.status_code == 200, answer.text
        return answer.json()

    assert preview("{{ json.name.upper() }}")["value"] == "ANA"
    assert preview("json.address.city", index=1)["value"] == "Bonn"
    assert preview("len(items)")["value"] == 2
    assert preview("len(node('start').item.json.custom_data)")["value"] == 2
    assert "error" in preview("json.none_such")
    assert preview("json", index=9)["error"]["code"]
