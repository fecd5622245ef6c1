"""Executions that wait for a person or a program, and the links that end the wait, once."""

import pytest
from lxml import html
from server_process import wait_until
from webhook_client import hook

NODES = {
    "link": {
        "type": "data.set",
        "params": {"fields": {"link": "{{ execution.resume_urls.wait }}"}, "keep": "none"},
    },
    "note": {"type": "data.set", "params": {"fields": {"done": "{{ json }}"}, "keep": "none"}},
}


def waiting(name, mode, edges, **params):
    nodes = NODES | {"wait": {"type": "flow.wait", "label": f"<{name}>"}}
    nodes["wait"]["params"] = {"mode": mode, **params}
    return hook(name, {"path": name}, nodes, ["hook -> link", "link -> wait", *edges])


@pytest.fixture(scope="module")
def approval(publish):
    edges = ["wait.approved -> note"]
    question = "Pay {{ items[0].link[:4] }} <now>?"
    return publish(waiting("approval", "approval", edges, question=question))


@pytest.fixture
def start(publish, client):
    """Starts an execution; its id and its link, when it waits."""

    def begin(workflow, path):
        execution = client.post(f"/webhook/{path}").json()["execution_id"]
        wait_until(lambda: status(publish, execution) == "waiting")
        (item,) = publish.items(execution, "link")
        return execution, item["json"]["link"]

    return begin


def status(publish, execution):
    return publish.owner.get(f"/api/v1/executions/{execution}").json()["status"]


def nodes(publish, execution):
    found = publish.owner.get(f"/api/v1/executions/{execution}").json()["nodes"]
    return {node["id"]: node["status"] for node in found}


def test_a_person_approves_on_a_page_once(approval, publish, client, server, start) -> None:
    execution, link = start(approval, "approval")
    assert link.startswith(f"{server.url}/resume/{execution}/wait/")
    for _ in range(2):  # a mail scanner may look too
        shown = client.get(link)
        assert shown.status_code == 200
    page = html.fromstring(shown.text)
    assert page.xpath("string(//h1)") == "<approval>"
    assert page.xpath("string(//p)") == "Pay http <now>?"
    assert page.xpath("//button/@value") == ["approved", "refused"]
    assert page.xpath("//label[@for='comment']")
    assert "script" not in shown.headers["content-security-policy"]
    assert status(publish, execution) == "waiting", "looking changes nothing"
    form = {"decision": "approved", "comment": " fine "}
    sent = client.post(link, data=form, headers={"origin": server.url})
    assert sent.status_code == 200
    assert "You approved this." in sent.text
    again = client.post(link, data=form, headers={"origin": server.url})
    assert (again.status_code, again.json()["code"]) == (410, "LINK_USED")
    assert client.get(link).status_code == 410
    wait_until(lambda: status(publish, execution) == "succeeded")
    (item,) = publish.items(execution, "note")
    said = item["json"]["done"]["approval"]
    assert (said["decision"], said["comment"], said["question"]) == (
        "approved",
        "fine",
        "Pay http <now>?",
    )
    assert item["json"]["done"]["link"] == link, "the items go on"


def test_a_person_refuses(approval, publish, client, start) -> None:
    execution, link = start(approval, "approval")
    wrong = client.post(link, json={"decision": "maybe"})
    assert wrong.status_code == 422
    sent = client.post(link, json={"decision": "refused"})
    assert (sent.status_code, sent.json()) == (200, {"decision": "refused"})
    wait_until(lambda: status(publish, execution) == "succeeded")
    assert nodes(publish, execution)["note"] == "skipped", "only what was approved leads there"


def test_a_program_resumes_with_data(publish, client, start) -> None:
    workflow = publish(waiting("program", "webhook", ["wait -> note"]))
    execution, link = start(workflow, "program")
    sent = client.post(
        f"{link}?a=1", json={"paid": True}, headers={"authorization": "Bearer secret-of-theirs"}
    )
    assert sent.json() == {"execution_id": execution}
    wait_until(lambda: status(publish, execution) == "succeeded")
    (item,) = publish.items(execution, "note")
    resume = item["json"]["done"]["resume"]
    assert (resume["body"], resume["query"]) == ({"paid": True}, {"a": "1"})
    assert "authorization" not in resume["headers"]
    assert client.post(link, json={}).status_code == 410


def test_links_that_are_not_genuine(approval, publish, client, start) -> None:
    execution, link = start(approval, "approval")
    base, _, signature = link.rpartition("/")
    other, _ = start(approval, "approval")
    forged = [
        f"{base}/{'0' * 40}",
        f"{base}/{signature[:-1]}",
        f"{base}/",
        base,
        f"{link}/x",
        link.replace(execution, other),
        link.replace("/wait/", "/link/"),
        f"{base}/é",
    ]
    for address in forged:
        answer = client.post(address, json={"decision": "approved"})
        assert answer.status_code == 404, address
    evil = {"origin": "https://evil.example"}
    crossed = client.post(link, data={"decision": "approved"}, headers=evil)
    assert (crossed.status_code, crossed.json()["code"]) == (403, "CROSS_ORIGIN")
    assert status(publish, execution) == "waiting"
    entries = publish.owner.get("/api/v1/security_events").json()["entries"]
    assert any((entry["details"] or {}).get("rule") == "resume.forged" for entry in entries)
    assert client.delete(link).status_code == 405


def test_the_time_to_answer_ends(publish, client, start) -> None:
    edges = ["wait.timed_out -> note"]
    workflow = publish(waiting("short", "approval", edges, days=4 / 86_400))
    execution, link = start(workflow, "short")
    wait_until(lambda: status(publish, execution) == "succeeded")
    assert nodes(publish, execution)["note"] == "succeeded"
    late = client.post(link, json={"decision": "approved"})
    assert (late.status_code, late.json()["code"]) == (410, "LINK_USED")


def test_a_link_outlives_the_server(tmp_path) -> None:
    from api_people import People
    from server_process import ServerProcess
    from webhook_client import Publisher

    server = ServerProcess(tmp_path / "data")
    publish = Publisher(People(server).owner.client)
    publish(waiting("approval", "approval", ["wait.approved -> note"]))
    with server.client() as client:
        execution = client.post("/webhook/approval").json()["execution_id"]
        wait_until(lambda: status(publish, execution) == "waiting")
        link = publish.items(execution, "link")[0]["json"]["link"]
    cookies = publish.owner.cookies
    server.kill()
    second = ServerProcess(tmp_path / "data")
    try:
        with second.client() as client:
            path = link.removeprefix(server.url)
            assert client.post(path, json={"decision": "approved"}).status_code == 200
            publish.owner = second.client(cookies=cookies)
            wait_until(lambda: status(publish, execution) == "succeeded")
    finally:
        second.kill()


def test_a_wait_for_an_answer_in_a_loop_is_refused(publish) -> None:
    document = waiting("loop", "webhook", [])
    document["nodes"]["loop"] = {"type": "flow.loop"}
    document["edges"] = ["hook -> loop", "loop.each -> wait", "wait -> loop.results"]
    refused = publish.try_to_publish(publish.create(document))
    codes = [problem["code"] for problem in refused.json()["problems"]]
    assert "WAIT_IN_LOOP" in codes
