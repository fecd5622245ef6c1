"""Live events over WebSocket, long poll and event stream, from a real server."""

import contextlib
import json

import pytest
from api_people import document
from server_process import open_socket
from websockets.exceptions import ConnectionClosed, InvalidHandshake

WAITS = {
    "start": {"type": "trigger.manual"},
    "wait": {"type": "flow.wait", "params": {"amount": 0.5, "unit": "seconds"}},
}


@pytest.fixture(scope="module")
def workflow(owner):
    wanted = document("followed") | {"nodes": WAITS, "edges": ["start -> wait"]}
    made = owner.post("/api/v1/workflows", json={"document": wanted})
    assert made.status_code == 201, made.text
    url = f"/api/v1/workflows/{made.json()['id']}"
    assert owner.post(f"{url}/publish", json={}, headers={"if-match": "*"}).status_code == 200
    return made.json()["id"]


def start(owner, workflow):
    answer = owner.post(f"/api/v1/workflows/{workflow}/executions", json={})
    assert answer.status_code == 202, answer.text
    return answer.json()["id"]


@contextlib.contextmanager
def followed(server, people, topic, **more):
    with open_socket(server, authorization=f"Bearer {people.owner.key}") as socket:
        socket.send(json.dumps({"op": "hello", "v": 1}))
        socket.send(json.dumps({"op": "sub", "id": 1, "topic": topic, **more}))
        yield socket


def frames_until_the_end(socket):
    """The state of the execution, as a browser adds it up."""
    state, seq, epoch = {}, None, None
    while state.get("exec", {}).get("status") != "succeeded":
        frame = json.loads(socket.recv(timeout=30))
        if frame["t"] == "snap":
            state, seq, epoch = frame["state"], frame["seq"], frame["epoch"]
        elif frame["t"] == "d":
            assert frame["from"] == seq + 1
            seq = frame["seq"]
            for key, data in frame.get("st", {}).items():
                state[key] = state.get(key, {}) | data
            for _, key, data in frame.get("sg", ()):
                state[key] = state.get(key, {}) | data
        else:
            assert frame == {"t": "ping"}
    return state, seq, epoch


def test_an_execution_is_followed_to_its_end(server, people, owner, workflow) -> None:
    with followed(server, people, f"exec:{start(owner, workflow)}") as socket:
        state, _, _ = frames_until_the_end(socket)
    assert {state[node]["status"] for node in ("start", "wait")} == {"succeeded"}


def test_who_comes_back_gets_what_was_missed_or_a_snapshot(server, people, owner, workflow) -> None:
    id = start(owner, workflow)
    with followed(server, people, f"exec:{id}") as socket:
        _, seq, epoch = frames_until_the_end(socket)
        socket.send(json.dumps({"op": "sub", "id": 2, "topic": f"exec:{id}", "epoch": epoch, "after": seq - 1}))  # fmt: skip
        frame = json.loads(socket.recv(timeout=30))
        assert (frame["id"], frame["t"], frame["from"], frame["seq"]) == (2, "d", seq, seq)
        socket.send(json.dumps({"op": "sub", "id": 3, "topic": f"exec:{id}", "epoch": "other", "after": 1}))  # fmt: skip
        assert json.loads(socket.recv(timeout=30))["t"] == "snap"


def test_what_is_asked_wrongly_is_said_or_ends_it(server, people) -> None:
    for topic, code in (("exec:none", "NOT_FOUND"), ("nothing", "NOT_FOUND")):
        with followed(server, people, topic) as socket:
            frame = json.loads(socket.recv(timeout=30))
            assert (frame["t"], frame["code"]) == ("err", code)
    for text in ("{", "[]", '{"op": "evil"}', '{"op": "sub", "id": -1}', "x" * 5000, "\x00"):
        with open_socket(server, authorization=f"Bearer {people.owner.key}") as socket:
            socket.send(text)
            with pytest.raises(ConnectionClosed) as closed:
                socket.recv(timeout=30)
            assert closed.value.rcvd.code == 1008


def test_strangers_and_pages_of_other_sites_are_refused(server, people) -> None:
    cookie = "; ".join(f"{name}={value}" for name, value in people.owner.client.cookies.items())
    for headers in (
        {},
        {"authorization": "Bearer tg_wrong"},
        {"cookie": cookie, "origin": "https://evil.example"},
        {"cookie": cookie},
    ):
        with pytest.raises(InvalidHandshake), open_socket(server, **headers):
            pass
    with open_socket(server, cookie=cookie, origin=server.url) as socket:
        socket.send(json.dumps({"op": "sub", "id": 1, "topic": "executions"}))
        assert json.loads(socket.recv(timeout=30))["t"] == "snap"


def test_a_long_poll_gets_the_same_frames(owner, workflow) -> None:
    id = start(owner, workflow)
    query = {"topic": f"exec:{id}", "wait": 20}
    (snapshot,) = owner.get("/api/v1/stream/poll", params=query).json()["frames"]
    assert snapshot["t"] == "snap"
    after, status = snapshot["seq"], snapshot["state"].get("exec", {}).get("status")
    while status != "succeeded":
        more = {"epoch": snapshot["epoch"], "after": after}
        (frame,) = owner.get("/api/v1/stream/poll", params=query | more).json()["frames"]
        after = frame["seq"]
        found = frame.get("state", {}).get("exec") or {}
        for _, key, data in frame.get("sg", ()):
            found = data if key == "exec" else found
        status = found.get("status", status)
    assert owner.get("/api/v1/stream/poll", params={"topic": "exec:none"}).status_code == 404


def test_an_event_stream_is_for_scripts(owner, workflow) -> None:
    query = {"topic": f"exec:{start(owner, workflow)}"}
    seen = ""
    with owner.stream("GET", "/api/v1/stream/events", params=query) as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        for line in answer.iter_lines():
            seen += line + "\n"
            if '"succeeded"' in line and '"exec"' in line:
                break
    assert seen.startswith("id: ")


def test_nobody_follows_what_is_not_theirs(people, owner) -> None:
    project = owner.post("/api/v1/projects", json={"name": "Elsewhere"}).json()["id"]
    wanted = document("foreign") | {"nodes": WAITS, "edges": ["start -> wait"]}
    made = owner.post("/api/v1/workflows", json={"document": wanted, "project_id": project})
    url = f"/api/v1/workflows/{made.json()['id']}"
    assert owner.post(f"{url}/publish", json={}, headers={"if-match": "*"}).status_code == 200
    viewer = people.join("viewer").client
    for topic in (f"exec:{start(owner, made.json()['id'])}", f"wf:{made.json()['id']}"):
        answer = viewer.get("/api/v1/stream/poll", params={"topic": topic, "wait": 0})
        assert answer.status_code == 404, topic
    for topic in ("executions", "network", "security"):
        answer = viewer.get("/api/v1/stream/poll", params={"topic": topic, "wait": 0})
        assert answer.status_code == 403, topic


def read_until(socket, wanted, timeout=30):
    """The first frame of which ``wanted`` is true."""
    while True:
        frame = json.loads(socket.recv(timeout=timeout))
        if wanted(frame):
            return frame


def test_the_system_topic_tells_what_is_used_once_a_second(server, people) -> None:
    with followed(server, people, "system") as socket:
        frame = read_until(socket, lambda frame: frame.get("st"))
        now = frame["st"]["now"]
    assert now["memory_bytes"] > 10_000_000 and now["database_bytes"] > 0
    assert now["running"] >= 0 and now["queued"] >= 0 and now["loop_lag_ms"] >= 0
    assert now["servers"] == 1 and now["places"] >= 1 and now["child_processes"] >= 0
    assert now["open_connections"] >= 1, "that of this stream"


def test_people_see_who_looks_at_a_workflow(server, people, workflow) -> None:
    topic = f"presence:{workflow}"
    with followed(server, people, topic) as first:
        read_until(first, lambda frame: "owner@example.org" in json.dumps(frame))
        with followed(server, people, topic) as second:
            both = read_until(second, lambda frame: frame["t"] == "snap")
            assert all(seen["user"] == "owner@example.org" for seen in both["state"].values())
            second.send(json.dumps({"op": "here", "id": 1, "node": "wait"}))
            moved = read_until(first, lambda frame: "wait" in json.dumps(frame))
            assert moved["t"] == "d"
        gone = read_until(first, lambda frame: frame.get("sg"))
        assert gone["sg"][0][2] == {"left": True}


def test_people_who_look_at_a_workflow_learn_what_is_published(server, people, owner, workflow):
    url, any_ = f"/api/v1/workflows/{workflow}", {"if-match": "*"}
    with followed(server, people, f"presence:{workflow}") as socket:
        read_until(socket, lambda frame: "owner@example.org" in json.dumps(frame))
        by = "owner@example.org"
        assert owner.post(f"{url}/unpublish", headers=any_).status_code == 204
        ended = read_until(socket, lambda frame: frame.get("sg"))["sg"][0]
        assert ended[1:] == ["published", {"hash": None, "number": None, "by": by}]
        made = owner.post(f"{url}/publish", json={}, headers=any_).json()
        news = read_until(socket, lambda frame: frame.get("sg"))["sg"][0]
        assert news[2] == {"hash": made["hash"], "number": made["number"], "by": by}
    with followed(server, people, f"presence:{workflow}") as socket:
        snap = read_until(socket, lambda frame: frame["t"] == "snap")
        assert "published" not in snap["state"], "it is news, no state"


def test_a_request_starts_an_execution_and_follows_it(server, people, owner, workflow) -> None:
    url = f"/api/v1/workflows/{workflow}/executions"
    headers = {"idempotency-key": "stream-once"}
    body = {"mode": "stream"}
    with owner.stream("POST", url, json=body, headers=headers) as answer:
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/event-stream")
        text = answer.read().decode()
    events = text.strip().split("\n\n")
    assert events[-1].startswith("event: end\n")
    ended = json.loads(events[-1].partition("data: ")[2])
    assert ended["status"] == "succeeded" and ended["items"]
    assert any('"t":"snap"' in event for event in events[:-1])
    again = owner.post(url, json=body, headers=headers)
    assert again.status_code == 202 and again.json()["id"] == ended["id"]
