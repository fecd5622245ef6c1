"""Webhooks of a real server: what comes in, what goes back, and when."""

import json
import time

import pytest
from server_process import wait_until
from webhook_client import hook

SET = {"type": "data.set", "params": {"keep": "none", "fields": {"seen": "{{ json }}"}}}
ECHO = {"type": "data.set", "params": {"keep": "none", "fields": {"n": "{{ json.body.n + 1 }}"}}}


@pytest.fixture(scope="module")
def echo(publish):
    """A webhook for every method and body that answers with the item that it made."""
    methods = ["GET", "POST", "PUT", "PATCH", "DELETE"]
    params = {"path": "echo/{id}/{part}", "methods": methods, "respond": "last_node"}
    return publish(hook("echo", params, {"set": SET}, ["hook -> set"]))


def seen(answer):
    assert answer.status_code == 200, answer.text
    return answer.json()["seen"]


def test_an_item_says_what_was_sent(echo, client) -> None:
    item = seen(
        client.put(
            "/webhook/echo/7/a%2Fb",
            params=[("q", "1"), ("q", "2"), ("r", "")],
            json={"deep": [1, None, 12345678901234567890]},
            headers={"x-own": "yes", "cookie": "a=b", "authorization": "Bearer secret-of-mine"},
        )
    )
    assert item["method"] == "PUT"
    assert item["params"] == {"id": "7", "part": "a/b"}
    assert item["query"] == {"q": ["1", "2"], "r": ""}
    assert item["body"] == {"deep": [1, None, 12345678901234567890]}
    assert item["headers"]["x-own"] == "yes"
    assert not {"cookie", "authorization"} & item["headers"].keys()
    assert item["address"] == "127.0.0.1"


@pytest.mark.parametrize(
    ("content_type", "content", "body"),
    [
        ("application/vnd.x+json", b"[1]", [1]),
        ("application/x-www-form-urlencoded", b"a=1&a=2&b=%C3%A9", {"a": ["1", "2"], "b": "\xe9"}),
        ("text/plain; charset=latin-1", b"caf\xe9", "caf\xe9"),
        ("application/json", b"", None),
        ("", b"plain", "plain"),
    ],
)
def test_bodies_are_read_by_their_content_type(echo, client, content_type, content, body) -> None:
    headers = {"content-type": content_type} if content_type else {}
    assert seen(client.post("/webhook/echo/1/x", content=content, headers=headers))["body"] == body


@pytest.mark.parametrize(
    ("content_type", "content"),
    [
        ("application/json", b'{"a": '),
        ("application/json", b'{"a": NaN}'),
        ("application/json", b"[" * 100_000),
        ("text/plain", b"\xff\xfe"),
        ("application/x-www-form-urlencoded", b"a=1&" * 2000),
        ("multipart/form-data", b"--x--"),
        ("multipart/form-data; boundary=x", b"--x\r\nno header"),
    ],
)
def test_a_body_that_is_not_what_it_says_is_refused(echo, client, content_type, content) -> None:
    answer = client.post(
        "/webhook/echo/1/x", content=content, headers={"content-type": content_type}
    )
    assert answer.status_code == 422, answer.text
    assert answer.json()["code"] == "INVALID_INPUT"


def test_files_of_a_form_become_files_of_the_item(publish, client) -> None:
    params = {"path": "upload", "respond": "respond_node"}
    reply = {"type": "flow.respond", "params": {"respond_with": "file", "file": "doc"}}
    workflow = publish(hook("upload", params, {"reply": reply}, ["hook -> reply"]))
    data = bytes(range(256)) * 12_000  # 3 MB: it comes in many parts
    answer = client.post(
        "/webhook/upload",
        data={"title": ["a", "b"]},
        files={"doc": ("../../etc/x.bin", data, "application/x-own")},
    )
    assert answer.status_code == 200, answer.text
    assert answer.content == data
    assert answer.headers["content-type"] == "application/x-own"
    (execution,) = publish.executions(workflow)
    (item,) = publish.items(execution["id"], "hook")
    assert item["json"]["body"] == {"title": ["a", "b"]}
    assert item["files"]["doc"]["name"] == "x.bin"
    raw = client.post(
        "/webhook/upload", content=b"\x00\x01", headers={"content-type": "application/x-own"}
    )
    assert raw.status_code == 500, "there is no file 'doc' in it"
    assert raw.json()["code"] == "EXECUTION_FAILED"


def test_an_immediate_answer_comes_when_the_execution_is_stored(publish, client) -> None:
    wait = {"type": "flow.wait", "params": {"amount": 3}}
    workflow = publish(hook("at once", {"path": "at-once"}, {"wait": wait}, ["hook -> wait"]))
    answer = client.post("/webhook/at-once", json={"n": 1})
    assert answer.status_code == 200
    (execution,) = publish.executions(workflow)
    assert execution["id"] == answer.json()["execution_id"]
    assert execution["source"] == "webhook"
    wait_until(lambda: publish.executions(workflow)[0]["status"] == "succeeded")


@pytest.mark.parametrize(
    ("respond_with", "status", "expected"),
    [
        ("first_item", 200, {"n": 0}),
        ("all_items", 201, [{"n": 0}, {"n": 1}]),
        ("nothing", 204, None),
    ],
)
def test_the_last_nodes_items_are_the_answer(
    publish, client, respond_with, status, expected
) -> None:
    params = {"path": f"last-{respond_with}", "respond": "last_node", "methods": ["GET"]}
    params |= {"respond_with": respond_with, "status": status if status != 204 else 200}
    make = {"type": "data.generate", "params": {"count": 2, "fields": {"n": "{{ index }}"}}}
    publish(hook(respond_with, params, {"make": make}, ["hook -> make"]))
    answer = client.get(f"/webhook/{params['path']}")
    assert answer.status_code == status
    assert (answer.json() if answer.content else None) == expected


def test_a_respond_node_answers_while_the_workflow_goes_on(publish, client) -> None:
    nodes = {
        "reply": {
            "type": "flow.respond",
            "params": {
                "respond_with": "text",
                "text": "<b>{{ json.body.name }}</b>",
                "content_type": "text/html",
                "status": 202,
                "headers": {"x-kind": "{{ json.method }}"},
            },
        },
        "later": {"type": "flow.wait", "params": {"amount": 3}},
    }
    edges = ["hook -> reply", "reply -> later"]
    workflow = publish(hook("goes on", {"path": "on", "respond": "respond_node"}, nodes, edges))
    answer = client.post("/webhook/on", json={"name": "Ada"})
    assert (answer.status_code, answer.text) == (202, "<b>Ada</b>")
    assert answer.headers["x-kind"] == "POST"
    assert "sandbox" in answer.headers["content-security-policy"], "it is no page of ours"
    (execution,) = publish.executions(workflow)
    assert execution["status"] in ("running", "waiting"), "the answer did not wait for the rest"
    assert publish.items(execution["id"], "reply"), "what answered is stored"
    wait_until(lambda: publish.executions(workflow)[0]["status"] == "succeeded")


def test_an_answer_after_a_long_wait(publish, client) -> None:
    nodes = {
        "wait": {"type": "flow.wait", "params": {"amount": 2.5}},
        "reply": {"type": "flow.respond", "params": {"respond_with": "redirect", "url": "/x"}},
    }
    edges = ["hook -> wait", "wait -> reply"]
    publish(hook("late", {"path": "late", "respond": "respond_node"}, nodes, edges))
    answer = client.post("/webhook/late")
    assert (answer.status_code, answer.headers["location"]) == (302, "/x")


def test_a_stream_sends_each_answer_as_it_comes(publish, client) -> None:
    nodes = {
        "first": {"type": "flow.respond", "params": {}},
        "wait": {"type": "flow.wait", "params": {"amount": 3}},
        "make": {"type": "data.generate", "params": {"count": 2, "fields": {"n": "{{ index }}"}}},
        "second": {
            "type": "flow.respond",
            "params": {"respond_with": "json", "body": "{{ json.n }}"},
        },
    }
    edges = ["hook -> first", "first -> wait", "wait -> make", "make -> second"]
    publish(hook("stream", {"path": "stream", "respond": "stream"}, nodes, edges))
    times, lines = [], []
    with client.stream("POST", "/webhook/stream", json={"a": 1}) as answer:
        assert answer.headers["content-type"] == "application/x-ndjson"
        for line in answer.iter_lines():
            times.append(time.monotonic())
            lines.append(json.loads(line))
    assert lines[0]["body"] == {"a": 1}
    assert lines[1:] == [0, 1]
    assert times[1] - times[0] > 1, "the first came while the workflow waited"


def test_an_answer_is_not_lost_by_a_failure_of_another_branch(publish, client) -> None:
    nodes = {
        "reply": {"type": "flow.respond", "params": {"respond_with": "json", "body": "{{ 7 }}"}},
        "fail": {"type": "flow.stop", "params": {}, "settings": {"on_error": "continue"}},
        **{
            f"fail_{number}": {
                "type": "data.set",
                "params": {"fields": {"a": "{{ json.none.none }}"}},
                "settings": {"on_error": "continue", "retry": {"max_retries": 0}},
            }
            for number in range(8)
        },
    }
    edges = [f"hook -> {id}" for id in ("fail_0", "fail_1", "reply", *list(nodes)[2:])]
    params = {"path": "branches", "respond": "respond_node"}
    publish(hook("branches", params, nodes, list(dict.fromkeys([*edges, "hook -> fail"]))))
    for _ in range(10):
        answer = client.post("/webhook/branches")
        assert (answer.status_code, answer.json()) == (200, 7)


def test_code_runs_on_the_engine_that_was_chosen_when_it_was_published(publish, client) -> None:
    code = {
        "type": "code.python",
        "params": {"code": "result = [{'n': items[0]['body']['n'] + 1}]"},
    }
    params = {"path": "code", "respond": "last_node"}
    publish(hook("code", params, {"code": code}, ["hook -> code"]))
    answer = client.post("/webhook/code", json={"n": 1})
    assert answer.status_code == 200, answer.text


def test_what_the_caller_is_told_when_there_is_no_answer(publish, client) -> None:
    fail = {"type": "flow.stop", "params": {"message": "a secret reason"}}
    publish(hook("fails", {"path": "fails", "respond": "last_node"}, {"f": fail}, ["hook -> f"]))
    answer = client.post("/webhook/fails")
    assert (answer.status_code, answer.json()["code"]) == (500, "EXECUTION_FAILED")
    assert "secret reason" not in answer.text
    publish(hook("mute", {"path": "mute", "respond": "respond_node"}))
    answer = client.post("/webhook/mute")
    assert (answer.status_code, answer.json()["code"]) == (500, "NO_ANSWER")
    wait = {"type": "flow.wait", "params": {"amount": 60}}
    params = {"path": "slow", "respond": "last_node", "timeout": 1}
    publish(hook("slow", params, {"wait": wait}, ["hook -> wait"]))
    answer = client.post("/webhook/slow")
    assert (answer.status_code, answer.json()["code"]) == (504, "STILL_RUNNING")


def test_addresses_follow_what_is_published(publish, owner, client) -> None:
    answer = client.post("/webhook/nobody")
    assert (answer.status_code, answer.json()["code"]) == (404, "NOT_FOUND")
    nodes, edges = {"set": ECHO}, ["hook -> set"]
    params = {"path": "follow/{id}", "respond": "last_node"}
    workflow = publish(hook("follow", params, nodes, edges))
    assert client.post("/webhook/follow/1", json={"n": 1}).json() == {"n": 2}
    changed = hook("follow", params | {"path": "moved/{id}"}, nodes, edges)
    owner.patch(
        f"/api/v1/workflows/{workflow}", headers={"if-match": "*"}, json={"document": changed}
    )
    assert client.post("/webhook/follow/1", json={"n": 1}).status_code == 200, "a draft is a draft"
    assert publish.try_to_publish(workflow).status_code == 200
    assert client.post("/webhook/follow/1", json={"n": 1}).status_code == 404
    assert client.post("/webhook/moved/1", json={"n": 1}).status_code == 200
    owner.post(f"/api/v1/workflows/{workflow}/unpublish", headers={"if-match": "*"})
    assert client.post("/webhook/moved/1", json={"n": 1}).status_code == 404


def test_two_workflows_can_not_have_one_address(publish, client) -> None:
    publish(hook("first", {"path": "one/{id}", "methods": ["POST", "PUT"]}))
    other = publish.create(hook("second", {"path": "one/{number}", "methods": ["PUT"]}))
    answer = publish.try_to_publish(other)
    assert answer.status_code == 409
    assert "PUT /webhook/one/{id} belongs to the workflow 'first'" in answer.json()["detail"]
    publish(hook("third", {"path": "one/{id}", "methods": ["GET"], "respond": "last_node"}))
    assert client.get("/webhook/one/1").json()["method"] == "GET"
    publish(hook("fourth", {"path": "one/fixed", "respond": "last_node"}))
    assert client.post("/webhook/one/fixed").json()["params"] == {}, "the written path goes first"
    twice = hook("twice", {"path": "twice"})
    twice["nodes"]["again"] = {"type": "trigger.webhook", "params": {"path": "twice"}}
    refused = publish.try_to_publish(publish.create(twice))
    assert [p["code"] for p in refused.json()["problems"]] == ["WEBHOOK_ADDRESS_TAKEN"]


def test_head_options_and_other_methods(publish, client) -> None:
    workflow = publish(hook("get", {"path": "get", "methods": ["GET"], "respond": "last_node"}))
    head = client.head("/webhook/get")
    assert (head.status_code, head.content) == (200, b"")
    assert publish.executions(workflow) == [], "HEAD starts nothing"
    options = client.options("/webhook/get")
    assert (options.status_code, options.headers["allow"]) == (204, "GET, HEAD, OPTIONS")
    assert "access-control-allow-origin" not in options.headers
    wrong = client.delete("/webhook/get")
    assert (wrong.status_code, wrong.headers["allow"]) == (405, "GET, HEAD, OPTIONS")


def test_pages_of_allowed_origins_may_call(publish, client) -> None:
    params = {"path": "cors", "allowed_origins": ["https://shop.example"], "respond": "last_node"}
    publish(hook("cors", params))
    asked = {
        "origin": "https://shop.example",
        "access-control-request-method": "POST",
        "access-control-request-headers": "content-type",
    }
    preflight = client.options("/webhook/cors", headers=asked)
    assert preflight.status_code == 204
    assert preflight.headers["access-control-allow-origin"] == "https://shop.example"
    assert preflight.headers["access-control-allow-methods"] == "POST"
    assert preflight.headers["access-control-allow-headers"] == "content-type"
    other = client.options("/webhook/cors", headers=asked | {"origin": "https://evil.example"})
    assert "access-control-allow-origin" not in other.headers
    good = client.post("/webhook/cors", headers={"origin": "https://shop.example"})
    assert good.headers["access-control-allow-origin"] == "https://shop.example"
    assert "origin" in good.headers["vary"].lower()
    bad = client.post("/webhook/cors", headers={"origin": "https://evil.example"})
    assert (bad.status_code, bad.json()["code"]) == (403, "CROSS_ORIGIN")
    assert client.post("/webhook/cors").status_code == 200, "programs name no origin"


def test_limits_of_size_and_rate(publish, client) -> None:
    publish(hook("limits", {"path": "limits", "max_body": 1, "rate_limit": 3}))
    large = client.post("/webhook/limits", content=b"x" * (1 << 20) + b"x")
    assert (large.status_code, large.json()["code"]) == (413, "BODY_TOO_LARGE")

    def pieces():
        for _ in range(40):
            yield b"x" * 65_536

    assert client.post("/webhook/limits", content=pieces()).status_code == 413
    assert client.post("/webhook/limits").status_code == 200
    slowed = client.post("/webhook/limits")
    assert slowed.status_code == 429
    assert 1 <= int(slowed.headers["retry-after"]) <= 20


def test_a_draft_listens_at_an_address_of_its_own(publish, owner, client) -> None:
    nodes, edges = {"set": ECHO}, ["hook -> set"]
    workflow = publish.create(hook("draft", {"path": "try", "respond": "last_node"}, nodes, edges))
    quiet = client.post("/webhook-test/try", json={"n": 1})
    assert (quiet.status_code, quiet.json()["code"]) == (404, "NOT_LISTENING")
    listening = owner.post(f"/api/v1/workflows/{workflow}/listen", json={"seconds": 60})
    assert listening.status_code == 200, listening.text
    (address,) = listening.json()["webhooks"]
    assert client.post(address["url"], json={"n": 1}).json() == {"n": 2}
    assert client.post(address["url"], json={"n": 1}).status_code == 404, "it listened once"
    owner.post(f"/api/v1/workflows/{workflow}/listen", json={"once": False})
    frames = owner.get("/api/v1/stream/poll", params={"topic": f"wf:{workflow}", "wait": 5}).json()
    assert frames["frames"][0]["state"]["listening"]["until"], "people see it live"
    for n in range(2):
        assert client.post("/webhook-test/try", json={"n": n}).json() == {"n": n + 1}
    assert client.post("/webhook/try", json={"n": 1}).status_code == 404, "it is not published"
    assert owner.delete(f"/api/v1/workflows/{workflow}/listen").status_code == 204
    assert client.post("/webhook-test/try", json={"n": 1}).status_code == 404
    assert {e["user"] for e in publish.executions(workflow)} == {"owner@example.org"}


def test_a_request_that_says_another_host_is_refused(echo, client) -> None:
    answer = client.post("/webhook/echo/1/x", headers={"host": "evil.example"})
    assert (answer.status_code, answer.json()["code"]) == (421, "UNKNOWN_HOST")
