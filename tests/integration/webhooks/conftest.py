"""A server for the tests of a file, with its owner, and strangers who call its webhooks."""

import pytest
from server_process import ServerProcess


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    process = ServerProcess(tmp_path_factory.mktemp("server") / "data")
    yield process
    process.kill()


@pytest.fixture(scope="module")
def client(server):
    """A stranger's client."""
    with server.client() as client:
        yield client


@pytest.fixture(scope="module")
def credential(owner):
    """Stores a credential, or others in its place; it goes to no host."""
    stored = set()

    def store(name, type, values):
        body, headers = {"type": type, "values": values}, {}
        if name in stored:
            headers["if-match"] = "*"
        stored.add(name)
        if type != "hmac":
            body["hosts"] = ["incoming.invalid"]
        answer = owner.put(f"/api/v1/credentials/{name}", json=body, headers=headers)
        assert answer.status_code == 200, answer.text

    return store
