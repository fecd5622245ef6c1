"""How many executions of a workflow are under way at once, and what becomes of one more."""

import pytest
from api_people import document
from server_process import wait_until

WAITS = {
    "start": {"type": "trigger.manual"},
    "wait": {"type": "flow.wait", "params": {"amount": 1, "unit": "hours"}},
}
QUICK = WAITS | {"wait": {"type": "flow.wait", "params": {"amount": 0.3, "unit": "seconds"}}}


@pytest.fixture
def make(owner, request):
    def make_workflow(nodes, concurrency, **settings):
        wanted = document(request.node.name) | {
            "nodes": nodes,
            "edges": ["start -> wait"],
            "settings": {"concurrency": concurrency, **settings},
        }
        made = owner.post("/api/v1/workflows", json={"document": wanted})
        assert made.status_code == 201, made.text
        assert made.json()["problems"] == []
        return f"/api/v1/workflows/{made.json()['id']}/executions"

    return make_workflow


def start(owner, url, data=None, **more):
    answer = owner.post(url, json={"version": "draft", "data": data, **more})
    return answer.json()["id"] if answer.status_code == 202 else answer


def status(owner, id):
    return owner.get(f"/api/v1/executions/{id}").json()["status"]


def wait_for(owner, id, wanted):
    wait_until(lambda: status(owner, id) == wanted)


def test_one_more_waits_its_turn_and_the_first_in_rank_begins_first(owner, make) -> None:
    url = make(WAITS, {"limit": 1})
    first = start(owner, url)
    wait_for(owner, first, "waiting")
    second, third = start(owner, url), start(owner, url, priority=5)
    assert (status(owner, second), status(owner, third)) == ("queued", "queued")
    assert owner.post(f"/api/v1/executions/{first}/cancel").status_code == 202
    wait_for(owner, third, "waiting")
    assert status(owner, second) == "queued"
    assert owner.post(f"/api/v1/executions/{third}/cancel").status_code == 202
    wait_for(owner, second, "waiting")


def test_turns_are_passed_on_when_executions_end_by_themselves(owner, make) -> None:
    url = make(QUICK, {"limit": 2})
    ids = [start(owner, url) for _ in range(6)]
    for id in ids:
        wait_for(owner, id, "succeeded")
    spans = []
    for id in ids:
        found = owner.get(f"/api/v1/executions/{id}").json()
        spans += [(found["started_at"], 1), (found["finished_at"], -1)]
    under_way = most = 0
    for _, change in sorted(spans):
        under_way += change
        most = max(most, under_way)
    assert most == 2


def test_each_key_has_its_own_limit(owner, make) -> None:
    url = make(WAITS, {"limit": 1, "policy": "refuse", "key": "{{ data.customer }}"})
    assert isinstance(start(owner, url, {"customer": 1}), str)
    assert isinstance(start(owner, url, {"customer": 2}), str)
    refused = start(owner, url, {"customer": 1})
    assert refused.status_code == 429
    assert refused.json()["code"] == "TOO_MANY_EXECUTIONS"
    unknown = start(owner, url, {"other": 1})
    assert unknown.status_code == 422 and "concurrency" in unknown.json()["detail"]


def test_the_newest_takes_the_place_of_the_others(owner, make) -> None:
    url = make(WAITS, {"limit": 1, "policy": "replace"})
    first = start(owner, url)
    wait_for(owner, first, "waiting")
    second = start(owner, url)
    wait_for(owner, second, "waiting")
    assert status(owner, first) == "cancelled"


def test_no_more_wait_than_may(owner, make) -> None:
    url = make(WAITS, {"limit": 1, "max_queued": 1})
    assert isinstance(start(owner, url), str)
    assert isinstance(start(owner, url), str)
    full = start(owner, url)
    assert full.status_code == 429 and full.json()["max_queued"] == 1


def test_a_wrong_key_is_a_problem_of_the_workflow(owner) -> None:
    wanted = document("wrong key") | {
        "settings": {"concurrency": {"limit": 1, "key": "{{ nonsense( }}"}}
    }
    found = owner.post("/api/v1/workflows/validate", json={"document": wanted}).json()
    assert [problem["code"] for problem in found["problems"]] == ["INVALID_EXPRESSION"]
