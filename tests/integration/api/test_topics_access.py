"""Who may follow what: every topic x strangers and roles, of their own project and of another."""

import json

import pytest
from api_people import document
from server_process import open_socket

OK, HIDDEN, REFUSED = 200, 404, 403
NAMED = {"exec": "execution_id", "wf": "workflow_id", "presence": "workflow_id"}
ROLES = ("viewer", "operator", "editor", "admin")


@pytest.fixture(scope="module")
def others(people):
    return {role: people.join(role) for role in ROLES}


def made_in(owner, name, **place):
    body = {"document": document(name), **place}
    workflow = owner.post("/api/v1/workflows", json=body).json()["id"]
    url = f"/api/v1/workflows/{workflow}/executions"
    execution = owner.post(url, json={"version": "draft", "mode": "sync"}).json()["id"]
    return {"workflow_id": workflow, "execution_id": execution}


@pytest.fixture(scope="module")
def own(owner):
    return made_in(owner, "everybody's")


@pytest.fixture(scope="module")
def foreign(owner):
    project = owner.post("/api/v1/projects", json={"name": "closed"}).json()["id"]
    return made_in(owner, "closed", project_id=project)


def topics(own, foreign):
    """(topic, what admins get, what the others get)"""
    for kind, key in NAMED.items():
        yield f"{kind}:{own[key]}", OK, OK
        yield f"{kind}:{foreign[key]}", OK, HIDDEN
        yield f"{kind}:nonsense", HIDDEN, HIDDEN
    yield "executions", OK, REFUSED
    yield "network", OK, REFUSED
    yield "security", OK, REFUSED
    yield "system", OK, OK
    yield "nonsense", HIDDEN, HIDDEN


@pytest.mark.parametrize("role", ROLES)
def test_roles_follow_what_they_may(server, others, own, foreign, role) -> None:
    key = others[role].key
    with (
        others[role].with_key(server) as client,
        open_socket(server, authorization=f"Bearer {key}") as link,
    ):
        for id, (topic, for_admins, for_others) in enumerate(topics(own, foreign)):
            wanted = for_admins if role == "admin" else for_others
            query = {"topic": topic, "wait": 0}
            assert client.get("/api/v1/stream/poll", params=query).status_code == wanted, topic
            link.send(json.dumps({"op": "sub", "id": id, "topic": topic}))
            while (frame := json.loads(link.recv(timeout=30))).get("id") != id:
                pass
            assert (frame["t"] == "snap") == (wanted == OK), (topic, frame)
            assert (
                frame.get("code")
                in {
                    OK: (None,),
                    HIDDEN: ("NOT_FOUND",),
                    REFUSED: ("FORBIDDEN",),
                }[wanted]
            )


def test_strangers_follow_nothing(client, own, foreign) -> None:
    for topic, _, _ in topics(own, foreign):
        for path in ("poll", "events"):
            answer = client.get(f"/api/v1/stream/{path}", params={"topic": topic, "wait": 0})
            assert answer.status_code == 401, topic


def test_a_key_with_other_scopes_follows_nothing_of_it(server, owner, own) -> None:
    body = {"name": "narrow", "scopes": ["variables:read"]}
    key = owner.post("/api/v1/api_keys", json=body).json()["key"]
    with server.client(headers={"authorization": f"Bearer {key}"}) as client:
        for topic, _, _ in topics(own, own):
            query = {"topic": topic, "wait": 0}
            answer = client.get("/api/v1/stream/poll", params=query)
            assert answer.status_code in (HIDDEN, REFUSED), topic
