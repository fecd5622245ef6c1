"""A server for the tests of a file, with its owner: it starts once."""

import pytest
from server_process import ServerProcess


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    process = ServerProcess(tmp_path_factory.mktemp("server") / "data")
    yield process
    process.kill()


@pytest.fixture
def client(server):
    """A client of a stranger."""
    with server.client() as client:
        yield client
