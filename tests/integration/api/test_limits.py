"""How many executions of a workflow are under way at once, and what becomes of one more."""

from itertools import pairwise

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


@pytest.fixture
def publish(owner, request):
    """A published workflow that others call; its id."""

    def publish_workflow(name, nodes, edges, concurrency=None):
        settings = {"concurrency": concurrency} if concurrency else {}
        wanted = document(f"{request.node.name} {name}")
        wanted |= {"nodes": nodes, "edges": edges, "settings": settings}
        made = owner.post("/api/v1/workflows", json={"document": wanted})
        assert made.status_code == 201, made.text
        url = f"/api/v1/workflows/{made.json()['id']}"
        assert owner.post(f"{url}/publish", json={}, headers=ANY).status_code == 200
        return made.json()["id"]

    return publish_workflow


def calling(workflow, **trigger):
    start = {"type": "trigger.manual"} | trigger
    return {"start": start, "call": {"type": "flow.sub_workflow", "params": {"workflow": workflow}}}


def calls(owner, workflow, other):
    """Let a workflow call another one than before."""
    url = f"/api/v1/workflows/{workflow}"
    wanted = owner.get(url).json()["document"]
    wanted["nodes"]["call"]["params"]["workflow"] = other
    assert owner.patch(url, json={"document": wanted}, headers=ANY).status_code == 200
    assert owner.post(f"{url}/publish", json={}, headers=ANY).status_code == 200


ANY = {"If-Match": "*"}
CALLED = {"type": "trigger.sub_workflow"}
WORKS = {"start": CALLED, "wait": {"type": "flow.wait", "params": {"amount": 0.3}}}


def run(owner, workflow, data=None, trigger="start"):
    answer = owner.post(
        f"/api/v1/workflows/{workflow}/executions", json={"data": data, "trigger": trigger}
    )
    assert answer.status_code == 202, answer.text
    return answer.json()["id"]


def executions_of(owner, workflow):
    return owner.get("/api/v1/executions", params={"workflow_id": workflow}).json()["executions"]


def error(owner, id):
    return owner.get(f"/api/v1/executions/{id}").json()["error"]["message"]


def test_sub_workflows_count_and_wait_their_turn(owner, publish) -> None:
    """Also where all that call them occupy the whole worker."""
    child = publish("child", WORKS, ["start -> wait"], {"limit": 1})
    parent = publish("parent", calling(child), ["start -> call"])
    ids = [run(owner, parent) for _ in range(5)]
    for id in ids:
        wait_for(owner, id, "succeeded")
    spans = sorted((e["started_at"], e["finished_at"]) for e in executions_of(owner, child))
    assert len(spans) == 5
    assert all(first[1] <= second[0] for first, second in pairwise(spans))


def test_the_key_of_a_sub_workflow_sees_its_items(owner, publish) -> None:
    limit = {"limit": 1, "policy": "refuse", "key": "{{ data[0].custom_data.customer }}"}
    waits = {"start": CALLED, "wait": {"type": "flow.wait", "params": {"amount": 3600}}}
    child = publish("child", waits, ["start -> wait"], limit)
    parent = publish("parent", calling(child), ["start -> call"])
    held = [run(owner, parent, {"customer": n}) for n in (1, 2)]
    wait_until(lambda: len(executions_of(owner, child)) == 2)
    refused = run(owner, parent, {"customer": 1})
    wait_for(owner, refused, "failed")
    assert "does not start: 1 executions are under way" in error(owner, refused)
    for id in held:
        owner.post(f"/api/v1/executions/{id}/cancel")
        wait_for(owner, id, "cancelled")


def test_a_workflow_may_call_itself_below_its_limit(owner, publish) -> None:
    """Its own caller has the place: to wait for it would be forever."""
    child = publish("child", WORKS, ["start -> wait"], {"limit": 1})
    outer = {
        "start": {"type": "trigger.manual"},
        "called": CALLED,
        "is_outer": {"type": "data.filter", "params": {"condition": "{{ json.get('n', 0) < 2 }}"}},
        "more": {"type": "data.set", "params": {"fields": {"n": "{{ json.get('n', 0) + 1 }}"}}},
        "call": {"type": "flow.sub_workflow", "params": {"workflow": child}},
    }
    edges = ["start -> is_outer", "called -> is_outer", "is_outer -> more", "more -> call"]
    own = publish("itself", outer, edges, {"limit": 1})
    calls(owner, own, own)
    ids = [run(owner, own) for _ in range(2)]
    for id in ids:
        wait_for(owner, id, "succeeded")
    assert len(executions_of(owner, own)) == 6


def test_two_that_would_wait_for_each_other_are_told_so(owner, publish) -> None:
    """Each holds what the other's sub-workflow waits for."""
    one, two = {"limit": 1}, {"limit": 1}
    first_child = publish("low", WORKS, ["start -> wait"])
    a = publish(
        "a", {"m": {"type": "trigger.manual"}, "start": CALLED} | _then(first_child), _E, one
    )
    b = publish("b", {"m": {"type": "trigger.manual"}, "start": CALLED} | _then(a), _E, two)
    calls(owner, a, b)
    ids = [run(owner, a, trigger="m"), run(owner, b, trigger="m")]
    for id in ids:
        wait_until(lambda id=id: status(owner, id) in ("failed", "succeeded"))
    assert "waits for what called it" in "".join(
        error(owner, id) for id in ids if status(owner, id) == "failed"
    )


_E = ["m -> first", "start -> first", "first -> call"]


def _then(workflow):
    first = {"type": "flow.wait", "params": {"amount": 1}}
    return {"first": first, "call": {"type": "flow.sub_workflow", "params": {"workflow": workflow}}}


def test_whoever_is_cancelled_leaves_no_sub_workflow_in_the_queue(owner, publish) -> None:
    waits = {"start": CALLED, "wait": {"type": "flow.wait", "params": {"amount": 3600}}}
    child = publish("child", waits, ["start -> wait"], {"limit": 1})
    parent = publish("parent", calling(child), ["start -> call"])
    first = run(owner, parent)
    wait_until(lambda: len(executions_of(owner, child)) == 1)
    second = run(owner, parent)
    wait_until(lambda: len(executions_of(owner, child)) == 2)
    for id in (second, first):
        assert owner.post(f"/api/v1/executions/{id}/cancel").status_code == 202
        wait_for(owner, id, "cancelled")
    assert {e["status"] for e in executions_of(owner, child)} == {"cancelled"}
