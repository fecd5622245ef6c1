"""People of a test server: the owner by the one-time link, others by invitations, with API keys."""

from dataclasses import dataclass, field

import httpx
from server_process import ServerProcess

PASSWORD = "correct horse battery staple"


@dataclass
class Person:
    """Somebody who signed in: ``client`` has the session, ``key`` an API key."""

    role: str
    client: httpx.Client
    user_id: str = ""
    key: str = ""

    def with_key(self, server: ServerProcess) -> httpx.Client:
        return server.client(headers={"authorization": f"Bearer {self.key}"})


@dataclass
class People:
    server: ServerProcess
    owner: Person = field(init=False)

    def __post_init__(self) -> None:
        token = self.server.ready["setup_url"].partition("#")[2]
        self.owner = self._accept("owner", token, email="owner@example.org")

    def join(self, role: str, email: str | None = None) -> Person:
        """Somebody new with this role."""
        answer = self.owner.client.post(
            "/api/v1/invitations", json={"email": email or f"{role}@example.org", "role": role}
        )
        assert answer.status_code == 201, answer.text
        return self._accept(role, answer.json()["url"].partition("#")[2])

    def _accept(self, role: str, token: str, **more: str) -> Person:
        client = self.server.client(headers={"origin": self.server.url})
        answer = client.post(
            "/api/v1/links/accept", json={"token": token, "password": PASSWORD, **more}
        )
        assert answer.status_code == 204, answer.text
        person = Person(role, client)
        person.user_id = client.get("/api/v1/session").json()["user_id"]
        made = client.post("/api/v1/api_keys", json={"name": "test"})
        assert made.status_code == 201, made.text
        person.key = made.json()["key"]
        return person


def document(name: str, **fields: object) -> dict:
    """A workflow of a trigger and a node that sets a field."""
    return {
        "tidegate": 1,
        "name": name,
        "nodes": {
            "start": {"type": "trigger.manual"},
            "set": {"type": "data.set", "params": {"fields": {"n": "{{ 20 + 1 }}"}}},
        },
        "edges": ["start -> set"],
        **fields,
    }


def run(client: httpx.Client, content: dict) -> dict:
    """A new workflow's draft, run to its end; gives the execution."""
    made = client.post("/api/v1/workflows", json={"document": content})
    assert made.status_code == 201, made.text
    body = {"mode": "sync", "version": "draft", "data": {}}
    answer = client.post(f"/api/v1/workflows/{made.json()['id']}/executions", json=body)
    assert answer.is_success, answer.text
    return answer.json()
