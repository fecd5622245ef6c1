"""A real server for the attackers of a file, with people and objects in two projects."""

import socket
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import httpx
import pytest
from api_people import People, Person, document
from server_process import ServerProcess

ROLES = ("admin", "editor", "operator", "viewer")


@dataclass
class Target:
    """What is attacked. ``foreign`` and ``own`` are ids of objects by the names in routes."""

    server: ServerProcess
    people: People
    roles: dict[str, Person]
    foreign: dict[str, str]
    project: str
    made: int = 0
    names: list[str] = field(default_factory=list)

    @property
    def owner(self) -> httpx.Client:
        return self.people.owner.client

    def objects(self, project: str | None = None) -> dict[str, str]:
        """New objects: in a project, or in the main one."""
        self.made += 1
        place = {} if project is None else {"project_id": project}
        name = f"thing_{self.made}"
        workflow = self._post("/api/v1/workflows", {"document": document(name), **place})
        url = f"/api/v1/workflows/{workflow['id']}"
        self.owner.post(f"{url}/publish", json={}, headers={"if-match": "*"})
        execution = self._post(f"{url}/executions", {"mode": "sync"})
        variable = self._post("/api/v1/variables", {"name": name, "value": "hidden-value", **place})
        stored = self.owner.put(
            f"/api/v1/credentials/{name}",
            json={
                "type": "bearer",
                "values": {"token": "a-hidden-token"},
                "hosts": ["api.example.org"],
                **place,
            },
        )
        assert stored.is_success, stored.text
        return {
            "workflow_id": workflow["id"],
            "execution_id": execution["id"],
            "variable_id": variable["id"],
            "name": name,
            "node": "set",
            "version": "draft",
        }

    def _post(self, url: str, body: dict) -> dict:
        answer = self.owner.post(url, json=body)
        assert answer.is_success, (url, answer.text)
        return answer.json()


@pytest.fixture(scope="module")
def target(tmp_path_factory):
    server = ServerProcess(
        tmp_path_factory.mktemp("attacked") / "data",
        TIDEGATE_LOG_LEVEL="info",
        TIDEGATE_LOG_FORMAT="json",
        TIDEGATE_SERVER_REQUEST_TIMEOUT="2",
    )
    people = People(server)
    roles = {role: people.join(role) for role in ROLES}
    answer = people.owner.client.post("/api/v1/projects", json={"name": "foreign"})
    found = Target(server, people, roles, {}, answer.json()["id"])
    found.foreign = found.objects(found.project)
    yield found
    server.kill()


class Wire:
    """A TCP connection to the server, for what no well-behaved client sends."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self.host = f"{parts.hostname}:{parts.port}"
        self.socket = socket.create_connection((parts.hostname, parts.port), timeout=15)

    def send(self, data: bytes) -> None:
        self.socket.sendall(data)

    def answer(self) -> bytes:
        """Everything until the server closes, or nothing more comes."""
        parts = []
        try:
            while part := self.socket.recv(65536):
                parts.append(part)
        except (TimeoutError, ConnectionError):
            pass
        return b"".join(parts)

    def close(self) -> None:
        self.socket.close()


@pytest.fixture
def wire(target):
    opened: list[Wire] = []

    def open_() -> Wire:
        opened.append(Wire(target.server.url))
        return opened[-1]

    yield open_
    for found in opened:
        found.close()
