"""Every route and every topic x strangers, roles, own and foreign objects. A new one needs a row."""

import json

import pytest
from route_table import (
    ELSEWHERE,
    INSTALLATION,
    MAY_HAVE_NONE,
    OPEN,
    SELF,
    TABLE,
    TOPIC_TABLE,
    C,
    E,
    V,
    W,
    call,
    full,
)
from websockets.sync.client import connect

from tidegate.api.app import described_api, openapi_document
from tidegate.services.identity.permissions import ROLE_ACTIONS, Action, Role
from tidegate.services.live import TOPICS


def of_project(row: tuple) -> bool:
    return row[0] in {W, E, C, V}


def allows(role: str, action: Action) -> bool:
    return action in ROLE_ACTIONS[Role(role)]


def test_every_route_has_a_row() -> None:
    paths = openapi_document()["paths"]
    routes = {(method, path) for path, methods in paths.items() for method in methods}
    rows = {(method, full(path).partition("?")[0]) for method, path in (*TABLE, *ELSEWHERE)}
    assert routes == rows, "say in TABLE who may call a route, and it is tested"


def test_no_route_is_hidden_from_the_document() -> None:
    def hidden(routes):
        for route in routes:
            inner = getattr(route, "original_router", route)
            yield from hidden(getattr(inner, "routes", ()))
            if hasattr(route, "endpoint") and not getattr(route, "include_in_schema", False):
                yield route.path

    assert set(hidden(described_api().router.routes)) <= {"/stream"}, (
        "the stream's topics are below"
    )


def test_every_topic_has_a_row() -> None:
    assert set(TOPIC_TABLE) == set(TOPICS)


@pytest.mark.parametrize("key", TABLE, ids=" ".join)
def test_a_stranger_is_answered_by_no_route_but_the_open_ones(target, key) -> None:
    with target.server.client() as stranger:
        answer = call(stranger, key, target.foreign)
        if TABLE[key][0] == OPEN:
            assert answer.status_code in {200, 202, 401, 409, 429}, answer.text
            return
        assert (answer.status_code, answer.json()["code"]) == (401, "UNAUTHORIZED")
        for headers in (
            {"authorization": "Bearer tg_wrong"},
            {"authorization": "Basic b3duZXI6cGFzc3dvcmQ="},
            {"cookie": "tidegate_session=wrong"},
        ):
            answer = stranger.request(key[0].upper(), full(key[1]), headers=headers)
            assert answer.status_code == 401


def test_foreign_objects_are_not_there(target) -> None:
    for role in ("editor", "operator", "viewer"):
        client = target.roles[role].client
        for key, row in TABLE.items():
            if not of_project(row) or "{" not in key[1]:
                continue
            answer = call(client, key, target.foreign)
            # Somebody else has the name of a credential: that much a taken name says.
            wanted = {403, 404, 409} if row[0] == C else {404}
            assert answer.status_code in wanted, (role, key, answer.status_code, answer.text)
            assert "hidden" not in answer.text
    assert target.owner.get(f"/api/v1/workflows/{target.foreign['workflow_id']}").is_success


def test_lists_show_nothing_foreign(target) -> None:
    lists = [path for (method, path), row in TABLE.items() if method == "get" and row == (SELF,)]
    lists += ["/variables", "/credentials"]
    secrets = {
        target.foreign[name] for name in ("workflow_id", "execution_id", "variable_id", "name")
    }
    for role in ("editor", "operator", "viewer"):
        for path in lists:
            if "{" not in path:
                text = target.roles[role].client.get(full(path)).text
                found = {secret for secret in secrets if f'"{secret}"' in text}
                assert not found, (role, path)


@pytest.mark.parametrize("role", ["viewer", "operator", "editor", "admin"])
def test_own_objects_obey_the_role(target, role) -> None:
    client = target.roles[role].client
    shared = target.objects()
    for key, row in sorted(TABLE.items(), key=lambda pair: pair[0][0] == "delete"):
        if row[0] in {OPEN, SELF}:
            continue
        is_gone_after = key[0] == "delete" and allows(role, row[1]) and of_project(row)
        objects = target.objects() if is_gone_after else shared if of_project(row) else {}
        answer = call(client, key, objects)
        if allows(role, row[1]):
            assert answer.status_code not in {401, 403}, (role, key, answer.text)
            if of_project(row) and key not in MAY_HAVE_NONE:
                assert answer.status_code != 404, (role, key, answer.text)
        else:
            # 404: the role may not even see that there is such a thing.
            wanted = {403, 404} if of_project(row) else {403}
            assert answer.status_code in wanted, (role, key, answer.status_code, answer.text)


def test_what_is_ones_own_account_is_open_to_everybody_who_signed_in(target) -> None:
    for role, person in target.roles.items():
        for key, row in TABLE.items():
            if row[0] == SELF and key != ("delete", "/session"):
                answer = call(person.client, key)
                assert answer.status_code not in {401, 403}, (role, key, answer.text)


def test_a_key_of_an_admin_without_scopes_does_nothing(target) -> None:
    made = (
        target.roles["admin"]
        .client.post("/api/v1/api_keys", json={"name": "none", "scopes": []})
        .json()
    )
    with target.server.client(headers={"authorization": f"Bearer {made['key']}"}) as client:
        for key, row in TABLE.items():
            if row[0] not in {OPEN, SELF} and key[0] != "delete":
                answer = call(client, key, target.foreign)
                assert answer.status_code in {403, 404}, (key, answer.text)


def follow(target, person, topic: str) -> str:
    """``ok``, or the code of the error, of following a topic on the WebSocket."""
    url = target.server.url.replace("http", "ws", 1) + "/api/v1/stream"
    headers = {"authorization": f"Bearer {person.key}"}
    with connect(url, additional_headers=headers) as socket:
        socket.send(json.dumps({"op": "sub", "id": 1, "topic": topic}))
        while True:
            frame = json.loads(socket.recv(timeout=20))
            if frame.get("id") == 1:
                return frame["code"] if frame["t"] == "err" else "ok"


def name_of(kind: str, objects: dict[str, str]) -> str:
    row = TOPIC_TABLE[kind]
    return {E: f"{kind}:{objects['execution_id']}", W: f"{kind}:{objects['workflow_id']}"}.get(
        row[0], kind
    )


@pytest.mark.parametrize("role", ["viewer", "operator", "editor", "admin"])
def test_topics_obey_roles_and_projects_on_every_way(target, role) -> None:
    person = target.roles[role]
    own = target.objects()
    for kind, row in TOPIC_TABLE.items():
        for objects in (own, target.foreign):
            if row[0] == SELF:
                wanted = "ok"
            elif row[0] == INSTALLATION:
                is_allowed = role == "admin" or (row[1] != "everywhere" and allows(role, row[1]))
                wanted = "ok" if is_allowed else "FORBIDDEN"
            else:
                wanted = "ok" if role == "admin" or objects is own else "NOT_FOUND"
            topic = name_of(kind, objects)
            assert follow(target, person, topic) == wanted, (role, topic)
            polled = person.client.get("/api/v1/stream/poll", params={"topic": topic, "wait": 0})
            assert polled.json().get("code", "ok") == wanted, (role, topic)
            if wanted != "ok":
                params = {"topic": topic}
                refused = person.client.get("/api/v1/stream/events", params=params)
                assert refused.json()["code"] == wanted


def test_a_stranger_follows_nothing(target) -> None:
    with target.server.client() as stranger:
        for kind in TOPIC_TABLE:
            params = {"topic": name_of(kind, target.foreign), "wait": 0}
            assert stranger.get("/api/v1/stream/poll", params=params).status_code == 401
            assert stranger.get("/api/v1/stream/events", params=params).status_code == 401
