"""Accounts under attack: pages of other sites, stolen and dead tokens, other people's things."""

import json

import pytest
from api_people import PASSWORD, document
from route_table import OPEN, TABLE, call
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

CHANGING = [key for key in TABLE if key[0] != "get"]


@pytest.mark.parametrize("key", CHANGING, ids=" ".join)
def test_a_page_of_another_site_changes_nothing(target, key) -> None:
    cookie = target.owner.cookies["tidegate_session"]
    name = target.server.url.removeprefix("http://")
    for headers in (
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"origin": f"http://{name}.evil.example"},
        {"origin": f"http://evil.example#{name}"},
        {"origin": f"https://{name}"},
        {"sec-fetch-site": "cross-site"},
        {"referer": f"{target.server.url}/"},
    ):
        with target.server.client(cookies={"tidegate_session": cookie}, headers=headers) as client:
            answer = call(client, key, target.foreign)
            if TABLE[key][0] == OPEN and "origin" not in headers:
                continue  # no cookie counts there
            assert answer.status_code == 403, (headers, answer.text)
            assert answer.json()["code"] == "CROSS_ORIGIN"


def test_a_form_of_another_site_is_not_read_as_json(target) -> None:
    body = json.dumps({"name": "forged"})
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data"):
        answer = target.owner.post("/api/v1/projects", content=body, headers={"content-type": kind})
        assert answer.status_code in {400, 415, 422}, (kind, answer.status_code)
    listed = target.owner.get("/api/v1/projects").text
    assert "forged" not in listed


def opens(target, headers: dict[str, str]) -> bool:
    url = target.server.url.replace("http", "ws", 1) + "/api/v1/stream"
    try:
        with connect(url, additional_headers=headers, open_timeout=20) as socket:
            socket.send(json.dumps({"op": "sub", "id": 1, "topic": "executions"}))
            return socket.recv(timeout=20) is not None
    except (InvalidStatus, ConnectionClosed):
        return False


def test_a_websocket_of_another_site_is_not_opened(target) -> None:
    cookie = f"tidegate_session={target.owner.cookies['tidegate_session']}"
    assert opens(target, {"cookie": cookie, "origin": target.server.url})
    for origin in ("https://evil.example", "null", f"{target.server.url}.evil.example"):
        assert not opens(target, {"cookie": cookie, "origin": origin}), origin
    assert not opens(target, {"cookie": cookie}), "a browser names its origin"
    assert not opens(target, {})
    assert not opens(target, {"authorization": "Bearer tg_wrong"})


@pytest.mark.parametrize(
    "message",
    [
        "",
        "null",
        "[]",
        '{"op": "sub"}{"op": "sub"}',
        '{"op": "delete"}',
        '{"op": "sub", "topic": 1}',
        '{"op": "sub", "id": -1, "topic": "executions"}',
        '{"op": "hello", "extra": 1}',
        "[" * 4000,
        "x" * 100_000,
    ],
)
def test_a_websocket_that_says_something_wrong_is_closed_and_nobody_else(target, message) -> None:
    url = target.server.url.replace("http", "ws", 1) + "/api/v1/stream"
    headers = {"authorization": f"Bearer {target.people.owner.key}"}
    with connect(url, additional_headers=headers) as good:
        with connect(url, additional_headers=headers) as bad:
            bad.send(message)
            try:
                while "err" not in bad.recv(timeout=20):
                    pass
            except ConnectionClosed:
                pass
        good.send(json.dumps({"op": "sub", "id": 7, "topic": "executions"}))
        assert json.loads(good.recv(timeout=20))["id"] == 7
    with target.server.client() as client:
        assert client.get("/readyz").status_code == 200


def test_what_ended_opens_nothing(target) -> None:
    somebody = target.people.join("editor", "leaves@example.org")
    with somebody.with_key(target.server) as key:
        assert key.get("/api/v1/workflows").status_code == 200
        path = f"/api/v1/users/{somebody.user_id}"
        assert target.owner.patch(path, json={"role": "viewer"}).is_success
        body = {"document": document("late")}
        assert key.post("/api/v1/workflows", json=body).status_code == 403, "the role counts now"
        assert somebody.client.get("/api/v1/session").status_code == 401, "sessions have ended"
        assert target.owner.patch(path, json={"disabled": True}).is_success
        assert key.get("/api/v1/workflows").status_code == 401
        sign_in = {"email": "leaves@example.org", "password": PASSWORD}
        assert somebody.client.post("/api/v1/session", json=sign_in).status_code == 401
        assert not opens(target, {"authorization": f"Bearer {somebody.key}"})
        assert target.owner.delete(path).is_success
        assert key.get("/api/v1/workflows").status_code == 401


def test_a_key_is_its_persons_alone(target) -> None:
    editor, viewer = target.roles["editor"], target.roles["viewer"]
    made = editor.client.post("/api/v1/api_keys", json={"name": "mine"}).json()
    assert made["id"] not in viewer.client.get("/api/v1/api_keys").text
    assert viewer.client.delete(f"/api/v1/api_keys/{made['id']}").status_code == 404
    assert made["key"] not in editor.client.get("/api/v1/api_keys").text, "it is shown once"
    wide = {"name": "wide", "scopes": ["users:manage", "settings:read"]}
    key = viewer.client.post("/api/v1/api_keys", json=wide).json()["key"]
    with target.server.client(headers={"authorization": f"Bearer {key}"}) as client:
        assert client.get("/api/v1/users").status_code == 403, "a scope gives no right"
        assert client.get("/api/v1/settings").status_code == 403
        assert client.patch("/api/v1/account", json={"name": "x"}).status_code == 403
        assert (
            client.post("/api/v1/account/second_factor", json={"password": PASSWORD}).status_code
            == 403
        )


def test_somebodys_idempotency_key_gives_nobody_else_the_answer(target) -> None:
    body = {"document": document("a-secret-answer")}
    headers = {"idempotency-key": "guessed"}
    first = target.owner.post("/api/v1/workflows", json=body, headers=headers)
    assert first.status_code == 201, first.text
    again = target.owner.post("/api/v1/workflows", json=body, headers=headers)
    assert again.headers["idempotency-replayed"] == "true"
    other = target.roles["viewer"].client.post("/api/v1/workflows", json=body, headers=headers)
    assert other.status_code == 403
    assert "a-secret-answer" not in other.text


def test_nothing_of_a_foreign_project_is_reached_through_ones_own(target) -> None:
    client = target.roles["editor"].client
    own = target.objects()
    foreign = target.foreign
    place = {"document": document("there"), "project_id": target.project}
    assert client.post("/api/v1/workflows", json=place).status_code in {403, 404}
    copied = client.put(
        f"/api/v1/workflows/{own['workflow_id']}/pinned_data/set",
        json={"execution_id": foreign["execution_id"]},
        headers={"if-match": "*"},
    )
    assert copied.status_code == 404, copied.text
    compared = client.get(
        f"/api/v1/executions/{own['execution_id']}/comparison",
        params={"other": foreign["execution_id"]},
    )
    assert compared.status_code == 404
    stolen = document("stolen")
    stolen["nodes"]["ask"] = {
        "type": "http.request",
        "params": {"url": "https://api.example.org/"},
        "credential": foreign["name"],
    }
    stolen["edges"].append("set -> ask")
    made = client.post("/api/v1/workflows", json={"document": stolen})
    if made.is_success:
        started = client.post(
            f"/api/v1/workflows/{made.json()['id']}/executions",
            json={"mode": "sync", "version": "draft"},
        )
        assert started.status_code >= 400 or started.json()["status"] == "failed", started.text
        assert "a-hidden-token" not in started.text


def test_the_first_owner_is_made_once(target) -> None:
    token = target.server.ready["setup_url"].partition("#")[2]
    body = {"token": token, "password": PASSWORD, "email": "second@example.org"}
    with target.server.client() as client:
        assert client.post("/api/v1/links/accept", json=body).status_code == 401
        for guess in ("", "x" * 43, token[:-1] + "A", token.swapcase()):
            answer = client.post("/api/v1/links/accept", json={**body, "token": guess})
            assert answer.status_code in {401, 422, 429}


def test_whether_somebody_has_an_account_is_not_told(target) -> None:
    with target.server.client() as client:
        said = [
            client.post("/api/v1/session", json={"email": email, "password": "wrong password"})
            for email in ("owner@example.org", "nobody-at-all@example.org")
        ]
    assert said[0].status_code == said[1].status_code == 401
    assert said[0].json() == said[1].json()
